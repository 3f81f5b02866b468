# Copyright (c) 2026, the linuxnet.tcp authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""report.md: the overview, for a ticket, a merge request or the summary of a CI job.

Whole lists are in the other formats: here the first hundred rows of each stand, so that the file stays below what such
places take. Names and values stand in code spans, in which nothing is a link, a mention or markup.
"""

from __future__ import annotations

import re
import typing as t

from ansible_collections.linuxnet.tcp.plugins.plugin_utils._report_model import BROKEN, Host, Report
from ansible_collections.linuxnet.tcp.plugins.plugin_utils._report_text import visible
from ansible_collections.linuxnet.tcp.plugins.plugin_utils._report_words import (
    age_text,
    change_sentence,
    diagnosis_sentence,
    finding_sentence,
    outcome_sentence,
)

_MOST_ROWS = 100
_MOST_OF_A_NAME, _MOST_OF_A_SENTENCE, _MOST_SENTENCES = 120, 400, 3
_BACKTICKS = re.compile("`+")


def render(report: Report) -> t.Iterator[str]:
    """The file, section by section."""
    for section in (_overview, _concerns, _troubled, _changes, _rules, _ages, _unread):
        for line in section(report):
            yield line + "\n"


def code(text: str, most: int = _MOST_OF_A_NAME) -> str:
    """The text as a code span in a cell of a table."""
    shown = visible(text, most)
    # In a table a bar ends the cell, in a code span too, unless there is a backslash before it.
    shown = shown.replace("|", "\\|")
    longest = max((len(run) for run in _BACKTICKS.findall(shown)), default=0)
    fence = "`" * (longest + 1)
    blank = " " if not shown.strip() or shown[0] in "` " or shown[-1] in "` " else ""
    return f"{fence}{blank}{shown or ' '}{blank}{fence}"


def _overview(report: Report) -> t.Iterator[str]:
    summary = report.summary
    yield f"# TCP audit of {_number(summary.hosts, 'host')}"
    yield ""
    yield f"Made {report.made} by `linuxnet.tcp.audit_fleet`."
    yield ""
    yield from _table(
        ("hosts", "number"),
        [
            ("that keep all rules", summary.compliant),
            ("that break a rule", summary.broken),
            ("where no rule was looked at", summary.without_rules),
            ("in trouble (something of severity medium or more)", summary.in_trouble),
            ("unreachable", summary.outcomes["unreachable"]),
            ("not audited whole", summary.outcomes["failed"]),
        ],
    )
    yield from _table(
        ("gravest severity", "hosts"), list(summary.worst.items())[::-1]
    )


def _concerns(report: Report) -> t.Iterator[str]:
    if report.summary.concerns:
        yield "## What concerns most hosts"
        yield ""
        rows = [
            (f"{one.about} {code(one.id)}", code(one.title, _MOST_OF_A_SENTENCE), one.severity.word, one.hosts)
            for one in report.summary.concerns
        ]
        yield from _table(("what", "", "severity", "hosts"), rows)


def _troubled(report: Report) -> t.Iterator[str]:
    hosts = report.troubled
    if hosts:
        yield "## Hosts in trouble"
        yield ""
        rows = [
            (code(host.name), "" if host.worst is None else host.worst.word, "<br>".join(_sentences(host)))
            for host in hosts[:_MOST_ROWS]
        ]
        yield from _table(("host", "gravest", "why"), rows, len(hosts))


def _sentences(host: Host) -> list[str]:
    """The gravest few of what is the matter with a host."""
    found = [] if outcome_sentence(host) == "audited" else [(9, outcome_sentence(host))]
    found += [
        (int(finding.gravity), f"{finding.rule}: {finding_sentence(finding)}")
        for finding in host.findings
        if finding.gravity is not None
    ]
    found += [(int(one.severity), f"{one.id}: {diagnosis_sentence(one)}") for one in host.diagnoses if one.severity]
    found.sort(key=lambda pair: -pair[0])
    sentences = [code(sentence, _MOST_OF_A_SENTENCE) for _gravity, sentence in found[:_MOST_SENTENCES]]
    more = len(found) - len(sentences)
    return [*sentences, f"and {more} more"] if more else sentences


def _changes(report: Report) -> t.Iterator[str]:
    compared = [host for host in report.hosts if host.earlier is not None]
    if not compared:
        return
    numbers = report.summary.changes
    yield "## What has changed since each host's earlier audit"
    yield ""
    yield f"Worse: {numbers['worse']}, better: {numbers['better']}, otherwise: {numbers['other']}."
    yield ""
    changes = [(host, change) for host in compared for change in host.changes]
    changes.sort(key=lambda pair: ("worse", "better", "other").index(pair[1].direction.value))
    rows = [
        (code(host.name), change.direction.value, code(change_sentence(change)), code(host.earlier or ""))
        for host, change in changes[:_MOST_ROWS]
    ]
    yield from _table(("host", "", "change", "since"), rows, len(changes))


def _rules(report: Report) -> t.Iterator[str]:
    if report.rules:
        yield "## Rules"
        yield ""
        rows = [
            (
                code(rule.id),
                code(rule.name),
                rule.severity.word,
                rule.hosts.get("pass", 0),
                sum(number for status, number in rule.hosts.items() if status in BROKEN),
                rule.hosts.get("error", 0),
                rule.hosts.get("waived", 0) + rule.hosts.get("not_applicable", 0),
            )
            for rule in report.rules
        ]
        yield from _table(("rule", "key", "severity", "kept", "broken", "error", "waived or not applicable"), rows)


def _ages(report: Report) -> t.Iterator[str]:
    hosts = sorted(report.hosts, key=lambda host: -host.age)
    if hosts:
        yield "## Age of the records"
        yield ""
        yield f"The newest is {age_text(hosts[-1].age)} old, the oldest {age_text(hosts[0].age)}. The oldest:"
        yield ""
        yield from _table(
            ("host", "record made", "age"), [(code(host.name), host.time, age_text(host.age)) for host in hosts[:10]]
        )


def _unread(report: Report) -> t.Iterator[str]:
    if report.unread:
        yield "## Files that are no records"
        yield ""
        rows = [(code(one.file), code(one.reason, _MOST_OF_A_SENTENCE)) for one in report.unread[:_MOST_ROWS]]
        yield from _table(("file", "why"), rows, len(report.unread))


def _table(heads: t.Sequence[str], rows: t.Sequence[t.Sequence[object]], of: int | None = None) -> t.Iterator[str]:
    yield f"| {' | '.join(heads)} |"
    yield f"|{' --- |' * len(heads)}"
    for row in rows:
        yield f"| {' | '.join(str(cell) for cell in row)} |"
    if of is not None and of > len(rows):
        yield ""
        yield f"And {of - len(rows)} more; report.csv and report.json have all."
    yield ""


def _number(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"
