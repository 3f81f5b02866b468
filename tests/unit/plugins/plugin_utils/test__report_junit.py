# Copyright (c) 2026, the linuxnet.tcp authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""report.junit.xml: opens in junitparser, and says what the report says."""

from __future__ import annotations

import pathlib
import typing as t
from xml.etree import ElementTree as ET

import junitparser
import pytest

from ansible_collections.linuxnet.tcp.plugins.plugin_utils._report_junit import render
from ansible_collections.linuxnet.tcp.plugins.plugin_utils._report_model import Outcome
from ansible_collections.linuxnet.tcp.tests.unit.plugins.plugin_utils import reports


def opened(tmp_path: pathlib.Path, hosts: int, hostile: bool = False) -> junitparser.JUnitXml:
    """The report, opened by a program that reads JUnit's results."""
    path = tmp_path / "report.junit.xml"
    path.write_text("".join(render(reports.of_fleet(hosts, hostile))), encoding="utf-8")
    return junitparser.JUnitXml.fromfile(str(path))


def count_again(element: t.Any) -> None:
    """Let junitparser count; it has no annotations."""
    element.update_statistics()


@pytest.mark.parametrize("hostile", [False, True])
def test_a_suite_a_host(tmp_path: pathlib.Path, hostile: bool) -> None:
    """There is a suite for each host, and the numbers that stand in the file are those of the cases."""
    report, xml = reports.of_fleet(120, hostile), opened(tmp_path, 120, hostile)
    suites = list(xml)

    assert len(suites) == len(report.hosts)
    stated = [(xml.tests, xml.failures, xml.errors, xml.skipped)]
    stated += [(suite.tests, suite.failures, suite.errors, suite.skipped) for suite in suites]
    count_again(xml)
    counted = [(xml.tests, xml.failures, xml.errors, xml.skipped)]
    for suite in suites:
        count_again(suite)
        counted.append((suite.tests, suite.failures, suite.errors, suite.skipped))
    assert stated == counted


def test_no_hosts(tmp_path: pathlib.Path) -> None:
    """An empty report is a file that opens."""
    assert list(opened(tmp_path, 0)) == []


def test_results(tmp_path: pathlib.Path) -> None:
    """Broken is a failure, what nobody could judge and a host not audited are errors, waived is skipped."""
    kinds = {"fail": "Failure", "not_persistent": "Failure", "shadowed": "Failure", "error": "Error"}
    kinds.update({"waived": "Skipped", "not_applicable": "Skipped"})
    report = reports.of_fleet(120)
    for host, suite in zip(report.hosts, opened(tmp_path, 120), strict=True):
        cases = {case.name: [type(result).__name__ for result in case.result] for case in suite}
        assert suite.name == host.name
        assert cases["audit"] == ([] if host.outcome is Outcome.AUDITED else ["Error"])
        for finding in host.findings:
            kind = kinds.get(finding.status)
            assert cases[f"rule {finding.rule}"] == ([kind] if kind else [])


def test_changes_and_age(tmp_path: pathlib.Path) -> None:
    """A suite says how old the record is and what has changed."""
    opened(tmp_path, 30)
    suites = ET.parse(tmp_path / "report.junit.xml").getroot().findall("testsuite")
    host, suite = next(pair for pair in zip(reports.of_fleet(30).hosts, suites, strict=True) if pair[0].changes)
    said = suite.findtext("system-out") or ""

    assert f"record made {host.time}" in said
    assert f"rule {host.changes[0].id}: {host.changes[0].was} -> {host.changes[0].now}" in said
    ages = [one.get("value") for one in suite.iter("property") if one.get("name") == "record_age_seconds"]
    assert ages == [str(host.age)]


def test_hostile_text_is_visible(tmp_path: pathlib.Path) -> None:
    """No control character, bidi character or markup of a host's gets into the file as such."""
    opened(tmp_path, 120, hostile=True)
    text = (tmp_path / "report.junit.xml").read_text(encoding="utf-8")

    assert text.replace("\n", "").isprintable()
    assert "<script" not in text
    assert "\\x1b]0;owned\\x07" in text
    assert "left\\u202egnp.exe" in text
