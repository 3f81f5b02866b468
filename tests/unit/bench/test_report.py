# Copyright (c) 2026, the linuxnet.tcp authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The page says what was measured, by which command, and which promise is kept."""

from __future__ import annotations

import json

from ansible_collections.linuxnet.tcp.tests.bench.report import milliseconds, page, table
from ansible_collections.linuxnet.tcp.tests.bench.results import Claim, Part, row
from ansible_collections.linuxnet.tcp.tests.bench.timing import Sample

RUNS = [Sample(0.0122, 0.5, 5, 5), Sample(0.02, 0.4, 5, 5), Sample(0.001, 0.1, 5, 1)]
KEPT = Claim("counting over the bare walk", 1.25, 1.3, " x", "minima")
BROKEN = Claim("a | b", 1.31, 1.3, " x", "minima")


def part() -> Part:
    """A part with one row and two claims."""
    rows = [row("ss | awk", "ss -tan | awk", RUNS, 5, "a note")]
    return Part("counting", {"kernel": "Linux 6.1"}, "5 TIME_WAIT", rows, [KEPT, BROKEN], {"ss | awk": RUNS})


def test_a_claim_holds_up_to_its_limit() -> None:
    """At the limit a claim holds, above it fails, and its line says so first."""
    assert KEPT.holds
    assert Claim("", 1.3, 1.3, "", "").holds
    assert not BROKEN.holds
    assert KEPT.line() == "PASS  counting over the bare walk: 1.25 x, at most 1.3 x (minima)"
    assert BROKEN.line().startswith("FAIL  ")


def test_a_part_survives_its_file() -> None:
    """What was written as JSON comes back equal, raw runs included."""
    assert Part.from_json(json.loads(json.dumps(part().to_json()))) == part()


def test_a_row_stands_beside_its_command() -> None:
    """Each line has the command, the figures in milliseconds and the runs thrown away; bars do not break the table."""
    line = table(part().rows).splitlines()[2]
    assert line == "| ss \\| awk | `ss -tan \\| awk` | 5 | 12.2 | 16.1 | 400 | 450 | 2 (1) |  | a note |"


def test_milliseconds_have_three_figures_and_no_more() -> None:
    """Small times keep two decimals, large ones none, and what was not measured is left empty."""
    seconds = (0, 0.0012345, 0.0123, 0.5, 2.0704)
    assert [milliseconds(one) for one in seconds] == ["", "1.23", "12.3", "500", "2070"]


def test_the_page_tells_kept_and_broken_promises_apart() -> None:
    """Every claim is on the page with its verdict, and so are the load, the machine and the command of the part."""
    text = page({"counting": part()})
    assert "| holds | counting over the bare walk | 1.25 x | 1.3 x | minima |" in text
    assert "| **FAILS** | a \\| b | 1.31 x | 1.3 x | minima |" in text
    assert "Load: 5 TIME_WAIT. Command: `python tests/bench/run.py counting`." in text
    assert "kernel Linux 6.1" in text
    assert "By family" not in text
