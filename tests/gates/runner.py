# Copyright (c) 2026, the linuxnet.tcp authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs gates side by side, says a line for each as it ends, and sums up.

A gate is a nox session with the tag asked for. Three run at a time, in the order of the noxfile (long ones
stand first); those tagged ``alone`` run afterwards, one by one, on a quiet machine.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from . import paths, report

#: One more than a small machine has processors: installing, a browser and SSH leave one idle now and then.
LANES = 3
TAIL_LINES = 60
HEARTBEAT_SECONDS = 60.0


@dataclass(frozen=True)
class Gate:
    """One nox session."""

    session: str
    alone: bool


@dataclass(frozen=True)
class Outcome:
    """How a gate ended."""

    gate: Gate
    status: str
    seconds: float
    #: Processor seconds of the gate and of what it waited for; containers are not among them.
    processor: float
    log: Path
    report: report.Report


class Runner:
    """The gates that run at this moment, and the lock on the terminal."""

    def __init__(self, say: Callable[[str], None]) -> None:
        """Keeps ``say``, which prints a line."""
        self._say = say
        self._lock = threading.Lock()
        self._running: dict[str, tuple[subprocess.Popen[bytes], float]] = {}
        self._stopped = False

    def run(self, gates: Iterable[Gate], lanes: int) -> list[Outcome]:
        """Runs them, at most ``lanes`` at a time, and returns the outcomes in the order given."""
        done = threading.Event()
        threading.Thread(target=self._heartbeat, args=(done,), daemon=True).start()
        with ThreadPoolExecutor(max_workers=lanes) as pool:
            try:
                return list(pool.map(self._run_one, gates))
            except BaseException:
                # Leaving the pool waits for what runs, so what runs has to end first.
                self._stop()
                raise
            finally:
                done.set()

    def _stop(self) -> None:
        """Ends what is running, and lets nothing start any more."""
        with self._lock:
            self._stopped = True
            for process, _begin in self._running.values():
                os.killpg(process.pid, signal.SIGTERM)

    def _run_one(self, gate: Gate) -> Outcome:
        name = paths.slug(gate.session)
        log, remarks = paths.CACHE / "logs" / f"{name}.log", paths.CACHE / "logs" / f"{name}.report"
        log.parent.mkdir(parents=True, exist_ok=True)
        remarks.unlink(missing_ok=True)
        begin = time.monotonic()
        code, processor = self._spawn(gate, log, {**os.environ, report.VARIABLE: str(remarks)}, begin)
        found = report.read(remarks)
        status = "failed" if code else "skipped" if found.skipped else "passed"
        outcome = Outcome(gate, status, time.monotonic() - begin, processor, log, found)
        with self._lock:
            self._say(line_for(outcome))
        return outcome

    def _spawn(self, gate: Gate, log: Path, environment: dict[str, str], begin: float) -> tuple[int, float]:
        """The exit code, and the processor seconds that it took."""
        command = [sys.executable, "-m", "nox", "--session", gate.session]
        with log.open("wb") as output:
            with self._lock:
                if self._stopped:
                    return 1, 0.0
                # A group of its own, so that all that a gate started ends with it.
                process = subprocess.Popen(
                    command, stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.STDOUT,
                    env=environment, start_new_session=True,
                )
                self._running[gate.session] = (process, begin)
            _pid, status, usage = os.wait4(process.pid, 0)
            process.returncode = os.waitstatus_to_exitcode(status)
            with self._lock:
                del self._running[gate.session]
        return process.returncode, usage.ru_utime + usage.ru_stime

    def _heartbeat(self, done: threading.Event) -> None:
        while not done.wait(HEARTBEAT_SECONDS):
            with self._lock:
                now = time.monotonic()
                ages = [f"{name} {now - begin:.0f} s" for name, (_process, begin) in self._running.items()]
                self._say(f"  ...      running: {', '.join(ages)}")


def line_for(outcome: Outcome) -> str:
    """One line on how a gate ended."""
    tests = f"  {outcome.report.tests} tests" if outcome.report.tests is not None else ""
    times = f"{outcome.seconds:6.1f} s  {outcome.processor:6.1f} s of processor"
    return f"  {outcome.status:<8} {outcome.gate.session:<28} {times}{tests}"


def listed(tag: str) -> list[Gate]:
    """The gates with this tag, in the order of the noxfile."""
    command = [sys.executable, "-m", "nox", "--list", "--json", "--tags", tag]
    answer = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True, cwd=paths.ROOT)
    return [Gate(row["session"], "alone" in row["tags"]) for row in json.loads(answer.stdout)]


def run_all(tag: str, say: Callable[[str], None] = lambda line: print(line, flush=True)) -> bool:
    """Runs every gate with this tag and prints the summary.

    :returns: whether none failed
    """
    gates = listed(tag)
    say(f"{len(gates)} gates, {LANES} at a time; logs in {paths.CACHE.relative_to(paths.ROOT) / 'logs'}")
    runner, begin = Runner(say), time.monotonic()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    outcomes = runner.run([gate for gate in gates if not gate.alone], LANES)
    outcomes += runner.run([gate for gate in gates if gate.alone], 1)
    processor = sum(outcome.processor for outcome in outcomes)
    say(f"all in {time.monotonic() - begin:.0f} s, with {processor:.0f} s of processor")
    for line in summary(outcomes):
        say(line)
    return bool(outcomes) and all(outcome.status != "failed" for outcome in outcomes)


def summary(outcomes: list[Outcome]) -> list[str]:
    """The ends of the logs of failed gates, what could not run and why, and the closing line."""
    lines = [""]
    for outcome in outcomes:
        if outcome.status == "failed":
            lines += [f"==== {outcome.gate.session}: the end of {outcome.log.relative_to(paths.ROOT)}"]
            lines += outcome.log.read_text(errors="replace").splitlines()[-TAIL_LINES:]
            lines += [""]
    for outcome in outcomes:
        if outcome.report.skipped:
            lines.append(f"skipped: {outcome.gate.session}: {outcome.report.skipped}")
        lines += [f"not covered by {outcome.gate.session}: {part}" for part in outcome.report.uncovered]
    lines += [f"failed: {outcome.gate.session}" for outcome in outcomes if outcome.status == "failed"]
    count = Counter(outcome.status for outcome in outcomes)
    lines.append(f"{count['passed']} passed, {count['failed']} failed, {count['skipped']} skipped")
    return lines
