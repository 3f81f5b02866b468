# Copyright (c) 2026, the linuxnet.tcp authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Patterns as glob(3) has them. The lab compares them with the programs that use it."""

from __future__ import annotations

import fnmatch
import time
from typing import List

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.linuxnet.tcp.plugins.module_utils._plan.boot_globs import (
    MOST_ALTERNATIVES,
    braces,
    fits,
    is_magic,
    matching,
    unescaped,
)


@pytest.mark.parametrize(
    ("pattern", "alternatives"),
    [
        (b"plain", [b"plain"]),
        (b"a{b,c}d", [b"abd", b"acd"]),
        (b"a{b,c{d,e}}", [b"ab", b"acd", b"ace"]),
        (b"{a,b}{c,d}", [b"ac", b"ad", b"bc", b"bd"]),
        (b"a{}b", [b"ab"]),
        (b"a{b}", [b"ab"]),
        (b"a{,b}", [b"a", b"ab"]),
        (b"a{b,c", [b"a{b,c"]),
        (b"a\\{b,c}", [b"a\\{b,c}"]),
        (b"a{b\\,c}", [b"ab\\,c"]),
        (b"a}b", [b"a}b"]),
    ],
)
def test_braces(pattern: bytes, alternatives: List[bytes]) -> None:
    """Braces stand for each of their alternatives; an unclosed or escaped one for itself."""
    assert braces(pattern) == alternatives


def test_braces_are_bounded() -> None:
    """A pattern that stands for a million paths takes no time."""
    assert len(braces(b"{a,b}" * 20)) <= MOST_ALTERNATIVES


@pytest.mark.parametrize(
    ("part", "name", "matches"),
    [
        (b"*", b"abc", True),
        (b"*", b".abc", False),
        (b".*", b".abc", True),
        (b"?bc", b".bc", False),
        (b"[.]bc", b".bc", False),
        (b"a.?", b"a..", True),
        (b"a*c", b"abbbc", True),
        (b"a*c*", b"abd", False),
        (b"a**c", b"abbc", True),
        (b"[a-c]x", b"bx", True),
        (b"[!a-c]x", b"bx", False),
        (b"[^a-c]x", b"dx", True),
        (b"[]x]", b"]", True),
        (b"[a", b"[a", True),
        (b"[c-a]", b"b", False),
        (b"[a-]", b"-", True),
        (b"[\\]]", b"]", True),
        (b"[[:digit:]]", b"7", True),
        (b"[[:digit:]]", b"a", False),
        (b"[[:nonsense:]]", b"a", False),
        (b"[[=a=]]", b"a", True),
        (b"[[.a.]-c]", b"b", True),
        (b"\\*", b"*", True),
        (b"\\*", b"a", False),
        (b"a\\", b"a\\", False),
        (b"[a-\\", b"[a-\\", False),
    ],
)
def test_matching(part: bytes, name: bytes, matches: bool) -> None:
    """Stars, question marks, brackets and backslashes are those of fnmatch(3) with FNM_PERIOD."""
    assert list(matching(part, [name])) == ([name] if matches else [])


@given(
    pattern=st.text("ab*?[]-!", max_size=8).map(str.encode),
    name=st.text("ab-", max_size=8).map(str.encode),
)
def test_matching_is_that_of_python_where_the_two_mean_the_same(pattern: bytes, name: bytes) -> None:
    """Without brackets, whose odd forms differ, Python's fnmatch has the same answer."""
    if b"[" not in pattern:
        assert fits(pattern, name) == fnmatch.fnmatchcase(name.decode(), pattern.decode())


@pytest.mark.fuzz
@given(pattern=st.binary(max_size=40), name=st.binary(max_size=20))
def test_any_pattern_is_taken(pattern: bytes, name: bytes) -> None:
    """No pattern breaks the matcher, and one that is no pattern matches itself only."""
    list(matching(pattern, [name]))
    if not is_magic(pattern) and b"\\" not in pattern and b"{" not in pattern:
        assert unescaped(pattern) == pattern
        assert fits(pattern, pattern)
    assert braces(pattern)


def test_what_is_no_pattern_loses_its_backslashes() -> None:
    """One before any byte goes; one at the end has nothing to escape."""
    assert unescaped(b"a\\*b\\\\c") == b"a*b\\c"
    assert unescaped(b"a\\") == b"a\\"


def test_many_stars_take_no_time() -> None:
    """A pattern made to be slow is not."""
    began = time.process_time()
    assert not fits(b"*a" * 500 + b"b", b"a" * 255)

    assert time.process_time() - began < 5


def test_star_of_fits_takes_slashes() -> None:
    """Without flags a star takes slashes and leading dots too."""
    assert fits(b"net/*_x", b"net/ipv4/.a_x")
