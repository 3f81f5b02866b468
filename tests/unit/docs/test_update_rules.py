# Copyright (c) 2026, the linuxnet.tcp authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""docs/update_rules.py and the guide to compliance: what stands there is what the sets and the module say."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

import yaml

from ansible_collections.linuxnet.tcp.plugins.module_utils._model.findings import Status
from ansible_collections.linuxnet.tcp.plugins.modules import compliance_info

ROOT = Path(__file__).parents[3]
SCRIPT = ROOT / "docs" / "update_rules.py"
GUIDE = Path("docsite", "rst", "guide_compliance.rst")
TEXT = (ROOT / "docs" / GUIDE).read_text(encoding="utf-8")


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    """Run the script as its users do."""
    return subprocess.run([sys.executable, str(SCRIPT), *arguments], capture_output=True, text=True, check=False)


def test_the_guide_is_up_to_date() -> None:
    """What stands in the repository is what the script writes."""
    done = run("--check")

    assert done.returncode == 0, done.stderr


def test_tables_changed_by_hand_are_found_and_put_right(tmp_path: Path) -> None:
    """--check fails, names the guide and writes nothing; without --check it is written."""
    page = tmp_path / GUIDE
    page.parent.mkdir(parents=True)
    page.write_text(TEXT.replace("``R12``", "``R13``"), encoding="utf-8")
    checked = run("--check", "--docs", str(tmp_path))

    assert checked.returncode == 1
    assert str(page) in checked.stderr
    assert page.read_text(encoding="utf-8") != TEXT
    assert run("--docs", str(tmp_path)).returncode == 0
    assert page.read_text(encoding="utf-8") == TEXT


def test_a_guide_without_a_place_for_them_is_refused(tmp_path: Path) -> None:
    """Tables that silently go nowhere would be missed by nobody."""
    page = tmp_path / GUIDE
    shutil.copytree(ROOT / "docs" / GUIDE.parent, page.parent)
    page.write_text(TEXT.replace(".. end of rule sets", ""), encoding="utf-8")

    assert "has no '.. rule sets'" in run("--docs", str(tmp_path)).stderr


def test_every_id_of_every_set_stands_in_the_guide() -> None:
    """Ids that a finding can carry can be looked up."""
    for path in (ROOT / "roles" / "tcp_profile" / "files" / "rules").glob("*.yml"):
        for rule in yaml.safe_load(path.read_text(encoding="utf-8"))["rules"]:
            for control in rule["controls"]:
                assert all(f"``{name}``" in TEXT for name in (control["id"], *control.get("also", ())))


def test_every_status_and_reason_is_explained() -> None:
    """Each one that the module documents has a row of its own in a table."""
    rows = re.findall(r"^   \* - ``(\w+)``$", TEXT, re.MULTILINE)
    reasons = {
        reason
        for line in re.findall(r"- With V\(\w+\) - ([^.]+)\.", compliance_info.RETURN)
        for reason in re.findall(r"V\((\w+)\)", line)
    }

    assert sorted(rows) == sorted({*reasons, *(status.value for status in Status)})
