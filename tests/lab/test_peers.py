# Copyright (c) 2026, the linuxnet.tcp authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""``by: [peer]`` and the local port range: two hosts joined by a cable, held against ``ss -tan``."""

from __future__ import annotations

import socket
import subprocess
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack

import pytest

from ansible_collections.linuxnet.tcp.tests.lab import netns, states
from ansible_collections.linuxnet.tcp.tests.lab.compare import between_two_readings
from ansible_collections.linuxnet.tcp.tests.lab.run_module import Answer, run_module

PORTS = (40000, 40999)  # the local port range of the client in these tests
CLIENTS = {"192.0.2.1": 7, "192.0.2.11": 4, "192.0.2.12": 2, "2001:db8::1": 3}  # how many each address opens


@pytest.fixture(scope="module")
def ends() -> Iterator[tuple[netns.Side, netns.Side, int]]:
    """A client that talks from four addresses to a dual-stack server, and the server's port.

    The connections of 192.0.2.12 are closed by the client first, and are in TIME_WAIT there.
    """
    with netns.cable("peers") as (client, server), ExitStack() as stack:
        client.namespace.set("net.ipv4.ip_local_port_range", f"{PORTS[0]} {PORTS[1]}")
        with server.namespace.entered():
            door = stack.enter_context(states.listening(states.MAPPED, backlog=64))
        port = states.port_of(door)
        with client.namespace.entered():
            for address in ("192.0.2.11", "192.0.2.12"):
                subprocess.run(["ip", "address", "add", f"{address}/32", "dev", "lab0"], check=True)
            for address, times in CLIENTS.items():
                for _time in range(times):
                    near = connect(address, server, port)
                    far = door.accept()[0]
                    if address == "192.0.2.12":
                        states.say_goodbye(near)
                        near.close()
                        far.close()
                    else:
                        stack.callback(near.close)
                        stack.callback(far.close)
        yield client, server, port


def connect(source: str, server: netns.Side, port: int) -> socket.socket:
    """A connection from a chosen local address; the kernel chooses the port when it knows the destination."""
    ipv6 = ":" in source
    near = socket.socket(socket.AF_INET6 if ipv6 else socket.AF_INET)
    near.setsockopt(socket.IPPROTO_IP, 24, 1)  # IP_BIND_ADDRESS_NO_PORT
    near.bind((source, 0))
    near.connect((server.ipv6 if ipv6 else server.ipv4, port))
    return near


def facts(source: str, **more: object) -> Answer:
    """The module's answer by peer."""
    return run_module("state_facts", {"by": ["peer"], "source": source, **more})


def plain(address: str) -> str:
    """An IPv4 peer of a dual-stack server is an IPv4 peer."""
    return address.removeprefix("::ffff:")


def test_peers_of_the_server(ends: tuple[netns.Side, netns.Side, int], source: str) -> None:
    """The server's peers, their numbers and states are those that ss lists, the largest first."""
    _client, server, _port = ends
    with server.namespace.entered():
        answer, rows = between_two_readings(lambda: facts(source))
    expected = Counter(plain(row.peer) for row in rows if row.state != "listen")
    peers = answer.facts["peers"]
    assert {plain(peer["address"]): peer["count"] for peer in peers} == dict(expected)
    assert [peer["count"] for peer in peers] == sorted(expected.values(), reverse=True)
    assert (expected["192.0.2.1"], expected["2001:db8::1"]) == (7, 3)
    assert peers[0]["states"]["established"] == 7
    assert all(sum(peer["states"].values()) == peer["count"] for peer in peers)


def test_top_cuts_the_list(ends: tuple[netns.Side, netns.Side, int], source: str) -> None:
    """``top`` keeps that many rows, the largest."""
    _client, server, _port = ends
    with server.namespace.entered():
        peers = facts(source, top=2).facts["peers"]
    assert [(plain(peer["address"]), peer["count"]) for peer in peers] == [("192.0.2.1", 7), ("192.0.2.11", 4)]


def test_time_wait_is_among_a_clients_peers(ends: tuple[netns.Side, netns.Side, int], source: str) -> None:
    """Sockets in TIME_WAIT still hold an address and a port: the client's count has them."""
    client, server, _port = ends
    with client.namespace.entered():
        answer, rows = between_two_readings(lambda: facts(source))
    expected = Counter((row.peer, row.state) for row in rows)
    for peer in answer.facts["peers"]:
        for state, count in peer["states"].items():
            assert count == expected[peer["address"], state], (peer["address"], state)
    assert {peer["address"] for peer in answer.facts["peers"]} == {server.ipv4, server.ipv6}


@pytest.mark.parametrize("reserved", [0, 100])
def test_the_fullest_route(ends: tuple[netns.Side, netns.Side, int], source: str, reserved: int) -> None:
    """The fullest (source, destination, port) is the one that ss shows, out of the range less its reserved ports."""
    client, server, port = ends
    ports = f"{PORTS[1] - reserved + 1}-{PORTS[1]}" if reserved else ""
    client.namespace.set("net.ipv4.ip_local_reserved_ports", ports)
    with client.namespace.entered():
        answer, rows = between_two_readings(lambda: facts(source))
    routes = Counter((row.address, row.peer, row.peer_port) for row in rows if PORTS[0] <= row.port <= PORTS[1])
    fullest, used = routes.most_common(1)[0]
    assert (fullest, used) == ((client.ipv4, server.ipv4, port), 7)
    route = answer.facts["usage"]["local_ports"]
    assert (route["source"], route["destination"], route["destination_port"]) == fullest
    assert (route["used"], route["available"]) == (used, 1000 - reserved)
    assert route["share"] == pytest.approx(used / (1000 - reserved), abs=0.001)


def test_local_ports_only_when_asked(inside: netns.Namespace, source: str) -> None:
    """Without ``by: [peer]`` no address is read, and ``usage.local_ports`` is null."""
    answer = run_module("state_facts", {"source": source})
    assert answer.facts["usage"]["local_ports"] is None
    assert not {"peers", "listeners", "families", "processes"} & set(answer.facts)
