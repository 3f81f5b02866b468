# Copyright (c) 2026, the linuxnet.tcp authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Rows of the catalogue: the connection tracker of the firewall. Its states bear the names of TCP's and are
not them."""

from __future__ import annotations

import typing as t

from ..tunables import INT32, Bounds, Older, Tunable, Unit
from .forms import CONNTRACK_SYSCTL, number, report, seconds, switch

_INT = 2147483647
_BROUGHT: t.Dict[str, t.Any] = {"module": "nf_conntrack", "source": CONNTRACK_SYSCTL}


def _timeout(state: str, default: str, summary: str, hazard: str = "") -> Tunable:
    """How long the tracker keeps a connection in one of its states."""
    hazard = hazard or "Ages entries of the tracker only; the socket keeps its own time."
    key = "net.netfilter.nf_conntrack_tcp_timeout_" + state
    return seconds(
        key, (1, 2147483), summary, default=default, hazard=hazard, counters="nf_conntrack_count", **_BROUGHT
    )


ROWS = (
    number(
        "net.netfilter.nf_conntrack_max",
        Unit.ENTRIES,
        (1, _INT),
        "How many connections the tracker may hold.",
        accepts=(0, _INT),
        older=Older("net.ipv4.tcp_tso_rtt_log", INT32),
        stricter=Bounds(1, _INT),
        host=True,
        visible=True,
        same_as="net.nf_conntrack_max",
        default="by memory; nf_conntrack_buckets, four times that before about 5.15",
        hazard="A full table drops new connections; each entry takes about 320 bytes.",
        counters="nf_conntrack_count nf_conntrack.drop nf_conntrack.early_drop",
        **_BROUGHT,
    ),
    number(
        "net.nf_conntrack_max",
        Unit.ENTRIES,
        (1, _INT),
        "Another name of net.netfilter.nf_conntrack_max.",
        accepts=(0, _INT),
        older=Older("net.ipv4.tcp_tso_rtt_log", INT32),
        stricter=Bounds(1, _INT),
        host=True,
        same_as="net.netfilter.nf_conntrack_max",
        default="as there",
        counters="nf_conntrack_count",
        **_BROUGHT,
    ),
    number(
        "net.netfilter.nf_conntrack_buckets",
        Unit.BUCKETS,
        (1, 16777216),
        "How many buckets the table of the tracker has.",
        accepts=(0, _INT),
        host=True,
        visible=True,
        default="by memory, 1024 to 262144",
        hazard="A change sorts the whole table anew; before 4.8 it could only be set when the module loads.",
        **_BROUGHT,
    ),
    report(
        "net.netfilter.nf_conntrack_count",
        Unit.ENTRIES,
        "How many connections the tracker holds.",
        default="0",
        **_BROUGHT,
    ),
    _timeout("time_wait", "120", "How long the tracker keeps a connection after both ends have closed."),
    _timeout("fin_wait", "120", "How long the tracker keeps a connection after the first end."),
    _timeout("close_wait", "60", "How long the tracker waits for the second end."),
    _timeout("last_ack", "30", "How long the tracker waits for the last acknowledgment."),
    _timeout(
        "established",
        "432000",
        "How long the tracker keeps an open connection on which nothing happens.",
        "Below the keepalive time of applications, connections through a firewall break silently; below"
        " 7440, RFC 5382.",
    ),
    _timeout("syn_sent", "120", "How long the tracker waits for the answer to a SYN."),
    _timeout("syn_recv", "60", "How long the tracker waits for the third packet of the handshake."),
    switch(
        "net.netfilter.nf_conntrack_tcp_loose",
        "Lets the tracker take up connections that were open before it was.",
        accepts=(0, 1),
        default="1",
        hazard="0 cuts open connections when the tracker starts anew.",
        **_BROUGHT,
    ),
    switch(
        "net.netfilter.nf_conntrack_tcp_be_liberal",
        "Lets packets outside the window pass as part of their connection.",
        accepts=(0, 1),
        default="0",
        hazard="1 also lets forged packets pass.",
        **_BROUGHT,
    ),
)
