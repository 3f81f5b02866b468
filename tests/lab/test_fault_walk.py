# Copyright (c) 2026, the linuxnet.tcp authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The transaction of `tunables` against a host that fails at every step."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from ansible_collections.linuxnet.tcp.tests.lab import fault_walk

LEAST_FAULTS = 300


@pytest.mark.needs("strace")
def test_no_fault_leaves_anything_half_done() -> None:
    """Whichever call fails, and wherever the process dies: all or nothing, and the next run converges."""
    program = Path(fault_walk.__file__)

    walked = subprocess.run(
        ["unshare", "--net", "--mount", sys.executable, str(program)],
        check=True, capture_output=True, text=True, timeout=900,
    )
    result = json.loads(walked.stdout)
    print(f"fault walk: {result['injected']} faults injected at {result['calls']} calls")

    assert result["broken"] == []
    assert result["injected"] >= LEAST_FAULTS
