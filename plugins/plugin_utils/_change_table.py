# Copyright (c) 2026, the linuxnet.tcp authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The table of what changed where, as lines never wider than asked. Pure: hosts in, lines out.

Hosts on which the same changed are one block: a fleet of equals is a few lines, whatever its size. Hosts that failed
or cannot be reached come last, each with its reason.
"""

from __future__ import annotations

import re
import typing as t
from collections.abc import Iterable, Mapping, Sequence

from ansible_collections.linuxnet.tcp.plugins.plugin_utils._change_rows import HostChanges, KeyChange, Outcome
from ansible_collections.linuxnet.tcp.plugins.plugin_utils._terminal import (
    Glyphs,
    Line,
    Tone,
    columns_of,
    cut,
    harmless,
    left,
    wrapped,
)

_INDENT = "  "
_NAME_COLUMNS = 28


class Told(t.NamedTuple):
    """What profiles say of what they set: a sentence by key, and what to know of the whole."""

    why: Mapping[str, str] = {}
    notes: Sequence[str] = ()


def change_table(
    hosts: Iterable[HostChanges], told: Told, columns: int, glyphs: Glyphs, *, would: bool = False
) -> list[Line]:
    """The table over all hosts. `told` is shown where anything changed; `would`: it is check mode, nothing is done."""
    clean = sorted((_cleaned(host, glyphs) for host in hosts), key=lambda host: _as_people_sort(host.host))
    by_outcome: dict[Outcome, list[HostChanges]] = {}
    for host in clean:
        by_outcome.setdefault(host.outcome, []).append(host)
    lines: list[Line] = []
    for part in (
        _changed(by_outcome.get("changed", []), len(clean), columns, glyphs, would=would),
        _reasons(clean, told.why, columns, glyphs),
        _notes(told.notes if "changed" in by_outcome else (), columns, glyphs),
        _unchanged(by_outcome.get("unchanged", []), len(clean), columns, glyphs),
        _named("Not reached yet", by_outcome.get("waiting", []), len(clean), columns),
        _failed("Unreachable", by_outcome.get("unreachable", []), len(clean), columns, glyphs),
        _failed("Failed", by_outcome.get("failed", []), len(clean), columns, glyphs),
    ):
        lines += [Line(""), *part] if lines and part else part
    return [line._replace(text=cut(line.text.rstrip(), columns, glyphs)) for line in lines]


def _cleaned(host: HostChanges, glyphs: Glyphs) -> HostChanges:
    """A host with nothing in its texts that a terminal would act on."""
    changes = tuple(KeyChange(*(harmless(text, glyphs) for text in change)) for change in host.changes)
    return host._replace(host=harmless(host.host, glyphs), reason=harmless(host.reason, glyphs), changes=changes)


def _as_people_sort(host: str) -> tuple[tuple[int, str], ...]:
    """`web9` before `web10`: a longer run of digits is a larger number."""
    return tuple((len(part) if part.isdigit() else 0, part) for part in re.split(r"(\d+)", host))


def _heading(title: str, hosts: Sequence[t.Any], of: int, tone: Tone = Tone.PLAIN) -> Line:
    return Line(f"{title}: {len(hosts)} of {of} host{'' if of == 1 else 's'}", tone)


def _groups(hosts: Sequence[HostChanges]) -> dict[tuple[KeyChange, ...], list[str]]:
    """The names of hosts by what changed on them, the largest group first."""
    groups: dict[tuple[KeyChange, ...], list[str]] = {}
    for host in hosts:
        groups.setdefault(host.changes, []).append(host.host)
    return dict(sorted(groups.items(), key=lambda group: -len(group[1])))


def _changed(hosts: list[HostChanges], of: int, columns: int, glyphs: Glyphs, *, would: bool) -> list[Line]:
    """What changed, a block a group of hosts."""
    if not hosts:
        return []
    lines = [_heading("Would change" if would else "Changed", hosts, of)]
    for changes, names in _groups(hosts).items():
        lines += [Line(""), *_names(names, columns), *_table(changes, columns, glyphs)]
    return lines


def _table(changes: Sequence[KeyChange], columns: int, glyphs: Glyphs) -> list[Line]:
    """The rows of a group under their headings."""
    rows = [KeyChange("key", "running value", "at boot", ""), *changes]
    widths = [max(columns_of(row[place]) for row in rows) for place in range(3)]
    lines = []
    for row in rows:
        cells = "  ".join(left(text, size) for text, size in zip(row[:3], widths, strict=True))
        text = f"{_INDENT * 2}{cells}  {row.note}"
        lines.append(Line(text if row is not rows[0] else f"{text.rstrip()}"))
        if row is rows[0]:
            lines.append(Line(_INDENT * 2 + glyphs.rule * min(sum(widths) + 4, columns - 4)))
    return lines


def _reasons(hosts: Sequence[HostChanges], why: Mapping[str, str], columns: int, glyphs: Glyphs) -> list[Line]:
    """Why each key that changed anywhere was changed, once."""
    keys = dict.fromkeys(change.name for host in hosts if host.outcome == "changed" for change in host.changes)
    explained = [key for key in keys if key in why]
    lines = [Line("Why")] if explained else []
    for key in explained:
        lines += _indented(f"{key}: {harmless(why[key], glyphs)}", columns)
    return lines


def _notes(notes: Sequence[str], columns: int, glyphs: Glyphs) -> list[Line]:
    """What to know, each sentence once."""
    lines = [Line("Notes")] if notes else []
    for note in dict.fromkeys(notes):
        lines += _indented(harmless(note, glyphs), columns)
    return lines


def _unchanged(hosts: list[HostChanges], of: int, columns: int, glyphs: Glyphs) -> list[Line]:
    """The hosts on which nothing was to be done; what was skipped there is said."""
    lines = _named("Unchanged", [host for host in hosts if not host.changes], of, columns)
    for changes, names in _groups([host for host in hosts if host.changes]).items():
        lines += [_heading("Unchanged, and not all could be set", names, of, Tone.WARNING)]
        lines += [*_names(names, columns), *_table(changes, columns, glyphs)]
    return lines


def _named(title: str, hosts: Sequence[HostChanges], of: int, columns: int) -> list[Line]:
    """A heading and the names."""
    if not hosts:
        return []
    return [_heading(title, hosts, of), *_names([host.host for host in hosts], columns)]


def _names(names: Sequence[str], columns: int) -> list[Line]:
    """Names of hosts, all of them, wrapped."""
    return _indented(", ".join(names), columns)


def _indented(text: str, columns: int) -> list[Line]:
    """A text of any length, wrapped below its heading."""
    return [Line(_INDENT + line.text) for line in wrapped(text, columns - len(_INDENT))]


def _failed(title: str, hosts: Sequence[HostChanges], of: int, columns: int, glyphs: Glyphs) -> list[Line]:
    """A line a host, with its reason; of a long one the beginning and the end stay."""
    if not hosts:
        return []
    widest = min(max(columns_of(host.host) for host in hosts), _NAME_COLUMNS, columns // 2)
    lines = [_heading(title, hosts, of, Tone.ERROR)]
    for host in hosts:
        start = f"{_INDENT}{left(cut(host.host, widest, glyphs), widest)}  "
        reason = cut(host.reason, max(columns - columns_of(start), 0), glyphs, tail_share=0.3)
        lines.append(Line(start + reason, Tone.ERROR))
    return lines
