# Copyright (c) 2026, the linuxnet.tcp authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""docs/update_kernels.py: the page on kernels is what was measured."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

SCRIPT = Path(__file__).parents[3] / "docs" / "update_kernels.py"


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    """Run the script as its users do."""
    return subprocess.run([sys.executable, str(SCRIPT), *arguments], capture_output=True, text=True, check=False)


def test_the_page_is_up_to_date() -> None:
    """What stands in the repository is what the script writes."""
    done = run("--check")

    assert done.returncode == 0, done.stderr


def test_a_page_changed_by_hand_is_found_and_put_right(tmp_path: Path) -> None:
    """--check fails, names the page and writes nothing; without --check it is written."""
    page = tmp_path / "docsite" / "rst" / "kernels.rst"

    assert run("--docs", str(tmp_path)).returncode == 0
    right = page.read_text(encoding="utf-8")
    page.write_text(right.replace("bullseye", "buster"), encoding="utf-8")
    checked = run("--check", "--docs", str(tmp_path))

    assert checked.returncode == 1
    assert str(page) in checked.stderr
    assert page.read_text(encoding="utf-8") != right
    assert run("--docs", str(tmp_path)).returncode == 0
    assert page.read_text(encoding="utf-8") == right


def test_what_is_the_same_everywhere_is_left_out(tmp_path: Path) -> None:
    """A key with one default on all kernels is in no table; one that came later is."""
    assert run("--docs", str(tmp_path)).returncode == 0
    text = (tmp_path / "docsite" / "rst" / "kernels.rst").read_text(encoding="utf-8")

    assert "net.ipv4.tcp_fin_timeout" not in text
    assert "net.ipv4.tcp_tw_reuse_delay" in text
