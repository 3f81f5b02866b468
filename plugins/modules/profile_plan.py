#!/usr/bin/python
# Copyright (c) 2026, the linuxnet.tcp authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Documentation of the action plugin of the same name, which runs on the controller and looks at the host."""

from __future__ import annotations

DOCUMENTATION = r"""
module: profile_plan
short_description: Fit profiles to a host, and say what their cap on TIME_WAIT would cut there
version_added: 1.0.0
description:
  - Reads profiles as the lookup P(linuxnet.tcp.profile#lookup) does, looks at the host with
    M(linuxnet.tcp.state_facts), and returns the settings that fit it. Sets nothing. The role
    P(linuxnet.tcp.tcp_profile#role) is made of this and M(linuxnet.tcp.tunables).
  - Whatever is wrong with a profile, its name or the overrides is said before anything reaches the host.
  - The guard compares the cap that the profiles ask with what the host holds and closes now. A host closes what it
    holds in TIME_WAIT over 60 seconds, and what its present cap cuts. Only where that cap is full and about to be
    another one are the counters watched, for two seconds.
options:
  name:
    description: The name of a profile, or several. Several are made one.
    type: list
    elements: str
    required: true
  folders:
    description:
      - Folders on the controller with profiles of your own, searched first. A relative path is taken from the folder
        of the playbook.
    type: list
    elements: path
    default: []
  overrides:
    description: Settings that win over those of the profiles. A key whose value is null is left out.
    type: dict
    default: {}
  max_tw_buckets:
    description: The cap on connections in TIME_WAIT itself.
    type: int
  closes_per_second:
    description: How many connections the host closes a second, which sizes the cap.
    type: float
  allow_tw_recycle:
    description:
      - Whether a profile may set C(net.ipv4.tcp_tw_recycle) where the kernel has it. Where it has none, it is left out.
    type: bool
    default: false
  cap_guard:
    description:
      - What to do when the host holds or closes more than the cap would let finish.
      - With V(ignore) it is not even looked.
    type: str
    choices: [warn, fail, ignore]
    default: warn
extends_documentation_fragment:
  - ansible.builtin.action_common_attributes
  - ansible.builtin.action_common_attributes.conn
  - ansible.builtin.action_common_attributes.flow
  - linuxnet.tcp._attributes.action_with_modules
attributes:
  platform:
    support: full
    platforms: linux
seealso:
  - plugin: linuxnet.tcp.profile
    plugin_type: lookup
  - module: linuxnet.tcp.tunables
  - module: linuxnet.tcp.state_facts
author:
  - The linuxnet.tcp authors (@linuxnet)
"""

EXAMPLES = r"""
- name: Fit a profile to the host
  linuxnet.tcp.profile_plan:
    name: forward_proxy
  register: plan

- name: Show what the cap would cut
  ansible.builtin.debug:
    var: plan.guard.message

- name: Set it
  linuxnet.tcp.tunables:
    settings: "{{ plan.settings }}"
  become: true
"""

RETURN = r"""
name:
  description: The name; of several the names, joined by C( + ).
  returned: success
  type: str
  sample: forward_proxy
settings:
  description: What O(linuxnet.tcp.tunables#module:settings) takes.
  returned: success
  type: dict
  sample: {net.ipv4.tcp_max_tw_buckets: {at_most: 5000}, net.ipv4.tcp_tw_reuse: 1}
why:
  description: By key, what the value does for this trade and what it does not.
  returned: success
  type: dict
source:
  description: By key, where that can be read.
  returned: success
  type: dict
notes:
  description: What to know of the profiles, and what was scaled, left out or overridden.
  returned: success
  type: list
  elements: str
check_mode:
  description: Whether the task ran in check mode, be it that of the play or its own.
  returned: success
  type: bool
guard:
  description: What the cap means for this host; null where none is asked, or O(cap_guard=ignore).
  returned: success
  type: dict
  contains:
    cap:
      description: The cap that will run.
      type: int
      returned: success
      sample: 5000
    holds:
      description: How many connections the host holds in TIME_WAIT.
      type: int
      returned: success
      sample: 21300
    closes_per_second:
      description: How many it closes a second; at least so many, where a full cap stays as it is.
      type: float
      returned: success
      sample: 355.0
    lets_finish:
      description: How many closes a second the cap lets finish TIME_WAIT.
      type: int
      returned: success
      sample: 83
    enough:
      description: Whether the cap is enough.
      type: bool
      returned: success
    message:
      description: The same in a sentence.
      type: str
      returned: success
      sample: >-
        net.ipv4.tcp_max_tw_buckets: this host holds 900, closes 15/s; 5000 lets 83/s finish TIME_WAIT
"""
