#!/usr/bin/python
# Copyright (c) 2026, the linuxnet.tcp authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Hold the kernel tunables of a host against rules: now, and after the next boot."""

from __future__ import annotations

DOCUMENTATION = r"""
module: compliance_info
short_description: Hold the kernel tunables of a host against rules, now and after the next boot
version_added: 1.0.0
description:
  - Judges each rule by the running value and by the value that the next boot will leave, and names the file and the
    line that decide.
  - Tells a value that somebody changed by hand from one that was never applied, and a value that will be lost at the
    next boot from one that another file will override.
  - Never fails because a rule fails. Whether that is a failure is for the playbook to say.
  - Runs no program on the host, and changes nothing. An ordinary user can run it; what that user may not read is named
    in RV(notes).
options:
  rules:
    description:
      - The rules. Exactly one of C(equals), C(at_least), C(at_most), C(between) and C(one_of) stands in each.
      - The lookup P(linuxnet.tcp.rules#lookup) gives ready ones.
    type: list
    elements: dict
    suboptions:
      id:
        description: What the rule is called in results and in waivers. Each id may be there once.
        type: str
        required: true
      name:
        description: The key, with dots or with slashes. It must lie under C(net).
        type: str
        required: true
      equals:
        description: The value - a number, a text or a list.
        type: raw
      at_least:
        description: The least number.
        type: raw
      at_most:
        description: The greatest number.
        type: raw
      between:
        description: A list of the least and the greatest number.
        type: raw
      one_of:
        description: A list of values, each of them right.
        type: raw
      severity:
        description: How grave it is when the rule is not kept.
        type: str
        choices: [info, low, medium, high, critical]
        default: medium
      why:
        description: What the rule is for.
        type: str
      controls:
        description:
          - What demands it, a mapping each, with keys such as C(framework), C(product), C(version), C(id) and
            C(source). They are returned as they are given.
        type: list
        elements: dict
  settings:
    description:
      - Instead of O(rules) - settings as O(linuxnet.tcp.tunables#module:settings) has them. Each is a rule of medium
        severity whose id is its key.
    type: dict
  waivers:
    description: Rules that need not be kept for a while.
    type: list
    elements: dict
    default: []
    suboptions:
      rule:
        description: The id of the rule. A waiver for a rule that is not there is only noted.
        type: str
        required: true
      until:
        description: The last day on which the waiver holds, such as V(2027-01-31). The days are those of UTC.
        type: str
        required: true
      reason:
        description: Why the rule need not be kept.
        type: str
        required: true
  names:
    description:
      - Further keys to look at, which no rule needs to name. They are not judged, and have rows in RV(tunables) for who
        diagnoses the host.
    type: list
    elements: str
    default: []
  network_namespace:
    description:
      - The network namespace whose running values to judge, as a name (of C(ip netns)), as a path, or as the id of a
        process in it. Digits alone are a process id.
      - Only running values are judged then, for a boot knows nothing of namespaces.
    type: str
extends_documentation_fragment:
  - linuxnet.tcp._attributes
  - linuxnet.tcp._attributes.actiongroup_tcp
seealso:
  - module: linuxnet.tcp.tunables
  - module: linuxnet.tcp.tunables_info
author:
  - The linuxnet.tcp authors (@linuxnet)
"""

EXAMPLES = r"""
- name: Hold the host against a rule of our own
  linuxnet.tcp.compliance_info:
    rules:
      - id: our-backlog
        name: net.core.somaxconn
        at_least: 1024
        severity: high
        why: The proxies lost connections with less.
  register: audit

- name: Name what does not comply
  ansible.builtin.debug:
    msg: "{{ item['rule'] }}: {{ item['status'] }} ({{ item['reason'] }}), runs {{ item['running'] }}"
  loop: "{{ audit['findings'] | rejectattr('status', 'in', ['pass', 'not_applicable', 'waived']) }}"
  loop_control:
    label: "{{ item['rule'] }}"

- name: See whether what a play once set is still so
  linuxnet.tcp.compliance_info:
    settings:
      net.ipv4.tcp_syncookies: 1
      net.ipv4.ip_local_port_range: [32768, 60999]

- name: Fail where a rule is broken that nobody has waived
  linuxnet.tcp.compliance_info:
    rules:
      - id: syncookies
        name: net.ipv4.tcp_syncookies
        one_of: [1, 2]
    waivers:
      - rule: syncookies
        until: "2027-01-31"
        reason: The load balancer in front answers SYNs until we move.
  register: audit
  failed_when: not audit['compliant']
"""

