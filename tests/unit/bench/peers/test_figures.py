# Copyright (c) 2026, the linuxnet.tcp authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""From noted tasks to figures."""

from __future__ import annotations

import json
from typing import Any

import pytest

from ansible_collections.linuxnet.tcp.tests.bench.peers.figures import gathered, how_it_failed, how_it_was_shadowed
from ansible_collections.linuxnet.tcp.tests.bench.peers.plays import (
    OTHER,
    Noted,
    failing,
    shadowed,
    timed_counting,
    timed_settings,
)
from ansible_collections.linuxnet.tcp.tests.bench.peers.ways import SETTING


def task(name: str, wall: float = 1.0, changed: bool = False, failed: bool = False, **said: Any) -> Noted:
    """A task that sent ten bytes."""
    return Noted(name, wall, 10, changed, failed, json.dumps(said))


def names(play: str) -> list[str]:
    """Of the tasks of a play, in order."""
    (one,) = json.loads(play)
    return [str(task["name"]) for task in one["tasks"]]


def test_two_tasks_of_a_way_are_one_work() -> None:
    """The template and the command after it count together: time, bytes and change."""
    found = gathered([task("30 template first", 2.0, changed=True), task("30 template first", 3.0)])

    assert found["30 template first"] == {"wall": [5.0], "sent": [20], "changed": [True], "tasks": 2}


def test_a_reset_between_two_works_parts_them() -> None:
    """The same way twice is two works when something else stood between; warming up is none."""
    noted = [task("warm-up 1 ours first"), task("1 ours first"), task("reset"), task("1 ours first", 3.0)]

    assert gathered(noted)["1 ours first"]["wall"] == [1.0, 3.0]


@pytest.mark.parametrize(
    ("way", "said"),
    [
        ("facts", {"ansible_facts": {"linuxnet_tcp": {"states": {"time_wait": 7}}}}),
        ("ss", {"stdout": "ESTAB 3\nTIME-WAIT 7"}),
        ("netstat", {"stdout": "TIME_WAIT 7\nESTABLISHED 3"}),
        ("listing", {"ansible_facts": {"tcp_listen": [{"state": "TIME_WAIT"}] * 7 + [{"state": "LISTEN"}]}}),
    ],
)
def test_what_an_answer_says_of_time_wait(way: str, said: dict[str, Any]) -> None:
    """Each way's answer is read in its own form."""
    assert gathered([task(way, **said)])[way]["counted"] == 7


def test_a_failed_task_has_no_time() -> None:
    """Where the work was not done its time means nothing."""
    with pytest.raises(ValueError, match="30 loop first failed"):
        gathered([task("30 loop first", failed=True)])


def test_being_shadowed_is_told_by_what_was_said() -> None:
    """A warning and the other file's name are looked for in all that a way returned; what runs comes from the host."""
    noted = []
    for way in SETTING:
        said: dict[str, Any] = {"warnings": [f"{OTHER} decides"], "where": OTHER} if way.name == "ours" else {}
        if way.name == "template":
            said = {"warnings": ["of something else"], "stdout": f"* Applying {OTHER} ..."}
        noted += [task(f"shadowed {way.name}", **said), task(f"runs {way.name}", stdout="25")]
        noted.append(task(f"boots {way.name}", stdout="55"))

    found = how_it_was_shadowed(noted)

    assert found["ours"] == {"warned": True, "named": True, "failed": False, "runs": "25", "boots": "55"}
    assert (found["loop"]["warned"], found["loop"]["named"]) == (False, False)
    assert (found["template"]["warned"], found["template"]["named"]) == (False, True)


def test_what_a_failure_left_is_counted() -> None:
    """Keys that are not as before, and the lines of the file without its comments."""
    noted = []
    for way in SETTING:
        left = way.name != "ours"
        noted += [task(f"before {way.name}", stdout="60\n4096"), task(f"failing {way.name}", failed=True)]
        noted.append(task(f"after {way.name}", stdout="25\n5000" if left else "60\n4096"))
        noted.append(task(f"file {way.name}", stdout="# ours\n\na = 1" if left else ""))

    found = how_it_failed(noted)

    assert found["ours"] == {"failed": True, "left_running": 0, "left_in_file": []}
    assert found["loop"] == {"failed": True, "left_running": 2, "left_in_file": ["a = 1"]}


def test_everybody_has_a_turn_in_each_place() -> None:
    """Over as many rounds as there are ways and ping, none is always the first."""
    order = [name for name in names(timed_settings(4, 4)) if name.startswith("30") and not name.endswith("second")]

    # The template is two tasks.
    assert [order[5 * turn] for turn in range(4)] == ["30 ping", "30 ours first", "30 loop first", "30 template first"]


def test_who_lists_every_socket_comes_last_and_once() -> None:
    """It may take longer than the load lasts: the others are timed before it."""
    assert names(timed_counting(2, listing=True))[-1:] == ["listing"]
    assert names(timed_counting(2, listing=True)).count("listing") == 1
    assert "listing" not in names(timed_counting(2, listing=False))


def test_everybody_is_tried_alike() -> None:
    """Each way is shadowed and made to fail, from the values from before, and looked at."""
    for way in SETTING:
        assert {f"shadowed {way.name}", f"runs {way.name}", f"boots {way.name}"} <= set(names(shadowed()))
        assert {f"before {way.name}", f"failing {way.name}", f"after {way.name}"} <= set(names(failing()))
