# Copyright (c) 2026, the linuxnet.tcp authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a gate tells the runner besides passed or failed: what it could not cover, and how many tests it ran.

A gate writes one line a remark to the file that ``LINUXNET_GATE_REPORT`` names; run by hand it prints them.
"""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from pathlib import Path
from xml.etree import ElementTree as ET

VARIABLE = "LINUXNET_GATE_REPORT"


@dataclass
class Report:
    """The remarks of one gate."""

    #: Why the whole gate did not run, or None.
    skipped: str | None = None
    #: Parts of it that did not run, each with its reason.
    uncovered: list[str] = field(default_factory=list)
    #: Tests that ran; None for a gate that does not count.
    tests: int | None = None


def remark(kind: str, text: str) -> None:
    """Adds a remark (``skipped``, ``uncovered`` or ``tests``) to the report of the gate that is running."""
    line = f"{kind}\t{' '.join(text.split())}\n"
    if target := os.environ.get(VARIABLE):
        with Path(target).open("a", encoding="utf-8") as file:
            file.write(line)
    else:
        print(line.expandtabs(), end="", flush=True)


def read(path: Path) -> Report:
    """The remarks that a gate left; an empty report where it left none."""
    report = Report()
    for line in path.read_text(encoding="utf-8").splitlines() if path.exists() else []:
        kind, _tab, text = line.partition("\t")
        if kind == "skipped":
            report.skipped = text
        elif kind == "uncovered" and text not in report.uncovered:
            report.uncovered.append(text)
        elif kind == "tests":
            report.tests = (report.tests or 0) + int(text)
    return report


def remark_junit(*files: Path) -> int:
    """Reports the tests in pytest's JUnit files, and each reason for which some were skipped.

    :returns: how many ran
    """
    ran = 0
    reasons: dict[str, list[str]] = {}
    for file in files:
        # Our own pytest wrote it a moment ago.
        for case in ET.parse(file).getroot().iter("testcase"):
            skip = case.find("skipped")
            if skip is None:
                ran += 1
            else:
                reason = skip.get("message") or "no reason given"
                reasons.setdefault(reason, []).append(case.get("name", "?"))
    remark("tests", str(ran))
    for reason, names in sorted(reasons.items()):
        more = f" and {len(names) - 1} more" if len(names) > 1 else ""
        remark("uncovered", f"{names[0]}{more}: {reason}")
    return ran
