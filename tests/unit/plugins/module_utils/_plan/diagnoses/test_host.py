# Copyright (c) 2026, the linuxnet.tcp authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the rules see of a host: absent is not zero, and what is no number is not there."""

from __future__ import annotations

from typing import Any, Dict

import pytest

from ansible_collections.linuxnet.tcp.plugins.module_utils._model.states import STATE_TITLES
from ansible_collections.linuxnet.tcp.plugins.module_utils._plan.diagnoses.host import (
    Host,
    Listener,
    LocalPorts,
    Process,
    number,
    plain,
    whole,
)


def counted(value: Any) -> Dict[str, Any]:
    """Facts that hold one counter."""
    return {"states": {}, "counters": {"listen_drops": value}}


@pytest.mark.parametrize(
    ("value", "expected"),
    [(3, 3), (0, 0), (-3, -3), (2**64 - 1, 2**64 - 1), (2**64, None), (True, None), ("3", None), (3.5, None)],
)
def test_a_whole_number(value: Any, expected: Any) -> None:
    """An integer within 64 bits, and nothing else: a switch is no number, and neither is a text of digits."""
    assert whole(value) == expected
    assert not isinstance(whole(value), (bool, float))


@pytest.mark.parametrize(
    ("value", "expected"),
    [(0.5, 0.5), (3, 3), (float("nan"), None), (float("inf"), None), (2.0**64, None), (-1e300, None), (False, None)],
)
def test_a_number(value: Any, expected: Any) -> None:
    """An integer or a finite fraction."""
    assert number(value) == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [([1, 2], (1, 2)), ((1,), (1,)), ([], ()), ([1, "2"], None), ("a b", "a b"), (7, 7), (True, None), (0.5, None)],
)
def test_a_value_of_a_tunable(value: Any, expected: Any) -> None:
    """A number, several, or a text."""
    assert plain(value) == expected


@pytest.mark.parametrize(
    ("before", "now", "rise", "rising"),
    [(3, 5, 2, True), (5, 5, 0, False), (None, 5, None, None), (3, None, None, None), ("3", 5, None, None)],
)
def test_a_rise_needs_both_ends(before: Any, now: Any, rise: Any, rising: Any) -> None:
    """A counter that one of the samples lacks has not risen from zero."""
    host = Host(counted(now), earlier=counted(before))

    assert host.rise("listen_drops") == rise
    assert host.rising("listen_drops") is rising


def test_a_counter_that_went_back_is_another_boots() -> None:
    """Then neither counters nor states nor processes of the earlier sample count."""
    earlier = {**counted(9), "states": {"close_wait": 1}, "processes": []}
    host = Host({**counted(8), "states": {"close_wait": 5}}, earlier=earlier)

    assert host.rise("listen_drops") is None
    assert host.grown("close_wait") is None
    assert host.processes_before() is None


@pytest.mark.parametrize(("rate", "rising"), [(0.1, True), (0, False), (0.0, False), (None, None)])
def test_a_rate_is_seen_without_an_earlier_sample(rate: Any, rising: Any) -> None:
    """`sample` alone tells whether a counter rises."""
    host = Host({**counted(5), "rates": {"listen_drops": rate}})

    assert host.rise("listen_drops") is None
    assert host.rising("listen_drops") is rising
    assert host.movement("listen_drops").get("listen_drops_per_second") == rate


def test_one_of_two_ways_of_watching_is_enough() -> None:
    """A burst between the samples counts, though nothing happened while the last was taken; and the other way round."""
    burst = Host({**counted(9), "rates": {"listen_drops": 0.0}}, earlier=counted(5))
    now = Host({**counted(9), "rates": {"listen_drops": 2.0}}, earlier=counted(9))

    assert (burst.rising("listen_drops"), now.rising("listen_drops")) == (True, True)
    assert burst.movement("listen_drops") == {
        "listen_drops": 9,
        "listen_drops_rise": 4,
        "listen_drops_per_second": 0.0,
    }


def test_growth_of_a_state_needs_both_samples() -> None:
    """A state that the earlier sample lacks has not grown from zero; one that the facts lack is empty."""
    host = Host({"states": {"close_wait": 7}}, earlier={"states": {"closing": 2}})

    assert (host.grown("close_wait"), host.grown("closing")) == (None, -2)
    assert Host({"states": {"close_wait": -4}}).state("close_wait") == 0


