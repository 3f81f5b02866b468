# Copyright (c) 2026, the linuxnet.tcp authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Tables on the terminal of whoever runs the playbook: how wide it is, what it can show, and in Ansible's colours."""

from __future__ import annotations

import itertools
import os
import sys
import typing as t

from ansible import constants
from ansible.utils.display import Display

from ansible_collections.linuxnet.tcp.plugins.plugin_utils._terminal import (
    ASCII,
    UNICODE,
    Glyphs,
    Line,
    Tone,
    glyphs_for,
)

COLUMNS_WITHOUT_TERMINAL = 80
LEAST_COLUMNS = 20
# Their standard output is read by programs: a table would break it. They have the lines in the result.
_CALLBACKS_FOR_PROGRAMS = frozenset({"json", "jsonl", "null"})

#: The options of an action that prints a table.
ARGUMENTS: dict[str, dict[str, t.Any]] = {
    "width": {"type": "int"},
    "style": {"type": "str", "default": "auto", "choices": ["auto", "unicode", "ascii"]},
}


def _columns_of_stdout() -> int | None:
    try:
        return os.get_terminal_size(1).columns or None
    except OSError:
        return None


# Read when this file is imported, which the strategy does in the main process together with the action: the worker
# process that runs the action has been cut off from the terminal (standard output is /dev/null there).
_TERMINAL_COLUMNS = _columns_of_stdout()
_TERMINAL_GLYPHS = glyphs_for(sys.stdout.encoding if sys.stdout else None, os.environ.get("TERM", ""))


def width(wanted: int | None = None) -> int:
    """How many columns a line may have: as wanted, as COLUMNS says, as the terminal has, or 80."""
    columns = os.environ.get("COLUMNS", "")
    if wanted is None and columns.isascii() and columns.isdigit():
        wanted = int(columns)
    return max(wanted or _TERMINAL_COLUMNS or COLUMNS_WITHOUT_TERMINAL, LEAST_COLUMNS)


def glyphs(style: str = "auto") -> Glyphs:
    """What to draw with; `auto` is what the terminal can show."""
    return {"auto": _TERMINAL_GLYPHS, "unicode": UNICODE, "ascii": ASCII}[style]


def show(lines: list[Line]) -> None:
    """Print the table through Ansible's display, which knows about colours and the log, unless programs read that."""
    setting: t.Callable[[str], str] = constants.config.get_config_value
    if setting("DEFAULT_STDOUT_CALLBACK").rpartition(".")[2] in _CALLBACKS_FOR_PROGRAMS:
        return
    settings = {Tone.WARNING: "COLOR_WARN", Tone.ERROR: "COLOR_ERROR"}
    colours = {tone: setting(name) for tone, name in settings.items()}
    display = Display()
    display.display("")
    for tone, same in itertools.groupby(lines, key=lambda line: line.tone):
        # All lines end with a newline here, the last one too: display() takes one away and adds its own.
        display.display("".join(line.text + "\n" for line in same), color=colours.get(tone))
    display.display("")


def registered(hostvars: t.Any, host: str, variable: str) -> object:
    """One variable of one host, as it is: hostvars[host][variable] would template, and a result is data."""
    if host not in hostvars:
        return None
    return hostvars.raw_get(host).get(variable)
