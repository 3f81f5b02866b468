# Copyright (c) 2026, the linuxnet.tcp authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Counters, limits and usage of a quiet namespace, where they are known to the last digit."""

from __future__ import annotations

from pathlib import Path

import pytest

from ansible_collections.linuxnet.tcp.tests.lab import counters, cuts, netns, states
from ansible_collections.linuxnet.tcp.tests.lab.run_module import run_module

KERNEL_NAMES = {
    "active_opens": "Tcp.ActiveOpens",
    "passive_opens": "Tcp.PassiveOpens",
    "attempt_fails": "Tcp.AttemptFails",
    "established_resets": "Tcp.EstabResets",
    "retransmitted_segments": "Tcp.RetransSegs",
    "sent_segments": "Tcp.OutSegs",
    "time_wait_done": "TcpExt.TW",
    "time_wait_reused": "TcpExt.TWRecycled",
    "time_wait_overflow": "TcpExt.TCPTimeWaitOverflow",
    "listen_overflows": "TcpExt.ListenOverflows",
    "listen_drops": "TcpExt.ListenDrops",
    "syncookies_sent": "TcpExt.SyncookiesSent",
    "syncookies_received": "TcpExt.SyncookiesRecv",
    "syncookies_failed": "TcpExt.SyncookiesFailed",
    "syn_queue_full_cookies": "TcpExt.TCPReqQFullDoCookies",
    "syn_queue_full_drops": "TcpExt.TCPReqQFullDrop",
    "aborts_on_memory": "TcpExt.TCPAbortOnMemory",
    "aborts_on_timeout": "TcpExt.TCPAbortOnTimeout",
}


def test_no_rate_where_nothing_happens(inside: netns.Namespace) -> None:
    """In a namespace at rest every rate is zero, and a sample of one second takes a second."""
    answer = run_module("state_facts", {"sample": 1})
    assert set(answer.facts["rates"].values()) == {0.0}
    assert 1.0 <= answer.wall_seconds < 3.0
    assert answer.facts["skew"] == 0


def test_counters_are_the_kernels(inside: netns.Namespace) -> None:
    """Every counter equals the kernel's of the name it stands for, and without ``sample`` there are no rates."""
    for wire in states.WIRES:
        with states.connected(wire), states.time_wait(wire, cuts.by_socket_filter):
            pass
    answer = run_module("state_facts", watch=[counters.SNMP, counters.NETSTAT])
    kernel = {**counters.tables(answer.before[counters.SNMP]), **counters.tables(answer.before[counters.NETSTAT])}
    assert answer.facts["counters"] == {ours: kernel[theirs] for ours, theirs in KERNEL_NAMES.items()}
    assert answer.facts["counters"]["active_opens"] == 6
    assert "rates" not in answer.facts


def test_limits_are_those_of_the_namespace(inside: netns.Namespace) -> None:
    """The limits are what /proc/sys shows there; host-wide ones are null in a namespace that has no such file."""
    inside.set("net.ipv4.tcp_max_tw_buckets", 10)
    inside.set("net.ipv4.ip_local_port_range", "2000 2999")
    limits = run_module("state_facts").facts["limits"]
    files = {
        "max_tw_buckets": "ipv4/tcp_max_tw_buckets",
        "max_orphans": "ipv4/tcp_max_orphans",
        "max_syn_backlog": "ipv4/tcp_max_syn_backlog",
        "somaxconn": "core/somaxconn",
        "fin_timeout": "ipv4/tcp_fin_timeout",
        "tw_reuse": "ipv4/tcp_tw_reuse",
        "timestamps": "ipv4/tcp_timestamps",
        "syncookies": "ipv4/tcp_syncookies",
    }
    for key, file in files.items():
        path = Path("/proc/sys/net", file)
        assert limits[key] == (int(path.read_text(encoding="ascii")) if path.exists() else None), key
    assert limits["max_tw_buckets"] == 10
    assert limits["local_port_range"] == [2000, 2999]
    assert limits["memory_bytes"] > 100_000_000


@pytest.mark.parametrize("held", [0, 4, 12])
def test_the_share_of_the_time_wait_cap(inside: netns.Namespace, source: str, held: int) -> None:
    """``usage.time_wait`` is what is held over the cap, and what the cap refused is in the counter."""
    inside.set("net.ipv4.tcp_max_tw_buckets", 10)
    for _number in range(held):
        with states.time_wait(states.IPV4, cuts.by_socket_filter):
            pass
    facts = run_module("state_facts", {"source": source}).facts
    assert facts["states"]["time_wait"] == min(held, 10)
    assert facts["usage"]["time_wait"] == pytest.approx(min(held, 10) / 10)
    assert facts["counters"]["time_wait_overflow"] == max(0, held - 10)
