# Copyright (c) 2026, the linuxnet.tcp authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What became of one host on which tunables were to be set, from what its tasks registered.

A registered result is data from outside. What has not the shape that `linuxnet.tcp.tunables` documents is no change,
and never an error of the table.
"""

from __future__ import annotations

import typing as t
from collections.abc import Iterable, Mapping

from ansible_collections.linuxnet.tcp.plugins.plugin_utils._host_counts import reason_of

Outcome = t.Literal["changed", "unchanged", "failed", "unreachable", "waiting"]

TOLD = ("changed", "restored", "skipped")
NOT_TOLD = "failed before anything was set; its own message, further up, says why"


class KeyChange(t.NamedTuple):
    """One key that changed, or was skipped: texts for a cell each."""

    name: str
    running: str
    boot: str
    note: str


class HostChanges(t.NamedTuple):
    """One host. `reason` is one line, not yet cut; empty unless it failed or cannot be reached."""

    host: str
    outcome: Outcome
    changes: tuple[KeyChange, ...] = ()
    reason: str = ""


def read_host(host: str, result: object, others: Iterable[object], *, waiting: bool) -> HostChanges:
    """What became of a host: `result` is that of tunables, `others` those of tasks before and after it.

    A failure of any of them counts, the first one first. `waiting`: the play has not come to this host.
    """
    results = [one for one in (*others, result) if isinstance(one, Mapping)]
    for one in results:
        if one.get("unreachable"):
            return HostChanges(host, "unreachable", reason=reason_of(one))
    changes = _changes(result)
    for one in results:
        if one.get("failed"):
            return HostChanges(host, "failed", reason=reason_of(one))
    if not isinstance(result, Mapping) or not isinstance(result.get("tunables"), list):
        return HostChanges(host, "waiting") if waiting else HostChanges(host, "failed", reason=NOT_TOLD)
    return HostChanges(host, "changed" if result.get("changed") else "unchanged", changes)


def _changes(result: object) -> tuple[KeyChange, ...]:
    """The rows of a result that there is something to say of."""
    rows = result.get("tunables") if isinstance(result, Mapping) else None
    if not isinstance(rows, list):
        return ()
    return tuple(_change(row) for row in rows if isinstance(row, Mapping) and row.get("status") in TOLD)


def _change(row: Mapping[str, object]) -> KeyChange:
    """One row in words."""
    status, reason = row.get("status"), row.get("reason")
    note = "" if status == "changed" else f"{status}: {reason}" if reason else str(status)
    return KeyChange(
        name=str(row.get("name")),
        running=_from_to(row.get("running_before"), row.get("running_after")),
        boot=_from_to(row.get("boot_before"), row.get("boot_after")),
        note=note,
    )


def _from_to(before: object, after: object) -> str:
    """`60 -> 30`, or `30` where nothing changes."""
    return _value(after) if before == after else f"{_value(before)} -> {_value(after)}"


def _value(value: object) -> str:
    if value is None:
        return "unset"
    return " ".join(str(item) for item in value) if isinstance(value, list) else str(value)
