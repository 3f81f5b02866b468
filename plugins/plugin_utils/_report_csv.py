# Copyright (c) 2026, the linuxnet.tcp authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""report.csv: a row a finding, for spreadsheets.

A spreadsheet takes a cell that begins with =, +, -, @, a tab or a carriage return for a formula, and runs it. Such a
cell gets an apostrophe before it, the numbers below zero too, since a program cannot tell them from a formula's start.
"""

from __future__ import annotations

import csv
import io
import typing as t

from ansible_collections.linuxnet.tcp.plugins.plugin_utils._report_model import (
    Change,
    Host,
    Report,
)
from ansible_collections.linuxnet.tcp.plugins.plugin_utils._report_text import (
    expected_text,
    value_text,
    visible,
)
from ansible_collections.linuxnet.tcp.plugins.plugin_utils._report_words import evidence_text, outcome_sentence

COLUMNS = (
    "host", "groups", "outcome", "time", "age_seconds", "about", "id", "name", "status", "severity", "was", "reason",
    "expected", "running", "at_boot", "decided_by", "controls", "text", "remedy",
)
# The full-width forms of the first four as well: some programs take them for the others.
_STARTS_A_FORMULA = tuple("=+-@\t\r\uff1d\uff0b\uff0d\uff20")
_MOST = 4000

_Row = t.Mapping[str, object]


def render(report: Report) -> t.Iterator[str]:
    """The file, a piece a host, with the line ends of RFC 4180."""
    controls = {rule.id: ", ".join(rule.controls) for rule in report.rules}
    buffer = io.StringIO()
    writer = csv.DictWriter(buffer, COLUMNS, restval="", quoting=csv.QUOTE_ALL)
    writer.writeheader()
    for host in report.hosts:
        common = {
            "host": host.name,
            "groups": " ".join(host.groups),
            "outcome": host.outcome.value,
            "time": host.time,
            "age_seconds": host.age,
        }
        for row in _rows(host, controls):
            writer.writerow({column: cell(value) for column, value in {**common, **row}.items()})
        yield buffer.getvalue()
        buffer.seek(0)
        buffer.truncate()
    yield buffer.getvalue()


def cell(value: object) -> str:
    """The value as a text that no spreadsheet runs; nothing for None."""
    if value is None:
        return ""
    text = value_text(value, _MOST)
    return f"'{text}" if text.lstrip().startswith(_STARTS_A_FORMULA) else text


def _rows(host: Host, controls: t.Mapping[str, str]) -> t.Iterator[_Row]:
    was = {(change.about, change.id): change for change in host.changes}
    yield {
        "about": "host",
        "id": "audit",
        "status": host.outcome.value,
        "was": _was(was.pop(("host", "outcome"), None)),
        "text": " ".join([outcome_sentence(host), *host.notes]),
    }
    for finding in host.findings:
        yield {
            "about": "rule",
            "id": finding.rule,
            "name": finding.name,
            "status": finding.status,
            "severity": finding.severity.word,
            "was": _was(was.pop(("rule", finding.rule), None)),
            "reason": finding.reason,
            "expected": expected_text(finding.expected),
            "running": finding.running,
            "at_boot": finding.at_boot,
            "decided_by": finding.decided_by,
            "controls": controls.get(finding.rule),
        }
    for diagnosis in host.diagnoses:
        yield {
            "about": "diagnosis",
            "id": diagnosis.id,
            "name": diagnosis.state,
            "status": "present",
            "severity": diagnosis.severity.word,
            "was": _was(was.pop(("diagnosis", diagnosis.id), None)),
            "text": f"{visible(diagnosis.meaning, _MOST)} {evidence_text(diagnosis)}".strip(),
            "remedy": diagnosis.remedy,
        }
    # What was there at the earlier audit and is no more.
    for change in was.values():
        yield {"about": change.about, "id": change.id, "status": "gone", "was": _was(change)}


def _was(change: Change | None) -> str | None:
    """What it was at the earlier audit; nothing where it has not changed, and at the first."""
    return None if change is None else change.was or "not there"
