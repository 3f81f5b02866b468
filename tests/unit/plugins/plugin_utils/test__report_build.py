# Copyright (c) 2026, the linuxnet.tcp authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""From records to the report: what counts, what is left out, and that the order and the numbers are right."""

from __future__ import annotations

import datetime as dt
import typing as t

from ansible_collections.linuxnet.tcp.plugins.module_utils._model.findings import Severity
from ansible_collections.linuxnet.tcp.plugins.plugin_utils import _record
from ansible_collections.linuxnet.tcp.plugins.plugin_utils._report_build import build, control_text
from ansible_collections.linuxnet.tcp.plugins.plugin_utils._report_model import Outcome, Report, Unread
from ansible_collections.linuxnet.tcp.tests.unit.plugins.plugin_utils import fleet, records

NOW = records.NOW


def named(record: dict[str, t.Any]) -> tuple[str, dict[str, t.Any]]:
    """The record with the name of its file, as the folder gives it."""
    return _record.file_name(record["host"]), _record.from_bytes(_record.to_bytes(record))


def report_of(*made: dict[str, t.Any]) -> Report:
    """The report over these records."""
    return build([named(record) for record in made], NOW)


def finding(rule: str, status: str, severity: str = "medium", **more: t.Any) -> dict[str, t.Any]:
    """A row of `compliance_info`."""
    row = {"rule": rule, "name": f"net.{rule}", "status": status, "reason": None, "severity": severity, "running": 1}
    return {**row, "expected": {"equals": 1}, "at_boot": 1, "decided_by": None, "why": "", "controls": [], **more}


def audited(host: str, *findings: dict[str, t.Any], **more: t.Any) -> dict[str, t.Any]:
    """The record of a host with these findings; `more`: what of the record is to be otherwise."""
    compliance = {"compliant": True, "findings": list(findings), "summary": {}} if findings else None
    found = _record.Found(fleet.facts_of(host), compliance, [])
    return {**_record.make_record(host, ["web"], "audited", found, NOW), **more}


def test_a_fleet() -> None:
    """Hosts come in the order of their names, rules of their ids, and the summary adds up."""
    report = report_of(*(records.record_of(number) for number in reversed(range(200))))

    assert [host.name for host in report.hosts] == [records.name_of(number) for number in range(200)]
    assert [rule.id for rule in report.rules] == sorted(rule.id for rule in report.rules)
    summary = report.summary
    assert summary.hosts == sum(summary.outcomes.values()) == sum(summary.worst.values()) == 200
    assert summary.compliant + summary.broken + summary.without_rules == 200
    assert summary.outcomes["unreachable"] == 4
    assert sum(summary.findings.values()) == sum(len(host.findings) for host in report.hosts)
    for rule in report.rules:
        assert sum(rule.hosts.values()) == summary.outcomes["audited"]


def test_what_counts() -> None:
    """A broken rule counts by its severity, an error as high; waived, not applicable and kept do not count."""
    for status, worst in (
        ("fail", Severity.LOW),
        ("not_persistent", Severity.LOW),
        ("shadowed", Severity.LOW),
        ("error", Severity.HIGH),
        ("waived", None),
        ("not_applicable", None),
        ("pass", None),
    ):
        (host,) = report_of(audited("web1", finding("one", status, "low"))).hosts
        assert host.worst is worst, status
        assert host.compliant is (worst is None), status


def test_fail_on() -> None:
    """Hosts with something at least as grave are named; one that was not audited is as grave as an error."""
    unreachable = _record.make_record("gone", [], "unreachable", _record.Found(), NOW)
    report = report_of(
        audited("a", finding("one", "fail", "medium")), audited("b", finding("one", "fail", "critical")), unreachable
    )

    assert [host.name for host in report.at_least(Severity.CRITICAL)] == ["b"]
    assert [host.name for host in report.at_least(Severity.HIGH)] == ["b", "gone"]
    assert [host.name for host in report.at_least(Severity.LOW)] == ["a", "b", "gone"]
    assert [host.name for host in report.troubled] == ["b", "gone", "a"]


def test_age() -> None:
    """Each host says how old its record is, and the summary names the oldest and the newest."""
    old = audited("old", finding("one", "pass"), time="2026-01-29T12:00:00Z")
    report = report_of(old, audited("new", finding("one", "pass")))

    assert [(host.name, host.age) for host in report.hosts] == [("new", 0), ("old", 172_800)]
    assert (report.summary.oldest, report.summary.newest) == ("2026-01-29T12:00:00Z", "2026-01-31T12:00:00Z")


def test_a_clock_that_is_ahead() -> None:
    """A record of another controller whose clock is ahead is not younger than now."""
    (host,) = report_of(audited("web1", time="2026-02-01T00:00:00+02:00")).hosts

    assert (host.age, host.time) == (0, "2026-01-31T22:00:00Z")


