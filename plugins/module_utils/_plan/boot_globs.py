# Copyright (c) 2026, the linuxnet.tcp authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Patterns as glob(3) of glibc expands them for a loader, over a set of names instead of a file system.

The time is bounded whatever the pattern: names are matched without backtracking into earlier stars, and
braces stop at MOST_ALTERNATIVES.
"""

from __future__ import annotations

import functools
import re
import string
from typing import FrozenSet, Iterable, Iterator, List, NamedTuple, Optional, Tuple

MOST_ALTERNATIVES = 1024
"""Paths that one pattern's braces may stand for; what is beyond is ignored."""

_ANY = frozenset(range(256))
_CLASSES = {
    b"alpha": string.ascii_letters.encode(),
    b"alnum": (string.ascii_letters + string.digits).encode(),
    b"digit": string.digits.encode(),
    b"lower": string.ascii_lowercase.encode(),
    b"upper": string.ascii_uppercase.encode(),
    b"xdigit": string.hexdigits.encode(),
    b"space": b" \t\n\v\f\r",
    b"punct": string.punctuation.encode(),
}
"""The character classes that a bracket may name, in the C locale."""
_CLASS = re.compile(rb"\[:([a-z]*):\]")
_DRESSED = re.compile(rb"\[([.=])(.)\1\]", re.DOTALL)


def braces(pattern: bytes) -> List[bytes]:
    """What `pattern` stands for: `a{b,c}` is `ab` and `ac`. An unclosed brace stands for itself."""
    done: List[bytes] = []
    waiting = [pattern]
    while waiting and len(done) + len(waiting) <= MOST_ALTERNATIVES:
        text = waiting.pop(0)
        alternatives = _first_brace(text)
        if alternatives is None:
            done.append(text)
        else:
            waiting = alternatives + waiting
    return done


def _first_brace(text: bytes) -> Optional[List[bytes]]:
    """`text` once for each alternative of its first brace; None when it has no brace that is closed."""
    begin = _skip_to(text, 0, b"{")
    if begin is None:
        return None
    ends: List[int] = []
    at = begin + 1
    while not ends or text[ends[-1] : ends[-1] + 1] == b",":
        end = _end_of_alternative(text, at)
        if end is None:
            return None
        ends.append(end)
        at = end + 1
    starts = [begin + 1] + [end + 1 for end in ends[:-1]]
    rest = text[ends[-1] + 1 :]
    return [text[:begin] + text[start:end] + rest for start, end in zip(starts, ends)]


def _skip_to(text: bytes, at: int, char: bytes) -> Optional[int]:
    """Where the first `char` that no backslash precedes is."""
    while at < len(text):
        if text[at : at + 1] == char:
            return at
        at += 2 if text[at : at + 1] == b"\\" else 1
    return None


def _end_of_alternative(text: bytes, at: int) -> Optional[int]:
    """Where the comma or the closing brace is that ends the alternative which begins at `at`."""
    depth = 0
    while at < len(text):
        char = text[at : at + 1]
        if char == b"\\":
            at += 2
            continue
        if char in (b"}", b",") and not depth:
            return at
        depth += (char == b"{") - (char == b"}")
        at += 1
    return None


# -- one part of a path --------------------------------------------------------------------------------------


class _Part(NamedTuple):
    """A pattern for one name: the bytes that each place allows, None for any number of any bytes."""

    places: Tuple[Optional[FrozenSet[int]], ...]
    takes_hidden: bool
    """Whether it begins with a dot of its own; otherwise it matches no name that does."""


def is_magic(part: bytes) -> bool:
    """Whether a part of a path is a pattern at all; a bracket that nothing closes stands for itself."""
    at = 0
    opened = False
    while at < len(part):
        char = part[at : at + 1]
        if char in (b"*", b"?") or (char == b"]" and opened):
            return True
        opened = opened or char == b"["
        at += 2 if char == b"\\" else 1
    return False


