# Copyright (c) 2026, the linuxnet.tcp authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""From host records to the report: one record at a time, of which only what the formats show is kept.

Most of a record is alike from host to host (a rule that is kept, what a diagnosis means), so equal rows are kept once.
Whatever in a record is not as the schema wants it is left out rather than believed.
"""

from __future__ import annotations

import collections
import datetime as dt
import json
import typing as t

from ansible_collections.linuxnet.tcp.plugins.module_utils._model.findings import Severity
from ansible_collections.linuxnet.tcp.plugins.module_utils._model.states import STATE_TITLES
from ansible_collections.linuxnet.tcp.plugins.plugin_utils._host_counts import HostCounts, read_facts
from ansible_collections.linuxnet.tcp.plugins.plugin_utils._record import time_of, timestamp
from ansible_collections.linuxnet.tcp.plugins.plugin_utils._report_changes import changes_since
from ansible_collections.linuxnet.tcp.plugins.plugin_utils._report_holders import read_holders
from ansible_collections.linuxnet.tcp.plugins.plugin_utils._report_model import (
    BROKEN,
    STATUSES,
    Concern,
    Diagnosis,
    Direction,
    Finding,
    Host,
    Outcome,
    Report,
    Rule,
    Summary,
    Unread,
)

_FINDING = frozenset(
    {"rule", "name", "status", "reason", "severity", "expected", "running", "at_boot", "decided_by", "why", "controls"}
)
_SEVERITIES = {severity.word: severity for severity in Severity}

Record = t.Mapping[str, t.Any]


def build(records: t.Iterable[tuple[str, Record] | Unread], now: dt.datetime) -> Report:
    """The report over these records, each as `_record.from_bytes` gives it, with the name of its file."""
    builder = _Builder(now)
    for one in records:
        if isinstance(one, Unread):
            builder.unread.append(one)
        else:
            builder.add(*one)
    return builder.report()


class _Builder:
    """What has been read so far."""

    def __init__(self, now: dt.datetime) -> None:
        self.now = now
        self.unread: list[Unread] = []
        self._hosts: dict[str, Host] = {}
        self._rules: dict[str, tuple[str, Rule]] = {}
        self._groups: dict[tuple[str, ...], tuple[str, ...]] = {}
        self._findings_by_row: dict[str, Finding | None] = {}
        self._diagnoses_by_row: dict[str, Diagnosis | None] = {}

    def add(self, file: str, record: Record) -> None:
        """Keep what is needed of a record. Of two records of one host the newer counts."""
        host = self._host(file, record)
        other = self._hosts.get(host.name)
        if other is not None:
            older, newer = sorted((other, host), key=lambda one: one.time)
            self.unread.append(Unread(older.file, f"a newer record of the same host lies in {newer.file}"))
            host = newer
        self._hosts[host.name] = host

    def report(self) -> Report:
        """All that was read, in order."""
        hosts = tuple(self._hosts[name] for name in sorted(self._hosts))
        statuses: dict[str, collections.Counter[str]] = collections.defaultdict(collections.Counter)
        for host in hosts:
            for finding in host.findings:
                statuses[finding.rule][finding.status] += 1
        rules = tuple(self._rules[id_][1]._replace(hosts=dict(statuses[id_])) for id_ in sorted(statuses))
        unread = tuple(sorted(self.unread))
        return Report(timestamp(self.now), hosts, rules, summarize(hosts, rules), unread)

    def _host(self, file: str, record: Record) -> Host:
        moment = time_of(record["time"]) or self.now
        compliance, earlier = _mapping(record.get("compliance")), _mapping(record.get("earlier"))
        findings = tuple(self._findings(compliance, timestamp(moment)))
        diagnoses = tuple(self._diagnoses(record.get("diagnoses")))
        outcome = Outcome(record["outcome"])
        groups = tuple(sorted(item for item in _items(record.get("groups")) if isinstance(item, str)))
        return Host(
            name=record["host"],
            file=file,
            groups=self._groups.setdefault(groups, groups),
            outcome=outcome,
            problems=tuple(
                (_text(problem.get("part")), _text(problem.get("reason"))) for problem in _rows(record.get("problems"))
            ),
            time=timestamp(moment),
            age=max(0, round((self.now - moment).total_seconds())),
            earlier=_text(earlier.get("time")) or None,
            counts=_counts(record),
            findings=findings,
            diagnoses=diagnoses,
            changes=changes_since(earlier, outcome, findings if compliance else None, diagnoses),
            compliant=not any(finding.gravity is not None for finding in findings) if findings else None,
            notes=tuple(note for note in _items(record.get("notes")) if isinstance(note, str)),
            holders=read_holders(_mapping(record.get("facts"))),
        )

    def _findings(self, compliance: Record, time: str) -> t.Iterator[Finding]:
        for row in _rows(compliance.get("findings")):
            key = json.dumps(row)
            if key not in self._findings_by_row:
                self._findings_by_row[key] = read_finding(row)
            finding = self._findings_by_row[key]
            if finding is not None:
                self._note_rule(finding, row, time)
                yield finding

    def _note_rule(self, finding: Finding, row: Record, time: str) -> None:
        known = self._rules.get(finding.rule)
        if known is None or known[0] < time:
            controls = tuple(control_text(control) for control in _items(row.get("controls")))
            why = _text(row.get("why"))
            rule = Rule(finding.rule, finding.name, finding.severity, why, finding.expected, controls, {})
            self._rules[finding.rule] = (time, rule)

    def _diagnoses(self, rows: object) -> t.Iterator[Diagnosis]:
        for row in _rows(rows):
            key = json.dumps(row)
            if key not in self._diagnoses_by_row:
                self._diagnoses_by_row[key] = read_diagnosis(row)
            diagnosis = self._diagnoses_by_row[key]
            if diagnosis is not None:
                yield diagnosis


def read_finding(row: Record) -> Finding | None:
    """A row of `compliance_info`; None where it has no rule, or a status that nobody knows."""
    id_, status = _text(row.get("rule")), row.get("status")
    if not id_ or status not in STATUSES:
        return None
    return Finding(
        rule=id_,
        name=_text(row.get("name")),
        status=status,
        reason=_text(row.get("reason")) or None,
        severity=_severity(row.get("severity")),
        expected=row.get("expected"),
        running=row.get("running"),
        at_boot=row.get("at_boot"),
        decided_by=_text(row.get("decided_by")) or None,
        details={key: value for key, value in row.items() if key not in _FINDING},
    )


def read_diagnosis(row: Record) -> Diagnosis | None:
    """A finding of the filter `diagnose`; None where it has no id."""
    id_ = _text(row.get("id"))
    if not id_:
        return None
    return Diagnosis(
        id=id_,
        severity=_severity(row.get("severity")),
        state=_text(row.get("state")) or None,
        evidence=_mapping(row.get("evidence")),
        meaning=_text(row.get("meaning")),
        remedy=row.get("remedy"),
        doc=_text(row.get("doc")),
    )


def summarize(hosts: t.Sequence[Host], rules: t.Sequence[Rule]) -> Summary:
    """The numbers over these hosts."""
    worst = collections.Counter("none" if host.worst is None else host.worst.word for host in hosts)
    outcomes = collections.Counter(host.outcome.value for host in hosts)
    findings = collections.Counter(finding.status for host in hosts for finding in host.findings)
    changes = collections.Counter(change.direction.value for host in hosts for change in host.changes)
    counted = [host.counts.states for host in hosts if host.counts is not None]
    times = sorted(host.time for host in hosts)
    return Summary(
        hosts=len(hosts),
        outcomes={outcome.value: outcomes[outcome.value] for outcome in Outcome},
        compliant=sum(host.compliant is True for host in hosts),
        broken=sum(host.compliant is False for host in hosts),
        without_rules=sum(host.compliant is None for host in hosts),
        in_trouble=sum(host.in_trouble for host in hosts),
        worst={word: worst[word] for word in ("none", *_SEVERITIES)},
        findings={status: findings[status] for status in STATUSES},
        concerns=concerns(hosts, rules),
        changes={direction.value: changes[direction.value] for direction in Direction},
        states={title: sum(states[title] for states in counted) for title in STATE_TITLES},
        oldest=times[0] if times else None,
        newest=times[-1] if times else None,
    )


def concerns(hosts: t.Sequence[Host], rules: t.Sequence[Rule]) -> tuple[Concern, ...]:
    """What is the matter anywhere, that of most hosts first; of as many hosts, the gravest first."""
    found = [
        Concern("rule", rule.id, rule.name or rule.id, rule.severity, broken)
        for rule in rules
        if (broken := sum(number for status, number in rule.hosts.items() if status in BROKEN))
    ]
    ill: collections.Counter[str] = collections.Counter()
    grave: dict[str, Diagnosis] = {}
    for host in hosts:
        for diagnosis in {one.id: one for one in host.diagnoses if one.severity > Severity.INFO}.values():
            ill[diagnosis.id] += 1
            if diagnosis.id not in grave or grave[diagnosis.id].severity < diagnosis.severity:
                grave[diagnosis.id] = diagnosis
    found += [
        Concern("diagnosis", id_, grave[id_].meaning or id_, grave[id_].severity, number) for id_, number in ill.items()
    ]
    return tuple(sorted(found, key=lambda one: (-one.hosts, -one.severity, one.about, one.id)))


def control_text(control: object) -> str:
    """The id of a control with what it is of: `CIS RHEL 9 2.0.0 3.3.10`."""
    if isinstance(control, dict):
        parts = (_text(control.get(key)) for key in ("framework", "product", "version", "id"))
        return " ".join(part for part in parts if part)
    return str(control)


def _counts(record: Record) -> HostCounts | None:
    facts = record.get("facts")
    counts = read_facts("", facts) if isinstance(facts, t.Mapping) else None
    return counts if isinstance(counts, HostCounts) else None


def _severity(word: object) -> Severity:
    """By its word; what nobody knows is taken for medium, so that somebody looks."""
    return _SEVERITIES.get(word, Severity.MEDIUM) if isinstance(word, str) else Severity.MEDIUM


def _mapping(value: object) -> Record:
    return value if isinstance(value, dict) else {}


def _items(value: object) -> t.Sequence[t.Any]:
    return value if isinstance(value, list) else ()


def _rows(value: object) -> t.Iterator[Record]:
    return (row for row in _items(value) if isinstance(row, dict))


def _text(value: object) -> str:
    return str(value) if isinstance(value, (str, int, float)) and not isinstance(value, bool) else ""
