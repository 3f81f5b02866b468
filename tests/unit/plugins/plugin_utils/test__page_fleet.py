# Copyright (c) 2026, the linuxnet.tcp authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the page says of the fleet."""

from __future__ import annotations

import pytest

from ansible_collections.linuxnet.tcp.plugins.plugin_utils import _page_fleet
from ansible_collections.linuxnet.tcp.plugins.plugin_utils._report_model import Direction
from ansible_collections.linuxnet.tcp.tests.unit.plugins.plugin_utils import pages

REPORT = pages.report_of(120)


@pytest.mark.parametrize(
    ("hosts", "words"),
    [
        (0, "No host has been audited yet."),
        (1, "The host is well."),
        (2, "Both hosts are well."),
        (3, "1 of 3 hosts is in trouble."),
        (120, f"{REPORT.summary.in_trouble} of 120 hosts are in trouble."),
    ],
)
def test_the_verdict_is_a_sentence(hosts: int, words: str) -> None:
    """It counts, and its grammar is right for none, one and many."""
    assert _page_fleet.verdict(pages.report_of(hosts))[0] == words


@pytest.mark.parametrize(
    ("names", "words"),
    [
        (["a"], "The host could not be reached."),
        (["a", "b"], "Neither host could be reached."),
        (["a", "b", "c"], "None of the 3 hosts could be reached."),
    ],
)
def test_a_dead_fleet_is_no_healthy_one(names: list[str], words: str) -> None:
    """Where nobody answered the page does not say that all is well, nor that hosts are in trouble."""
    assert _page_fleet.verdict(pages.report_on(map(pages.unreachable, names)))[0] == words


def test_the_strip_is_whole() -> None:
    """The pieces follow each other, fill the strip, and count every host once."""
    parts = _page_fleet.strip(REPORT)

    assert sum(part.hosts for part in parts) == 120
    assert sum(part.width for part in parts) == pytest.approx(1000, abs=0.1)
    ends = [part.x + part.width for part in parts]
    assert [part.x for part in parts] == pytest.approx([0, *ends[:-1]], abs=0.1)
    assert _page_fleet.strip(pages.report_of(0)) == ()


def test_groups_add_up() -> None:
    """A group counts its own hosts; that with most in trouble comes first."""
    names = sorted({group for host in REPORT.hosts for group in host.groups})
    groups = _page_fleet.groups(REPORT.hosts, names)

    assert {group.name: group.hosts for group in groups}["web"] == 120
    assert {group.name: group.in_trouble for group in groups}["web"] == REPORT.summary.in_trouble
    assert [group.in_trouble for group in groups] == sorted((group.in_trouble for group in groups), reverse=True)


def test_the_same_change_on_many_hosts_is_one_line() -> None:
    """The lines count every change of a rule; those for the worse come first."""
    moves = _page_fleet.moves(REPORT.hosts)
    directions = [list(Direction).index(move.direction) for move in moves]
    changed = [one for host in REPORT.hosts for one in host.changes
               if one.about != "diagnosis" or one.direction is not Direction.OTHER]  # fmt: skip

    assert sum(move.hosts for move in moves) == len(changed) > len(moves)
    assert directions == sorted(directions)
    assert all(0 < len(move.named) <= move.hosts for move in moves)
    worse = sum(move.hosts for move in moves if move.direction is Direction.WORSE)
    assert _page_fleet.moves_sentence(moves).startswith(f"{worse} changes for the worse, ")


def test_the_heat_table_is_bounded() -> None:
    """Of a large fleet only hosts that break a rule are drawn, so many at most, and it says how many are not."""
    report = pages.report_of(300)
    heat = _page_fleet.heat(report)

    assert len(heat.rows) == _page_fleet.MOST_HEAT_HOSTS
    assert len(heat.rows) + heat.more_hosts == report.summary.broken
    assert all(len(row.cells) == len(heat.rules) for row in heat.rows)
    assert {sign for row in heat.rows for _classes, sign, _words in row.cells} >= {"✓", "✕"}
    assert [_page_fleet.broken_on(rule) for rule in heat.rules] == sorted(
        (_page_fleet.broken_on(rule) for rule in heat.rules), reverse=True
    )
