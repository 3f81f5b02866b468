# Copyright (c) 2026, the linuxnet.tcp authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The page about profiles: what it says follows from the figures, and every figure it speaks of is taken."""

from __future__ import annotations

from ansible_collections.linuxnet.tcp.tests.bench.profiles import (
    part_cap,
    part_flood,
    part_ports,
    part_queue,
    part_trades,
)
from ansible_collections.linuxnet.tcp.tests.bench.profiles.outcome import Part, Run, Spread
from ansible_collections.linuxnet.tcp.tests.bench.profiles.page import brief, effects, number, page
from ansible_collections.linuxnet.tcp.tests.bench.profiles.words import KEYS, METRICS, SECTIONS

VARIANTS = {
    "trades": tuple(part_trades.VARIANTS),
    "cap": tuple(part_cap.VARIANTS),
    "ports": part_ports.VARIANTS,
    "queue": tuple(part_queue.VARIANTS),
    "flood": tuple(part_flood.VARIANTS),
}


def made_up(name: str) -> Part:
    """A part in which every figure of every variant is 1."""
    metrics = dict.fromkeys((*SECTIONS[name].columns, *SECTIONS[name].drawn), 1.0)
    return Part(name, {"kernel": "Linux"}, [Run(variant, metrics) for variant in VARIANTS[name]])


def test_every_key_is_held_against_variants_that_are_run() -> None:
    """A renamed variant would leave a key without its evidence."""
    for evidence in KEYS:
        assert {evidence.without, evidence.with_it} <= set(VARIANTS[evidence.part]), evidence
        assert evidence.metric in SECTIONS[evidence.part].columns, evidence
    assert all(set(section.columns) | set(section.drawn) <= set(METRICS) for section in SECTIONS.values())


def test_where_nothing_differs_the_page_says_so() -> None:
    """No value of a profile is called useful without a difference."""
    text = page({name: made_up(name) for name in SECTIONS})
    assert "**yes**" not in text
    assert text.count("none seen") == len(KEYS)
    assert text.count("no figure differs beyond the spread of its runs") == sum(
        len(names) - (3 if part == "trades" else 1) for part, names in VARIANTS.items()
    )


def test_a_difference_is_told_with_its_figures() -> None:
    """Against the first of the group, in the words of the table."""
    runs = [Run("own", {"failed": value}) for value in (5800, 6000, 6100)] + [Run("ours", {"failed": 0})] * 3
    assert effects(runs, ["failed", "cut"]) == ["ours, against own: failed requests 6,000 → 0."]


def test_parts_that_were_not_run_are_left_out() -> None:
    """One part alone makes a page of one part."""
    text = page({"queue": made_up("queue")})
    assert "## The accept queue" in text
    assert "## SYN flood" not in text


def test_numbers_are_short() -> None:
    """Thousands apart, and no digit that says nothing; one number where all runs gave the same."""
    assert [number(value) for value in (0, 7, 12.34, 5000.0, 1234.56)] == ["0", "7", "12.3", "5,000", "1,235"]
    assert brief(Spread(5, 5000, 5000, 5000)) == "5,000"
    assert brief(Spread(5, 1100, 1234, 1300)) == "1,234 (1,100 to 1,300)"
