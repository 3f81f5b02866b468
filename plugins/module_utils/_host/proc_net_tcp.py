# Copyright (c) 2026, the linuxnet.tcp authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""List the TCP sockets from /proc/net/tcp and tcp6: slower than sock_diag, but there where sock_diag is not.

The columns are documented in Documentation/networking/proc_net_tcp.rst and written by net/ipv4/tcp_ipv4.c. They are
split at blanks, for their positions move when the row number outgrows its four characters.
"""

from __future__ import annotations

import errno
import os
import socket
import sys
from collections import Counter
from io import RawIOBase
from itertools import islice
from typing import Container, Dict, Iterable, Iterator, List, NamedTuple, Optional, Tuple, TypeVar
from typing import Counter as CounterOf

from .._model.errors import HostError, MalformedReply, shown
from .._model.ports import LAST_PORT
from .._model.readings import Listening, LocalEnd, Question, RemoteEnd, Route, Walk
from .._model.states import LISTED_STATES, MINISOCKET_TIMER, Family, Kind, State
from .files import number_of

Key = TypeVar("Key")
FILES = ((Family.IPV4, "tcp"), (Family.IPV6, "tcp6"))
PAGE = os.sysconf("SC_PAGE_SIZE")
# A read() with less in it had room for another line: they are 150 and 180 bytes.
FILLED = PAGE - 512


class Row(NamedTuple):
    """A line of the file, still in its own spelling: hexadecimal bytes, `ADDRESS:PORT`."""

    local: bytes
    remote: bytes
    state: bytes
    queues: bytes
    timer: bytes
    inode: bytes


def walk(question: Question, outgoing: Optional[Tuple[int, int]], proc: str) -> Walk:
    """List all sockets of both families. `outgoing` is ip_local_port_range. A missing tcp6 is a host without IPv6."""
    sums = _Sums(question, outgoing)
    found = False
    for family, name in FILES:
        path = os.path.join(proc, "net", name)
        try:
            with open(path, "rb", buffering=0) as stream:
                sums.add(family, one_pass(stream), path)
                found = True
        except OSError as error:
            if error.errno not in (errno.ENOENT, errno.ENOTDIR):
                raise HostError("cannot read {0}: {1}".format(path, error.strerror)) from error
    if not found:
        raise HostError("this host shows no TCP sockets: {0} does not exist".format(os.path.join(proc, "net", "tcp")))
    return sums.result()


def one_pass(stream: RawIOBase) -> Iterator[bytes]:
    """The lines of one pass over the table, without waiting for an end that may not come.

    The kernel answers each read() with the lines that fit into a page (fs/seq_file.c), so one that is not filled was
    the last. Asked once more, it does not find its place behind the last socket and counts its way there anew
    (net/ipv4/tcp_ipv4.c, tcp_seq_start()), past all that were added meanwhile: then it repeats as many lines. While
    5,000 connections a second come in, that goes on for as long as they do.
    """
    rest = b""
    while True:
        piece = stream.read(PAGE) or b""
        lines = (rest + piece).split(b"\n")
        rest = lines.pop()
        yield from lines
        if len(piece) < FILLED:
            break
    if rest:
        yield rest


def parse_row(line: bytes, path: str) -> Row:
    """Cut a line of the file into the parts that are used. Raises MalformedReply for anything that is no such line."""
    words = line.split(None, 10)
    if len(words) < 10:
        raise MalformedReply("{0} has a line that is no socket: {1}".format(path, shown(line)))
    return Row(words[1], words[2], words[3], words[4], words[5][:2], words[9])


class _Sums:
    """Sockets added up while the lines go by. Keys stay text until the end: there are few distinct ones."""

    def __init__(self, question: Question, outgoing: Optional[Tuple[int, int]]) -> None:
        self.question = question
        self.outgoing = outgoing
        self.asked = {b"%04X" % port for port in question.ports}
        self.census: CounterOf[Tuple[Family, bytes, bytes]] = Counter()
        self.local_ends: CounterOf[Tuple[Family, bytes, bytes, bytes]] = Counter()
        self.remote_ends: CounterOf[Tuple[Family, bytes, bytes, bytes]] = Counter()
        self.routes: CounterOf[Tuple[Family, bytes, bytes]] = Counter()
        self.listening: List[Listening] = []
        self.inodes: Dict[int, State] = {}
        self.nobodys = 0

    def add(self, family: Family, lines: Iterable[bytes], path: str) -> None:
        # All but the heading.
        for line in islice(lines, 1, None):
            row = parse_row(line, path)
            if self.asked and row.local[-4:] not in self.asked:
                continue
            self.census[family, row.state, row.timer] += 1
            if row.state == b"0A":
                self._listening_row(family, row, path)
            elif self.question.peers or self.question.listeners:
                self._ends(family, row)
            if self.question.processes:
                self._note_inode(row, path)

    def _listening_row(self, family: Family, row: Row, path: str) -> None:
        address, port = _end(family, row.local, path)
        waiting = _hex(row.queues.partition(b":")[2], path)
        self.listening.append(Listening(family, address, port, waiting, None))

    def _ends(self, family: Family, row: Row) -> None:
        if self.question.listeners:
            self.local_ends[family, row.state, row.timer, row.local] += 1
        if self.question.peers:
            self.remote_ends[family, row.state, row.timer, row.remote.partition(b":")[0]] += 1
            if self.outgoing and self.outgoing[0] <= _hex(row.local[-4:], "/proc/net/tcp") <= self.outgoing[1]:
                self.routes[family, row.local, row.remote] += 1

    def _note_inode(self, row: Row, path: str) -> None:
        state = _kind(Family.IPV4, row.state, row.timer, path).state
        if row.inode != b"0":
            try:
                self.inodes[number_of(row.inode)] = state
            except ValueError as error:
                raise MalformedReply("{0} has the inode {1}".format(path, shown(row.inode))) from error
        elif state is not State.SYN_RECV and _hex(row.timer, path) != MINISOCKET_TIMER:
            # A full socket of no process: an orphan, or one that waits for accept(). The others never had a process.
            self.nobodys += 1

    def result(self) -> Walk:
        served = {b"%04X" % row.port for row in self.listening}
        return Walk(
            source="procfs",
            census=_added((_kind(*key), count) for key, count in self.census.items()),
            listed=frozenset((family, state) for family in Family for state in LISTED_STATES),
            listening=tuple(self.listening),
            local_ends=_added(
                (LocalEnd(_kind(family, state, timer), *_end(family, local)), count)
                for (family, state, timer, local), count in self.local_ends.items()
                if local[-4:] in served
            ),
            remote_ends=_added(
                (RemoteEnd(_kind(family, state, timer), _address(family, remote)), count)
                for (family, state, timer, remote), count in self.remote_ends.items()
            ),
            routes=self._routes(served),
            sockets_by_inode=self.inodes,
            nobodys_sockets=self.nobodys,
        )

    def _routes(self, served: Container[bytes]) -> Dict[Route, int]:
        """Where outgoing connections go: those whose local port is in the range and nobody listens on."""
        return _added(
            (Route(_end(family, local)[0], *_end(family, remote)), count)
            for (family, local, remote), count in self.routes.items()
            if local[-4:] not in served
        )


def _added(pairs: Iterable[Tuple[Key, int]]) -> Dict[Key, int]:
    total: CounterOf[Key] = Counter()
    for key, count in pairs:
        total[key] += count
    return dict(total)


def _kind(family: Family, state: bytes, timer: bytes, path: str = "/proc/net/tcp") -> Kind:
    try:
        return Kind(family, State(_hex(state, path)), _hex(timer, path))
    except ValueError as error:
        raise MalformedReply("{0} has a socket in state {1}".format(path, shown(state))) from error


def _hex(text: bytes, path: str) -> int:
    try:
        # int() takes signs and underscores, too.
        if text.isalnum():
            return int(text, 16)
    except ValueError:
        pass
    raise MalformedReply("{0} has {1} where a hexadecimal number belongs".format(path, shown(text)))


def _end(family: Family, text: bytes, path: str = "/proc/net/tcp") -> Tuple[str, int]:
    address, _colon, port = text.partition(b":")
    number = _hex(port, path)
    if number > LAST_PORT:
        raise MalformedReply("{0} has the port {1}".format(path, shown(port)))
    return _address(family, address, path), number


def _address(family: Family, text: bytes, path: str = "/proc/net/tcp") -> str:
    """`0100007F` to 127.0.0.1. The kernel prints each 32-bit word of the address as a number, in its byte order."""
    kind, size = (socket.AF_INET, 8) if family is Family.IPV4 else (socket.AF_INET6, 32)
    if len(text) != size:
        raise MalformedReply("{0} has the address {1}".format(path, shown(text)))
    words = [_hex(text[start : start + 8], path) for start in range(0, size, 8)]
    return socket.inet_ntop(kind, b"".join(word.to_bytes(4, sys.byteorder) for word in words))
