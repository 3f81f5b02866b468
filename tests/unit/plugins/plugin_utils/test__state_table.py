# Copyright (c) 2026, the linuxnet.tcp authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The table over a fleet: what it shows, in which order, and that it never leaves its columns."""

from __future__ import annotations

import itertools
import typing as t

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from ansible_collections.linuxnet.tcp.plugins.module_utils._model.states import STATE_TITLES
from ansible_collections.linuxnet.tcp.plugins.plugin_utils._host_counts import (
    HostCounts,
    NoCounts,
    read_facts,
)
from ansible_collections.linuxnet.tcp.plugins.plugin_utils._state_table import state_table
from ansible_collections.linuxnet.tcp.plugins.plugin_utils._terminal import (
    ASCII,
    UNICODE,
    Tone,
    columns_of,
    harmless,
)
from ansible_collections.linuxnet.tcp.tests.unit.plugins.plugin_utils import fleet

NAMES = some.text(max_size=60)
SIZES = some.integers(0, 10**20)


def counts(host: str, **changes: t.Any) -> HostCounts:
    """A host of the fleet under another name, with other states or other facts."""
    facts = fleet.facts_of("web1")
    states = {title: changes.pop(title) for title in STATE_TITLES if title in changes}
    facts["states"].update(states)
    facts["total"] = sum(facts["states"].values())
    facts.update(changes)
    read = read_facts(host, facts)
    assert isinstance(read, HostCounts)
    return read


def text_of(answers: t.Iterable[HostCounts | NoCounts], columns: int = 80) -> str:
    """The whole table."""
    return "\n".join(line.text for line in state_table(answers, columns, UNICODE))


@some.composite
def hosts(draw: t.Callable[[some.SearchStrategy[t.Any]], t.Any]) -> HostCounts | NoCounts:
    """Any host: with counts of any size and holes wherever holes may be, or without counts."""
    name = draw(NAMES)
    if draw(some.booleans()):
        return NoCounts(
            name, draw(some.sampled_from(["unreachable", "failed"])), draw(some.text(max_size=200))
        )
    states = {title: draw(some.one_of(some.just(0), SIZES)) for title in STATE_TITLES}
    maybe = some.none() | SIZES
    share = some.none() | some.floats(0, 1e6)
    read = read_facts(
        name,
        {
            "states": states,
            "total": sum(states.values()),
            "usage": {
                "time_wait": draw(share),
                "orphans": draw(share),
                "local_ports": {"share": draw(share)},
            },
            "limits": {
                "max_tw_buckets": draw(maybe),
                "somaxconn": draw(maybe),
                "local_port_range": draw(some.none() | some.just([1024, 65535])),
            },
            "counters": {"time_wait_overflow": draw(maybe), "syn_queue_full_drops": draw(maybe)},
            "source": draw(some.sampled_from(["netlink", "procfs", None])),
            "elapsed_ms": draw(share),
            "skew": draw(SIZES),
        },
    )
    assert isinstance(read, HostCounts)
    return read


@settings(max_examples=100, deadline=None)
@given(
    answers=some.lists(hosts(), max_size=8),
    columns=some.integers(20, 200),
    glyphs=some.sampled_from([ASCII, UNICODE]),
)
def test_no_line_is_wider_than_asked(
    answers: list[HostCounts | NoCounts], columns: int, glyphs: t.Any
) -> None:
    """Whatever the hosts are called and hold, no line leaves the terminal, acts on it or holds a newline."""
    for line in state_table(answers, columns, glyphs):
        assert columns_of(line.text) <= columns
        assert harmless(line.text, glyphs) == line.text


@settings(max_examples=50, deadline=None)
@given(answers=some.lists(hosts(), max_size=8))
def test_every_host_has_its_line(answers: list[HostCounts | NoCounts]) -> None:
    """Hosts are never merged or lost, also where their names look alike: lines grow with the hosts."""
    lines = state_table(answers, 80, UNICODE)
    counted = sum(isinstance(answer, HostCounts) for answer in answers)
    rules = [number for number, line in enumerate(lines) if set(line.text) == {UNICODE.rule}]
    if counted > 3:
        assert rules[1] - rules[0] == counted + 1
    if counted < len(answers):
        heading = next(number for number, line in enumerate(lines) if line.text.startswith("No counts from"))
        assert len(lines) - heading == len(answers) - counted + 1


