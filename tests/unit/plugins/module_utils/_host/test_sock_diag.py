# Copyright (c) 2026, the linuxnet.tcp authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Replies of sock_diag are cut into runs of messages of one length; what is counted must not depend on how they mix."""

from __future__ import annotations

import socket
import struct
from typing import Generator, List, Tuple

import pytest

from ansible_collections.linuxnet.tcp.plugins.module_utils._host import sock_diag
from ansible_collections.linuxnet.tcp.plugins.module_utils._model.errors import MalformedReply
from ansible_collections.linuxnet.tcp.plugins.module_utils._model.ports import Ports
from ansible_collections.linuxnet.tcp.plugins.module_utils._model.states import State

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


@pytest.mark.parametrize("length", [124, 97])
def test_marks_tell_whose_local_port_is_in_the_table(length: int) -> None:
    """A socket is marked when its local port lies in one of the ranges, at both ends of each."""
    table = sock_diag.port_table([Ports(80, 80), Ports(1024, 2000), Ports(65535, 65535)])
    assert [port for port in range(65536) if table[socket.htons(port)]] == [80, *range(1024, 2001), 65535]
    inside, outside = (80, 1024, 2000, 65535), (0, 79, 81, 1023, 2001, 20480, 65534)
    for port in inside + outside:
        run = sock_diag.Run(memoryview(message(port, length))[: length & ~3], length & ~3)
        assert run.marks(table) == bytes([port in inside])


def test_marked_rows_are_those_with_a_mark() -> None:
    """Of a run only the marked sockets are taken: all, some or none."""
    run = sock_diag.Run(memoryview(message(1) + message(2) + message(3)), 124)
    for marks, expected in ((b"\1\1\1", [1, 2, 3]), (b"\1\0\1", [1, 3]), (b"\0\0\0", [])):
        taken = [int.from_bytes(row[1], "big") for row in run.marked_rows(sock_diag.KIND_LOCAL, marks)]
        assert taken == expected
