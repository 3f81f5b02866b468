# Copyright (c) 2026, the linuxnet.tcp authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Text for a terminal: made harmless, measured in columns, cut, and drawn as bars. Pure functions.

Inventory names and the messages of failed hosts are somebody else's text. A terminal acts on control
characters and reorders what follows a bidi character, so nothing of that kind gets through `harmless`.
"""

from __future__ import annotations

import enum
import textwrap
import typing as t
import unicodedata
from collections import Counter

# Control, format (bidi, joiners), surrogate, private, unassigned, line and paragraph separators: they act on
# the terminal, show nothing, or have a width that nobody knows.
_REFUSED_CATEGORIES = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
_MARKS = frozenset({"Mn", "Me"})
_MARKS_ON_ONE_LETTER = 2
_EXACT_BELOW = 100_000


class Glyphs(t.NamedTuple):
    """The signs a table is drawn with, all one column wide. `blocks`: from the thinnest to the full column."""

    rule: str
    ellipsis: str
    blocks: str
    unknown: str
    ascii_only: bool


UNICODE = Glyphs(rule="─", ellipsis="…", blocks="▏▎▍▌▋▊▉█", unknown="\ufffd", ascii_only=False)
ASCII = Glyphs(rule="-", ellipsis="~", blocks="#", unknown="?", ascii_only=True)


class Tone(enum.Enum):
    """What a line is, for those who colour it."""

    PLAIN = "plain"
    WARNING = "warning"
    ERROR = "error"


class Line(t.NamedTuple):
    """One line of a table, without its newline."""

    text: str
    tone: Tone = Tone.PLAIN


def glyphs_for(encoding: str | None, term: str) -> Glyphs:
    """What a terminal of this encoding and `TERM` can show; the Linux console has no eighths of blocks."""
    if term in ("dumb", "linux"):
        return ASCII
    try:
        "".join(UNICODE[:4]).encode(encoding or "ascii")
    except (UnicodeEncodeError, LookupError):
        return ASCII
    return UNICODE


def harmless(text: str, glyphs: Glyphs) -> str:
    """`text` on one line, without anything that a terminal acts on; what is taken out leaves a visible sign.

    Piled-up combining marks are cut to two a letter: they are zero columns wide but paint over the lines
    above.
    """
    safe: list[str] = []
    marks = _MARKS_ON_ONE_LETTER
    for char in unicodedata.normalize("NFC", text):
        category = unicodedata.category(char)
        if category in _MARKS and not _is_variation_selector(char):
            marks += 1
            if marks <= _MARKS_ON_ONE_LETTER and not glyphs.ascii_only:
                safe.append(char)
            continue
        marks = 0
        if category == "Zs" or char in "\t\n\r":
            safe.append(" ")
        elif category in _REFUSED_CATEGORIES or category in _MARKS or (glyphs.ascii_only and char > "~"):
            safe.append(glyphs.unknown)
            marks = _MARKS_ON_ONE_LETTER
        else:
            safe.append(char)
    return "".join(safe)


def _is_variation_selector(char: str) -> bool:
    """Whether it makes some terminals draw the sign before it two columns wide."""
    return "\ufe00" <= char <= "\ufe0f" or "\U000e0100" <= char <= "\U000e01ef"


def columns_of(text: str) -> int:
    """How many terminal columns a harmless text takes: East Asian wide and full-width characters are two."""
    if text.isascii():
        return len(text)
    return sum(_columns_of_char(char) for char in text)


def _columns_of_char(char: str) -> int:
    if unicodedata.category(char) in _MARKS:
        return 0
    return 2 if unicodedata.east_asian_width(char) in "WF" else 1


def left(text: str, columns: int) -> str:
    """`text` filled up with spaces on its right."""
    return text + " " * (columns - columns_of(text))


def right(text: str, columns: int) -> str:
    """`text` filled up with spaces on its left."""
    return " " * (columns - columns_of(text)) + text


def cut(text: str, columns: int, glyphs: Glyphs, tail_share: float = 0.0) -> str:
    """`text` in at most `columns` columns: an ellipsis stands for what is missing.

    `tail_share` says how much of the room the end of the text gets: 0.0 keeps the beginning only, 1.0 the end
    only.
    """
    if columns_of(text) <= columns:
        return text
    room = columns - columns_of(glyphs.ellipsis)
    if room < 0:
        return ""
    tail = int(room * tail_share)
    return _beginning(text, room - tail) + glyphs.ellipsis + _end(text, tail)


def _beginning(text: str, columns: int) -> str:
    used = 0
    for position, char in enumerate(text):
        used += _columns_of_char(char)
        if used > columns:
            return text[:position]
    return text


def _end(text: str, columns: int) -> str:
    used = 0
    start = len(text)
    for position in range(len(text) - 1, -1, -1):
        used += _columns_of_char(text[position])
        if used > columns:
            break
        start = position
    while start < len(text) and unicodedata.category(text[start]) in _MARKS:
        start += 1
    return text[start:]


def shorten_apart(names: t.Sequence[str], columns: int, glyphs: Glyphs) -> list[str]:
    """The names, in order, in at most `columns` columns each, and still told apart from each other.

    One way to cut is taken for all, the first that keeps most of them apart: the beginning, both ends, the
    end. What is alike even so (also two names that `harmless` made alike) gets a number.
    """
    best: list[str] = []
    for tail_share in (0.0, 0.5, 1.0, 0.75, 0.25):
        tried = [cut(name, columns, glyphs, tail_share) for name in names]
        if not best or len(set(tried)) > len(set(best)):
            best = tried
        if len(set(best)) == len(names):
            return best
    return _numbered(best, columns, glyphs)


def _numbered(names: t.Sequence[str], columns: int, glyphs: Glyphs) -> list[str]:
    alike = Counter(names)
    taken = set(names)
    last_number: Counter[str] = Counter()
    apart: list[str] = []
    for name in names:
        if alike[name] == 1:
            apart.append(name)
            continue
        candidate = name
        while candidate in taken:
            last_number[name] += 1
            number = f"#{last_number[name]}"
            candidate = cut(name, max(columns - len(number), 0), glyphs) + number
            if columns_of(candidate) > columns:
                candidate = cut(number, columns, glyphs, 1.0)
                break
        taken.add(candidate)
        apart.append(candidate)
    return apart


def compact(number: int) -> str:
    """A count in at most five columns: exact up to five digits, then in k, M, ..., rounded down."""
    if number < _EXACT_BELOW:
        return str(number)
    for power, unit in enumerate("kMGTPE", start=1):
        step = 1000**power
        if number < 10 * step:
            return f"{number // step}.{number * 10 // step % 10}{unit}"
        if number < 1000 * step:
            return f"{number // step}{unit}"
    return ">999E"


def percent(share: float) -> str:
    """A share of 1.0 as percent, rounded down: 100% is never said too early. Not quite zero is `<1%`."""
    if 0 < share < 0.01:
        return "<1%"
    whole = int(share * 100 + 1e-9)
    return f"{whole}%" if whole < 1000 else ">999%"


def drawn_bar(share: float, columns: int, glyphs: Glyphs) -> str:
    """A bar of at most `columns` columns for a share of 1.0; anything above zero is seen."""
    steps = len(glyphs.blocks)
    filled = round(min(max(share, 0.0), 1.0) * columns * steps)
    if share > 0 and columns > 0:
        filled = max(filled, 1)
    full, rest = divmod(filled, steps)
    return glyphs.blocks[-1] * full + (glyphs.blocks[rest - 1] if rest else "")


def wrapped(text: str, columns: int) -> list[Line]:
    """A sentence of ours (no host's text in it), broken at spaces; all lines but the first are indented."""
    return [
        Line(part)
        for part in textwrap.wrap(text, max(columns, 1), subsequent_indent="  " if columns > 20 else "")
    ]
