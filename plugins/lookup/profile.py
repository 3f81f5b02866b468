# Copyright (c) 2026, the linuxnet.tcp authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The settings of a profile, for a task of one's own."""

from __future__ import annotations

DOCUMENTATION = r"""
name: profile
short_description: The kernel settings of a trade, with their reasons
version_added: 1.0.0
author:
  - The linuxnet.tcp authors (@linuxnet)
description:
  - Reads one or more profiles, and returns what they come to, made one and checked.
  - Runs on the controller and looks at no host. The role P(linuxnet.tcp.tcp_profile#role) does the rest of the work.
options:
  _terms:
    description:
      - The names of profiles, such as V(web_server), V(reverse_proxy), V(forward_proxy) and V(classic).
      - Several are made one. Constraints of one key are combined; what contradicts each other is refused.
    type: list
    elements: str
    required: true
  folders:
    description:
      - Folders with profiles of your own, a file C(NAME.yml) each, searched before those of the collection. A relative
        path is taken from the folder of the playbook.
    type: list
    elements: path
    default: []
  overrides:
    description:
      - Settings that win over those of the profiles, in the form of O(linuxnet.tcp.tunables#module:settings).
      - A key whose value is null is left out.
    type: dict
    default: {}
  memory_bytes:
    description:
      - The memory of the host, by which the cap on TIME_WAIT is scaled. Without it profiles give the numbers in their
        files.
    type: int
  closes_per_second:
    description:
      - How many connections the host closes a second. It sizes C(net.ipv4.tcp_max_tw_buckets) - rate x 60 seconds x
        1.5, within 1/64 of O(memory_bytes).
    type: float
  max_tw_buckets:
    description:
      - The cap itself. It wins over O(closes_per_second) and over what profiles ask.
    type: int
  allow_tw_recycle:
    description:
      - Whether a profile may set C(net.ipv4.tcp_tw_recycle), which drops clients behind NAT, and which Linux has not
        had since 4.12. Otherwise it is left out.
    type: bool
    default: false
notes:
  - Nothing is known of the host but what the options say. For settings that fit each host, give its memory as in the
    last example.
seealso:
  - module: linuxnet.tcp.tunables
  - module: linuxnet.tcp.state_facts
"""

EXAMPLES = r"""
- name: Set what a host with Squid needs
  linuxnet.tcp.tunables:
    settings: "{{ lookup('linuxnet.tcp.profile', 'forward_proxy').settings }}"
  become: true

- name: Show why
  ansible.builtin.debug:
    var: lookup('linuxnet.tcp.profile', 'forward_proxy').why

- name: Read two profiles as one, and decide one key yourself
  ansible.builtin.debug:
    msg: "{{ lookup('linuxnet.tcp.profile', 'web_server', 'forward_proxy', overrides=own) }}"
  vars:
    own:
      net.ipv4.tcp_keepalive_time: 300

- name: Look at the host
  linuxnet.tcp.state_facts:

- name: Read a profile as it fits that host
  ansible.builtin.debug:
    msg: "{{ lookup('linuxnet.tcp.profile', 'reverse_proxy', memory_bytes=memory) }}"
  vars:
    memory: "{{ ansible_facts['linuxnet_tcp']['limits']['memory_bytes'] }}"
"""

RETURN = r"""
_raw:
  description: The profiles, made one.
  type: list
  elements: dict
  contains:
    name:
      description: The name; of several the names, joined by C( + ).
      type: str
      sample: web_server + forward_proxy
    settings:
      description: What O(linuxnet.tcp.tunables#module:settings) takes.
      type: dict
      sample: {net.core.somaxconn: {at_least: 4096}, net.ipv4.tcp_syncookies: 1}
    why:
      description: By key, what the value does for this trade and what it does not.
      type: dict
    source:
      description: By key, where that can be read, and the page on which it was measured if there is one.
      type: dict
    notes:
      description: What whoever applies it should know, and what was scaled, left out or overridden.
      type: list
      elements: str
"""

import typing as t

from ansible.errors import AnsibleLookupError
from ansible.plugins.lookup import LookupBase

from ansible_collections.linuxnet.tcp.plugins.module_utils._model.errors import InputError
from ansible_collections.linuxnet.tcp.plugins.plugin_utils._profiles import Wishes, resolve


class LookupModule(LookupBase):
    """One result, whatever the number of names."""

    def run(
        self, terms: list[t.Any], variables: dict[str, t.Any] | None = None, **options: object
    ) -> list[dict[str, t.Any]]:
        """The profiles that `terms` name, as one dictionary in a list. AnsibleLookupError says what cannot be."""
        read: t.Any = self  # ansible-core's own methods have no annotations
        loader: t.Any = self._loader
        read.set_options(var_options=variables, direct=options)
        names = [name for term in terms for name in (term if isinstance(term, (list, tuple)) else [term])]
        wishes = Wishes.of_options(read.get_option, loader.path_dwim)
        wishes = wishes._replace(memory_bytes=read.get_option("memory_bytes"))
        try:
            return [resolve(names, wishes)._asdict()]
        except InputError as error:
            raise AnsibleLookupError(str(error)) from error
