# Copyright (c) 2026, the linuxnet.tcp authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How this host does against rules: what `compliance_info` and `audit_info` ask."""

from __future__ import annotations

import datetime as dt
from typing import Any, Dict, List, Mapping, Optional, Tuple

from .._host.boot_age import unchanged_since_boot
from .._host.namespaces import enter
from .._host.running_values import read_machine, read_running
from .._host.state_folder import StateFolder, this_place
from .._host.sysctl_files import read_boot_files
from .._model.catalogue import tunable_of
from .._model.couplings import NEEDED
from .._model.errors import HostError, LinuxnetError
from .._model.rules import (
    Rule,
    Waiver,
    read_rules,
    read_waivers,
    rules_of_settings,
)
from .._model.running import Running
from .._model.tunables import Tunable
from .._plan.boot_order import BootOrder, boot_order
from .._plan.boot_runs import Kernel
from .._plan.compliance import (
    Host,
    Memory,
    complies,
    judge,
    notes_of,
    summarise,
)
from .._plan.kernel_defaults import EHASH_ENTRIES
from .._plan.outlook import Boot
from .._plan.tunable_rows import info_row


def ask(params: Mapping[str, Any]) -> Tuple[Tuple[Rule, ...], Tuple[Waiver, ...]]:
    """The parameters, checked. Without `rules` and `settings` (both None) nothing is judged."""
    rules: Tuple[Rule, ...] = ()
    if params["rules"] is not None:
        rules = read_rules(params["rules"])
    elif params["settings"] is not None:
        rules = rules_of_settings(params["settings"])
    return rules, read_waivers(params["waivers"])


def look_at_rules(
    params: Mapping[str, Any],
    today: dt.date,
    root: str = "/",
    proc: str = "/proc",
    state: Optional[StateFolder] = None,
) -> Dict[str, Any]:
    """The findings on this host. `params`: those of `compliance_info`, all of them. Raises LinuxnetError."""
    rules, waivers = ask(params)
    notes: List[str] = []
    if params["network_namespace"] is not None:
        enter(params["network_namespace"], proc)
    memory = remembered(state or StateFolder(), proc, params["network_namespace"], notes)
    tunables = {tunable.key: tunable for tunable in map(tunable_of, params["names"])}
    tunables.update((rule.tunable.key, rule.tunable) for rule in rules)
    running = read_all(proc, tunables, notes)
    machine = read_machine(proc)
    files = read_boot_files(root, proc)
    present = {key: row.tunable for key, row in running.items() if row.text is not None}
    order = boot_order(files, Kernel(tunables=present, machine=machine))
    named = params["network_namespace"] is not None
    host = Host(
        running=running,
        boot=None if named else Boot(files, order, machine),
        memory=memory,
        unchanged_since_boot=frozenset() if named else old_files(root, proc, order, files.systemd is not None),
    )
    findings = judge(rules, waivers, host, today)
    return {
        "compliant": complies(findings),
        "findings": [dict(finding._asdict(), controls=list(finding.controls)) for finding in findings],
        "summary": summarise(findings),
        "tunables": [info_row(running[key], order.values.get(key)) for key in tunables],
        "notes": notes + notes_of(rules, waivers, findings, host),
    }


def remembered(state: StateFolder, proc: str, namespace: Optional[str], notes: List[str]) -> Memory:
    """What is kept of our own changes; what is broken there is noted, and counts as not readable."""
    memory = Memory((), this_place(proc), namespace, state.readable)
    try:
        if state.pending():
            notes.append("a run of linuxnet.tcp.tunables died half-way; the next run of it settles what it left")
        return memory._replace(records=state.first_seen())
    except LinuxnetError as error:
        notes.append(str(error))
        return memory._replace(readable=False)


def read_all(proc: str, tunables: Mapping[str, Tunable], notes: List[str]) -> Dict[str, Running]:
    """The running values of these keys, and of those that decide how others are read."""
    tied = {key: tunable_of(key) for key in sorted(NEEDED | {EHASH_ENTRIES})}
    running: Dict[str, Running] = {}
    for key, tunable in {**tied, **tunables}.items():
        running[key] = read_one(proc, tunable, notes)
    return running


def read_one(proc: str, tunable: Tunable, notes: List[str]) -> Running:
    """The running value of one key. Trouble with it is noted, and no reason to give up on the others."""
    try:
        return read_running(proc, [tunable])[tunable.key]
    except HostError as error:
        notes.append(str(error))
        return Running(tunable, "", None, False)


def old_files(root: str, proc: str, order: BootOrder, has_loader: bool) -> Any:
    """Which of the deciding files boot has read as they are; where nothing boots by systemd nobody knows of any."""
    if not has_loader:
        return frozenset()
    deciders = [value.decider.file.real for value in order.values.values() if value.decider]
    return unchanged_since_boot(root, proc, deciders)
