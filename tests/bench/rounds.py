# Copyright (c) 2026, the linuxnet.tcp authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Rounds of measuring inside windows of load, made again until enough rounds saw the whole of it."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from functools import partial

from .load import Made, Spec
from .namespace import inside, settle
from .timing import Sample, kept
from .window import Window, loaded

#: One round: for each series its runs, all taken close together.
Round = Mapping[str, list[Sample]]
#: Takes the round of that number.
Taker = Callable[[Window, int], Round]
WINDOWS = 12
#: A window with less than that many seconds left is not worth a round.
LEAST = 3.0


def take(spec: Spec, wanted: int, taker: Taker) -> tuple[list[Made], dict[str, list[Sample]]]:
    """At least `wanted` whole rounds over `spec`: the loads that were made, and every series with all of its runs.

    The runs that saw sockets expire are among them: timing.figures leaves those out and counts them. Raises
    RuntimeError when the machine is too slow to measure within the minute that TIME_WAIT lasts.
    """
    loads: list[Made] = []
    series: dict[str, list[Sample]] = {}
    whole = 0
    for _turn in range(WINDOWS):
        settle()
        made, rounds = inside(partial(_one_window, spec, wanted - whole, taker))
        loads.append(made)
        for one in rounds:
            whole += all(len(kept(samples, spec.time_wait)) == len(samples) for samples in one.values())
            for name, samples in one.items():
                series.setdefault(name, []).extend(samples)
        if whole >= wanted:
            return loads, series
    raise RuntimeError(f"only {whole} of {wanted} rounds fitted into {WINDOWS} windows of {spec}: is the machine busy?")


def _one_window(spec: Spec, wanted: int, taker: Taker) -> tuple[Made, list[Round]]:
    rounds: list[Round] = []
    longest = 0.0
    with loaded(spec) as window:
        print(f"  {window.made.time_wait} TIME_WAIT in {window.made.seconds:.1f} s", end="", flush=True)
        whole = window.made.time_wait >= spec.time_wait
        while whole and len(rounds) < wanted and window.left() > max(1.3 * longest, LEAST):
            start = time.monotonic()
            rounds.append(taker(window, len(rounds)))
            longest = max(longest, time.monotonic() - start)
        print(f", {len(rounds)} rounds, {min(window.left(), 60):.0f} s left", flush=True)
        return window.made, rounds


def turned(names: list[str], number: int) -> list[str]:
    """`names` in an order that begins elsewhere in each round, so that none always follows the same one."""
    start = number % len(names)
    return names[start:] + names[:start]
