# Copyright (c) 2026, the linuxnet.tcp authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every state is made for real, and the module's counts equal those of ``ss -tan``."""

from __future__ import annotations

import functools
import socket
import subprocess
from collections.abc import Iterator
from contextlib import ExitStack

import pytest

from ansible_collections.linuxnet.tcp.tests.lab import cuts, netns, ss, states
from ansible_collections.linuxnet.tcp.tests.lab.compare import assert_equal_to_ss, between_two_readings
from ansible_collections.linuxnet.tcp.tests.lab.run_module import Answer, run_module

# Documentation/networking/ip-sysctl.rst: client, server, and neither needs a cookie.
FAST_OPEN_WITHOUT_COOKIES = 0x1 | 0x2 | 0x4 | 0x200
ALL_MAKERS = states.ALL_MAKERS


def counts(source: str, uid: int = 0, where: str | None = None) -> Answer:
    """The module's answer, by family."""
    arguments = {"by": ["family"], "source": source}
    return run_module("state_facts", {**arguments, "network_namespace": where} if where else arguments, uid=uid)


@pytest.fixture(scope="module")
def quiet() -> Iterator[netns.Namespace]:
    """A namespace for the makers, one at a time."""
    with netns.namespace("quiet") as made:
        yield made


@pytest.fixture(scope="module")
def busy() -> Iterator[netns.Namespace]:
    """A namespace in which every state is held."""
    with netns.namespace("busy") as made, ExitStack() as stack:
        with made.entered():
            stack.enter_context(states.every_state(cuts.by_nftables))
        try:
            yield made
        finally:
            with made.entered():  # the firewall rules are taken away where they were made
                stack.close()


@pytest.mark.needs("nft")
@pytest.mark.parametrize(("state", "maker"), ALL_MAKERS, ids=[maker.__name__ for _state, maker in ALL_MAKERS])
def test_one_state_by_itself(quiet: netns.Namespace, state: str, maker: states.Maker) -> None:
    """Over each wire a maker puts a new socket into its state, and by either source all counts equal those of ss."""
    with quiet.entered(), ExitStack() as stack:
        for wire in states.WIRES:
            before = set(ss.rows())
            stack.enter_context(maker(wire, cuts.by_nftables))
            made = [row for row in ss.rows() if row not in before]
            if state == "close":
                assert not made, "no table of connections lists a socket that is only bound"
            else:
                assert (state, wire.counted_as) in {(row.state, row.family) for row in made}, made
        for source in ("netlink", "procfs"):
            answer, rows = between_two_readings(functools.partial(counts, source))
            assert_equal_to_ss(answer, rows)


@pytest.mark.needs("nft")
def test_every_state_started_inside(busy: netns.Namespace, source: str, uid: int) -> None:
    """Started inside the namespace, root and an ordinary user get what ss gets, however it is read."""
    with busy.entered():
        answer, rows = between_two_readings(lambda: counts(source, uid))
    assert_equal_to_ss(answer, rows)
    assert answer.facts["source"] == source
    present = {state for state, count in answer.facts["states"].items() if count}
    assert present == set(states.STATES) - {"close"}, "every state was there to be counted"


@pytest.mark.needs("nft")
@pytest.mark.parametrize("way", ["name", "path", "pid"])
def test_every_state_of_another_namespace(busy: netns.Namespace, source: str, way: str) -> None:
    """From outside, root reads another namespace by its name, its path or a process in it."""
    with busy.entered():
        resident = subprocess.Popen(["sleep", "60"])
    try:
        where = {"name": busy.name, "path": busy.path, "pid": str(resident.pid)}[way]
        answer = counts(source, where=where)
        with busy.entered():
            rows = ss.rows()
    finally:
        resident.kill()
        resident.wait()
    assert_equal_to_ss(answer, rows)


def test_every_state_of_the_host_itself(source: str, uid: int) -> None:
    """In the host's own namespace, among its own traffic, the counts equal those of ss."""
    with states.every_state(cuts.by_socket_filter):
        answer, rows = between_two_readings(lambda: counts(source, uid))
    assert_equal_to_ss(answer, rows)


def test_the_host_from_inside_another(quiet: netns.Namespace, source: str) -> None:
    """From inside a namespace, root reads the host by the number of one of its processes."""

    def ask(pid: int) -> Answer:
        with quiet.entered():
            return counts(source, where=str(pid))

    with states.established(states.IPV4, cuts.by_socket_filter), subprocess.Popen(["sleep", "60"]) as resident:
        try:
            answer, rows = between_two_readings(lambda: ask(resident.pid))
        finally:
            resident.kill()
    assert_equal_to_ss(answer, rows)
    assert answer.facts["states"]["established"] >= 2


def test_a_dual_stack_pair_is_counted_on_both_sides(inside: netns.Namespace, source: str) -> None:
    """An IPv4 client of a dual-stack server: the client is counted as IPv4, the server as IPv6, as in ss."""
    with states.listening(states.MAPPED) as door, states.calling(states.IPV4) as client:
        client.connect(("127.0.0.1", states.port_of(door)))
        server, _address = door.accept()
        with server:
            answer, rows = between_two_readings(lambda: counts(source))
    assert_equal_to_ss(answer, rows)
    assert answer.facts["families"]["ipv4"]["established"] == 1
    assert answer.facts["families"]["ipv6"]["established"] == 1


def test_a_fast_open_waits_as_a_full_socket(inside: netns.Namespace, source: str) -> None:
    """TCP Fast Open: data came with the SYN, so the server has a full socket in SYN_RECV, to be accepted already."""
    inside.set("net.ipv4.tcp_fastopen", FAST_OPEN_WITHOUT_COOKIES)
    with states.listening(states.IPV4) as door, states.calling(states.IPV4) as client:
        door.setsockopt(socket.IPPROTO_TCP, socket.TCP_FASTOPEN, 5)
        client.bind(("127.0.0.1", 0))
        client.setblocking(False)
        with cuts.by_socket_filter(client):
            client.sendto(b"hello", socket.MSG_FASTOPEN, ("127.0.0.1", states.port_of(door)))
            server, _address = door.accept()
            with server:
                answer, rows = between_two_readings(lambda: counts(source))
    assert_equal_to_ss(answer, rows)
    assert (answer.facts["states"]["syn_recv"], answer.facts["states"]["syn_sent"]) == (1, 1)
