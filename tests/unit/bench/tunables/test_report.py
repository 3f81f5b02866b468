# Copyright (c) 2026, the linuxnet.tcp authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the page about tunables promises and shows."""

from __future__ import annotations

import pytest

from ansible_collections.linuxnet.tcp.tests.bench.tunables.report import claims, page

SERIES = {
    "30 ping": [0.4, 0.5, 0.6],
    "30 tunables first": [0.7, 0.75, 0.8],
    "30 tunables second": [0.5, 0.6, 0.7],
    "30 loop first": [15.0],
    "30 loop second": [9.0],
    "8 ping": [0.5],
    "8 tunables first": [0.625],
}


def test_promises_are_judged_by_medians_of_30_keys() -> None:
    """Exactly at the bound a promise holds; a smaller number of keys has no say."""
    first, first_gain, second, second_gain = claims(SERIES)
    assert first.value == pytest.approx(1.5)
    assert first.holds
    assert first_gain.value == pytest.approx(20)
    assert first_gain.holds
    assert second.value == pytest.approx(1.2)
    assert second.holds
    assert second_gain.value == pytest.approx(15)
    assert second_gain.holds


def test_a_promise_that_does_not_hold_says_so() -> None:
    """Slower than 1.5 pings fails, and a gain below 15 fails, in words for both."""
    slow = {**SERIES, "30 tunables first": [0.9], "30 loop first": [9.0]}
    first, gain, *_others = claims(slow)
    assert first.line().startswith("FAIL  30 keys, first run, over task ping: 1.8 x, at most 1.5 x")
    assert gain.line().startswith("FAIL  30 keys, first run, gain over the loop: 10 x, at least 15 x")
    assert "**FAILS**" in page(slow, {})


def test_the_page_has_each_series_beside_its_ping() -> None:
    """A line for each way, run and number of keys, with least, median and the ratio to ping of the same number."""
    text = page(SERIES, {"kernel": "6.1"})
    assert "| 30 | linuxnet.tcp.tunables | second | 3 | 500 | 600 | 1.20 |" in text
    assert "| 8 | linuxnet.tcp.tunables | first | 1 | 625 | 625 | 1.25 |" in text
    assert "Machine: kernel 6.1." in text
