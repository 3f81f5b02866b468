#!/usr/bin/python
# Copyright (c) 2026, the linuxnet.tcp authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Ask a host all that an audit asks, in one run."""

from __future__ import annotations

DOCUMENTATION = r"""
module: audit_info
short_description: Ask a host all that an audit asks, in one run
version_added: 1.0.0
description:
  - Gives what M(linuxnet.tcp.state_facts) and M(linuxnet.tcp.compliance_info) give, in one task, which costs a fleet
    half as much as two. M(linuxnet.tcp.fleet_report) runs it on each host that it audits.
  - When one of the two cannot look, the other's answer is there all the same, and RV(problems) has the reason.
  - Runs no program on the host, and changes nothing. An ordinary user can run it; what that user may not see is named
    in RV(notes).
options:
  by:
    description: As O(linuxnet.tcp.state_facts#module:by) has it.
    type: list
    elements: str
    choices: [family, listener, peer, process]
    default: []
  sample:
    description: As O(linuxnet.tcp.state_facts#module:sample) has it.
    type: float
    default: 0
  rules:
    description:
      - As O(linuxnet.tcp.compliance_info#module:rules) has them. The lookup P(linuxnet.tcp.rules#lookup) gives ready
        ones.
      - Without them nothing is judged, and keys are only looked at.
    type: list
    elements: dict
  waivers:
    description: As O(linuxnet.tcp.compliance_info#module:waivers) has them.
    type: list
    elements: dict
    default: []
  names:
    description: As O(linuxnet.tcp.compliance_info#module:names) has them.
    type: list
    elements: str
    default: []
  network_namespace:
    description:
      - The network namespace to look at, as a name (of C(ip netns)), as a path, or as the id of a process in it. Digits
        alone are a process id.
      - Of settings, only running values are looked at then, for a boot knows nothing of namespaces.
    type: str
extends_documentation_fragment:
  - linuxnet.tcp._attributes
  - linuxnet.tcp._attributes.actiongroup_tcp
seealso:
  - module: linuxnet.tcp.fleet_report
  - module: linuxnet.tcp.state_facts
  - module: linuxnet.tcp.compliance_info
  - plugin: linuxnet.tcp.diagnose
    plugin_type: filter
author:
  - The linuxnet.tcp authors (@linuxnet)
"""

EXAMPLES = r"""
- name: Look whether the host is well and keeps the rules
  linuxnet.tcp.audit_info:
    by: [listener, process]
    rules: "{{ lookup('linuxnet.tcp.rules', 'cis') }}"
  register: audit

- name: Say what is the matter
  ansible.builtin.debug:
    msg: "{{ audit['facts'] | linuxnet.tcp.diagnose(tunables=audit['tunables']) | map(attribute='meaning') }}"
  when: audit['facts'] is mapping
"""

RETURN = r"""
facts:
  description: As RV(linuxnet.tcp.state_facts#module:ansible_facts.linuxnet_tcp); null where the host gave none.
  returned: success
  type: dict
compliance:
  description: How the host does against O(rules); null without any, and where it could not be looked.
  returned: success
  type: dict
  contains:
    compliant:
      description: As RV(linuxnet.tcp.compliance_info#module:compliant).
      type: bool
      returned: success
    findings:
      description: As RV(linuxnet.tcp.compliance_info#module:findings).
      type: list
      elements: dict
      returned: success
    summary:
      description: As RV(linuxnet.tcp.compliance_info#module:summary).
      type: dict
      returned: success
tunables:
  description: As RV(linuxnet.tcp.compliance_info#module:tunables); null where it could not be looked.
  returned: success
  type: list
  elements: dict
notes:
  description: What could not be seen or read, or is not as it seems, a sentence each.
  returned: success
  type: list
  elements: str
problems:
  description: The parts that gave nothing.
  returned: success
  type: list
  elements: dict
  contains:
    part:
      description: Which part.
      type: str
      returned: success
      choices: [facts, compliance]
    reason:
      description: Why, in one sentence.
      type: str
      returned: success
"""

import datetime as dt

from ansible.module_utils.basic import AnsibleModule

from ansible_collections.linuxnet.tcp.plugins.module_utils._host.compile_once import compile_once

compile_once()

from ansible_collections.linuxnet.tcp.plugins.module_utils._survey.audit import look_at_host
from ansible_collections.linuxnet.tcp.plugins.module_utils._survey.sockets import ARGUMENTS


def main() -> None:
    """Answer the task."""
    module = AnsibleModule(
        argument_spec={
            **ARGUMENTS,
            "rules": {"type": "list", "elements": "dict"},
            "waivers": {"type": "list", "elements": "dict", "default": []},
            "names": {"type": "list", "elements": "str", "default": []},
        },
        supports_check_mode=True,
    )
    module.exit_json(changed=False, **look_at_host(module.params, dt.datetime.now(dt.timezone.utc).date()))


if __name__ == "__main__":
    main()
