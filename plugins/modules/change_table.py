#!/usr/bin/python
# Copyright (c) 2026, the linuxnet.tcp authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Documentation of the action plugin of the same name, which does the work on the controller."""

from __future__ import annotations

DOCUMENTATION = r"""
module: change_table
short_description: Print one table of what tunables changed on which hosts
version_added: 1.0.0
description:
  - Prints what M(linuxnet.tcp.tunables) registered on each host as one table. Hosts on which the same changed are one
    block, so that a fleet of equals is a few lines. The playbook C(linuxnet.tcp.apply_profile) ends with it.
  - Hosts that failed, that could not be reached, and that the play has not come to yet are named; those that failed
    with the reason.
  - Runs once for all hosts of the play, on the controller, and connects to none of them.
options:
  variable:
    description: Name of the variable under which the task with M(linuxnet.tcp.tunables) registered its result.
    type: str
    required: true
  others:
    description:
      - Names under which tasks before and after it have registered theirs. The reason why a host failed may stand
        there. The C(why) and the C(notes) of M(linuxnet.tcp.profile_plan) are printed where anything changed.
    type: list
    elements: str
    default: []
extends_documentation_fragment:
  - ansible.builtin.action_common_attributes
  - ansible.builtin.action_common_attributes.conn
  - ansible.builtin.action_common_attributes.flow
  - linuxnet.tcp._attributes.on_the_controller
  - linuxnet.tcp._tables
seealso:
  - module: linuxnet.tcp.tunables
  - module: linuxnet.tcp.profile_plan
author:
  - The linuxnet.tcp authors (@linuxnet)
"""

EXAMPLES = r"""
- name: Tune the proxies
  hosts: proxies
  gather_facts: false
  become: true
  tasks:
    - name: Make room for outgoing connections
      linuxnet.tcp.tunables:
        settings:
          net.ipv4.ip_local_port_range: [10240, 65535]
      register: tuned

    - name: Show what changed where
      linuxnet.tcp.change_table:
        variable: tuned
      delegate_to: localhost
"""

RETURN = r"""
lines:
  description: The lines of the table, as printed.
  returned: always
  type: list
  elements: str
  sample: ["Changed: 3 of 5 hosts", "", "  web1, web2, web3"]
hosts_changed:
  description: The hosts on which something changed, or would in check mode.
  returned: always
  type: list
  elements: str
hosts_unchanged:
  description: The hosts that were as they should be.
  returned: always
  type: list
  elements: str
hosts_failed:
  description: The hosts that failed.
  returned: always
  type: list
  elements: str
hosts_unreachable:
  description: The hosts that could not be reached.
  returned: always
  type: list
  elements: str
hosts_waiting:
  description: The hosts that the play had not come to.
  returned: always
  type: list
  elements: str
"""
