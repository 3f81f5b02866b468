# Copyright (c) 2026, the linuxnet.tcp authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A process that answers for as long as it is asked: with what state_facts finds, and with what it holds itself.

A line of JSON on standard input is the list for `by`; the answer is a line of JSON. A module lives for a moment, and
what it does not give back goes with it; here it would pile up.
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path

from ansible_collections.linuxnet.tcp.plugins.module_utils._survey.sockets import look_at_sockets

DEFAULTS = {"ports": [], "top": 10, "sample": 0.0, "network_namespace": None, "source": "auto"}


def main() -> None:
    """Answer."""
    for line in sys.stdin:
        began = time.perf_counter()
        facts, _unseen = look_at_sockets({**DEFAULTS, "by": json.loads(line)})
        took = time.perf_counter() - began
        answer = {"facts": facts, "seconds": took, "descriptors": descriptors(), "rss_kib": rss_kib()}
        print(json.dumps(answer), flush=True)


def descriptors() -> int:
    """How many this process has open, less the one that counting takes."""
    return len(list(Path("/proc/self/fd").iterdir())) - 1


def rss_kib() -> int:
    """What it holds of memory at this moment (VmRSS)."""
    for line in Path("/proc/self/status").read_text(encoding="ascii").splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1])
    raise ValueError("no VmRSS in /proc/self/status")


if __name__ == "__main__":
    main()
