# Copyright (c) 2026, the linuxnet.tcp authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How the times of the role are read and told."""

from __future__ import annotations

import json

import pytest

from ansible_collections.linuxnet.tcp.tests.bench.role.main import page, playbook, series

NOTED = [
    ("warm up", 0.0), ("ping", 1.0), ("first", 1.5), ("Look at the host", 2.0), ("check", 4.5),
    ("ping", 5.0), ("role", 5.25), ("Look at the host", 5.5), ("Set", 5.75), ("check", 6.0), ("end", 6.5),
]  # fmt: skip


def test_a_time_reaches_to_the_next_task_of_the_play() -> None:
    """The tasks within the role, whatever their number, belong to the role; warming up and checks to nobody."""
    lines = [json.dumps({"task": task, "at": at}) for task, at in NOTED]

    assert series(lines) == {"ping": [0.5, 0.25], "first": [3.0], "role": [0.75]}


def test_the_play_checks_that_later_runs_change_nothing() -> None:
    """The first run must change, the others must not: else the times would be of something else."""
    (play,) = json.loads(playbook(2))
    checks = [task["ansible.builtin.assert"]["that"] for task in play["tasks"] if task["name"] == "check"]

    assert checks == ["__tcp_profile_applied is changed", *["__tcp_profile_applied is not changed"] * 2]


@pytest.mark.parametrize(("role", "verdict"), [(2.0, "**holds** | a second run"), (2.1, "**FAILS** | a second run")])
def test_the_promise_is_four_pings(role: float, verdict: str) -> None:
    """The medians are compared, and the page says whether it holds."""
    text = page({"ping": [0.4, 0.5, 0.6], "role": [role, role, 99.0], "first": [5.0]}, 13, {"kernel": "6.18"})

    assert verdict in text
    assert "- kernel: 6.18" in text


@pytest.mark.parametrize(("sessions", "verdict"), [(13, "holds"), (16, "holds"), (17, "FAILS")])
def test_three_tasks_of_a_run_may_reach_the_host(sessions: int, verdict: str) -> None:
    """What sshd began, less the three pings and the one that warms up, over four runs."""
    text = page({"ping": [0.5] * 3, "role": [1.0] * 3, "first": [5.0]}, sessions, {})

    assert f"**{verdict}** | tasks of a run that reach the host" in text
    assert f"| {(sessions - 4) / 4:.2f} | at most 3 |" in text
