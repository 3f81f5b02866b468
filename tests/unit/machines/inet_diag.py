# Copyright (c) 2026, the linuxnet.tcp authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The kernel's side of sock_diag, for tests: read a request, run its port filter, answer it from a list of sockets.

Written from include/uapi/linux/inet_diag.h and net/ipv4/inet_diag.c, and not from our own reader, so that the two can
disagree.
"""

from __future__ import annotations

import socket
import struct
from typing import Generator, Iterator, List, NamedTuple, Optional, Sequence, Tuple

OLD_REQUEST = 18
NEW_REQUEST = 20
ERROR = 2
DONE = 3
HEADER_BYTES = 16
FILTER_ATTRIBUTE = 1
IPV4 = 2
IPV6 = 10
TIME_WAIT_TIMER = 3


class Socket(NamedTuple):
    """A TCP socket as the kernel shows it. `timer` is 3 for a minisocket, `inode` 0 where no process holds it."""

    family: int
    state: int
    local: str
    local_port: int
    remote: str
    remote_port: int
    timer: int = 0
    inode: int = 0
    receive_queue: int = 0
    send_queue: int = 0


class Query(NamedTuple):
    """A request: its type, the family (which the old type ignores), the states' bit mask, the port filter's code."""

    type: int
    family: int
    states: int
    filter: bytes

    @classmethod
    def of(cls, request: bytes) -> Query:
        """Read the bytes of a request. Raises AssertionError for what no kernel takes for a dump of TCP sockets."""
        length, kind, flags = struct.unpack_from("=IHH", request)
        assert length == len(request), "the length field says {0} of {1} bytes".format(length, len(request))
        assert flags == 0x301, "flags {0:#x} are not NLM_F_REQUEST | NLM_F_DUMP".format(flags)
        if kind == OLD_REQUEST:
            family, states, attributes = request[16], struct.unpack_from("=I", request, 68)[0], 76
        else:
            assert kind == NEW_REQUEST, "request type {0}".format(kind)
            assert request[17] == socket.IPPROTO_TCP
            family, states, attributes = request[16], struct.unpack_from("=I", request, 20)[0], 72
        code = b""
        if len(request) > attributes:
            size, attribute = struct.unpack_from("=HH", request, attributes)
            assert (size, attribute) == (len(request) - attributes, FILTER_ATTRIBUTE)
            code = request[attributes + 4 :]
            assert audit_filter(code), "the kernel's inet_diag_bc_audit would refuse the port filter"
        return cls(kind, family, states, code)

    def wants(self, message: bytes) -> bool:
        """Whether the kernel would send this socket, given as a message."""
        if not self.states >> message[17] & 1 or (self.type == NEW_REQUEST and message[16] != self.family):
            return False
        ports = struct.unpack_from(">HH", message, 20)
        return run_filter(self.filter, *ports)


def run_filter(code: bytes, local_port: int, remote_port: int) -> bool:
    """inet_diag_bc_run: whether the code accepts a socket with these ports. It accepts by ending exactly at its end."""
    position = 0
    while position < len(code):
        kind, yes, no = struct.unpack_from("=BBH", code, position)
        bound = struct.unpack_from("=H", code, position + 6)[0] if position + 8 <= len(code) else 0
        # 0 NOP, 1 JMP (never), 2 and 3 local port at least and at most, 4 and 5 the same of the remote port.
        true = (True, False, local_port >= bound, local_port <= bound, remote_port >= bound, remote_port <= bound)[kind]
        position += yes if true else no
    return position == len(code)


def audit_filter(code: bytes) -> bool:
    """inet_diag_bc_audit: whether the kernel takes the code at all: each jump lands on an operation or at the end."""
    position = 0
    while position < len(code):
        left = len(code) - position
        kind, yes, no = struct.unpack_from("=BBH", code, position)
        least = 8 if kind in (2, 3, 4, 5) else 4
        if kind > 5 or least > left:
            return False
        if kind != 0:
            if no < least or no > left + 4 or no % 4:
                return False
            if no < left and not _is_operation(code, position + no):
                return False
        if yes < least or yes > left + 4 or yes % 4:
            return False
        position += yes
    return position == len(code)


def _is_operation(code: bytes, target: int) -> bool:
    position = 0
    while position < target:
        yes = code[position + 1]
        if yes < 4 or yes % 4:
            return False
        position += yes
    return position == target


class Kernel:
    """Answers requests from messages that it holds. The parameters are the differences between kernels.

    `refuses` gives for a request type the errno of its NLMSG_ERROR; `end_error` is the errno inside NLMSG_DONE, with
    which a kernel without inet_diag answers, and `silent` is one that answers with an empty dump instead;
    `end_with_sockets` puts NLMSG_DONE into the last datagram of sockets.
    """

    def __init__(
        self,
        messages: Sequence[bytes],
        refuses: Sequence[Tuple[int, int]] = (),
        *,
        end_error: int = 0,
        silent: bool = False,
        end_with_sockets: bool = False,
        datagram_bytes: int = 32 * 1024,
    ) -> None:
        self.messages = () if silent or end_error else messages
        self.refuses = dict(refuses)
        self.end_error = end_error
        self.end_with_sockets = end_with_sockets
        self.datagram_bytes = datagram_bytes
        self.queries: List[Query] = []

    def ask(self, request: bytes) -> Generator[memoryview, None, None]:
        """What stands in for `over_netlink`: the datagrams of the reply."""
        query = Query.of(request)
        self.queries.append(query)
        for datagram in self.reply(query, struct.unpack_from("=I", request, 8)[0]):
            yield memoryview(datagram)

    def reply(self, query: Query, sequence: int) -> List[bytes]:
        """The datagrams with which this kernel answers."""
        if query.type in self.refuses:
            return [framed(ERROR, sequence, struct.pack("=i16x", -self.refuses[query.type]))]
        datagrams = [b""]
        for held in self.messages:
            if not query.wants(held):
                continue
            message = held[:4] + struct.pack("=HHI", query.type, 2, sequence) + held[12:]
            if datagrams[-1] and len(datagrams[-1]) + len(message) > self.datagram_bytes:
                datagrams.append(b"")
            datagrams[-1] += message
        end = framed(DONE, sequence, struct.pack("=i", -self.end_error))
        if self.end_with_sockets:
            datagrams[-1] += end
            return datagrams
        return [datagram for datagram in datagrams if datagram] + [end]


def framed(kind: int, sequence: int, body: bytes) -> bytes:
    """A netlink message."""
    return struct.pack("=IHHII", HEADER_BYTES + len(body), kind, 2, sequence, 0) + body


def message(held: Socket, attributes: bytes = b"") -> bytes:
    """A socket as sock_diag sends it, with `attributes` as they come (their number and size differ by kernel)."""
    body = struct.pack("=BBBB", held.family, held.state, held.timer, 0)
    body += struct.pack(">HH", held.local_port, held.remote_port)
    body += _address(held.family, held.local) + _address(held.family, held.remote)
    body += struct.pack("=I8x", 0)
    body += struct.pack("=IIIII", 0, held.receive_queue, held.send_queue, 0, held.inode)
    return framed(NEW_REQUEST, 0, body + attributes)


def _address(family: int, text: str) -> bytes:
    return socket.inet_pton(socket.AF_INET if family == IPV4 else socket.AF_INET6, text).ljust(16, b"\0")


def cut(datagram: bytes) -> Iterator[Tuple[int, int, int]]:
    """Start, end and type of each message in a datagram that is well formed."""
    position = 0
    while position + HEADER_BYTES <= len(datagram):
        length, kind = struct.unpack_from("=IH", datagram, position)
        yield position, position + length, kind
        position += (length + 3) & ~3


def end_of_dump(datagram: bytes) -> Optional[int]:
    """The type of the message that ends the reply, if this datagram holds it."""
    return next((kind for _start, _end, kind in cut(datagram) if kind in (DONE, ERROR)), None)


def readdressed(datagram: bytes, sequence: int) -> bytes:
    """The datagram as it would answer a request of this sequence number."""
    answer = bytearray(datagram)
    for start, _end, _kind in cut(datagram):
        struct.pack_into("=I", answer, start + 8, sequence)
    return bytes(answer)
