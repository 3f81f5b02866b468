# Copyright (c) 2026, the linuxnet.tcp authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The play of the whole tasks, and the times that its callback notes."""

from __future__ import annotations

import json

from ansible_collections.linuxnet.tcp.tests.bench.part_task import TASKS, WARM_UP, order, playbook, times
from ansible_collections.linuxnet.tcp.tests.bench.timing import Sample


def test_neither_task_always_follows_the_other() -> None:
    """A B B A: equally many of both, and each follows itself as often as the other."""
    found = order(4)
    assert found == ["ping", "state_facts", "state_facts", "ping"] * 2
    assert found.count("ping") == found.count("state_facts") == 4


def test_the_play_names_both_modules_in_full() -> None:
    """Each task calls its module by full name, the warm-up first, nothing else is in the play."""
    (play,) = json.loads(playbook(2))
    called = [(task.pop("name"), *task) for task in play["tasks"]]
    assert called[: 2 * WARM_UP] == [(f"warm-up {name}", TASKS[name]) for name in order(WARM_UP)]
    assert called[2 * WARM_UP :] == [(name, TASKS[name]) for name in order(2)]
    assert play["gather_facts"] is False


def test_the_warm_up_is_not_measured() -> None:
    """Of the noted lines only those of the measured tasks become samples."""
    noted = [{"task": "warm-up ping", "wall": 9.0, "before": 1, "after": 1},
             {"task": "ping", "wall": 0.5, "before": 7, "after": 6}]
    found = times("\n".join(map(json.dumps, noted)))
    assert found == {"ping": [Sample(0.0, 0.5, 7, 6)], "state_facts": []}
