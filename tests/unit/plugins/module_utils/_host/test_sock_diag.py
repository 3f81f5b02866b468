# Copyright (c) 2026, the linuxnet.tcp authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Requests are such as the kernel takes. Replies are cut into runs of messages of one length, however these mix."""

from __future__ import annotations

import errno
import os
import socket
import struct
import sys
from typing import Any, Generator, List, Optional, Sequence, Tuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.linuxnet.tcp.plugins.module_utils._host import sock_diag
from ansible_collections.linuxnet.tcp.plugins.module_utils._model.errors import (
    LinuxnetError,
    MalformedReply,
    SockDiagUnavailable,
)
from ansible_collections.linuxnet.tcp.plugins.module_utils._model.ports import Ports, ranges_of
from ansible_collections.linuxnet.tcp.plugins.module_utils._model.states import (
    LISTED_STATES,
    RARE_STATES,
    Family,
    State,
)
from ansible_collections.linuxnet.tcp.tests.unit.machines.inet_diag import (
    DONE as DONE_TYPE,
)
from ansible_collections.linuxnet.tcp.tests.unit.machines.inet_diag import (
    ERROR,
    Query,
    framed,
    run_filter,
)

QUERY = sock_diag.request([State.ESTABLISHED])
SEQUENCE = struct.unpack_from("=I", QUERY, 8)[0]


def message(port: int, length: int = 124, kind: int = 18) -> bytes:
    """An ESTABLISHED IPv4 socket on `port`: `length` bytes with its attributes, and room up to a multiple of 4."""
    header = struct.pack("=IHHII", length, kind, 2, SEQUENCE, 0)
    return (header + bytes((2, 1, 0, 0)) + port.to_bytes(2, "big")).ljust((length + 3) & ~3, b"\0")


DONE = struct.pack("=IHHIIi", 20, 3, 2, SEQUENCE, 0, 0)


def ports_in(datagrams: List[bytes]) -> List[Tuple[int, int]]:
    """(message length, local port) of every socket that comes out, in order."""

    def ask(_query: bytes) -> Generator[memoryview, None, None]:
        for datagram in datagrams:
            yield memoryview(datagram)

    return [
        (run.length, int.from_bytes(port, "big"))
        for run in sock_diag.runs(ask, QUERY)
        for _kind, port, _address in run.rows(sock_diag.KIND_LOCAL)
    ]


def test_equal_messages_are_one_run() -> None:
    """A datagram of equal messages, and the end mark in one of its own, give every socket once."""
    assert ports_in([message(1) + message(2) + message(3), DONE]) == [(124, 1), (124, 2), (124, 3)]


def test_mixed_lengths_keep_their_order() -> None:
    """Messages of several lengths in one datagram, the end mark among them, give every socket once."""
    datagram = message(1, 96) + message(2, 96) + message(3) + message(4, 96) + message(5) + message(6) + DONE
    assert ports_in([datagram]) == [(96, 1), (96, 2), (124, 3), (96, 4), (124, 5), (124, 6)]


def test_lengths_that_are_no_multiple_of_four() -> None:
    """The next message starts at a multiple of 4, whatever length this one claims."""
    datagram = message(1, 97) + message(2, 97) + message(3, 99) + message(4) + DONE
    assert [port for _length, port in ports_in([datagram])] == [1, 2, 3, 4]


def test_messages_of_another_type_are_passed_over() -> None:
    """What is not an answer to the request interrupts a run and is not counted."""
    assert ports_in([message(1) + message(2, kind=16) + message(3) + DONE]) == [(124, 1), (124, 3)]


def test_a_message_longer_than_its_datagram_is_refused() -> None:
    """A length that points past the end is a broken reply, not a socket."""
    with pytest.raises(MalformedReply, match="claims 124 bytes where 100 are left"):
        ports_in([message(1) + message(2)[:100]])


SOME_PORTS = [Ports(80, 80), Ports(1024, 2000), Ports(5120, 5375), Ports(65535, 65535)]
INSIDE, OUTSIDE = [80, 1024, 2000, 5120, 5375, 65535], [0, 79, 81, 1023, 2001, 5119, 5376, 20480, 65534]


@pytest.mark.parametrize("length", [124, 97])
@pytest.mark.parametrize("padding", [0, 40], ids=["hardly any sure", "most sure"])
def test_marks_tell_whose_local_port_is_in_the_table(length: int, padding: int) -> None:
    """A socket is marked when its local port lies in one of the ranges, whether or not its high byte tells already."""
    table = sock_diag.PortTable(SOME_PORTS)
    run_length = length & ~3
    for port in INSIDE + OUTSIDE:
        # 1280 to 1535 are all inside, 40960 to 41215 all outside: their high byte is enough.
        ports = [port] + [1300, 41000] * padding
        run = sock_diag.Run(memoryview(b"".join(message(one, length)[:run_length] for one in ports)), run_length)
        assert run.marks(table) == bytes([port in INSIDE] + [1, 0] * padding)


