# Copyright (c) 2026, the linuxnet.tcp authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""While thousands of connections a second open and close, the answers stay sane, and honest about it."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import ExitStack

import pytest

from ansible_collections.linuxnet.tcp.tests.lab import counters, load, netns
from ansible_collections.linuxnet.tcp.tests.lab.run_module import Answer, prepare, python_for, run_module

RATE = 5000  # connections a second that are asked for
LEAST = 2000  # below this it was no load, and the test has shown nothing
SECONDS = 55  # the load ends by itself after this, whatever happens: before the first TIME_WAIT ends
WORKERS = 2
# The ends that each worker is opening and closing at a time: ESTABLISHED goes up and down by so many between our
# reading of the counters and the module's own, an instant later. (TIME_WAIT only ever grows here.)
IN_FLIGHT = 4 * WORKERS
ANSWERS = 12  # that many, or as many as fit into
PATIENCE = 6  # seconds


@pytest.fixture
def loaded() -> Iterator[netns.Namespace]:
    """A namespace under load; a new one for each test, for /proc/net/tcp gets slower with every connection."""
    prepare("state_facts", python_for(0))
    with netns.namespace("load") as made:
        made.set("net.ipv4.ip_local_port_range", "1024 65535")
        made.set("net.ipv4.tcp_max_tw_buckets", 1000000)
        with ExitStack() as stack:
            with made.entered():
                stack.enter_context(load.running(workers=WORKERS, rate=RATE, seconds=SECONDS))
            time.sleep(0.5)
            yield made


def repeated(source: str, by: list[str]) -> list[Answer]:
    """Answers one after the other, with the counters read right before and right after each; fails without load."""
    arguments, watch = {"source": source, "by": by}, [counters.SOCKSTAT, counters.SNMP]
    answers: list[Answer] = []
    start, opened = time.monotonic(), counters.opened()
    while len(answers) < ANSWERS and time.monotonic() < start + PATIENCE:
        answers.append(run_module("state_facts", arguments, watch=watch))
    achieved = (counters.opened() - opened) / (time.monotonic() - start)
    print(f"{source} {by}: {achieved:.0f} connections/s opened and closed during {len(answers)} answers")
    print("seconds", [round(answer.wall_seconds, 3) for answer in answers])
    assert achieved >= LEAST, "the load could not be made on this machine"
    # /proc/net/tcp has no end while connections keep coming: an answer must not wait for the load to stop.
    assert max(answer.wall_seconds for answer in answers) < SECONDS / 2
    return answers


def within(value: int, readings: list[int], skew: int) -> bool:
    """Whether the value is no farther from the readings before and after than the answer itself says."""
    return min(readings) - skew <= value <= max(readings) + skew


def test_answers_stay_within_their_skew(loaded: netns.Namespace, source: str) -> None:
    """TIME_WAIT and ESTABLISHED are within ``skew`` of the counters read immediately before and after."""
    with loaded.entered():
        answers = repeated(source, [])
    for answer in answers:
        states, skew = answer.facts["states"], answer.facts["skew"]
        assert all(count >= 0 for count in states.values()), states
        assert answer.facts["total"] == sum(states.values())
        # All FIN_WAIT2 here are minisockets: each worker closes altogether. `tw` counts them too.
        minisockets = [counters.minisockets(text[counters.SOCKSTAT]) for text in (answer.before, answer.after)]
        seen = states["time_wait"] + states["fin_wait2"]
        assert within(seen, minisockets, skew), (seen, minisockets, skew)
        # CurrEstab counts both.
        current = [counters.tables(text[counters.SNMP])["Tcp.CurrEstab"] for text in (answer.before, answer.after)]
        seen = states["established"] + states["close_wait"]
        assert within(seen, current, skew + IN_FLIGHT), (seen, current, skew)
    print("skews", [answer.facts["skew"] for answer in answers])
    assert any(answer.facts["skew"] for answer in answers), "under this load something moved, and it must be said"


def test_no_count_is_ever_negative(loaded: netns.Namespace, source: str) -> None:
    """By family, listener and peer as well, under load no count is negative, and the parts fit the whole."""
    with loaded.entered():
        answers = repeated(source, ["family", "listener", "peer"])
    for facts in (answer.facts for answer in answers):
        rows = [facts["states"], *facts["families"].values()]
        rows += [row["states"] for row in facts["listeners"] + facts["peers"]]
        assert all(count >= 0 for row in rows for count in row.values())
        for state, count in facts["states"].items():
            assert count == sum(family[state] for family in facts["families"].values()), state
        assert {row["accept_queue"] >= 0 for row in facts["listeners"]} == {True}
        assert len(facts["listeners"]) == 2


def test_sampled_rates_agree_with_the_counters(loaded: netns.Namespace) -> None:
    """``sample`` gives rates that agree with the counters read around the run."""
    with loaded.entered():
        answer = run_module("state_facts", {"sample": 2}, watch=[counters.SNMP, counters.NETSTAT])
    before, after = ({**counters.tables(text[counters.SNMP]), **counters.tables(text[counters.NETSTAT])}
                     for text in (answer.before, answer.after))  # fmt: skip
    for ours, theirs in {
        "active_opens": "Tcp.ActiveOpens",
        "passive_opens": "Tcp.PassiveOpens",
        "sent_segments": "Tcp.OutSegs",
        "time_wait_done": "TcpExt.TW",
        "time_wait_overflow": "TcpExt.TCPTimeWaitOverflow",
    }.items():
        expected = (after[theirs] - before[theirs]) / answer.wall_seconds
        assert answer.facts["rates"][ours] == pytest.approx(expected, rel=0.25), ours
    assert answer.facts["rates"]["active_opens"] >= LEAST
    assert set(answer.facts["rates"]) == set(answer.facts["counters"])
