# Copyright (c) 2026, the linuxnet.tcp authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The words of the page about profiles: what each part does, its columns, and which figure speaks for which key."""

from __future__ import annotations

from typing import NamedTuple

from .part_cap import AT_ONCE as CAP_AT_ONCE
from .part_flood import LEAD, RATE
from .part_ports import AT_ONCE as PORTS_AT_ONCE
from .part_ports import POOL, SHARE
from .part_queue import CALLS, PAUSE
from .part_trades import AT_ONCE
from .stage import KERNEL


class Section(NamedTuple):
    """A part on the page: its heading, what was done, the figures to show, and those to draw."""

    title: str
    text: str
    columns: tuple[str, ...]
    drawn: tuple[str, ...]


#: Names of figures to headings.
METRICS = {
    "per_second": "requests/s",
    "failed": "failed requests",
    "slowest_ms": "slowest request, ms",
    "time_wait": "TIME_WAIT at the end",
    "most_time_wait": "most TIME_WAIT",
    "cut": "cut by the cap (TCPTimeWaitOverflow)",
    "queue_drops": "accept queue drops (ListenOverflows)",
    "minisockets_kib": "TIME_WAIT memory, KiB",
    "server_mib": "server's memory, MiB",
    "no_address": "EADDRNOTAVAIL in nginx's log",
    "reused": "ports reused (TWRecycled)",
    "soon": "% answered within 0.9 s",
    "answered": "% answered",
    "cookies": "syncookies sent",
    "flood": "SYNs of the flood",
    "half_open": "half-open held",
    "syn_drops": "SYNs dropped (ListenDrops)",
}
SECTIONS = {
    "trades": Section(
        "Each profile on its server",
        f"`ab` with {AT_ONCE} requests at once, each on a connection of its own, as fast as it goes: at nginx itself, "
        "through HAProxy (http-server-close) to an nginx, through Squid to an nginx. The first line of each server is "
        "the kernel without any setting of ours; a profile stands on the kernel of this machine, whose own values are "
        "already those of a recent Linux. What TIME_WAIT takes of memory stands in the next part.",
        ("per_second", "failed", "time_wait", "cut", "queue_drops", "server_mib"),
        ("per_second", "time_wait"),
    ),
    "cap": Section(
        "The cap on TIME_WAIT",
        f"Squid, which hangs up on its clients first, and `ab` with {CAP_AT_ONCE} requests at once, from an empty "
        "table on. The plot is another run, over a line that brings more than 1,500 requests a second: the load goes "
        "on all the time, and 5000 is set in the middle of it. Memory is the most that was held, at the size of the "
        "kernel's object for it (tw_sock_TCP in /proc/slabinfo).",
        ("per_second", "failed", "slowest_ms", "most_time_wait", "cut", "minisockets_kib"),
        (),
    ),
    "ports": Section(
        "Outgoing ports",
        "nginx passes each request on over a new connection and hangs up first, to one origin: what happens when "
        "keepalive to the servers behind is asked for and its pool forgotten. A port is then taken for 60 s. Of each "
        f"range one port in {SHARE} is used, the lowest, so that ports run out at 47 requests a second instead of 470 "
        f"(with reverse_proxy's range at 92 instead of 921); `ab` sends 4,000 requests, {PORTS_AT_ONCE} at once. Each "
        "failure is an error page for a client. The last line mends the application and sets nothing.",
        ("per_second", "failed", "no_address", "reused", "time_wait", "cut"),
        ("failed", "per_second"),
    ),
    "queue": Section(
        "The accept queue",
        f"nginx stands still for {PAUSE:g} s (SIGSTOP) while {CALLS} clients call. Who finds the queue full is "
        "dropped, and calls again after a second. nginx asks for a backlog of 65,535, but for the last line.",
        ("soon", "answered", "queue_drops", "cookies"),
        ("soon", "queue_drops"),
    ),
    "flood": Section(
        "SYN flood",
        f"{RATE:,.0f} SYNs a second from addresses that nobody has; {LEAD:g} s later 50 real clients call nginx, one "
        "each 20 ms, and wait for 0.9 s. Without syncookies the kernel lets a client pass whom it has met "
        "before (tcp_metrics): once one call has got through, the others follow, hence all or nothing.",
        ("flood", "answered", "half_open", "syn_drops", "cookies"),
        ("answered", "half_open"),
    ),
}


class KeyEvidence(NamedTuple):
    """The two variants of a part that differ in one key only, and the figure that shows whether the key matters."""

    profile: str
    key: str
    part: str
    without: str
    with_it: str
    metric: str


KEYS = (
    KeyEvidence(
        "web_server", "net.core.somaxconn", "queue", "128, as before Linux 5.4", "web_server", "soon",
    ),
    KeyEvidence(
        "web_server", "net.core.somaxconn, nginx without backlog=", "queue", "web_server",
        "web_server, nginx asks for 511", "soon",
    ),
    KeyEvidence(
        "web_server", "net.ipv4.tcp_syncookies", "flood", "no syncookies", "syncookies (the kernel's own)", "answered",
    ),
    KeyEvidence(
        "web_server", "net.ipv4.tcp_max_syn_backlog, with syncookies", "flood", "syncookies, tcp_max_syn_backlog 128",
        "syncookies (the kernel's own)", "answered",
    ),
    KeyEvidence(
        "web_server", "net.ipv4.tcp_max_syn_backlog, without syncookies", "flood", "no syncookies",
        "no syncookies, queues of 4096", "answered",
    ),
    KeyEvidence("web_server", "the whole profile", "trades", f"nginx/{KERNEL}", "nginx/web_server", "per_second"),
    KeyEvidence("reverse_proxy", "net.ipv4.ip_local_port_range", "ports", KERNEL, "only the ports", "failed"),
    KeyEvidence("reverse_proxy", "net.ipv4.tcp_tw_reuse", "ports", KERNEL, "only tcp_tw_reuse", "failed"),
    KeyEvidence("reverse_proxy", "(keepalive in nginx, no setting)", "ports", KERNEL, POOL, "failed"),
    KeyEvidence(
        "reverse_proxy", "the whole profile", "trades", f"haproxy/{KERNEL}", "haproxy/reverse_proxy", "per_second",
    ),
    KeyEvidence(
        "forward_proxy", "net.ipv4.tcp_max_tw_buckets, speed", "cap", "131,072", "5,000", "per_second",
    ),
    KeyEvidence(
        "forward_proxy", "net.ipv4.tcp_max_tw_buckets, memory in KiB", "cap", "131,072", "5,000", "minisockets_kib",
    ),
    KeyEvidence("classic", "the whole article", "trades", f"squid/{KERNEL}", "squid/classic", "per_second"),
)  # fmt: skip
NOT_MEASURED = (
    "Not measured here: `tcp_fin_timeout` and `tcp_keepalive_time`, which matter only where clients vanish, and "
    "`tcp_timestamps`, which is on everywhere already."
)
