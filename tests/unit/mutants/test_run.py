# Copyright (c) 2026, the linuxnet.tcp authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How the findings of single files come together."""

from __future__ import annotations

from typing import Any

from ansible_collections.linuxnet.tcp.tests.mutants.run import merged


def found(file: str, line: int, seconds: float) -> dict[str, Any]:
    """What a run says of one file: one killed, one survivor in this line."""
    survivor = {"file": file, "line": line, "operator": "AddNot", "occurrence": 0, "before": "a", "after": "b"}
    return {"files": {file: {"killed": 1, "endless": 0, "survived": 1}}, "survivors": [survivor], "seconds": seconds}


def test_a_file_that_is_tried_again_takes_its_place() -> None:
    """Its old survivors are gone, those of other files stay, and all stand in the order of the files."""
    result: dict[str, Any] = {}
    for one in (found("b.py", 7, 1.0), found("a.py", 3, 2.0), found("b.py", 8, 4.0)):
        result = merged(result, one)

    assert list(result["files"]) == ["a.py", "b.py"]
    assert [(row["file"], row["line"]) for row in result["survivors"]] == [("a.py", 3), ("b.py", 8)]
    assert result["seconds"] == 7.0
