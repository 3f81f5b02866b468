#!/usr/bin/python
# Copyright (c) 2026, the linuxnet.tcp authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Look at kernel tunables of the network: what runs, what the next boot will set, and who decides."""

from __future__ import annotations

DOCUMENTATION = r"""
module: tunables_info
short_description: Look at kernel tunables of the network, now and at the next boot
version_added: 1.0.0
description:
  - Returns for each key the running value, the value that C(systemd-sysctl) will leave at the next boot, the value that
    C(sysctl --system) would leave now, and the file and line that decide. The two loaders do not agree with each
    other on every host.
  - Knows what each key does, its kind, its unit and its bounds, and why a key cannot be set here.
  - Runs no program on the host, and changes nothing.
options:
  names:
    description:
      - The keys to look at, with dots or with slashes. They must lie under C(net).
      - Empty means the whole catalogue.
    type: list
    elements: str
    default: []
  network_namespace:
    description:
      - The network namespace whose running values to show, as a name (of C(ip netns)), as a path, or as the id of a
        process in it. Digits alone are a process id. Boot values are always those of the host's files.
    type: str
extends_documentation_fragment:
  - linuxnet.tcp._attributes
  - linuxnet.tcp._attributes.actiongroup_tcp
notes:
  - A secret (C(net.ipv4.tcp_fastopen_key)) is read only when it is named, and never shown.
seealso:
  - module: linuxnet.tcp.tunables
  - module: linuxnet.tcp.state_facts
author:
  - The linuxnet.tcp authors (@linuxnet)
"""

EXAMPLES = r"""
- name: Look at all tunables that the collection knows
  linuxnet.tcp.tunables_info:
  register: looked

- name: Name the keys whose running value is not what the next boot will set
  ansible.builtin.debug:
    msg: >-
      {{ item['name'] }} is {{ item['running'] }}, and {{ item['at_boot'] }} after a boot
      ({{ item['decided_by'] }})
  loop: "{{ looked['tunables'] }}"
  loop_control:
    label: "{{ item['name'] }}"
  when: item['at_boot'] is not none and item['at_boot'] != item['running']

- name: Ask what two keys do and what their bounds are
  linuxnet.tcp.tunables_info:
    names: [net.ipv4.tcp_fin_timeout, net.ipv4.tcp_max_tw_buckets]

- name: Look at the running values of a container
  linuxnet.tcp.tunables_info:
    names: [net.core.somaxconn]
    network_namespace: web
  become: true
  when: "'/run/netns/web' is exists"
"""

RETURN = r"""
tunables:
  description: A row for each key.
  returned: success
  type: list
  elements: dict
  contains:
    name:
      description: The key, with dots.
      type: str
      returned: success
    running:
      description: The running value - a number, a list of numbers or a text; null where there is none.
      type: raw
      returned: success
    at_boot:
      description: What the next boot will set; null where no file speaks of it, and the kernel's default stays.
      type: raw
      returned: success
    after_reload:
      description: What C(sysctl --system) would leave; null where no file speaks of it.
      type: raw
      returned: success
    decided_by:
      description: The file and the line that decide at boot.
      type: str
      returned: success
      sample: /usr/lib/sysctl.d/50-default.conf:12
    also_set_in:
      description:
        - Other lines that name the key, in the order of reading. Those with C(later) are applied by another program
          after boot has read the files, and have the last word.
        - Of a key that is not there, every line that names it; such lines set nothing. Not with O(network_namespace),
          for the files are not that namespace's.
      type: list
      elements: dict
      returned: success
      contains:
        where:
          description: The file and the line.
          type: str
          returned: success
        value:
          description: What stands there.
          type: str
          returned: success
        later:
          description: Whether a program such as C(ufw) or C(tuned) applies it after boot has read the files.
          type: bool
          returned: success
        read_by:
          description: Who reads the line - C(boot), C(reload), or the program.
          type: list
          elements: str
          returned: success
        refused:
          description: Whether the kernel would not take the value.
          type: bool
          returned: success
        note:
          description: What else there is to know.
          type: str
          returned: success
    kind:
      description: The kind of value, such as C(number), C(switch), C(numbers) or C(ports).
      type: str
      returned: success
    unit:
      description: What a number counts, empty for a bare number.
      type: str
      returned: success
    bounds:
      description: The least and the greatest sensible number; a list of such pairs for several numbers, null for text.
      type: list
      elements: raw
      returned: success
    per:
      description: Whose value it is, V(namespace) or V(host).
      type: str
      returned: success
    writable:
      description: Whether this user may write it here.
      type: bool
      returned: success
    status:
      description: One of V(present), V(removed), V(absent_here), V(module_not_loaded), V(read_only) and V(unknown).
      type: str
      returned: success
    summary:
      description: What the key does.
      type: str
      returned: success
    hazard:
      description: What can go wrong with it.
      type: str
      returned: success
pending:
  description:
    - What a run of M(linuxnet.tcp.tunables) that died half-way has left to settle; the next run does. Null when there
      is nothing, or when this user may not look.
  returned: success
  type: dict
  contains:
    names:
      description: The keys whose running values it was about to change.
      type: list
      elements: str
      returned: success
    path:
      description: The file that it was about to replace.
      type: str
      returned: success
    network_namespace:
      description: The network namespace that it was about.
      type: str
      returned: success
notes:
  description: What could not be read, or is not as it seems, a sentence each.
  returned: success
  type: list
  elements: str
"""

