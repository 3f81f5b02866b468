# Copyright (c) 2026, the linuxnet.tcp authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Sets of ports as sorted ranges that do not touch."""

from __future__ import annotations

from typing import Iterable, List, NamedTuple, Sequence, Tuple

LAST_PORT = 65535


class Ports(NamedTuple):
    """The ports from `low` to `high`, both included."""

    low: int
    high: int


def ranges_of(ports: Iterable[int]) -> Tuple[Ports, ...]:
    """The fewest ranges that hold exactly `ports`."""
    ranges: List[Ports] = []
    for port in sorted(set(ports)):
        if ranges and ranges[-1].high == port - 1:
            ranges[-1] = Ports(ranges[-1].low, port)
        else:
            ranges.append(Ports(port, port))
    return tuple(ranges)


def complement(ranges: Sequence[Ports]) -> Tuple[Ports, ...]:
    """All ports from 0 to 65535 that `ranges` (sorted) leave out."""
    left: List[Ports] = []
    start = 0
    for low, high in ranges:
        if start < low:
            left.append(Ports(start, low - 1))
        start = high + 1
    if start <= LAST_PORT:
        left.append(Ports(start, LAST_PORT))
    return tuple(left)


def common(one: Sequence[Ports], other: Sequence[Ports]) -> Tuple[Ports, ...]:
    """The ports that lie in both."""
    shared = []
    for first in one:
        for second in other:
            low, high = max(first.low, second.low), min(first.high, second.high)
            if low <= high:
                shared.append(Ports(low, high))
    return tuple(sorted(shared))


def covering(ranges: Sequence[Ports], most: int) -> Tuple[Ports, ...]:
    """At most `most` ranges that hold at least `ranges` (sorted): the narrowest gaps are closed first."""
    if len(ranges) <= most:
        return tuple(ranges)
    gaps = sorted((ranges[i + 1].low - ranges[i].high, i) for i in range(len(ranges) - 1))
    closed = {i for _width, i in gaps[: len(ranges) - most]}
    merged: List[Ports] = []
    for i, ports in enumerate(ranges):
        if i - 1 in closed:
            merged[-1] = Ports(merged[-1].low, ports.high)
        else:
            merged.append(ports)
    return tuple(merged)
