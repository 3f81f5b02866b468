# Copyright (c) 2026, the linuxnet.tcp authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which values from before we came are remembered, and which of them a key gets back."""

from __future__ import annotations

from typing import Optional, Sequence, Tuple

from .._model.plans import Asked, Host, Step
from .._model.transactions import FirstSeen
from .._model.tunables import Tunable


def record_of(tunable: Tunable, asked: Asked, host: Host) -> Optional[FirstSeen]:
    """What was first seen of this key: in this very place, else before it booted."""
    records = [row for row in host.first_seen if row.key == tunable.key and _concerns(row, asked, host)]
    here = [row for row in records if row.place == host.place]
    return here[0] if here else records[0] if records else None


def records_after(steps: Sequence[Step], asked: Asked, host: Host) -> Tuple[FirstSeen, ...]:
    """What to remember: a first sight of every key that we change, and nothing of what is given back."""
    forgotten = {step.setting.tunable.key for step in steps if step.forgets}
    records = [row for row in host.first_seen if row.key not in forgotten or not _concerns(row, asked, host)]
    for step in steps:
        tunable = step.setting.tunable
        running = host.running[tunable.key]
        touched = step.write is not None or step.line is not None
        if touched and not step.forgets and running.text is not None and not record_of(tunable, asked, host):
            records.append(FirstSeen(tunable.key, running.text, host.place, asked.network_namespace))
    return tuple(records)


def _concerns(record: FirstSeen, asked: Asked, host: Host) -> bool:
    """Seen in this very namespace, or in the one that went by this name before: a boot makes a new one, and so
    does the restart of a container, whose kernel has not booted. Other namespaces have values of their own."""
    return record.place == host.place or record.network_namespace == asked.network_namespace
