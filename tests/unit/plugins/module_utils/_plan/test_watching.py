# Copyright (c) 2026, the linuxnet.tcp authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The judgement of two windows: what counts as worse, what is shown and not judged, and what limits may be."""

from __future__ import annotations

import re
from typing import Any, Dict, List, Mapping, Optional

import pytest
import yaml

from ansible_collections.linuxnet.tcp.plugins.module_utils._model.errors import InputError
from ansible_collections.linuxnet.tcp.plugins.module_utils._model.readings import Gauges, Snapshot
from ansible_collections.linuxnet.tcp.plugins.module_utils._plan.watching import (
    DEFAULT_LEAST_OPENS,
    DEFAULT_LIMITS,
    DEFAULT_OUTGOING,
    JUDGED_ON_REQUEST,
    LEAST_OPENS,
    LEAST_TO_DIVIDE,
    OUTGOING,
    Judgement,
    Window,
    judge,
    read_limits,
)
from ansible_collections.linuxnet.tcp.plugins.modules import tunables

NO_GAUGES = Gauges(None, None, None, False, None, None)
BUSY = {"active_opens": 100, "passive_opens": 100}


def window(seconds: float, rises: Mapping[str, Optional[int]], start: int = 1000) -> Window:
    """A window in which counters rose so; None is a counter that the kernel lacks."""
    first = {name: None if rise is None else start for name, rise in rises.items()}
    last = {name: None if rise is None else start + rise for name, rise in rises.items()}
    return Window(Snapshot(50.0, NO_GAUGES, first), Snapshot(50.0 + seconds, NO_GAUGES, last))


def verdict(before: Dict[str, Any], after: Dict[str, Any], seconds: float = 10.0, **limits: float) -> Judgement:
    """Two windows of equal length on a busy host."""
    return judge(window(seconds, {**BUSY, **before}), window(seconds, {**BUSY, **after}), read_limits(limits))


# -- a window


def test_a_rise_is_the_difference_and_a_rate_is_that_by_time() -> None:
    """40 in 8 seconds are 5 a second."""
    seen = window(8.0, {"listen_drops": 40})

    assert (seen.seconds, seen.rise("listen_drops"), seen.rate("listen_drops")) == (8.0, 40, 5.0)


def test_a_counter_that_is_absent_at_either_end_has_no_rise() -> None:
    """None is not 0."""
    halves = [
        Window(Snapshot(0.0, NO_GAUGES, {"listen_drops": first}), Snapshot(1.0, NO_GAUGES, {"listen_drops": last}))
        for first, last in ((None, 5), (5, None))
    ]

    assert [half.rise("listen_drops") for half in halves] == [None, None]
    assert [half.rate("listen_drops") for half in halves] == [None, None]
    assert window(1.0, {}).rate("listen_drops") is None


def test_a_counter_that_went_back_did_not_rise() -> None:
    """A namespace that was made anew counts from 0."""
    assert window(1.0, {"listen_drops": -7}).rise("listen_drops") == 0


def test_a_window_of_no_time_has_a_length() -> None:
    """Two readings in one tick of the clock divide by no zero."""
    assert window(0.0, {"listen_drops": 1}).rate("listen_drops") == pytest.approx(1e6)
    assert window(-5.0, {}).seconds == 1e-6


@pytest.mark.parametrize(
    ("again", "sent", "ratio"), [(3, 60, 0.05), (0, 60, 0.0), (3, 0, None), (None, 60, None), (3, None, None)]
)
def test_the_ratio_of_what_was_sent_again(again: Optional[int], sent: Optional[int], ratio: Optional[float]) -> None:
    """A share of what was sent in the window, not a rate; nothing sent is no ratio."""
    seen = window(10.0, {"retransmitted_segments": again, "sent_segments": sent})

    assert seen.rate("retransmit_ratio") == ratio


# -- the limits


def test_limits_are_the_defaults_and_what_is_given_instead() -> None:
    """What is given replaces its default and leaves the others."""
    limits = read_limits({"listen_drops": "7", "time_wait_overflow": 0})

    usual = {**DEFAULT_LIMITS, LEAST_OPENS: DEFAULT_LEAST_OPENS, OUTGOING: DEFAULT_OUTGOING}
    assert limits == {**usual, "listen_drops": 7.0, "time_wait_overflow": 0.0}
    assert read_limits({}) == usual
    assert DEFAULT_LIMITS["listen_drops"] == 1.0, "reading has left the defaults as they are"


