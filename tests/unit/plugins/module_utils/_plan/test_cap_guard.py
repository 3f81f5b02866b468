# Copyright (c) 2026, the linuxnet.tcp authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""When a cap is too small for a host, and what is said then."""

from __future__ import annotations

from typing import Any, Dict, Optional

import pytest

from ansible_collections.linuxnet.tcp.plugins.module_utils._model.catalogue import tunable_of
from ansible_collections.linuxnet.tcp.plugins.module_utils._model.settings import Setting, read_wanted
from ansible_collections.linuxnet.tcp.plugins.module_utils._plan.cap_guard import (
    Held,
    cap_after,
    judge,
    needs_sample,
    read_held,
    verdict_to_result,
)
from ansible_collections.linuxnet.tcp.plugins.module_utils._plan.sizing import CAP


def asked(raw: object) -> Setting:
    """What a profile asks of the cap."""
    return Setting(tunable_of(CAP), read_wanted(tunable_of(CAP), raw))


AT_MOST = asked({"at_most": 5000})


def held(
    time_wait: int = 100, cap: Optional[int] = 131072, full: bool = False, cut: Optional[float] = None
) -> Held:
    """A host that has cut a million since boot."""
    return Held(time_wait, cap, full, 1000000, cut)


def test_a_host_that_closes_more_than_the_cap_lets_finish() -> None:
    """The numbers are those of the host and of the cap: what it holds over 60 s, and the cap over 60 s."""
    verdict = judge(AT_MOST, held(time_wait=21300))

    assert verdict is not None
    assert not verdict.enough
    assert verdict_to_result(verdict) == {
        "cap": 5000,
        "holds": 21300,
        "closes_per_second": 355.0,
        "lets_finish": 83,
        "enough": False,
        "message": (
            "net.ipv4.tcp_max_tw_buckets: this host holds 21,300, closes 355/s; 5000 lets 83/s finish TIME_WAIT, so "
            "about 272/s will be cut short (TCPTimeWaitOverflow); set tcp_profile_max_tw_buckets to 31950 (that rate "
            "x 60 s x 1.5) to cut none, or tcp_profile_cap_guard to ignore"
        ),
    }


def test_a_host_for_which_the_cap_is_enough() -> None:
    """It is judged as well, and has nothing to complain of."""
    verdict = judge(AT_MOST, held(time_wait=5000))

    assert verdict is not None
    assert verdict.enough
    assert verdict.message == (
        "net.ipv4.tcp_max_tw_buckets: this host holds 5,000, closes 83/s; 5000 lets 83/s finish TIME_WAIT"
    )


def test_what_a_full_cap_cuts_counts_as_closed() -> None:
    """A host at a cap of 5000 that cuts 272 a second closes 355, however few it holds."""
    verdict = judge(asked(10000), held(time_wait=5000, cap=5000, full=True, cut=271.7))

    assert verdict is not None
    assert not verdict.enough
    assert "holds 5,000, closes 355/s; 10000 lets 166/s finish TIME_WAIT, so about 188/s" in verdict.message


def test_a_cap_that_is_raised_far_enough_is_enough() -> None:
    """With the sample it is known that nothing will be cut any more."""
    verdict = judge(asked(31950), held(time_wait=5000, cap=5000, full=True, cut=271.7))

    assert verdict is not None
    assert verdict.enough


def test_an_unchanged_full_cap_is_spoken_of_without_a_sample() -> None:
    """That it is full is enough to know that it cuts; how much has been cut since boot is there for nothing."""
    verdict = judge(AT_MOST, held(time_wait=5000, cap=5000, full=True))

    assert verdict is not None
    assert not verdict.enough
    assert verdict.message.startswith(
        "net.ipv4.tcp_max_tw_buckets: this host holds 5,000, closes at least 83/s; 5000 lets 83/s finish TIME_WAIT, "
        "and what is above is cut short (TCPTimeWaitOverflow, 1,000,000 since boot); "
    )


@pytest.mark.parametrize(
    ("wanted", "state", "sample"),
    [
        (AT_MOST, held(cap=5000, full=True), False),
        (AT_MOST, held(cap=4000, full=True), False),
        (AT_MOST, held(cap=131072, full=False), False),
        (AT_MOST, held(cap=131072, full=True), True),
        (asked(10000), held(cap=5000, full=True), True),
        (asked({"at_least": 65536}), held(cap=5000, full=True), True),
        (asked({"at_least": 65536}), held(cap=131072, full=True), False),
        (None, held(cap=5000, full=True), False),
        (AT_MOST, held(cap=None, full=True), False),
    ],
)
def test_only_a_full_cap_that_will_change_takes_a_sample(
    wanted: Optional[Setting], state: Held, sample: bool
) -> None:
    """An unchanged run does not sample, nor one on a host that is not at its cap, where nothing is cut."""
    assert needs_sample(wanted, state) is sample


@pytest.mark.parametrize(
    ("raw", "cap", "after"),
    [
        ({"at_most": 5000}, 131072, 5000),
        ({"at_most": 5000}, 4000, 4000),
        ({"at_most": 5000}, -1, 5000),
        ({"at_least": 65536}, 131072, 131072),
        (7000, 131072, 7000),
        ({"at_most": 5000}, None, None),
    ],
)
def test_the_cap_that_will_run(raw: object, cap: Optional[int], after: Optional[int]) -> None:
    """What tunables will leave: a host that satisfies the constraint keeps what it has; -1 is no cap."""
    assert cap_after(asked(raw), cap) == after


def test_no_cap_no_verdict() -> None:
    """Where no profile asks for a cap, or the namespace has none of its own, nothing is said."""
    assert judge(None, held()) is None
    assert judge(AT_MOST, held(cap=None)) is None


def facts(**changes: Any) -> Dict[str, Any]:
    """What state_facts gives, as far as it counts here."""
    whole = {
        "states": {"time_wait": 4998},
        "limits": {"max_tw_buckets": 5000},
        "usage": {"time_wait": 0.9996},
        "counters": {"time_wait_overflow": 7},
    }
    return {**whole, **changes}


def test_what_the_facts_say() -> None:
    """A share of the cap from 0.99 on is full; a rate counts where there is one."""
    assert read_held(facts()) == Held(4998, 5000, True, 7)
    assert read_held(facts(usage={"time_wait": 0.5})).full is False
    assert read_held(facts(rates={"time_wait_overflow": 2.5})).cut_per_second == 2.5


def test_a_kernel_that_does_not_tell() -> None:
    """A namespace without the key, or without the counters, is not full and has no cap."""
    state = read_held(
        facts(limits={"max_tw_buckets": None}, usage={"time_wait": None}, counters={"time_wait_overflow": None})
    )

    assert state == Held(4998, None, False, None)
