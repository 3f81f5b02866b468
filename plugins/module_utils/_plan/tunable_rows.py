# Copyright (c) 2026, the linuxnet.tcp authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The row that a result shows of a tunable: what it is, what runs, what boot will set."""

from __future__ import annotations

from typing import Any, Dict, Optional

from .._model.running import Availability, Running
from .._model.tunables import Tunable
from .._model.values import HIDDEN, bounds_to_result, to_result
from .boot_order import AlsoSet, BootValue


def info_row(running: Running, boot: Optional[BootValue]) -> Dict[str, Any]:
    """All that is known of one key. `boot` is None where the key does not exist here."""
    tunable = running.tunable
    return {
        "name": tunable.key,
        "running": to_result(tunable, running.value),
        "at_boot": to_result(tunable, boot.at_boot if boot else None),
        "after_reload": to_result(tunable, boot.after_reload if boot else None),
        "decided_by": boot.decided_by if boot else None,
        "also_set_in": [_also_set_row(tunable, line) for line in boot.also_set_in] if boot else [],
        "kind": tunable.kind.value,
        "unit": tunable.unit.value,
        "bounds": bounds_to_result(tunable),
        "per": tunable.per.value,
        "writable": running.availability is Availability.PRESENT,
        "status": running.availability.value,
        "summary": tunable.summary,
        "hazard": tunable.hazard,
    }


def _also_set_row(tunable: Tunable, line: AlsoSet) -> Dict[str, Any]:
    row = dict(line._asdict(), read_by=list(line.read_by))
    if tunable.secret:
        row["value"] = HIDDEN
    return row