def test_the_defaults_are_those_of_the_documentation() -> None:
    """What the module's page says of each limit is what applies."""
    described = " ".join(yaml.safe_load(tunables.DOCUMENTATION)["options"]["watch_limits"]["description"])
    defaults = re.findall(r"C\((\w+)\) ([0-9.]+[0-9]|[0-9])", described)

    assert {name: float(value) for name, value in defaults} == read_limits({})


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"listen_overflow": 1}, "has 'listen_overflow': there are limits for aborts_on_memory, "),
        ({"listen_drops": "many"}, "has 'many' for listen_drops: give a number"),
        ({"listen_drops": None}, "has None for listen_drops: give a number"),
        ({"listen_drops": -0.1}, "has -0.1 for listen_drops: give a number from 0 on"),
        ({"listen_drops": float("inf")}, "has inf for listen_drops"),
        ({"listen_drops": float("nan")}, "has nan for listen_drops"),
    ],
)
def test_what_is_no_limit_is_refused(given: Dict[str, Any], words: str) -> None:
    """One sentence with the name, the value and the way out."""
    with pytest.raises(InputError) as caught:
        read_limits(given)

    assert str(caught.value).startswith("watch_limits " + words)


def test_every_limit_that_can_be_given_is_named_in_the_refusal() -> None:
    """Those that are judged only on request, too."""
    with pytest.raises(InputError) as caught:
        read_limits({"x": 1})

    known = str(caught.value).partition("there are limits for ")[2].split(", ")
    assert known == sorted([*DEFAULT_LIMITS, *JUDGED_ON_REQUEST, LEAST_OPENS, OUTGOING])


# -- the judgement


@pytest.mark.parametrize(("rise", "worse"), [(100, False), (110, False), (111, True)])
def test_worse_is_more_than_the_limit_above_the_window_before(rise: int, worse: bool) -> None:
    """10 a second before; 11 is the limit of one more, and still allowed."""
    found = verdict({"listen_overflows": 100}, {"listen_overflows": rise})

    assert bool(found.worse) is worse
    assert found.judged is True


def test_the_sentence_has_both_rates_and_the_limit() -> None:
    """What the task fails with."""
    found = verdict({"listen_overflows": 5}, {"listen_overflows": 45})

    assert found.worse == ["listen_overflows rose from 0.5 to 4.5 (limit 1 more)"]


def test_all_that_got_worse_is_named_in_order() -> None:
    """By name, so that two runs read alike."""
    rises = {"listen_overflows": 100, "aborts_on_memory": 100, "attempt_fails": 100}
    found = verdict(dict.fromkeys(rises, 0), rises)

    assert [sentence.split()[0] for sentence in found.worse] == sorted(rises)


def test_a_better_window_is_not_worse() -> None:
    """Fewer than before is what was hoped for."""
    assert verdict({"listen_overflows": 100}, {"listen_overflows": 0}).worse == []


def test_a_counter_that_was_not_there_before_rose_from_nothing() -> None:
    """It is judged by what it is."""
    found = verdict({}, {"listen_overflows": 20})

    assert found.worse == ["listen_overflows rose from 0 to 2 (limit 1 more)"]
    assert found.evidence["counters"]["listen_overflows"] == {"before": 0.0, "after": 2.0, "limit": 1.0}


def test_a_counter_that_the_kernel_lacks_is_not_shown() -> None:
    """And cannot be worse."""
    found = verdict({"listen_overflows": 0}, {"listen_overflows": None})

    assert (found.worse, found.evidence["counters"]) == ([], {})


def test_what_a_cap_cuts_is_shown_and_judged_on_request() -> None:
    """time_wait_overflow is the price of a cap; with a limit it is judged like the others."""
    rises = {"time_wait_overflow": 500}
    shown, judged = verdict({}, rises), verdict({}, rises, time_wait_overflow=10)

    assert (shown.worse, shown.evidence["counters"]["time_wait_overflow"]["limit"]) == ([], None)
    assert judged.worse == ["time_wait_overflow rose from 0 to 50 (limit 10 more)"]


@pytest.mark.parametrize(
    ("opens", "judged"), [({"active_opens": 20}, True), ({"passive_opens": 20}, True), ({"active_opens": 19}, False)]
)
def test_an_idle_host_proves_nothing(opens: Dict[str, int], judged: bool) -> None:
    """Fewer than one connection a second, opened or accepted, in both windows together."""
    before, after = window(10.0, {}), window(10.0, {**opens, "listen_overflows": 900})
    found = judge(before, after, read_limits({}))

    assert found.judged is judged
    assert bool(found.worse) is judged, "what is not judged is not worse"
    assert found.evidence["judged"] is judged
    assert found.evidence["counters"]["listen_overflows"]["after"] == 90.0, "but it is shown"


