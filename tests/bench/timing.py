# Copyright (c) 2026, the linuxnet.tcp authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Timed runs: what one cost, which ones count, and the figures that stand in the report."""

from __future__ import annotations

import os
import resource
import signal
import statistics
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

Answer = TypeVar("Answer")


@dataclass(frozen=True)
class Sample:
    """One run. Seconds of processor time (user and system, children included) and of the clock; memory in KiB.

    `before` and `after` are the minisockets (`tw` of /proc/net/sockstat) that lay in the namespace at the two ends of
    the run. `finished` is false when the run was stopped.
    """

    cpu: float
    wall: float
    before: int
    after: int
    rss_kib: int | None = None
    finished: bool = True


@dataclass(frozen=True)
class Figures:
    """A series in the terms of the report: minima and medians, in seconds, and how many runs they rest on."""

    runs: int
    discarded: int
    cpu_min: float
    cpu_median: float
    wall_min: float
    wall_median: float
    rss_kib: int | None


def kept(samples: Iterable[Sample], wanted: int) -> list[Sample]:
    """The runs that saw the whole load from one end to the other: TIME_WAIT fade after 60 s, and a run whose count
    fell measured less than it claims."""
    return [sample for sample in samples if sample.before >= wanted and sample.after >= max(wanted, sample.before)]


def figures(samples: Sequence[Sample], wanted: int) -> Figures:
    """Minima and medians of the runs that count. Raises ValueError when none does."""
    good = kept(samples, wanted)
    if not good:
        raise ValueError(f"none of {len(samples)} runs saw {wanted} TIME_WAIT from one end to the other")
    memory = [sample.rss_kib for sample in good if sample.rss_kib is not None]
    return Figures(
        runs=len(good),
        discarded=len(samples) - len(good),
        cpu_min=min(sample.cpu for sample in good),
        cpu_median=statistics.median(sample.cpu for sample in good),
        wall_min=min(sample.wall for sample in good),
        wall_median=statistics.median(sample.wall for sample in good),
        rss_kib=max(memory) if memory else None,
    )


def minisockets(sockstat: str) -> int:
    """The number behind `tw` in the text of /proc/net/sockstat."""
    for line in sockstat.splitlines():
        words = line.split()
        if words[:1] == ["TCP:"]:
            return int(words[words.index("tw") + 1])
    raise ValueError("no TCP line in sockstat")


def held_now() -> int:
    """The minisockets in this process's network namespace."""
    return minisockets(Path("/proc/net/sockstat").read_text(encoding="ascii"))


def time_call(work: Callable[[], Answer]) -> tuple[Sample, Answer]:
    """Call `work` in this process and measure it."""
    before = held_now()
    wall, cpu = time.perf_counter(), time.process_time()
    answer = work()
    cpu, wall = time.process_time() - cpu, time.perf_counter() - wall
    return Sample(cpu, wall, before, held_now()), answer


def time_command(command: Sequence[str], limit: float = 120.0, given: str = "") -> tuple[Sample, str]:
    """Run `command` in a process group of its own and measure it and its children; returns what it printed.

    `given` (short) is its standard input. After `limit` seconds the group is killed and the sample says so. A command
    that fails raises RuntimeError.
    """
    with tempfile.TemporaryFile() as complaints:
        before, start = held_now(), time.perf_counter()
        process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=complaints, process_group=0
        )
        output, status, usage, finished = _await(process, given, limit)
        wall = time.perf_counter() - start
        sample = Sample(usage.ru_utime + usage.ru_stime, wall, before, held_now(), finished=finished)
        if status and finished:
            complaints.seek(0)
            reason = complaints.read().decode(errors="replace")[-2000:]
            raise RuntimeError(f"{' '.join(command)} failed ({status}): {reason}")
    return sample, output.decode(errors="replace")


def _await(
    process: subprocess.Popen[bytes], given: str, limit: float
) -> tuple[bytes, int, resource.struct_rusage, bool]:
    """What it printed, its exit status, what it and its children used, and whether it ended by itself."""
    assert process.stdin is not None
    assert process.stdout is not None
    stopped = False

    def stop(_signal: int, _frame: object) -> None:
        nonlocal stopped
        stopped = True
        os.killpg(process.pid, signal.SIGKILL)

    earlier = signal.signal(signal.SIGALRM, stop)
    signal.setitimer(signal.ITIMER_REAL, limit)
    try:
        process.stdin.write(given.encode())
        process.stdin.close()
        output = process.stdout.read()
        _process, status, usage = os.wait4(process.pid, 0)
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, earlier)
        process.stdout.close()
    process.returncode = os.waitstatus_to_exitcode(status)
    return output, process.returncode, usage, not stopped
