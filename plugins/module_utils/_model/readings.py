# Copyright (c) 2026, the linuxnet.tcp authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is asked of a host's TCP sockets, and what the host showed: the records between reading and deciding."""

from __future__ import annotations

from typing import Dict, FrozenSet, List, Mapping, NamedTuple, Optional, Tuple

from .states import Family, Kind, State


class Question(NamedTuple):
    """What one run wants to know beyond the counts of the states."""

    families: bool = False
    listeners: bool = False
    peers: bool = False
    processes: bool = False
    ports: FrozenSet[int] = frozenset()
    # Set on a second try, when the counters contradict each other: list ESTABLISHED instead of deducing it.
    list_established: bool = False


class Gauges(NamedTuple):
    """The kernel's constant-time counters of sockets that exist now (net/ipv4/proc.c). None where the host has none."""

    inuse_ipv4: Optional[int]
    inuse_ipv6: Optional[int]
    # `tw`: minisockets of both families and of both substates, TIME_WAIT and orphaned FIN_WAIT2.
    minisockets: Optional[int]
    # Whether `minisockets` may include other network namespaces (kernels before 4.11).
    minisockets_host_wide: bool
    # CurrEstab: ESTABLISHED and CLOSE_WAIT, both families.
    established_or_close_wait: Optional[int]
    orphans: Optional[int]


class Snapshot(NamedTuple):
    """All counters at one moment. `counters` by our names; None is a counter that this kernel lacks."""

    at: float
    gauges: Gauges
    counters: Mapping[str, Optional[int]]


class LocalEnd(NamedTuple):
    """Connections alike in kind and in local address and port, for the question by listener."""

    kind: Kind
    address: str
    port: int


class RemoteEnd(NamedTuple):
    """Connections alike in kind and in remote address, for the question by peer."""

    kind: Kind
    address: str


class Route(NamedTuple):
    """Where outgoing connections go, and from where. One route can have each local port once."""

    source: str
    destination: str
    destination_port: int


class Listening(NamedTuple):
    """One listening socket. `accept_queue` waits for accept(); `backlog` is None where the source does not show it."""

    family: Family
    address: str
    port: int
    accept_queue: int
    backlog: Optional[int]


class Holder(NamedTuple):
    """A process and the sockets that it holds, by state. Several processes may hold one socket."""

    pid: int
    command: str
    states: Dict[State, int]


class Owners(NamedTuple):
    """Who holds the sockets. `unattributed`: those for which no process was found; `unseen`: processes not to be read.

    `hidden` is whether /proc does not even show the processes of other users.
    """

    holders: List[Holder]
    unattributed: int
    unseen: int
    hidden: bool = False


class Walk(NamedTuple):
    """The sockets that were listed one by one, already added up.

    `listed` names the (family, state) pairs for which `census` is complete; of the others it says nothing.
    The rest is empty unless the question asked for it.
    """

    source: str
    census: Mapping[Kind, int]
    listed: FrozenSet[Tuple[Family, State]]
    listening: Tuple[Listening, ...] = ()
    local_ends: Mapping[LocalEnd, int] = {}
    remote_ends: Mapping[RemoteEnd, int] = {}
    routes: Mapping[Route, int] = {}
    sockets_by_inode: Mapping[int, State] = {}
    nobodys_sockets: int = 0


class Limits(NamedTuple):
    """What bounds the counts. None where this namespace lacks the key."""

    max_tw_buckets: Optional[int]
    max_orphans: Optional[int]
    max_syn_backlog: Optional[int]
    somaxconn: Optional[int]
    fin_timeout: Optional[int]
    local_port_range: Optional[Tuple[int, int]]
    tw_reuse: Optional[int]
    timestamps: Optional[int]
    syncookies: Optional[int]
    memory_bytes: Optional[int]


class Reading(NamedTuple):
    """One look at a host: the counters before and after the walk, and the walk."""

    before: Snapshot
    walk: Walk
    after: Snapshot
