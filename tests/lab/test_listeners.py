# Copyright (c) 2026, the linuxnet.tcp authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""``by: [listener]``: who listens, what waits for accept(), and whose connections are whose.

No server here accepts unless the test says so: what the kernel gave to a listener is then its accept
queue, and the attribution of the connections can be held against it.
"""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import pytest

from ansible_collections.linuxnet.tcp.tests.lab import cuts, netns, states
from ansible_collections.linuxnet.tcp.tests.lab.compare import between_two_readings
from ansible_collections.linuxnet.tcp.tests.lab.run_module import run_module

Listen = Callable[..., socket.socket]
Call = Callable[..., socket.socket]


def listeners(source: str, **more: object) -> list[dict[str, Any]]:
    """The rows."""
    rows: list[dict[str, Any]] = run_module(
        "state_facts", {"by": ["listener"], "source": source, **more}
    ).facts["listeners"]
    return rows


def row_of(rows: list[dict[str, Any]], address: str, port: int) -> dict[str, Any]:
    """The one row of a listening address and port."""
    (row,) = [row for row in rows if (row["address"], row["port"]) == (address, port)]
    return row


@pytest.fixture
def sockets(inside: netns.Namespace) -> Iterator[ExitStack]:
    """What is put on this stack is closed before the namespace goes."""
    with ExitStack() as stack:
        yield stack


@pytest.fixture
def listen(sockets: ExitStack) -> Listen:
    """A listening socket that shares its port with others; ``::`` is dual-stack."""

    def make(address: str, port: int = 0, backlog: int = 16) -> socket.socket:
        domain = socket.AF_INET6 if ":" in address else socket.AF_INET
        door = sockets.enter_context(socket.socket(domain, socket.SOCK_STREAM))
        door.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        if domain == socket.AF_INET6:
            door.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 0)
        door.bind((address, port))
        door.listen(backlog)
        return door

    return make


@pytest.fixture
def call(sockets: ExitStack) -> Call:
    """A client connected to an address, or, past a full accept queue, still trying."""

    def make(address: str, port: int, wait: bool = True) -> socket.socket:
        domain = socket.AF_INET6 if ":" in address else socket.AF_INET
        client = sockets.enter_context(socket.socket(domain, socket.SOCK_STREAM))
        client.setblocking(wait)
        client.connect_ex((address, port))
        return client

    return make


def test_the_most_specific_listener_gets_the_connection(listen: Listen, call: Call, source: str) -> None:
    """On one port a specific address comes before the wildcard, and that before dual-stack: as the kernel gave them."""
    port = states.port_of(listen("127.0.0.1"))
    listen("0.0.0.0", port)
    listen("::", port)
    for address, times in (("127.0.0.1", 3), ("127.0.0.2", 2), ("::1", 1)):
        for _time in range(times):
            call(address, port)
    rows = listeners(source)
    for address, expected in (("127.0.0.1", 3), ("0.0.0.0", 2), ("::", 1)):
        row = row_of(rows, address, port)
        assert row["accept_queue"] == expected, "the kernel's own choice"
        assert row["states"]["established"] == expected, row
    assert len(rows) == 3


def test_a_dual_stack_listener_has_both_families(listen: Listen, call: Call, source: str) -> None:
    """A listener on :: owns the IPv4 connections that came to it, and so it does with a specific v4-mapped address."""
    port = states.port_of(listen("::"))
    mapped = states.port_of(listen("::ffff:127.0.0.1"))
    call("127.0.0.1", port)
    call("::1", port)
    call("127.0.0.1", mapped)
    rows = listeners(source)
    assert row_of(rows, "::", port)["states"]["established"] == 2
    (row,) = [row for row in rows if row["port"] == mapped]
    assert row["states"]["established"] == 1


def test_sockets_that_share_a_port_are_one_row(listen: Listen, call: Call, source: str) -> None:
    """SO_REUSEPORT: several sockets on one address and port are one row, their queues summed."""
    port = states.port_of(listen("127.0.0.1", backlog=16))
    for _more in range(3):
        listen("127.0.0.1", port, backlog=16)
    for _client in range(10):
        call("127.0.0.1", port)
    (row,) = listeners(source)
    assert (row["sockets"], row["accept_queue"], row["states"]["established"]) == (4, 10, 10)
    assert row["backlog"] == (64 if source == "netlink" else None), "/proc/net/tcp does not show it"


@pytest.mark.parametrize(("asked", "expected"), [(7, 7), (100000, 50)], ids=["below-somaxconn", "above-somaxconn"])
def test_the_true_backlog(inside: netns.Namespace, listen: Listen, asked: int, expected: int) -> None:
    """The backlog is what listen() asked for, cut to the somaxconn of that moment, whatever it is now."""
    inside.set("net.core.somaxconn", 50)
    listen("127.0.0.1", backlog=asked)
    inside.set("net.core.somaxconn", 4096)
    (row,) = listeners("netlink")
    assert row["backlog"] == expected


def test_a_full_accept_queue(listen: Listen, call: Call, source: str) -> None:
    """A program that does not accept: the queue holds backlog + 1 connections, the next clients wait in SYN_SENT."""
    port = states.port_of(listen("127.0.0.1", backlog=2))
    for _client in range(3):
        call("127.0.0.1", port)
    for _client in range(2):
        call("127.0.0.1", port, wait=False)
    answer = run_module("state_facts", {"by": ["listener"], "source": source})
    (row,) = answer.facts["listeners"]
    assert row["accept_queue"] == 3
    assert row["states"]["established"] == 3
    assert answer.facts["states"]["syn_sent"] == 2
    assert answer.facts["counters"]["listen_overflows"] >= 2
    assert answer.facts["counters"]["listen_drops"] >= 2


def test_every_state_of_a_listener(inside: netns.Namespace, source: str) -> None:
    """A server's connections stand in the row of their listener in whatever state they are, as ss lists them."""
    with ExitStack() as stack:
        for wire in states.WIRES:
            for maker in (states.close_wait, states.syn_recv_deferred, states.fin_wait1, states.closing):
                stack.enter_context(maker(wire, cuts.by_socket_filter))
        rows, seen = between_two_readings(lambda: listeners(source))
    doors = {row.port for row in seen if row.state == "listen"}
    assert {row["port"] for row in rows} == doors
    for row in rows:
        expected = [found.state for found in seen if found.port == row["port"] and found.state != "listen"]
        held = {state: count for state, count in row["states"].items() if count and state != "listen"}
        assert held == {state: expected.count(state) for state in set(expected)}, row


