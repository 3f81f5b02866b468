#!/usr/bin/python
# Copyright (c) 2026, the linuxnet.tcp authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Count the TCP connections of a host by state."""

from __future__ import annotations

DOCUMENTATION = r"""
module: state_facts
short_description: Count the TCP connections of a host by state
version_added: 1.0.0
description:
  - Returns how many TCP sockets of the host are in each of the eleven states, what bounds these numbers and how near
    the bounds are, and the kernel's counters of what went wrong.
  - The counts are exact and cheap at any load. What the kernel counts itself is taken from its counters; only the
    sockets in the rare states are listed, over netlink (C(sock_diag)). Sockets in C(TIME_WAIT) are never listed unless
    O(by), O(ports) or an old kernel makes it necessary.
  - Where netlink is not to be had, C(/proc/net/tcp) and C(/proc/net/tcp6) are read instead.
  - Needs no program on the host, such as C(ss) or C(netstat), and no package beyond Python's standard library.
options:
  by:
    description:
      - What to split the counts by, beyond the state.
      - V(family) adds RV(ansible_facts.linuxnet_tcp.families).
      - V(listener) adds RV(ansible_facts.linuxnet_tcp.listeners), the connections of each listening address and port.
        They are attributed by address and port, so a connection that the host opened from such a port counts as well.
      - V(peer) adds RV(ansible_facts.linuxnet_tcp.peers), the remote addresses with most connections, and
        RV(ansible_facts.linuxnet_tcp.usage.local_ports), the destination that has used most of the local port range.
      - V(process) adds RV(ansible_facts.linuxnet_tcp.processes), the processes that hold most sockets. An ordinary user
        sees own processes only; what could not be attributed is counted in
        RV(ansible_facts.linuxnet_tcp.unattributed).
      - All but V(family) list every connection, which takes about as long as a third of C(ss -tan).
    type: list
    elements: str
    choices: [family, listener, peer, process]
    default: []
  ports:
    description:
      - Count only sockets with one of these local ports.
      - Restricts RV(ansible_facts.linuxnet_tcp.states), RV(ansible_facts.linuxnet_tcp.total),
        RV(ansible_facts.linuxnet_tcp.families), RV(ansible_facts.linuxnet_tcp.listeners),
        RV(ansible_facts.linuxnet_tcp.peers) and RV(ansible_facts.linuxnet_tcp.processes). The limits, their usage and
        the counters stay those of the host.
      - Empty means all ports.
    type: list
    elements: int
    default: []
  top:
    description: How many rows of peers and of processes to return, those with most sockets first.
    type: int
    default: 10
  sample:
    description:
      - Seconds between two readings of the counters. Greater than V(0), it adds
        RV(ansible_facts.linuxnet_tcp.rates), and the task takes that much longer.
    type: float
    default: 0
  network_namespace:
    description:
      - The network namespace to look at, as a name (of C(ip netns)), as a path, or as the id of a process in it, such
        as the main process of a container. Digits alone are a process id.
      - Entering another namespace than the task's own needs root.
    type: str
  source:
    description:
      - Where to read from. V(auto) takes netlink, and V(procfs) where the host has no C(sock_diag) for TCP.
      - The counts are the same. V(procfs) takes many times longer on a busy host, and cannot tell the backlog of a
        listener.
    type: str
    choices: [auto, netlink, procfs]
    default: auto
extends_documentation_fragment:
  - linuxnet.tcp._attributes
  - linuxnet.tcp._attributes.facts_module
  - linuxnet.tcp._attributes.actiongroup_tcp
notes:
  - Sockets that are bound but not connected are not counted, so C(close) is practically always 0.
  - Connections over IPv4 of a dual-stack (IPv6) socket count as IPv6, as in C(ss) and in C(/proc/net/tcp6).
  - Connections that wait in an accept queue are C(established).
seealso:
  - name: Linux kernel documentation, IP sysctl
    description: What the limits mean.
    link: https://www.kernel.org/doc/html/latest/networking/ip-sysctl.html
  - name: RFC 9293
    description: The states and how a connection goes from one to the next.
    link: https://www.rfc-editor.org/rfc/rfc9293.html#section-3.3.2
author:
  - The linuxnet.tcp authors (@linuxnet)
"""

