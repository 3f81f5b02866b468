# Copyright (c) 2026, the linuxnet.tcp authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the page about branches promises and shows."""

from __future__ import annotations

from pathlib import Path

import pytest

from ansible_collections.linuxnet.tcp.tests.branches.report import (
    LeftOut,
    left_out,
    page,
    ranges,
    share,
    unexplained,
)


def summary(branches: int, covered: int) -> dict[str, int]:
    """Of a file, or of all."""
    return {"num_branches": branches, "covered_branches": covered, "num_statements": 10, "covered_lines": 9}


def one(branches: int, covered: int, lines: list[int], arcs: list[list[int]]) -> dict[str, object]:
    """A file as coverage reports it."""
    return {"summary": summary(branches, covered), "missing_lines": lines, "missing_branches": arcs}


@pytest.mark.parametrize(("covered", "verdict"), [(95, "| holds |"), (94, "| **FAILS** |")])
def test_the_promise_is_of_branches_not_of_lines(covered: int, verdict: str) -> None:
    """Exactly at the bound it holds, whatever part of the lines was reached."""
    found = {"totals": summary(100, covered), "files": {}}

    assert verdict in page(found, [])


def test_only_what_is_missing_is_listed() -> None:
    """A file of which everything is reached has no line; the others say which lines and ways are not."""
    files = {
        "plugins/module_utils/_plan/a.py": one(2, 2, [], []),
        "plugins/module_utils/_host/b.py": one(4, 3, [7, 8, 12], [[6, -3]]),
    }

    text = page({"totals": summary(6, 5), "files": files}, [])

    assert "_plan/a.py" not in text
    assert "| `_host/b.py` | 4 | 3 | 7-8, 12 | 6->-3 | **not said** |" in text


def test_what_is_left_out_has_its_reason(tmp_path: Path) -> None:
    """A pragma is found with the words after it, and one without words has none."""
    code = "if a:  # pragma: no branch - the kernel always says it\n    b()\nc()  # pragma: no cover\n"
    (tmp_path / "x.py").write_text(code, encoding="utf-8")

    found = list(left_out(tmp_path))

    assert found == [LeftOut("x.py", 1, "branch", "the kernel always says it"), LeftOut("x.py", 3, "cover", "")]
    text = page({"totals": summary(0, 0), "files": {}}, found)
    assert "- `x.py`, line 1 (no branch): the kernel always says it" in text


def test_what_is_not_reached_needs_a_reason() -> None:
    """A file that the table of reasons has, or of which everything is reached, is not asked for."""
    files = {
        "plugins/module_utils/_plan/a.py": one(2, 2, [], []),
        "plugins/module_utils/_host/safe_files.py": one(4, 3, [7], []),
        "plugins/module_utils/_plan/c.py": one(4, 3, [], [[6, 8]]),
    }

    assert unexplained(files) == ["plugins/module_utils/_plan/c.py"]


@pytest.mark.parametrize(("numbers", "shown"), [([], ""), ([4], "4"), ([4, 5, 6, 9, 11, 12], "4-6, 9, 11-12")])
def test_lines_in_a_row_are_a_range(numbers: list[int], shown: str) -> None:
    """Numbers that follow each other are written as their ends."""
    assert ranges(numbers) == shown


def test_nothing_to_take_is_everything_taken() -> None:
    """A file without a branch is no reason to fail."""
    assert share(summary(0, 0)) == 1
