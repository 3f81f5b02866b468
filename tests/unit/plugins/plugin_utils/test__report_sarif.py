# Copyright (c) 2026, the linuxnet.tcp authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""report.sarif: valid by the schema that OASIS publishes, and with the right results in it."""

from __future__ import annotations

import json
import typing as t

import pytest

from ansible_collections.linuxnet.tcp.plugins.plugin_utils._report_model import Report
from ansible_collections.linuxnet.tcp.plugins.plugin_utils._report_sarif import render
from ansible_collections.linuxnet.tcp.tests.unit.plugins.plugin_utils import records, reports, schema_faults


def run_of(report: Report) -> dict[str, t.Any]:
    """The one run in the file."""
    (run,) = json.loads("".join(render(report)))["runs"]
    return dict(run)


@pytest.mark.parametrize("hostile", [False, True])
@pytest.mark.parametrize("hosts", [0, 1, 120])
def test_valid(hosts: int, hostile: bool) -> None:
    """The published schema of SARIF 2.1.0 finds nothing wrong."""
    text = "".join(render(reports.of_fleet(hosts, hostile)))

    assert schema_faults.faults(json.loads(text), schema_faults.SARIF) == []
    assert text.isascii()


def test_the_schema_refuses_what_is_wrong() -> None:
    """The schema is not one that takes anything."""
    log = json.loads("".join(render(reports.of_fleet(3))))
    log["runs"][0]["results"][0]["level"] = "grave"

    assert schema_faults.faults(log, schema_faults.SARIF)


def test_results() -> None:
    """Each broken rule, error, waiver and diagnosis is a result; what is kept or not applicable is none."""
    report = reports.of_fleet(120)
    now = [result for result in run_of(report)["results"] if result.get("baselineState") != "absent"]
    shown = {"fail", "not_persistent", "shadowed", "error", "waived"}
    findings = [finding for host in report.hosts for finding in host.findings if finding.status in shown]

    assert len(now) == len(findings) + sum(len(host.diagnoses) for host in report.hosts)
    suppressed = [result for result in now if "suppressions" in result]
    assert len(suppressed) == sum(finding.status == "waived" for finding in findings) > 0


def test_levels() -> None:
    """Severities become levels; an error that nobody could judge is one of level error."""
    for result in run_of(reports.of_fleet(120))["results"]:
        if result.get("baselineState") == "absent":
            assert (result["level"], result["kind"]) == ("none", "pass")
            continue
        severity = "high" if result["properties"]["status"] == "error" else result["properties"]["severity"]
        level = {"info": "note", "low": "note", "medium": "warning"}.get(severity, "error")
        assert result["level"] == level


def test_rules_by_index() -> None:
    """A result names its rule by id and by index, and both lead to the same."""
    run = run_of(reports.of_fleet(120))
    rules = run["tool"]["driver"]["rules"]

    assert len({rule["id"] for rule in rules}) == len(rules)
    for result in run["results"]:
        assert rules[result["ruleIndex"]]["id"] == result["ruleId"]


def test_fingerprints() -> None:
    """A result is known again by host and rule, in the next report too, and no two are taken for one."""
    first, second = (run_of(reports.of_fleet(hosts))["results"] for hosts in (60, 61))
    prints = [result["partialFingerprints"]["hostAndRule/v1"] for result in first]

    assert len(set(prints)) == len(prints)
    assert prints == [result["partialFingerprints"]["hostAndRule/v1"] for result in second][: len(prints)]


def test_what_has_changed() -> None:
    """Where there was an earlier audit, what is new, what stayed and what is gone can be told apart."""
    report = reports.of_fleet(120)
    states = [result["baselineState"] for result in run_of(report)["results"]]

    assert set(states) == {"new", "unchanged", "updated", "absent"}
    first_time = reports.of_records({**records.record_of(1), "earlier": None})
    assert not any("baselineState" in result for result in run_of(first_time)["results"])


def test_hosts_that_were_not_audited() -> None:
    """They are notifications of the run, which then was not a success."""
    report = reports.of_fleet(120)
    (invocation,) = run_of(report)["invocations"]
    lost = [host for host in report.hosts if host.outcome.value != "audited"]

    assert invocation["executionSuccessful"] is False
    assert len(invocation["toolExecutionNotifications"]) == len(lost) > 0
    assert run_of(reports.of_fleet(3))["invocations"][0]["executionSuccessful"] is True


@pytest.mark.parametrize(
    ("decided_by", "uri", "line"),
    [
        ("/etc/sysctl.d/90 a.conf:12", "file:///etc/sysctl.d/90%20a.conf", 12),
        ("/etc/x:y.conf:1", "file:///etc/x%3Ay.conf", 1),
        ("/etc/x.conf", "file:///etc/x.conf", None),
        ("javascript:alert(1)", "javascript%3Aalert%281%29", None),
        ("/etc/x.conf:0", "file:///etc/x.conf%3A0", None),
        (":7", "%3A7", None),
    ],
)
def test_the_deciding_line(decided_by: str, uri: str, line: int | None) -> None:
    """The file on the host that decides is a related location; whatever it is called, the address is none that runs."""
    record = records.record_of(1)
    record["compliance"]["findings"][0].update(status="shadowed", decided_by=decided_by)
    related = next(
        result["relatedLocations"][0]["physicalLocation"]
        for result in run_of(reports.of_records(record))["results"]
        if result["ruleId"] == "rule/cis-tcp-syncookies"
    )

    assert related["artifactLocation"]["uri"] == uri
    assert related.get("region") == (None if line is None else {"startLine": line})
