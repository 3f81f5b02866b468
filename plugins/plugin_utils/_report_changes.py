# Copyright (c) 2026, the linuxnet.tcp authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What has changed on a host since its earlier audit, of which its record keeps the statuses."""

from __future__ import annotations

import typing as t

from ansible_collections.linuxnet.tcp.plugins.module_utils._model.findings import Severity
from ansible_collections.linuxnet.tcp.plugins.plugin_utils._report_model import (
    BROKEN,
    ERROR,
    Change,
    Diagnosis,
    Direction,
    Finding,
    Outcome,
)

_GRAVITY = {severity.word: int(severity) for severity in Severity}


def changes_since(
    earlier: t.Mapping[str, t.Any],
    outcome: Outcome,
    findings: t.Sequence[Finding] | None,
    diagnoses: t.Sequence[Diagnosis],
) -> tuple[Change, ...]:
    """The changes; none at the first audit. What was not looked at this time has not changed: nobody knows."""
    if not earlier:
        return ()
    changes = list(_of_the_host(earlier, outcome))
    if findings is not None and outcome is not Outcome.UNREACHABLE:
        now = {finding.rule: finding.status for finding in findings}
        changes += _between("rule", _statuses(earlier.get("rules")), now, _weight_of_status)
    if outcome is Outcome.AUDITED:
        ill = {diagnosis.id: diagnosis.severity.word for diagnosis in diagnoses}
        changes += _between("diagnosis", _statuses(earlier.get("diagnoses")), ill, _weight_of_severity)
    return tuple(changes)


def _of_the_host(earlier: t.Mapping[str, t.Any], outcome: Outcome) -> t.Iterator[Change]:
    was = earlier.get("outcome")
    if isinstance(was, str) and was != outcome.value:
        audited = Outcome.AUDITED.value
        direction = _direction(int(was != audited), int(outcome.value != audited))
        yield Change("host", "outcome", was, outcome.value, direction)


def _between(
    about: str,
    was: t.Mapping[str, str] | None,
    now: t.Mapping[str, str],
    weight: t.Callable[[str | None], int],
) -> t.Iterator[Change]:
    """What differs; nothing where the earlier audit did not get that far."""
    if was is None:
        return
    for id_ in sorted({*was, *now}):
        before, after = was.get(id_), now.get(id_)
        if before != after:
            yield Change(about, id_, before, after, _direction(weight(before), weight(after)))


def _direction(before: int, after: int) -> Direction:
    if before == after:
        return Direction.OTHER
    return Direction.WORSE if after > before else Direction.BETTER


def _weight_of_status(status: str | None) -> int:
    return int(status in BROKEN or status == ERROR)


def _weight_of_severity(word: str | None) -> int:
    """A diagnosis of `info` weighs as much as none: it comes and goes, and harms nobody."""
    return 0 if word is None else _GRAVITY.get(word, 0)


def _statuses(kept: object) -> dict[str, str] | None:
    if not isinstance(kept, t.Mapping):
        return None
    return {str(id_): status for id_, status in kept.items() if isinstance(status, str)}
