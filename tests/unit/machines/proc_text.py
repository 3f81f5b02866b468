# Copyright (c) 2026, the linuxnet.tcp authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The kernel's side of /proc, for tests: the files that it would show for a list of sockets.

Written from net/ipv4/tcp_ipv4.c, net/ipv6/tcp_ipv6.c and net/ipv4/proc.c, and not from our own reader.
"""

from __future__ import annotations

import socket
import struct
from pathlib import Path
from typing import Iterable, List, Mapping, Optional

from .inet_diag import IPV4, IPV6, TIME_WAIT_TIMER, Socket

HEADINGS = {
    IPV4: "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode",
    IPV6: "  sl  local_address                         remote_address                        st tx_queue rx_queue tr "
    "tm->when retrnsmt   uid  timeout inode",
}
TW_STATES = (5, 6)
ORPHAN_STATES = (4, 5, 9, 11)
SYN_RECV = 3
TCP_COUNTERS = (
    "ActiveOpens", "PassiveOpens", "AttemptFails", "EstabResets", "CurrEstab", "InSegs", "OutSegs", "RetransSegs",
    "InErrs", "OutRsts", "InCsumErrors",
)  # fmt: skip
TCP_EXT_COUNTERS = (
    "SyncookiesSent", "SyncookiesRecv", "SyncookiesFailed", "TW", "TWRecycled", "ListenOverflows", "ListenDrops",
    "TCPAbortOnMemory", "TCPAbortOnTimeout", "TCPTimeWaitOverflow", "TCPReqQFullDoCookies", "TCPReqQFullDrop",
)  # fmt: skip
DEFAULT_SYSCTLS = {
    "net/core/somaxconn": "4096",
    "net/ipv4/ip_local_port_range": "32768\t60999",
    "net/ipv4/ip_local_reserved_ports": "",
    "net/ipv4/tcp_fin_timeout": "60",
    "net/ipv4/tcp_max_orphans": "131072",
    "net/ipv4/tcp_max_syn_backlog": "2048",
    "net/ipv4/tcp_max_tw_buckets": "131072",
    "net/ipv4/tcp_syncookies": "1",
    "net/ipv4/tcp_timestamps": "1",
    "net/ipv4/tcp_tw_reuse": "2",
}


def is_minisocket(held: Socket) -> bool:
    """Whether the kernel keeps no more of it than a TIME_WAIT needs."""
    return held.state in TW_STATES and held.timer == TIME_WAIT_TIMER


def is_request(held: Socket) -> bool:
    """Whether it is a half-open connection and no socket yet."""
    return held.state == SYN_RECV and not held.inode


def tcp_line(number: int, held: Socket, byteorder: str = "little") -> str:
    """One line of /proc/net/tcp or tcp6. Minisockets and requests have fewer columns than sockets."""
    line = "{0:4d}: {1} {2} {3:02X} {4:08X}:{5:08X} {6:02X}:{7:08X} {8:08X} {9:5d} {10:8d} {11:d}".format(
        number,
        _end(held.family, held.local, held.local_port, byteorder),
        _end(held.family, held.remote, held.remote_port, byteorder),
        held.state,
        # A listener's send queue is not shown.
        0 if held.state == 10 else held.send_queue,
        held.receive_queue,
        held.timer,
        0,
        0,
        0,
        0,
        held.inode,
    )
    tail = " 3 0000000012345678" if is_minisocket(held) else " 1 0000000012345678 20 4 30 10 -1"
    return (line + tail).ljust(149)


def _end(family: int, address: str, port: int, byteorder: str) -> str:
    raw = socket.inet_pton(socket.AF_INET if family == IPV4 else socket.AF_INET6, address)
    words = struct.unpack("{0}{1}I".format("<" if byteorder == "little" else ">", len(raw) // 4), raw)
    return "".join("{0:08X}".format(word) for word in words) + ":{0:04X}".format(port)


def tcp_table(sockets: Iterable[Socket], family: int, byteorder: str = "little", first_row: int = 0) -> str:
    """/proc/net/tcp (IPV4) or /proc/net/tcp6 (IPV6), from the row `first_row` on."""
    rows = [held for held in sockets if held.family == family]
    lines = [HEADINGS[family].ljust(149)]
    lines += [tcp_line(number, held, byteorder) for number, held in enumerate(rows, first_row)]
    return "\n".join(lines) + "\n"


def sockstat(sockets: Iterable[Socket], minisockets_elsewhere: int = 0) -> str:
    """/proc/net/sockstat. Before 4.11 `tw` counted those of other namespaces, too."""
    held = list(sockets)
    full = _full(held, IPV4)
    orphans = sum(1 for one in held if _is_full(one) and not one.inode and one.state in ORPHAN_STATES)
    minisockets = sum(map(is_minisocket, held)) + minisockets_elsewhere
    return (
        "sockets: used {0}\nTCP: inuse {1} orphan {2} tw {3} alloc {0} mem 0\nUDP: inuse 0 mem 0\n"
        "UDPLITE: inuse 0\nRAW: inuse 0\nFRAG: inuse 0 memory 0\n"
    ).format(len(held), full, orphans, minisockets)


def sockstat6(sockets: Iterable[Socket]) -> str:
    """/proc/net/sockstat6."""
    full = _full(sockets, IPV6)
    return "TCP6: inuse {0}\nUDP6: inuse 0\nUDPLITE6: inuse 0\nRAW6: inuse 0\nFRAG6: inuse 0 memory 0\n".format(full)


def snmp(sockets: Iterable[Socket], counters: Optional[Mapping[str, int]] = None) -> str:
    """/proc/net/snmp, as far as TCP goes. `counters` by the kernel's names."""
    values = {"RtoAlgorithm": 1, "RtoMin": 200, "RtoMax": 120000, "MaxConn": -1}
    values.update(dict.fromkeys(TCP_COUNTERS, 0))
    values.update(counters or {})
    values["CurrEstab"] = sum(1 for held in sockets if held.state in (1, 8))
    ip = {"Forwarding": 2, "DefaultTTL": 64, "InReceives": 0}
    return _pair("Ip", ip) + _pair("Tcp", values)