EXAMPLES = r"""
- name: Count the TCP connections of the host
  linuxnet.tcp.state_facts:

- name: Show how many connections are in TIME_WAIT and how near the cap that is
  ansible.builtin.debug:
    msg: >-
      {{ ansible_facts['linuxnet_tcp']['states']['time_wait'] }} in TIME_WAIT,
      {{ ansible_facts['linuxnet_tcp']['usage']['time_wait'] }} of the cap

- name: Find the listener whose accept queue is full
  linuxnet.tcp.state_facts:
    by: [listener]

- name: Find the process that leaks connections in CLOSE_WAIT
  linuxnet.tcp.state_facts:
    by: [process]
    top: 3
  become: true

- name: See how much of the local port range the fullest destination has used
  linuxnet.tcp.state_facts:
    by: [peer]

- name: Measure for five seconds how many connections are opened, accepted and dropped
  linuxnet.tcp.state_facts:
    sample: 5

- name: Count the connections to the web server alone
  linuxnet.tcp.state_facts:
    ports: [80, 443]

- name: Look into the network namespace that ip netns knows as web
  linuxnet.tcp.state_facts:
    network_namespace: web
  become: true

- name: Look into a container, by the id of its main process
  linuxnet.tcp.state_facts:
    network_namespace: "{{ container_main_process }}"
  become: true
"""

