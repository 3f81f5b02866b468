# Copyright (c) 2026, the linuxnet.tcp authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Measure the collection on a real kernel and write what came out to docs/evidence.

    python tests/bench/run.py [--quick] [PART ...]

Run it as root, in a virtual environment with tests/bench/requirements.txt. Every load lives in a network namespace of
its own, on loopback. This file only finds the collection and starts `main`.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
MAIN = "ansible_collections.linuxnet.tcp.tests.bench.main"


def main() -> int:
    """Start `main` where `ansible_collections.linuxnet.tcp` is this checkout, for it and for all that it starts."""
    with tempfile.TemporaryDirectory(prefix="linuxnet-bench-") as folder:
        link = Path(folder, "ansible_collections", "linuxnet", "tcp")
        link.parent.mkdir(parents=True)
        link.symlink_to(ROOT)
        environment = {**os.environ, "PYTHONPATH": folder, "ANSIBLE_COLLECTIONS_PATH": folder, "LC_ALL": "C.UTF-8"}
        command = [sys.executable, "-m", MAIN, *sys.argv[1:]]
        return subprocess.run(command, env=environment, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
