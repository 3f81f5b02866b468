#!/usr/bin/python
# Copyright (c) 2026, the linuxnet.tcp authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Documentation of the action plugin of the same name, which does the work on the controller."""

from __future__ import annotations

DOCUMENTATION = r"""
module: fleet_report
short_description: Audit hosts into records, and make reports of the records
version_added: 1.0.0
description:
  - With O(state=record) it audits one host and writes what it found to a file on the controller. With O(state=report)
    it makes reports of all such files. The playbook C(linuxnet.tcp.audit_fleet) is made of the two.
  - The audit runs one module on the host, M(linuxnet.tcp.audit_info), and diagnoses its answer as the filter
    P(linuxnet.tcp.diagnose#filter) does. It changes nothing on the host unless O(textfile_dir) is given.
  - The record is in its place when the task of its host ends, whole or not at all, also when the host cannot be reached
    or half of the audit fails. So a run that was interrupted has lost nothing but the hosts it had not come to, and
    records of several runs and of several controllers can lie in one folder.
  - A record keeps what the host's earlier one said of each rule and diagnosis, so that the reports show what has
    changed.
options:
  state:
    description:
      - V(record) audits the host of the task. The task fails for a host that could not be audited whole, after the
        record was written.
      - V(report) makes the reports. It is to run once, after all hosts, with C(run_once).
    type: str
    required: true
    choices: [record, report]
  dir:
    description:
      - The folder on the controller. It is made, for its owner alone, where it does not exist. Records lie in its
        folder C(records), reports in itself.
      - C(docs/schemas/host_record.json) of the collection describes a record, C(docs/schemas/report.json) the report
        as JSON.
    type: path
    required: true
  rules:
    description:
      - Only with O(state=record). Names of sets of the collection (V(cis), V(stig), V(pci_dss), V(anssi)), paths of
        files with rules, and rules as O(linuxnet.tcp.compliance_info#module:rules) has them, as the lookup
        P(linuxnet.tcp.rules#lookup) takes them.
      - A relative path is taken from the folder of the playbook. In the playbooks of this collection it is taken from
        the folder that you are in.
      - Without any, and without O(profile), only the host's health is looked at.
    type: list
    elements: raw
    default: []
  profile:
    description:
      - Only with O(state=record). The names of profiles, such as V(web_server), to hold the host against as well. Their
        rules are what the role P(linuxnet.tcp.tcp_profile#role) would set on this host with the same options; what is
        sized by memory follows the host's.
      - That is taken from the host's earlier record. A host that tells of another memory, to which other values belong,
        is asked a second time, by M(linuxnet.tcp.compliance_info).
    type: list
    elements: str
    default: []
  profile_folders:
    description: Only with O(state=record). As O(linuxnet.tcp.profile_plan#module:folders) has them.
    type: list
    elements: path
    default: []
  profile_overrides:
    description: Only with O(state=record). As O(linuxnet.tcp.profile_plan#module:overrides) has them.
    type: dict
    default: {}
  closes_per_second:
    description: Only with O(state=record). As O(linuxnet.tcp.profile_plan#module:closes_per_second) has it.
    type: float
  max_tw_buckets:
    description: Only with O(state=record). As O(linuxnet.tcp.profile_plan#module:max_tw_buckets) has it.
    type: int
  allow_tw_recycle:
    description: Only with O(state=record). As O(linuxnet.tcp.profile_plan#module:allow_tw_recycle) has it.
    type: bool
    default: false
  waivers:
    description: Only with O(state=record). As O(linuxnet.tcp.compliance_info#module:waivers) has them.
    type: list
    elements: dict
    default: []
  by:
    description:
      - Only with O(state=record). As O(linuxnet.tcp.state_facts#module:by) has it. What is left out cannot be
        diagnosed, and takes less time on hosts with very many connections.
    type: list
    elements: str
    choices: [family, listener, peer, process]
    default: [listener, peer, process]
  sample:
    description:
      - Only with O(state=record). As O(linuxnet.tcp.state_facts#module:sample) has it, the seconds for which counters
        are watched. Each host takes that much longer.
      - Without it, counters are compared with those of the host's earlier record, if there is one.
    type: float
    default: 0
  network_namespace:
    description: Only with O(state=record). As O(linuxnet.tcp.state_facts#module:network_namespace) has it.
    type: str
  textfile_dir:
    description:
      - Only with O(state=record). A folder on the host, in which C(linuxnet_tcp.prom) is left for node_exporter, see
        M(linuxnet.tcp.metrics_file). It must exist there.
    type: path
  formats:
    description: Only with O(state=report). Which reports to make.
    type: list
    elements: str
    choices: [json, html, junit, sarif, csv, md]
    default: [json, html, junit, sarif, csv, md]
  fail_on:
    description:
      - Only with O(state=report). The task fails, after the reports were written, when a host has something of this
        severity or graver - a broken rule, or a diagnosis.
      - What is waived or not applicable never counts. A rule that could not be judged, and a host that was not audited
        whole, count as V(high).
    type: str
    choices: [never, info, low, medium, high, critical]
    default: never
  recorded:
    description:
      - Only with O(state=report). The variable under which the task with O(state=record) was registered. Hosts of the
        play for which that task could not even start are then recorded as failed, with the reason.
    type: str
notes:
  - The reports are about all records in the folder, those of earlier runs included. Each says how old it is. To forget
    a host, remove its record.
  - Records name peers and processes of the hosts, so they can be read by their owner alone (C(0600)). Reports are
    C(0644), in a folder that is C(0700) unless you made it otherwise. Where C(records) has the set-group-ID bit, its
    group may read and replace records as well.
  - Records and reports are written in check mode too. They are on the controller, and an audit changes nothing else.
  - With a stdout callback that writes for programs (C(json), C(jsonl), C(null)) the summary is not printed. It is in
    RV(summary).
extends_documentation_fragment:
  - ansible.builtin.action_common_attributes
  - ansible.builtin.action_common_attributes.conn
  - ansible.builtin.action_common_attributes.flow
  - linuxnet.tcp._attributes.action_with_modules
attributes:
  check_mode:
    support: full
    details:
      - Only the file in O(textfile_dir) is not written.
  delegation:
    support: partial
    details:
      - With O(state=report), C(delegate_to=localhost) is useful, since Ansible looks up the connection plugin of the
        first host before it runs the task.
  diff_mode:
    support: none
    details:
      - Only the file in O(textfile_dir) is ever changed.
  platform:
    platforms: posix
    support: full
seealso:
  - module: linuxnet.tcp.audit_info
  - module: linuxnet.tcp.metrics_file
author:
  - The linuxnet.tcp authors (@linuxnet)
"""