def test_an_outgoing_connection_from_the_port(listen: Listen, sockets: ExitStack, source: str) -> None:
    """Attribution is by address and port: a connection that leaves from the listener's port counts as well."""
    port = states.port_of(listen("127.0.0.1"))
    elsewhere = states.port_of(listen("127.0.0.9"))
    outgoing = sockets.enter_context(socket.socket())
    outgoing.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
    outgoing.bind(("127.0.0.1", port))
    outgoing.connect(("127.0.0.9", elsewhere))
    rows = listeners(source)
    assert row_of(rows, "127.0.0.1", port)["states"]["established"] == 1
    assert row_of(rows, "127.0.0.9", elsewhere)["states"]["established"] == 1


def test_ports_restrict(listen: Listen, call: Call, source: str) -> None:
    """``ports`` leaves only the sockets with these local ports, in every count; what is the host's stays the host's."""
    wanted, other = states.port_of(listen("127.0.0.1")), states.port_of(listen("127.0.0.1"))
    for _client in range(3):
        call("127.0.0.1", wanted)
        call("127.0.0.1", other)
    call("127.0.0.1", other)
    arguments = {"by": ["family", "listener", "peer"], "source": source, "ports": [wanted]}
    facts = run_module("state_facts", arguments).facts
    assert {state: count for state, count in facts["states"].items() if count} == {"established": 3, "listen": 1}
    assert facts["total"] == 4
    assert facts["families"]["ipv4"] == facts["states"]
    assert [(row["port"], row["states"]["established"]) for row in facts["listeners"]] == [(wanted, 3)]
    assert [(row["address"], row["count"]) for row in facts["peers"]] == [("127.0.0.1", 3)]
    assert facts["counters"]["active_opens"] == 7, "counters are not restricted"
