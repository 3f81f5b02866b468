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

from ansible.module_utils.basic import AnsibleModule

from ansible_collections.linuxnet.tcp.plugins.module_utils._host.compile_once import compile_once

compile_once()

from ansible_collections.linuxnet.tcp.plugins.module_utils._model.errors import LinuxnetError
from ansible_collections.linuxnet.tcp.plugins.module_utils._survey.rules import look_at_rules

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
        result = look_at_rules(module.params, dt.datetime.now(dt.timezone.utc).date())
    except LinuxnetError as error:
        module.fail_json(msg=str(error))
    module.exit_json(changed=False, **result)


if __name__ == "__main__":
    main()