def matching(part: bytes, names: Iterable[bytes]) -> Iterator[bytes]:
    """Those of `names` that `part` matches, in their order."""
    pattern = _compiled(part)
    if pattern is None:
        return
    for name in names:
        if (pattern.takes_hidden or name[:1] != b".") and _matches(pattern.places, name):
            yield name


def fits(pattern: bytes, text: bytes) -> bool:
    """Whether fnmatch(3) without flags matches: a star takes slashes and leading dots too."""
    compiled = _compiled(pattern)
    return compiled is not None and _matches(compiled.places, text)


def unescaped(part: bytes) -> bytes:
    """A part without its backslashes, as it is taken when it is no pattern."""
    result = bytearray()
    at = 0
    while at < len(part):
        if part[at : at + 1] == b"\\" and at + 1 < len(part):
            at += 1
        result += part[at : at + 1]
        at += 1
    return bytes(result)


def _matches(places: Tuple[Optional[FrozenSet[int]], ...], name: bytes) -> bool:
    """Whether the whole of `name` fits, trying again only from the latest star."""
    place, at, star, star_at = 0, 0, -1, 0
    while at < len(name):
        allowed = places[place] if place < len(places) else frozenset()
        if allowed is None:
            star, star_at, place = place, at, place + 1
        elif name[at] in allowed:
            place, at = place + 1, at + 1
        elif star >= 0:
            star_at += 1
            place, at = star + 1, star_at
        else:
            return False
    return all(allowed is None for allowed in places[place:])


@functools.lru_cache(maxsize=256)
def _compiled(part: bytes) -> Optional[_Part]:
    """None when nothing can match: a backslash at the end, or a class that does not exist."""
    places: List[Optional[FrozenSet[int]]] = []
    at = 0
    while at < len(part):
        char = part[at : at + 1]
        if char == b"*":
            if not places or places[-1] is not None:
                places.append(None)
        elif char == b"?":
            places.append(_ANY)
        elif char == b"\\":
            if at + 1 == len(part):
                return None
            at += 1
            places.append(frozenset(part[at : at + 1]))
        elif char == b"[":
            bracket = _bracket(part, at + 1)
            if bracket is None:
                places.append(frozenset(char))
            elif bracket[0] is None:
                return None
            else:
                places.append(bracket[0])
                at = bracket[1]
        else:
            places.append(frozenset(char))
        at += 1
    return _Part(tuple(places), part[:1] == b"." or part[:2] == b"\\.")


def _bracket(part: bytes, at: int) -> Optional[Tuple[Optional[FrozenSet[int]], int]]:
    """What the bracket that was opened before `at` allows (None: it is nonsense) and where it closes; None:
    nowhere."""
    negated = part[at : at + 1] in (b"!", b"^") and at < len(part)
    at += negated
    allowed: set[int] = set()
    first = True
    while at < len(part):
        if part[at : at + 1] == b"]" and not first:
            return frozenset(_ANY - allowed if negated else allowed), at
        first = False
        named = _CLASS.match(part, at)
        if named:
            if named.group(1) not in _CLASSES:
                return None, at
            allowed.update(_CLASSES[named.group(1)])
            at = named.end()
            continue
        low, at = _bracket_byte(part, at)
        high = low
        if part[at : at + 1] == b"-" and part[at + 1 : at + 2] not in (b"]", b""):
            high, at = _bracket_byte(part, at + 1)
        if low is None or high is None:
            return None
        allowed.update(range(low, high + 1))
    return None


def _bracket_byte(part: bytes, at: int) -> Tuple[Optional[int], int]:
    """The byte at `at` in a bracket, perhaps behind a backslash or as `[.a.]`, and where the next begins."""
    dressed = _DRESSED.match(part, at)
    if dressed:
        return dressed.group(2)[0], dressed.end()
    if part[at : at + 1] == b"\\":
        at += 1
    return (part[at], at + 1) if at < len(part) else (None, at)
