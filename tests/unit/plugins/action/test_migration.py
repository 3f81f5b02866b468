# Copyright (c) 2026, the linuxnet.tcp authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The action: what it prints and returns, and that a mistake is a sentence."""

from __future__ import annotations

import typing as t
from pathlib import Path

import pytest
import yaml

from ansible_collections.linuxnet.tcp.plugins.action import migration as action
from ansible_collections.linuxnet.tcp.plugins.modules import migration as documentation
from ansible_collections.linuxnet.tcp.tests.unit.plugins.action.made import made


@pytest.fixture(name="printed")
def what_is_printed(monkeypatch: pytest.MonkeyPatch) -> list[t.Any]:
    """The lines that went to the display."""
    printed: list[t.Any] = []
    monkeypatch.setattr(action, "show", printed.extend)
    return printed


def run(**arguments: object) -> dict[str, t.Any]:
    """The result of the action."""
    plugin = made(action.ActionModule, arguments)
    return plugin.run(task_vars={})


def test_the_task_is_printed_and_returned(tmp_path: Path, printed: list[t.Any]) -> None:
    """With what was left out, and where it stood."""
    path = tmp_path / "a.conf"
    path.write_text("net.core.somaxconn = 4096\nnet.ipv4.tcp_tw_recycle = 1\n", encoding="utf-8")
    result = run(src=[str(path)])

    assert result["settings"] == {"net.core.somaxconn": 4096}
    assert yaml.safe_load(result["task"])[0]["linuxnet.tcp.tunables"] == {"settings": result["settings"]}
    assert [(one["setting"], one["where"]) for one in result["refused"]] == [
        ("net.ipv4.tcp_tw_recycle = 1", f"{path}:2")
    ]
    assert {note["name"] for note in result["notes"]} == {"net.core.somaxconn", ""}
    assert "\n".join(line.text for line in printed).startswith(result["task"])
    assert result["changed"] is False


def test_a_mistake_is_a_sentence(tmp_path: Path, printed: list[t.Any]) -> None:
    """The task fails with it, and nothing is printed."""
    result = run(src=[str(tmp_path / "missing")])

    assert result["failed"] is True
    assert result["msg"].endswith("cannot be read: No such file or directory; make it readable")
    assert printed == []


def test_what_is_returned_is_documented(tmp_path: Path, printed: list[t.Any]) -> None:
    """Every key of a result of ours, and the keys in its rows."""
    path = tmp_path / "a.conf"
    path.write_text("net.core.somaxconn = 4096\nvm.swappiness = 1\n", encoding="utf-8")
    result = run(src=[str(path)])
    returned = yaml.safe_load(documentation.RETURN)

    assert printed
    assert set(returned) == set(result) - {"changed"}
    for name in ("refused", "notes"):
        assert set(result[name][0]) == set(returned[name]["contains"])
