# Copyright (c) 2026, the linuxnet.tcp authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""docs/pages/rules.py and the guide to compliance: what stands there is what the sets and the module say."""

from __future__ import annotations

import re
from pathlib import Path

import yaml

from ansible_collections.linuxnet.tcp.plugins.module_utils._model.findings import Status
from ansible_collections.linuxnet.tcp.plugins.modules import compliance_info

ROOT = Path(__file__).parents[4]
GUIDE = Path("docsite", "rst", "guide_compliance.rst")
TEXT = (ROOT / "docs" / GUIDE).read_text(encoding="utf-8")


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
