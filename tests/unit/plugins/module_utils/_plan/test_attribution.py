# Copyright (c) 2026, the linuxnet.tcp authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whose sockets they are."""

from __future__ import annotations

from typing import Dict, List, Optional, Tuple

import pytest

from ansible_collections.linuxnet.tcp.plugins.module_utils._model.readings import (
    Holder,
    Listening,
    LocalEnd,
    RemoteEnd,
    Route,
)
from ansible_collections.linuxnet.tcp.plugins.module_utils._model.states import Family, Kind, State, no_sockets
from ansible_collections.linuxnet.tcp.plugins.module_utils._plan.attribution import (
    fullest_route,
    listener_rows,
    peer_rows,
    process_rows,
)

V4 = Kind(Family.IPV4, State.ESTABLISHED, 0)
V6 = Kind(Family.IPV6, State.ESTABLISHED, 0)


def listening(address: str, port: int = 80, accept_queue: int = 0, backlog: int = 128) -> Listening:
    """A listening socket."""
    return Listening(Family.IPV6 if ":" in address else Family.IPV4, address, port, accept_queue, backlog)


def taker(listeners: List[str], end: LocalEnd) -> List[str]:
    """The listening addresses that a connection with this local end is counted for."""
    rows = listener_rows([listening(address) for address in listeners], {end: 1})
    return [row.address for row in rows if row.states["established"]]


@pytest.mark.parametrize(
    ("listeners", "end", "expected"),
    [
        (["0.0.0.0", "10.0.0.5"], LocalEnd(V4, "10.0.0.5", 80), ["10.0.0.5"]),
        (["0.0.0.0", "10.0.0.5"], LocalEnd(V4, "10.0.0.6", 80), ["0.0.0.0"]),
        (["0.0.0.0", "::"], LocalEnd(V4, "10.0.0.5", 80), ["0.0.0.0"]),
        (["::"], LocalEnd(V4, "10.0.0.5", 80), ["::"]),
        (["::", "::ffff:10.0.0.5"], LocalEnd(V4, "10.0.0.5", 80), ["::ffff:10.0.0.5"]),
        (["::", "0.0.0.0"], LocalEnd(V6, "::ffff:10.0.0.5", 80), ["::"]),
        (["0.0.0.0"], LocalEnd(V6, "::ffff:10.0.0.5", 80), ["0.0.0.0"]),
        (["10.0.0.5", "0.0.0.0"], LocalEnd(V6, "::ffff:10.0.0.5", 80), ["10.0.0.5"]),
        (["0.0.0.0", "::"], LocalEnd(V6, "2001:db8::1", 80), ["::"]),
        (["2001:db8::1", "::"], LocalEnd(V6, "2001:db8::1", 80), ["2001:db8::1"]),
        (["0.0.0.0"], LocalEnd(V6, "2001:db8::1", 80), []),
        (["0.0.0.0", "::"], LocalEnd(V4, "10.0.0.5", 81), []),
    ],
)
def test_the_most_specific_listener_takes_a_connection(
    listeners: List[str], end: LocalEnd, expected: List[str]
) -> None:
    """Its own address first, then the wildcard of its family, then a dual-stack wildcard; of the same port only."""
    assert taker(listeners, end) == expected


def test_sockets_of_one_place_are_one_row() -> None:
    """SO_REUSEPORT: several sockets on one address and port are one row, their queues and backlogs summed."""
    (row,) = listener_rows([listening("::", 443, 3, 128), listening("::", 443, 4, 256)], {})
    assert (row.sockets, row.accept_queue, row.backlog) == (2, 7, 384)
    assert row.states == {**no_sockets(), "listen": 2}


def test_an_unknown_backlog_stays_unknown() -> None:
    """Where one of the backlogs is not shown, the sum is unknown and not too small."""
    unknown = listening("::", 443)._replace(backlog=None)
    rows = listener_rows([listening("::", 443), unknown, listening("::", 443)], {})
    assert [row.backlog for row in rows] == [None]


