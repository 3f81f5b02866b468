# Copyright (c) 2026, the linuxnet.tcp authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every state is made, over every kind of address, and counted against ss: without the kernel's diag modules, with
them, by either source, by root and by an ordinary user.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from ansible_collections.linuxnet.tcp.tests.kernels.in_process import run_module
from ansible_collections.linuxnet.tcp.tests.lab import cuts, ss, states
from ansible_collections.linuxnet.tcp.tests.lab.compare import assert_equal_to_ss, between_two_readings
from ansible_collections.linuxnet.tcp.tests.lab.run_module import ORDINARY_USER

LOADER = Path("/proc/sys/kernel/modprobe")
DIAG = Path("/sys/module/inet_diag")


def look(*, whole_machine: bool, keep: Callable[[], str] | None) -> dict[str, Any]:
    """``made``, how often a state was made; ``counted``, in how many ways all were counted; ``machine``, what ``keep``
    returned while they were there.
    """
    problems: list[str] = []
    found: dict[str, Any] = {"problems": problems, "made": 0, "counted": [], "machine": None}
    loader = LOADER.read_text(encoding="ascii") if whole_machine else ""
    if whole_machine:
        LOADER.write_text("/nothing\n", encoding="ascii")
    with ExitStack() as stack:
        found["made"] = _make_all(stack, problems)
    if whole_machine:
        if DIAG.exists():
            problems.append("inet_diag is part of this kernel, or was loaded: the fallback was not seen")
        _count("auto", 0, "procfs", found)
        LOADER.write_text(loader, encoding="ascii")
    for source, uid in (("netlink", 0), ("netlink", ORDINARY_USER), ("procfs", 0), ("procfs", ORDINARY_USER)):
        _count(source, uid, source, found)
    if keep:
        with states.every_state(cuts.by_socket_filter):
            found["machine"] = keep()
    return found


def _make_all(stack: ExitStack, problems: list[str]) -> int:
    """Make each state in each way over each wire, to last as long as ``stack``; how many."""
    made = 0
    before = set(ss.rows())
    for wire in states.WIRES:
        for state, maker in states.ALL_MAKERS:
            stack.enter_context(maker(wire, cuts.by_socket_filter))
            made += 1
            after = set(ss.rows())
            new = {(row.state, row.family) for row in after - before}
            before = after
            if state == "close" and new:
                problems.append(f"a socket that is only bound is listed as {new}")
            elif state != "close" and (state, wire.counted_as) not in new:
                problems.append(f"{maker.__name__} over {wire.name} made {new or 'nothing'}")
    return made


def _count(source: str, uid: int, expected: str, found: dict[str, Any]) -> None:
    """One answer of the module against ss, all states being there: anew each time, for TIME_WAIT ends by itself."""
    name = f"{source} as {uid or 'root'}"
    ask = functools.partial(run_module, "state_facts", {"by": ["family"], "source": source}, uid=uid)
    with states.every_state(cuts.by_socket_filter):
        answer, rows = between_two_readings(ask)
    try:
        assert_equal_to_ss(answer, rows)
        assert answer.facts["source"] == expected, f"read by {answer.facts['source']}, not {expected}"
        present = {state for state, count in answer.facts["states"].items() if count}
        assert present == set(states.STATES) - {"close"}, f"not there: {set(states.STATES) - present}"
    except AssertionError as error:
        facts = answer.result.get("ansible_facts", answer.result)
        found["problems"].append(f"states by {name}: {error}; {facts}, ss: {ss.counts(rows)}")
    found["counted"].append(name)
