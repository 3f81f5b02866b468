# Copyright (c) 2026, the linuxnet.tcp authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The picture of the state machine: self-contained, legible, and closed to whatever comes from outside."""

from __future__ import annotations

import re
from xml.etree import ElementTree as ET

import pytest

from ansible_collections.linuxnet.tcp.plugins.module_utils._model.errors import InputError
from ansible_collections.linuxnet.tcp.plugins.module_utils._model.states import STATE_TITLES
from ansible_collections.linuxnet.tcp.plugins.plugin_utils import _state_diagram as diagram

SVG = "{http://www.w3.org/2000/svg}"
COUNTS = {title: 1000 * row for row, title in enumerate(STATE_TITLES)}


def texts(svg: str) -> list[str]:
    """All lines of words in the picture."""
    return ["".join(element.itertext()) for element in ET.fromstring(svg).iter(f"{SVG}text")]


def test_the_picture_needs_nothing_but_itself() -> None:
    """No script, no link, no style sheet or font from elsewhere: it opens without a network."""
    svg = diagram.draw(COUNTS)
    tags = {element.tag.removeprefix(SVG) for element in ET.fromstring(svg).iter()}

    assert tags == {"svg", "title", "desc", "style", "rect", "path", "text", "tspan"}
    assert not re.search(r"href|url\(|@import|@font-face|javascript|\son\w+=", svg)
    assert re.findall(r"https?://[^\"]*", svg) == ["http://www.w3.org/2000/svg"]


def test_it_can_be_read_without_being_seen() -> None:
    """It says that it is one image, and points to its title and its description, which has the counts."""
    root = ET.fromstring(diagram.draw({"close_wait": 7}, number=3))
    by_id = {element.get("id"): element.text or "" for element in root if element.get("id")}
    title, description = (by_id[name] for name in root.attrib["aria-labelledby"].split())

    assert root.get("role") == "img"
    assert "TCP state machine" in title
    assert "CLOSE_WAIT 7" in description
    assert "TIME_WAIT to the end: 60 s pass (2 MSL)" in description


def test_two_pictures_in_one_page_have_different_ids() -> None:
    """Ids are unique in an HTML page, so that each picture finds its own title."""
    ids = [set(re.findall(r' id="([^"]+)"', diagram.draw(number=number))) for number in (0, 1)]

    assert [len(one) for one in ids] == [2, 2]
    assert not ids[0] & ids[1]


def test_counts_stand_in_the_boxes() -> None:
    """A count takes the place of the explanation, with its thousands apart; a zero is shown and pale."""
    svg = diagram.draw({"time_wait": 1234567, "closing": 0})

    assert "1,234,567" in texts(svg)
    assert '<text class="count zero" x="520" y="669" text-anchor="middle">0</text>' in svg
    assert "remembered for 60 s" not in texts(svg)


def test_a_state_that_was_not_counted_shows_no_number() -> None:
    """Absent is not zero: its box keeps the explanation."""
    shown = texts(diagram.draw({"time_wait": 5}))

    assert "our program must close" in shown
    assert "0" not in shown


@pytest.mark.parametrize(
    ("counts", "named_in_error"),
    [
        ({"<script>": 1}, "<script>"),
        ({"TIME_WAIT": 1}, "TIME_WAIT"),
        ({"listen": "<b>1</b>"}, "<b>"),
        ({"listen": True}, "True"),
        ({"listen": 1.5}, "1.5"),
        ({"listen": -1}, "-1"),
        ({"listen": None}, "None"),
    ],
)
def test_what_is_no_count_of_a_state_is_refused(counts: dict[str, int], named_in_error: str) -> None:
    """Only known names and integers of 0 or more get in, and the error says what was wrong."""
    with pytest.raises(InputError, match=re.escape(named_in_error)):
        diagram.draw(counts)


def luminance(colour: str) -> float:
    """Relative luminance by WCAG 2."""
    channels = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (c / 12.92 if c <= 0.03928 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, two: str) -> float:
    """Contrast ratio by WCAG 2: 1 to 21."""
    dark, light = sorted((luminance(one), luminance(two)))
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("colours", [diagram.LIGHT, diagram.DARK], ids=["light", "dark"])
def test_words_stand_out_from_their_ground(colours: dict[str, str]) -> None:
    """At least 4.5 to 1 (WCAG AA) for every colour of words on every ground on which it stands."""
    grounds = ("paper", "box", "active-panel", "passive-panel")
    for words in ("ink", "quiet", "none", "open", "data", "active", "passive"):
        for ground in grounds:
            assert contrast(colours[words], colours[ground]) >= 4.5, (words, ground)


def test_paper_is_white() -> None:
    """The dark colours are for screens alone: a printer gets the light ones whatever the reader's scheme."""
    style = diagram.draw().partition("<style>")[2].partition("</style>")[0]
    light, marker, dark = style.partition("@media screen and (prefers-color-scheme:dark)")

    assert marker
    assert [diagram.LIGHT["ink"] in part for part in (light, dark)] == [True, False]
    assert [diagram.DARK["ink"] in part for part in (light, dark)] == [False, True]


def test_the_machine_of_a_page_has_no_counts() -> None:
    """Drawn once, it has every state and transition, neither a count nor a style, and is seen only where it is used."""
    svg = diagram.machine("m")
    root = ET.fromstring(svg.replace("<svg ", '<svg xmlns="http://www.w3.org/2000/svg" ', 1))
    (symbol,) = root.iter(f"{SVG}symbol")

    assert symbol.get("id") == "m"
    assert {title.upper() for title in STATE_TITLES} <= {text.text for text in root.iter(f"{SVG}text")}
    assert not list(root.iter(f"{SVG}style"))
    assert "<svg" not in diagram.style()


def test_a_host_adds_its_counts_to_the_machine() -> None:
    """Every count stands in its box and in the title, which is what is read out; counts that are none are refused."""
    svg = diagram.with_counts("m", COUNTS, 7).replace("<svg ", '<svg xmlns="http://www.w3.org/2000/svg" ', 1)
    root = ET.fromstring(svg)
    title = root.findtext(f"{SVG}title") or ""

    assert {text.text for text in root.iter(f"{SVG}text")} == {f"{count:,}" for count in COUNTS.values()}
    assert [use.get("href") for use in root.iter(f"{SVG}use")] == ["#m"]
    assert root.get("aria-labelledby") == "tcp-states-7-title"
    assert all(f"{name.upper()} {count}" in title for name, count in COUNTS.items())
    with pytest.raises(InputError, match="no TCP state"):
        diagram.with_counts("m", {"<b>": 1}, 0)
