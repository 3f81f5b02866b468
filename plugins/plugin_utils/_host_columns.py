# Copyright (c) 2026, the linuxnet.tcp authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The table of a few hosts: a row a state and a bound, a column a host, every number exact."""

from __future__ import annotations

import typing as t

from ansible_collections.linuxnet.tcp.plugins.module_utils._model.states import STATE_TITLES
from ansible_collections.linuxnet.tcp.plugins.plugin_utils._host_counts import HostCounts
from ansible_collections.linuxnet.tcp.plugins.plugin_utils._one_host import hits, port_range, tone_of
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

_LABEL = 24
_GAP = 2
_LEAST = 16
_UNKNOWN = "-"


class _Row(t.NamedTuple):
    label: str
    cells: list[str]
    tone: Tone = Tone.PLAIN


def columns_that_fit(columns: int) -> int:
    """How many hosts can stand side by side: three in 80 columns."""
    return max(columns - _LABEL, 0) // (_GAP + _LEAST)


def host_columns(counted: list[HostCounts], columns: int, glyphs: Glyphs) -> list[Line]:
    """All eleven states, their sum, the bounds, how near they are, and what has hit them since boot."""
    cell = min(
        max(_LEAST, *(columns_of(counts.host) for counts in counted)),
        (columns - _LABEL) // len(counted) - _GAP,
    )
    names = shorten_apart([counts.host for counts in counted], cell, glyphs)
    rule = Line(glyphs.rule * min(columns, _LABEL + len(counted) * (cell + _GAP)))
    lines = [_line(_Row("TCP sockets", names), cell, glyphs), rule]
    lines += [_line(row, cell, glyphs) for row in _state_rows(counted)]
    lines += [Line(""), Line("What bounds them, and how near they are"), rule]
    lines += [_line(row, cell, glyphs) for row in _bound_rows(counted)]
    lines += [Line(""), Line("Hit since boot"), rule]
    lines += [_line(row, cell, glyphs) for row in _hit_rows(counted)]
    lines += _footnotes(lines, counted, columns)
    return lines


def _line(row: _Row, cell: int, glyphs: Glyphs) -> Line:
    cells = (right(cut(text, cell, glyphs), cell + _GAP) for text in row.cells)
    return Line(left(row.label, _LABEL) + "".join(cells), row.tone)


def _state_rows(counted: list[HostCounts]) -> list[_Row]:
    rows = [_Row(title.upper(), [str(counts.states[title]) for counts in counted]) for title in STATE_TITLES]
    return [*rows, _Row("total", [str(counts.total) for counts in counted])]


def _bound_rows(counted: list[HostCounts]) -> list[_Row]:
    ports = [counts.local_ports_share for counts in counted]
    return [
        _share_row("TIME_WAIT of its cap", [counts.time_wait_share for counts in counted]),
        _limit_row("  tcp_max_tw_buckets", "max_tw_buckets", counted),
        _share_row("orphans of their cap", [counts.orphans_share for counts in counted]),
        _limit_row("  tcp_max_orphans", "max_orphans", counted),
        *([_share_row("local ports in use", ports)] if any(share is not None for share in ports) else []),
        _Row("ip_local_port_range", [port_range(counts.local_port_range) for counts in counted]),
        _limit_row("somaxconn", "somaxconn", counted),
        _limit_row("tcp_max_syn_backlog", "max_syn_backlog", counted),
    ]


def _hit_rows(counted: list[HostCounts]) -> list[_Row]:
    every = [hits(counts) for counts in counted]
    return [_Row(name, [_number(of_host[name]) for of_host in every]) for name in every[0]]


def _share_row(label: str, shares: list[float | None]) -> _Row:
    fullest = max((share for share in shares if share is not None), default=None)
    return _Row(label, [_UNKNOWN if share is None else percent(share) for share in shares], tone_of(fullest))


def _limit_row(label: str, limit: str, counted: list[HostCounts]) -> _Row:
    return _Row(label, [_number(counts.limits[limit]) for counts in counted])


def _number(number: int | None) -> str:
    return _UNKNOWN if number is None else str(number)


def _footnotes(lines: list[Line], counted: list[HostCounts], columns: int) -> list[Line]:
    notes = []
    if any(line.text.endswith(" " + _UNKNOWN) or f" {_UNKNOWN} " in line.text for line in lines):
        notes.append("-: the host does not tell, or its namespace has no such limit.")
    skew = max(counts.skew for counts in counted)
    if skew:
        notes.append(f"Counters moved by up to {compact(skew)} while they were read.")
    return [Line(""), *(line for note in notes for line in wrapped(note, columns))] if notes else []
