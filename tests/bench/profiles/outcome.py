# Copyright (c) 2026, the linuxnet.tcp authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a part of the profiles' bench hands over: runs by variant, curves and claims; and what is read from them."""

from __future__ import annotations

import statistics
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any, NamedTuple

from ..results import Claim
from ..rounds import turned


@dataclass(frozen=True)
class Run:
    """One run of one variant, its figures by the names of METRICS."""

    variant: str
    values: Mapping[str, float]


@dataclass(frozen=True)
class Curve:
    """A figure over time: seconds from the start, and values."""

    seconds: list[float]
    values: list[float]


@dataclass(frozen=True)
class Part:
    """One part's outcome. The first variant is what the others are held against."""

    name: str
    machine: Mapping[str, str]
    runs: list[Run]
    curves: Mapping[str, Curve] = field(default_factory=dict)
    claims: list[Claim] = field(default_factory=list)
    marks: Mapping[str, float] = field(default_factory=dict)

    def to_json(self) -> dict[str, Any]:
        """As it is kept in profiles.json."""
        return asdict(self)

    @classmethod
    def from_json(cls, values: Mapping[str, Any]) -> Part:
        """Back from profiles.json."""
        return cls(
            name=values["name"],
            machine=values["machine"],
            runs=[Run(**run) for run in values["runs"]],
            curves={name: Curve(**curve) for name, curve in values["curves"].items()},
            claims=[Claim(**claim) for claim in values["claims"]],
            marks=values["marks"],
        )


class Spread(NamedTuple):
    """The figures of a variant: how many, the least, the median and the most."""

    runs: int
    least: float
    median: float
    most: float

    def apart(self, other: Spread) -> bool:
        """Whether no run of one lies among the runs of the other: only then is a difference called one."""
        return self.least > other.most or self.most < other.least


def spread(runs: Sequence[Run], variant: str, metric: str) -> Spread | None:
    """The figures of a variant; None where it has none of this metric."""
    values = [run.values[metric] for run in runs if run.variant == variant and metric in run.values]
    return Spread(len(values), min(values), statistics.median(values), max(values)) if values else None


def variants(runs: Sequence[Run]) -> list[str]:
    """Their names, those of a group (before the slash) together and in the order of the first round."""
    names = dict.fromkeys(run.variant for run in runs)
    groups = list(dict.fromkeys(group_of(name) for name in names))
    return sorted(names, key=lambda name: groups.index(group_of(name)))


def group_of(variant: str) -> str:
    """`squid` of `squid/forward_proxy`; nothing where all variants are held against one."""
    group, slash, _name = variant.rpartition("/")
    return group if slash else ""


def baseline(runs: Sequence[Run], variant: str) -> str:
    """The variant that this one is held against: the first of its group."""
    return next(run.variant for run in runs if group_of(run.variant) == group_of(variant))


def interleaved(names: Sequence[str], rounds: int, take: Callable[[str], Mapping[str, float]]) -> list[Run]:
    """A run of each variant in each round. Each round begins with another one; what is noted is always in one order."""
    runs = []
    for number in range(rounds):
        taken = {}
        for name in turned(list(names), number):
            taken[name] = Run(name, take(name))
            print(f"  round {number + 1}, {name}: {_short(taken[name].values)}", flush=True)
        runs += [taken[name] for name in names]
    return runs


def _short(values: Mapping[str, float]) -> str:
    return ", ".join(f"{name} {value:g}" for name, value in values.items())
