# Copyright (c) 2026, the linuxnet.tcp authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The cap on TIME_WAIT on a Squid: 5000 against 131,072 by turns, and what happens when it is set amid the load."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from itertools import pairwise

from ansible_collections.linuxnet.tcp.plugins.module_utils._model.settings import read_settings
from ansible_collections.linuxnet.tcp.plugins.module_utils._plan.cap_guard import judge, read_held
from ansible_collections.linuxnet.tcp.tests.lab.run_module import run_module
from ansible_collections.linuxnet.tcp.tests.lab.traffic.ab import ab, clients
from ansible_collections.linuxnet.tcp.tests.lab.traffic.sampler import Sample, minisocket_bytes, read, rise, sampling
from ansible_collections.linuxnet.tcp.tests.lab.traffic.servers import nginx, squid
from ansible_collections.linuxnet.tcp.tests.lab.traffic.topology import ORIGIN, Street, slow_line

from ..results import Claim
from .outcome import Curve, Run, interleaved
from .part_trades import DOORS
from .stage import CAP, figures, stage

LIMIT, USUAL = 5000, 131072
VARIANTS = {f"{USUAL:,}": USUAL, f"{LIMIT:,}": LIMIT}
PAGE = f"http://{ORIGIN}/"
#: TCP_TIMEWAIT_LEN: so long after a cap is set nothing from before is held any more.
RUN_OUT = 60.0
AFTER = 10.0
TOLERANCE = 0.1
#: Seconds over which the guard samples a full cap; see _plan/cap_guard.py.
SAMPLE = 2
AT_ONCE = 32
#: A request is some 500 bytes of the client's in all, so that this line brings more than 1,500 of them a second.
LINE = "6.8mbit"
EVERY = 0.25


def take(variant: str, requests: int) -> Mapping[str, float]:
    """One run with one cap, from an empty table on."""
    with (
        stage({CAP: VARIANTS[variant]}) as hosts,
        nginx(hosts, hosts.origin),
        squid(hosts, DOORS) as server,
        sampling(hosts.proxy.pid) as seen,
    ):
        outcome = ab(hosts, PAGE, requests, at_once=AT_ONCE, proxies=server.doors)
        values = figures(outcome, seen.samples[0], read(hosts.proxy.pid))
        memory = seen.most() * minisocket_bytes() / 1024
        return {**values, "most_time_wait": seen.most(), "minisockets_kib": round(memory)}


def measure(rounds: int, requests: int) -> list[Run]:
    """The pairs."""
    return interleaved(list(VARIANTS), rounds, lambda variant: take(variant, requests))


def amid_load(before: float) -> tuple[dict[str, Curve], list[Claim], dict[str, float]]:
    """Load from the start, the cap set after `before` seconds, and load until all from before has run out.

    `before` has to be more than a minute for the guard to be judged before as well: it divides by 60 s.
    """
    whole = before + RUN_OUT + AFTER
    with (
        stage({CAP: USUAL}) as hosts,
        nginx(hosts, hosts.origin),
        squid(hosts, DOORS) as server,
        sampling(hosts.proxy.pid, EVERY) as seen,
        ExitStack() as stack,
    ):
        slow_line(hosts, LINE)
        working = stack.enter_context(clients(hosts, PAGE, seconds=whole, at_once=AT_ONCE, proxies=server.doors))
        time.sleep(before)
        uncapped = guard(hosts)
        hosts.proxy.run(settings={CAP: {"at_most": LIMIT}}).ok  # noqa: B018 - raises where it failed
        applied = time.monotonic()
        time.sleep(RUN_OUT + AFTER / 2)
        capped = guard(hosts, SAMPLE)
        outcome = working.wait()
    samples = seen.samples
    start = samples[0].at
    late = [sample.time_wait for sample in samples if sample.at >= applied + RUN_OUT]
    how = f"Squid, ab at {AT_ONCE} at once over a line of {LINE} for {whole:.0f} s, cap set after {before:.0f} s"
    claims = [
        Claim("most TIME_WAIT from 60 s after setting 5000", max(late), LIMIT, "", how),
        Claim("failed requests, of all while the cap was set", outcome.failed, 0, "", how),
        _agrees("with the cap at 5000", capped, samples, applied + RUN_OUT, how),
    ]
    if before >= RUN_OUT:
        claims.append(_agrees("before the cap", uncapped, samples, applied - RUN_OUT, how, applied))
    marks = {"applied": applied - start, "run_out": applied - start + RUN_OUT}
    return _curves(samples), claims, marks


def guard(hosts: Street, sample: float = 0) -> float:
    """The closes a second that the guard of the role reads from the facts of the proxy."""
    with hosts.proxy.entered():
        facts = run_module("state_facts", {"sample": sample} if sample else {}).facts
    (wanted,) = read_settings({CAP: {"at_most": LIMIT}})
    verdict = judge(wanted, read_held(facts))
    assert verdict is not None
    return verdict.closes_per_second


def _agrees(
    when: str, said: float, samples: Sequence[Sample], start: float, how: str, end: float = float("inf")
) -> Claim:
    """How far the guard is from the counters: what began TIME_WAIT and what the cap cut, a second."""
    within = [sample for sample in samples if start <= sample.at <= end]
    rose = rise(within[0], within[-1])
    closes = (rose["time_wait_begun"] + rose["time_wait_overflow"]) / (within[-1].at - within[0].at)
    off = abs(said - closes) / closes
    name = f"guard {when}: says {said:,.0f} closes/s, counted {closes:,.0f}/s, off by"
    return Claim(name, off, TOLERANCE, "", how)


def _curves(samples: Sequence[Sample]) -> dict[str, Curve]:
    """What is held, and what is cut a second, a point for each second."""
    start, picked = samples[0].at, [samples[0]]
    for sample in samples:
        if sample.at - picked[-1].at >= 1:
            picked.append(sample)
    seconds = [round(sample.at - start, 1) for sample in picked]
    rates = [
        rise(early, late)["time_wait_overflow"] / (late.at - early.at)
        for early, late in pairwise(picked)
    ]
    return {
        "held": Curve(seconds, [sample.time_wait for sample in picked]),
        "cut a second": Curve(seconds[1:], [round(rate) for rate in rates]),
    }
