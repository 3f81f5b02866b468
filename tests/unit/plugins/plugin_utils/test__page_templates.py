# Copyright (c) 2026, the linuxnet.tcp authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What goes into the page as markup."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.linuxnet.tcp.plugins.plugin_utils import _page_templates
from ansible_collections.linuxnet.tcp.tests.unit.plugins.plugin_utils.pages import Page


@given(st.text(max_size=40))
def test_a_name_is_text_whatever_it_is(text: str) -> None:
    """Between the tags of bdi nothing but text comes out, without a sign that cannot be seen."""
    page = Page(str(_page_templates.name(text, 80)))

    assert [element.tag for element in page.elements] == ["bdi"]
    assert page.elements[0].text.replace(" ", "").isprintable()
    assert page.elements[0].text


def test_names_are_cut_in_the_middle() -> None:
    """Of 4,000 characters both ends are left; the whole is in the record."""
    shown = str(_page_templates.name("a" * 3999 + "z", 20))

    assert len(shown) < 40
    assert shown.startswith("<bdi>aaa")
    assert shown.endswith("z</bdi>")


@pytest.mark.parametrize(
    ("address", "link"),
    [
        ("https://example.org/x#y", True),
        ("http://example.org/", True),
        ("javascript:alert(1)", False),
        ("data:text/html,x", False),
        ("//example.org", False),
        ("guide.html#x", False),
        ("https://ex\u0430mple.org", False),
        ("https://example.org/\x07", False),
    ],
)
def test_only_the_web_is_linked(address: str, link: bool) -> None:
    """A record cannot make a link that runs something or looks like another address."""
    assert _page_templates.is_link(address) is link


@pytest.mark.parametrize("anchor", ["host-a", None])
def test_a_host_leads_to_its_section(anchor: str | None) -> None:
    """With a section it is a link, without one its name alone; the name is escaped either way."""
    markup = str(_page_templates.host_link("<b>", anchor, 20))

    assert markup == ('<a href="#host-a"><bdi>&lt;b&gt;</bdi></a>' if anchor else "<bdi>&lt;b&gt;</bdi>")


@pytest.mark.parametrize(
    ("time", "words"),
    [("2026-01-31T12:00:00Z", "2026-01-31 12:00 UTC"), ("2026-01-31T14:00:00+02:00", "2026-01-31 12:00 UTC"),
     ("soon", "soon"), (None, "\N{EN DASH}"), ("0001-01-01T00:00:00+14:00", "0001-01-01T00:00:00+14:00")],
)  # fmt: skip
def test_moments_are_those_of_utc(time: str | None, words: str) -> None:
    """To the minute; what is no time is shown as it is."""
    assert _page_templates.moment(time) == words


@pytest.mark.parametrize(("share", "width"), [(-1.0, "0.0"), (0.5, "50.0"), (9.0, "100.0")])
def test_a_gauge_stays_in_its_cell(share: float, width: str) -> None:
    """However far beyond the cap."""
    assert f'width="{width}"' in str(_page_templates.gauge(share))
