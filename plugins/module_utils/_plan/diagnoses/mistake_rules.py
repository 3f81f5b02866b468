# Copyright (c) 2026, the linuxnet.tcp authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The table of the common mistakes: their sentences beside what finds them."""

from __future__ import annotations

from ..._model.findings import Severity
from . import mistakes
from .rule import Rule

_ROWS = "rows of ``tunables_info``"
_OLD = _ROWS + ", ``net.ipv4.tcp_tw_recycle`` among them"

RULES = (
    Rule(
        "tw_recycle_on",
        "time_wait",
        (Severity.HIGH,),
        "net.ipv4.tcp_tw_recycle drops callers behind NAT at random, because it takes their address for one clock.",
        mistakes.recycle_on,
        _ROWS,
        1,
    ),
    Rule(
        "tw_recycle_gone",
        "time_wait",
        (Severity.LOW,),
        "A file sets net.ipv4.tcp_tw_recycle, which this kernel no longer has: nothing happens but an error.",
        mistakes.recycle_gone,
        _ROWS,
        1,
    ),
    Rule(
        "fin_timeout_lowered",
        "fin_wait2",
        (Severity.INFO,),
        "net.ipv4.tcp_fin_timeout is lowered, which shortens FIN_WAIT2 without an owner and nothing else: TIME_WAIT is"
        " always 60 s.",
        mistakes.fin_timeout_lowered,
        mistake=2,
    ),
    Rule(
        "time_wait_cap_zero",
        "time_wait",
        (Severity.MEDIUM,),
        "net.ipv4.tcp_max_tw_buckets is 0, so that no connection gets the protection of TIME_WAIT.",
        mistakes.cap_zero,
        mistake=3,
    ),
    Rule(
        "time_wait_cap_negative",
        "time_wait",
        (Severity.MEDIUM,),
        "net.ipv4.tcp_max_tw_buckets is negative, which means no cap to new kernels and no TIME_WAIT at all to 3.10.",
        mistakes.cap_negative,
        mistake=3,
    ),
    Rule(
        "tw_reuse_without_use",
        "time_wait",
        (Severity.INFO,),
        "net.ipv4.tcp_tw_reuse acts on outgoing connections only, is on, and this host opens hardly any.",
        mistakes.reuse_without_use,
        mistake=4,
    ),
    Rule(
        "tw_reuse_without_timestamps",
        "time_wait",
        (Severity.MEDIUM,),
        "net.ipv4.tcp_tw_reuse is on and net.ipv4.tcp_timestamps is off, and without timestamps no port is reused.",
        mistakes.reuse_without_timestamps,
        mistake=5,
    ),
    Rule(
        "tw_reuse_two_is_all",
        "time_wait",
        (Severity.LOW,),
        "net.ipv4.tcp_tw_reuse is 2, which means loopback only since 4.19; this kernel is older and takes it for on.",
        mistakes.reuse_two_is_all,
        _OLD,
        6,
    ),
    Rule(
        "keepalive_needs_asking",
        "established",
        (Severity.INFO,),
        "The keepalive tunables are changed; they act only on sockets whose program sets SO_KEEPALIVE and no times of"
        " its own.",
        mistakes.keepalive_needs_asking,
        _ROWS,
        7,
    ),
    Rule(
        "syn_backlog_above_somaxconn",
        "syn_recv",
        (Severity.LOW,),
        "A file raises net.ipv4.tcp_max_syn_backlog above net.core.somaxconn, which bounds both queues of a listener"
        " already.",
        mistakes.syn_backlog_above_somaxconn,
        _ROWS,
        8,
    ),
    Rule(
        "somaxconn_lowered",
        "listen",
        (Severity.LOW,),
        "A file sets net.core.somaxconn below this kernel's own 4096: it shortens the queues it was to lengthen.",
        mistakes.somaxconn_lowered,
        _ROWS,
        9,
    ),
    Rule(
        "somaxconn_cut",
        "listen",
        (Severity.MEDIUM,),
        "net.core.somaxconn is beyond 65535 on a kernel that keeps its lowest 16 bits.",
        mistakes.somaxconn_cut,
        _OLD,
        9,
    ),
    Rule(
        "tcp_mem_in_bytes",
        None,
        (Severity.MEDIUM,),
        "net.ipv4.tcp_mem allows more than the host's memory: it counts pages, and was given bytes.",
        mistakes.tcp_mem_in_bytes,
        _ROWS,
        10,
    ),
    Rule(
        "syncookies_always",
        "syn_recv",
        (Severity.LOW,),
        "net.ipv4.tcp_syncookies is 2, which is for tests: every connection loses the options that a cookie cannot"
        " carry.",
        mistakes.syncookies_always,
        mistake=11,
    ),
    Rule(
        "dead_keys",
        None,
        (Severity.INFO,),
        "A file sets keys that this kernel keeps for old files' sake and does not look at.",
        mistakes.dead_keys,
        _ROWS,
        12,
    ),
    Rule(
        "tracker_is_not_sockets",
        None,
        (Severity.INFO,),
        "A file sets timeouts of the firewall's connection tracker; they age its entries and no sockets.",
        mistakes.tracker_is_not_sockets,
        _ROWS,
        13,
    ),
    Rule(
        "host_key_in_namespace",
        None,
        (Severity.LOW,),
        "A file sets a key that belongs to the host, and this network namespace or container is without it.",
        mistakes.host_key_in_namespace,
        _ROWS,
        16,
    ),
)
