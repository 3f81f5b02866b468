# Copyright (c) 2026, the linuxnet.tcp authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is said of the mutants."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.linuxnet.tcp.tests.mutants.report import page, share, shown

NAME = "plugins/module_utils/_plan/a.py"


def outcome(killed: int, endless: int, survived: int) -> dict[str, int]:
    """Of one file."""
    return {"killed": killed, "endless": endless, "survived": survived}


def survivor(before: str, after: str) -> dict[str, Any]:
    """A mutant that nobody noticed."""
    return {"file": NAME, "line": 7, "operator": "AddNot", "occurrence": 0, "before": before, "after": after}


def test_what_does_not_end_is_killed() -> None:
    """Only what survived counts against the share, and the files are counted together."""
    assert share({"a": outcome(6, 1, 1), "b": outcome(2, 0, 0)}) == pytest.approx(0.9)


@pytest.mark.parametrize(("survived", "verdict"), [(15, "| holds |"), (16, "| **FAILS** |")])
def test_the_promise(survived: int, verdict: str) -> None:
    """Exactly at the bound it holds."""
    result = {"files": {NAME: outcome(100 - survived, 0, survived)}, "survivors": [], "seconds": 60}

    assert verdict in page(result)


def test_survivors_stand_below_the_line_that_they_change() -> None:
    """Two changes of one line are listed together, below it and below their file."""
    rows = [survivor("if a:", "if not a:"), survivor("if a:", "if b:"), survivor("c = 1", "c = 2")]

    text = page({"files": {NAME: outcome(1, 0, 3)}, "survivors": rows, "seconds": 60})

    assert "| `_plan/a.py` | 4 | 1 | 0 | 3 | 25 |" in text
    lines = "\n  - `if a:`\n    - `if not a:`\n    - `if b:`\n  - `c = 1`\n    - `c = 2`\n"
    assert f"- `_plan/a.py`{lines}" in text


def test_the_terminal_shows_where_and_what() -> None:
    """The address can be clicked, and the line stands before and after."""
    assert list(shown([survivor("if a:", "if not a:")])) == [f"{NAME}:7: AddNot", "    if a:", "    if not a:"]


def test_a_sample_says_that_it_is_one() -> None:
    """Where not every mutant was tried, the page says of how many files, and one in how many."""
    files = {"a": {**outcome(9, 0, 1), "one_in": 6}, "b": {**outcome(9, 0, 1), "one_in": 1}}

    text = page({"files": files, "survivors": [], "seconds": 60})

    assert "Of 1 of the 2 files one mutant in 6 was tried" in text
    assert "was tried" not in page({"files": {"b": files["b"]}, "survivors": [], "seconds": 60})
