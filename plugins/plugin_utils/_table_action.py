# Copyright (c) 2026, the linuxnet.tcp authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""An action that reads what a task has registered on all hosts, and prints it as one table, once."""

from __future__ import annotations

import typing as t

from ansible.plugins.action import ActionBase

from ansible_collections.linuxnet.tcp.plugins.plugin_utils._display import ARGUMENTS, registered, show
from ansible_collections.linuxnet.tcp.plugins.plugin_utils._terminal import Line

Vars = dict[str, t.Any]


class Play(t.NamedTuple):
    """What such a table is made of: the options, the hosts to show, and the variables of the task."""

    arguments: Vars
    hosts: list[str]
    task_vars: Vars

    def registered(self, host: str, variable: str) -> object:
        """What a task of the play has registered on the host; None where nothing."""
        return registered(self.task_vars["hostvars"], host, variable)


class Table(t.NamedTuple):
    """The lines to print, and what the task returns beside them."""

    lines: list[Line]
    result: Vars


class TableAction(ActionBase):
    """What all of them do. A table of its own is in `table`, its further options are in OPTIONS."""

    BYPASS_HOST_LOOP = True
    TRANSFERS_FILES = False
    _requires_connection = False
    _supports_check_mode = True

    OPTIONS: t.ClassVar[Vars] = {}

    def run(self, tmp: str | None = None, task_vars: Vars | None = None) -> Vars:
        """The lines of the table, and what else its kind returns."""
        result: Vars = super().run(tmp, task_vars)
        task_vars = task_vars or {}
        validate: t.Callable[..., tuple[t.Any, Vars]] = self.validate_argument_spec
        own = {"variable": {"type": "str", "required": True}, "hosts": {"type": "list", "elements": "str"}}
        arguments = validate(argument_spec={**own, **self.OPTIONS, **ARGUMENTS})[1]
        hosts = arguments["hosts"]
        if hosts is None:
            hosts = task_vars["ansible_play_hosts_all"]
        table = self.table(Play(arguments, hosts, task_vars))
        show(table.lines)
        return {**result, "changed": False, "lines": [line.text for line in table.lines], **table.result}

    def table(self, play: Play) -> Table:
        """The table of this action."""
        raise NotImplementedError