RETURN = r"""
compliant:
  description: Whether every rule has one of the statuses V(pass), V(not_applicable) and V(waived).
  returned: success
  type: bool
findings:
  description: A row for each rule, in the order of O(rules) or O(settings).
  returned: success
  type: list
  elements: dict
  contains:
    rule:
      description: The id of the rule.
      type: str
      returned: success
    name:
      description: The key, with dots.
      type: str
      returned: success
    status:
      description:
        - V(pass) - it runs, and boot leaves it.
        - V(fail) - something else runs, or the waiver has expired.
        - V(not_persistent) - it runs, and boot would leave something else.
        - V(shadowed) - it runs, and a file asks for it, but another file or program decides at boot.
        - V(not_applicable) - the host has nothing that the rule could be about.
        - V(waived) - it does not comply, and need not for now.
        - V(error) - it cannot be judged.
      type: str
      returned: success
    reason:
      description:
        - Why, where there is something to say.
        - With V(pass) - V(kernel_default).
        - With V(fail) - V(never_applied), V(drifted), V(drifted_or_never_applied), V(other_file), V(other_file_later),
          V(masked), V(not_read), V(refused), V(module_loads_later), V(waiver_expired).
        - With V(not_persistent) - V(kernel_default), V(default_unknown), V(other_file), V(boot_unknown), V(refused),
          V(module_loads_later).
        - With V(shadowed) - V(other_file), V(other_file_later), V(masked), V(not_read).
        - With V(not_applicable) - V(removed), V(absent_here), V(module_not_loaded), V(read_only).
        - With V(waived) - V(waived_until).
        - With V(error) - V(unknown), V(unreadable), V(not_comparable).
      type: str
      returned: success
    severity:
      description: The severity of the rule.
      type: str
      returned: success
    expected:
      description: What the rule asks - a value, or a mapping such as C({at_least; 1024}).
      type: raw
      returned: success
    running:
      description: The running value - a number, a list of numbers or a text; null where there is none.
      type: raw
      returned: success
    at_boot:
      description: What the next boot will set; null where no file speaks of it, and the kernel's default stays.
      type: raw
      returned: success
    decided_by:
      description: The file and the line that decide at boot; null where no file does.
      type: str
      returned: success
      sample: /etc/sysctl.d/90-linuxnet-tcp.conf:2
    why:
      description: The C(why) of the rule.
      type: str
      returned: success
    controls:
      description: The C(controls) of the rule.
      type: list
      elements: dict
      returned: success
    waiver:
      description: What was waived, and until when, also where that is over; null where nothing was.
      type: dict
      returned: success
      contains:
        until:
          description: The last day.
          type: str
          returned: success
          sample: "2027-01-31"
        reason:
          description: Why.
          type: str
          returned: success
summary:
  description: How many rules there are, and how many of each status.
  returned: success
  type: dict
  contains:
    rules:
      description: How many rules there are.
      type: int
      returned: success
    pass:
      description: How many have this status. The other six statuses stand beside it.
      type: int
      returned: success
    worst:
      description: The gravest severity among the rules that do not comply, null where all do.
      type: str
      returned: success
tunables:
  description: A row for each key that a rule or O(names) names, as RV(linuxnet.tcp.tunables_info#module:tunables).
  returned: success
  type: list
  elements: dict
notes:
  description: What could not be read, or is not as it seems, a sentence each.
  returned: success
  type: list
  elements: str
"""

import datetime as dt
from typing import Any, Dict, List, Mapping, Optional, Tuple

from ansible.module_utils.basic import AnsibleModule

