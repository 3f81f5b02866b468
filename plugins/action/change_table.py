# Copyright (c) 2026, the linuxnet.tcp authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Prints one table over what `linuxnet.tcp.tunables` registered on each host."""

from __future__ import annotations

import typing as t
from collections.abc import Mapping

from ansible.plugins.action import ActionBase

from ansible_collections.linuxnet.tcp.plugins.plugin_utils._change_rows import HostChanges, read_host
from ansible_collections.linuxnet.tcp.plugins.plugin_utils._change_table import Told, change_table
from ansible_collections.linuxnet.tcp.plugins.plugin_utils._display import ARGUMENTS, glyphs, registered, show, width

_ARGUMENTS = {
    "variable": {"type": "str", "required": True},
    "others": {"type": "list", "elements": "str", "default": []},
    "hosts": {"type": "list", "elements": "str"},
    **ARGUMENTS,
}


class ActionModule(ActionBase):
    """Reads the registered results of all hosts and prints them as one table, once."""

    BYPASS_HOST_LOOP = True
    TRANSFERS_FILES = False
    _requires_connection = False
    _supports_check_mode = True

    def run(self, tmp: str | None = None, task_vars: dict[str, t.Any] | None = None) -> dict[str, t.Any]:
        """The lines of the table, and the names of the hosts by what became of them."""
        result: dict[str, t.Any] = super().run(tmp, task_vars)
        task_vars = task_vars or {}
        validate: t.Callable[..., tuple[t.Any, dict[str, t.Any]]] = self.validate_argument_spec
        arguments = validate(argument_spec=_ARGUMENTS)[1]
        hosts = arguments["hosts"]
        if hosts is None:
            hosts = task_vars["ansible_play_hosts_all"]
        hostvars = task_vars["hostvars"]
        to_come = set(task_vars["ansible_play_hosts"]) - set(task_vars["ansible_play_batch"])
        why: dict[str, str] = {}
        notes: list[str] = []
        answers = []
        for host in hosts:
            others = [registered(hostvars, host, name) for name in arguments["others"]]
            why.update(_reasons(others))
            notes.extend(_notes(others))
            given = registered(hostvars, host, arguments["variable"])
            answers.append(read_host(host, given, others, waiting=host in to_come))
        task: t.Any = self._task
        would = bool(task.check_mode)
        told = Told(why, notes)
        lines = change_table(answers, told, width(arguments["width"]), glyphs(arguments["style"]), would=would)
        show(lines)
        result.update(changed=False, lines=[line.text for line in lines], **_by_outcome(answers))
        return result


def _reasons(results: list[object]) -> dict[str, str]:
    """The reasons by key that a result of profile_plan has."""
    found: dict[str, str] = {}
    for result in results:
        why = result.get("why") if isinstance(result, Mapping) else None
        if isinstance(why, Mapping):
            found.update({str(key): str(sentence) for key, sentence in why.items()})
    return found


def _notes(results: list[object]) -> list[str]:
    """The notes that a result of profile_plan has."""
    given = [result.get("notes") for result in results if isinstance(result, Mapping)]
    return [str(note) for notes in given if isinstance(notes, list) for note in notes]


def _by_outcome(answers: list[HostChanges]) -> dict[str, list[str]]:
    """The names of the hosts, under names that mean nothing else in a result."""
    return {
        f"hosts_{outcome}": [answer.host for answer in answers if answer.outcome == outcome]
        for outcome in ("changed", "unchanged", "failed", "unreachable", "waiting")
    }
