# Copyright (c) 2026, the linuxnet.tcp authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The audit of a host as metrics, in the text format that Prometheus' textfile collector reads.

All names begin with `linuxnet_tcp_`; none is one of node_exporter's, which begin with `node_`. Labels are few and
bounded: states, rules, statuses, diagnoses; never an address or a process.
"""

from __future__ import annotations

import datetime as dt
import typing as t

from ansible_collections.linuxnet.tcp.plugins.plugin_utils._host_counts import HostCounts, read_facts
from ansible_collections.linuxnet.tcp.plugins.plugin_utils._record import Found, plain
from ansible_collections.linuxnet.tcp.plugins.plugin_utils._report_build import read_diagnosis, read_finding
from ansible_collections.linuxnet.tcp.plugins.plugin_utils._report_model import STATUSES, Outcome
from ansible_collections.linuxnet.tcp.plugins.plugin_utils._report_text import visible

_PREFIX = "linuxnet_tcp_"

Labels = t.Mapping[str, str]
Sample = tuple[Labels, float]


def metrics_of(outcome: Outcome, found: Found, now: dt.datetime) -> str:
    """The text of the file."""
    return "".join(_families(outcome, found, now))


def _families(outcome: Outcome, found: Found, now: dt.datetime) -> t.Iterator[str]:
    yield from _family("audit_timestamp_seconds", "When the host was audited.", [({}, int(now.timestamp()))])
    whole = int(outcome is Outcome.AUDITED)
    yield from _family("audit_complete", "Whether every part of the audit answered.", [({}, whole)])
    if found.compliance is not None:
        yield from _of_rules(found.compliance)
    if found.diagnoses is not None:
        # Two rows of one id would be one series twice, which the collector refuses.
        rows = [read_diagnosis(plain(row)) for row in found.diagnoses]
        known = {row.id: row for row in rows if row is not None}
        samples: list[Sample] = [({"id": row.id, "severity": row.severity.word}, 1) for row in known.values()]
        yield from _family("diagnosis", "What is the matter with the host; 1 while it is.", samples)
    counts = read_facts("", found.facts) if found.facts is not None else None
    if isinstance(counts, HostCounts):
        yield from _of_counts(counts)


def _of_rules(compliance: t.Mapping[str, t.Any]) -> t.Iterator[str]:
    rows = [read_finding(plain(row)) for row in compliance.get("findings") or ()]
    known = {row.rule: row for row in rows if row is not None}
    compliant = all(row.gravity is None for row in known.values())
    yield from _family("audit_compliant", "Whether the host keeps all rules.", [({}, int(compliant))])
    statuses = [row.status for row in known.values()]
    samples: list[Sample] = [({"status": status}, statuses.count(status)) for status in STATUSES]
    yield from _family("audit_rules", "Rules by their status on this host.", samples)
    broken: list[Sample] = [
        ({"rule": row.rule, "severity": row.severity.word, "status": row.status}, 1)
        for row in known.values()
        if row.gravity is not None
    ]
    yield from _family("audit_rule_broken", "Rules that the host does not keep; 1 while it does not.", broken)


def _of_counts(counts: HostCounts) -> t.Iterator[str]:
    states: list[Sample] = [({"state": title}, count) for title, count in counts.states.items()]
    yield from _family("sockets", "TCP sockets by state, as the audit saw them.", states)
    shares = {
        "time_wait": counts.time_wait_share,
        "orphans": counts.orphans_share,
        "local_ports": counts.local_ports_share,
    }
    known: list[Sample] = [({"limit": name}, share) for name, share in shares.items() if share is not None]
    yield from _family("limit_usage_ratio", "How much of a limit is used; 1 is all of it.", known)


def _family(name: str, what: str, samples: t.Iterable[Sample]) -> t.Iterator[str]:
    yield f"# HELP {_PREFIX}{name} {what}\n# TYPE {_PREFIX}{name} gauge\n"
    for labels, value in samples:
        shown = ",".join(f'{label}="{_escaped(text)}"' for label, text in labels.items())
        yield f"{_PREFIX}{name}{{{shown}}} {value}\n" if shown else f"{_PREFIX}{name} {value}\n"


def _escaped(text: str) -> str:
    return visible(text).replace("\\", "\\\\").replace('"', '\\"')