EXAMPLES = r"""
- name: Audit the web servers
  hosts: web
  gather_facts: false
  any_errors_fatal: false
  vars:
    audit_waivers:
      - {rule: cis.tcp_syncookies, until: "2027-01-31", reason: The load balancer in front answers SYNs until we move.}
  tasks:
    - name: Audit and report
      block:
        - name: Audit the host
          linuxnet.tcp.fleet_report:
            state: record
            dir: ./audit
            rules: cis
            profile: web_server
            waivers: "{{ audit_waivers }}"
          register: audited
      always:
        - name: Make the reports, and fail when something is grave
          linuxnet.tcp.fleet_report:
            state: report
            dir: ./audit
            recorded: audited
            fail_on: high
          run_once: true
          delegate_to: localhost

- name: Make the page anew from records that lie there
  hosts: localhost
  gather_facts: false
  tasks:
    - name: Make a spreadsheet and a summary
      linuxnet.tcp.fleet_report:
        state: report
        dir: ./audit
        formats: [csv, md]
"""

RETURN = r"""
record:
  description: The file of the record.
  returned: when O(state=record)
  type: str
  sample: /home/ops/audit/records/web1-2c8b1b5e.json
outcome:
  description: What became of the audit.
  returned: when O(state=record)
  type: str
  choices: [audited, unreachable, failed]
  sample: audited
compliant:
  description: Whether the host keeps all rules; null where no rule was looked at.
  returned: when O(state=record)
  type: bool
problems:
  description: The parts of the audit that gave nothing.
  returned: when O(state=record)
  type: list
  elements: dict
  contains:
    part:
      description: Which part.
      type: str
      returned: always
      choices: [host, facts, compliance, diagnosis, textfile]
    reason:
      description: Why, on one line.
      type: str
      returned: always
files:
  description: The reports, by format.
  returned: when O(state=report)
  type: dict
  sample: {"json": "/home/ops/audit/report.json"}
summary:
  description: The fleet in numbers, as C(summary) of C(report.json).
  returned: when O(state=report)
  type: dict
  contains:
    hosts:
      description: How many hosts there are records of.
      type: int
      returned: always
    compliant:
      description: How many of them keep all rules.
      type: int
      returned: always
    in_trouble:
      description: How many have something of severity V(medium) or graver.
      type: int
      returned: always
"""
