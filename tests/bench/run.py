# Copyright (c) 2026, the linuxnet.tcp authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Measure the collection on a real kernel and write what came out to docs/evidence.

    python tests/bench/run.py [--quick] [PART ...]

The parts are counting, questions, task and growth, which `main` measures; tunables, audit, role and peers, each of
which a program of its own does; and profiles, which `profiles.main` does, or one of its own parts, such as
profiles:cap. Without a name all of them.

Run it as root, in a virtual environment with tests/bench/requirements.txt. Every load lives in a network namespace of
its own, on loopback. This file only finds the collection and starts them.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
#: Parts that programs of their own measure.
OTHERS = ("tunables", "audit", "role", "peers")
BENCH = "ansible_collections.linuxnet.tcp.tests.bench"


def main() -> int:
    """Start what is asked for where `ansible_collections.linuxnet.tcp` is this checkout, for all that it starts too."""
    with tempfile.TemporaryDirectory(prefix="linuxnet-bench-") as folder:
        link = Path(folder, "ansible_collections", "linuxnet", "tcp")
        link.parent.mkdir(parents=True)
        link.symlink_to(ROOT)
        environment = {**os.environ, "PYTHONPATH": folder, "ANSIBLE_COLLECTIONS_PATH": folder, "LC_ALL": "C.UTF-8"}
        commands = [[sys.executable, "-m", f"{BENCH}.{name}", *words] for name, words in programs(sys.argv[1:])]
        return max(subprocess.run(command, env=environment, check=False).returncode for command in commands)


def programs(words: list[str]) -> list[tuple[str, list[str]]]:
    """Which programs to start for this command line, each with its own words."""
    parts = [word for word in words if not word.startswith("-")]
    options = [word for word in words if word.startswith("-")]
    profiles = [part for part in parts if part.partition(":")[0] == "profiles"]
    counting = [part for part in parts if part not in OTHERS and part not in profiles]
    started = []
    if counting or not parts:
        started.append(("main", [*counting, *options]))
    started += [(f"{part}.main", options) for part in OTHERS if part in parts or not parts]
    if profiles or not parts:
        # `profiles` without a part of its own is all of them.
        own = [part.partition(":")[2] for part in profiles]
        started.append(("profiles.main", [*(own if all(own) else []), *options]))
    return started


if __name__ == "__main__":
    sys.exit(main())
