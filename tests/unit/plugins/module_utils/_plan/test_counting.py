# Copyright (c) 2026, the linuxnet.tcp authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Counts from what was listed and from the counters."""

from __future__ import annotations

from collections import Counter
from typing import Dict, FrozenSet, List, Optional, Tuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.linuxnet.tcp.plugins.module_utils._model.readings import (
    Gauges,
    Question,
    Reading,
    Snapshot,
    Walk,
)
from ansible_collections.linuxnet.tcp.plugins.module_utils._model.states import (
    LISTED_STATES,
    MINISOCKET_TIMER,
    RARE_STATES,
    Family,
    Kind,
    State,
    no_sockets,
)
from ansible_collections.linuxnet.tcp.plugins.module_utils._plan.counting import (
    by_title,
    contradicted,
    count,
    skew,
    totals,
)

NOTHING = Gauges(0, 0, 0, False, 0, 0)
KINDS = st.builds(
    Kind,
    st.sampled_from(Family),
    st.sampled_from(sorted(LISTED_STATES)),
    st.sampled_from((0, 1, 2, MINISOCKET_TIMER, 4)),
).map(lambda kind: kind._replace(timer=MINISOCKET_TIMER) if kind.state is State.TIME_WAIT else kind)
Listed = FrozenSet[Tuple[Family, State]]


def every(states: FrozenSet[State]) -> Listed:
    """These states of both families."""
    return frozenset((family, state) for family in Family for state in states)


def gauges_of(kinds: List[Kind]) -> Gauges:
    """What the kernel's counters show of these sockets (net/ipv4/proc.c): a half-open request is in none of them."""
    full = [kind for kind in kinds if not kind.is_minisocket and kind.state is not State.SYN_RECV]
    return Gauges(
        inuse_ipv4=sum(1 for kind in full if kind.family is Family.IPV4),
        inuse_ipv6=sum(1 for kind in full if kind.family is Family.IPV6),
        minisockets=sum(1 for kind in kinds if kind.is_minisocket),
        minisockets_host_wide=False,
        established_or_close_wait=sum(1 for kind in full if kind.state in (State.ESTABLISHED, State.CLOSE_WAIT)),
        orphans=0,
    )


def snapshot(gauges: Gauges, at: float = 0.0, **counters: Optional[int]) -> Snapshot:
    """The counters at a moment."""
    return Snapshot(at, gauges, counters)


def reading(kinds: List[Kind], listed: Listed, gauges: Optional[Gauges] = None) -> Reading:
    """A look at these sockets, of which only those in `listed` were listed, on a host at rest."""
    seen = Counter(kind for kind in kinds if (kind.family, kind.state) in listed)
    at_rest = snapshot(gauges or gauges_of(kinds))
    return Reading(at_rest, Walk("netlink", seen, listed), at_rest)


def truth(kinds: List[Kind]) -> Dict[str, int]:
    """How many there are of each state."""
    states = no_sockets()
    for kind in kinds:
        states[kind.state.title] += 1
    return states


@given(st.lists(KINDS, max_size=60))
def test_rare_states_are_enough(kinds: List[Kind]) -> None:
    """The rare states and the counters give all eleven counts, though most sockets were not listed."""
    assert totals(count(reading(kinds, every(RARE_STATES)))) == truth(kinds)


@given(st.lists(KINDS, max_size=60))
def test_established_by_family_follows_from_inuse(kinds: List[Kind]) -> None:
    """ESTABLISHED of each family is what `inuse` counts beyond the sockets of the family that were listed."""
    counts = count(reading(kinds, every(RARE_STATES)))
    for family in Family:
        expected = sum(1 for kind in kinds if kind.family is family and kind.state is State.ESTABLISHED)
        assert counts[family][State.ESTABLISHED] == expected


@given(st.lists(KINDS, max_size=60), st.sampled_from(Family))
def test_one_family_of_time_wait_is_enough(kinds: List[Kind], listed_family: Family) -> None:
    """With TIME_WAIT of one family listed, the other family has the rest of `tw`."""
    listed = every(RARE_STATES) | {(listed_family, State.TIME_WAIT)}
    counts = count(reading(kinds, listed))
    for family in Family:
        assert by_title(counts[family]) == truth([kind for kind in kinds if kind.family is family])


@given(st.lists(KINDS, max_size=60))
def test_what_was_listed_needs_no_counter(kinds: List[Kind]) -> None:
    """Where all was listed, counters that are not there or that speak of other namespaces change nothing."""
    for gauges in (Gauges(None, None, None, True, None, None), Gauges(9, 9, 900, True, 9, 9)):
        counts = count(reading(kinds, every(LISTED_STATES), gauges))
        for family in Family:
            assert by_title(counts[family]) == truth([kind for kind in kinds if kind.family is family])


@given(st.lists(KINDS, max_size=30), st.integers(0, 30), st.integers(0, 30), st.integers(0, 30))
def test_no_count_is_negative(kinds: List[Kind], inuse4: int, inuse6: int, minisockets: int) -> None:
    """While sockets come and go, counters and list disagree; a count is then too small or too large, never negative."""
    gauges = Gauges(inuse4, inuse6, minisockets, False, 0, 0)
    assert min(totals(count(reading(kinds, every(RARE_STATES), gauges))).values()) >= 0


