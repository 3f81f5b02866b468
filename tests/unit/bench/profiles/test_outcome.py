# Copyright (c) 2026, the linuxnet.tcp authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""When a difference is called one, what a variant is held against, and in which order runs are taken."""

from __future__ import annotations

import json

import pytest

from ansible_collections.linuxnet.tcp.tests.bench.profiles.outcome import (
    Curve,
    Part,
    Run,
    Spread,
    baseline,
    interleaved,
    spread,
    variants,
)
from ansible_collections.linuxnet.tcp.tests.bench.results import Claim

RUNS = [
    Run("nginx/own", {"failed": 3}),
    Run("squid/own", {"failed": 7}),
    Run("nginx/ours", {"failed": 1}),
    Run("squid/ours", {"failed": 7}),
    Run("nginx/own", {"failed": 5}),
    Run("nginx/own", {"failed": 9}),
]


def test_the_figures_of_a_variant() -> None:
    """Least, median and most of its own runs; a figure that it does not have is no figure, never 0."""
    assert spread(RUNS, "nginx/own", "failed") == Spread(3, 3, 5, 9)
    assert spread(RUNS, "nginx/own", "cut") is None


@pytest.mark.parametrize(
    ("one", "other", "apart"),
    [
        (Spread(5, 1, 2, 3), Spread(5, 4, 5, 6), True),
        (Spread(5, 4, 5, 6), Spread(5, 1, 2, 3), True),
        (Spread(5, 1, 2, 4), Spread(5, 4, 5, 6), False),
        (Spread(5, 1, 9, 20), Spread(5, 4, 5, 6), False),
        (Spread(5, 5, 5, 5), Spread(5, 5, 5, 5), False),
    ],
)
def test_one_run_among_the_others_is_no_difference(one: Spread, other: Spread, apart: bool) -> None:
    """Only where all runs of one lie on one side of all runs of the other."""
    assert one.apart(other) is apart


def test_groups_stay_together_and_have_their_own_first() -> None:
    """Variants of one server are held against that server without settings."""
    assert variants(RUNS) == ["nginx/own", "nginx/ours", "squid/own", "squid/ours"]
    assert baseline(RUNS, "squid/ours") == "squid/own"
    assert baseline([Run("own", {}), Run("ours", {})], "ours") == "own"


def test_rounds_begin_with_another_variant_each() -> None:
    """None always follows the same one; what is kept is in one order, so that the first is always the first."""
    taken = []

    def take(name: str) -> dict[str, float]:
        taken.append(name)
        return {}

    runs = interleaved(["a", "b", "c"], 2, take)
    assert taken == ["a", "b", "c", "b", "c", "a"]
    assert [run.variant for run in runs] == ["a", "b", "c", "a", "b", "c"]


def test_a_part_is_the_same_after_it_was_kept() -> None:
    """What is rendered later is what was measured."""
    part = Part("cap", {"cpu": "2"}, RUNS, {"held": Curve([0.5], [7])}, [Claim("c", 1, 2, "", "how")], {"applied": 3.0})
    assert Part.from_json(json.loads(json.dumps(part.to_json()))) == part
