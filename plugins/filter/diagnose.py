# Copyright (c) 2026, the linuxnet.tcp authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Facts of a host to what is wrong with it."""

from __future__ import annotations

import typing as t

from ansible.errors import AnsibleFilterError

from ansible_collections.linuxnet.tcp.plugins.module_utils._model.errors import LinuxnetError
from ansible_collections.linuxnet.tcp.plugins.module_utils._plan import diagnosis

DOCUMENTATION = r"""
name: diagnose
short_description: Tell from the TCP facts of a host what is wrong with it, who must act, and what to do
version_added: 1.0.0
description:
  - Turns what M(linuxnet.tcp.state_facts) returned into findings, the gravest first. A host on which nothing is wrong
    gives an empty list, or findings of severity V(info), which only explain.
  - Each finding says what led to it, in numbers, and what to do. That is a kernel tunable, a program, or nothing at
    all, for many a number that looks bad is as it should be.
  - It runs on the controller and looks at nothing but what it is given. What is absent from the facts is not known, and
    never taken for zero trouble or for trouble.
  - Two samples tell more than one. Counters count since boot, so one sample shows whether something ever went wrong,
    and two whether it goes on; and whether connections leak shows in growth. Take the second some seconds or minutes
    after the first, or let the module take two readings of the counters by its parameter
    O(linuxnet.tcp.state_facts#module:sample).
  - "The best facts for it are those of C(by: [listener, peer, process]) with C(sample: 5), as root, for then listeners,
    destinations and processes can be named. C(ports) should be empty: it restricts the states and not the limits."
positional: _input
options:
  _input:
    description: What M(linuxnet.tcp.state_facts) returned, C(ansible_facts['linuxnet_tcp']).
    type: dict
    required: true
  tunables:
    description:
      - The rows that M(linuxnet.tcp.tunables_info) returned as RV(linuxnet.tcp.tunables_info#module:tunables).
      - They show settings that do not do what they were meant to, and which file sets them. Without them, only what
        RV(linuxnet.tcp.state_facts#module:ansible_facts.linuxnet_tcp.limits) shows is judged.
    type: list
    elements: dict
    default: []
  earlier:
    description:
      - What M(linuxnet.tcp.state_facts) returned for the same host some time before.
      - When a counter is lower than it was then, the host has been booted since, and the sample is not used.
    type: dict
notes:
  - Texts such as the names of processes come from the host and stand in C(evidence) as they are. Escape them where they
    are shown.
  - Thresholds, and why they are where they are, stand beside the rules in C(plugins/module_utils/_plan/diagnoses).
seealso:
  - module: linuxnet.tcp.state_facts
  - module: linuxnet.tcp.tunables_info
  - name: Guide to the diagnoses
    description: Each finding at length, and what does not help.
    link: https://github.com/linuxnet/tcp/blob/main/docs/docsite/rst/guide_diagnoses.rst
author:
  - The linuxnet.tcp authors (@linuxnet)
"""

EXAMPLES = r"""
- name: Look at the connections, and who holds them
  linuxnet.tcp.state_facts:
    by: [listener, peer, process]
    sample: 5
  become: true

- name: Say what is wrong
  ansible.builtin.debug:
    msg: "{{ ansible_facts['linuxnet_tcp'] | linuxnet.tcp.diagnose }}"

- name: Keep the first look, to see what grows
  ansible.builtin.set_fact:
    first_look: "{{ ansible_facts['linuxnet_tcp'] }}"

- name: Look again after a while
  linuxnet.tcp.state_facts:
    by: [listener, peer, process]
  become: true

- name: Look at the settings and the files behind them
  linuxnet.tcp.tunables_info:
  register: looked

- name: Stop when something is grave
  ansible.builtin.assert:
    that: findings | selectattr('severity', 'in', ['high', 'critical']) | length == 0
    fail_msg: "{{ findings | map(attribute='meaning') | join(' ') }}"
  vars:
    findings: >-
      {{ ansible_facts['linuxnet_tcp'] | linuxnet.tcp.diagnose(tunables=looked['tunables'], earlier=first_look) }}
"""

RETURN = r"""
_value:
  description: The findings, the gravest first, equally grave ones by C(id). Each C(id) is there at most once.
  type: list
  elements: dict
  contains:
    id:
      description: The name of the diagnosis, such as V(close_wait_growing).
      type: str
    severity:
      description: One of V(info), V(low), V(medium), V(high) and V(critical).
      type: str
    state:
      description: The TCP state that it is about, by its name in the facts; null when it is about none.
      type: str
    evidence:
      description: The numbers and names that led to it, by name. The values are numbers and texts.
      type: dict
    meaning:
      description: What it means, in one sentence.
      type: str
    remedy:
      description:
        - What to do. V(nothing), or a sentence that begins with C(tunable:) or with C(application:), for whoever has to
          act.
      type: str
    doc:
      description: The address of the section about it in the guide.
      type: str
  sample:
    - id: close_wait_growing
      severity: high
      state: close_wait
      evidence: {close_wait: 140, grown: 45, established: 12, command: leaky, pid: 4711, held_by_process: 140}
      meaning: >-
        Peers have closed their connections and a program on this host does not close its own: a leak, which ends when
        its file descriptors are used up.
      remedy: >-
        application: close the socket when a read returns 0 bytes; no tunable ends CLOSE_WAIT, a restart buys time
      doc: https://github.com/linuxnet/tcp/blob/main/docs/docsite/rst/guide_diagnoses.rst#close-wait-growing
"""


def diagnose(facts: object, tunables: object = (), earlier: object = None) -> list[dict[str, t.Any]]:
    """The findings as they stand in a playbook. Raises AnsibleFilterError for what cannot be facts or rows."""
    try:
        return [finding.to_result() for finding in diagnosis.diagnose(facts, tunables, earlier)]
    except LinuxnetError as error:
        raise AnsibleFilterError(str(error)) from error


class FilterModule:
    """What Ansible asks for."""

    def filters(self) -> dict[str, t.Callable[..., t.Any]]:
        """The filter by its name."""
        return {"diagnose": diagnose}
