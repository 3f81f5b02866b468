# Copyright (c) 2026, the linuxnet.tcp authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The bars of the page: of which hosts, and where each piece of a bar begins and ends. Pure geometry."""

from __future__ import annotations

import collections
import typing as t

from ansible_collections.linuxnet.tcp.plugins.module_utils._model.states import STATE_TITLES
from ansible_collections.linuxnet.tcp.plugins.plugin_utils._page_hosts import FULL, NEAR, anchor_of, as_people_sort
from ansible_collections.linuxnet.tcp.plugins.plugin_utils._page_words import percent
from ansible_collections.linuxnet.tcp.plugins.plugin_utils._report_model import Host

#: A bar is so long, in the units of its picture, which is stretched to its cell.
LENGTH = 1000
#: So many hosts are drawn; the numbers of the others stand in their sections.
MOST_BARS = 20
_NOTABLE = ("close_wait", "syn_recv", "syn_sent", "fin_wait1", "fin_wait2", "last_ack", "closing", "time_wait")
_SHARE_TO_NOTE = 0.1

#: How the states follow each other in a bar: the life of a connection, those that wait for it at the end.
ORDER = (
    "established", "syn_sent", "syn_recv", "close_wait", "last_ack", "fin_wait1", "closing", "fin_wait2", "time_wait",
    "close", "listen",
)  # fmt: skip


class Piece(t.NamedTuple):
    """A state in a bar; `x` and `width` are of LENGTH."""

    state: str
    sockets: int
    x: float
    width: float


class StateBar(t.NamedTuple):
    """The states of a host, or of all. `note`: the state that stands out, in words."""

    name: str
    anchor: str | None
    total: int
    pieces: tuple[Piece, ...]
    note: str

    def count_of(self, state: str) -> int:
        """How many sockets are in this state."""
        return next((piece.sockets for piece in self.pieces if piece.state == state), 0)


class CapBar(t.NamedTuple):
    """TIME_WAIT of a host against its cap. `width`: of LENGTH; `tone`: a word of severity; `overflow`: since boot."""

    name: str
    anchor: str
    time_wait: int
    cap: int | None
    share: float
    width: float
    tone: str
    overflow: int | None


class Span(t.NamedTuple):
    """How many hosts lie between two shares of their caps."""

    label: str
    hosts: int
    width: float
    tone: str


def state_bars(hosts: t.Iterable[Host]) -> tuple[StateBar | None, list[StateBar], int]:
    """The bar of all hosts, those of the hosts with most sockets, and how many hosts with counts there are."""
    counted = [host for host in hosts if host.counts is not None]
    if not counted:
        return None, [], 0
    sums: collections.Counter[str] = collections.Counter()
    for host in counted:
        if host.counts is not None:
            sums.update(host.counts.states)
    by_total = sorted(counted, key=lambda host: (-(host.counts.total if host.counts else 0), as_people_sort(host.name)))
    bars = [
        state_bar(host.name, anchor_of(host), host.counts.states) for host in by_total[:MOST_BARS] if host.counts
    ]
    return state_bar("All hosts", None, sums), bars, len(counted)


def state_bar(name: str, anchor: str | None, states: t.Mapping[str, int]) -> StateBar:
    """The bar of these states: every bar is as long, so that what a host is made of can be compared."""
    total = sum(states.get(title, 0) for title in STATE_TITLES)
    pieces, x = [], 0.0
    for title in ORDER:
        count = states.get(title, 0)
        if count:
            width = LENGTH * count / total
            pieces.append(Piece(title, count, round(x, 1), round(width, 1)))
            x += width
    return StateBar(name, anchor, total, tuple(pieces), _note(states, total))


def _note(states: t.Mapping[str, int], total: int) -> str:
    most = max(_NOTABLE, key=lambda title: states.get(title, 0))
    count = states.get(most, 0)
    if not total or count < _SHARE_TO_NOTE * total:
        return ""
    return f"{percent(count / total)} {most.upper()}"


def cap_bars(hosts: t.Iterable[Host]) -> tuple[list[CapBar], int]:
    """The hosts nearest to their cap of TIME_WAIT, and how many hosts with a cap there are."""
    known = [
        (host, host.counts, host.counts.time_wait_share)
        for host in hosts
        if host.counts is not None and host.counts.time_wait_share is not None
    ]
    known.sort(key=lambda one: (-one[2], -one[1].time_wait, as_people_sort(one[0].name)))
    bars = [
        CapBar(
            host.name, anchor_of(host), counts.time_wait, counts.limits.get("max_tw_buckets"), share,
            round(LENGTH * min(share, 1.0), 1), tone_of(share), counts.time_wait_overflow,
        )
        for host, counts, share in known[:MOST_BARS]
    ]  # fmt: skip
    return bars, len(known)


def spans(hosts: t.Iterable[Host]) -> list[Span]:
    """Hosts by how much of their cap is used: in fifths, and those at the cap."""
    shares = [
        host.counts.time_wait_share
        for host in hosts
        if host.counts is not None and host.counts.time_wait_share is not None
    ]
    numbers = [0] * 6
    for share in shares:
        numbers[min(int(share * 5 + 1e-9), 5)] += 1
    most = max(numbers)
    labels = ["below 20 %", "20 to 40 %", "40 to 60 %", "60 to 80 %", "80 to 100 %", "at the cap"]
    tones = ["low", "low", "low", "low", "medium", "high"]
    return [
        Span(label, hosts_, round(LENGTH * hosts_ / most, 1) if most else 0.0, tone)
        for label, hosts_, tone in zip(labels, numbers, tones, strict=True)
    ]


def tone_of(share: float | None) -> str:
    """How a share of a cap is drawn: as a word of severity."""
    if share is None or share < NEAR:
        return "low"
    return "medium" if share < FULL else "high"
