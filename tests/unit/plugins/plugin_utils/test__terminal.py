# Copyright (c) 2026, the linuxnet.tcp authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Text for a terminal: nothing acts on it, and its width is known."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from ansible_collections.linuxnet.tcp.plugins.plugin_utils import _terminal as terminal
from ansible_collections.linuxnet.tcp.plugins.plugin_utils._terminal import ASCII, UNICODE


@pytest.mark.parametrize(
    ("hostile", "unicode", "ascii_only"),
    [
        ("web\x1b[2Jx", "web\ufffd[2Jx", "web?[2Jx"),
        ("web\u202egpj.exe", "web\ufffdgpj.exe", "web?gpj.exe"),
        ("a\nb\tc\rd", "a b c d", "a b c d"),
        ("zero\u200bwidth", "zero\ufffdwidth", "zero?width"),
        ("heart\u2764\ufe0f", "heart\u2764\ufffd", "heart??"),
        ("\ud800lone", "\ufffdlone", "?lone"),
        ("e\u0301", "\xe9", "?"),
        ("x" + "\u0334" * 50, "x" + "\u0334" * 2, "x"),
        ("\u0334first", "first", "first"),
        ("bell\x07\x9b", "bell\ufffd\ufffd", "bell??"),
        ("東京", "東京", "??"),
        ("no\u00a0break\u3000wide", "no break wide", "no break wide"),
    ],
)
def test_harmless(hostile: str, unicode: str, ascii_only: str) -> None:
    """Control, bidi, zero-width and lone surrogate characters leave a sign; odd spaces become spaces."""
    assert terminal.harmless(hostile, UNICODE) == unicode
    assert terminal.harmless(hostile, ASCII) == ascii_only


@settings(max_examples=200, deadline=None)
@given(text=some.text())
def test_harmless_leaves_nothing_that_acts(text: str) -> None:
    """Of whatever text, only printing characters stay; made harmless twice is made harmless once."""
    for glyphs in (UNICODE, ASCII):
        safe = terminal.harmless(text, glyphs)
        assert not {unicodedata.category(char) for char in safe} & {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}
        assert terminal.harmless(safe, glyphs) == safe
    assert terminal.harmless(text, ASCII).isascii()


@settings(max_examples=200, deadline=None)
@given(text=some.text(), columns=some.integers(0, 40), share=some.sampled_from([0.0, 0.25, 0.5, 1.0]))
def test_cut_keeps_to_its_columns(text: str, columns: int, share: float) -> None:
    """A cut text has the columns it was given, or fewer; a text that fits is left as it is."""
    safe = terminal.harmless(text, UNICODE)
    short = terminal.cut(safe, columns, UNICODE, share)
    assert terminal.columns_of(short) <= columns
    assert short == safe or terminal.columns_of(safe) > columns


def test_cut_keeps_the_end_that_was_asked_for() -> None:
    """The end of the text gets its share of the room, and wide characters are not cut in half."""
    assert terminal.cut("abcdefghij", 5, UNICODE) == "abcd…"
    assert terminal.cut("abcdefghij", 5, UNICODE, 1.0) == "…ghij"
    assert terminal.cut("abcdefghij", 5, UNICODE, 0.5) == "ab…ij"
    assert terminal.cut("東京大阪", 6, UNICODE) == "東京…"
    assert terminal.cut("東京大阪", 4, UNICODE, 1.0) == "…阪"
    assert terminal.cut("abc", 0, UNICODE) == ""


@settings(max_examples=100, deadline=None)
@given(
    names=some.lists(some.text("ab-.0", max_size=30), max_size=40),
    columns=some.integers(6, 30),
    glyphs=some.sampled_from([ASCII, UNICODE]),
)
def test_shortened_names_stay_apart(names: list[str], columns: int, glyphs: terminal.Glyphs) -> None:
    """As many different names come out as hosts went in, equal names included, all within the columns."""
    short = terminal.shorten_apart(names, columns, glyphs)
    assert len(set(short)) == len(short) == len(names)
    assert all(terminal.columns_of(name) <= columns for name in short)


def test_shortened_names_prefer_what_tells_them_apart() -> None:
    """The beginning is kept where it differs, both ends where it does not; a number is the last resort."""
    assert terminal.shorten_apart(["web1.example.com", "db.example.com"], 8, UNICODE) == [
        "web1.ex…",
        "db.exam…",
    ]
    assert terminal.shorten_apart(["prod-web-01", "prod-web-02"], 8, UNICODE) == ["prod…-01", "prod…-02"]
    assert terminal.shorten_apart(["same", "same"], 8, UNICODE) == ["same#1", "same#2"]


@pytest.mark.parametrize(
    ("number", "shown"),
    [
        (0, "0"),
        (99_999, "99999"),
        (100_000, "100k"),
        (123_999, "123k"),
        (999_999, "999k"),
        (1_000_000, "1.0M"),
        (1_290_000, "1.2M"),
        (12_900_000, "12M"),
        (999_999_999, "999M"),
        (1_000_000_000, "1.0G"),
        (10**21, ">999E"),
    ],
)
def test_compact(number: int, shown: str) -> None:
    """Five digits are exact; beyond that a count is rounded down and never takes more than five columns."""
    assert terminal.compact(number) == shown


@pytest.mark.parametrize(
    ("share", "shown"),
    [
        (0.0, "0%"),
        (0.0001, "<1%"),
        (0.01, "1%"),
        (0.29, "29%"),
        (0.9999, "99%"),
        (1.0, "100%"),
        (1.5, "150%"),
        (99.0, ">999%"),
    ],
)
def test_percent(share: float, shown: str) -> None:
    """Full is said at full and not before, and what is not zero never reads as zero."""
    assert terminal.percent(share) == shown


def test_drawn_bar() -> None:
    """A bar is as long as its share, in eighths; the smallest share is seen and the largest stays inside."""
    assert terminal.drawn_bar(0.0, 10, UNICODE) == ""
    assert terminal.drawn_bar(1e-9, 10, UNICODE) == "▏"
    assert terminal.drawn_bar(0.55, 10, UNICODE) == "█████▌"
    assert terminal.drawn_bar(7.0, 10, UNICODE) == "█" * 10
    assert terminal.drawn_bar(0.55, 10, ASCII) == "######"
    assert terminal.drawn_bar(0.5, 0, UNICODE) == ""


@pytest.mark.parametrize(
    ("encoding", "term", "glyphs"),
    [
        ("utf-8", "xterm-256color", UNICODE),
        ("UTF-8", "", UNICODE),
        ("iso8859-1", "xterm", ASCII),
        ("ascii", "xterm", ASCII),
        (None, "xterm", ASCII),
        ("no such encoding", "xterm", ASCII),
        ("utf-8", "dumb", ASCII),
        ("utf-8", "linux", ASCII),
    ],
)
def test_glyphs_for(encoding: str | None, term: str, glyphs: terminal.Glyphs) -> None:
    """Boxes and bars are drawn only where the encoding has them and the terminal is known to show them."""
    assert terminal.glyphs_for(encoding, term) is glyphs
