# Copyright (c) 2026, the linuxnet.tcp authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the page about peers shows and owes."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.linuxnet.tcp.tests.bench.peers import page as it
from ansible_collections.linuxnet.tcp.tests.bench.peers.ways import COUNTING, SETTING


def series(wall: float, **other: Any) -> dict[str, Any]:
    """One way in one row."""
    return {"wall": [wall] * 3, "sent": [2048], "changed": [False], "tasks": 1, **other}


def kept(**slower: float) -> dict[str, Any]:
    """All figures; ours takes one second, the others two, or what is said."""
    def wall(name: str, ours: bool) -> float:
        return slower.get(name, 1.0 if ours else 2.0)

    settings = {f"{keys} ping": series(0.5) for keys in (1, 30)}
    for keys in (1, 30):
        for place, way in enumerate(SETTING):
            for run in ("first", "second"):
                settings[f"{keys} {way.name} {run}"] = series(wall(f"{way.name}_{keys}", place == 0))
    loads = {}
    for load in ("few", "many"):
        loads[load] = {way.name: series(wall(way.name, place == 0), counted=9) for place, way in enumerate(COUNTING)}
        loads[load].update(ping=series(0.5), stands={"time_wait": 9, "established": 4})
    del loads["many"]["listing"]
    quiet = {"warned": False, "named": False, "failed": False, "runs": "25", "boots": "55"}
    untouched = {"failed": True, "left_running": 0, "left_in_file": []}
    return {
        "machine": {"kernel": "6.18"}, "settings": settings, **loads,
        "shadowed": {way.name: dict(quiet) for way in SETTING}, "failing": {way.name: untouched for way in SETTING},
    }  # fmt: skip


def line(text: str, title: str) -> str:
    """The first line of a table that begins with `title`."""
    return next(line for line in text.splitlines() if line.startswith(f"| {title} |"))


def test_the_quickest_is_bold_and_all_are_over_ping() -> None:
    """A second over half a second of ping is 2, and whoever is quicker than the others stands out."""
    text = it.page(kept())

    assert "| **2.00** | **2.00** |" in line(text, "linuxnet.tcp.tunables")
    assert "| 4.00 | 4.00 |" in line(text, "ansible.posix.sysctl in a loop")
    assert "In every timed row it is." in text


def test_who_is_quicker_than_ours_is_named_with_the_reason() -> None:
    """The row, both times and why."""
    text = it.page(kept(loop_1=0.5))

    assert "- **1 key, first run**: ansible.posix.sysctl in a loop (1.00) against our 2.00. For a single key" in text


def test_a_lost_row_without_a_reason_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    """The promise is to be first, or to say why not."""
    assert it.unexplained(kept(template_30=0.5)) == ["30 keys, first run", "30 keys, second run"]
    assert it.unexplained(kept(ss=0.5)) == []
    monkeypatch.delitem(it.WHY_NOT, "few sockets")
    assert it.unexplained(kept(ss=0.5)) == ["few sockets"]


def test_a_way_with_a_pipe_in_its_name_is_one_cell() -> None:
    """What Markdown would take for the end of a cell is escaped."""
    assert "| ss \\| awk | 1 |" in it.page(kept())


def test_what_was_not_measured_is_said() -> None:
    """The way that is left out with many sockets has no number there."""
    assert "| not measured |" in line(it.page(kept()), "listen_ports_facts")


@pytest.mark.parametrize(
    ("one", "shown"),
    [
        ({"warned": True, "named": True}, "a warning names the file; 25 runs, 55 after boot"),
        ({"named": True}, "the file's name stands in a program's output; 25 runs"),
        ({}, "nothing is said; 25 runs"),
        ({"failed": True}, "nothing is said, fails; 25 runs"),
    ],
)
def test_what_is_said_of_another_file(one: dict[str, bool], shown: str) -> None:
    """Warned, merely printed, or silent."""
    found = kept()
    found["shadowed"]["loop"].update(one)

    assert shown in line(it.page(found), "ansible.posix.sysctl in a loop")


@pytest.mark.parametrize(
    ("one", "shown"),
    [
        ({"failed": True, "left_running": 0, "left_in_file": []}, "fails; nothing"),
        ({"failed": True, "left_running": 2, "left_in_file": []}, "fails; 2 of 2 keys changed, no file"),
        (
            {"failed": False, "left_running": 2, "left_in_file": ["a = 1", "net.ipv4.tcp_tw_recycle = 1"]},
            "does not fail; 2 of 2 keys changed, a file with 2 lines, the bad one too",
        ),
    ],
)
def test_what_is_said_of_a_failure(one: dict[str, Any], shown: str) -> None:
    """What runs, and what is in the file."""
    found = kept()
    found["failing"]["template"] = one

    assert shown in line(it.page(found), "template and sysctl --system")
