# Copyright (c) 2026, the linuxnet.tcp authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The catalogue of tunables: the door to its rows. A new tunable is one row in the file of its subject under
rows/."""

from __future__ import annotations

import typing as t

from .keys import canonical_key
from .rows import connections, memory, tracker, transport
from .tunables import Tunable, unknown_tunable

CATALOGUE: t.Tuple[Tunable, ...] = connections.ROWS + transport.ROWS + memory.ROWS + tracker.ROWS
"""All rows; the eight that everybody sets come first."""

_BY_KEY: t.Dict[str, Tunable] = {row.key: row for row in CATALOGUE}


def tunable_of(key: object) -> Tunable:
    """The row of `key`, in whichever spelling; for another key under /proc/sys/net a row that says that
    nothing is known.

    Raises InputError for what is no key under /proc/sys/net.
    """
    canonical = canonical_key(key)
    return _BY_KEY.get(canonical) or unknown_tunable(canonical)
