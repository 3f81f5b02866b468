# Copyright (c) 2026, the linuxnet.tcp authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The action: which hosts it reads, how wide and with what it draws, and when it keeps quiet."""

from __future__ import annotations

import types
import typing as t

import pytest
from ansible import constants

from ansible_collections.linuxnet.tcp.plugins.action import state_table as action
from ansible_collections.linuxnet.tcp.plugins.plugin_utils import _display
from ansible_collections.linuxnet.tcp.plugins.plugin_utils._terminal import UNICODE
from ansible_collections.linuxnet.tcp.tests.unit.plugins.action.made import made
from ansible_collections.linuxnet.tcp.tests.unit.plugins.plugin_utils import fleet


class HostVars(dict[str, dict[str, t.Any]]):
    """Stands for ansible's hostvars: the action must take the raw way, which templates nothing."""

    def raw_get(self, host: str) -> dict[str, t.Any]:
        """All variables of a host, untemplated."""
        return super().__getitem__(host)

    def __getitem__(self, host: str) -> t.NoReturn:
        """The other way, not to be taken."""
        raise AssertionError("this would template the variables of " + host)


@pytest.fixture(name="printed")
def what_is_printed(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, str | None]]:
    """What went to the display, with its colour."""
    printed: list[tuple[str, str | None]] = []

    def display(text: str, color: str | None = None) -> None:
        printed.append((text, color))

    monkeypatch.setattr(_display, "Display", lambda: types.SimpleNamespace(display=display))
    monkeypatch.delenv("COLUMNS", raising=False)
    monkeypatch.setattr(_display, "_TERMINAL_COLUMNS", None)
    monkeypatch.setattr(_display, "_TERMINAL_GLYPHS", UNICODE)
    return printed


def run(results: dict[str, t.Any], **arguments: t.Any) -> dict[str, t.Any]:
    """Run the action in a play of these hosts, each with what it has registered as `counted`."""
    plugin = made(action.ActionModule, {"variable": "counted", **arguments}, check_mode=True)
    hostvars = HostVars(
        {host: {} if result is None else {"counted": result} for host, result in results.items()}
    )
    return plugin.run(task_vars={"hostvars": hostvars, "ansible_play_hosts_all": list(results)})


def test_all_hosts_of_the_play(printed: list[tuple[str, str | None]]) -> None:
    """Hosts with counts, dead hosts and hosts without a result are all in the table and in the result."""
    results = {"web1": fleet.result_of("web1"), "db7": fleet.unreachable("db7"), "new": None}
    result = run(results)
    assert result["changed"] is False
    assert result["counted"] == 1
    assert [(row["host"], row["kind"]) for row in result["without_counts"]] == [
        ("db7", "unreachable"),
        ("new", "failed"),
    ]
    assert result["lines"][0] == "TCP sockets of web1"
    assert "\n".join(result["lines"]) in "".join(text for text, _color in printed)


def test_only_the_hosts_asked_for(printed: list[tuple[str, str | None]]) -> None:
    """`hosts` wins over the play; a name that is in no inventory is a host without a result."""
    results = {f"web{number}": fleet.result_of(f"web{number}") for number in range(5)}
    result = run(results, hosts=["web3", "nobody"])
    assert result["counted"] == 1
    assert result["without_counts"][0]["host"] == "nobody"
    assert printed


@pytest.mark.parametrize(
    ("option", "environment", "terminal", "columns"),
    [
        (None, "", None, 80),
        (None, "", 132, 132),
        (None, "100", 132, 100),
        (60, "100", 132, 60),
        (None, "wide", 132, 132),
        (None, "-5", None, 80),
        (None, "0", None, 80),
        (None, "3", None, 20),
        (5, "", None, 20),
    ],
)
def test_width(
    printed: list[tuple[str, str | None]],
    monkeypatch: pytest.MonkeyPatch,
    option: int | None,
    environment: str,
    terminal: int | None,
    columns: int,
) -> None:
    """The option, COLUMNS, the terminal and 80, in this order; nonsense is ignored and 20 is the least."""
    monkeypatch.setenv("COLUMNS", environment)
    monkeypatch.setattr(_display, "_TERMINAL_COLUMNS", terminal)
    results = {f"web{number}": fleet.result_of(f"web{number}") for number in range(2 * columns)}
    result = run(results, **({} if option is None else {"width": option}))
    assert max(map(len, result["lines"])) <= columns
    if columns > 20:
        # As wide a terminal as there may be, a name is cut only where it has to be.
        assert max(map(len, result["lines"])) > min(columns, 70) - 10
    assert printed


def test_style(printed: list[tuple[str, str | None]]) -> None:
    """`ascii` draws with ASCII, and by itself the style is the terminal's."""
    assert "─" not in "".join(run({name: fleet.result_of(name) for name in "abcde"}, style="ascii")["lines"])
    assert "─" in "".join(run({name: fleet.result_of(name) for name in "abcde"})["lines"])
    assert printed


def test_colours_are_ansibles(printed: list[tuple[str, str | None]]) -> None:
    """Colour is left to Ansible's display, which knows whether there is to be any."""
    run({"db7": fleet.unreachable("db7")})
    coloured = {color: text for text, color in printed}
    assert "No counts from 1 of 1 host:" in coloured[constants.config.get_config_value("COLOR_ERROR")]
    assert not any("\x1b" in text for text, _color in printed)


@pytest.mark.parametrize(
    "callback", ["json", "ansible.posix.json", "ansible.posix.jsonl", "community.general.null"]
)
def test_no_table_amid_what_programs_read(
    printed: list[tuple[str, str | None]], monkeypatch: pytest.MonkeyPatch, callback: str
) -> None:
    """With a stdout callback for programs nothing is printed; the lines are in the result."""
    known: t.Callable[..., t.Any] = constants.config.get_config_value

    def setting(name: str, *arguments: t.Any, **more: t.Any) -> t.Any:
        return callback if name == "DEFAULT_STDOUT_CALLBACK" else known(name, *arguments, **more)

    monkeypatch.setattr(constants.config, "get_config_value", setting)
    assert run({"web1": fleet.result_of("web1")})["lines"]
    assert printed == []


def test_hostile_names_stay_whole_in_the_result(printed: list[tuple[str, str | None]]) -> None:
    """The screen gets a harmless name, a program that reads the result gets the host's own."""
    name = "web\x1b]0;owned\x07" + "x" * 4000
    result = run({name: fleet.unreachable("gone")})
    assert result["without_counts"][0]["host"] == name
    assert "\x1b" not in "".join(result["lines"]) + "".join(text for text, _color in printed)
    assert max(map(len, result["lines"])) <= 80
