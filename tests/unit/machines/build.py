# Copyright (c) 2026, the linuxnet.tcp authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Build the machines that could not be captured here, from what the kernel's sources and documents say of them.

    python -m ansible_collections.linuxnet.tcp.tests.unit.machines.build

Their facts are counted one by one (model.py), not by the code under test. Each is made anew, folder and all.
"""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any, Dict, List, NamedTuple, Optional, Tuple

from . import model
from .capture import write_json
from .inet_diag import IPV4, IPV6, Socket
from .machine import MACHINES
from .proc_text import DEFAULT_SYSCTLS, is_minisocket, write_proc

Json = Dict[str, Any]
BY: List[List[str]] = [[], ["family"], ["listener"], ["peer"], ["process"], ["family", "listener", "peer", "process"]]
QUESTIONS: List[Json] = [{"by": by} for by in BY] + [{"by": BY[-1], "ports": [80, 443]}]

# A web server behind IPv4 and IPv6, some of it v4-mapped, that calls a backend itself; in every state but CLOSE.
SOCKETS = [
    Socket(IPV4, 10, "0.0.0.0", 80, "0.0.0.0", 0, inode=101, receive_queue=2, send_queue=511),
    Socket(IPV4, 10, "127.0.0.1", 9000, "0.0.0.0", 0, inode=102, send_queue=128),
    Socket(IPV4, 1, "192.0.2.10", 80, "198.51.100.7", 51000, inode=103),
    Socket(IPV4, 1, "192.0.2.10", 80, "198.51.100.7", 51001),
    Socket(IPV4, 1, "192.0.2.10", 80, "198.51.100.8", 40000),
    Socket(IPV4, 3, "192.0.2.10", 80, "198.51.100.9", 40001, timer=1),
    Socket(IPV4, 4, "192.0.2.10", 80, "198.51.100.9", 40002, timer=1, send_queue=1448),
    Socket(IPV4, 5, "192.0.2.10", 80, "198.51.100.9", 40003, timer=3),
    Socket(IPV4, 5, "192.0.2.10", 80, "198.51.100.9", 40004, inode=104),
    Socket(IPV4, 6, "192.0.2.10", 80, "198.51.100.9", 40005, timer=3),
    Socket(IPV4, 9, "192.0.2.10", 80, "198.51.100.9", 40006, timer=1),
    Socket(IPV4, 11, "192.0.2.10", 80, "198.51.100.9", 40007, timer=1),
    Socket(IPV4, 1, "192.0.2.10", 32768, "203.0.113.5", 5432, inode=105),
    Socket(IPV4, 1, "192.0.2.10", 32770, "203.0.113.5", 5432, inode=106),
    Socket(IPV4, 8, "192.0.2.10", 32772, "203.0.113.5", 5432, inode=107),
    Socket(IPV4, 2, "192.0.2.10", 32774, "203.0.113.6", 5432, timer=1, inode=108),
    Socket(IPV4, 6, "192.0.2.10", 32776, "203.0.113.5", 5432, timer=3),
    Socket(IPV6, 10, "::", 443, "::", 0, inode=109, receive_queue=1, send_queue=511),
    Socket(IPV6, 10, "::", 443, "::", 0, inode=110, receive_queue=3, send_queue=511),
    Socket(IPV6, 1, "2001:db8::10", 443, "2001:db8:1::7", 52000, inode=111),
    Socket(IPV6, 1, "::ffff:192.0.2.10", 443, "::ffff:198.51.100.7", 52001, inode=112),
    Socket(IPV6, 8, "::ffff:192.0.2.10", 443, "::ffff:198.51.100.7", 52002, inode=113),
    Socket(IPV6, 5, "2001:db8::10", 443, "2001:db8:1::7", 52003, timer=3),
    Socket(IPV6, 6, "2001:db8::10", 443, "2001:db8:1::7", 52004, timer=3),
    Socket(IPV6, 6, "::ffff:192.0.2.10", 443, "::ffff:198.51.100.8", 52005, timer=3),
]
ONLY_IPV4 = [held for held in SOCKETS if held.family == IPV4]
PROCESSES: List[Json] = [
    {"pid": 1, "command": "", "descriptors": []},
    {"pid": 700, "command": "nginx", "descriptors": ["/dev/null", "socket:[101]", "socket:[109]", "pipe:[5]"]},
    {
        "pid": 701,
        "command": "nginx",
        "descriptors": ["socket:[{0}]".format(inode) for inode in (101, 109, 110, 103, 104, 111, 112, 113)],
    },
    {
        "pid": 900,
        "command": "app server",
        "descriptors": ["socket:[{0}]".format(inode) for inode in (102, 105, 106, 107)],
    },
]


AS_USUAL: Json = {}


class Build(NamedTuple):
    """A machine to build. `sysctls` besides the usual ones; `unavailable` is why there is no sock_diag socket."""

    what: str
    sockets: List[Socket] = SOCKETS
    quirks: Json = AS_USUAL
    unavailable: str = ""
    sysctls: Dict[str, Optional[str]] = AS_USUAL
    ipv6: bool = True
    minisockets_elsewhere: int = 0
    first_row: int = 0
    source: str = "netlink"
    without: Tuple[str, ...] = ()


NO_SOCKET = "this host gives no sock_diag socket: Protocol not supported"
# As a sandbox that has its own TCP stack shows itself: the sockets, and nothing of the kernel.
COUNTER_FILES = ("net/sockstat", "net/sockstat6", "net/snmp", "net/netstat", "sys", "meminfo")
BUILDS = {
    "no_ipv6": Build(
        "A kernel without IPv6 (`ipv6.disable=1`): no sockstat6 and no tcp6. Absent here means that there are none.",
        sockets=ONLY_IPV4,
        ipv6=False,
    ),
    "no_inet_diag_done": Build(
        "No inet_diag module: the dump ends with -ENOENT inside NLMSG_DONE, and looks like an empty table otherwise "
        "(net/ipv4/inet_diag.c, inet_diag_handler_cmd() and __inet_diag_dump()).",
        quirks={"end_error": 2},
        source="procfs",
    ),
    "no_inet_diag_error": Build(
        "No inet_diag module, and both requests are answered by NLMSG_ERROR with -ENOENT.",
        quirks={"refuses": {"18": 2, "20": 2}},
        source="procfs",
    ),
    "no_inet_diag_silent": Build(
        "No inet_diag module on kernels about 3.4: an empty dump without any error, though sockstat counts sockets.",
        quirks={"silent": True},
        source="procfs",
    ),
    "no_sock_diag_socket": Build(
        "A kernel without CONFIG_INET_DIAG, or a sandbox: socket(AF_NETLINK, SOCK_RAW, NETLINK_SOCK_DIAG) gives "
        "EPROTONOSUPPORT.",
        unavailable=NO_SOCKET,
        source="procfs",
    ),
    "no_counters": Build(
        "A sandbox with a TCP stack of its own: /proc/net/tcp and tcp6, and neither counters nor limits nor sock_diag. "
        "What is not known is null, not 0.",
        unavailable=NO_SOCKET,
        source="procfs",
        without=COUNTER_FILES,
    ),
    "kernel_3_10": Build(
        "Linux 3.10 (RHEL 7): tcp_tw_recycle is still there, `tw` of sockstat counts the minisockets of all network "
        "namespaces, 5000 of them elsewhere (net/ipv4/proc.c before 4.11), messages have few attributes and datagrams "
        "at most 16 KiB. The sockets in TIME_WAIT have to be listed.",
        quirks={"attribute_bytes": [8], "datagram_bytes": 16384},
        sysctls={"net/ipv4/tcp_tw_recycle": "0", "net/ipv4/tcp_tw_reuse": "0", "net/core/somaxconn": "128"},
        minisockets_elsewhere=5000,
    ),
    "kernel_3_10_idle_container": Build(
        "A network namespace on Linux 3.10 with no socket in it, while the host holds 5000 in TIME_WAIT: sock_diag "
        "lists nothing and is right. tcp_max_tw_buckets and tcp_tw_recycle are shown in the first namespace only.",
        sockets=[],
        quirks={"attribute_bytes": [8], "datagram_bytes": 16384},
        sysctls={"net/ipv4/tcp_max_tw_buckets": None, "net/ipv4/tcp_max_orphans": None, "net/ipv4/tcp_tw_reuse": None},
        minisockets_elsewhere=5000,
    ),
    "kernel_4_9": Build(
        "Linux 4.9, with both of what articles of its time advise: `tcp_tw_recycle` and `tcp_tw_reuse` are 1, which is "
        "all that the latter means besides 0 (before 4.19). `tw` of sockstat still counts the minisockets of all "
        "network namespaces, 3000 of them elsewhere.",
        quirks={"attribute_bytes": [8], "datagram_bytes": 16384},
        sysctls={"net/ipv4/tcp_tw_recycle": "1", "net/ipv4/tcp_tw_reuse": "1", "net/core/somaxconn": "128"},
        minisockets_elsewhere=3000,
    ),
    "kernel_4_14": Build(
        "Linux 4.14: `tcp_tw_recycle` is gone (4.12) and each network namespace counts its own minisockets (4.11), so "
        "that the sockets in TIME_WAIT need not be listed. `tcp_tw_reuse` is 1: for all connections; 2 does not exist "
        "yet.",
        quirks={"attribute_bytes": [8], "datagram_bytes": 16384},
        sysctls={"net/ipv4/tcp_tw_reuse": "1", "net/core/somaxconn": "128"},
    ),
    "old_request_refused": Build(
        "TCPDIAG_GETSOCK (18) is answered by NLMSG_ERROR with -EINVAL, SOCK_DIAG_BY_FAMILY (20) works: two walks.",
        quirks={"refuses": {"18": 22}},
    ),
    "mixed_datagrams": Build(
        "Messages of several lengths in small datagrams, and the end mark in the last one with sockets.",
        quirks={"attribute_bytes": [28, 20, 20, 36, 0], "datagram_bytes": 700, "end_with_sockets": True},
    ),
    "row_10000": Build(
        "/proc/net/tcp from row 9990 on: at row 10000 all columns move one place to the right, for the kernel gives "
        "the number four (`%4d`). Lines before are left out.",
        first_row=9990,
    ),
    "row_100000": Build("The same at row 100000.", first_row=99990),
}


def build(name: str, plan: Build, root: Path) -> None:
    """Make the folder `name` anew."""
    folder = root / name
    shutil.rmtree(folder, ignore_errors=True)
    write_proc(
        folder / "proc",
        plan.sockets,
        plan.sysctls,
        ipv6=plan.ipv6,
        minisockets_elsewhere=plan.minisockets_elsewhere,
        first_row=plan.first_row,
    )
    for missing in plan.without:
        path = folder / "proc" / missing
        shutil.rmtree(path) if path.is_dir() else path.unlink()
    answers: Json = {"unavailable": plan.unavailable}
    if not plan.unavailable:
        answers = {"quirks": plan.quirks, "sockets": [held._asdict() for held in plan.sockets]}
    write_json(folder / "sock_diag.json", answers)
    write_json(folder / "processes.json", PROCESSES)
    expected = [{"parameters": question, "facts": facts(question, plan)} for question in QUESTIONS]
    write_json(folder / "expected.json", expected)
    title = name.replace("_", " ").capitalize()
    text = "# {0}\n\n{1}\n\nBuilt by hand from documented behaviour: `BUILDS` in `../build.py`.\n"
    (folder / "README.md").write_text(text.format(title, plan.what), encoding="utf-8")


def facts(question: Json, plan: Build) -> Json:
    """What state_facts has to say to this question."""
    ports = question.get("ports")
    asked = [held for held in plan.sockets if not ports or held.local_port in ports]
    limits = _limits(plan)
    states = model.states(asked)
    found: Json = {
        "states": states,
        "total": len(asked),
        "limits": limits,
        "usage": {"time_wait": _cap_used(plan, asked), "orphans": _orphans_used(plan), "local_ports": None},
        "counters": dict.fromkeys(COUNTERS, None if plan.without else 0),
        "source": plan.source,
        "skew": 0,
    }
    if "family" in question["by"]:
        found["families"] = model.families(asked)
    if "listener" in question["by"]:
        found["listeners"] = model.listeners(asked, with_backlog=plan.source == "netlink")
    if "peer" in question["by"]:
        found["peers"] = model.peers(asked, 10)
        if limits["local_port_range"]:
            low, high = limits["local_port_range"]
            found["usage"]["local_ports"] = model.local_ports(asked, low, high, high - low + 1)
    if "process" in question["by"]:
        found["processes"] = model.processes(asked, PROCESSES)
        found["unattributed"] = model.unattributed(asked, PROCESSES)
    return found


COUNTERS = (
    "time_wait_overflow", "time_wait_done", "time_wait_reused", "listen_overflows", "listen_drops", "syncookies_sent",
    "syncookies_received", "syncookies_failed", "syn_queue_full_cookies", "syn_queue_full_drops", "aborts_on_memory",
    "aborts_on_timeout", "retransmitted_segments", "sent_segments", "active_opens", "passive_opens", "attempt_fails",
    "established_resets",
)  # fmt: skip
LIMITS = {
    "max_tw_buckets": "net/ipv4/tcp_max_tw_buckets",
    "max_orphans": "net/ipv4/tcp_max_orphans",
    "max_syn_backlog": "net/ipv4/tcp_max_syn_backlog",
    "somaxconn": "net/core/somaxconn",
    "fin_timeout": "net/ipv4/tcp_fin_timeout",
    "local_port_range": "net/ipv4/ip_local_port_range",
    "tw_reuse": "net/ipv4/tcp_tw_reuse",
    "timestamps": "net/ipv4/tcp_timestamps",
    "syncookies": "net/ipv4/tcp_syncookies",
}


def _limits(plan: Build) -> Json:
    if plan.without:
        return dict.fromkeys((*LIMITS, "memory_bytes"))
    shown: Dict[str, Optional[str]] = {**DEFAULT_SYSCTLS, **plan.sysctls}
    limits: Json = {}
    for name, key in LIMITS.items():
        numbers = [int(word) for word in (shown[key] or "").split()]
        limits[name] = numbers if len(numbers) > 1 else next(iter(numbers), None)
    return {**limits, "memory_bytes": 2048000 * 1024}


def _cap_used(plan: Build, asked: List[Socket]) -> Optional[float]:
    cap = _limits(plan)["max_tw_buckets"]
    # Where `tw` is the whole host's, the namespace's own are those that were listed in TIME_WAIT.
    own = [held for held in plan.sockets if is_minisocket(held)]
    if plan.minisockets_elsewhere:
        own = [held for held in asked if held.state == model.TIME_WAIT]
    return None if cap is None else round(len(own) / cap, 4)


def _orphans_used(plan: Build) -> Optional[float]:
    limit = _limits(plan)["max_orphans"]
    return None if limit is None else round(sum(map(model.is_orphan, plan.sockets)) / limit, 4)


def main() -> None:
    """Build all of them, in the folder of this file."""
    for name, plan in BUILDS.items():
        build(name, plan, MACHINES)


if __name__ == "__main__":
    main()
