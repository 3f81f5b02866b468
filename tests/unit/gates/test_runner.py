# Copyright (c) 2026, the linuxnet.tcp authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The summary of `make test` is honest: it names what failed and what did not run, and counts at the end."""

from __future__ import annotations

from pathlib import Path

import pytest

from ansible_collections.linuxnet.tcp.tests.gates import paths, report, runner
from ansible_collections.linuxnet.tcp.tests.gates.runner import Gate, Outcome


@pytest.fixture(name="remarks")
def fixture_remarks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The file in which the gate that runs leaves its remarks."""
    path = tmp_path / "gate.report"
    monkeypatch.setenv(report.VARIABLE, str(path))
    return path


def outcome(name: str, status: str, log: Path, **remarks: object) -> Outcome:
    """A gate that ended."""
    return Outcome(Gate(name, alone=False), status, 1.5, 1.25, log, report.Report(**remarks))  # type: ignore[arg-type]


def test_remarks_survive_the_way_to_the_runner(remarks: Path) -> None:
    """What a gate remarks is what the runner reads, reasons of several lines on one."""
    report.remark("uncovered", "compile on Python 3.14:\nno python3.14")
    report.remark("uncovered", "compile on Python 3.14: no python3.14")
    report.remark("tests", "12")
    report.remark("tests", "30")

    assert report.read(remarks) == report.Report(
        skipped=None, uncovered=["compile on Python 3.14: no python3.14"], tests=42
    )


def test_a_gate_that_says_nothing_has_an_empty_report(tmp_path: Path) -> None:
    """No file means no remark."""
    assert report.read(tmp_path / "none") == report.Report()


def test_skipped_tests_are_reported_with_their_reason(tmp_path: Path, remarks: Path) -> None:
    """A test that pytest skipped does not count as run, and its reason is named once for all that share it."""
    (tmp_path / "junit.xml").write_text(
        '<testsuites><testsuite><testcase name="a"/><testcase name="b"><skipped message="no nft"/></testcase>'
        '<testcase name="c"><skipped message="no nft"/></testcase></testsuite></testsuites>'
    )

    assert report.remark_junit(tmp_path / "junit.xml") == 1
    assert report.read(remarks).uncovered == ["b and 1 more: no nft"]


def test_the_last_line_counts_gates(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Passed, failed and skipped gates are counted in the closing line; a failed gate shows the end of its log."""
    monkeypatch.setattr(paths, "ROOT", tmp_path)
    log = tmp_path / "gate.log"
    log.write_text("".join(f"line {number}\n" for number in range(500)))

    lines = runner.summary(
        [
            outcome("ruff", "passed", log),
            outcome("unit", "failed", log),
            outcome("units(2.19-py3.8)", "skipped", log, skipped="no python3.8 on PATH or in pyenv"),
            outcome("lab", "passed", log, uncovered=["test_x: no nft"]),
        ]
    )

    assert lines[-1] == "2 passed, 1 failed, 1 skipped"
    assert "failed: unit" in lines
    assert "skipped: units(2.19-py3.8): no python3.8 on PATH or in pyenv" in lines
    assert "not covered by lab: test_x: no nft" in lines
    assert lines.count("line 499") == 1
    assert "line 0" not in lines


def test_a_line_tells_how_long_a_gate_took(tmp_path: Path) -> None:
    """By the clock and of the processor: the second is what other work on the machine does not change much."""
    line = runner.line_for(outcome("unit", "passed", tmp_path / "gate.log", tests=12))
    assert " ".join(line.split()) == "passed unit 1.5 s 1.2 s of processor 12 tests"
