# Copyright (c) 2026, the linuxnet.tcp authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""docs/update.py: every file that repeats the code is what the code says; one changed by hand is found."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from ansible_collections.linuxnet.tcp.docs import update

ROOT = Path(__file__).parents[3]
SCRIPT = ROOT / "docs" / "update.py"
FILES = sorted(update.files())


@pytest.fixture(name="clone", scope="module")
def copy_of_the_files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the files that the script writes, each with one line too many, but for the last."""
    root = tmp_path_factory.mktemp("clone")
    for path in FILES:
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / path, root / path)
    for path in FILES[:-1]:
        # Inside of what is generated: in guides of which only parts are, the rest is the author's.
        text = (root / path).read_text(encoding="utf-8")
        place = max(text.find("\n.. rule sets\n\n") + 15, text.find("\n.. snippet: ") + 1, 1)
        place = text.index("\n", place) + 1
        (root / path).write_text(f"{text[:place]}changed by hand\n{text[place:]}", encoding="utf-8")
    return root


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    """Run the script as its users do, where the collection is not to be found."""
    return subprocess.run(
        [sys.executable, "-I", str(SCRIPT), *arguments], capture_output=True, text=True, check=False
    )


def test_every_file_is_up_to_date() -> None:
    """What stands in the repository is what the script writes."""
    done = run("--check")

    assert done.returncode == 0, done.stderr


def test_files_changed_by_hand_are_found_and_put_right(clone: Path) -> None:
    """--check names each of them, fails and writes nothing; without --check they are written, and only they."""
    before = {path: (clone / path).read_text(encoding="utf-8") for path in FILES}

    checked = run("--check", "--root", str(clone))

    assert checked.returncode == 1
    assert checked.stderr.splitlines() == [
        f"{clone / path} is out of date: run `python docs/update.py`." for path in update.files() if path != FILES[-1]
    ]
    assert {path: (clone / path).read_text(encoding="utf-8") for path in FILES} == before
    assert run("--root", str(clone)).stdout.count("wrote ") == len(FILES) - 1
    assert [path for path in FILES if (clone / path).read_bytes() != (ROOT / path).read_bytes()] == []


def test_a_guide_without_a_place_for_its_tables_is_refused(clone: Path) -> None:
    """What cannot be made is one sentence, and no traceback."""
    guide = clone / "docs" / "docsite" / "rst" / "guide_compliance.rst"
    text = guide.read_text(encoding="utf-8")
    guide.write_text(text.replace(".. end of rule sets", ""), encoding="utf-8")

    done = run("--root", str(clone))

    guide.write_text(text, encoding="utf-8")
    assert done.returncode == 1
    assert "has no '.. rule sets'" in done.stderr
    assert "Traceback" not in done.stderr
