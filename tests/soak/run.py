# Copyright (c) 2026, the linuxnet.tcp authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Open and close connections for half an hour, look every second, change the settings every five, and judge.

    python -m ansible_collections.linuxnet.tcp.tests.soak.run [MINUTES]

Writes docs/evidence/soak.md and its plot after 30 minutes or more, else to .cache/soak. Exit status 1 when something
grew, was lost or went negative. Needs root: everything happens on a throw-away host, in namespaces of its own.
"""

from __future__ import annotations

import argparse
import json
import resource
import signal
import sys
import time
from contextlib import ExitStack
from dataclasses import asdict
from pathlib import Path
from typing import Any

from ansible_collections.linuxnet.tcp.tests.bench.evidence import EVIDENCE
from ansible_collections.linuxnet.tcp.tests.bench.machine import ROOT, describe, ended
from ansible_collections.linuxnet.tcp.tests.lab import load
from ansible_collections.linuxnet.tcp.tests.lab.throwaway_host import Host, throwaway_host

from .columns import by_column, by_row
from .judge import claims
from .page import PLOT, page
from .plot import draw
from .watch import EVERYTHING, Alternation, Second, least_count, opened, resident

MINUTES = 30.0
RATE = 2000  # connections a second
WORKERS = 2
TURN = 5  # seconds that a profile stays
FULL_QUESTION = 10  # every so many seconds everything is asked for
PROFILES = ("web_server", "forward_proxy")
#: Where a shorter run writes: it is no evidence.
SCRATCH = ROOT / ".cache" / "soak"


def main() -> int:
    """Measure, write and judge."""
    parser = argparse.ArgumentParser(prog="make soak", description=__doc__)
    parser.add_argument("minutes", nargs="?", type=float, default=MINUTES)
    parser.add_argument("--render", action="store_true", help="only write page and plot from soak.json")
    options = parser.parse_args()
    folder = EVIDENCE if options.render or options.minutes >= MINUTES else SCRATCH
    folder.mkdir(parents=True, exist_ok=True)
    kept = folder / "soak.json"
    if not options.render:
        signal.signal(signal.SIGTERM, lambda _signal, _frame: sys.exit(143))  # So that the load is ended.
        kept.write_text(json.dumps(_measure(options.minutes)) + "\n", encoding="utf-8")
    found = json.loads(kept.read_text(encoding="utf-8"))
    found["seconds"] = by_row(found["seconds"])
    (folder / "soak.md").write_text(page(found), encoding="utf-8")
    draw(found["seconds"], folder / PLOT)
    judged = claims(found)
    for claim in judged:
        print(claim.line())
    print(f"written: {(folder / 'soak.md').relative_to(ROOT)}")
    return 0 if all(claim.holds for claim in judged) else 1


def _measure(minutes: float) -> dict[str, Any]:
    """The seconds, one by one, what was lost at the end, and the machine they are of."""
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    machine = describe()
    with ExitStack() as stack:
        host = stack.enter_context(throwaway_host())
        with host.entered():
            stack.enter_context(load.running(workers=WORKERS, rate=RATE, seconds=minutes * 60 + 30))
        seconds, at_end = _watched(host, minutes * 60)
    ended(machine)
    return {
        "minutes": minutes, "rate": RATE, "profiles": PROFILES, "machine": machine, "lost_at_end": at_end,
        "seconds": by_column([asdict(second) for second in seconds]),
    }  # fmt: skip


def _watched(host: Host, duration: float) -> tuple[list[Second], list[str]]:
    profiles = Alternation(host, PROFILES)
    found: list[Second] = []
    with resident(host) as answering:
        start, number = time.monotonic(), 0
        while (now := time.monotonic()) < start + duration:
            answer, back = answering.ask(EVERYTHING if number % FULL_QUESTION == 0 else [])
            facts = answer["facts"]
            second = Second(
                at=round(now - start, 3), time_wait=facts["states"]["time_wait"], total=facts["total"],
                least=least_count(facts), opened=opened(host), facts_ms=round(answer["seconds"] * 1000, 2),
                descriptors=answer["descriptors"], rss_kib=answer["rss_kib"], keeper_descriptors=_descriptors(host),
                went_back=back,
            )  # fmt: skip
            if number % TURN == 0:
                profiles.switch(second, time.monotonic)
            found.append(second)
            if number % 60 == 0:
                print(f"  {now - start:5.0f} s: {second.time_wait} TIME_WAIT, {second.rss_kib} KiB", flush=True)
            number += 1
            time.sleep(max(0.0, start + number - time.monotonic()))
    return found, profiles.end()


def _descriptors(host: Host) -> int:
    """How many the process has open that runs the modules of the host."""
    return len(list(Path(f"/proc/{host.pid}/fd").iterdir()))


if __name__ == "__main__":
    sys.exit(main())
