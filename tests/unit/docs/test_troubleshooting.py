# Copyright (c) 2026, the linuxnet.tcp authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Troubleshooting by message: the page quotes what the code says, and has every error that the code can end with."""

from __future__ import annotations

import re

import pytest

from ansible_collections.linuxnet.tcp.tests.unit.docs.messages import HOLE, ROOT, raised, says, texts_in_code

PAGE = (ROOT / "docs" / "docsite" / "rst" / "troubleshooting.rst").read_text(encoding="utf-8")
QUOTES = re.findall(r"^- ``(.+)``$", PAGE, re.MULTILINE)


def letters(text: str) -> int:
    """How much of a text stands fast."""
    return len(text.replace(HOLE, ""))


def test_every_message_on_the_page_is_in_the_code() -> None:
    """Nobody looks for a sentence that the collection does not say."""
    texts = texts_in_code()

    assert len(QUOTES) == len(set(QUOTES)) > 150
    assert [quote for quote in QUOTES if not any(says(text, quote) for text in texts)] == []


def test_every_error_in_the_code_is_on_the_page() -> None:
    """Whoever adds an error adds what it means; a quote of a few letters out of a long sentence is none."""
    found = dict(raised())
    missing = [
        f"{place}: {text}"
        for place, text in found.items()
        if not any(says(text, quote) and letters(quote) >= min(letters(text) / 3, 20) for quote in QUOTES)
    ]

    assert len(found) > 100
    assert missing == []


@pytest.mark.parametrize(
    ("text", "quote", "there"),
    [
        ("the folder … does not exist; create it first", "… does not exist; …", True),
        ("… is …: this is a link", "this is … link", True),
        ("… is …: this is a link", "a link … this", False),
    ],
)
def test_a_quote_is_found_by_what_stands_fast_in_it(text: str, quote: str, there: bool) -> None:
    """In its order, whatever stands between."""
    assert says(text, quote) is there
