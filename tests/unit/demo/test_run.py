# Copyright (c) 2026, the linuxnet.tcp authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a newcomer sees first: `make demo`, and the captured machine that it shows where this one is idle.

The parts alone; tests/lab/test_demo.py runs it.
"""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.linuxnet.tcp.plugins.module_utils._model.states import STATE_TITLES
from ansible_collections.linuxnet.tcp.tests.demo import run as demo
from ansible_collections.linuxnet.tcp.tests.unit.machines.capture import facts_of
from ansible_collections.linuxnet.tcp.tests.unit.machines.machine import Machine

SOME: dict[str, Any] = {"states": dict.fromkeys(STATE_TITLES, 0), "total": 5, "usage": {"time_wait": 0.0}}


def facts(**changes: Any) -> dict[str, Any]:
    """Facts of an idle machine, with these changes."""
    return {**SOME, "states": {**SOME["states"], "listen": 3, "established": 2}, **changes}


@pytest.mark.parametrize(
    ("changes", "idle"),
    [
        ({}, True),
        ({"total": 102}, True),
        ({"total": 103}, False),
        ({"usage": {"time_wait": 0.0099}}, True),
        ({"usage": {"time_wait": 0.01}}, False),
        ({"usage": {"time_wait": None}}, True),
    ],
)
def test_what_is_idle(changes: dict[str, Any], idle: bool) -> None:
    """Less than a hundred connections and less than a hundredth of the TIME_WAIT cap is next to nothing to see."""
    assert demo.is_idle(facts(**changes)) is idle


def test_how_much_an_idle_machine_holds() -> None:
    """Listening sockets are no connections, and one connection is not `1 connections`."""
    assert demo.held(facts()) == "2 connections, 0 in TIME_WAIT"
    assert demo.held(facts(total=4)) == "1 connection, 0 in TIME_WAIT"


def test_a_playbook_that_fails(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    """The exit code is the playbook's, and nothing is explained or compared after it."""
    monkeypatch.setattr(sys, "argv", ["run.py", "--read-only"])
    monkeypatch.setattr(demo, "WORK", tmp_path / "demo")
    monkeypatch.setattr(demo, "command", lambda: [sys.executable, "-c", "raise SystemExit(4)"])
    monkeypatch.setattr(os, "environ", dict(os.environ))
    assert demo.main() == 4
    assert "captured" not in capsys.readouterr().out


@pytest.mark.parametrize(("story", "looks"), [(0, True), (demo.NO_HOST, True), (2, False)])
def test_the_story_comes_first(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str], tmp_path: Path, story: int, looks: bool
) -> None:
    """Where no host can be made the machine is shown with a captured one to compare; a story that fails ends all."""
    compared: list[bool] = []
    audited: list[bool] = []

    def show(*, compare: bool) -> int:
        compared.append(compare)
        return 0

    def audit() -> int:
        audited.append(True)
        return 0

    monkeypatch.setattr(sys, "argv", ["run.py"])
    monkeypatch.setattr(os, "environ", dict(os.environ))
    monkeypatch.setattr(demo, "WORK", tmp_path / "demo")
    monkeypatch.setattr(demo, "STORY", [sys.executable, "-c", f"raise SystemExit({story})"])
    monkeypatch.setattr(demo, "show_this_machine", show)
    monkeypatch.setattr(demo, "audit_this_machine", audit)

    assert demo.main() == (0 if looks else story)
    assert compared == ([story == demo.NO_HOST] if looks else [])
    assert audited == [True] * looks
    assert (demo.ONLY_LOOKING in capfd.readouterr().out) == (story == demo.NO_HOST)


@pytest.mark.parametrize(
    ("user_has", "demo_adds"),
    [
        ({"LANG": "de_DE.UTF-8"}, {}),
        ({"LC_ALL": "en_US.utf8", "LANG": "C"}, {}),
        ({}, {"LC_ALL": "C.UTF-8"}),
        ({"LANG": "C"}, {"LC_ALL": "C.UTF-8"}),
        ({"LANG": "de_DE.UTF-8", "LC_ALL": "POSIX"}, {"LC_ALL": "C.UTF-8"}),
        ({"LC_CTYPE": "de_DE.ISO-8859-1"}, {"LC_ALL": "C.UTF-8", "TERM": "dumb"}),
    ],
)
def test_any_locale_will_do(
    monkeypatch: pytest.MonkeyPatch, user_has: dict[str, str], demo_adds: dict[str, str]
) -> None:
    """Ansible refuses to start without UTF-8; the demo sees to it, and draws with ASCII where UTF-8 is not known."""
    monkeypatch.setattr(os, "environ", user_has)
    assert demo.a_locale_that_ansible_takes() == demo_adds


def test_facts_are_found_in_either_form(tmp_path: Path) -> None:
    """The cache of ansible-core holds the facts as they are, or as a text within its own envelope."""
    inner = {"linuxnet_tcp": facts()}
    (tmp_path / "s1_localhost").write_text(json.dumps({"__payload__": json.dumps(inner)}), encoding="utf-8")
    assert demo.facts_of_this_machine(tmp_path) == facts()
    (tmp_path / "s1_localhost").write_text(json.dumps(inner), encoding="utf-8")
    assert demo.facts_of_this_machine(tmp_path) == facts()


def test_the_captured_machine_cannot_rot() -> None:
    """What is shown of busy_proxy is what today's code reads from what its kernel said; its keys are today's."""
    machine = Machine(demo.CAPTURED)
    (expectation,) = machine.expectations
    assert facts_of(expectation.parameters, machine.proc, machine.ask) == expectation.facts


def test_the_captured_machine_is_worth_seeing() -> None:
    """It has sockets in every state but CLOSE, which a kernel does not show, and is near its TIME_WAIT cap."""
    (expectation,) = Machine(demo.CAPTURED).expectations
    empty = [title for title, count in expectation.facts["states"].items() if count == 0]
    assert empty == ["close"]
    assert expectation.facts["usage"]["time_wait"] > 0.5
    assert not demo.is_idle(expectation.facts)


def test_the_captured_machine_is_small() -> None:
    """A clone does not grow by megabytes for the demo's sake."""
    assert sum(path.stat().st_size for path in demo.CAPTURED.rglob("*") if path.is_file()) < 100_000
