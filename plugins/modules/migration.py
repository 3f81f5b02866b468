#!/usr/bin/python
# Copyright (c) 2026, the linuxnet.tcp authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Documentation of the action plugin of the same name, which does the work on the controller."""

from __future__ import annotations

DOCUMENTATION = r"""
module: migration
short_description: Read sysctls out of other people's files, and print them as a task of ours
version_added: 1.0.0
description:
  - Reads files on the controller that set sysctls in other ways, and prints a task of M(linuxnet.tcp.tunables) that
    sets the same. What that would refuse is left out, each with its reason - a key that the kernel has lost, a value
    out of bounds, a template that only a play could fill. The playbook C(linuxnet.tcp.migrate) is one task of it.
  - It reads lines of C(sysctl.conf) and of C(/etc/sysctl.d), as C(sysctl -p) does.
  - It reads YAML with tasks of C(ansible.posix.sysctl), loops included. It may be playbooks, files of tasks and files
    of variables.
  - It reads YAML with the list C(kernel_settings_sysctl) of the role C(kernel_settings) of the linux-system-roles.
  - Of a key that is set more than once the last one counts.
  - Nothing in the files is run. A template is filled where it names the item of a loop, or a variable that stands in
    one of the files; no other is.
options:
  src:
    description:
      - Files, or folders with files whose names end in C(.conf), C(.sysctl), C(.yml), C(.yaml) or C(.json). A relative
        path is taken from the folder that you are in.
      - Give the files of variables together with those of tasks, and all in the order in which they count.
    type: list
    elements: str
    required: true
notes:
  - With a stdout callback that writes for programs (C(json), C(jsonl), C(null)) nothing is printed. The task is in
    RV(task).
  - It looks at no host. Whether a host has a key, and which file decides it there, tells M(linuxnet.tcp.tunables_info).
extends_documentation_fragment:
  - ansible.builtin.action_common_attributes
  - ansible.builtin.action_common_attributes.conn
  - ansible.builtin.action_common_attributes.flow
  - linuxnet.tcp._attributes.on_the_controller
seealso:
  - module: linuxnet.tcp.tunables
  - name: Come from something else
    description: The guide, with an example of each kind of file.
    link: https://github.com/linuxnet/tcp/blob/main/docs/docsite/rst/guide_migrate.rst
author:
  - The linuxnet.tcp authors (@linuxnet)
"""

EXAMPLES = r"""
- name: Print a task that sets what this file sets
  linuxnet.tcp.migration:
    src: files/99-tuning.conf

- name: Take over what a role of ours has set with ansible.posix.sysctl
  linuxnet.tcp.migration:
    src:
      - roles/base/defaults/main.yml
      - roles/base/tasks/sysctl.yml
  register: migration

- name: Keep the task
  ansible.builtin.copy:
    content: "{{ migration.task }}"
    dest: roles/base/tasks/tunables.yml
    mode: "0644"
  delegate_to: localhost
"""

RETURN = r"""
settings:
  description: What O(linuxnet.tcp.tunables#module:settings) takes.
  returned: success
  type: dict
  sample: {net.core.somaxconn: 4096, net.ipv4.tcp_syncookies: 1}
task:
  description: The task as YAML, empty where nothing is left to set.
  returned: success
  type: str
refused:
  description: What was left out, in its order.
  returned: success
  type: list
  elements: dict
  contains:
    setting:
      description: The key and the value as they stand there.
      type: str
      returned: success
      sample: net.ipv4.tcp_tw_recycle = 1
    where:
      description: The file, and the line or the task in it.
      type: str
      returned: success
      sample: /etc/sysctl.conf:3
    why:
      description: The reason, and what to do instead.
      type: str
      returned: success
notes:
  description: What to know of the settings that are taken over, and of the old lines on the hosts.
  returned: success
  type: list
  elements: dict
  contains:
    name:
      description: The key, empty where it is about all of them.
      type: str
      returned: success
    text:
      description: A sentence.
      type: str
      returned: success
"""
