# Copyright (c) 2026, the linuxnet.tcp authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Where the figures go."""

from __future__ import annotations

from pathlib import Path

from .machine import ROOT

EVIDENCE = ROOT / "docs" / "evidence"
#: Where a quick run writes: its figures are no evidence.
SCRATCH = ROOT / ".cache" / "bench"


def folder(*, quick: bool) -> Path:
    """The folder for a run; it is there."""
    where = SCRATCH if quick else EVIDENCE
    where.mkdir(parents=True, exist_ok=True)
    return where
