# Copyright (c) 2026, the linuxnet.tcp authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Prints one table over what `linuxnet.tcp.state_facts` registered on each host."""

from __future__ import annotations

import typing as t

from ansible.plugins.action import ActionBase

from ansible_collections.linuxnet.tcp.plugins.plugin_utils._display import ARGUMENTS, glyphs, registered, show, width
from ansible_collections.linuxnet.tcp.plugins.plugin_utils._host_counts import NoCounts, read_result
from ansible_collections.linuxnet.tcp.plugins.plugin_utils._state_table import state_table

_ARGUMENTS = {
    "variable": {"type": "str", "required": True},
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
        """The lines of the table, the number of hosts counted in it, and the others with their reasons."""
        result: dict[str, t.Any] = super().run(tmp, task_vars)
        task_vars = task_vars or {}
        validate: t.Callable[..., tuple[t.Any, dict[str, t.Any]]] = self.validate_argument_spec
        arguments = validate(argument_spec=_ARGUMENTS)[1]
        hosts = arguments["hosts"]
        if hosts is None:
            hosts = task_vars["ansible_play_hosts_all"]
        hostvars = task_vars["hostvars"]
        answers = [read_result(host, registered(hostvars, host, arguments["variable"])) for host in hosts]
        lines = state_table(answers, width(arguments["width"]), glyphs(arguments["style"]))
        show(lines)
        without = [answer for answer in answers if isinstance(answer, NoCounts)]
        result.update(
            changed=False,
            lines=[line.text for line in lines],
            counted=len(answers) - len(without),
            without_counts=[answer._asdict() for answer in without],
        )
        return result
