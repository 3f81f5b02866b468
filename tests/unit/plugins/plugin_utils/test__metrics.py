# Copyright (c) 2026, the linuxnet.tcp authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The metrics of a host: Prometheus' own parser reads them, and they keep out of node_exporter's way."""

from __future__ import annotations

import typing as t

from prometheus_client.parser import text_string_to_metric_families

from ansible_collections.linuxnet.tcp.plugins.plugin_utils._metrics import metrics_of
from ansible_collections.linuxnet.tcp.plugins.plugin_utils._record import Found
from ansible_collections.linuxnet.tcp.plugins.plugin_utils._report_model import Outcome
from ansible_collections.linuxnet.tcp.tests.unit.plugins.plugin_utils import records

Series = dict[tuple[str, frozenset[tuple[str, str]]], float]


def found_in(number: int, hostile: bool = False) -> Found:
    """What an audit found, out of a record."""
    record = records.record_of(number, hostile)
    return Found(record["facts"], record["compliance"], record["diagnoses"])


def series(outcome: Outcome, found: Found) -> Series:
    """Every series in the file; a series that is there twice fails, as it does in the collector."""
    seen: Series = {}
    for family in text_string_to_metric_families(metrics_of(outcome, found, records.NOW)):
        assert family.name.startswith("linuxnet_tcp_")
        assert family.documentation
        assert family.type == "gauge"
        for sample in family.samples:
            key = (sample.name.removeprefix("linuxnet_tcp_"), frozenset(sample.labels.items()))
            assert key not in seen
            seen[key] = sample.value
    return seen


def one(name: str, **labels: str) -> tuple[str, frozenset[tuple[str, str]]]:
    """The key of a series."""
    return name, frozenset(labels.items())


def test_a_host() -> None:
    """Time, completeness, compliance, rules, diagnoses, sockets and limits are there, with the record's numbers."""
    for number in (0, 1, 2, 3, 4, 5):
        found = found_in(number)
        facts: t.Any = found.facts
        compliance: t.Any = found.compliance
        seen = series(Outcome.AUDITED, found)
        assert seen[one("audit_timestamp_seconds")] == records.NOW.timestamp()
        assert seen[one("audit_complete")] == 1
        assert seen[one("audit_compliant")] == compliance["compliant"]
        assert seen[one("sockets", state="time_wait")] == facts["states"]["time_wait"]
        assert seen[one("limit_usage_ratio", limit="time_wait")] == facts["usage"]["time_wait"]
        for row in compliance["findings"]:
            broken = one("audit_rule_broken", rule=row["rule"], severity=row["severity"], status=row["status"])
            assert (broken in seen) == (row["status"] in {"fail", "not_persistent", "shadowed", "error"})
        for row in found.diagnoses or ():
            assert seen[one("diagnosis", id=row["id"], severity=row["severity"])] == 1


def test_half_an_audit() -> None:
    """What gave nothing has no series, and the file says that the audit was not complete."""
    seen = series(Outcome.FAILED, Found())

    assert set(seen) == {one("audit_timestamp_seconds"), one("audit_complete")}
    assert seen[one("audit_complete")] == 0


def test_hostile_names() -> None:
    """Rules and diagnoses with names made to break the format are labels like others."""
    for bad in records.HOSTILE:
        row = {"rule": bad or "x", "name": bad, "status": "fail", "severity": bad, "reason": bad}
        found = Found(None, {"findings": [row, row]}, [{"id": bad or "x", "severity": bad}] * 2)
        text = metrics_of(Outcome.AUDITED, found, records.NOW)
        assert text.replace("\n", "").isprintable()
        assert sum(name == "audit_rule_broken" for name, _labels in series(Outcome.AUDITED, found)) == 1
    for number in range(60):
        if records.record_of(number, hostile=True)["outcome"] == "audited":
            series(Outcome.AUDITED, found_in(number, hostile=True))