def test_one_record_a_host() -> None:
    """Of two records that name the same host the newer counts, and the other is named."""
    newer, older = audited("web1"), audited("web1", time="2026-01-30T12:00:00Z")

    for pair in ([("a.json", older), ("b.json", newer)], [("b.json", newer), ("a.json", older)]):
        report = build(pair, NOW)
        assert [host.file for host in report.hosts] == ["b.json"]
        assert report.unread == (Unread("a.json", "a newer record of the same host lies in b.json"),)


def test_no_records() -> None:
    """An empty folder gives an empty report and no error."""
    report = build([], NOW)

    assert (report.hosts, report.rules, report.summary.hosts, report.summary.oldest) == ((), (), 0, None)


def test_parts_that_are_missing() -> None:
    """A host that gave no counts keeps its findings, and says what is missing."""
    found = _record.Found(None, {"findings": [finding("one", "pass")]}, None, [_record.Problem("facts", "refused")])
    (host,) = report_of(_record.make_record("web1", [], "failed", found, NOW)).hosts

    assert host.outcome is Outcome.FAILED
    assert host.problems == (("facts", "refused"),)
    assert (host.counts, host.compliant, host.worst) == (None, True, Severity.HIGH)


def test_rubbish_is_left_out() -> None:
    """What is not as the schema wants it is left out and breaks nothing."""
    rubbish: list[t.Any] = [
        {"findings": [1, None, {"rule": []}, {"rule": "x", "status": "splendid"}, {"rule": "y", "status": ["fail"]}]},
        {"findings": {"rule": "x"}},
        {"findings": [{**finding("one", "fail"), "severity": ["high"], "controls": 7, "reason": {}, "name": None}]},
        [],
        7,
    ]
    for compliance in rubbish:
        record = audited("web1", compliance=compliance, groups=[1, "a", None], problems=[3, {}], facts=[1])
        record.update(diagnoses=[{"id": 7}, {}, 3, {"id": "x", "severity": 9, "evidence": 3}], earlier=[1])
        (host,) = report_of(record).hosts
        assert host.groups == ("a",)
        assert [diagnosis.id for diagnosis in host.diagnoses] == ["7", "x"]
        assert {finding.severity for finding in host.findings} <= {Severity.MEDIUM}


def test_equal_rows_are_kept_once() -> None:
    """What is alike from host to host takes its memory once; 1 and true stay what they are."""
    report = report_of(
        audited("a", finding("one", "fail", running=1)),
        audited("b", finding("one", "fail", running=1)),
        audited("c", finding("one", "fail", running=True)),
    )
    first, second, third = (host.findings[0] for host in report.hosts)

    assert first is second
    assert first.running == 1
    assert not isinstance(first.running, bool)
    assert third.running is True


def test_the_newest_record_says_what_a_rule_is() -> None:
    """After a rule was changed, the report has it as it is now."""
    old = audited("a", finding("one", "pass", "low", why="before"), time="2026-01-01T00:00:00Z")
    report = report_of(audited("b", finding("one", "pass", "high", why="now")), old)

    assert [(rule.why, rule.severity, rule.hosts) for rule in report.rules] == [("now", Severity.HIGH, {"pass": 2})]


def test_concerns() -> None:
    """What concerns most hosts comes first; of as many, the graver; notes of severity info are no concern."""
    ill = [{"id": "leak", "severity": "high"}, {"id": "harmless", "severity": "info"}]
    report = report_of(
        audited("a", finding("one", "fail", "low"), finding("two", "fail", "medium")),
        audited("b", finding("one", "shadowed", "low"), finding("two", "error", "medium"), diagnoses=ill),
    )

    assert [(one.about, one.id, one.hosts) for one in report.summary.concerns] == [
        ("rule", "one", 2),
        ("diagnosis", "leak", 1),
        ("rule", "two", 1),
    ]


def test_control_text() -> None:
    """A control is named with what it is of."""
    whole = {"framework": "CIS", "product": "RHEL 9", "version": "2.0.0", "id": "3.3.10"}

    assert control_text(whole) == "CIS RHEL 9 2.0.0 3.3.10"
    assert control_text({"framework": "ANSSI", "id": "R12"}) == "ANSSI R12"
    assert control_text("R12") == "R12"


def test_hostile_records() -> None:
    """Names and values that somebody made to break readers come through whole; no half characters are left."""
    report = report_of(*(records.record_of(number, hostile=True) for number in range(120)))

    assert len(report.hosts) == 120
    for host in report.hosts:
        host.name.encode()
        repr(host).encode()


def test_the_time_is_utc() -> None:
    """The report says when it was made, in UTC whatever the clock's zone is."""
    zone = dt.timezone(dt.timedelta(hours=5))

    assert build([], NOW.astimezone(zone)).made == "2026-01-31T12:00:00Z"