@pytest.mark.parametrize("size", fleet.GOLDEN_HOSTS)
def test_golden_tables(size: int) -> None:
    """The tables of 1, 3, 12 and 300 hosts are the ones that were looked at (fleet.py writes them anew)."""
    assert fleet.golden_text(size) == (fleet.GOLDEN / f"{size}.txt").read_text(encoding="utf-8")


@pytest.mark.parametrize("size", [1, 3])
def test_few_hosts_show_all_states_exactly(size: int) -> None:
    """With few hosts every one of the eleven states has its row with its exact count, however large."""
    answers = [counts(f"web{number}", time_wait=1_234_567 + number) for number in range(size)]
    text = text_of(answers)
    for title in STATE_TITLES:
        assert f"\n{title.upper()} " in text.replace("\n  ", "\n")
    for number in range(size):
        assert str(1_234_567 + number) in text


def test_largest_share_first() -> None:
    """Hosts stand in the order of their TIME_WAIT share, not of their counts; without a cap, last."""
    shares = {"small": 0.01, "full": 0.97, "half": 0.5}
    answers = [counts(host, usage={"time_wait": share}) for host, share in shares.items()]
    answers.append(counts("unknown", usage={"time_wait": None}, time_wait=10_000_000))
    text = text_of(answers)
    rows = [
        line.split()[0]
        for line in text.splitlines()
        if line.split()[:1] and line.split()[0] in (*shares, "unknown")
    ]
    assert rows == ["full", "half", "small", "unknown"]
    assert "-: that host shows no cap" in text


def test_equal_hosts_stand_as_people_count() -> None:
    """Hosts that are equally busy stand by name, and web10 comes after web9."""
    hosts = ["web1", "web2", "web9", "web10", "web" + "1" * 5000]
    rows = [line.split()[0] for line in text_of(map(counts, reversed(hosts))).splitlines() if line.startswith("web")]
    assert rows[:4] == hosts[:4]
    lines = text_of([NoCounts(host, "failed", "why") for host in reversed(hosts)]).splitlines()
    assert [line.split()[0] for line in lines[1:5]] == hosts[:4]


def test_states_that_are_zero_everywhere_are_named_below() -> None:
    """A state without a socket on any host takes no column, and is named; a single socket gives it one."""
    answers = [counts(f"web{number}", closing=0) for number in range(5)]
    assert "Zero everywhere: SYN_SENT, FIN_WAIT1, CLOSE, CLOSING." in text_of(answers)
    answers.append(counts("web9", closing=1))
    text = text_of(answers)
    assert "Zero everywhere: SYN_SENT, FIN_WAIT1, CLOSE." in text
    assert "CLOS-" in text


def test_sums_of_the_fleet() -> None:
    """The last row is the sum of the hosts with counts."""
    answers = [counts(f"web{number}", close_wait=7) for number in range(6)]
    sums = next(line for line in text_of(answers).splitlines() if line.startswith("all hosts"))
    assert " 42 " in sums


def test_headings_come_again_in_a_long_table() -> None:
    """Wherever one looks in a table of 300 hosts, a heading is not further than 40 lines up."""
    lines = text_of(fleet.answers_of(300)).splitlines()
    headings = [number for number, line in enumerate(lines) if line.startswith("host ")]
    assert len(headings) == 8
    assert max(after - before for before, after in itertools.pairwise(headings)) <= 45


def test_columns_that_do_not_fit_are_named_with_their_sums() -> None:
    """In a narrow terminal the states with the fewest sockets give way, and are named."""
    busy = dict.fromkeys(STATE_TITLES, 54_321)
    answers = [counts(f"web-{number}", **{**busy, "closing": 2, "last_ack": 3}) for number in range(8)]
    text = " ".join(text_of(answers, columns=60).split())
    assert "No room for these columns, of all hosts: CLOSING 16, LAST_ACK 24" in text
    assert " 54321 " in text


def test_hosts_without_counts_come_last_with_their_reason() -> None:
    """Two of three hundred that failed are counted and named below the table, each on a line of its own."""
    lines = text_of(fleet.answers_of(300)).splitlines()
    assert lines[-3] == "No counts from 2 of 302 hosts:"
    assert lines[-2].split(None, 1) == ["old1", "failed: /proc/net/snmp has 'x' where a number belongs"]
    assert lines[-1].startswith("  db7.example.com  unreachable: connect to host")
    assert lines[-1].endswith("Connection refused")


