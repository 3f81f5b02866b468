# Copyright (c) 2026, the linuxnet.tcp authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""report.json: all of the report, for programs; docs/schemas/report.json describes it.

ASCII, a line a host: no sign in it acts on a terminal, and two reports can be compared line by line.
"""

from __future__ import annotations

import json
import typing as t

from ansible_collections.linuxnet.tcp.plugins.plugin_utils._host_counts import HostCounts
from ansible_collections.linuxnet.tcp.plugins.plugin_utils._report_model import (
    Finding,
    Host,
    Report,
    Rule,
)

SCHEMA = "linuxnet.tcp/report/1"


def render(report: Report) -> t.Iterator[str]:
    """The file, piece by piece."""
    yield f'{{"schema":{_json(SCHEMA)},"made":{_json(report.made)},\n"summary":{_json(summary_of(report))},\n"rules":['
    yield from _lines(_rule(rule) for rule in report.rules)
    yield '],\n"hosts":['
    yield from _lines(_host(host) for host in report.hosts)
    yield '],\n"unread":['
    yield from _lines(unread._asdict() for unread in report.unread)
    yield "]}\n"


def _lines(items: t.Iterable[t.Mapping[str, t.Any]]) -> t.Iterator[str]:
    between = "\n"
    for item in items:
        yield between + _json(item)
        between = ",\n"


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=True, allow_nan=False, separators=(",", ":"))


def summary_of(report: Report) -> dict[str, t.Any]:
    """The summary as a program gets it."""
    concerns = [{**one._asdict(), "severity": one.severity.word} for one in report.summary.concerns]
    return {**report.summary._asdict(), "concerns": concerns}


def _rule(rule: Rule) -> dict[str, t.Any]:
    return {**rule._asdict(), "severity": rule.severity.word}


def _host(host: Host) -> dict[str, t.Any]:
    return {
        "name": host.name,
        "record": f"records/{host.file}",
        "groups": host.groups,
        "outcome": host.outcome.value,
        "problems": [{"part": part, "reason": reason} for part, reason in host.problems],
        "notes": host.notes,
        "time": host.time,
        "age_seconds": host.age,
        "earlier": host.earlier,
        "compliant": host.compliant,
        "worst": None if host.worst is None else host.worst.word,
        "counts": None if host.counts is None else _counts(host.counts),
        "findings": [_finding(finding) for finding in host.findings],
        "diagnoses": [{**one._asdict(), "severity": one.severity.word} for one in host.diagnoses],
        "changes": [{**one._asdict(), "direction": one.direction.value} for one in host.changes],
    }


def _counts(counts: HostCounts) -> dict[str, t.Any]:
    return {
        "states": counts.states,
        "total": counts.total,
        "usage": {
            "time_wait": counts.time_wait_share,
            "orphans": counts.orphans_share,
            "local_ports": counts.local_ports_share,
        },
        "limits": counts.limits,
        "hits_since_boot": {
            "time_wait_overflow": counts.time_wait_overflow,
            "listen_overflows": counts.listen_overflows,
            "syn_queue_overflows": counts.syn_queue_overflows,
        },
    }


def _finding(finding: Finding) -> dict[str, t.Any]:
    """The fields of our own last: the module may come to say more, but not to say something else."""
    return {
        **finding.details,
        "rule": finding.rule,
        "name": finding.name,
        "status": finding.status,
        "reason": finding.reason,
        "severity": finding.severity.word,
        "expected": finding.expected,
        "running": finding.running,
        "at_boot": finding.at_boot,
        "decided_by": finding.decided_by,
    }
