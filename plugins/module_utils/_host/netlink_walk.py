# Copyright (c) 2026, the linuxnet.tcp authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""List the TCP sockets that a question needs, over sock_diag, and add them up while they stream by.

A walk over the kernel's socket table costs about 75 ns a socket; a socket that is sent to us costs four times as much
and more. So no more is asked for than the question needs: the rare states alone for the plain counts.
"""

from __future__ import annotations

import socket
from collections import Counter, defaultdict
from contextlib import closing
from itertools import repeat
from typing import Any, Dict, FrozenSet, Generator, Iterable, Iterator, Mapping, Optional, Sequence, Set, Tuple, TypeVar
from typing import Counter as CounterOf

from .._model.errors import MalformedReply, SockDiagUnavailable
from .._model.ports import Ports, common, complement, covering, ranges_of
from .._model.readings import Gauges, Listening, LocalEnd, Question, RemoteEnd, Route, Walk
from .._model.states import LISTED_STATES, MINISOCKET_TIMER, RARE_STATES, Family, Kind, State
from . import sock_diag
from .sock_diag import Ask, PortTable, Run, chosen

# The kernel tries the ranges one after another for each socket; past so many, neighbours are joined.
MOST_RANGES = 200
TIME_WAIT = frozenset((State.TIME_WAIT,))
RowLists = Generator[Iterable[Tuple[Any, ...]], None, None]
Key = TypeVar("Key")
# Turns the marks of some sockets into those of all others.
_INVERSE = b"\1\0" + bytes(254)
_IPV4 = bytes((Family.IPV4,))


def walk(question: Question, gauges: Gauges, outgoing: Optional[Tuple[int, int]], ask: Ask) -> Walk:
    """List what `question` needs. `outgoing` is ip_local_port_range. Raises SockDiagUnavailable, MalformedReply."""
    return _Walk(question, gauges, outgoing, ask).take()


class _Walk:
    """The sums of one walk while it goes on. Keys stay as the kernel has them until the end: few differ."""

    def __init__(self, question: Question, gauges: Gauges, outgoing: Optional[Tuple[int, int]], ask: Ask) -> None:
        self.question = question
        self.gauges = gauges
        self.outgoing = outgoing
        self.ask = ask
        self.old_request = True
        self.asked_ports = ranges_of(question.ports)
        self.census: CounterOf[bytes] = Counter()
        self.local_ends: CounterOf[Tuple[bytes, bytes, bytes]] = Counter()
        self.remote_ends: CounterOf[Tuple[bytes, bytes]] = Counter()
        self.routes: CounterOf[Tuple[bytes, bytes]] = Counter()
        self.ipv4_local_ends: Dict[bytes, CounterOf[Tuple[int, int]]] = defaultdict(Counter)  # by kind
        self.ipv4_remotes: Dict[bytes, CounterOf[int]] = defaultdict(Counter)
        self.ipv4_routes: Dict[bytes, CounterOf[Tuple[int, int]]] = defaultdict(Counter)
        self.inodes: Dict[int, bytes] = {}  # kinds
        self.nobodys = 0
        self.listed: Set[Tuple[Family, State]] = set()
        self.served_ports: Tuple[Ports, ...] = ()
        self.served = self.outgoing_ports = PortTable()

    def take(self) -> Walk:
        question = self.question
        # Always asked, for it costs nothing and shows whether sock_diag answers at all.
        listening = self._listening()
        if self._nothing_exists():
            self._complete(LISTED_STATES)
            return self._result(listening)
        addresses = question.listeners or question.peers
        self._mark_ports(listening)
        if addresses or question.processes:
            self._list_all_but_time_wait()
        else:
            self._count(RARE_STATES | self._established_if_wanted())
        if addresses:
            self._list_time_wait()
        if question.ports or self.gauges.minisockets is None or self.gauges.minisockets_host_wide:
            self._count(TIME_WAIT)
        elif question.families:
            self._count_smaller_family(self.gauges.minisockets)
        self._refuse_silence()
        return self._result(listening)

    def _nothing_exists(self) -> bool:
        gauges = self.gauges
        return gauges.inuse_ipv4 == 0 and gauges.inuse_ipv6 == 0 and gauges.minisockets == 0

    def _established_if_wanted(self) -> FrozenSet[State]:
        wanted = self.question.list_established or bool(self.question.ports) or self.gauges.inuse_ipv4 is None
        return frozenset((State.ESTABLISHED,)) if wanted else frozenset()

    def _listening(self) -> Tuple[Listening, ...]:
        found = []
        for rows in self._rows((State.LISTEN,), sock_diag.LISTENER, self.asked_ports):
            for kind, port, address, accept_queue, backlog in rows:
                family = _kind(kind).family
                found.append(
                    Listening(family, _text(family, address), int.from_bytes(port, "big"), accept_queue, backlog)
                )
        return tuple(found)

    def _count(self, states: FrozenSet[State]) -> None:
        counts: CounterOf[Tuple[bytes]] = Counter()
        for rows in self._rows(states, sock_diag.KIND, self.asked_ports):
            counts.update(rows)
        self._add_to_census(counts)
        self._complete(states)

    def _count_smaller_family(self, minisockets: int) -> None:
        """Count the TIME_WAIT of the family that has fewer of them; the other family has the rest of `tw`.

        Nobody knows beforehand which that is: both are listed in turn, a datagram each, until one is through.
        """
        if not minisockets:
            self._complete(TIME_WAIT)
            return
        lists = {family: self._rows_of(family, TIME_WAIT, sock_diag.KIND, ()) for family in (Family.IPV6, Family.IPV4)}
        counts: Dict[Family, CounterOf[Tuple[bytes]]] = {family: Counter() for family in lists}
        try:
            while True:
                for family, rows_of_family in lists.items():
                    rows = next(rows_of_family, None)
                    if rows is None:
                        self._add_to_census(counts[family])
                        self.listed.add((family, State.TIME_WAIT))
                        return
                    counts[family].update(rows)
        finally:
            for rows_of_family in lists.values():
                rows_of_family.close()

    def _mark_ports(self, listening: Sequence[Listening]) -> None:
        """Which local ports are listened on, and which are those of outgoing connections."""
        self.served_ports = ranges_of(row.port for row in listening)
        if self.question.listeners:
            self.served = PortTable(self.served_ports)
        if self.question.peers:
            dialled = common([Ports(*self.outgoing)], complement(self.served_ports)) if self.outgoing else ()
            self.outgoing_ports = PortTable(dialled)

    def _list_all_but_time_wait(self) -> None:
        kinds: CounterOf[Tuple[bytes]] = Counter()
        states = LISTED_STATES - TIME_WAIT
        for run in self._runs(states, self.asked_ports):
            kinds.update(run.rows(sock_diag.KIND))
            self._note_ends(run)
            if self.question.processes:
                for kind, inode in run.rows(sock_diag.KIND_OWNER):
                    self._note_inode(kind, inode)
        self._add_to_census(kinds)
        self._complete(states)

    def _note_ends(self, run: Run) -> None:
        """Add up local ends that are listened on; of outgoing connections the few routes; of others the peers.

        The other end of a served connection has a port of its own each time: kept whole, there would be no adding up.
        """
        kind = run.kind()
        all_ipv4 = kind[:1] == _IPV4
        if self.question.listeners:
            served = run.marks(self.served)
            if all_ipv4:
                self.ipv4_local_ends[kind].update(chosen(run.rows(sock_diag.IPV4_LOCAL), served))
            else:
                self.local_ends.update(chosen(run.rows(sock_diag.KIND_LOCAL), served))
        if self.question.peers:
            outgoing = run.marks(self.outgoing_ports)
            served = outgoing.translate(_INVERSE)
            if all_ipv4:
                self.ipv4_routes[kind].update(chosen(run.rows(sock_diag.IPV4_ROUTE), outgoing))
                self.ipv4_remotes[kind].update(chosen(run.ipv4_remotes(), served))
            else:
                self.routes.update(chosen(run.rows(sock_diag.KIND_ROUTE), outgoing))
                self.remote_ends.update(chosen(run.rows(sock_diag.KIND_REMOTE), served))

    def _note_inode(self, kind: bytes, inode: int) -> None:
        if inode:
            self.inodes[inode] = kind
        elif kind[1] != State.SYN_RECV and kind[2] != MINISOCKET_TIMER:
            # A full socket of no process: an orphan, or one that waits for accept(). The others never had a process.
            self.nobodys += 1

    def _list_time_wait(self) -> None:
        ports: Sequence[Ports] = self.asked_ports
        if not self.question.peers:
            if not self.served_ports:
                return
            # The kernel leaves out what has no listener.
            ports = covering(self.served_ports, MOST_RANGES)
        for run in self._runs(TIME_WAIT, ports):
            self._note_ends(run)

    def _refuse_silence(self) -> None:
        """An empty list where the counters tell of sockets: some old kernels answer so when inet_diag is missing."""
        gauges = self.gauges
        held = (gauges.inuse_ipv4 or 0) + (gauges.inuse_ipv6 or 0)
        if not gauges.minisockets_host_wide:
            held += gauges.minisockets or 0
        if self.census or not held:
            return
        with closing(self._rows(LISTED_STATES, sock_diag.KIND, ())) as lists:
            if not any(any(True for _row in rows) for rows in lists):
                raise SockDiagUnavailable("sock_diag lists no socket, though the counters tell of {0}".format(held))

    # How to ask.

    def _rows(self, states: Iterable[State], fields: str, ports: Sequence[Ports]) -> RowLists:
        for run in self._runs(states, ports):
            yield run.rows(fields)

    def _runs(self, states: Iterable[State], ports: Sequence[Ports]) -> Generator[Run, None, None]:
        """The sockets of both families. More ranges of ports than the kernel can take at once take several requests."""
        for start in range(0, max(1, len(ports)), MOST_RANGES):
            yield from self._runs_of_some(states, ports[start : start + MOST_RANGES])

    def _runs_of_some(self, states: Iterable[State], ports: Sequence[Ports]) -> Generator[Run, None, None]:
        """By the old request in one walk; where that is refused, by the new in two."""
        if self.old_request:
            runs = sock_diag.runs(self.ask, sock_diag.request(states, None, ports))
            try:
                first = next(runs, None)
            except SockDiagUnavailable:
                self.old_request = False
            else:
                if first is not None:
                    yield first
                    yield from runs
                return
        for family in Family:
            yield from sock_diag.runs(self.ask, sock_diag.request(states, family, ports))

    def _rows_of(self, family: Family, states: Iterable[State], fields: str, ports: Sequence[Ports]) -> RowLists:
        yield from sock_diag.rows(self.ask, sock_diag.request(states, family, ports), fields)

    def _add_to_census(self, counts: Mapping[Tuple[bytes], int]) -> None:
        for (kind,), count in counts.items():
            self.census[kind] += count

    def _complete(self, states: Iterable[State]) -> None:
        self.listed.update((family, state) for family in Family for state in states)

    # What came of it.

    def _result(self, listening: Tuple[Listening, ...]) -> Walk:
        kinds = {kind: _kind(kind) for kind in self.census}
        return Walk(
            source="netlink",
            census={kinds[kind]: count for kind, count in self.census.items()},
            listed=frozenset(self.listed),
            listening=listening,
            local_ends=_added(
                (LocalEnd(_kind(kind), _text(kind[0], address), int.from_bytes(port, "big")), count)
                for kind, port, address, count in self._all_local_ends()
                if kind[1] != State.LISTEN
            ),
            remote_ends=self._all_remote_ends(),
            routes=_added((_route(kind[0], route), count) for kind, route, count in self._all_routes()),
            sockets_by_inode={inode: kinds[kind].state for inode, kind in self.inodes.items()},
            nobodys_sockets=self.nobodys,
        )

    def _all_local_ends(self) -> Iterator[Tuple[bytes, bytes, bytes, int]]:
        """Kind, local port, local address and count."""
        for (kind, port, address), count in self.local_ends.items():
            yield kind, port, address, count
        for kind, counts in self.ipv4_local_ends.items():
            for numbers, count in counts.items():
                port, address = sock_diag.local_end_of(numbers)
                yield kind, port, address, count

    def _all_routes(self) -> Iterator[Tuple[bytes, bytes, int]]:
        """Kind, route and count."""
        for (kind, route), count in self.routes.items():
            yield kind, route, count
        for kind, counts in self.ipv4_routes.items():
            for numbers, count in counts.items():
                yield kind, sock_diag.route_of(numbers), count

    def _all_remote_ends(self) -> Dict[RemoteEnd, int]:
        """Those of the served connections and those to which the routes lead."""
        ends: Dict[RemoteEnd, int] = {}
        for kind, counts in self.ipv4_remotes.items():
            if kind[1] != State.LISTEN:
                # A server has many thousands of these, and no two numbers are one address: nothing to add up.
                texts = map(socket.inet_ntop, repeat(socket.AF_INET), map(sock_diag.address_of, counts))
                ends.update(zip(map(RemoteEnd, repeat(_kind(kind)), texts), counts.values()))
        for (kind, address), count in self.remote_ends.items():
            if kind[1] != State.LISTEN:
                end = RemoteEnd(_kind(kind), _text(kind[0], address))
                ends[end] = ends.get(end, 0) + count
        for kind, route, count in self._all_routes():
            end = RemoteEnd(_kind(kind), _route(kind[0], route).destination)
            ends[end] = ends.get(end, 0) + count
        return ends


def _added(pairs: Iterable[Tuple[Key, int]]) -> Dict[Key, int]:
    """The counts by key, those of equal keys added: several byte strings may say the same."""
    total: Dict[Key, int] = {}
    for key, count in pairs:
        total[key] = total.get(key, 0) + count
    return total


_KINDS: Dict[bytes, Kind] = {}


def _kind(raw: bytes) -> Kind:
    if raw not in _KINDS:
        try:
            _KINDS[raw] = Kind(Family(raw[0]), State(raw[1]), raw[2])
        except ValueError as error:
            reason = "sock_diag sent a socket of family {0} in state {1}".format(raw[0], raw[1])
            raise MalformedReply(reason) from error
    return _KINDS[raw]


def _text(family: int, address: bytes) -> str:
    size = 4 if family == Family.IPV4 else 16
    return socket.inet_ntop(socket.AF_INET if size == 4 else socket.AF_INET6, address[:size])


def _route(family: int, route: bytes) -> Route:
    """From remote port, local address and remote address, both addresses of 4 or both of 16 bytes."""
    middle = 2 + (len(route) - 2) // 2
    return Route(_text(family, route[2:middle]), _text(family, route[middle:]), int.from_bytes(route[:2], "big"))