RETURN = r"""
ansible_facts:
  description: The facts, under one key.
  returned: success
  type: dict
  contains:
    linuxnet_tcp:
      description: What the TCP connections of the host are doing.
      returned: success
      type: dict
      contains:
        states:
          description:
            - Sockets by state. All eleven are always there - C(established), C(syn_sent), C(syn_recv), C(fin_wait1),
              C(fin_wait2), C(time_wait), C(close), C(close_wait), C(last_ack), C(listen), C(closing).
          returned: success
          type: dict
          sample: {established: 412, syn_sent: 0, syn_recv: 3, fin_wait1: 1, fin_wait2: 7, time_wait: 21300, close: 0,
                   close_wait: 2, last_ack: 0, listen: 14, closing: 0}
        total:
          description: The sum of the states.
          returned: success
          type: int
          sample: 21739
        families:
          description: The same eleven states for C(ipv4) and for C(ipv6).
          returned: when O(by) has V(family)
          type: dict
        listeners:
          description: A row for each listening address and port.
          returned: when O(by) has V(listener)
          type: list
          elements: dict
          contains:
            address:
              description: The local address, C(0.0.0.0) or C(::) for all.
              type: str
              returned: success
            port:
              description: The local port.
              type: int
              returned: success
            sockets:
              description: How many sockets listen there; more than one with C(SO_REUSEPORT).
              type: int
              returned: success
            accept_queue:
              description: Connections that are established and wait for the application to accept them.
              type: int
              returned: success
            backlog:
              description:
                - How many may wait - the smaller of what the application gave to C(listen(\)) and of C(somaxconn) at
                  that moment. The sum over the sockets; null where the source does not show it.
              type: int
              returned: success
            states:
              description: The connections of this listener by state, and C(listen), the listening sockets themselves.
              type: dict
              returned: success
        peers:
          description: The remote addresses with most sockets.
          returned: when O(by) has V(peer)
          type: list
          elements: dict
          contains:
            address:
              description: The remote address.
              type: str
              returned: success
            count:
              description: How many sockets lead there.
              type: int
              returned: success
            states:
              description: The same by state.
              type: dict
              returned: success
        processes:
          description: The processes with most sockets. A socket that several processes hold counts for each.
          returned: when O(by) has V(process)
          type: list
          elements: dict
          contains:
            pid:
              description: The process id.
              type: int
              returned: success
            command:
              description: The name of the process, at most 15 bytes.
              type: str
              returned: success
            count:
              description: How many TCP sockets it holds.
              type: int
              returned: success
            states:
              description: The same by state.
              type: dict
              returned: success
        unattributed:
          description:
            - Sockets for which no process was found, because the user may not look, because they wait to be accepted,
              or because their process has closed them and the kernel has not finished. C(time_wait) and half-open ones
              never have a process and are not counted here.
          returned: when O(by) has V(process)
          type: int
        limits:
          description: What bounds the counts. A key that this namespace lacks is null.
          returned: success
          type: dict
          contains:
            max_tw_buckets:
              description: Most sockets in TIME_WAIT, C(net.ipv4.tcp_max_tw_buckets).
              type: int
              returned: success
            max_orphans:
              description: Most sockets without a process, C(net.ipv4.tcp_max_orphans). Of the whole host.
              type: int
              returned: success
            max_syn_backlog:
              description: Most half-open connections of a listener without cookies, C(net.ipv4.tcp_max_syn_backlog).
              type: int
              returned: success
            somaxconn:
              description: The upper bound of what an application may give to C(listen(\)), C(net.core.somaxconn).
              type: int
              returned: success
            fin_timeout:
              description: Seconds that an orphan stays in FIN_WAIT2, C(net.ipv4.tcp_fin_timeout). Not TIME_WAIT's.
              type: int
              returned: success
            local_port_range:
              description: First and last port for outgoing connections, C(net.ipv4.ip_local_port_range).
              type: list
              elements: int
              returned: success
              sample: [32768, 60999]
            tw_reuse:
              description: Whether connect may take a port in TIME_WAIT, C(net.ipv4.tcp_tw_reuse).
              type: int
              returned: success
            timestamps:
              description: C(net.ipv4.tcp_timestamps), without which tcp_tw_reuse has no effect.
              type: int
              returned: success
            syncookies:
              description: C(net.ipv4.tcp_syncookies).
              type: int
              returned: success
            memory_bytes:
              description: The memory of the host.
              type: int
              returned: success
        usage:
          description: How much of the limits is used; 1.0 is all of it.
          returned: success
          type: dict
          contains:
            time_wait:
              description:
                - What the kernel holds against C(max_tw_buckets). It counts orphans in FIN_WAIT2 as well as TIME_WAIT.
              type: float
              returned: success
              sample: 0.1625
            orphans:
              description:
                - Orphans over C(max_orphans). Both are the host's; null where the namespace does not show the limit.
              type: float
              returned: success
            local_ports:
              description:
                - The source, destination and destination port that have used most local ports, and how many there are.
                  Null unless O(by) has V(peer), or when there is no outgoing connection.
              type: dict
              returned: success
              sample: {source: 10.0.0.5, destination: 10.0.0.9, destination_port: 8080, used: 21000, available: 28232,
                       share: 0.7438}
        counters:
          description:
            - The kernel's counters since boot, or since the namespace was made. One that this kernel lacks is null.
            - C(time_wait_done) is the kernel's C(TcpExt.TW). Linux 6.18 counts in it connections that begin TIME_WAIT,
              where its older documents speak of those that have finished it.
          returned: success
          type: dict
          sample: {time_wait_overflow: 0, time_wait_done: 812344, time_wait_reused: 102, listen_overflows: 0,
                   listen_drops: 0, syncookies_sent: 0, syncookies_received: 0, syncookies_failed: 0,
                   syn_queue_full_cookies: 0, syn_queue_full_drops: 0, aborts_on_memory: 0, aborts_on_timeout: 21,
                   retransmitted_segments: 5012, sent_segments: 91233410, active_opens: 40211, passive_opens: 840112,
                   attempt_fails: 310, established_resets: 1290}
        rates:
          description: The same counters, a second.
          returned: when O(sample) is greater than V(0)
          type: dict
        source:
          description: How the sockets were read, V(netlink) or V(procfs).
          returned: success
          type: str
          sample: netlink
        elapsed_ms:
          description: How many milliseconds the reading took, without O(sample).
          returned: success
          type: float
          sample: 15.8
        skew:
          description:
            - How many sockets the kernel's counters saw come, go or change while they were read. No count is off by
              more; V(0) means that nothing moved.
          returned: success
          type: int
          sample: 0
"""

from ansible.module_utils.basic import AnsibleModule

from ansible_collections.linuxnet.tcp.plugins.module_utils._host.compile_once import compile_once

compile_once()

from ansible_collections.linuxnet.tcp.plugins.module_utils._model.errors import LinuxnetError
from ansible_collections.linuxnet.tcp.plugins.module_utils._survey.sockets import ARGUMENTS, look_at_sockets


def main() -> None:
    """What Ansible runs."""
    module = AnsibleModule(
        argument_spec={
            **ARGUMENTS,
            "ports": {"type": "list", "elements": "int", "default": []},
            "top": {"type": "int", "default": 10},
            "source": {"type": "str", "choices": ["auto", "netlink", "procfs"], "default": "auto"},
        },
        supports_check_mode=True,
    )
    try:
        facts, unseen = look_at_sockets(module.params)
    except LinuxnetError as error:
        module.fail_json(msg=str(error))
    for sentence in unseen:
        module.warn(sentence)
    module.exit_json(changed=False, ansible_facts={"linuxnet_tcp": facts})


if __name__ == "__main__":
    main()
