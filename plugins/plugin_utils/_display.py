# Copyright (c) 2026, the linuxnet.tcp authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Lines on the terminal of whoever runs the playbook, in Ansible's colours."""

from __future__ import annotations

import itertools
import typing as t

from ansible import constants
from ansible.utils.display import Display

from ansible_collections.linuxnet.tcp.plugins.plugin_utils._terminal import Line, Tone

# Their standard output is read by programs: a table would break it. They have the lines in the result.
_CALLBACKS_FOR_PROGRAMS = frozenset({"json", "jsonl", "null"})


def show(lines: list[Line]) -> None:
    """Print them through Ansible's display, which knows about colours and the log, unless programs read that."""
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
