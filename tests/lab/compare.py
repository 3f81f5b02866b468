# Copyright (c) 2026, the linuxnet.tcp authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Hold an answer of ours against ``ss`` at a moment when nothing moved."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TypeVar

from ansible_collections.linuxnet.tcp.tests.lab import ss
from ansible_collections.linuxnet.tcp.tests.lab.run_module import Answer

T = TypeVar("T")

ATTEMPTS = 20  # other traffic may move in the host's own namespace, and a TIME_WAIT may end anywhere


def between_two_readings(ask: Callable[[], T]) -> tuple[T, list[ss.Row]]:
    """Ask between two readings of ss, until the two agree; the answer and the rows that it must equal."""
    before = sorted(ss.rows())
    for _attempt in range(ATTEMPTS):
        answer = ask()
        after = sorted(ss.rows())
        if _ends(before) == _ends(after):
            return answer, after
        before = after
        time.sleep(0.1)
    raise AssertionError(f"the sockets moved in each of {ATTEMPTS} attempts")


def assert_equal_to_ss(answer: Answer, rows: list[ss.Row]) -> None:
    """State by state and family by family, and the total."""
    expected = ss.counts(rows)
    assert answer.facts["families"] == expected.families
    assert answer.facts["states"] == expected.states
    assert answer.facts["total"] == len(rows)


def _ends(rows: list[ss.Row]) -> list[tuple[str, str, int, str, int]]:
    """What identifies the sockets; the queues may move without changing any count."""
    return [(row.state, row.address, row.port, row.peer, row.peer_port) for row in rows]
