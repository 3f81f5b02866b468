# Copyright (c) 2026, the linuxnet.tcp authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Edit a sysctl file: the lines of the named keys, and not one byte besides.

The file may be somebody else's, in whatever encoding, with whatever line ends; it is only ever cut at line feeds.
"""

from __future__ import annotations

import re
from typing import Dict, List, Mapping, NamedTuple, Optional, Tuple

from .._model.errors import InputError
from .._model.keys import canonical_key

HEADING = b"# Kept by the Ansible module linuxnet.tcp.tunables: it changes the lines of its own keys and no others.\n"

_LINE = re.compile(rb"(?P<before>[ \t]*-?[ \t]*)(?P<key>[^=#;\s][^=]*?)(?P<equals>[ \t]*=[ \t]*)(?P<value>.*?)(?P<after>[ \t\r]*)\Z")


class Line(NamedTuple):
    """An assignment in the file. `place` counts lines from 0; `text` is the whole line with its end; `value` what stands behind the `=`."""

    place: int
    key: str
    value: str
    text: bytes


def assignments(data: bytes) -> Tuple[Line, ...]:
    """The lines that assign a value to one key under net, in their order."""
    found = []
    for index, text in enumerate(_lines(data)):
        match = _match(text)
        if match is None:
            continue
        try:
            key = canonical_key(match.group("key").decode("ascii").strip())
        except (InputError, UnicodeDecodeError):
            continue
        found.append(Line(index, key, match.group("value").decode("utf-8", "replace"), text))
    return tuple(found)


def edited(data: Optional[bytes], changes: Mapping[str, Optional[str]]) -> Optional[bytes]:
    """The file with each key of `changes` set to its text, or its lines gone where that is None.

    The last line of a key is changed in place, earlier ones of the same key go: they never decided. A new key comes at the
    end. None is no file: what was not there is made, with a heading; what we made and that holds nothing more is gone.
    """
    lines = _lines(data or b"")
    last: Dict[str, int] = {}
    doomed: List[int] = []
    for line in assignments(data or b""):
        if line.key in changes:
            if line.key in last:
                doomed.append(last[line.key])
            last[line.key] = line.place
    for key, value in changes.items():
        if key in last and value is None:
            doomed.append(last[key])
        elif key in last and value is not None:
            lines[last[key]] = _with_value(lines[last[key]], value)
    result = b"".join(text for index, text in enumerate(lines) if index not in set(doomed))
    new = [_new_line(key, value) for key, value in changes.items() if value is not None and key not in last]
    if new:
        if not result:
            result = HEADING if data is None else b""
        elif not result.endswith(b"\n"):
            result += b"\n"
        result += b"".join(new)
    if result == HEADING or (data is None and not result):
        return None
    return result


def _lines(data: bytes) -> List[bytes]:
    """The lines with their ends. Only a line feed ends one: bytes.splitlines would cut at a carriage return as well."""
    lines = [part + b"\n" for part in data.split(b"\n")]
    lines[-1] = lines[-1][:-1]
    return lines if lines[-1] else lines[:-1]


def _match(text: bytes) -> Optional["re.Match[bytes]"]:
    """The parts of a line that assigns; None for a comment, a pattern and anything else."""
    bare = text.rstrip(b"\n")
    match = _LINE.match(bare)
    if match is None or re.search(rb"[*?\[]", match.group("key")):
        return None
    return match


def _with_value(text: bytes, value: str) -> bytes:
    match = _match(text)
    if match is None:
        raise AssertionError("only lines that assign are changed")
    end = match.group("after") + text[len(text.rstrip(b"\n")) :]
    return match.group("before") + match.group("key") + match.group("equals") + value.encode("utf-8") + end


def _new_line(key: str, value: str) -> bytes:
    # Written with slashes where a part of the key has a dot in it, which both loaders read alike.
    return "{0} = {1}".format(key, value).rstrip().encode("utf-8") + b"\n"
