# Copyright (c) 2026, the linuxnet.tcp authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Run a Python module as a program and say at its end how much memory it took at most.

    python -m ...tests.bench.peak_memory MODULE < ITS-INPUT

Prints `{"peak_kib": N}` as the last line: VmHWM, of this program image alone. What wait4 gives as ru_maxrss also holds
the size of the process that started this one, up to the moment of exec.
"""

from __future__ import annotations

import atexit
import json
import runpy
import sys
from pathlib import Path


def peak_kib() -> int:
    """The largest resident size of this process so far (VmHWM of /proc/self/status), in KiB."""
    for line in Path("/proc/self/status").read_text(encoding="ascii").splitlines():
        name, _colon, value = line.partition(":")
        if name == "VmHWM":
            return int(value.split()[0])
    raise ValueError("no VmHWM in /proc/self/status")


def main() -> None:
    """Run it."""
    atexit.register(lambda: print(json.dumps({"peak_kib": peak_kib()}), flush=True))
    sys.argv = sys.argv[1:]
    runpy.run_module(sys.argv[0], run_name="__main__", alter_sys=True)


if __name__ == "__main__":
    main()
