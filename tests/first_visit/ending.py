# Copyright (c) 2026, the linuxnet.tcp authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the log of a first visit says in the end."""

from __future__ import annotations

import re
from dataclasses import dataclass

COUNTS = re.compile(r"\d+ passed, \d+ failed, \d+ skipped")
NAMED = ("skipped: ", "failed: ")
#: What stands for the reason when `make test` did not come to its end.
TAIL_LINES = 5


@dataclass(frozen=True)
class Ending:
    """How the two commands ended on a machine."""

    #: Whether both ended with status 0.
    well: bool
    #: The line of `make test` with the numbers of gates; else the last lines of all.
    counts: str
    #: What was skipped and what failed, a line for each.
    named: tuple[str, ...]
    seconds: float


def ending(log: str, status: int, seconds: float) -> Ending:
    """What ``log`` says, of a visit that ended with this exit status."""
    lines = log.splitlines()
    counts = next((line for line in reversed(lines) if COUNTS.fullmatch(line)), " / ".join(lines[-TAIL_LINES:]))
    return Ending(status == 0, counts, tuple(line for line in lines if line.startswith(NAMED)), seconds)


def told(machine: str, end: Ending) -> list[str]:
    """The lines about a machine, for whoever has started it."""
    head = f"{machine}: {end.counts}, in {end.seconds:.0f} s" + ("" if end.well else ": FAILED")
    return [head, *(f"  {line}" for line in end.named)]
