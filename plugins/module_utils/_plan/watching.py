# Copyright (c) 2026, the linuxnet.tcp authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whether a host got worse: the counters of a window after a change against those of an equal window before."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Dict, FrozenSet, Iterable, List, Mapping, NamedTuple, Optional, Tuple

from .._model.errors import InputError, shown

if TYPE_CHECKING:
    # Hosts compile every module anew in each run, and few runs watch.
    from .._model.readings import Snapshot

# How much worse a window may be before the change is put back. Rates are events a second above those of the window
# before; a ratio is segments that were sent again, of all that were sent. What a cap on TIME_WAIT cuts is counted as
# time_wait_overflow: who sets a cap has chosen that price, so it is shown and not judged unless a limit is given.
DEFAULT_LIMITS: Mapping[str, float] = {
    "listen_overflows": 1.0,
    "listen_drops": 1.0,
    "syn_queue_full_drops": 1.0,
    "aborts_on_memory": 0.1,
    "aborts_on_timeout": 5.0,
    "attempt_fails": 5.0,
    "retransmit_ratio": 0.02,
}
JUDGED_ON_REQUEST = ("time_wait_overflow", "established_resets")
# Nothing counts a connect() that found no local port (EADDRNOTAVAIL): it fails before the kernel counts an open. What
# shows is that a proxy goes on accepting connections and opens none for them any more. The limit is the share of the
# connections opened for each one accepted that may be lost. It is judged only where the change bounds outgoing
# connections, for a server's own errands come and go; and only where both kinds are many enough to divide.
OUTGOING = "outgoing_per_incoming"
DEFAULT_OUTGOING = 0.5
BOUND_OUTGOING: FrozenSet[str] = frozenset(
    {
        "net.ipv4.ip_local_port_range",
        "net.ipv4.ip_local_reserved_ports",
        "net.ipv4.tcp_max_tw_buckets",
        "net.ipv4.tcp_timestamps",
        "net.ipv4.tcp_tw_reuse",
    }
)
LEAST_TO_DIVIDE = 20
# Fewer connections a second than this, opened and accepted, in both windows together: an idle host proves nothing.
LEAST_OPENS = "least_opens"
DEFAULT_LEAST_OPENS = 1.0


class Window(NamedTuple):
    """The counters at the start and at the end of a stretch of time."""

    start: Snapshot
    end: Snapshot

    @property
    def seconds(self) -> float:
        """How long it took, never 0."""
        return max(self.end.at - self.start.at, 1e-6)

    def rise(self, name: str) -> Optional[int]:
        """How much the counter rose; None where this kernel has no such counter."""
        first, last = self.start.counters.get(name), self.end.counters.get(name)
        return None if first is None or last is None else max(0, last - first)

    def rate(self, name: str) -> Optional[float]:
        """The same, a second; for `retransmit_ratio` the share of segments that were sent again, and for
        `outgoing_per_incoming` the connections opened for each one accepted, where enough of them were.
        """
        if name == "retransmit_ratio":
            again, sent = self.rise("retransmitted_segments"), self.rise("sent_segments")
            return None if again is None or not sent else again / sent
        if name == OUTGOING:
            opened, accepted = self.rise("active_opens"), self.rise("passive_opens")
            return None if opened is None or (accepted or 0) < LEAST_TO_DIVIDE else opened / (accepted or 1)
        rise = self.rise(name)
        return None if rise is None else rise / self.seconds


class Judgement(NamedTuple):
    """What the watch found. `evidence` is for the result, `worse` names what went beyond its limit."""

    judged: bool
    worse: List[str]
    evidence: Dict[str, Any]


def read_limits(given: Mapping[str, Any]) -> Dict[str, float]:
    """The limits that apply: the defaults, and what the playbook gives instead. Raises InputError for what is no
    limit.
    """
    limits = dict(DEFAULT_LIMITS, **{LEAST_OPENS: DEFAULT_LEAST_OPENS, OUTGOING: DEFAULT_OUTGOING})
    known = sorted([*limits, *JUDGED_ON_REQUEST])
    for name, raw in given.items():
        if name not in known:
            raise InputError("watch_limits has {0}: there are limits for {1}".format(shown(name), ", ".join(known)))
        try:
            limits[name] = float(raw)
        except (TypeError, ValueError) as error:
            raise InputError("watch_limits has {0} for {1}: give a number".format(shown(raw), name)) from error
        if not 0 <= limits[name] < float("inf"):
            raise InputError("watch_limits has {0} for {1}: give a number from 0 on".format(shown(raw), name))
    return limits


def judge(before: Window, after: Window, limits: Mapping[str, float], changed: Iterable[str] = ()) -> Judgement:
    """Compare the two windows; `changed` are the keys whose running values are new in the second. A host on which next
    to nothing was opened is not judged.
    """
    opens = sum((window.rise(name) or 0) for window in (before, after) for name in ("active_opens", "passive_opens"))
    a_second = opens / (before.seconds + after.seconds)
    judged = a_second >= limits[LEAST_OPENS]
    counters: Dict[str, Any] = {}
    worse = []
    for name in sorted({*limits, *JUDGED_ON_REQUEST} - {LEAST_OPENS, OUTGOING}):
        was, now, limit = before.rate(name), after.rate(name), limits.get(name)
        if now is None:
            continue
        counters[name] = _row(was or 0.0, now, limit)
        if limit is not None and now - (was or 0.0) > limit:
            worse.append("{0} rose from {1:.3g} to {2:.3g} (limit {3:g} more)".format(name, was or 0.0, now, limit))
    if not BOUND_OUTGOING.isdisjoint(changed):
        shown_too, fell = _outgoing(before, after, limits[OUTGOING])
        counters.update(shown_too)
        worse.extend(fell)
    evidence = {
        "window_seconds": round(after.seconds, 3),
        "opens_a_second": round(a_second, 3),
        "judged": judged,
        "counters": counters,
    }
    return Judgement(judged, worse if judged else [], evidence)


def _row(was: float, now: float, limit: Optional[float]) -> Dict[str, Any]:
    """A line of the evidence."""
    return {"before": round(was, 4), "after": round(now, 4), "limit": limit}


def _outgoing(before: Window, after: Window, limit: float) -> Tuple[Dict[str, Any], List[str]]:
    """What to show of the connections opened for each one accepted, and the sentence where they fell too far."""
    was, now = before.rate(OUTGOING), after.rate(OUTGOING)
    if was is None or now is None or (before.rise("active_opens") or 0) < LEAST_TO_DIVIDE:
        return {}, []
    sentence = "{0} fell from {1:.3g} to {2:.3g} (limit {3:.0%} less), as it does when no local port is left".format(
        OUTGOING, was, now, limit
    )
    return {OUTGOING: _row(was, now, limit)}, [sentence] if now < was * (1 - limit) else []
