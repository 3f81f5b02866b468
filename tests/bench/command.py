# Copyright (c) 2026, the linuxnet.tcp authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the programs of the bench have in common on their command lines."""

from __future__ import annotations

import argparse
import os
import signal
import sys


def command_line(part: str, description: str | None, quick: str) -> argparse.ArgumentParser:
    """A parser with the two options that all have; `part` is how run.py calls the program, "" what it starts first.

    `quick` says what a quick run leaves out.
    """
    parser = argparse.ArgumentParser(prog=f"tests/bench/run.py {part}".rstrip(), description=description)
    parser.add_argument("--quick", action="store_true", help=f"{quick}, written to .cache/bench")
    parser.add_argument("--render", action="store_true", help="only write the page and its plots from what was kept")
    return parser


def begin(parser: argparse.ArgumentParser, why_root: str) -> None:
    """Before anything is measured: end with a message without root, and see that what is started is ended."""
    if os.geteuid() != 0:
        parser.error(f"run it as root: {why_root}")
    signal.signal(signal.SIGTERM, lambda _signal, _frame: sys.exit(143))
