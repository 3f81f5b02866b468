# Copyright (c) 2026, the linuxnet.tcp authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Prints one table over what `linuxnet.tcp.state_facts` registered on each host."""

from __future__ import annotations

from ansible_collections.linuxnet.tcp.plugins.plugin_utils._display import glyphs, width
from ansible_collections.linuxnet.tcp.plugins.plugin_utils._host_counts import NoCounts, read_result
from ansible_collections.linuxnet.tcp.plugins.plugin_utils._state_table import state_table
from ansible_collections.linuxnet.tcp.plugins.plugin_utils._table_action import Play, Table, TableAction


class ActionModule(TableAction):
    """One table over the states of all hosts."""

    def table(self, play: Play) -> Table:
        """The number of hosts counted in it, and the others with their reasons."""
        answers = [read_result(host, play.registered(host, play.arguments["variable"])) for host in play.hosts]
        lines = state_table(answers, width(play.arguments["width"]), glyphs(play.arguments["style"]))
        without = [answer._asdict() for answer in answers if isinstance(answer, NoCounts)]
        return Table(lines, {"counted": len(answers) - len(without), "without_counts": without})
