# Copyright (c) 2026, the linuxnet.tcp authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What state_facts has to say about a list of sockets: counted one by one, in the plainest way, to hold it against."""

from __future__ import annotations

import ipaddress
from collections import Counter
from typing import Any, Dict, Iterable, List, Optional

from .inet_diag import IPV4, IPV6, TIME_WAIT_TIMER, Socket

TITLES = (
    "established", "syn_sent", "syn_recv", "fin_wait1", "fin_wait2", "time_wait",
    "close", "close_wait", "last_ack", "listen", "closing",
)  # fmt: skip
SYN_RECV, TIME_WAIT, LISTEN = 3, 6, 10
Rows = List[Dict[str, Any]]


def states(sockets: Iterable[Socket]) -> Dict[str, int]:
    """How many are in each of the eleven states."""
    found = Counter(TITLES[held.state - 1] for held in sockets)
    return {title: found[title] for title in TITLES}


def families(sockets: List[Socket]) -> Dict[str, Dict[str, int]]:
    """The same by family."""
    named = {"ipv4": IPV4, "ipv6": IPV6}
    return {title: states(held for held in sockets if held.family == family) for title, family in named.items()}


def listeners(sockets: List[Socket], *, with_backlog: bool) -> Rows:
    """The rows of listeners: each connection at the most specific listening address that would have taken it."""
    places = sorted({(held.local_port, held.local) for held in sockets if held.state == LISTEN})
    members: Dict[Any, List[Socket]] = {place: [] for place in places}
    for held in sockets:
        if held.state == LISTEN:
            members[held.local_port, held.local].append(held)
            continue
        fitting = [place for place in places if place[0] == held.local_port and _takes(place[1], held)]
        if fitting:
            members[min(fitting, key=lambda place: _distance(place[1], held))].append(held)
    rows = []
    for (port, address), held_here in members.items():
        listening = [held for held in held_here if held.state == LISTEN]
        rows.append(
            {
                "address": address,
                "port": port,
                "sockets": len(listening),
                "accept_queue": sum(held.receive_queue for held in listening),
                "backlog": sum(held.send_queue for held in listening) if with_backlog else None,
                "states": states(held_here),
            }
        )
    return rows


def _takes(listening: str, held: Socket) -> bool:
    """Whether a listener on this address would take a connection to this local address."""
    if listening == "::" or _plain(listening) == _plain(held.local):
        return True
    return listening == "0.0.0.0" and ipaddress.ip_address(_plain(held.local)).version == 4


def _distance(listening: str, held: Socket) -> Any:
    """0 for the very address; then the same address of the other family or a wildcard, of the own family first."""
    if listening == held.local:
        return 0
    mapped = ":" in held.local
    order = ["::", _plain(held.local), "0.0.0.0"] if mapped else ["0.0.0.0", "::ffff:" + held.local, "::"]
    return 1 + order.index(listening)


def _plain(address: str) -> str:
    return address[len("::ffff:") :] if address.startswith("::ffff:") else address


def peers(sockets: Iterable[Socket], top: int) -> Rows:
    """The rows of peers."""
    members: Dict[str, List[Socket]] = {}
    for held in sockets:
        if held.state != LISTEN:
            members.setdefault(held.remote, []).append(held)
    rows = [{"address": peer, "count": len(held), "states": states(held)} for peer, held in members.items()]
    return _most(rows, "address")[:top]


def local_ports(sockets: List[Socket], low: int, high: int, available: int) -> Optional[Dict[str, Any]]:
    """The route that uses most ports of the range; a port that is listened on is a server's and not used up."""
    served = {held.local_port for held in sockets if held.state == LISTEN}
    used = Counter(
        (held.local, held.remote, held.remote_port)
        for held in sockets
        if held.state != LISTEN and low <= held.local_port <= high and held.local_port not in served
    )
    if not used or not available:
        return None
    (source, destination, port), number = min(used.items(), key=lambda item: (-item[1], item[0]))
    return {
        "source": source,
        "destination": destination,
        "destination_port": port,
        "used": number,
        "available": available,
        "share": round(number / available, 4),
    }


def nobodys(sockets: Iterable[Socket]) -> int:
    """Sockets that a process could hold, and none does: orphans, and connections that wait to be accepted."""
    return sum(
        1 for held in sockets if not held.inode and held.state != SYN_RECV and held.timer != TIME_WAIT_TIMER
    )


def is_orphan(held: Socket) -> bool:
    """Whether its process has closed it and the kernel has still to finish: FIN_WAIT1, FIN_WAIT2, LAST_ACK, CLOSING."""
    return held.state in (4, 5, 9, 11) and not held.inode and held.timer != TIME_WAIT_TIMER


def processes(sockets: List[Socket], described: Rows) -> Rows:
    """The rows of processes, from what processes.json says of their descriptors."""
    rows = []
    for process in described:
        held = [one for one in sockets if one.inode and "socket:[{0}]".format(one.inode) in process["descriptors"]]
        if held:
            row = {"pid": process["pid"], "command": process["command"], "count": len(held), "states": states(held)}
            rows.append(row)
    return _most(rows, "pid")


def _most(rows: Rows, name: str) -> Rows:
    return sorted(rows, key=lambda row: (-row["count"], row[name]))


def unattributed(sockets: List[Socket], described: Rows) -> int:
    """The sockets that none of these processes holds, though one could."""
    named = {target for process in described for target in process["descriptors"]}
    lost = [one for one in sockets if one.inode and "socket:[{0}]".format(one.inode) not in named]
    return len(lost) + nobodys(sockets)
