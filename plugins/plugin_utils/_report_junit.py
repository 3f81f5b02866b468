# Copyright (c) 2026, the linuxnet.tcp authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""report.junit.xml: a test suite a host, for the CI servers that show JUnit's results.

A rule is a test case: broken is a failure, an error is an error, waived and not applicable are skipped. So is a
diagnosis of more than severity info (a failure), and `audit`, which is an error where a host was not audited whole.
What has changed since the earlier audit stands in the suite's system-out.
"""

from __future__ import annotations

import typing as t
from xml.sax.saxutils import escape

from ansible_collections.linuxnet.tcp.plugins.module_utils._model.findings import Severity
from ansible_collections.linuxnet.tcp.plugins.plugin_utils._report_model import (
    BROKEN,
    ERROR,
    Diagnosis,
    Finding,
    Host,
    Outcome,
    Report,
)
from ansible_collections.linuxnet.tcp.plugins.plugin_utils._report_text import visible
from ansible_collections.linuxnet.tcp.plugins.plugin_utils._report_words import (
    age_text,
    change_sentence,
    diagnosis_sentence,
    finding_sentence,
    outcome_sentence,
    waiver_sentence,
)

# Names are what a CI server tells test cases apart by, so they get more room than values.
_MOST_OF_A_NAME = 1000


class _Case(t.NamedTuple):
    """A test case. `what`: the element in it, None for one that passed; `kind`: its type."""

    name: str
    what: str | None = None
    kind: str = ""
    text: str = ""


def render(report: Report) -> t.Iterator[str]:
    """The file, piece by piece."""
    suites = (_counted(_cases(host)) for host in report.hosts)
    totals = [sum(numbers) for numbers in zip(*suites, strict=True)] or [0, 0, 0, 0]
    yield '<?xml version="1.0" encoding="UTF-8"?>\n'
    yield f'<testsuites name="linuxnet.tcp.audit_fleet" {_numbers(totals)} time="0">\n'
    for host in report.hosts:
        yield from _suite(host)
    yield "</testsuites>\n"


def _suite(host: Host) -> t.Iterator[str]:
    name, cases = visible(host.name, _MOST_OF_A_NAME), _cases(host)
    # JUnit knows no zones.
    timestamp = host.time.removesuffix("Z")
    yield f'<testsuite name="{_attribute(name)}" {_numbers(_counted(cases))} time="0" timestamp="{timestamp}">\n'
    yield f'<properties><property name="record_age_seconds" value="{host.age}"/></properties>\n'
    for case in cases:
        start = f'<testcase classname="{_attribute(name)}" name="{_attribute(case.name)}" time="0"'
        if case.what is None:
            yield f"{start}/>\n"
        else:
            kind = "" if case.what == "skipped" else f' type="{_attribute(case.kind)}"'
            text = _attribute(case.text)
            yield f'{start}><{case.what}{kind} message="{text}">{escape(case.text)}</{case.what}></testcase>\n'
    lines = [f"record made {host.time}, {age_text(host.age)} before this report"]
    if host.earlier is not None:
        lines.append(f"changes since {visible(host.earlier)}: {len(host.changes)}")
    lines += [f"note: {visible(note)}" for note in host.notes]
    lines += [f"{change.direction.value}: {change_sentence(change)}" for change in host.changes]
    yield f"<system-out>{escape(chr(10).join(lines))}</system-out>\n</testsuite>\n"


def _cases(host: Host) -> list[_Case]:
    cases = [_Case("audit")]
    if host.outcome is not Outcome.AUDITED:
        cases = [_Case("audit", "error", host.outcome.value, outcome_sentence(host))]
    cases += [_of_finding(finding) for finding in host.findings]
    cases += [_of_diagnosis(diagnosis) for diagnosis in host.diagnoses if diagnosis.severity > Severity.INFO]
    return cases


def _of_finding(finding: Finding) -> _Case:
    name = f"rule {visible(finding.rule, _MOST_OF_A_NAME)}"
    if finding.status in BROKEN:
        return _Case(name, "failure", f"{finding.status} {finding.severity.word}", finding_sentence(finding))
    if finding.status == ERROR:
        return _Case(name, "error", ERROR, finding_sentence(finding))
    if finding.status == "waived":
        return _Case(name, "skipped", text=waiver_sentence(finding))
    if finding.status == "not_applicable":
        return _Case(name, "skipped", text=f"not applicable: {visible(finding.reason or 'no reason given')}")
    return _Case(name)


def _of_diagnosis(diagnosis: Diagnosis) -> _Case:
    name = f"diagnosis {visible(diagnosis.id, _MOST_OF_A_NAME)}"
    return _Case(name, "failure", diagnosis.severity.word, diagnosis_sentence(diagnosis))


def _counted(cases: t.Sequence[_Case]) -> tuple[int, int, int, int]:
    kinds = [case.what for case in cases]
    return len(kinds), kinds.count("failure"), kinds.count("error"), kinds.count("skipped")


def _numbers(numbers: t.Sequence[int]) -> str:
    tests, failures, errors, skipped = numbers
    return f'tests="{tests}" failures="{failures}" errors="{errors}" skipped="{skipped}"'


def _attribute(text: str) -> str:
    return escape(text, {'"': "&quot;"})
