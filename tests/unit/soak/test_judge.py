# Copyright (c) 2026, the linuxnet.tcp authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is promised of the soak."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.linuxnet.tcp.tests.soak.columns import by_column, by_row
from ansible_collections.linuxnet.tcp.tests.soak.judge import claims, growth, pace, rate, slowest_stretch
from ansible_collections.linuxnet.tcp.tests.soak.page import page

COUNT = 120


def second(number: int, **other: Any) -> dict[str, Any]:
    """A second in which all is well."""
    turn = number % 5 == 0
    return {
        "at": float(number), "time_wait": 9, "total": 12, "least": 0, "opened": 2000 * number, "facts_ms": 10.0,
        "descriptors": 4, "rss_kib": 30_000, "keeper_descriptors": 6, "went_back": [], "lost": [],
        "tunables_ms": 50.0 if turn else None, "tunables_rss_kib": 20_000 if turn else None, **other,
    }  # fmt: skip


def found(seconds: list[dict[str, Any]], lost_at_end: tuple[str, ...] = ()) -> dict[str, Any]:
    """A whole soak."""
    return {
        "minutes": 2, "rate": 2000, "profiles": ["a", "b"], "machine": {"kernel": "6.18"}, "seconds": seconds,
        "lost_at_end": list(lost_at_end),
    }  # fmt: skip


def calm() -> list[dict[str, Any]]:
    """Seconds in which nothing happens."""
    return [second(number) for number in range(COUNT)]


def failing(one: dict[str, Any]) -> list[str]:
    """The promises that do not hold."""
    return [claim.name for claim in claims(one) if not claim.holds]


def test_a_calm_half_hour_keeps_every_promise() -> None:
    """Nothing grew, nothing was lost, and the page says so."""
    assert failing(found(calm())) == []
    assert "FAILS" not in page(found(calm()))


@pytest.mark.parametrize(
    ("change", "name"),
    [
        ({"least": -1}, "counts below zero, or that do not add up"),
        ({"went_back": ["listen_drops"]}, "counters that went back"),
        ({"lost": ["net.core.somaxconn does not run"]}, "settings lost, or not given back"),
    ],
)
def test_one_bad_second_is_enough(change: dict[str, Any], name: str) -> None:
    """What must never happen fails the soak when it happens once."""
    seconds = calm()
    seconds[60].update(change)

    assert failing(found(seconds)) == [name]
    assert f"| **FAILS** | {name} |" in page(found(seconds))


def test_what_is_left_at_the_end_counts() -> None:
    """A setting that is not given back at the end is as lost as one before."""
    assert failing(found(calm(), ("net.core.somaxconn is not as before",))) == ["settings lost, or not given back"]


@pytest.mark.parametrize(
    ("name", "step", "promise"),
    [
        ("descriptors", 1, "more descriptors, who answers"),
        ("keeper_descriptors", 1, "more descriptors, who sets"),
        ("rss_kib", 10, "more memory, who answers"),
    ],
)
def test_a_slow_leak_is_seen(name: str, step: int, promise: str) -> None:
    """So much more each second is growth, though no second by itself is strange."""
    seconds = [second(number, **{name: 100 + step * number}) for number in range(COUNT)]

    assert failing(found(seconds)) == [promise]


def test_warming_up_is_no_growth() -> None:
    """What is taken in the first sixth and kept is not held against anybody."""
    seconds = [second(number, rss_kib=min(number, 20) * 1000) for number in range(COUNT)]

    assert growth(seconds, "rss_kib") == 0


def test_too_little_load_shows_nothing() -> None:
    """Half the connections, or half the answers, and the soak has not been one."""
    slow = [second(2 * number) for number in range(COUNT)]
    idle = [second(number, opened=1000 * number) for number in range(COUNT)]

    assert failing(found(slow)) == ["facts a second"]
    assert failing(found(idle)) == ["connections a second"]
    assert (rate(idle), pace(slow)) == (1000, 0.5)


def test_the_slowest_stretch_is_named() -> None:
    """Ten seconds without a connection show, though the average hides them."""
    seconds = [second(number, opened=2000 * (number if number < 50 else max(50, number - 10))) for number in range(100)]

    assert slowest_stretch(seconds) == 0


def test_columns_are_the_same_seconds() -> None:
    """What is kept by column comes back row by row."""
    assert by_row(by_column(calm())) == calm()
