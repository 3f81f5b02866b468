# Copyright (c) 2026, the linuxnet.tcp authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Somebody else's text, made fit to be seen. Pure functions, for every format that people read.

Names of the inventory, of processes and of files come from the hosts. A sign that acts on the reader's program, that
reorders what follows or that shows nothing is written out, so that two names that differ look different.
"""

from __future__ import annotations

import json
import typing as t
import unicodedata

# Control, format (bidi, joiners), surrogate, private, unassigned, line and paragraph separators.
_WRITTEN_OUT = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
_MARKS = frozenset({"Mn", "Me"})
_MARKS_ON_ONE_LETTER = 2
#: So much of a name or value is shown in a table or sentence; the whole of it is in the record and in report.json.
MOST_CHARACTERS = 300

_LIMITS = {"equals": "{0}", "at_least": "at least {0}", "at_most": "at most {0}", "one_of": "one of {0}"}


def visible(text: str, most: int = MOST_CHARACTERS) -> str:
    """`text` on one line with what cannot be seen written out, by its number, cut in the middle at `most`."""
    if not (text.isascii() and text.isprintable()):
        text = "".join(_shown_characters(text))
    if len(text) <= most:
        return text
    end = most // 3
    return f"{text[: most - end - 1]}…{text[len(text) - end :]}"


def _shown_characters(text: str) -> t.Iterator[str]:
    marks = 0
    for char in text:
        category = unicodedata.category(char)
        marks = marks + 1 if category in _MARKS else 0
        # Piled-up marks paint over the lines above.
        if category in _WRITTEN_OUT or marks > _MARKS_ON_ONE_LETTER:
            yield _escape(char)
        else:
            yield " " if category == "Zs" else char


def _escape(char: str) -> str:
    code = ord(char)
    if code < 0x100:
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


def value_text(value: object, most: int = MOST_CHARACTERS) -> str:
    """A value of a tunable as a person writes it: `4096 87380 6291456`; a dash where there is none."""
    if isinstance(value, str):
        return visible(value, most)
    if value is None:
        return "-"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, (list, tuple)):
        return visible(" ".join(value_text(item, most) for item in value), most)
    if isinstance(value, dict):
        return visible(json.dumps(value, ensure_ascii=False, sort_keys=True), most)
    return visible(str(value), most)


def expected_text(expected: object) -> str:
    """What a rule asks for, in words: `at least 4096`, `between 1 and 5`, `1`."""
    if isinstance(expected, dict) and len(expected) == 1:
        ((limit, value),) = expected.items()
        if limit == "between" and isinstance(value, (list, tuple)) and len(value) == 2:
            return f"between {value_text(value[0])} and {value_text(value[1])}"
        if limit == "one_of" and isinstance(value, (list, tuple)):
            return "one of " + ", ".join(value_text(item) for item in value)
        if limit in _LIMITS:
            return _LIMITS[limit].format(value_text(value))
    return value_text(expected)
