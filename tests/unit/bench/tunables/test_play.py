# Copyright (c) 2026, the linuxnet.tcp authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The play that times the setting of tunables, and what is made of the noted times."""

from __future__ import annotations

import json
from typing import Any

import pytest

from ansible_collections.linuxnet.tcp.plugins.module_utils._model.catalogue import tunable_of
from ansible_collections.linuxnet.tcp.plugins.module_utils._model.settings import read_settings
from ansible_collections.linuxnet.tcp.plugins.module_utils._model.tunables import Per
from ansible_collections.linuxnet.tcp.tests.bench.tunables.play import FILE, RESET, SAVE, Noted, Turns, playbook, series
from ansible_collections.linuxnet.tcp.tests.bench.tunables.settings import SETTINGS, first


def tasks(*turns: Turns) -> list[dict[str, Any]]:
    """The tasks of the play."""
    (play,) = json.loads(playbook(turns))
    found: list[dict[str, Any]] = play["tasks"]
    return found


def test_every_setting_is_one_of_the_catalogue_that_a_namespace_has_for_itself() -> None:
    """The bench sets nothing that belongs to the whole machine, and nothing that we would refuse."""
    assert all(tunable_of(key).known and tunable_of(key).per is Per.NAMESPACE for key in SETTINGS)
    assert len(read_settings(SETTINGS)) == len(SETTINGS) >= 86
    assert list(first(8)) == list(SETTINGS)[:8]
    with pytest.raises(ValueError, match="not 999"):
        first(999)


def test_every_first_run_follows_a_reset() -> None:
    """What a first run changes was put back before it, and nothing is put back between a first and a second run."""
    names = [task["name"] for task in tasks(Turns(1, 3, 1), Turns(30, 4, 2))]
    for place, name in enumerate(names):
        way = name.rpartition(" ")[0]
        if name.endswith("first") and names[place - 1] != name:
            assert "reset" in (names[place - 1].removeprefix("warm-up "), names[place - 2].removeprefix("warm-up "))
            assert f"{way} second" in (names[place + 1], names[place + 2])
    assert names[0] == "save"
    assert names[-1] == "reset"


def test_each_way_gets_its_turns_and_the_same_keys() -> None:
    """Ping and ours as often as asked, the others as often as asked, all with the same keys, values and file."""
    play = [task for task in tasks(Turns(1, 2, 1), Turns(8, 4, 3)) if task["name"].startswith("8 ")]
    names = [task["name"] for task in play]
    assert (names.count("8 ping"), names.count("8 tunables first"), names.count("8 tunables second")) == (4, 4, 4)
    assert (names.count("8 loop first"), names.count("8 template first")) == (3, 6)
    for task in play:
        pairs = [{"name": key, "value": str(value)} for key, value in first(8).items()]
        if "loop" in task["name"]:
            assert task["loop"] == pairs
            assert task["ansible.posix.sysctl"]["sysctl_file"] == FILE
        if "ansible.builtin.template" in task:
            assert task["vars"]["pairs"] == pairs
        if "tunables" in task["name"]:
            assert task["linuxnet.tcp.tunables"] == {"settings": first(8), "path": FILE}


def test_ping_stands_on_both_sides_equally_often() -> None:
    """Ping comes before ours in one round and after it in the next, so that neither gains by its place."""
    names = [task["name"] for task in tasks(Turns(30, 4, 0)) if task["name"].startswith("30 ")]
    assert names == ["30 ping", "30 tunables first", "30 tunables second",
                     "30 tunables first", "30 tunables second", "30 ping"] * 2


def test_what_is_saved_is_what_is_put_back() -> None:
    """All keys are saved, and a reset that could not put one back fails."""
    assert all("/proc/sys/" + key.replace(".", "/") in SAVE for key in SETTINGS)
    assert "|| exit 1" in RESET


def test_a_template_and_its_reload_count_as_one() -> None:
    """Two tasks of one name in a row are added up for the template; two pings in a row stay two; no warm-up counts."""
    noted = [
        Noted("save", 9.0, changed=True), Noted("warm-up 1 ping", 8.0, changed=False),
        Noted("30 template first", 1.0, changed=True), Noted("30 template first", 0.5, changed=True),
        Noted("30 template second", 0.25, changed=False), Noted("30 template second", 0.0, changed=False),
        Noted("30 ping", 0.3, changed=False), Noted("30 ping", 0.4, changed=False),
    ]
    assert series(noted) == {"30 template first": [1.5], "30 template second": [0.25], "30 ping": [0.3, 0.4]}


@pytest.mark.parametrize(("name", "changed"), [("30 tunables first", False), ("30 tunables second", True)])
def test_a_run_that_is_not_what_its_name_says_is_no_measurement(name: str, *, changed: bool) -> None:
    """A first run that changed nothing, or a second that did, is refused."""
    with pytest.raises(ValueError, match=f"changed is {changed}"):
        series([Noted(name, 0.1, changed)])
