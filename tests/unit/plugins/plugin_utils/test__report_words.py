# Copyright (c) 2026, the linuxnet.tcp authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The sentences of the reports."""

from __future__ import annotations

import typing as t

import pytest

from ansible_collections.linuxnet.tcp.plugins.plugin_utils._report_build import read_diagnosis, read_finding
from ansible_collections.linuxnet.tcp.plugins.plugin_utils._report_model import Change, Diagnosis, Direction
from ansible_collections.linuxnet.tcp.plugins.plugin_utils._report_words import (
    age_text,
    change_sentence,
    diagnosis_sentence,
    finding_sentence,
    outcome_sentence,
    waiver_sentence,
)
from ansible_collections.linuxnet.tcp.tests.unit.plugins.plugin_utils import records, reports

ROW: dict[str, t.Any] = {
    "rule": "web",
    "name": "net.core.somaxconn",
    "status": "shadowed",
    "reason": "other_file_later",
    "severity": "high",
    "expected": {"at_least": 4096},
    "running": 128,
    "at_boot": 128,
    "decided_by": "/etc/sysctl.d/x.conf:3",
}


def sentence(**more: t.Any) -> str:
    """The sentence about such a row."""
    finding = read_finding({**ROW, **more})
    assert finding is not None
    return finding_sentence(finding)


def test_finding() -> None:
    """It says what runs, what was expected, what boot sets, who decides, and why."""
    assert sentence() == (
        "net.core.somaxconn runs 128, expected at least 4096; at boot 128, decided by /etc/sysctl.d/x.conf:3"
        " (other_file_later)"
    )
    assert sentence(at_boot=None, decided_by=None, reason=None) == (
        "net.core.somaxconn runs 128, expected at least 4096; no file sets it at boot"
    )


def test_waiver() -> None:
    """It says until when and why, as far as the module does."""
    finding = read_finding({**ROW, "waiver": {"until": "2027-01-31", "reason": "we move"}})
    assert finding is not None
    assert waiver_sentence(finding) == "waived until 2027-01-31: we move"
    assert waiver_sentence(finding._replace(details={})) == "waived"


def test_diagnosis() -> None:
    """It says what it means, in numbers, and what to do."""
    row = {"id": "x", "meaning": "It leaks.", "evidence": {"close_wait": 7, "process": "a\x1b"}, "remedy": "nothing"}
    diagnosis = read_diagnosis(row)
    assert isinstance(diagnosis, Diagnosis)
    assert diagnosis_sentence(diagnosis) == "It leaks. [close_wait 7, process a\\x1b] Remedy: nothing"


def test_change() -> None:
    """It says what it was and what it is, and that it was not there."""
    assert change_sentence(Change("rule", "a", "pass", "fail", Direction.WORSE)) == "rule a: pass -> fail"
    assert change_sentence(Change("rule", "a", None, "fail", Direction.WORSE)) == "rule a: not there -> fail"


def test_outcome() -> None:
    """It says why a host was not audited."""
    hosts = reports.of_records(records.record_of(7), records.record_of(1)).hosts
    said = [outcome_sentence(host) for host in hosts]

    assert said == ["audited", "unreachable: connect to host 192.0.2.7 port 22: Connection refused"]


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (0, "0 seconds"),
        (1, "1 second"),
        (119, "119 seconds"),
        (120, "2 minutes"),
        (7199, "119 minutes"),
        (7200, "2 hours"),
        (172_799, "47 hours"),
        (172_800, "2 days"),
    ],
)
def test_age(seconds: int, text: str) -> None:
    """Ages are rounded down, and never to a single one of a greater unit."""
    assert age_text(seconds) == text
