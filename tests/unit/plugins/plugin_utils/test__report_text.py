# Copyright (c) 2026, the linuxnet.tcp authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Somebody else's text: made visible, cut, and values in words."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.linuxnet.tcp.plugins.plugin_utils._report_text import expected_text, value_text, visible

ANY_TEXT = st.text(st.characters(exclude_categories=[]))


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("web1.example.com", "web1.example.com"),
        ("née 名前", "née 名前"),
        ("a\x1b[31mb", "a\\x1b[31mb"),
        ("a\r\nb\t", "a\\x0d\\x0ab\\x09"),
        ("\u202egnp", "\\u202egnp"),
        ("a\u200bb\ufeff", "a\\u200bb\\ufeff"),
        ("\U000e0001", "\\U000e0001"),
        ("a\u00a0b", "a b"),
        ("e" + "\u0301" * 4, "e\u0301\u0301\\u0301\\u0301"),
    ],
)
def test_visible(text: str, shown: str) -> None:
    """What cannot be seen, or acts on whoever shows it, is written out."""
    assert visible(text) == shown


@given(ANY_TEXT)
def test_all_that_is_shown_can_be_seen(text: str) -> None:
    """Whatever the text is, what is shown is printable, on one line, can be encoded, and is shown unchanged again."""
    shown = visible(text)

    assert shown.isprintable()
    shown.encode()
    assert visible(shown) == shown


def test_long_texts_are_cut_in_the_middle() -> None:
    """Both ends of a long name are kept, for either may be what tells it apart."""
    shown = visible("a" * 4000 + "z", 30)

    assert len(shown) == 30
    assert shown == "a" * 19 + "…" + "a" * 9 + "z"


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, "-"),
        (0, "0"),
        (True, "yes"),
        ("cubic", "cubic"),
        ([4096, 87380, 6291456], "4096 87380 6291456"),
        ({"b": 1, "a": "\u202e"}, '{"a": "\\u202e", "b": 1}'),
        (0.5, "0.5"),
    ],
)
def test_value(value: object, text: str) -> None:
    """A value is written as a person writes it; no value is a dash."""
    assert value_text(value) == text


@pytest.mark.parametrize(
    ("expected", "text"),
    [
        (1, "1"),
        ({"equals": [1, 2]}, "1 2"),
        ({"at_least": 4096}, "at least 4096"),
        ({"at_most": 5000}, "at most 5000"),
        ({"between": [15, 60]}, "between 15 and 60"),
        ({"one_of": [1, 2]}, "one of 1, 2"),
        ({"between": 3}, '{"between": 3}'),
        ({"at_least": 1, "at_most": 2}, '{"at_least": 1, "at_most": 2}'),
        (None, "-"),
    ],
)
def test_expected(expected: object, text: str) -> None:
    """What a rule asks for is said in words, and what nobody knows is shown as it is."""
    assert expected_text(expected) == text
