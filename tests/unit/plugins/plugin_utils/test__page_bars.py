# Copyright (c) 2026, the linuxnet.tcp authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The bars of the page: which hosts, and how long."""

from __future__ import annotations

import pytest

from ansible_collections.linuxnet.tcp.plugins.module_utils._model.states import STATE_TITLES
from ansible_collections.linuxnet.tcp.plugins.plugin_utils import _page_bars
from ansible_collections.linuxnet.tcp.tests.unit.plugins.plugin_utils import pages

REPORT = pages.report_of(120)


def test_the_order_of_the_pieces_has_every_state() -> None:
    """No state is left out of the bars, and none drawn twice."""
    assert sorted(_page_bars.ORDER) == sorted(STATE_TITLES)


def test_a_bar_is_whole() -> None:
    """Its pieces follow each other, fill it, and count every socket; an empty host has none."""
    fleet, bars, counted = _page_bars.state_bars(REPORT.hosts)
    assert fleet is not None

    for strip in (fleet, *bars):
        assert sum(piece.sockets for piece in strip.pieces) == strip.total
        assert sum(piece.width for piece in strip.pieces) == pytest.approx(_page_bars.LENGTH, abs=1)
        assert sum(strip.count_of(title) for title in STATE_TITLES) == strip.total
    assert len(bars) == _page_bars.MOST_BARS < counted
    assert [strip.total for strip in bars] == sorted((strip.total for strip in bars), reverse=True)
    assert _page_bars.state_bar("x", None, {}).pieces == ()
    assert _page_bars.state_bars([]) == (None, [], 0)


def test_what_stands_out_is_said() -> None:
    """The state with most sockets beside ESTABLISHED and LISTEN, if it has a tenth of them."""
    assert _page_bars.state_bar("x", None, {"established": 60, "close_wait": 40}).note == "40 % CLOSE_WAIT"
    assert _page_bars.state_bar("x", None, {"established": 99, "close_wait": 1}).note == ""


def test_the_nearest_to_the_cap_come_first() -> None:
    """No bar is longer than its cell, also beyond the cap, where its tone says so."""
    bars, known = _page_bars.cap_bars(REPORT.hosts)

    assert [strip.share for strip in bars] == sorted((strip.share for strip in bars), reverse=True)
    assert all(0 <= strip.width <= _page_bars.LENGTH for strip in bars)
    tones = [_page_bars.tone_of(share) for share in (None, 0.79, 0.8, 1.0, 7.0)]
    assert tones == ["low", "low", "medium", "high", "high"]
    assert sum(span.hosts for span in _page_bars.spans(REPORT.hosts)) == known
    assert max(span.width for span in _page_bars.spans(REPORT.hosts)) == _page_bars.LENGTH
    assert all(span.hosts == 0 for span in _page_bars.spans([]))