from typing import Any, Dict, List, Mapping, Optional

from ansible.module_utils.basic import AnsibleModule

from ansible_collections.linuxnet.tcp.plugins.module_utils._host.compile_once import compile_once

compile_once()

from ansible_collections.linuxnet.tcp.plugins.module_utils._host.namespaces import enter
from ansible_collections.linuxnet.tcp.plugins.module_utils._host.running_values import read_machine, read_running
from ansible_collections.linuxnet.tcp.plugins.module_utils._host.state_folder import StateFolder
from ansible_collections.linuxnet.tcp.plugins.module_utils._host.sysctl_files import read_boot_files
from ansible_collections.linuxnet.tcp.plugins.module_utils._model.catalogue import CATALOGUE, tunable_of
from ansible_collections.linuxnet.tcp.plugins.module_utils._model.couplings import NEEDED
from ansible_collections.linuxnet.tcp.plugins.module_utils._model.errors import LinuxnetError
from ansible_collections.linuxnet.tcp.plugins.module_utils._model.transactions import Transaction
from ansible_collections.linuxnet.tcp.plugins.module_utils._plan.boot_order import boot_order, idle_lines
from ansible_collections.linuxnet.tcp.plugins.module_utils._plan.boot_runs import Kernel
from ansible_collections.linuxnet.tcp.plugins.module_utils._plan.tunable_rows import info_row


def look(
    params: Mapping[str, Any], root: str = "/", proc: str = "/proc", state: Optional[StateFolder] = None
) -> Dict[str, Any]:
    """The rows for what was asked, and what is pending."""
    wanted = {tunable.key: tunable for tunable in map(tunable_of, params["names"])}
    wanted = wanted or {tunable.key: tunable for tunable in CATALOGUE}
    pending = (state or StateFolder()).pending()
    if params["network_namespace"] is not None:
        enter(params["network_namespace"], proc)
    tied = {key: tunable_of(key) for key in NEEDED}
    running = read_running(proc, {**tied, **wanted}.values(), secrets=bool(params["names"]))
    present = {key: row.tunable for key, row in running.items() if row.text is not None}
    files = read_boot_files(root, proc)
    order = boot_order(files, Kernel(tunables=present, machine=read_machine(proc)))
    # In another namespace than that of the files it is no mistake that they name keys which are not there.
    absent = {} if params["network_namespace"] else {key: row for key, row in wanted.items() if key not in present}
    values = {**idle_lines(files, absent), **order.values}
    return {
        "tunables": [info_row(running[key], values.get(key)) for key in wanted],
        "pending": pending and pending_row(pending),
        "notes": list(order.notes),
    }


def pending_row(transaction: Transaction) -> Dict[str, Any]:
    """What a dead run has left, without the values: they may be secret."""
    names: List[str] = [change.key for change in transaction.running]
    return {
        "names": names,
        "path": transaction.file.path if transaction.file else None,
        "network_namespace": transaction.network_namespace,
    }


def main() -> None:
    """Answer the task."""
    module = AnsibleModule(
        argument_spec={
            "names": {"type": "list", "elements": "str", "default": []},
            "network_namespace": {"type": "str"},
        },
        supports_check_mode=True,
    )
    try:
        result = look(module.params)
    except LinuxnetError as error:
        module.fail_json(msg=str(error))
    module.exit_json(changed=False, **result)


if __name__ == "__main__":
    main()
