# Copyright (c) 2026, the linuxnet.tcp authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Each of the eleven TCP states, made for real in a few lines.

Every maker is a context manager: inside its block the state is there, afterwards it is gone (but for
TIME_WAIT, which nothing can shorten, and a half-open connection, which the server's kernel drops when it
next repeats its answer). The tests use them, and the guide (guide_states.rst) shows them.

A maker takes a :class:`Wire`, which says over which kind of address to talk, and, where a packet has to
be lost, a :data:`cuts.Cut`. "Client" is the end that called connect(), "server" the end that accepted.
"""

from __future__ import annotations

import errno
import socket
import struct
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from typing import NamedTuple

from ansible_collections.linuxnet.tcp.tests.lab.cuts import Cut


class Wire(NamedTuple):
    """Where the two ends meet."""

    name: str
    domain: socket.AddressFamily
    bind_to: str  # the address that the server listens on
    call: str  # the address that the client calls
    counted_as: str  # the family that the kernel, ss and /proc/net count the sockets in


IPV4 = Wire("ipv4", socket.AF_INET, "127.0.0.1", "127.0.0.1", "ipv4")
IPV6 = Wire("ipv6", socket.AF_INET6, "::1", "::1", "ipv6")
# IPv4 packets between IPv6 sockets: the listener is dual-stack, and all of it is counted as IPv6.
MAPPED = Wire("v4-mapped", socket.AF_INET6, "::", "::ffff:127.0.0.1", "ipv6")
WIRES = (IPV4, IPV6, MAPPED)

FIN_WAIT2 = 5  # <net/tcp_states.h>; the first byte of TCP_INFO is the state


# Pieces that the makers are put together from


class Ends(NamedTuple):
    """Both ends of a connection."""

    client: socket.socket
    server: socket.socket


@contextmanager
def listening(wire: Wire, backlog: int = 8, defer: bool = False) -> Iterator[socket.socket]:
    """A listening socket on a free port."""
    with socket.socket(wire.domain, socket.SOCK_STREAM) as door:
        if wire.domain == socket.AF_INET6:
            door.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 0 if wire is MAPPED else 1)
        if defer:
            door.setsockopt(socket.IPPROTO_TCP, socket.TCP_DEFER_ACCEPT, 60)
        door.bind((wire.bind_to, 0))
        door.listen(backlog)
        yield door


@contextmanager
def calling(wire: Wire) -> Iterator[socket.socket]:
    """A client that has not called yet; it leaves by a reset, so that nothing lingers."""
    with socket.socket(wire.domain, socket.SOCK_STREAM) as client:
        try:
            yield client
        finally:
            reset_on_close(client)


@contextmanager
def connected(wire: Wire) -> Iterator[Ends]:
    """A connection, both ends ours."""
    with listening(wire) as door, calling(wire) as client:
        client.connect((wire.call, port_of(door)))
        server, _address = door.accept()
        with server:
            try:
                yield Ends(client, server)
            finally:
                reset_on_close(server)


def port_of(sock: socket.socket) -> int:
    """The local port."""
    return int(sock.getsockname()[1])


def reset_on_close(sock: socket.socket) -> None:
    """Make close() send a reset: the connection ends on both sides at once."""
    if sock.fileno() >= 0:
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


def start_connecting(client: socket.socket, wire: Wire, port: int) -> None:
    """Send the first SYN and do not wait for the answer."""
    client.setblocking(False)
    assert client.connect_ex((wire.call, port)) == errno.EINPROGRESS


def say_goodbye(client: socket.socket) -> None:
    """Close the sending half, and wait until the other kernel has acknowledged that (it may take 40 ms)."""
    client.shutdown(socket.SHUT_WR)
    deadline = time.monotonic() + 2
    while client.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, 1)[0] != FIN_WAIT2:
        assert time.monotonic() < deadline, "the FIN was never acknowledged"
        time.sleep(0.001)


# The states


@contextmanager
def listen(wire: Wire, cut: Cut) -> Iterator[None]:
    """LISTEN: a server waits for calls."""
    with listening(wire):
        yield


@contextmanager
def syn_sent(wire: Wire, cut: Cut) -> Iterator[None]:
    """SYN_SENT: the client called, and nobody answers."""
    with listening(wire) as door, cut(door), calling(wire) as client:
        start_connecting(client, wire, port_of(door))
        yield


@contextmanager
def syn_recv(wire: Wire, cut: Cut) -> Iterator[None]:
    """SYN_RECV: the server answered the call, and its answer is lost (a half-open connection)."""
    with listening(wire) as door, calling(wire) as client:
        client.bind((wire.call, 0))
        with cut(client):  # the SYN leaves, the SYN-ACK never arrives
            start_connecting(client, wire, port_of(door))
            yield


@contextmanager
def syn_recv_deferred(wire: Wire, cut: Cut) -> Iterator[None]:
    """SYN_RECV: the server's kernel waits for the first data before it believes the client.

    The client is ESTABLISHED meanwhile. Needs no lost packet: TCP_DEFER_ACCEPT ignores the last ACK.
    """
    with listening(wire, defer=True) as door, calling(wire) as client:
        client.connect((wire.call, port_of(door)))
        yield


@contextmanager
def syn_recv_simultaneous(wire: Wire, cut: Cut) -> Iterator[None]:
    """SYN_RECV of a client: two call each other at once, and the second's SYN is all that arrives.

    Nobody listens. This is a full socket, not the small request that a listener's kernel keeps.
    """
    with calling(wire) as first, calling(wire) as second:
        first.bind((wire.call, 0))
        second.bind((wire.call, 0))
        with cut(first):  # nobody is there yet, and the kernel says so; the refusal is lost
            start_connecting(first, wire, port_of(second))
        with cut(second):
            start_connecting(second, wire, port_of(first))
            yield


@contextmanager
def established(wire: Wire, cut: Cut) -> Iterator[None]:
    """ESTABLISHED, twice: both ends of an open connection."""
    with connected(wire):
        yield


@contextmanager
def established_unaccepted(wire: Wire, cut: Cut) -> Iterator[None]:
    """ESTABLISHED, but no process has it: it waits in the accept queue of the server."""
    with listening(wire) as door, calling(wire) as client:
        client.connect((wire.call, port_of(door)))
        yield


@contextmanager
def fin_wait1(wire: Wire, cut: Cut) -> Iterator[None]:
    """FIN_WAIT1: the client said goodbye, and the server's kernel never heard it."""
    with connected(wire) as ends, cut(ends.server):
        ends.client.shutdown(socket.SHUT_WR)
        yield


