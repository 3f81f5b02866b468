# Copyright (c) 2026, the linuxnet.tcp authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The action: which hosts it reads, which of them wait, and what it returns."""

from __future__ import annotations

import typing as t

import pytest

from ansible_collections.linuxnet.tcp.plugins.action import change_table as action
from ansible_collections.linuxnet.tcp.plugins.plugin_utils import _table_action
from ansible_collections.linuxnet.tcp.tests.unit.plugins.action.made import made


class HostVars(dict[str, dict[str, t.Any]]):
    """Stands for ansible's hostvars: the action must take the raw way, which templates nothing."""

    def raw_get(self, host: str) -> dict[str, t.Any]:
        """All variables of a host, untemplated."""
        return super().__getitem__(host)

    def __getitem__(self, host: str) -> t.NoReturn:
        """The other way, not to be taken."""
        raise AssertionError("this would template the variables of " + host)


ROW = {
    "name": "net.core.somaxconn", "running_before": 128, "running_after": 4096, "boot_before": None,
    "boot_after": 4096, "status": "changed", "reason": None,
}  # fmt: skip
HOSTS: dict[str, dict[str, t.Any]] = {
    "web1": {"tuned": {"changed": True, "tunables": [ROW]}, "plan": {"why": {ROW["name"]: "So."}, "notes": ["Mind."]}},
    "web2": {"tuned": {"changed": False, "tunables": []}},
    "bad1": {"plan": {"failed": True, "msg": "no such profile"}},
    "db1": {"plan": {"unreachable": True, "msg": "gone"}},
    "web3": {},
}


@pytest.fixture(name="printed")
def what_is_printed(monkeypatch: pytest.MonkeyPatch) -> list[t.Any]:
    """The lines that went to the display."""
    printed: list[t.Any] = []
    monkeypatch.setattr(_table_action, "show", printed.extend)
    return printed


def run(*, check_mode: bool = False) -> dict[str, t.Any]:
    """Run the action in the first batch of a play, which all but web3 are in."""
    arguments = {"variable": "tuned", "others": ["plan"], "width": 80, "style": "ascii"}
    plugin = made(action.ActionModule, arguments, check_mode=check_mode)
    known = {
        "hostvars": HostVars(HOSTS),
        "ansible_play_hosts_all": list(HOSTS),
        "ansible_play_hosts": ["web1", "web2", "bad1", "web3"],
        "ansible_play_batch": ["web1", "web2", "bad1"],
    }
    return plugin.run(task_vars=known)


def test_every_host_of_the_play_is_told(printed: list[t.Any]) -> None:
    """Changed, unchanged, failed, gone, and those that are still to come."""
    result = run()

    assert {name: hosts for name, hosts in result.items() if name.startswith("hosts_")} == {
        "hosts_changed": ["web1"],
        "hosts_unchanged": ["web2"],
        "hosts_failed": ["bad1"],
        "hosts_unreachable": ["db1"],
        "hosts_waiting": ["web3"],
    }
    assert result["changed"] is False
    assert result["lines"] == [line.text for line in printed]
    assert {"Changed: 1 of 5 hosts", "  net.core.somaxconn: So.", "  Mind."} <= set(result["lines"])


def test_check_mode_is_told(printed: list[t.Any]) -> None:
    """What would change is called that."""
    assert run(check_mode=True)["lines"][0] == "Would change: 1 of 5 hosts"