def test_orphaned_fin_wait2_is_not_time_wait() -> None:
    """`tw` counts FIN_WAIT2 whose owner is gone, too: 5 minisockets, 2 of them FIN_WAIT2, are 3 in TIME_WAIT."""
    kinds = [Kind(Family.IPV4, State.FIN_WAIT2, MINISOCKET_TIMER)] * 2 + [
        Kind(Family.IPV6, State.TIME_WAIT, MINISOCKET_TIMER)
    ] * 3
    states = totals(count(reading(kinds, every(RARE_STATES))))
    assert (states["fin_wait2"], states["time_wait"]) == (2, 3)


def test_half_open_connections_are_in_no_counter() -> None:
    """Requests in SYN_RECV are listed but not in `inuse`: they do not make ESTABLISHED smaller."""
    kinds = [Kind(Family.IPV4, State.SYN_RECV, 1)] * 4 + [Kind(Family.IPV4, State.ESTABLISHED, 0)] * 2
    states = totals(count(reading(kinds, every(RARE_STATES))))
    assert (states["syn_recv"], states["established"]) == (4, 2)


def test_at_rest_there_is_no_skew() -> None:
    """Two equal snapshots have a skew of 0, whatever they show."""
    still = snapshot(Gauges(3, 4, 5, False, 6, 7), active_opens=8)
    assert skew(still, still._replace(at=1.0)) == 0


@pytest.mark.parametrize(
    ("after", "expected"),
    [
        (Gauges(13, 10, 10, False, 10, 10), 3),
        (Gauges(10, 7, 10, False, 10, 10), 3),
        (Gauges(10, 10, 15, False, 10, 10), 5),
        (Gauges(10, 10, 10, False, 0, 10), 10),
        (Gauges(8, 10, 12, False, 10, 10), 4),
    ],
)
def test_skew_adds_up_what_moved(after: Gauges, expected: int) -> None:
    """Skew adds how far each gauge moved, up or down."""
    assert skew(snapshot(Gauges(10, 10, 10, False, 10, 10)), snapshot(after)) == expected


def test_skew_sees_what_came_and_went() -> None:
    """A connection that opened and closed between two snapshots moved no gauge but its counters, and is in the skew."""
    earlier = snapshot(NOTHING, active_opens=10, time_wait_done=5, listen_drops=0, passive_opens=None)
    later = snapshot(NOTHING, active_opens=14, time_wait_done=6, listen_drops=9, passive_opens=3)
    assert skew(earlier, later) == 5


def test_skew_takes_no_notice_of_other_namespaces() -> None:
    """Orphans are counted for the whole host, so they say nothing about these sockets."""
    assert skew(snapshot(NOTHING), snapshot(NOTHING._replace(orphans=50))) == 0


@given(st.lists(KINDS, max_size=60))
def test_a_true_reading_is_not_contradicted(kinds: List[Kind]) -> None:
    """Where counters and list show the same sockets, CurrEstab confirms what was deduced."""
    assert not contradicted(Question(), reading(kinds, every(RARE_STATES)))


def test_currestab_contradicts() -> None:
    """A full socket in SYN_RECV (TCP Fast Open) is in `inuse`: ESTABLISHED is one too many, and CurrEstab shows it."""
    kinds = [Kind(Family.IPV4, State.ESTABLISHED, 0), Kind(Family.IPV4, State.SYN_RECV, 1)]
    gauges = gauges_of(kinds)._replace(inuse_ipv4=2)
    assert contradicted(Question(), reading(kinds, every(RARE_STATES), gauges))


@pytest.mark.parametrize(
    ("question", "listed", "expected"),
    [
        (Question(), RARE_STATES, True),
        (Question(ports=frozenset({80})), RARE_STATES, False),
        (Question(list_established=True), LISTED_STATES, False),
    ],
)
def test_only_deduced_counts_can_be_contradicted(
    question: Question, listed: FrozenSet[State], expected: bool
) -> None:
    """CurrEstab is held against deduced counts alone: not against counts of some ports, and not against a list."""
    assert contradicted(question, reading([], every(listed), NOTHING._replace(established_or_close_wait=5))) is expected


def test_without_currestab_nothing_contradicts() -> None:
    """A host that shows no CurrEstab denies nothing."""
    gauges = NOTHING._replace(inuse_ipv4=5, established_or_close_wait=None)
    assert not contradicted(Question(), reading([], every(RARE_STATES), gauges))


def test_movement_explains_a_contradiction() -> None:
    """As many sockets as moved may be off; one more may not."""
    before, after = snapshot(NOTHING), snapshot(NOTHING._replace(established_or_close_wait=3))
    moved = Reading(before, Walk("netlink", {}, every(RARE_STATES)), after)
    assert not contradicted(Question(), moved)
    assert contradicted(Question(), moved._replace(before=after))