def test_a_dead_fleet_has_a_table_too() -> None:
    """Without a single answer there are the reasons, and no empty table above them."""
    lines = text_of(
        [NoCounts(f"db{number}", "unreachable", "no route to host") for number in range(3)]
    ).splitlines()
    assert lines[0] == "No counts from 3 of 3 hosts:"
    assert len(lines) == 4


def test_no_hosts_at_all() -> None:
    """No answers, no lines."""
    assert state_table([], 80, UNICODE) == []


def test_names_stay_apart() -> None:
    """Three hundred long names that differ only at the end are still three hundred names."""
    answers = [
        counts(f"application-server-in-the-first-data-centre-number-{number:04}") for number in range(300)
    ]
    rows = [line.text for line in state_table(answers, 80, UNICODE) if "…" in line.text]
    assert len({row.split()[0] for row in rows}) == 300


def test_hosts_that_look_alike_are_numbered() -> None:
    """Names that differ only in what a terminal must not get are shown as two hosts."""
    text = text_of([counts("web\x1b[31m"), counts("web\x9b[31m")])
    assert "\x1b" not in text
    assert "web\ufffd[31m#1" in text
    assert "web\ufffd[31m#2" in text


def test_wide_names_keep_the_columns_straight() -> None:
    """East Asian characters are counted as two columns, so that the numbers still stand under each other."""
    answers = [counts(name) for name in ("東京-1", "web-1", "大阪-22", "web-22", "web-333")]
    rows = [
        line.text for line in state_table(answers, 80, UNICODE) if line.text.startswith(("東", "大", "web-"))
    ]
    assert len(rows) == 5
    assert len({columns_of(row) for row in rows}) == 1


def test_full_bounds_have_a_tone_of_their_own() -> None:
    """From 80% of the cap on a host's line is a warning, at the cap an error; what follows keeps its own."""
    shares = {"calm": 0.79, "near": 0.8, "full": 1.0, "beyond": 1.2, "idle": 0.0}
    answers = [counts(host, usage={"time_wait": share}) for host, share in shares.items()]
    tones = {
        line.text.split()[0]: line.tone for line in state_table(answers, 80, UNICODE) if line.text.split()
    }
    wanted = [Tone.PLAIN, Tone.WARNING, Tone.ERROR, Tone.ERROR, Tone.PLAIN]
    assert [tones[host] for host in shares] == wanted


@pytest.mark.parametrize("columns", [40, 50, 60, 66, 80])
def test_the_value_of_a_bound_outlives_its_name(columns: int) -> None:
    """However narrow the terminal, the number at the end of a line about a bound is whole."""
    lines = text_of([counts("web1")], columns).splitlines()
    values = {"TIME_WAIT": "131072", "orphans": "65536", "SYN queues": "4096", "local ports": "60999"}
    for label, value in values.items():
        assert any(line.startswith(f"  {label} ") and line.endswith(value) for line in lines)


def test_holes_are_shown_as_holes() -> None:
    """What a host does not tell is a dash or a word, never a zero."""
    bare = counts("web1", limits={}, usage={}, counters={}, source=None, elapsed_ms=None)
    text = text_of([bare])
    assert "tcp_max_tw_buckets absent here" in text
    assert "Hit since boot: TIME_WAIT cap unknown" in text
    text = text_of([bare, counts("web2")])
    cells = {
        line.rsplit(None, 2)[0].strip(): line.split()[-2:]
        for line in text.splitlines()
        if len(line.split()) > 2
    }
    assert sorted(cells["tcp_max_tw_buckets"]) == ["-", "131072"]
    assert "-: the host does not tell" in text


def test_local_ports_are_shown_where_they_were_asked_for() -> None:
    """The share of the local ports is a row of its own once the facts have it."""
    usage = {"time_wait": 0.1, "orphans": 0.0, "local_ports": {"share": 0.93}}
    assert "93%" in next(
        line for line in text_of([counts("web1", usage=usage)]).splitlines() if "local ports" in line
    )
    assert "local ports in use" in text_of([counts("web1", usage=usage), counts("web2")])
    assert "local ports in use" not in text_of([counts("web1"), counts("web2")])


def test_moving_counters_are_owned_up_to() -> None:
    """Where counters moved while they were read, each shape of the table says by how much."""
    for size in (1, 2, 9):
        assert "moved by" in text_of([counts(f"web{number}", skew=312) for number in range(size)])