@contextmanager
def fin_wait1_orphaned(wire: Wire, cut: Cut) -> Iterator[None]:
    """FIN_WAIT1 without an owner: the process closed its socket, the kernel repeats the FIN alone."""
    with connected(wire) as ends, cut(ends.server):
        ends.client.close()
        yield


@contextmanager
def fin_wait2(wire: Wire, cut: Cut) -> Iterator[None]:
    """FIN_WAIT2: the client said goodbye, the server's kernel heard it, the server still talks.

    The client keeps its socket (it closed only the sending half), so it may stay so for ever.
    """
    with connected(wire) as (client, _server):
        say_goodbye(client)
        yield


@contextmanager
def fin_wait2_orphaned(wire: Wire, cut: Cut) -> Iterator[None]:
    """FIN_WAIT2 without an owner: the client closed altogether.

    The kernel keeps only a minisocket, for net.ipv4.tcp_fin_timeout seconds, and counts it in
    /proc/net/sockstat under ``tw``, although it is not in TIME_WAIT.
    """
    with connected(wire) as (client, _server):
        say_goodbye(client)
        client.close()
        yield


@contextmanager
def close_wait(wire: Wire, cut: Cut) -> Iterator[None]:
    """CLOSE_WAIT: the client said goodbye, and the server's program does not close its socket."""
    with connected(wire) as (client, server):
        say_goodbye(client)
        assert server.recv(1) == b"", "the program has seen the end, and could close now"
        yield


@contextmanager
def last_ack(wire: Wire, cut: Cut) -> Iterator[None]:
    """LAST_ACK: the server closes second, and the client's kernel never hears it."""
    with connected(wire) as (client, server):
        say_goodbye(client)
        with cut(client):
            server.close()
            yield


@contextmanager
def closing(wire: Wire, cut: Cut) -> Iterator[None]:
    """CLOSING: both said goodbye at once; each heard the other's FIN before the answer to its own.

    The client's FIN is lost, so the server's FIN does not answer it; hence the server is in FIN_WAIT1.
    """
    with connected(wire) as ends, cut(ends.server):
        ends.client.shutdown(socket.SHUT_WR)
        ends.server.shutdown(socket.SHUT_WR)
        yield


@contextmanager
def time_wait(wire: Wire, cut: Cut) -> Iterator[None]:
    """TIME_WAIT: the client closed first, then the server. The client's side stays for 60 seconds."""
    with connected(wire) as (client, server):
        client.close()
        assert server.recv(1) == b""
        server.close()
        yield


@contextmanager
def close(wire: Wire, cut: Cut) -> Iterator[None]:
    """CLOSE: a socket that is in no connection.

    The kernel takes a socket out of its tables on the way to state 7, so no table lists one; what a
    recent ``ss -tan`` shows as UNCONN is a socket that is bound to a port and nothing more, like this
    one. It is no connection, and ``state_facts`` does not count it.
    """
    with socket.socket(wire.domain, socket.SOCK_STREAM) as bound:
        bound.bind((wire.call, 0))
        yield


Maker = Callable[[Wire, Cut], AbstractContextManager[None]]

#: Every state by the name that state_facts gives it, and all the ways to make it.
MAKERS: dict[str, tuple[Maker, ...]] = {
    "established": (established, established_unaccepted),
    "syn_sent": (syn_sent,),
    "syn_recv": (syn_recv, syn_recv_deferred, syn_recv_simultaneous),
    "fin_wait1": (fin_wait1, fin_wait1_orphaned),
    "fin_wait2": (fin_wait2, fin_wait2_orphaned),
    "time_wait": (time_wait,),
    "close": (close,),
    "close_wait": (close_wait,),
    "last_ack": (last_ack,),
    "listen": (listen,),
    "closing": (closing,),
}
STATES = tuple(MAKERS)
ALL_MAKERS = [(state, maker) for state, makers in MAKERS.items() for maker in makers]


@contextmanager
def every_state(cut: Cut) -> Iterator[None]:
    """All states at once, over every kind of address."""
    with ExitStack() as stack:
        for wire in WIRES:
            for _state, maker in ALL_MAKERS:
                stack.enter_context(maker(wire, cut))
        yield
