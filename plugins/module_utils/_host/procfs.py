# Copyright (c) 2026, the linuxnet.tcp authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The kernel's counters and limits for TCP, from files under /proc that cost the same whatever the load.

`proc` is the folder that stands for /proc, so that a captured machine can be read like the running one. The network
files are those of the network namespace that this process is in.
"""

from __future__ import annotations

import os
import time
from typing import Dict, Mapping, Optional, Tuple

from .._model.errors import HostError, shown
from .._model.ports import LAST_PORT, Ports, common
from .._model.readings import Gauges, Limits, Snapshot
from .files import number_of, read_file
from .sysctl_tree import read_numbers, read_value

# Our name of each counter, and where the kernel keeps it: (file, group, name); net/ipv4/proc.c has the list.
COUNTERS = {
    "time_wait_overflow": ("TcpExt", "TCPTimeWaitOverflow"),
    "time_wait_done": ("TcpExt", "TW"),
    "time_wait_reused": ("TcpExt", "TWRecycled"),
    "listen_overflows": ("TcpExt", "ListenOverflows"),
    "listen_drops": ("TcpExt", "ListenDrops"),
    "syncookies_sent": ("TcpExt", "SyncookiesSent"),
    "syncookies_received": ("TcpExt", "SyncookiesRecv"),
    "syncookies_failed": ("TcpExt", "SyncookiesFailed"),
    "syn_queue_full_cookies": ("TcpExt", "TCPReqQFullDoCookies"),
    "syn_queue_full_drops": ("TcpExt", "TCPReqQFullDrop"),
    "aborts_on_memory": ("TcpExt", "TCPAbortOnMemory"),
    "aborts_on_timeout": ("TcpExt", "TCPAbortOnTimeout"),
    "retransmitted_segments": ("Tcp", "RetransSegs"),
    "sent_segments": ("Tcp", "OutSegs"),
    "active_opens": ("Tcp", "ActiveOpens"),
    "passive_opens": ("Tcp", "PassiveOpens"),
    "attempt_fails": ("Tcp", "AttemptFails"),
    "established_resets": ("Tcp", "EstabResets"),
}


def read_snapshot(proc: str) -> Snapshot:
    """All counters now. About 0.1 ms, whatever the number of sockets."""
    tables: Dict[str, Dict[str, int]] = {}
    for name in ("snmp", "netstat"):
        tables.update(parse_snmp(read_file(os.path.join(proc, "net", name)) or b"", name))
    counters = {ours: tables.get(group, {}).get(theirs) for ours, (group, theirs) in COUNTERS.items()}
    return Snapshot(time.monotonic(), _read_gauges(proc, tables), counters)


def _read_gauges(proc: str, tables: Mapping[str, Mapping[str, int]]) -> Gauges:
    sockstat = parse_sockstat(read_file(os.path.join(proc, "net", "sockstat")) or b"", "sockstat")
    sockstat6 = parse_sockstat(read_file(os.path.join(proc, "net", "sockstat6")) or b"", "sockstat6")
    tcp = sockstat.get("TCP", {})
    inuse_ipv4 = tcp.get("inuse")
    # No sockstat6 is a kernel without IPv6: then there are none of them. No sockstat either is: nobody knows.
    inuse_ipv6 = sockstat6.get("TCP6", {}).get("inuse", None if inuse_ipv4 is None else 0)
    return Gauges(
        inuse_ipv4=inuse_ipv4,
        inuse_ipv6=inuse_ipv6,
        minisockets=tcp.get("tw"),
        minisockets_host_wide=_minisockets_are_host_wide(proc),
        established_or_close_wait=tables.get("Tcp", {}).get("CurrEstab"),
        orphans=tcp.get("orphan"),
    )


def _minisockets_are_host_wide(proc: str) -> bool:
    """Whether `tw` counts those of other namespaces too, as kernels before 4.11 do.

    They still have tcp_tw_recycle (gone since 4.12), and show tcp_max_tw_buckets in the first namespace only.
    """
    folder = os.path.join(proc, "sys", "net", "ipv4")
    return os.path.exists(os.path.join(folder, "tcp_tw_recycle")) or not os.path.exists(
        os.path.join(folder, "tcp_max_tw_buckets")
    )


def parse_sockstat(text: bytes, name: str) -> Dict[str, Dict[str, int]]:
    """`TCP: inuse 3 orphan 0 tw 2` to {"TCP": {"inuse": 3, ...}}. `name` is the file's, for the message."""
    table: Dict[str, Dict[str, int]] = {}
    for line in text.decode("ascii", "replace").splitlines():
        group, _colon, rest = line.partition(":")
        words = rest.split()
        table[group] = dict(zip(words[0::2], (_number(word, "net/" + name) for word in words[1::2])))
    return table


