# Copyright (c) 2026, the linuxnet.tcp authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The question from the parameters, and the facts from the reading."""

from __future__ import annotations

from typing import Any, Dict, Optional

import pytest

from ansible_collections.linuxnet.tcp.plugins.module_utils._model.errors import InputError
from ansible_collections.linuxnet.tcp.plugins.module_utils._model.readings import (
    Gauges,
    Holder,
    Limits,
    Listening,
    LocalEnd,
    Owners,
    Question,
    Reading,
    RemoteEnd,
    Route,
    Snapshot,
    Walk,
)
from ansible_collections.linuxnet.tcp.plugins.module_utils._model.states import (
    LISTED_STATES,
    Family,
    Kind,
    State,
    no_sockets,
)
from ansible_collections.linuxnet.tcp.plugins.module_utils._plan.tcp_facts import (
    assemble,
    blind_spots,
    question_of,
    rates,
    share,
)

NO_LIMITS = Limits(*(None,) * len(Limits._fields))
LIMITS = NO_LIMITS._replace(max_tw_buckets=1000, max_orphans=50, local_port_range=(32768, 60999))
ESTABLISHED = Kind(Family.IPV4, State.ESTABLISHED, 0)
TIME_WAIT = Kind(Family.IPV6, State.TIME_WAIT, 3)
GAUGES = Gauges(7, 0, 250, False, 5, 10)


def reading(gauges: Gauges = GAUGES, **counters: Optional[int]) -> Reading:
    """A host with 5 connections, 2 listeners and 250 in TIME_WAIT, at rest; all of them listed."""
    at_rest = Snapshot(10.0, gauges, counters)
    walk = Walk(
        source="netlink",
        census={ESTABLISHED: 5, Kind(Family.IPV4, State.LISTEN, 0): 2, TIME_WAIT: 250},
        listed=frozenset((family, state) for family in Family for state in LISTED_STATES),
        listening=(Listening(Family.IPV4, "0.0.0.0", 80, 1, 128),) * 2,
        local_ends={LocalEnd(ESTABLISHED, "10.0.0.5", 80): 4},
        remote_ends={RemoteEnd(ESTABLISHED, "10.0.0.9"): 5, RemoteEnd(TIME_WAIT, "::1"): 250},
        routes={Route("10.0.0.5", "10.0.0.9", 443): 1},
    )
    return Reading(at_rest, walk, at_rest)


def facts(question: Question, owners: Optional[Owners] = None, limits: Limits = LIMITS) -> Dict[str, Any]:
    """The facts of that host."""
    return assemble(question, reading(active_opens=12, listen_drops=None), limits, 28000, owners, 10)


def test_the_question_by_default() -> None:
    """Without parameters, the states of all ports are asked for and nothing else."""
    assert question_of([], [], 0, 10) == Question()


def test_the_question_from_all_parameters() -> None:
    """Each word of `by` and each port stands in the question."""
    asked = question_of(["peer", "process", "family", "listener"], [443, 80, 443], 1.5, 1)
    assert asked == Question(True, True, True, True, frozenset({80, 443}))


@pytest.mark.parametrize(
    ("parameters", "sentence"),
    [
        ({"ports": [80, 0]}, "ports has 0: a TCP port is a number from 1 to 65535"),
        ({"ports": [70000]}, "ports has 70000: a TCP port is a number from 1 to 65535"),
        ({"ports": [-1]}, "ports has -1: "),
        ({"sample": -0.5}, "sample is -0.5: give the seconds between two readings"),
        ({"sample": float("nan")}, "sample is nan: "),
        ({"sample": float("inf")}, "sample is inf: "),
        # More than a sleep can last.
        ({"sample": 1e18}, r"sample is 1e\+18: .* at most 86400"),
        ({"top": 0}, "top is 0: give the number of rows that you want, at least 1"),
        ({"top": -3}, "top is -3: "),
    ],
)
def test_what_makes_no_sense(parameters: Dict[str, Any], sentence: str) -> None:
    """A number that makes no sense is refused by a sentence with its name, its value and the way out."""
    with pytest.raises(InputError, match="^" + sentence):
        question_of(**{"by": [], "ports": [], "sample": 0, "top": 10, **parameters})


