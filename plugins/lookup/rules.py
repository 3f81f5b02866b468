# Copyright (c) 2026, the linuxnet.tcp authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Rules for linuxnet.tcp.compliance_info, from the sets of the collection, from files, and from profiles."""

from __future__ import annotations

DOCUMENTATION = r"""
name: rules
short_description: Rules to hold hosts against, by name, from files and from profiles
version_added: 1.0.0
author:
  - The linuxnet.tcp authors (@linuxnet)
description:
  - Finds rules, checks them, and returns them as one list for O(linuxnet.tcp.compliance_info#module:rules).
  - Runs on the controller and looks at no host.
options:
  _terms:
    description:
      - The name of a set of the collection - V(cis), V(stig), V(pci_dss), V(anssi).
      - The path of a file with rules, or of a folder with such files. A path has a slash in it, or ends in C(.yml). A
        relative one is taken from the folder of the playbook.
      - A rule itself, as a mapping.
      - Or lists of these. An id may stand in only one of them.
    type: list
    elements: raw
  folders:
    description:
      - Folders with sets of your own, a file C(NAME.yml) each, searched before the sets of the collection. A relative
        path is taken from the folder of the playbook.
    type: list
    elements: path
    default: []
  profile:
    description:
      - The names of profiles, such as V(web_server). Each of their settings is a rule of medium severity, whose id is
        the name of the profile, a dot and the key; several profiles are made one, and their names joined by C(+).
      - These are the settings that the role P(linuxnet.tcp.tcp_profile#role) would apply with the same options, so that
        a host with that role complies.
    type: list
    elements: str
    default: []
  profile_folders:
    description: As O(linuxnet.tcp.profile#lookup:folders).
    type: list
    elements: path
    default: []
  profile_overrides:
    description: As O(linuxnet.tcp.profile#lookup:overrides).
    type: dict
    default: {}
  memory_bytes:
    description: As O(linuxnet.tcp.profile#lookup:memory_bytes).
    type: int
  closes_per_second:
    description: As O(linuxnet.tcp.profile#lookup:closes_per_second).
    type: float
  max_tw_buckets:
    description: As O(linuxnet.tcp.profile#lookup:max_tw_buckets).
    type: int
  allow_tw_recycle:
    description: As O(linuxnet.tcp.profile#lookup:allow_tw_recycle).
    type: bool
    default: false
notes:
  - What a file may hold is said by C(roles/tcp_profile/files/rules.schema.json) of the collection.
  - The result is one list. With C(query) instead of C(lookup) it is the only element of another.
seealso:
  - module: linuxnet.tcp.compliance_info
  - plugin: linuxnet.tcp.profile
    plugin_type: lookup
"""

EXAMPLES = r"""
- name: Hold the host against two sets of the collection
  linuxnet.tcp.compliance_info:
    rules: "{{ lookup('linuxnet.tcp.rules', 'cis', 'stig') }}"

- name: Hold it against a set and a rule of our own
  linuxnet.tcp.compliance_info:
    rules: "{{ lookup('linuxnet.tcp.rules', ['cis', own]) }}"
  vars:
    own:
      id: our-backlog
      name: net.core.somaxconn
      at_least: 1024
      severity: high
      why: The proxies lost connections with less.

- name: Hold it against a profile, and against the files in a folder beside the playbook
  linuxnet.tcp.compliance_info:
    rules: "{{ lookup('linuxnet.tcp.rules', './our_rules', profile='web_server') }}"
"""

RETURN = r"""
_raw:
  description: The rules, as one list.
  type: list
  elements: list
"""

import typing as t

from ansible.errors import AnsibleLookupError
from ansible.plugins.lookup import LookupBase

from ansible_collections.linuxnet.tcp.plugins.module_utils._model.errors import InputError
from ansible_collections.linuxnet.tcp.plugins.plugin_utils._profiles import Wishes
from ansible_collections.linuxnet.tcp.plugins.plugin_utils._rules import checked, load_rules, rules_of_profile


class LookupModule(LookupBase):
    """One result, whatever the number of terms."""

    def run(
        self, terms: list[t.Any], variables: dict[str, t.Any] | None = None, **options: object
    ) -> list[list[dict[str, t.Any]]]:
        """The rules that `terms` stand for, as one list in a list. AnsibleLookupError says what cannot be."""
        read: t.Any = self  # ansible-core's own methods have no annotations
        loader: t.Any = self._loader
        read.set_options(var_options=variables, direct=options)
        wishes = Wishes.of_options(read.get_option, loader.path_dwim, "profile_")
        wishes = wishes._replace(memory_bytes=read.get_option("memory_bytes"))
        profile = read.get_option("profile")
        try:
            found = load_rules(terms, read.get_option("folders"), loader.path_dwim)
            found = checked([*found, *(rules_of_profile(profile, wishes) if profile else [])])
        except InputError as error:
            raise AnsibleLookupError(str(error)) from error
        if not found:
            raise AnsibleLookupError("no rules are named: give the name of a set or of a profile, a path, or a rule")
        return [[rule for rule, _place in found]]
