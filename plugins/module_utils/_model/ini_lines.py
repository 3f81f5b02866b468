# Copyright (c) 2026, the linuxnet.tcp authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Files of sections and options, as TuneD keeps them, option by option with the line each stands on."""

from __future__ import annotations

import re
from typing import Iterator, NamedTuple

_INLINE_COMMENT = re.compile(rb"(?:^|\s)#.*")


class IniLine(NamedTuple):
    """One `option = value` of a section."""

    line: int
    section: bytes
    option: bytes
    value: bytes


def ini_lines(content: bytes) -> Iterator[IniLine]:
    """Every option, in the order of the file, as Python's ConfigParser reads it with `=` and `#`, which is
    how TuneD does.

    Lines that continue a value, and lines that are neither a section nor an option, are left out.
    """
    section = b""
    for number, raw in enumerate(content.split(b"\n"), 1):
        text = _INLINE_COMMENT.sub(b"", raw).strip()
        if not text or text[:1] == b";":
            continue
        if text[:1] == b"[" and b"]" in text:
            section = text[1 : text.rindex(b"]")]
            continue
        option, equals, value = text.partition(b"=")
        if equals and not raw[:1].isspace():
            yield IniLine(number, section, option.strip(), value.strip())