def test_rows_of_listeners_are_in_order() -> None:
    """Listeners come by port, then by address."""
    rows = listener_rows([listening("::1", 443), listening("::", 80), listening("0.0.0.0", 80)], {})
    assert [(row.port, row.address) for row in rows] == [(80, "0.0.0.0"), (80, "::"), (443, "::1")]


def test_states_of_a_listener_add_up() -> None:
    """Connections of several addresses and states behind a wildcard add up by state."""
    closing = Kind(Family.IPV4, State.TIME_WAIT, 3)
    ends: Dict[LocalEnd, int] = {
        LocalEnd(V4, "10.0.0.5", 80): 5,
        LocalEnd(V4, "10.0.0.6", 80): 6,
        LocalEnd(closing, "10.0.0.6", 80): 7,
    }
    (row,) = listener_rows([listening("0.0.0.0")], ends)
    assert row.states == {**no_sockets(), "listen": 1, "established": 11, "time_wait": 7}


def test_peers_with_most_sockets_come_first() -> None:
    """Peers come by number of sockets, equal ones by address, and no more than asked for."""
    ends = {RemoteEnd(V4, "10.0.0.9"): 2, RemoteEnd(V4, "10.0.0.8"): 2, RemoteEnd(V4, "10.0.0.7"): 1}
    ends[RemoteEnd(Kind(Family.IPV4, State.CLOSE_WAIT, 0), "10.0.0.7")] = 3
    rows = peer_rows(ends, 2)
    assert [(row.address, sum(row.states.values())) for row in rows] == [("10.0.0.7", 4), ("10.0.0.8", 2)]
    assert rows[0].states == {**no_sockets(), "established": 1, "close_wait": 3}


def test_processes_with_most_sockets_come_first() -> None:
    """Processes come by number of sockets, equal ones by id, and no more than asked for."""
    holders = [
        Holder(30, "nginx", {State.LISTEN: 2}),
        Holder(20, "leaky", {State.CLOSE_WAIT: 40, State.ESTABLISHED: 2}),
        Holder(10, "nginx", {State.LISTEN: 2}),
    ]
    rows = process_rows(holders, 2)
    assert [(row.pid, row.command, sum(row.states.values())) for row in rows] == [(20, "leaky", 42), (10, "nginx", 2)]
    assert rows[0].states == {**no_sockets(), "close_wait": 40, "established": 2}


def test_the_fullest_route() -> None:
    """The route with most connections is shown with its share of the ports that may be used."""
    routes = {Route("10.0.0.5", "10.0.0.9", 8080): 21000, Route("10.0.0.5", "10.0.0.9", 8081): 9}
    fullest = fullest_route(routes, 28000)
    assert fullest is not None
    assert fullest._asdict() == {
        "source": "10.0.0.5",
        "destination": "10.0.0.9",
        "destination_port": 8080,
        "used": 21000,
        "available": 28000,
        "share": 0.75,
    }


@pytest.mark.parametrize(
    ("routes", "available"), [({}, 28000), ({Route("a", "b", 1): 5}, None), ({Route("a", "b", 1): 5}, 0)]
)
def test_no_route_or_no_range(routes: Dict[Route, int], available: Optional[int]) -> None:
    """Without outgoing connections, or without a port range to hold them against, there is nothing to say."""
    assert fullest_route(routes, available) is None


def test_the_fullest_of_equal_routes_is_always_the_same() -> None:
    """Of routes with equally many connections the first by address is taken: two runs say the same."""
    routes: List[Tuple[Route, int]] = [(Route("10.0.0.5", "10.0.0.9", port), 7) for port in (443, 80, 8080)]
    for order in (routes, routes[::-1]):
        fullest = fullest_route(dict(order), 100)
        assert fullest is not None
        assert fullest.destination_port == 80
