# Copyright (c) 2026, the linuxnet.tcp authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whose sockets they are: of which listener, peer or process, and which destination uses up the local ports."""

from __future__ import annotations

from heapq import nsmallest
from typing import Dict, Iterable, List, Mapping, NamedTuple, Optional, Tuple

from .._model.readings import Holder, Listening, LocalEnd, RemoteEnd, Route
from .._model.states import Family, State, no_sockets

MAPPED = "::ffff:"
ANY_IPV4, ANY = "0.0.0.0", "::"  # noqa: S104 - addresses to compare with
Place = Tuple[str, int]


class ListenerRow(NamedTuple):
    """A listening (address, port). Several sockets (SO_REUSEPORT) are one row, their queues and backlogs summed."""

    address: str
    port: int
    sockets: int
    accept_queue: int
    backlog: Optional[int]
    states: Dict[str, int]


class PeerRow(NamedTuple):
    """A remote address and the sockets that lead there."""

    address: str
    sockets: int
    states: Dict[str, int]


class ProcessRow(NamedTuple):
    """A process and the sockets that it holds."""

    pid: int
    command: str
    sockets: int
    states: Dict[str, int]


class LocalPorts(NamedTuple):
    """The route that has used most local ports. `share` of `available`: 1.0 means that connect() fails there next."""

    source: str
    destination: str
    destination_port: int
    used: int
    available: int
    share: float


def listener_rows(listening: Iterable[Listening], local_ends: Mapping[LocalEnd, int]) -> List[ListenerRow]:
    """A row a listening (address, port), by port and address, with the connections whose local end it is.

    A connection goes to the most specific listener that matches: its own address, then the wildcard of its family,
    then a dual-stack wildcard. It is a matter of address and port: the kernel keeps no link from a connection to its
    listener, so a connection that was opened from that port is counted as well.
    """
    rows: Dict[Place, ListenerRow] = {}
    for socket in listening:
        place = (socket.address, socket.port)
        row = rows.get(place, ListenerRow(socket.address, socket.port, 0, 0, 0, no_sockets()))
        backlog = None if socket.backlog is None or row.backlog is None else row.backlog + socket.backlog
        waiting = row.accept_queue + socket.accept_queue
        row = row._replace(sockets=row.sockets + 1, accept_queue=waiting, backlog=backlog)
        row.states[State.LISTEN.title] += 1
        rows[place] = row
    for end, number in local_ends.items():
        for place in _candidates(end):
            if place in rows:
                rows[place].states[end.kind.state.title] += number
                break
    return sorted(rows.values(), key=lambda row: (row.port, row.address))


def _candidates(end: LocalEnd) -> List[Place]:
    address, port = end.address, end.port
    if end.kind.family is Family.IPV4:
        return [(address, port), (ANY_IPV4, port), (MAPPED + address, port), (ANY, port)]
    if address.startswith(MAPPED):
        # An IPv4 connection of a dual-stack socket; half-open ones may stand under their IPv4 address.
        plain = address[len(MAPPED) :]
        return [(address, port), (ANY, port), (plain, port), (ANY_IPV4, port)]
    return [(address, port), (ANY, port)]


def peer_rows(remote_ends: Mapping[RemoteEnd, int], top: int) -> List[PeerRow]:
    """The `top` remote addresses with most sockets."""
    sockets: Dict[str, int] = {}
    for end, number in remote_ends.items():
        sockets[end.address] = sockets.get(end.address, 0) + number
    # A server knows many thousand peers: only those that are shown get a row.
    rows = {
        address: PeerRow(address, number, no_sockets())
        for address, number in nsmallest(top, sockets.items(), key=lambda item: (-item[1], item[0]))
    }
    for end, number in remote_ends.items():
        if end.address in rows:
            rows[end.address].states[end.kind.state.title] += number
    return list(rows.values())


def process_rows(holders: Iterable[Holder], top: int) -> List[ProcessRow]:
    """The `top` processes with most sockets."""
    rows = []
    for holder in holders:
        states = no_sockets()
        for state, number in holder.states.items():
            states[state.title] += number
        rows.append(ProcessRow(holder.pid, holder.command, sum(states.values()), states))
    return sorted(rows, key=lambda row: (-row.sockets, row.pid))[:top]


def fullest_route(routes: Mapping[Route, int], available: Optional[int]) -> Optional[LocalPorts]:
    """The (source, destination, destination port) that has used most of its `available` local ports.

    The range counts for each such triple by itself: net/ipv4/inet_hashtables.c, __inet_hash_connect().
    """
    if not routes or not available:
        return None
    route, used = min(routes.items(), key=lambda item: (-item[1], item[0]))
    share = round(used / available, 4)
    return LocalPorts(route.source, route.destination, route.destination_port, used, available, share)