def parse_snmp(text: bytes, name: str) -> Dict[str, Dict[str, int]]:
    """Pairs of lines, `Tcp: ActiveOpens ...` and `Tcp: 12 ...`, to {"Tcp": {"ActiveOpens": 12, ...}}."""
    table: Dict[str, Dict[str, int]] = {}
    lines = text.decode("ascii", "replace").splitlines()
    for names, values in zip(lines[0::2], lines[1::2]):
        group, _colon, rest = names.partition(":")
        words = values.split()
        if not words or words[0] != group + ":":
            raise HostError("/proc/net/{0} has no values for {1}".format(name, shown(group)))
        table[group] = dict(zip(rest.split(), (_number(word, "net/" + name) for word in words[1:])))
    return table


def _number(word: str, name: str) -> int:
    try:
        return number_of(word.encode("ascii", "replace"))
    except ValueError as error:
        raise HostError("/proc/{0} has {1} where a number belongs".format(name, shown(word))) from error


def read_limits(proc: str) -> Limits:
    """What bounds the counts in this namespace, from /proc/sys/net and /proc/meminfo."""
    return Limits(
        max_tw_buckets=_limit(proc, "net/ipv4/tcp_max_tw_buckets"),
        max_orphans=_limit(proc, "net/ipv4/tcp_max_orphans"),
        max_syn_backlog=_limit(proc, "net/ipv4/tcp_max_syn_backlog"),
        somaxconn=_limit(proc, "net/core/somaxconn"),
        fin_timeout=_limit(proc, "net/ipv4/tcp_fin_timeout"),
        local_port_range=read_local_ports(proc)[0],
        tw_reuse=_limit(proc, "net/ipv4/tcp_tw_reuse"),
        timestamps=_limit(proc, "net/ipv4/tcp_timestamps"),
        syncookies=_limit(proc, "net/ipv4/tcp_syncookies"),
        memory_bytes=parse_memory(read_file(os.path.join(proc, "meminfo")) or b""),
    )


def _limit(proc: str, name: str) -> Optional[int]:
    numbers = read_numbers(proc, name)
    return numbers[0] if numbers else None


def read_local_ports(proc: str) -> Tuple[Optional[Tuple[int, int]], Optional[int]]:
    """ip_local_port_range, and how many ports of it connect() may take: ip_local_reserved_ports lie idle."""
    numbers = read_numbers(proc, "net/ipv4/ip_local_port_range")
    if numbers is None:
        return None, None
    if len(numbers) != 2 or not 0 <= numbers[0] <= numbers[1] <= LAST_PORT:
        raise HostError("net.ipv4.ip_local_port_range shows {0}, not a range of ports".format(shown(numbers)))
    reserved = parse_port_list(read_value(proc, "net/ipv4/ip_local_reserved_ports") or b"")
    low, high = numbers[0], numbers[1]
    kept_back = sum(ports.high - ports.low + 1 for ports in common([Ports(low, high)], reserved))
    return (low, high), high - low + 1 - kept_back


def parse_port_list(text: bytes) -> Tuple[Ports, ...]:
    """`8080-8082,9000` to ranges. Raises HostError for anything else."""
    ranges = []
    for part in filter(None, text.strip().split(b",")):
        low, _dash, high = part.partition(b"-")
        try:
            ports = Ports(number_of(low), number_of(high or low))
        except ValueError as error:
            raise HostError("net.ipv4.ip_local_reserved_ports shows {0}, not ports".format(shown(part))) from error
        ranges.append(ports)
    return tuple(ranges)


def parse_memory(text: bytes) -> Optional[int]:
    """The host's memory in bytes, from the line `MemTotal: 24689016 kB` of /proc/meminfo."""
    for line in text.splitlines():
        words = line.split()
        if len(words) == 3 and words[0] == b"MemTotal:":
            return _number(words[1].decode("ascii", "replace"), "meminfo") * 1024
    return None