def test_both_windows_count_towards_the_opens() -> None:
    """20 connections in 10 and 30 seconds are half a one a second, and that is in the evidence with the length."""
    found = judge(
        window(10.0, {"active_opens": 8, "passive_opens": 2}),
        window(30.0, {"active_opens": 4, "passive_opens": 6}),
        read_limits({LEAST_OPENS: 0.5}),
    )

    assert found.judged is True
    assert (found.evidence["opens_a_second"], found.evidence["window_seconds"]) == (0.5, 30.0)


def test_evidence_is_rounded() -> None:
    """Four digits of a rate are more than it is worth."""
    found = judge(window(3.0, BUSY), window(3.0014, {**BUSY, "listen_drops": 1}), read_limits({}))
    numbers: List[Any] = [found.evidence["window_seconds"], found.evidence["opens_a_second"]]

    assert numbers == [3.001, 66.651]
    assert found.evidence["counters"]["listen_drops"]["after"] == 0.3332


# -- connections opened for each one accepted

RANGE = ["net.ipv4.ip_local_port_range"]


def opens(opened: Optional[int], accepted: Optional[int]) -> Window:
    """Ten seconds of a proxy."""
    return window(10.0, {"active_opens": opened, "passive_opens": accepted})


@pytest.mark.parametrize(("opened", "worse"), [(1000, False), (500, False), (499, True), (0, True)])
def test_a_proxy_that_opens_half_of_what_it_did_is_worse(opened: int, worse: bool) -> None:
    """Nothing counts a connect() without a port: what shows is that clients come and nothing goes out for them."""
    found = judge(opens(1000, 1000), opens(opened, 1000), read_limits({}), RANGE)

    assert bool(found.worse) is worse
    assert found.evidence["counters"][OUTGOING] == {"before": 1.0, "after": opened / 1000, "limit": 0.5}


def test_the_sentence_says_what_it_means() -> None:
    """The two ratios, the limit, and why one looks at them."""
    found = judge(opens(1000, 2000), opens(20, 2000), read_limits({OUTGOING: 0.25}), RANGE)

    assert found.worse == [
        "outgoing_per_incoming fell from 0.5 to 0.01 (limit 25% less), as it does when no local port is left"
    ]


def test_less_of_both_is_less_traffic() -> None:
    """The hour in which half of the clients go home proves nothing."""
    assert judge(opens(1000, 1000), opens(400, 400), read_limits({}), RANGE).worse == []


@pytest.mark.parametrize(
    "key", ["net.ipv4.ip_local_reserved_ports", "net.ipv4.tcp_tw_reuse", "net.ipv4.tcp_timestamps"]
)
def test_it_is_judged_where_the_change_bounds_outgoing_connections(key: str) -> None:
    """A change of queues has nothing to do with it: then it is not even shown."""
    collapse = opens(1000, 1000), opens(0, 1000), read_limits({})

    assert judge(*collapse, [key]).worse
    unrelated = judge(*collapse, ["net.core.somaxconn"])
    assert (unrelated.worse, OUTGOING in unrelated.evidence["counters"]) == ([], False)


@pytest.mark.parametrize("few", ["opened before", "accepted before", "accepted after"])
def test_too_few_to_divide_are_not_divided(few: str) -> None:
    """A server that opens a connection now and then is not a proxy."""
    least = LEAST_TO_DIVIDE - 1
    before = opens(least if few == "opened before" else 1000, least if few == "accepted before" else 1000)
    found = judge(before, opens(0, least if few == "accepted after" else 1000), read_limits({}), RANGE)

    assert (found.worse, OUTGOING in found.evidence["counters"]) == ([], False)


def test_a_kernel_without_these_counters_is_not_judged_by_them() -> None:
    """Absent is not zero."""
    assert judge(opens(None, 1000), opens(None, 1000), read_limits({}), RANGE).worse == []


def test_what_may_be_lost_is_the_users() -> None:
    """A limit of 1 lets all of it go."""
    assert judge(opens(1000, 1000), opens(0, 1000), read_limits({OUTGOING: 1}), RANGE).worse == []
