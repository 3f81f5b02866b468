# Copyright (c) 2026, the linuxnet.tcp authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The table over the TCP states of a fleet, as lines never wider than asked. Pure: answers in, lines out.

Three shapes, by what fits: one host gets its states as rows with bars; a few hosts stand side by side, a
column each; many get a line each, with a column for every state that is above zero somewhere. Hosts without
counts come last.
"""

from __future__ import annotations

import re
import typing as t

from ansible_collections.linuxnet.tcp.plugins.plugin_utils._fleet_rows import fleet_rows
from ansible_collections.linuxnet.tcp.plugins.plugin_utils._host_columns import columns_that_fit, host_columns
from ansible_collections.linuxnet.tcp.plugins.plugin_utils._host_counts import HostCounts, NoCounts
from ansible_collections.linuxnet.tcp.plugins.plugin_utils._one_host import one_host
from ansible_collections.linuxnet.tcp.plugins.plugin_utils._terminal import (
    Glyphs,
    Line,
    Tone,
    columns_of,
    cut,
    harmless,
    left,
    shorten_apart,
)

_NAME_COLUMNS_OF_FAILED = 28


def state_table(answers: t.Iterable[HostCounts | NoCounts], columns: int, glyphs: Glyphs) -> list[Line]:
    """The table over all answers, largest TIME_WAIT share first, in lines of at most `columns` columns."""
    counted: list[HostCounts] = []
    without: list[NoCounts] = []
    for answer in answers:
        if isinstance(answer, HostCounts):
            counted.append(answer._replace(host=harmless(answer.host, glyphs)))
        else:
            without.append(
                answer._replace(host=harmless(answer.host, glyphs), reason=harmless(answer.reason, glyphs))
            )
    counted.sort(key=nearest_to_its_cap_first)
    without.sort(key=lambda answer: (answer.kind, _as_people_sort(answer.host)))
    lines = _table_of(counted, columns, glyphs)
    if without:
        if lines:
            lines.append(Line(""))
        lines += _without_counts(without, len(counted) + len(without), columns, glyphs)
    # The shapes keep to the width by themselves down to some 40 columns. Below that, this does.
    return [line._replace(text=cut(line.text.rstrip(), columns, glyphs)) for line in lines]


def nearest_to_its_cap_first(counts: HostCounts) -> tuple[bool, float, int, int, tuple[tuple[int, str], ...]]:
    """The order of hosts: by TIME_WAIT share, then by sockets; those whose cap is not known come last."""
    share = counts.time_wait_share
    return share is None, -(share or 0.0), -counts.time_wait, -counts.total, _as_people_sort(counts.host)


def _as_people_sort(host: str) -> tuple[tuple[int, str], ...]:
    """`web9` before `web10`: a longer run of digits is a larger number."""
    return tuple((len(part) if part.isdigit() else 0, part) for part in re.split(r"(\d+)", host))


def _table_of(counted: list[HostCounts], columns: int, glyphs: Glyphs) -> list[Line]:
    if not counted:
        return []
    if len(counted) == 1:
        return one_host(counted[0], columns, glyphs)
    if len(counted) <= columns_that_fit(columns):
        return host_columns(counted, columns, glyphs)
    return fleet_rows(counted, columns, glyphs)


def _without_counts(without: list[NoCounts], hosts: int, columns: int, glyphs: Glyphs) -> list[Line]:
    """The hosts that gave nothing, each on one line; of a long reason the beginning and the end stay."""
    names = shorten_apart(
        [answer.host for answer in without], min(_NAME_COLUMNS_OF_FAILED, columns // 2), glyphs
    )
    widest = max(columns_of(name) for name in names)
    heading = f"No counts from {len(without)} of {hosts} host{'' if hosts == 1 else 's'}:"
    lines = [Line(heading, Tone.ERROR)]
    for name, answer in zip(names, without, strict=True):
        start = f"  {left(name, widest)}  {answer.kind}: "
        room = max(columns - columns_of(start), 0)
        lines.append(Line(start + cut(answer.reason, room, glyphs, tail_share=0.5), Tone.ERROR))
    return lines
