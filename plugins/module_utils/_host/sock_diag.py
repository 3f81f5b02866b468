# Copyright (c) 2026, the linuxnet.tcp authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Ask the kernel for its TCP sockets over NETLINK_SOCK_DIAG, and cut the replies into rows.

The messages are those of include/uapi/linux/inet_diag.h; the kernel's side is net/ipv4/inet_diag.c. Two requests exist:

* TCPDIAG_GETSOCK, the old one, ignores the family and lists both in one walk over the socket table;
* SOCK_DIAG_BY_FAMILY, the new one, walks the whole table for one family.

Both answer with messages of one layout, here with the offsets from the message's start:

    0 length, 4 type, 6 flags, 8 sequence, 12 port id          struct nlmsghdr
    16 family, 17 state, 18 timer, 19 retransmits              struct inet_diag_msg
    20 local port, 22 remote port (both big endian)
    24 local address, 40 remote address (16 bytes each)
    56 interface, 60 cookie, 68 expires, 72 rqueue, 76 wqueue, 80 uid, 84 inode
    88 attributes, which differ by kernel version and by privilege
"""

from __future__ import annotations

import errno
import os
import socket
import struct
import sys
from contextlib import closing
from itertools import compress
from typing import Any, Callable, Dict, Generator, Iterable, Iterator, List, Optional, Sequence, Tuple, TypeVar

from .._model.errors import HostError, MalformedReply, SockDiagUnavailable
from .._model.ports import Ports
from .._model.states import Family, State, mask_of

NETLINK_SOCK_DIAG = 4
TCPDIAG_GETSOCK = 18
SOCK_DIAG_BY_FAMILY = 20
NLMSG_ERROR = 2
NLMSG_DONE = 3
NLM_F_REQUEST = 0x1
NLM_F_DUMP = 0x300

# The kernel builds replies of at most 32 KiB; a smaller buffer means more of them, a larger one changes nothing.
REPLY_BYTES = 32 * 1024
HEADER = struct.Struct("=IHHII")
SMALLEST_SOCKET = 88
# A reply that does not come is a kernel in trouble: give up instead of hanging the play.
PATIENCE_SECONDS = 20

# The parts of a message that a question needs, as struct formats without their trailing padding (_row_format adds it).
# KIND is family, state and timer in three bytes; ports and addresses stay bytes, which also compare in the right order.
KIND = "16x3s"
KIND_LOCAL = "16x3sx2s2x16s"
KIND_ROUTE = "16x3s3x34s"  # 34s: remote port, local address, remote address
KIND_REMOTE = "16x3s21x16s"
KIND_OWNER = "16x3s65xI"  # kind, inode
# Of IPv4 as two numbers each: half as much to allocate and to hash as in bytes. See local_end_of and route_of.
IPV4_LOCAL = "20xH2xI"
IPV4_ROUTE = "22xQ10xI"
LISTENER = "16x3sx2s2x16s32xII"  # kind, local port, local address, connections that wait for accept(), backlog

Datagram = memoryview
Item = TypeVar("Item")
Ask = Callable[[bytes], Generator[Datagram, None, None]]


def request(states: Iterable[State], family: Optional[Family] = None, ports: Sequence[Ports] = ()) -> bytes:
    """The bytes that ask for the sockets in `states`: of both families in one walk, or of `family` alone.

    `ports` has the kernel leave out sockets whose local port lies in none of the ranges.
    """
    mask = mask_of(states)
    if family is None:
        kind, body = TCPDIAG_GETSOCK, struct.pack("=BBBB48xII", socket.AF_INET, 0, 0, 0, mask, 0)
    else:
        kind, body = SOCK_DIAG_BY_FAMILY, struct.pack("=BBBBI48x", family, socket.IPPROTO_TCP, 0, 0, mask)
    body += _port_filter(ports)
    return HEADER.pack(HEADER.size + len(body), kind, NLM_F_REQUEST | NLM_F_DUMP, _SEQUENCE, 0) + body


_SEQUENCE = 0x7C9


def _port_filter(ranges: Sequence[Ports]) -> bytes:
    """An INET_DIAG_REQ_BYTECODE attribute that accepts a socket whose local port lies in one of `ranges`.

    An operation is (code, yes, no): offsets to jump by. A comparison takes the following operation's `no` as its port.
    Running off the end exactly accepts, four bytes further rejects (inet_diag_bc_run).
    """
    if not ranges:
        return b""
    operation = struct.Struct("=BBH")
    greater_or_equal, less_or_equal, jump = 2, 3, 1
    code = b""
    for position, ports in enumerate(ranges):
        to_next, to_end = 20, 20 * (len(ranges) - 1 - position)
        code += operation.pack(greater_or_equal, 8, to_next) + operation.pack(0, 0, ports.low)
        code += operation.pack(less_or_equal, 8, to_next - 8) + operation.pack(0, 0, ports.high)
        if to_end:
            # From here to the end: this operation (4 bytes less of the last block, which has no jump).
            code += operation.pack(jump, 4, to_end)
    return struct.pack("=HH", 4 + len(code), 1) + code


def over_netlink(query: bytes) -> Generator[Datagram, None, None]:
    """Send `query` to the running kernel, in the network namespace that this process is in; yield each reply datagram.

    A datagram is only valid until the next one is asked for: all share one buffer.
    """
    try:
        channel = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW | socket.SOCK_CLOEXEC, NETLINK_SOCK_DIAG)
    except OSError as error:
        raise SockDiagUnavailable("this host gives no sock_diag socket: {0}".format(_words(error))) from error
    with closing(channel):
        channel.setsockopt(socket.SOL_SOCKET, socket.SO_RCVTIMEO, struct.pack("ll", PATIENCE_SECONDS, 0))
        buffer = bytearray(REPLY_BYTES)
        view = memoryview(buffer)
        try:
            channel.send(query)
            while True:
                size, sender = channel.recvfrom_into(buffer)
                if sender[0] == 0:  # Only the kernel has port id 0; a process could write to us as well.
                    yield view[:size]
        except OSError as error:
            if error.errno == errno.ENOBUFS:
                raise MalformedReply("the kernel lost part of a sock_diag reply (ENOBUFS)") from error
            raise SockDiagUnavailable("sock_diag failed on this host: {0}".format(_words(error))) from error


class Run:
    """Messages of one length that follow one another in a reply. What is done to all of them at once runs in C."""

    __slots__ = ("data", "length")

    def __init__(self, data: memoryview, length: int) -> None:
        self.data = data
        self.length = length

    def rows(self, fields: str) -> Iterator[Tuple[Any, ...]]:
        """A tuple of `fields` for each socket."""
        return _row_format(fields, self.length).iter_unpack(self.data)

    def kind(self) -> bytes:
        """The kind that all have (family, state, timer), or nothing where they differ."""
        kind = self.data[16:19].tobytes()
        count = len(self.data) // self.length
        for place in range(3):
            if self.data[16 + place :: self.length].tobytes() != kind[place : place + 1] * count:
                return b""
        return kind

    def ipv4_remotes(self) -> Iterable[int]:
        """The remote address of each socket, of IPv4 all of them, as a number. See address_of."""
        return self.data.cast("I")[10 :: self.length // 4]

    def marks(self, table: PortTable) -> bytes:
        """A byte for each socket: 1 where its local port is in `table`, else 0."""
        marks = self.data[20 :: self.length].tobytes().translate(table.by_high_byte)
        unsure = marks.count(_UNSURE)
        if not unsure:
            return marks
        if unsure > len(marks) // 8:
            return bytes(map(table.in_memory.__getitem__, self.data.cast("H")[10 :: self.length // 2]))
        sure = bytearray(marks)
        place = marks.find(_UNSURE)
        while place >= 0:
            start = 20 + place * self.length
            sure[place] = table.in_memory[int.from_bytes(self.data[start : start + 2], sys.byteorder)]
            place = marks.find(_UNSURE, place + 1)
        return bytes(sure)


def chosen(items: Iterable[Item], marks: bytes) -> Iterable[Item]:
    """Those items whose byte in `marks` is 1."""
    wanted = marks.count(1)
    if wanted == len(marks):
        return items
    return compress(items, marks) if wanted else ()


def local_end_of(numbers: Tuple[int, int]) -> Tuple[bytes, bytes]:
    """Local port and local address (2 and 4 bytes) from what IPV4_LOCAL gives."""
    return struct.pack("=H", numbers[0]), address_of(numbers[1])


def route_of(numbers: Tuple[int, int]) -> bytes:
    """Remote port, local address and remote address (2, 4 and 4 bytes) from what IPV4_ROUTE gives."""
    return struct.pack("=Q", numbers[0])[:6] + address_of(numbers[1])


# The four bytes of an address from what `ipv4_remotes` gives.
address_of = struct.Struct("=I").pack


class PortTable:
    """A set of ports to look up many in. Most are decided by their high byte, which comes first in a message.

    `by_high_byte` has for each high byte 1 or 0 where its 256 ports are all in or all out; `in_memory` has for each
    port, at the number that its two bytes are in memory, 1 or 0.
    """

    __slots__ = ("by_high_byte", "in_memory")

    def __init__(self, ranges: Iterable[Ports] = ()) -> None:
        table = bytearray(65536)
        for low, high in ranges:
            table[low : high + 1] = b"\1" * (high + 1 - low)
        held = (table.count(1, start, start + 256) for start in range(0, 65536, 256))
        self.by_high_byte = bytes(1 if count == 256 else _UNSURE if count else 0 for count in held)
        swapped = sys.byteorder == "little"
        self.in_memory = b"".join(table[low::256] for low in range(256)) if swapped else bytes(table)


_UNSURE = 2


def runs(ask: Ask, query: bytes) -> Generator[Run, None, None]:
    """Ask, and yield the sockets of the reply in runs, each valid until the next one is asked for.

    Raises SockDiagUnavailable when the kernel refuses or has no handler for TCP (which it says with an error inside
    NLMSG_DONE, and some versions with NLMSG_ERROR), MalformedReply when the bytes are not what is documented.
    """
    wanted_type = HEADER.unpack_from(query)[1]
    with closing(ask(query)) as datagrams:
        for datagram in datagrams:
            if len(datagram) < HEADER.size:
                raise MalformedReply("a sock_diag reply of {0} bytes is too short".format(len(datagram)))
            length = _uniform_length(datagram, wanted_type)
            if length:
                yield Run(datagram, length)
                continue
            found, done = _mixed_runs(datagram, wanted_type)
            yield from found
            if done:
                return
    raise MalformedReply("the sock_diag reply ended without its end mark")


def rows(ask: Ask, query: bytes, fields: str) -> Generator[Iterator[Tuple[Any, ...]], None, None]:
    """As `runs`, and of each run the tuples of `fields`."""
    for run in runs(ask, query):
        yield run.rows(fields)


def _uniform_length(datagram: Datagram, wanted_type: int) -> int:
    """The length that all messages of the datagram have, as those of one state do; 0 where they differ."""
    length, kind = HEADER.unpack_from(datagram)[:2]
    size = len(datagram)
    if kind != wanted_type or length < SMALLEST_SOCKET or length > 0xFFFC or length % 4 or size % length:
        return 0
    count = size // length
    # Every header at once: the two low bytes of the length, and the low byte of the type.
    for offset, byte in ((0, length & 0xFF), (1, length >> 8), (4, kind)):
        if datagram[offset::length].tobytes() != bytes((byte,)) * count:
            return 0
    return int(length)


def _mixed_runs(datagram: Datagram, wanted_type: int) -> Tuple[List[Run], bool]:
    """The runs of a datagram, looked at message by message, and whether the end mark was among them."""
    found: List[Run] = []
    size, position = len(datagram), 0
    start, run_length = 0, 0
    done = False
    while position + HEADER.size <= size and not done:
        length, kind, _flags, sequence, _port = HEADER.unpack_from(datagram, position)
        if length < HEADER.size or position + length > size:
            left = size - position
            raise MalformedReply("a sock_diag message claims {0} bytes where {1} are left".format(length, left))
        ours = sequence == _SEQUENCE
        is_socket = ours and kind == wanted_type
        if is_socket and length < SMALLEST_SOCKET:
            raise MalformedReply("a socket of {0} bytes in a sock_diag reply is too short".format(length))
        if not is_socket or length != run_length:
            if run_length:
                found.append(Run(datagram[start:position], run_length))
            start, run_length = position, length if is_socket else 0
        if run_length % 4:
            # No kernel sends that, but the next message starts at a multiple of 4: such a one is a run by itself.
            found.append(Run(datagram[position : position + (length & ~3)], length & ~3))
            run_length = 0
        if ours and kind in (NLMSG_DONE, NLMSG_ERROR):
            _raise_if_error(datagram, position, length)
            done = True
        position += (length + 3) & ~3
    if run_length:
        found.append(Run(datagram[start:position], run_length))
    return found, done


def _raise_if_error(datagram: Datagram, position: int, length: int) -> None:
    code = struct.unpack_from("=i", datagram, position + HEADER.size)[0] if length >= HEADER.size + 4 else 0
    if code < 0:
        # No error of the kernel's is beyond 4095, and strerror() takes no more than a C int.
        reason = os.strerror(-code) if code >= -4095 else "error {0}".format(code)
        raise SockDiagUnavailable("this kernel does not list TCP sockets over sock_diag: {0}".format(reason))


_FORMATS: Dict[Tuple[str, int], struct.Struct] = {}


def _row_format(fields: str, length: int) -> struct.Struct:
    """The struct for `fields`, padded to messages of `length` bytes so that it steps from one to the next."""
    key = (fields, length)
    if key not in _FORMATS:
        bare = struct.Struct("=" + fields)
        _FORMATS[key] = struct.Struct("={0}{1}x".format(fields, max(0, length - bare.size)))
    return _FORMATS[key]


def _words(error: OSError) -> str:
    return error.strerror or str(error) or HostError.__name__