from ansible_collections.linuxnet.tcp.plugins.module_utils._host.compile_once import compile_once

compile_once()

from ansible_collections.linuxnet.tcp.plugins.module_utils._host.boot_age import unchanged_since_boot
from ansible_collections.linuxnet.tcp.plugins.module_utils._host.namespaces import enter
from ansible_collections.linuxnet.tcp.plugins.module_utils._host.running_values import read_machine, read_running
from ansible_collections.linuxnet.tcp.plugins.module_utils._host.state_folder import StateFolder, this_place
from ansible_collections.linuxnet.tcp.plugins.module_utils._host.sysctl_files import read_boot_files
from ansible_collections.linuxnet.tcp.plugins.module_utils._model.catalogue import tunable_of
from ansible_collections.linuxnet.tcp.plugins.module_utils._model.couplings import NEEDED
from ansible_collections.linuxnet.tcp.plugins.module_utils._model.errors import HostError, LinuxnetError
from ansible_collections.linuxnet.tcp.plugins.module_utils._model.rules import (
    Rule,
    Waiver,
    read_rules,
    read_waivers,
    rules_of_settings,
)
from ansible_collections.linuxnet.tcp.plugins.module_utils._model.running import Running
from ansible_collections.linuxnet.tcp.plugins.module_utils._model.tunables import Tunable
from ansible_collections.linuxnet.tcp.plugins.module_utils._plan.boot_order import BootOrder, boot_order
from ansible_collections.linuxnet.tcp.plugins.module_utils._plan.boot_runs import Kernel
from ansible_collections.linuxnet.tcp.plugins.module_utils._plan.compliance import (
    Host,
    Memory,
    complies,
    judge,
    notes_of,
    summarise,
)
from ansible_collections.linuxnet.tcp.plugins.module_utils._plan.kernel_defaults import EHASH_ENTRIES
from ansible_collections.linuxnet.tcp.plugins.module_utils._plan.outlook import Boot
from ansible_collections.linuxnet.tcp.plugins.module_utils._plan.tunable_rows import info_row


def ask(params: Mapping[str, Any]) -> Tuple[Tuple[Rule, ...], Tuple[Waiver, ...]]:
    """The parameters, checked."""
    rules = read_rules(params["rules"]) if params["rules"] is not None else rules_of_settings(params["settings"])
    return rules, read_waivers(params["waivers"])


def look(
    params: Mapping[str, Any],
    today: dt.date,
    root: str = "/",
    proc: str = "/proc",
    state: Optional[StateFolder] = None,
) -> Dict[str, Any]:
    """The findings on this host."""
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


RULE = {
    "id": {"type": "str", "required": True},
    "name": {"type": "str", "required": True},
    "equals": {"type": "raw"},
    "at_least": {"type": "raw"},
    "at_most": {"type": "raw"},
    "between": {"type": "raw"},
    "one_of": {"type": "raw"},
    "severity": {"type": "str", "choices": ["info", "low", "medium", "high", "critical"], "default": "medium"},
    "why": {"type": "str"},
    "controls": {"type": "list", "elements": "dict"},
}

WAIVER = {
    "rule": {"type": "str", "required": True},
    "until": {"type": "str", "required": True},
    "reason": {"type": "str", "required": True},
}


def main() -> None:
    """Answer the task."""
    module = AnsibleModule(
        argument_spec={
            "rules": {"type": "list", "elements": "dict", "options": RULE},
            "settings": {"type": "dict"},
            "waivers": {"type": "list", "elements": "dict", "options": WAIVER, "default": []},
            "names": {"type": "list", "elements": "str", "default": []},
            "network_namespace": {"type": "str"},
        },
        mutually_exclusive=[["rules", "settings"]],
        required_one_of=[["rules", "settings"]],
        supports_check_mode=True,
    )
    try:
        result = look(module.params, dt.datetime.now(dt.timezone.utc).date())
    except LinuxnetError as error:
        module.fail_json(msg=str(error))
    module.exit_json(changed=False, **result)


if __name__ == "__main__":
    main()
