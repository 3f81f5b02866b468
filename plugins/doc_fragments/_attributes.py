# Copyright (c) 2026, the linuxnet.tcp authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is true of all modules of this collection, said once."""

from __future__ import annotations


class ModuleDocFragment:
    """The attributes of a module that changes nothing and reads the host's kernel."""

    DOCUMENTATION = r"""
options: {}
attributes:
  check_mode:
    description: Can run in check_mode and return changed status prediction without modifying target.
    support: full
    details:
      - This module changes nothing.
  diff_mode:
    description: Will return details on what has changed (or possibly needs changing in check_mode), when in diff mode.
    support: N/A
    details:
      - This module changes nothing.
  idempotent:
    description: When run twice in a row outside check mode, with the same arguments, the second invocation indicates
      no change.
    support: full
    details:
      - This module changes nothing.
  platform:
    description: Target OS/families that can be operated against.
    support: full
    platforms: linux
requirements:
  - Linux 3.10 or newer on the managed host
"""

    FACTS_MODULE = r"""
options: {}
attributes:
  facts:
    description: Action returns an C(ansible_facts) dictionary that will update existing host facts.
    support: full
"""

    # What antsibull-docs shows for members of an action group, in the words of the community's collections.
    ACTIONGROUP_TCP = r"""
options: {}
attributes:
  action_group:
    description: Use C(group/linuxnet.tcp.tcp) in C(module_defaults) to set defaults for this module.
    support: full
    membership:
      - linuxnet.tcp.tcp
"""

    CHANGING_MODULE = r"""
options: {}
attributes:
  check_mode:
    description: Can run in check_mode and return changed status prediction without modifying target.
    support: full
    details:
      - Everything is checked that is checked outside check mode.
  diff_mode:
    description: Will return details on what has changed (or possibly needs changing in check_mode), when in diff mode.
    support: full
  idempotent:
    description: When run twice in a row outside check mode, with the same arguments, the second invocation indicates
      no change.
    support: full
    details: []
"""

    # An action plugin that works on the controller and runs modules on the host of its task.
    ACTION_WITH_MODULES = r"""
options: {}
attributes:
  action:
    support: full
  async:
    support: none
  become:
    support: full
  bypass_host_loop:
    support: none
  check_mode:
    support: full
  connection:
    support: full
  delegation:
    support: full
  diff_mode:
    support: none
    details: This action changes nothing.
"""

    # An action plugin that reaches no host.
    ON_THE_CONTROLLER = r"""
options: {}
attributes:
  action:
    support: full
  async:
    support: none
  become:
    support: none
  bypass_host_loop:
    support: full
  check_mode:
    support: full
  connection:
    support: none
  delegation:
    support: none
    details: Nothing is done on any host.
  diff_mode:
    support: none
  platform:
    platforms: all
    support: full
"""
