# Copyright (c) 2026, the linuxnet.tcp authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What one host answered to `linuxnet.tcp.state_facts`, as a table needs it: counts, or why there are none.

A registered result is data from outside: an older version of the collection, a module that never ran, a host
that answered garbage. What a table cannot do without makes the host a `NoCounts`; what it can do without is
None.
"""

from __future__ import annotations

import math
import re
import typing as t

from ansible_collections.linuxnet.tcp.plugins.module_utils._model.states import STATE_TITLES

_REASON_CHARACTERS = 500
# What ansible-core puts before the sentence that matters.
_PREFIXES = re.compile(
    r"^(?:Task failed: |Action failed: |Module failed: |Failed to connect to the host via ssh: |ssh: )+"
)
_SEE_OUTPUT = re.compile(r"MODULE FAILURE|See stdout/stderr|deserialization failed", re.IGNORECASE)

# ansible-core's own wrapper already needs a newer Python, so what is reported is never an error in a module.
_TOO_OLD = "SyntaxError"


class HostCounts(t.NamedTuple):
    """The counts of one host and what bounds them. None: the host does not tell."""

    host: str
    states: dict[str, int]
    total: int
    time_wait_share: float | None
    orphans_share: float | None
    local_ports_share: float | None
    limits: dict[str, int | None]
    local_port_range: tuple[int, int] | None
    time_wait_overflow: int | None
    listen_overflows: int | None
    syn_queue_overflows: int | None
    source: str | None
    elapsed_ms: float | None
    skew: int

    @property
    def time_wait(self) -> int:
        """How many sockets are in TIME_WAIT."""
        return self.states["time_wait"]


class NoCounts(t.NamedTuple):
    """A host without counts. `kind`: `unreachable`, `failed`, `skipped`; `reason`: one line, not yet cut."""

    host: str
    kind: str
    reason: str


LIMITS = ("max_tw_buckets", "max_orphans", "somaxconn", "max_syn_backlog")


def read_result(host: str, result: object) -> HostCounts | NoCounts:
    """The registered result of one host's `state_facts` task, whatever came of it."""
    if not isinstance(result, t.Mapping):
        return NoCounts(host, "failed", "no result: the task did not run on this host")
    if result.get("unreachable"):
        return NoCounts(host, "unreachable", reason_of(result))
    if result.get("failed"):
        return NoCounts(host, "failed", reason_of(result))
    facts = _mapping(_mapping(result.get("ansible_facts")).get("linuxnet_tcp"))
    if not facts and result.get("skipped"):
        return NoCounts(host, "skipped", reason_of(result))
    if not facts:
        return NoCounts(host, "failed", "the task returned no ansible_facts.linuxnet_tcp")
    return read_facts(host, facts)


def read_facts(host: str, facts: t.Mapping[str, object]) -> HostCounts | NoCounts:
    """`ansible_facts.linuxnet_tcp` of one host. All eleven states and their total must be there."""
    given = _mapping(facts.get("states"))
    states = {title: _count(given.get(title)) for title in STATE_TITLES}
    total = _count(facts.get("total"))
    missing = ["states." + title for title, count in states.items() if count is None]
    if total is None:
        missing.append("total")
    if missing:
        return NoCounts(host, "failed", "its facts hold no count at " + ", ".join(missing))
    usage = _mapping(facts.get("usage"))
    limits = _mapping(facts.get("limits"))
    counters = _mapping(facts.get("counters"))
    source = facts.get("source")
    return HostCounts(
        host=host,
        states=t.cast("dict[str, int]", states),
        total=t.cast(int, total),
        time_wait_share=_share(usage.get("time_wait")),
        orphans_share=_share(usage.get("orphans")),
        local_ports_share=_share(_mapping(usage.get("local_ports")).get("share")),
        limits={name: _count(limits.get(name)) for name in LIMITS},
        local_port_range=_range(limits.get("local_port_range")),
        time_wait_overflow=_count(counters.get("time_wait_overflow")),
        listen_overflows=_count(counters.get("listen_overflows")),
        syn_queue_overflows=_sum(counters, "syn_queue_full_cookies", "syn_queue_full_drops"),
        source=source if isinstance(source, str) else None,
        elapsed_ms=_share(facts.get("elapsed_ms")),
        skew=_count(facts.get("skew")) or 0,
    )


def reason_of(result: t.Mapping[str, object]) -> str:
    """Why a task gave nothing, on one line: its message, or the last line of what it printed.

    A module that cannot even start (no Python, or one that is too old) leaves its reason in what it printed.
    """
    message = _text(result.get("msg")) or _text(result.get("skip_reason"))
    if not message or _SEE_OUTPUT.search(message):
        printed = (_last_line(_text(result.get(key))) for key in ("module_stderr", "module_stdout"))
        message = next((line for line in printed if line), message)
        if message.startswith(_TOO_OLD):
            message = "its Python is too old for this ansible-core"
    message = _PREFIXES.sub("", " ".join(message.split()))
    return message[:_REASON_CHARACTERS] or "no reason given"


def _last_line(text: str) -> str:
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    return lines[-1] if lines else ""


def _mapping(value: object) -> t.Mapping[str, object]:
    return value if isinstance(value, t.Mapping) else {}


def _text(value: object) -> str:
    return str(value) if isinstance(value, str) else ""


def _count(value: object) -> int | None:
    """A number of things, or None. True is no number here, though Python says so."""
    if isinstance(value, int) and not isinstance(value, bool) and value >= 0:
        return int(value)
    return None


def _share(value: object) -> float | None:
    """A number that is not negative and finite, or None."""
    if isinstance(value, (int, float)) and not isinstance(value, bool) and value >= 0:
        try:
            number = float(value)
        except OverflowError:
            return None
        return number if math.isfinite(number) else None
    return None


def _range(value: object) -> tuple[int, int] | None:
    if isinstance(value, (list, tuple)) and len(value) == 2:
        low, high = _count(value[0]), _count(value[1])
        if low is not None and high is not None and low <= high:
            return low, high
    return None


def _sum(counters: t.Mapping[str, object], *names: str) -> int | None:
    known = [count for count in (_count(counters.get(name)) for name in names) if count is not None]
    return sum(known) if known else None
