# Copyright (c) 2026, the linuxnet.tcp authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The table of many hosts: a line a host, a column a state that is above zero somewhere, and the sums."""

from __future__ import annotations

import typing as t

from ansible_collections.linuxnet.tcp.plugins.module_utils._model.states import STATE_TITLES
from ansible_collections.linuxnet.tcp.plugins.plugin_utils._host_counts import HostCounts
from ansible_collections.linuxnet.tcp.plugins.plugin_utils._one_host import tone_of
from ansible_collections.linuxnet.tcp.plugins.plugin_utils._terminal import (
    Glyphs,
    Line,
    Tone,
    columns_of,
    compact,
    cut,
    left,
    percent,
    right,
    shorten_apart,
    wrapped,
)

_LEAST_NAME = 12
_MOST_NAME = 40
_HEADING_EVERY = 40
_UNKNOWN = "-"
_SUMS = "all hosts"
_LAST_TO_GO = ("established", "time_wait", "close_wait")

# A heading in two lines, so that a column need not be wider than its numbers.
_HEADINGS = {
    "established": ("", "ESTAB"),
    "syn_sent": ("SYN", "SENT"),
    "syn_recv": ("SYN", "RECV"),
    "fin_wait1": ("FIN", "WAIT1"),
    "fin_wait2": ("FIN", "WAIT2"),
    "time_wait": ("TIME", "WAIT"),
    "close": ("", "CLOSE"),
    "close_wait": ("CLOSE", "WAIT"),
    "last_ack": ("LAST", "ACK"),
    "listen": ("", "LISTEN"),
    "closing": ("CLOS-", "ING"),
}


class _Column(t.NamedTuple):
    heading: tuple[str, str]
    cells: list[str]
    total: str
    columns: int
    state: str


def _column(heading: tuple[str, str], cells: list[str], total: str, state: str = "") -> _Column:
    return _Column(heading, cells, total, max(len(text) for text in (*heading, total, *cells)), state)


class _Layout(t.NamedTuple):
    names: list[str]
    name_columns: int
    table: list[_Column]
    gap: int

    def line(self, name: str, cells: t.Iterable[str], tone: Tone = Tone.PLAIN) -> Line:
        parts = (
            " " * self.gap + right(cell, column.columns)
            for cell, column in zip(cells, self.table, strict=True)
        )
        return Line(left(name, self.name_columns) + "".join(parts), tone)

    @property
    def columns(self) -> int:
        return self.name_columns + sum(self.gap + column.columns for column in self.table)


def fleet_rows(counted: list[HostCounts], columns: int, glyphs: Glyphs) -> list[Line]:
    """A line a host in the order given, the headings again every 40 lines, the sums, and the legend."""
    sums = {title: sum(counts.states[title] for counts in counted) for title in STATE_TITLES}
    table, left_out = _choose_columns(counted, sums, columns)
    layout = _lay_out(counted, table, columns, glyphs)
    headings = [
        layout.line("", (column.heading[0] for column in layout.table)),
        layout.line("host", (column.heading[1] for column in layout.table)),
        Line(glyphs.rule * layout.columns),
    ]
    title = f"TCP sockets of {len(counted)} hosts, largest share of the TIME_WAIT cap first"
    lines = [*wrapped(title, columns), Line("")]
    for row, (name, counts) in enumerate(zip(layout.names, counted, strict=True)):
        if row % _HEADING_EVERY == 0:
            lines += [Line(""), *headings] if row else headings
        cells = [column.cells[row] for column in layout.table]
        lines.append(layout.line(name, cells, tone_of(counts.time_wait_share)))
    lines.append(Line(glyphs.rule * layout.columns))
    label = cut(_SUMS, layout.name_columns, glyphs)
    lines.append(layout.line(label, (column.total for column in layout.table)))
    lines.append(Line(""))
    for note in _notes(layout, sums, left_out, counted):
        lines += wrapped(note, columns)
    return lines


def _choose_columns(
    counted: list[HostCounts], sums: t.Mapping[str, int], columns: int
) -> tuple[list[_Column], dict[str, int]]:
    """The columns that leave room for the names. Those with the fewest sockets are the first to give way."""
    share = _column(
        ("TW of", "cap"),
        [
            _UNKNOWN if counts.time_wait_share is None else percent(counts.time_wait_share)
            for counts in counted
        ],
        "",
    )
    total = _column(
        ("", "total"),
        [compact(counts.total) for counts in counted],
        compact(sum(counts.total for counts in counted)),
    )
    states = [
        _column(
            _HEADINGS[title],
            [compact(counts.states[title]) for counts in counted],
            compact(sums[title]),
            title,
        )
        for title in STATE_TITLES
        if sums[title]
    ]
    room = columns - min(_LEAST_NAME, _widest_name(counted))
    left_out: dict[str, int] = {}
    while states and sum(1 + column.columns for column in (share, total, *states)) > room:
        fewest = min(states, key=lambda column: (sums[column.state], column.state in _LAST_TO_GO))
        states.remove(fewest)
        left_out[fewest.state] = sums[fewest.state]
    return [share, total, *states], left_out


def _widest_name(counted: list[HostCounts]) -> int:
    return max(len(_SUMS), *(columns_of(counts.host) for counts in counted))


def _lay_out(counted: list[HostCounts], table: list[_Column], columns: int, glyphs: Glyphs) -> _Layout:
    hosts = [counts.host for counts in counted]
    widest = _widest_name(counted)
    numbers = sum(column.columns for column in table)
    roomy = columns - numbers - 2 * len(table)
    gap = 2 if roomy >= min(widest, _MOST_NAME) else 1
    name_columns = max(min(widest, _MOST_NAME, columns - numbers - gap * len(table)), 1)
    return _Layout(shorten_apart(hosts, name_columns, glyphs), name_columns, table, gap)


def _notes(
    layout: _Layout, sums: t.Mapping[str, int], left_out: t.Mapping[str, int], counted: list[HostCounts]
) -> t.Iterator[str]:
    zero = [title.upper() for title, count in sums.items() if count == 0]
    if zero:
        yield f"Zero everywhere: {', '.join(zero)}."
    if left_out:
        shown = ", ".join(f"{title.upper()} {compact(count)}" for title, count in left_out.items())
        yield f"No room for these columns, of all hosts: {shown}."
    cells = {cell for column in layout.table for cell in (*column.cells, column.total)}
    if any(cell[-1:].isalpha() for cell in cells):
        yield "k, M: thousands and millions, rounded down."
    if _UNKNOWN in cells:
        yield "-: that host shows no cap (tcp_max_tw_buckets) above 0."
    skew = max(counts.skew for counts in counted)
    if skew:
        yield f"Counters moved by up to {compact(skew)} on a host while they were read."
