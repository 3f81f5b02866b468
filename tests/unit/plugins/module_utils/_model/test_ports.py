# Copyright (c) 2026, the linuxnet.tcp authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Port ranges, held against Python's sets."""

from __future__ import annotations

from typing import FrozenSet, Sequence, Set, Tuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.linuxnet.tcp.plugins.module_utils._model.ports import (
    LAST_PORT,
    Ports,
    common,
    complement,
    covering,
    ranges_of,
)

ALL_PORTS = frozenset(range(LAST_PORT + 1))
# Clusters around few places, so that ranges touch, overlap and reach both ends.
SOME_PORT = st.one_of(
    st.integers(0, 40), st.integers(1000, 1040), st.integers(LAST_PORT - 20, LAST_PORT), st.integers(0, LAST_PORT)
)
SOME_PORTS = st.frozensets(SOME_PORT, max_size=60)


def members(ranges: Sequence[Ports]) -> Set[int]:
    """The ports in the ranges."""
    return {port for low, high in ranges for port in range(low, high + 1)}


def is_canonical(ranges: Sequence[Ports]) -> bool:
    """Whether they are sorted, not empty and do not touch."""
    return all(low <= high for low, high in ranges) and all(
        one.high + 1 < other.low for one, other in zip(ranges, ranges[1:])
    )


@given(SOME_PORTS)
def test_ranges_hold_exactly_the_ports(ports: FrozenSet[int]) -> None:
    """Ranges made of ports hold these and no other, and there are as few as can be."""
    ranges = ranges_of(ports)
    assert members(ranges) == ports
    assert is_canonical(ranges)


def test_ranges_of_nothing_and_of_repeated_ports() -> None:
    """No port makes no range, and a port that is named twice counts once."""
    assert ranges_of(()) == ()
    assert ranges_of([443, 80, 443, 81]) == (Ports(80, 81), Ports(443, 443))


@given(SOME_PORTS)
def test_complement_holds_all_other_ports(ports: FrozenSet[int]) -> None:
    """A set and its complement share no port and are all ports together."""
    left_out = complement(ranges_of(ports))
    assert members(left_out) == ALL_PORTS - ports
    assert is_canonical(left_out)


@given(SOME_PORTS)
def test_complement_of_the_complement(ports: FrozenSet[int]) -> None:
    """Taken twice, the complement gives back the ranges."""
    assert complement(complement(ranges_of(ports))) == ranges_of(ports)


@given(SOME_PORTS, SOME_PORTS)
def test_common_is_the_intersection(one: FrozenSet[int], other: FrozenSet[int]) -> None:
    """What two sets have in common are the ports that lie in both."""
    shared = common(ranges_of(one), ranges_of(other))
    assert members(shared) == one & other
    assert is_canonical(shared)


@given(SOME_PORTS, st.integers(1, 12))
def test_covering_keeps_every_port(ports: FrozenSet[int], most: int) -> None:
    """Joining neighbours loses no port, leaves at most so many ranges, and changes nothing where there are few."""
    ranges = ranges_of(ports)
    fewer = covering(ranges, most)
    assert members(fewer) >= ports
    assert len(fewer) == min(len(ranges), most)
    assert is_canonical(fewer)


@pytest.mark.parametrize(
    ("most", "expected"),
    [
        (3, ((1, 1), (5, 5), (7, 7))),
        (2, ((1, 1), (5, 7))),
        (1, ((1, 7),)),
    ],
)
def test_covering_closes_the_narrowest_gap_first(most: int, expected: Tuple[Tuple[int, int], ...]) -> None:
    """Of the gaps, the narrowest is closed first: fewest ports are added that nobody asked for."""
    assert covering(ranges_of((1, 5, 7)), most) == expected
