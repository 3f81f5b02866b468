# Copyright (c) 2026, the linuxnet.tcp authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Prints one table over what `linuxnet.tcp.state_facts` registered on each host."""

from __future__ import annotations

import os
import sys
import typing as t

from ansible.plugins.action import ActionBase

from ansible_collections.linuxnet.tcp.plugins.plugin_utils._display import show
from ansible_collections.linuxnet.tcp.plugins.plugin_utils._host_counts import NoCounts, read_result
from ansible_collections.linuxnet.tcp.plugins.plugin_utils._state_table import state_table
from ansible_collections.linuxnet.tcp.plugins.plugin_utils._terminal import (
    ASCII,
    UNICODE,
    Glyphs,
    glyphs_for,
)

_ARGUMENTS = {
    "variable": {"type": "str", "required": True},
    "hosts": {"type": "list", "elements": "str"},
    "width": {"type": "int"},
    "style": {"type": "str", "default": "auto", "choices": ["auto", "unicode", "ascii"]},
}
_COLUMNS_WITHOUT_TERMINAL = 80
_LEAST_COLUMNS = 20


def _columns_of_stdout() -> int | None:
    try:
        return os.get_terminal_size(1).columns or None
    except OSError:
        return None


# Read when this file is imported, which the strategy does in the main process: the worker process that runs
# the action has been cut off from the terminal (standard output is /dev/null there).
_TERMINAL_COLUMNS = _columns_of_stdout()
_TERMINAL_GLYPHS = glyphs_for(sys.stdout.encoding if sys.stdout else None, os.environ.get("TERM", ""))


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
        answers = [read_result(host, _registered(hostvars, host, arguments["variable"])) for host in hosts]
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


def _registered(hostvars: t.Any, host: str, variable: str) -> object:
    """One variable of one host, as it is: hostvars[host][variable] would template, and a result is data."""
    if host not in hostvars:
        return None
    return hostvars.raw_get(host).get(variable)


def width(wanted: int | None = None) -> int:
    """How many columns a line may have: as wanted, as COLUMNS says, as the terminal has, or 80."""
    columns = os.environ.get("COLUMNS", "")
    if wanted is None and columns.isascii() and columns.isdigit():
        wanted = int(columns)
    return max(wanted or _TERMINAL_COLUMNS or _COLUMNS_WITHOUT_TERMINAL, _LEAST_COLUMNS)


def glyphs(style: str = "auto") -> Glyphs:
    """What to draw with; `auto` is what the terminal can show."""
    return {"auto": _TERMINAL_GLYPHS, "unicode": UNICODE, "ascii": ASCII}[style]
