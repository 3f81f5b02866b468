#!/usr/bin/python
# Copyright (c) 2026, the linuxnet.tcp authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Documentation of the action plugin of the same name, which does the work on the controller."""

from __future__ import annotations

DOCUMENTATION = r"""
module: state_table
short_description: Print one table over the TCP states of all hosts
version_added: 1.0.0
description:
  - Prints what M(linuxnet.tcp.state_facts) registered on each host as one table, hosts with the largest share of their
    TIME_WAIT cap first. The playbook C(linuxnet.tcp.report_states) is made of the two.
  - A single host is shown with bars, a few hosts stand side by side, many hosts get a line each. No line is wider than
    the terminal.
  - Hosts without counts are named at the end with the reason, those that could not be reached as well.
  - Runs once for all hosts of the play, on the controller, and connects to none of them.
options:
  variable:
    description: Name of the variable under which the task with M(linuxnet.tcp.state_facts) registered its result.
    type: str
    required: true
extends_documentation_fragment:
  - ansible.builtin.action_common_attributes
  - ansible.builtin.action_common_attributes.conn
  - ansible.builtin.action_common_attributes.flow
  - linuxnet.tcp._attributes.on_the_controller
  - linuxnet.tcp._tables
seealso:
  - module: linuxnet.tcp.state_facts
author:
  - The linuxnet.tcp authors (@linuxnet)
"""

EXAMPLES = r"""
- name: Look at the web servers
  hosts: web
  gather_facts: false
  tasks:
    - name: Count the TCP sockets of each host
      linuxnet.tcp.state_facts:
      register: tcp_states

    - name: Show them in one table
      linuxnet.tcp.state_table:
        variable: tcp_states
      delegate_to: localhost
"""

RETURN = r"""
lines:
  description: The lines of the table, as printed.
  returned: always
  type: list
  elements: str
  sample:
    - TCP sockets of proxy1
    - ""
    - "  ESTABLISHED     2310    9%  ████▎"
counted:
  description: How many hosts gave counts.
  returned: always
  type: int
  sample: 298
without_counts:
  description: The hosts that gave none.
  returned: always
  type: list
  elements: dict
  contains:
    host:
      description: The name of the host in the inventory.
      type: str
      returned: always
      sample: db7
    kind:
      description: What became of the task there.
      type: str
      returned: always
      choices: [unreachable, failed, skipped]
      sample: unreachable
    reason:
      description: The reason, on one line.
      type: str
      returned: always
      sample: "connect to host 10.0.0.7 port 22: Connection refused"
"""