def test_keys_without_a_question() -> None:
    """Without `by` there are the states, what bounds them, the counters, and how they were read."""
    found = facts(Question())
    assert sorted(found) == ["counters", "limits", "skew", "source", "states", "total", "usage"]
    assert found["states"] == {**no_sockets(), "established": 5, "listen": 2, "time_wait": 250}
    assert found["total"] == 257
    assert found["counters"] == {"active_opens": 12, "listen_drops": None}
    assert found["usage"] == {"time_wait": 0.25, "orphans": 0.2, "local_ports": None}
    assert found["limits"]["local_port_range"] == [32768, 60999]
    assert (found["source"], found["skew"]) == ("netlink", 0)


def test_every_question_adds_its_key() -> None:
    """Each word of `by` adds its key, and `process` the number of sockets without a process."""
    owners = Owners([Holder(7, "nginx", {State.LISTEN: 2})], 5, 0)
    found = facts(Question(families=True, listeners=True, peers=True, processes=True), owners)
    assert found["families"]["ipv4"] == {**no_sockets(), "established": 5, "listen": 2}
    assert found["families"]["ipv6"] == {**no_sockets(), "time_wait": 250}
    assert found["listeners"] == [
        {
            "address": "0.0.0.0",
            "port": 80,
            "sockets": 2,
            "accept_queue": 2,
            "backlog": 256,
            "states": {**no_sockets(), "listen": 2, "established": 4},
        }
    ]
    assert [(row["address"], row["count"]) for row in found["peers"]] == [("::1", 250), ("10.0.0.9", 5)]
    assert found["processes"] == [
        {"pid": 7, "command": "nginx", "count": 2, "states": {**no_sockets(), "listen": 2}}
    ]
    assert found["unattributed"] == 5
    assert found["usage"]["local_ports"]["used"] == 1


def test_limits_that_are_not_there() -> None:
    """A limit that this namespace lacks is null, and so is the share of it."""
    found = facts(Question(), limits=NO_LIMITS)
    assert set(found["limits"].values()) == {None}
    assert found["usage"] == {"time_wait": None, "orphans": None, "local_ports": None}


@pytest.mark.parametrize(
    ("gauges", "expected"),
    [
        # 250 of these are TIME_WAIT, the rest orphans in FIN_WAIT2: the cap counts both.
        (GAUGES._replace(minisockets=300), 0.3),
        # Not of this namespace alone, or not shown: what was listed counts.
        (GAUGES._replace(minisockets=900, minisockets_host_wide=True), 0.25),
        (GAUGES._replace(minisockets=None), 0.25),
    ],
)
def test_what_the_cap_is_held_against(gauges: Gauges, expected: float) -> None:
    """Use of the cap is what the kernel compares with it, so far as that is this namespace's."""
    found = assemble(Question(), reading(gauges), LIMITS, None, None, 10)
    assert found["usage"]["time_wait"] == expected


@pytest.mark.parametrize(
    ("held", "limit", "expected"),
    [
        (5, 10, 0.5),
        (0, 10, 0.0),
        (15, 10, 1.5),
        (1, 3, 0.3333),
        (5, 0, None),
        (5, -1, None),
        (None, 10, None),
        (5, None, None),
    ],
)
def test_shares(held: Optional[int], limit: Optional[int], expected: Optional[float]) -> None:
    """1.0 is all of it, more is possible, and of nothing or of the unknown there is no share."""
    assert share(held, limit) == expected


def test_rates() -> None:
    """A rate is the rise by the second; a counter that is missing on either side has none."""
    earlier = Snapshot(100.0, GAUGES, {"active_opens": 10, "listen_drops": None, "sent_segments": 5})
    later = Snapshot(102.0, GAUGES, {"active_opens": 15, "listen_drops": 3, "sent_segments": 5, "new": 1})
    assert rates(earlier, later) == {"active_opens": 2.5, "listen_drops": None, "sent_segments": 0.0, "new": None}


def test_rates_are_never_negative() -> None:
    """A counter that began anew gives no negative rate, nor do two readings at one instant divide by zero."""
    assert rates(Snapshot(5.0, GAUGES, {"a": 9}), Snapshot(5.0, GAUGES, {"a": 2})) == {"a": 0.0}


def test_blind_spots() -> None:
    """What other users' processes hide is said in one sentence, with the way out; what was seen needs no word."""
    assert blind_spots(None) == []
    assert blind_spots(Owners([], 9, 0)) == []
    (sentence,) = blind_spots(Owners([], 9, 3))
    assert "3 processes" in sentence
    assert "9 sockets are" in sentence
    assert "become" in sentence
    (sentence,) = blind_spots(Owners([], 1, 1))
    assert "into 1 process, and 1 socket is attributed to none" in sentence
