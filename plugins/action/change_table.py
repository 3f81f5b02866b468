# Copyright (c) 2026, the linuxnet.tcp authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Prints one table over what `linuxnet.tcp.tunables` registered on each host."""

from __future__ import annotations

import typing as t
from collections.abc import Mapping

from ansible_collections.linuxnet.tcp.plugins.plugin_utils._change_rows import HostChanges, read_host
from ansible_collections.linuxnet.tcp.plugins.plugin_utils._change_table import Told, change_table
from ansible_collections.linuxnet.tcp.plugins.plugin_utils._display import glyphs, width
from ansible_collections.linuxnet.tcp.plugins.plugin_utils._table_action import Play, Table, TableAction


class ActionModule(TableAction):
    """One table over what was changed on which hosts."""

    OPTIONS: t.ClassVar[dict[str, t.Any]] = {"others": {"type": "list", "elements": "str", "default": []}}

    def table(self, play: Play) -> Table:
        """The names of the hosts by what became of them."""
        arguments = play.arguments
        to_come = set(play.task_vars["ansible_play_hosts"]) - set(play.task_vars["ansible_play_batch"])
        why: dict[str, str] = {}
        notes: list[str] = []
        answers = []
        for host in play.hosts:
            others = [play.registered(host, name) for name in arguments["others"]]
            why.update(_reasons(others))
            notes.extend(_notes(others))
            given = play.registered(host, arguments["variable"])
            answers.append(read_host(host, given, others, waiting=host in to_come))
        task: t.Any = self._task
        would = bool(task.check_mode)
        look = width(arguments["width"]), glyphs(arguments["style"])
        return Table(change_table(answers, Told(why, notes), *look, would=would), _by_outcome(answers))


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