def test_opens_need_both_counters() -> None:
    """What is opened and accepted, together, or nothing."""
    assert Host({"states": {}, "rates": {"active_opens": 2.5, "passive_opens": 4}}).opens_per_second() == 6.5
    assert Host({"states": {}, "rates": {"active_opens": 2.5}}).opens_per_second() is None
    assert Host({"states": {}}).opens_per_second() is None


def test_rows_are_whole_or_not_asked_for() -> None:
    """No rows is nobody asked; an empty list is nobody there; what is no row is left out."""
    asked = {"states": {}, "listeners": [{"port": 80}, "row", None], "processes": []}

    none = dict.fromkeys(STATE_TITLES, 0)
    assert Host(asked).listeners() == (Listener("", 80, 1, 0, None, none),)
    assert Host(asked).processes() == ()
    assert (Host({"states": {}}).listeners(), Host({"states": {}}).processes()) == (None, None)
    assert Host({"states": {}, "listeners": "rows"}).listeners() is None


def test_a_process_and_a_peer() -> None:
    """Their states are all eleven; a peer is found by its address."""
    rows = [{"address": "::1", "states": {"closing": 1}}, {"address": "10.0.0.9", "states": {"time_wait": 4}}]
    host = Host({"states": {}, "peers": rows, "processes": [{"pid": 7, "command": "x", "states": {"closing": 3}}]})

    assert host.processes() == (Process(7, "x", {**dict.fromkeys(STATE_TITLES, 0), "closing": 3}),)
    assert (host.peer("10.0.0.9") or {})["time_wait"] == 4
    assert host.peer("10.0.0.8") is None


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        (
            {"source": "a", "destination": "b", "destination_port": 3, "used": 4, "available": 5},
            LocalPorts("a", "b", 3, 4, 5),
        ),
        ({"used": 4, "available": 1}, LocalPorts("", "", 0, 4, 1)),
        ({"used": 4, "available": 0}, None),
        ({"used": 4}, None),
        ({"available": 4}, None),
        (None, None),
    ],
)
def test_local_ports(row: Any, expected: Any) -> None:
    """The fullest route; None unless it says how many of how many."""
    assert Host({"states": {}, "usage": {"local_ports": row}}).local_ports() == expected


def test_a_setting_is_its_row_or_else_the_limit_of_the_facts() -> None:
    """A row says more; where none says what runs, the limits of the same name do."""
    rows = ({"name": "net.ipv4.tcp_tw_reuse", "running": None, "at_boot": 1, "decided_by": "f:1", "status": "present"},)
    host = Host({"states": {}, "limits": {"tw_reuse": 2, "somaxconn": 9}}, rows)

    reuse = host.setting("net.ipv4.tcp_tw_reuse")
    assert (reuse.running, reuse.at_boot, reuse.values, reuse.decided_by) == (2, 1, [2, 1], "f:1")
    assert reuse.evidence() == {"tcp_tw_reuse": 2, "at_boot": 1, "decided_by": "f:1"}
    assert host.setting("net.core.somaxconn").values == [9]
    assert host.setting("net.ipv4.tcp_mem").evidence() == {}


def test_several_numbers_are_shown_as_the_kernel_shows_them() -> None:
    """Evidence holds no list, for not every report can show one."""
    host = Host({"states": {}}, ({"name": "net.ipv4.tcp_mem", "running": [1, 2, 3], "at_boot": [True]},))

    assert host.setting("net.ipv4.tcp_mem").evidence() == {"tcp_mem": "1 2 3"}
    assert host.setting("net.ipv4.tcp_mem").values == []


def test_a_kernel_has_a_key_when_it_shows_a_value() -> None:
    """A row alone is not enough: there are rows for keys that are gone, too."""
    host = Host({"states": {}}, ({"name": "net.a", "running": 0}, {"name": "net.b", "running": None}))

    assert (host.has("net.a"), host.has("net.b"), host.has("net.c")) == (True, False, False)
    assert [setting.key for setting in host.settings()] == ["net.a", "net.b"]
