# Copyright (c) 2026, the linuxnet.tcp authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Numbers, ages, statuses and remedies as the page says them."""

from __future__ import annotations

import typing as t

import pytest

from ansible_collections.linuxnet.tcp.plugins.module_utils._model.findings import Severity
from ansible_collections.linuxnet.tcp.plugins.plugin_utils import _page_words
from ansible_collections.linuxnet.tcp.plugins.plugin_utils._report_model import Finding


def finding(status: str, reason: str | None = None, **more: t.Any) -> Finding:
    """A rule about syncookies on some host."""
    values = {"expected": 1, "running": 0, "at_boot": 0, "decided_by": None, **more}
    return Finding("r", "net.ipv4.tcp_syncookies", status, reason, Severity.MEDIUM, details={}, **values)


@pytest.mark.parametrize(
    ("share", "words"),
    [(None, "\N{EN DASH}"), (0.0, "0 %"), (0.001, "<1 %"), (0.999, "99 %"), (1.0, "100 %"), (12.5, "1,250 %")],
)
def test_shares_are_rounded_down(share: float | None, words: str) -> None:
    """100 % is never said too early, and what is above zero is never 0 %."""
    assert _page_words.percent(share) == words


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(0, "0 s"), (119, "119 s"), (120, "2 min"), (7199, "119 min"), (7200, "2 h"), (172_800, "2 days"),
     (8_640_000, "100 days")],
)  # fmt: skip
def test_ages_are_said_in_one_unit(seconds: int, words: str) -> None:
    """In the largest unit of which there are two."""
    assert _page_words.age(seconds) == words


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ("close_wait_growing", "CLOSE_WAIT growing"),
        ("time_wait_on_listening_side", "TIME_WAIT on listening side"),
        ("fin_wait1_pile", "FIN_WAIT1 pile"),
        ("accept_queue_overflow", "Accept queue overflow"),
        ("tw-reuse", "Tw reuse"),
        ("", ""),
        ("a\u202eb", "A\\u202eb"),
    ],
)
def test_ids_become_headings(given: str, words: str) -> None:
    """Underscores become spaces but in the names of states, which are written as the kernel writes them."""
    assert _page_words.id_words(given) == words


@pytest.mark.parametrize(
    ("one", "words"),
    [
        (finding("fail", "drifted"), "runs 0, expected 1 (drifted)"),
        (finding("fail", expected={"at_least": 5}), "runs 0, expected at least 5"),
        (finding("not_persistent"), "runs as expected; the next boot leaves 0"),
        (finding("not_persistent", at_boot=None), "runs as expected; the next boot leaves the kernel's own value"),
        (finding("shadowed", decided_by="/etc/x.conf:3"), "/etc/x.conf:3 sets 0 at boot"),
        (finding("shadowed"), "another file sets 0 at boot"),
        (finding("error", "not_comparable"), "could not be judged: not comparable"),
        (finding("waived", "waived_until"), "waived: waived until"),
    ],
)
def test_a_rule_says_what_runs_and_what_should(one: Finding, words: str) -> None:
    """One line that an engineer can act on."""
    assert _page_words.finding_words(one) == words


@pytest.mark.parametrize(
    ("remedy", "words"),
    [
        ("nothing", "Nothing to do."),
        ("Nothing.", "Nothing to do."),
        (None, "Nothing to do."),
        ("tunable: net.core.somaxconn, at least 256", "Tunable: net.core.somaxconn, at least 256."),
        ("application: close it.", "Application: close it."),
        ({"tunable": "x", "value": [1, 2]}, "Tunable: x; Value: 1 2"),
        ({"<b>": None}, "<b>: -"),
        (["a", 1], "A 1."),
    ],
)
def test_a_remedy_is_a_sentence(remedy: t.Any, words: str) -> None:
    """Whatever shape a record brings it in."""
    assert _page_words.remedy_words(remedy) == words


@pytest.mark.parametrize(
    ("key", "value", "words"),
    [("time_wait", 118000, "118,000"), ("pid", 47110, "47110"), ("destination_port", 8080, "8080"),
     ("share", 0.91234, "0.9123"), ("rate", 12345.6, "12,346"), ("on", True, "yes"), ("command", "a\x1b", "a\\x1b")],
)  # fmt: skip
def test_evidence_is_written_as_people_do(key: str, value: t.Any, words: str) -> None:
    """Thousands apart, but for numbers that are names."""
    assert _page_words.evidence_words(value, key) == words


def test_plurals() -> None:
    """One host, many hosts, thousands apart."""
    assert [_page_words.plural(number, "host") for number in (0, 1, 2000)] == ["0 hosts", "1 host", "2,000 hosts"]
