# Copyright (c) 2026, the linuxnet.tcp authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What has changed since the earlier audit, and which way."""

from __future__ import annotations

import typing as t

import pytest

from ansible_collections.linuxnet.tcp.plugins.plugin_utils import _record
from ansible_collections.linuxnet.tcp.plugins.plugin_utils._report_model import Change, Direction
from ansible_collections.linuxnet.tcp.tests.unit.plugins.plugin_utils import records, reports

WORSE, BETTER, OTHER = Direction.WORSE, Direction.BETTER, Direction.OTHER


def changes(
    now: dict[str, str] | None,
    was: dict[str, t.Any] | None,
    outcome: str = "audited",
    ill: dict[str, str] | None = None,
) -> list[Change]:
    """The changes of a host whose rules have these statuses now, and whose earlier audit is remembered so."""
    rows = [{"rule": rule, "name": "x", "status": status, "severity": "low"} for rule, status in (now or {}).items()]
    diagnoses = [{"id": id_, "severity": severity} for id_, severity in (ill or {}).items()]
    found = _record.Found(None, None if now is None else {"findings": rows}, diagnoses)
    record = _record.make_record("web1", [], outcome, found, records.NOW)
    past = {"time": "2026-01-30T12:00:00Z", "outcome": "audited", "rules": {}, "diagnoses": {}}
    record["earlier"] = None if was is None else {**past, **was}
    return list(reports.of_records(record).hosts[0].changes)


def test_the_first_audit_has_none() -> None:
    """Without an earlier audit nothing has changed."""
    assert changes({"a": "fail"}, None) == []


@pytest.mark.parametrize(
    ("was", "now", "direction"),
    [
        ("pass", "fail", WORSE),
        ("pass", "error", WORSE),
        ("waived", "fail", WORSE),
        (None, "shadowed", WORSE),
        ("fail", "pass", BETTER),
        ("not_persistent", "waived", BETTER),
        ("fail", None, BETTER),
        ("fail", "not_persistent", OTHER),
        ("pass", "not_applicable", OTHER),
        (None, "pass", OTHER),
    ],
)
def test_rules(was: str | None, now: str | None, direction: Direction) -> None:
    """From kept to broken is worse, from broken to kept is better, all else is a change and neither."""
    before = {} if was is None else {"a": was}
    after = {} if now is None else {"a": now}

    assert changes({**after, "same": "fail"}, {"rules": {**before, "same": "fail"}}) == [
        Change("rule", "a", was, now, direction)
    ]


@pytest.mark.parametrize(
    ("was", "now", "direction"),
    [
        (None, "high", WORSE),
        ("high", None, BETTER),
        ("low", "high", WORSE),
        (None, "info", OTHER),
        ("info", None, OTHER),
    ],
)
def test_diagnoses(was: str | None, now: str | None, direction: Direction) -> None:
    """A diagnosis that comes is worse, one that goes is better; those of severity info only come and go."""
    before = {} if was is None else {"leak": was}
    after = {} if now is None else {"leak": now}

    assert changes({}, {"diagnoses": before}, ill=after) == [Change("diagnosis", "leak", was, now, direction)]


def test_outcomes() -> None:
    """A host that answers again is better, one that does not is worse, and what nobody looked at has not changed."""
    lost = changes(None, {"rules": {"a": "pass"}, "diagnoses": {"leak": "high"}}, outcome="unreachable")
    found = changes({"a": "pass"}, {"outcome": "unreachable", "rules": {"a": "pass"}})

    assert lost == [Change("host", "outcome", "audited", "unreachable", WORSE)]
    assert found == [Change("host", "outcome", "unreachable", "audited", BETTER)]


def test_an_earlier_audit_without_rules() -> None:
    """Where the earlier audit looked at no rules, they are not all new."""
    assert changes({"a": "fail"}, {"rules": None, "diagnoses": None}) == []
