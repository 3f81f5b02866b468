# Copyright (c) 2026, the linuxnet.tcp authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""report.sarif: SARIF 2.1.0 (OASIS, 2020), for code scanning and the programs that gather findings.

A result is a broken rule, an error, or a diagnosis; what is waived is a suppressed result. What is kept or not
applicable is no result: a fleet has more of these than such programs take. A host that was not audited whole is a
notification of the run. Where there is an earlier audit, `baselineState` tells new results from old ones, and those
that are gone are there as `absent`.
"""

from __future__ import annotations

import hashlib
import json
import typing as t
import urllib.parse

from ansible_collections.linuxnet.tcp.plugins.module_utils._model.findings import Severity
from ansible_collections.linuxnet.tcp.plugins.plugin_utils._report_model import (
    BROKEN,
    ERROR,
    Change,
    Diagnosis,
    Direction,
    Finding,
    Host,
    Outcome,
    Report,
)
from ansible_collections.linuxnet.tcp.plugins.plugin_utils._report_text import visible
from ansible_collections.linuxnet.tcp.plugins.plugin_utils._report_words import (
    diagnosis_sentence,
    finding_sentence,
    outcome_sentence,
    waiver_sentence,
)

_SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
_HOME = "https://github.com/linuxnet/tcp"
_LEVELS = {
    Severity.INFO: "note",
    Severity.LOW: "note",
    Severity.MEDIUM: "warning",
    Severity.HIGH: "error",
    Severity.CRITICAL: "error",
}
# The middle of the ranges by which code scanning names what it calls security-severity.
_SCORES = {
    Severity.INFO: "0.0",
    Severity.LOW: "2.0",
    Severity.MEDIUM: "5.5",
    Severity.HIGH: "8.0",
    Severity.CRITICAL: "9.5",
}
_UNSEEN = frozenset({"pass", "not_applicable"})

_Object = dict[str, t.Any]


def render(report: Report) -> t.Iterator[str]:
    """The file, piece by piece: what the tool is and what its rules are, then a line a result."""
    descriptors = _descriptors(report)
    index = {descriptor["id"]: number for number, descriptor in enumerate(descriptors)}
    driver = {"name": "linuxnet.tcp", "informationUri": _HOME, "rules": descriptors}
    yield f'{{"$schema":{_json(_SCHEMA)},"version":"2.1.0","runs":[{{"tool":{_json({"driver": driver})},\n'
    yield f'"invocations":[{_json(_invocation(report))}],\n"results":['
    compared = any(host.earlier is not None for host in report.hosts)
    between = "\n"
    for host in report.hosts:
        for result in _results(host, index, compared):
            yield between + _json(result)
            between = ",\n"
    yield "]}]}\n"


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=True, allow_nan=False, separators=(",", ":"))


def _descriptors(report: Report) -> list[_Object]:
    """The rules and the diagnoses, each once; also those that only an earlier audit knew."""
    found: dict[str, _Object] = {}
    for rule in report.rules:
        expected = f"{visible(rule.name)} as the rule {visible(rule.id)} wants it"
        found[_rule_id("rule", rule.id)] = {
            "name": visible(rule.name) or visible(rule.id),
            "shortDescription": {"text": expected},
            "fullDescription": {"text": visible(rule.why) or expected},
            "defaultConfiguration": {"level": _LEVELS[rule.severity]},
            "properties": {
                "tags": [visible(control) for control in rule.controls],
                "security-severity": _SCORES[rule.severity],
            },
        }
    for host in report.hosts:
        for diagnosis in host.diagnoses:
            found.setdefault(_rule_id("diagnosis", diagnosis.id), _of_diagnosis(diagnosis))
        for change in host.changes:
            if change.about != "host":
                found.setdefault(_rule_id(change.about, change.id), {})
    return [{"id": id_, **descriptor} for id_, descriptor in sorted(found.items())]


def _of_diagnosis(diagnosis: Diagnosis) -> _Object:
    return {
        "shortDescription": {"text": visible(diagnosis.meaning) or visible(diagnosis.id)},
        "defaultConfiguration": {"level": _LEVELS[diagnosis.severity]},
        "properties": {"tags": ["diagnosis"], "security-severity": _SCORES[diagnosis.severity]},
    }


def _rule_id(about: str, id_: str) -> str:
    """The id among those of rules and diagnoses together."""
    return f"{about}/{visible(id_)}"


def _invocation(report: Report) -> _Object:
    missing = [host for host in report.hosts if host.outcome is not Outcome.AUDITED]
    return {
        "executionSuccessful": not missing,
        "endTimeUtc": report.made,
        "toolExecutionNotifications": [
            {
                "level": "error",
                "timeUtc": host.time,
                "message": {"text": f"{visible(host.name)}: {outcome_sentence(host)}"},
                "locations": [_location(host)],
            }
            for host in missing
        ],
    }


def _results(host: Host, index: t.Mapping[str, int], compared: bool) -> t.Iterator[_Object]:
    changes = {(change.about, change.id): change for change in host.changes}
    for finding in host.findings:
        if finding.status not in _UNSEEN:
            result = _result(host, _rule_id("rule", finding.rule), index, _finding_message(finding))
            result["level"] = _LEVELS[Severity.HIGH if finding.status == ERROR else finding.severity]
            result["properties"] = _properties(host, finding.status, finding.severity)
            if finding.decided_by is not None:
                result["relatedLocations"] = [_deciding(finding.decided_by)]
            if finding.status == "waived":
                result["suppressions"] = [
                    {"kind": "external", "status": "accepted", "justification": waiver_sentence(finding)}
                ]
            if compared:
                result["baselineState"] = _baseline(host, changes.get(("rule", finding.rule)))
            yield result
    for diagnosis in host.diagnoses:
        id_ = _rule_id("diagnosis", diagnosis.id)
        result = _result(host, id_, index, diagnosis_sentence(diagnosis))
        result["level"] = _LEVELS[diagnosis.severity]
        result["properties"] = _properties(host, "present", diagnosis.severity)
        if compared:
            result["baselineState"] = _baseline(host, changes.get(("diagnosis", diagnosis.id)))
        yield result
    yield from _gone(host, index)


def _gone(host: Host, index: t.Mapping[str, int]) -> t.Iterator[_Object]:
    """What was a result at the earlier audit and is none now."""
    for change in host.changes:
        if change.about == "host" or change.was is None or change.was in _UNSEEN:
            continue
        if change.now is None or (change.about == "rule" and change.now in _UNSEEN):
            text = f"was {visible(change.was)}, is {visible(change.now or 'not there')}"
            result = _result(host, _rule_id(change.about, change.id), index, text)
            yield {**result, "level": "none", "kind": "pass", "baselineState": "absent"}


def _finding_message(finding: Finding) -> str:
    broken = finding.status in BROKEN or finding.status == ERROR
    return f"{finding.status}: {finding_sentence(finding)}" if broken else waiver_sentence(finding)


def _result(host: Host, id_: str, index: t.Mapping[str, int], text: str) -> _Object:
    same = hashlib.sha256(f"{host.file}\n{id_}".encode()).hexdigest()
    return {
        "ruleId": id_,
        "ruleIndex": index[id_],
        "message": {"text": f"{visible(host.name)}: {text}"},
        "locations": [_location(host)],
        "partialFingerprints": {"hostAndRule/v1": same[:32]},
    }


def _properties(host: Host, status: str, severity: Severity) -> _Object:
    return {"status": status, "severity": severity.word, "recordTime": host.time, "recordAgeSeconds": host.age}


def _baseline(host: Host, change: Change | None) -> str:
    if host.earlier is None:
        return "new"
    if change is None:
        return "unchanged"
    return "new" if change.was is None or change.direction is Direction.WORSE else "updated"


def _location(host: Host) -> _Object:
    """The record, which is a file that exists, and the host, which is none."""
    return {
        "physicalLocation": {"artifactLocation": {"uri": urllib.parse.quote(f"records/{host.file}")}},
        "logicalLocations": [{"name": visible(host.name), "kind": "host"}],
    }


def _deciding(decided_by: str) -> _Object:
    """The file and the line on the host that decide at boot."""
    file, _colon, line = decided_by.rpartition(":")
    known = line.isascii() and line.isdigit() and int(line[:9]) > 0 and bool(file)
    uri = urllib.parse.quote((file if known else decided_by).encode("utf-8", "replace"))
    place: _Object = {"artifactLocation": {"uri": f"file://{uri}" if uri.startswith("/") else uri}}
    if known:
        place["region"] = {"startLine": int(line[:9])}
    return {"physicalLocation": place, "message": {"text": f"decides at boot: {visible(decided_by)}"}}