def test_a_table_of_ports_knows_every_port() -> None:
    """The table has a 1 for the ports in its ranges alone, and the high bytes that it is sure of agree with it."""
    table = sock_diag.PortTable(SOME_PORTS)
    held = [80, *range(1024, 2001), *range(5120, 5376), 65535]
    assert [port for port in range(65536) if table.in_memory[socket.htons(port)]] == held
    unsure = [high for high in range(256) if table.by_high_byte[high] not in (0, 1)]
    assert unsure == [0, 7, 255]
    assert [high for high in range(256) if table.by_high_byte[high] == 1] == [4, 5, 6, 20]


def test_a_table_of_ports_on_a_big_endian_host(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where ports lie in memory as they are numbered, the table is in the order of numbers."""
    monkeypatch.setattr(sys, "byteorder", "big")
    table = sock_diag.PortTable([Ports(80, 81), Ports(65535, 65535)])
    assert [port for port in range(65536) if table.in_memory[port]] == [80, 81, 65535]


def test_chosen_are_those_with_a_mark() -> None:
    """Of a run only the marked sockets are taken: all, some or none."""
    run = sock_diag.Run(memoryview(message(1) + message(2) + message(3)), 124)
    for marks, expected in ((b"\1\1\1", [1, 2, 3]), (b"\1\0\1", [1, 3]), (b"\0\0\0", [])):
        taken = [int.from_bytes(row[1], "big") for row in sock_diag.chosen(run.rows(sock_diag.KIND_LOCAL), marks)]
        assert taken == expected


def test_a_run_of_one_kind_says_so() -> None:
    """Family, state and timer are given where all sockets of a run have the same, and nothing where one differs."""
    one = message(1)
    assert sock_diag.Run(memoryview(one * 3), 124).kind() == b"\2\1\0"
    for place in (16, 17, 18):
        other = one[:place] + b"\x09" + one[place + 1 :]
        assert sock_diag.Run(memoryview(one + other + one), 124).kind() == b""


def test_ipv4_numbers_give_the_addresses_back() -> None:
    """What is counted as numbers comes back as the bytes that the kernel sent."""
    bare = bytearray(message(40000))
    bare[22:24], bare[24:28], bare[40:44] = (443).to_bytes(2, "big"), bytes((10, 0, 0, 1)), bytes((192, 0, 2, 254))
    run = sock_diag.Run(memoryview(bytes(bare) * 2), 124)
    local_ends = [sock_diag.local_end_of((port, address)) for port, address in run.rows(sock_diag.IPV4_LOCAL)]
    assert local_ends == [((40000).to_bytes(2, "big"), bytes((10, 0, 0, 1)))] * 2
    routes = [sock_diag.route_of((first, second)) for first, second in run.rows(sock_diag.IPV4_ROUTE)]
    assert routes == [b"\x01\xbb" + bytes((10, 0, 0, 1, 192, 0, 2, 254))] * 2
    assert [sock_diag.address_of(number) for number in run.ipv4_remotes()] == [bytes((192, 0, 2, 254))] * 2


# What the kernel is asked.


@pytest.mark.parametrize("family", [None, Family.IPV4, Family.IPV6])
@pytest.mark.parametrize("states", [RARE_STATES, LISTED_STATES, {State.LISTEN}, {State.TIME_WAIT}])
def test_requests(family: Optional[Family], states: Sequence[State]) -> None:
    """A request names the states as bits; of one family it is of the new type, of both of the old one."""
    query = Query.of(sock_diag.request(states, family))
    assert query.type == (18 if family is None else 20)
    assert query.family == (family or Family.IPV4)
    assert query.states == sum(1 << state for state in states)
    assert query.filter == b""


SOME_PORT = st.one_of(st.integers(0, 30), st.integers(0, 65535), st.integers(65500, 65535))


@given(
    st.frozensets(SOME_PORT, min_size=1, max_size=40),
    st.lists(SOME_PORT, max_size=30),
    st.sampled_from((None, Family.IPV4)),
)
def test_port_filters(ports: frozenset[int], others: List[int], family: Optional[Family]) -> None:
    """The kernel takes the filter, and it accepts exactly the sockets whose local port is one of these."""
    request = sock_diag.request(LISTED_STATES, family, ranges_of(ports))
    query = Query.of(request)
    near = {port + step for port in ports for step in (-1, 0, 1)} & set(range(65536))
    for port in near.union(others):
        assert run_filter(query.filter, port, 80) is (port in ports)


def test_the_longest_port_filter() -> None:
    """200 ranges, the most that are asked for at once, fit into a filter and are all heeded."""
    ports = range(1, 1200, 6)
    query = Query.of(sock_diag.request(LISTED_STATES, None, ranges_of(ports)))
    assert [port for port in range(1300) if run_filter(query.filter, port, 0)] == list(ports)


# How a reply ends.


def replying(*datagrams: bytes) -> List[Any]:
    """The rows of a reply."""
    return ports_in(list(datagrams))


def ending(kind: int, body: bytes) -> bytes:
    """The last message of a reply."""
    return framed(kind, SEQUENCE, body)


@pytest.mark.parametrize("end", [ending(DONE_TYPE, b""), ending(DONE_TYPE, struct.pack("=i", 0)), ending(ERROR, b"")])
def test_an_end_without_an_error(end: bytes) -> None:
    """A reply is over at its end mark, with an error of 0 in it or none at all."""
    assert replying(message(1), end, message(2)) == [(124, 1)]


@pytest.mark.parametrize("kind", [DONE_TYPE, ERROR])
@pytest.mark.parametrize("number", [errno.ENOENT, errno.EINVAL, errno.EPERM])
def test_an_error_at_the_end(kind: int, number: int) -> None:
    """A kernel that does not list TCP sockets says so by NLMSG_ERROR, or by an error inside NLMSG_DONE."""
    with pytest.raises(SockDiagUnavailable, match=os.strerror(number)):
        replying(ending(kind, struct.pack("=i", -number)))


@pytest.mark.parametrize("number", [-4096, -70000, -(2**31)])
def test_an_error_that_the_kernel_does_not_have(number: int) -> None:
    """An error number without words is shown as a number."""
    with pytest.raises(SockDiagUnavailable, match="error {0}$".format(number)):
        replying(ending(ERROR, struct.pack("=i", number)))


@pytest.mark.parametrize(
    ("datagrams", "sentence"),
    [
        ([], "ended without its end mark"),
        ([message(1)], "ended without its end mark"),
        ([b"short"], "reply of 5 bytes is too short"),
        ([struct.pack("=IHHII", 15, 18, 2, SEQUENCE, 0)], "claims 15 bytes"),
        ([struct.pack("=IHHII", 40, 18, 2, SEQUENCE, 0) + bytes(24)], "a socket of 40 bytes"),
    ],
)
def test_broken_replies(datagrams: List[bytes], sentence: str) -> None:
    """Bytes that are no reply are refused by a sentence that says what is wrong with them."""
    with pytest.raises(MalformedReply, match=sentence):
        replying(*datagrams)


def test_replies_to_another_question_are_passed_over() -> None:
    """A message with another sequence number is no answer to this request: not a socket, and not its end."""
    stray = framed(DONE_TYPE, SEQUENCE + 1, struct.pack("=i", -2))
    assert replying(message(1) + stray + message(2, 96) + DONE) == [(124, 1), (96, 2)]


# The socket over which it is asked.


class Channel:
    """A netlink socket that gives these datagrams, each with the port id of its sender, or raises."""

    def __init__(self, *answers: Any) -> None:
        self.answers = list(answers)
        self.sent: List[bytes] = []
        self.closed = False

    def setsockopt(self, *_option: Any) -> None:
        """Takes any option."""

    def send(self, query: bytes) -> None:
        """Remember what was asked."""
        self.sent.append(query)

    def recvfrom_into(self, buffer: bytearray) -> Tuple[int, Tuple[int, int]]:
        """The next answer."""
        answer = self.answers.pop(0)
        if isinstance(answer, OSError):
            raise answer
        sender, datagram = answer
        buffer[: len(datagram)] = datagram
        return len(datagram), (sender, 0)

    def close(self) -> None:
        """Remember that it was closed."""
        self.closed = True


def test_what_comes_over_netlink(monkeypatch: pytest.MonkeyPatch) -> None:
    """The request is sent, each datagram of the kernel's is handed on, and what processes send is not."""
    channel = Channel((0, message(1)), (4711, message(2)), (0, DONE))
    monkeypatch.setattr(socket, "socket", lambda *_arguments: channel)
    found = [run.rows(sock_diag.KIND_LOCAL) for run in sock_diag.runs(sock_diag.over_netlink, QUERY)]
    assert len(found) == 1
    assert channel.sent == [QUERY]
    assert channel.closed


@pytest.mark.parametrize(
    ("error", "kind", "sentence"),
    [
        (OSError(errno.ENOBUFS, "No buffer space available"), MalformedReply, "lost part of a sock_diag reply"),
        (OSError(errno.EAGAIN, "Resource temporarily unavailable"), SockDiagUnavailable, "Resource temporarily"),
        (OSError("odd"), SockDiagUnavailable, "sock_diag failed on this host: odd"),
    ],
)
def test_trouble_while_receiving(
    monkeypatch: pytest.MonkeyPatch, error: OSError, kind: type[LinuxnetError], sentence: str
) -> None:
    """A lost datagram may be asked for again; a kernel that does not answer is one without sock_diag."""
    channel = Channel((0, message(1)), error)
    monkeypatch.setattr(socket, "socket", lambda *_arguments: channel)
    with pytest.raises(kind, match=sentence):
        list(sock_diag.runs(sock_diag.over_netlink, QUERY))
    assert channel.closed


def test_no_socket_at_all(monkeypatch: pytest.MonkeyPatch) -> None:
    """A kernel without the socket class is one without sock_diag, in a sentence with the reason."""

    def refused(*_arguments: Any) -> Channel:
        raise OSError(errno.EPROTONOSUPPORT, os.strerror(errno.EPROTONOSUPPORT))

    monkeypatch.setattr(socket, "socket", refused)
    with pytest.raises(SockDiagUnavailable, match=r"^this host gives no sock_diag socket: Protocol not supported$"):
        list(sock_diag.over_netlink(QUERY))
