# Copyright (c) 2026, the linuxnet.tcp authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Edit a sysctl file: the lines of the named keys, and not one byte besides.

The file may be somebody else's, in whatever encoding and with whatever line ends, and of any size that a run reads: all
of this takes time in proportion to its length.
"""

from __future__ import annotations

import re
from typing import Dict, List, Mapping, NamedTuple, Optional, Sequence, Set, Tuple

from .._model.errors import InputError
from .._model.keys import canonical_key

HEADING = b"# Kept by the Ansible module linuxnet.tcp.tunables: it changes the lines of its own keys and no others.\n"

# systemd ends a line at each of the three, procps at line feeds only. What stands behind any of them is not ours to
# touch.
_WHOLE_LINE = re.compile(rb"[^\n\r\0]*(?:\r\n|[\n\r\0]|\Z)")
_BLANKS = b" \t"
_COMMENT = (b"#", b";")
_PATTERN = re.compile(rb"[*?\[]")


class Line(NamedTuple):
    """An assignment in the file. `place` counts lines from 0; `text` is the whole line with its end; `value` what
    stands behind the `=`.
    """

    place: int
    key: str
    value: str
    text: bytes


def assignments(data: bytes) -> Tuple[Line, ...]:
    """The lines that assign a value to one key under net, in their order."""
    found = []
    for index, text in enumerate(_lines(data)):
        parts = _parts(text) if b"=" in text else None
        if parts is None:
            continue
        try:
            key = canonical_key(parts.key.decode("ascii"))
        except (InputError, UnicodeDecodeError):
            continue
        found.append(Line(index, key, parts.value.decode("utf-8", "replace"), text))
    return tuple(found)


def edited(data: Optional[bytes], changes: Mapping[str, Optional[str]]) -> Optional[bytes]:
    """The file with each key of `changes` set to its text, or its lines gone where that is None.

    The last line of a key is changed in place, earlier ones of the same key go: they never decided. A new key comes
    at the end. None is no file: what was not there is made, with a heading; what we made and that holds nothing more
    is gone.
    """
    lines = _lines(data or b"")
    last: Dict[str, int] = {}
    doomed: Set[int] = set()
    for line in assignments(data or b""):
        if line.key in changes:
            if line.key in last:
                doomed.add(last[line.key])
            last[line.key] = line.place
    for key, value in changes.items():
        if key in last and value is None:
            doomed.add(last[key])
        elif key in last and value is not None:
            lines[last[key]] = _with_value(lines[last[key]], value)
    result = b"".join(text for index, text in enumerate(lines) if index not in doomed)
    new = [_new_line(key, value) for key, value in changes.items() if value is not None and key not in last]
    result = _with_new_lines(data, result, new)
    if result == HEADING or (data is None and not result):
        return None
    return result


def _with_new_lines(data: Optional[bytes], result: bytes, new: Sequence[bytes]) -> bytes:
    """`result` and behind it the `new` lines, under a heading where there was no file before."""
    if not new:
        return result
    if not result and data is None:
        result = HEADING
    elif result and not result.endswith(b"\n"):
        result += b"\n"
    return result + b"".join(new)


def _lines(data: bytes) -> List[bytes]:
    """The lines with their ends."""
    return [line for line in _WHOLE_LINE.findall(data) if line]


class _Parts(NamedTuple):
    """A line that assigns, cut so that its parts put together are the line again."""

    before: bytes
    """Blanks, and the dash that lets the loaders ignore a refusal."""
    key: bytes
    equals: bytes
    """The sign with the blanks around it."""
    value: bytes
    after: bytes
    """Blanks, and what ends the line."""


def _parts(text: bytes) -> Optional[_Parts]:
    """The parts of a line that assigns; None for a comment, a pattern and anything else."""
    head, sign, tail = text.partition(b"=")
    name = head.lstrip(_BLANKS)
    if name.startswith(b"-"):
        name = name[1:].lstrip(_BLANKS)
    key = name.rstrip(_BLANKS)
    if not sign or not key or key.startswith(_COMMENT) or _PATTERN.search(key):
        return None
    rest = tail.lstrip(_BLANKS)
    value = rest.rstrip(b" \t\r\n\0")
    return _Parts(
        before=head[: len(head) - len(name)],
        key=key,
        equals=name[len(key) :] + sign + tail[: len(tail) - len(rest)],
        value=value,
        after=rest[len(value) :],
    )


def _with_value(text: bytes, value: str) -> bytes:
    parts = _parts(text)
    if parts is None:  # pragma: no cover - only lines that `assignments` found come here: it tells mypy
        raise AssertionError("only lines that assign are changed")
    return b"".join(parts._replace(value=value.encode("utf-8")))


def _new_line(key: str, value: str) -> bytes:
    # Written with slashes where a part of the key has a dot in it, which both loaders read alike.
    return "{0} = {1}".format(key, value).rstrip().encode("utf-8") + b"\n"
