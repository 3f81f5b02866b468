# Copyright (c) 2026, the linuxnet.tcp authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whether a cap on TIME_WAIT is enough for what a host holds and closes now, in numbers.

All that a host holds has been closed within the last 60 seconds, so it closes what it holds over 60 a second, and
what the present cap cuts on top. While the cap is not full it cuts nothing (net/ipv4/inet_timewait_sock.c), so the
second number takes a sample of time only on a host that stands at its cap.
"""

from __future__ import annotations

from typing import Any, Dict, Mapping, NamedTuple, Optional

from .._model.settings import Setting, nearest, satisfied
from .sizing import CAP, HEADROOM, TIME_WAIT_SECONDS, cap_for_rate, closes_allowed

SAMPLE_SECONDS = 2
"""How long to watch how much a full cap cuts."""
FULL = 0.99
"""From which share of the cap on it counts as full: timers free some while new ones come."""


class Held(NamedTuple):
    """What a host shows of TIME_WAIT, from the facts of state_facts. None: it does not show it."""

    time_wait: int
    cap: Optional[int]
    full: bool
    cut_since_boot: Optional[int]
    cut_per_second: Optional[float] = None
    """Only where it was sampled."""


class Verdict(NamedTuple):
    """What a cap means for a host. Rates are closes a second."""

    cap: int
    holds: int
    closes_per_second: float
    """At least so many, where a full cap was not sampled."""
    lets_finish: int
    enough: bool
    message: str


def read_held(facts: Mapping[str, Any]) -> Held:
    """What `linuxnet_tcp` says of TIME_WAIT; `rates` counts where it is there."""
    limits, usage, counters = facts["limits"], facts["usage"], facts["counters"]
    rates: Mapping[str, Any] = facts.get("rates") or {}
    share = usage["time_wait"]
    return Held(
        time_wait=facts["states"]["time_wait"],
        cap=limits["max_tw_buckets"],
        full=share is not None and share >= FULL,
        cut_since_boot=counters["time_wait_overflow"],
        cut_per_second=rates.get("time_wait_overflow"),
    )


def cap_after(wanted: Setting, cap: Optional[int]) -> Optional[int]:
    """The cap that will run once `wanted` is set; None where the host has no cap of its own to set."""
    if cap is None:
        return None
    value = cap if satisfied(wanted, cap) else nearest(wanted, cap)
    return value if isinstance(value, int) else None


def needs_sample(wanted: Optional[Setting], held: Held) -> bool:
    """Whether it takes a sample to know what the host closes: its cap is full, and about to be another.

    A run that changes nothing does not sample.
    """
    if wanted is None or not held.full:
        return False
    return cap_after(wanted, held.cap) != held.cap


def judge(wanted: Optional[Setting], held: Held) -> Optional[Verdict]:
    """What the cap that is asked for means for the host; None where there is no cap to speak of."""
    cap = None if wanted is None else cap_after(wanted, held.cap)
    if cap is None:
        return None
    sampled = held.cut_per_second is not None
    closes = held.time_wait / TIME_WAIT_SECONDS + (held.cut_per_second or 0.0)
    # What is held can be a little more than a cap that is full; what is cut right now is beyond doubt.
    kept_full = held.full and not sampled and cap == held.cap
    enough = held.time_wait <= cap and closes <= cap / TIME_WAIT_SECONDS and not kept_full
    figures = "{0}: this host holds {1:,}, closes {2}{3:,.0f}/s; {4} lets {5:,}/s finish TIME_WAIT".format(
        CAP, held.time_wait, "at least " if kept_full else "", closes, cap, closes_allowed(cap)
    )
    message = figures if enough else "{0}, {1}".format(figures, _price(cap, closes, kept_full, held))
    return Verdict(cap, held.time_wait, round(closes, 3), closes_allowed(cap), enough, message)


def _price(cap: int, closes: float, kept_full: bool, held: Held) -> str:
    """What a cap that is too small costs, and what would be enough."""
    if kept_full:
        since = "" if held.cut_since_boot is None else ", {0:,} since boot".format(held.cut_since_boot)
        return (
            "and what is above is cut short (TCPTimeWaitOverflow{0}); raise tcp_profile_max_tw_buckets, or set "
            "tcp_profile_cap_guard to ignore".format(since)
        )
    cut = max(0.0, closes - cap / TIME_WAIT_SECONDS)
    return (
        "so about {0:,.0f}/s will be cut short (TCPTimeWaitOverflow); set tcp_profile_max_tw_buckets to {1} "
        "(that rate x {2} s x {3:g}) to cut none, or tcp_profile_cap_guard to ignore".format(
            cut, cap_for_rate(closes), TIME_WAIT_SECONDS, HEADROOM
        )
    )


def verdict_to_result(verdict: Verdict) -> Dict[str, Any]:
    """A verdict in the shapes of a result."""
    return dict(verdict._asdict())
