# Copyright (c) 2026, the linuxnet.tcp authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The page about audits: its promises are judged by the figures, and every figure has its command."""

from __future__ import annotations

import typing as t

import pytest

from ansible_collections.linuxnet.tcp.tests.bench.audit.report import COMMAND, claims, page, seconds_a_host


def kept(audit: float = 30.0, seconds: float = 20.0, peak_mib: int = 100, html: float = 12e6) -> dict[str, t.Any]:
    """Figures as audit.json keeps them."""
    formats = dict.fromkeys(("json", "html", "junit", "sarif", "csv", "md"), 1e6)
    one = {
        "hosts": 10_000,
        "seconds": {"read": 5.0, **dict.fromkeys(formats, 2.0)},
        "bytes": {**formats, "html": html},
        "peak_kib": peak_mib * 1024,
        "wall": seconds,
        "cpu": seconds,
        "record_bytes": 40e6,
    }
    plays = {"ping": 24.0, "audit": audit}
    return {
        "scale": {"machine": {"kernel": "Linux"}, "runs": [{**one, "hosts": 100}, one]},
        "fleet": {
            "machine": {"kernel": "Linux"},
            "hosts": 100,
            "forks": 10,
            "plays": {name: [{"cpu": cpu, "wall": 2 * cpu}, {"cpu": cpu, "wall": cpu}] for name, cpu in plays.items()},
        },
    }


def test_all_promises_hold() -> None:
    """Figures within the bounds keep every promise, and the page says so."""
    assert all(claim.holds for claim in claims(kept()))
    assert "**FAILS**" not in page(kept())


@pytest.mark.parametrize(
    "worse",
    [{"audit": 37.0}, {"seconds": 61.0}, {"peak_mib": 501}, {"html": 15.1e6}],
    ids=lambda worse: str(next(iter(worse))),
)
def test_a_promise_that_fails(worse: dict[str, t.Any]) -> None:
    """Each figure beyond its bound breaks exactly its own promise, in plain sight."""
    assert [claim.holds for claim in claims(kept(**worse))].count(False) == 1
    assert page(kept(**worse)).count("**FAILS**") == 1


def test_the_largest_number_of_hosts_is_judged() -> None:
    """The promise is about the most records that were measured."""
    assert all("10000 records" in claim.name for claim in claims(kept())[:3])


def test_medians_a_host() -> None:
    """The turns are taken by their median, and shared out over the hosts."""
    assert seconds_a_host(kept(), "audit") == 0.3
    assert seconds_a_host(kept(), "ping", "wall") == 0.36


def test_every_figure_has_its_command() -> None:
    """The page names the command that gives it, and how the clock compares."""
    text = page(kept())

    assert text.count(COMMAND) >= 5
    assert "it takes 1.25 x." in text