def netstat(counters: Optional[Mapping[str, int]] = None) -> str:
    """/proc/net/netstat. `counters` by the kernel's names; the rest is 0."""
    return _pair("TcpExt", {**dict.fromkeys(TCP_EXT_COUNTERS, 0), **(counters or {})})


def _pair(group: str, values: Mapping[str, int]) -> str:
    return "{0}: {1}\n{0}: {2}\n".format(group, " ".join(values), " ".join(map(str, values.values())))


def _is_full(held: Socket) -> bool:
    return not is_minisocket(held) and not is_request(held)


def _full(sockets: Iterable[Socket], family: int) -> int:
    return sum(1 for held in sockets if held.family == family and _is_full(held))


def write_proc(
    proc: Path,
    sockets: List[Socket],
    sysctls: Optional[Mapping[str, Optional[str]]] = None,
    *,
    ipv6: bool = True,
    minisockets_elsewhere: int = 0,
    first_row: int = 0,
) -> None:
    """The whole of `proc` as far as our reader looks. A value of None in `sysctls` is a key that is not there."""
    net = proc / "net"
    net.mkdir(parents=True, exist_ok=True)
    files = {
        "tcp": tcp_table(sockets, IPV4, first_row=first_row),
        "sockstat": sockstat(sockets, minisockets_elsewhere),
        "snmp": snmp(sockets),
        "netstat": netstat(),
    }
    if ipv6:
        files.update(tcp6=tcp_table(sockets, IPV6, first_row=first_row), sockstat6=sockstat6(sockets))
    for name, text in files.items():
        (net / name).write_text(text, encoding="ascii")
    for key, value in {**DEFAULT_SYSCTLS, **(sysctls or {})}.items():
        if value is None:
            continue
        path = proc / "sys" / key
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(value + "\n", encoding="ascii")
    (proc / "meminfo").write_text("MemTotal:        2048000 kB\n", encoding="ascii")
