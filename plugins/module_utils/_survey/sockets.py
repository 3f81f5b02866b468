# Copyright (c) 2026, the linuxnet.tcp authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How many sockets of this host are in which state, and what bounds them: what `state_facts` and `audit_info` ask."""

from __future__ import annotations

import time
from typing import Any, Dict, List, Mapping, Tuple

from .._host.namespaces import enter
from .._host.processes import find_owners
from .._host.procfs import (
    read_limits,
    read_local_ports,
    read_snapshot,
)
from .._host.sock_diag import Ask, over_netlink
from .._host.tcp_reading import read
from .._model.readings import Question, Reading
from .._plan.counting import contradicted
from .._plan.tcp_facts import (
    assemble,
    blind_spots,
    question_of,
    rates,
)

#: What both modules may be asked, as Ansible's argument specs have it.
ARGUMENTS: Dict[str, Dict[str, Any]] = {
    "by": {
        "type": "list",
        "elements": "str",
        "choices": ["family", "listener", "peer", "process"],
        "default": [],
    },
    "sample": {"type": "float", "default": 0},
    "network_namespace": {"type": "str"},
}


def look_at_sockets(
    params: Mapping[str, Any], proc: str = "/proc", ask: Ask = over_netlink
) -> Tuple[Dict[str, Any], List[str]]:
    """The facts of the host that `proc` and `ask` stand for, and what could not be seen.

    `params`: those of `state_facts`, all of them. Raises LinuxnetError.
    """
    question = question_of(params["by"], params["ports"], params["sample"], params["top"])
    if params["network_namespace"] is not None:
        enter(params["network_namespace"], proc)
    earlier = read_snapshot(proc)
    time.sleep(params["sample"])
    started = time.monotonic()
    reading, available_ports = take_reading(question, params["source"], proc, ask)
    walk = reading.walk
    owners = find_owners(proc, walk.sockets_by_inode, walk.nobodys_sockets) if question.processes else None
    elapsed = time.monotonic() - started
    facts = assemble(question, reading, read_limits(proc), available_ports, owners, params["top"])
    facts["elapsed_ms"] = round(elapsed * 1000, 3)
    if params["sample"]:
        facts["rates"] = rates(earlier, reading.after)
    return facts, blind_spots(owners)


def take_reading(question: Question, source: str, proc: str, ask: Ask) -> Tuple[Reading, Any]:
    """A reading that agrees with itself: where the counters deny the deduced ESTABLISHED, they are listed instead."""
    outgoing, available = read_local_ports(proc)
    reading = read(question, outgoing, source, proc, ask)
    if contradicted(question, reading):
        reading = read(question._replace(list_established=True), outgoing, source, proc, ask)
    return reading, available
