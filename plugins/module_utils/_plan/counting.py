# Copyright (c) 2026, the linuxnet.tcp authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""From a reading to exact counts: what was listed, and what follows from the counters for what was not.

The identities (net/ipv4/proc.c and the places that move its counters), for each family f:

    inuse_f   = every full socket of f: all that exist but minisockets and half-open requests (SYN_RECV)
    tw        = the minisockets of both families: TIME_WAIT, and FIN_WAIT2 whose owner is gone
    CurrEstab = ESTABLISHED + CLOSE_WAIT, both families

So ESTABLISHED and TIME_WAIT, of which a busy host has most, need not be listed.
"""

from __future__ import annotations

from typing import Dict, Mapping, Tuple

from .._model.readings import Gauges, Question, Reading, Snapshot
from .._model.states import Family, Kind, State, no_sockets

# Counters that rise when a socket is born, changes or dies: gauges alone miss what comes and goes in between.
FLOWS = ("active_opens", "passive_opens", "attempt_fails", "established_resets", "time_wait_done", "time_wait_reused")
Counts = Dict[Family, Dict[State, int]]


def count(reading: Reading) -> Counts:
    """The sockets by family and state. TIME_WAIT by family needs the TIME_WAIT of one family listed, else it stands
    under IPV4 for both; `totals` is right either way.
    """
    counts: Counts = {family: dict.fromkeys(State, 0) for family in Family}
    for kind, number in reading.walk.census.items():
        counts[kind.family][kind.state] += number
    for family, known in counts.items():
        if (family, State.ESTABLISHED) not in reading.walk.listed:
            inuse = reading.after.gauges.inuse_ipv4 if family is Family.IPV4 else reading.after.gauges.inuse_ipv6
            known[State.ESTABLISHED] = max(0, (inuse or 0) - _full_sockets(reading.walk.census, family))
    _deduce_time_wait(reading, counts)
    return counts


def totals(counts: Counts) -> Dict[str, int]:
    """Both families together, all eleven states by title."""
    result = no_sockets()
    for of_family in counts.values():
        for state, number in of_family.items():
            result[state.title] += number
    return result


def by_title(of_family: Mapping[State, int]) -> Dict[str, int]:
    """One family's counts, all eleven states by title."""
    return totals({Family.IPV4: dict(of_family)})


def skew(before: Snapshot, after: Snapshot) -> int:
    """How many sockets the counters saw come, go or change between two snapshots: 0 on a host at rest.

    The counters and the walk are not one instant; the counts can be off by so many, not by more.
    """
    moves = 0
    for earlier, later in zip(_gauge_values(before.gauges), _gauge_values(after.gauges)):
        moves += abs(later - earlier)
    for name in FLOWS:
        earlier_count, later_count = before.counters.get(name), after.counters.get(name)
        if earlier_count is not None and later_count is not None:
            moves += max(0, later_count - earlier_count)
    return moves


def contradicted(question: Question, reading: Reading) -> bool:
    """Whether CurrEstab denies the deduced counts by more than moved meanwhile: then ESTABLISHED must be listed."""
    expected = reading.after.gauges.established_or_close_wait
    deduced = all((family, State.ESTABLISHED) not in reading.walk.listed for family in Family)
    if expected is None or question.ports or not deduced:
        return False
    counts = count(reading)
    found = sum(of_family[State.ESTABLISHED] + of_family[State.CLOSE_WAIT] for of_family in counts.values())
    return abs(found - expected) > skew(reading.before, reading.after)


def _full_sockets(census: Mapping[Kind, int], family: Family) -> int:
    """Those of `family` that were listed and that `inuse` counts. Half-open requests (SYN_RECV) are not sockets yet.

    A full socket in SYN_RECV exists too (TCP Fast Open, simultaneous open), and no list tells the two apart. Counted
    as a request it makes ESTABLISHED one too many: `contradicted` notices.
    """
    return sum(
        number
        for kind, number in census.items()
        if kind.family is family and not kind.is_minisocket and kind.state is not State.SYN_RECV
    )


def _deduce_time_wait(reading: Reading, counts: Counts) -> None:
    listed = {family for family in Family if (family, State.TIME_WAIT) in reading.walk.listed}
    if len(listed) == len(Family):
        return
    held = reading.after.gauges.minisockets or 0
    orphans = sum(
        number for kind, number in reading.walk.census.items() if kind.is_minisocket and kind.state is State.FIN_WAIT2
    )
    known = sum(counts[family][State.TIME_WAIT] for family in listed)
    other = Family.IPV6 if listed == {Family.IPV4} else Family.IPV4
    counts[other][State.TIME_WAIT] = max(0, held - orphans - known)


def _gauge_values(gauges: Gauges) -> Tuple[int, ...]:
    values = (
        gauges.inuse_ipv4,
        gauges.inuse_ipv6,
        gauges.minisockets,
        gauges.established_or_close_wait,
    )
    return tuple(value or 0 for value in values)
