# Copyright (c) 2026, the linuxnet.tcp authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The minute in which a load of TIME_WAIT can be measured: from when it stands to when its first sockets expire."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass

from .load import Made, Spec

#: The kernel keeps TIME_WAIT for 60 s (TCP_TIMEWAIT_LEN); a second is left for its timer wheel.
LIFETIME = 59.0
LOADER = "ansible_collections.linuxnet.tcp.tests.bench.load"


@dataclass(frozen=True)
class Window:
    """A load that stands."""

    spec: Spec
    made: Made

    def left(self) -> float:
        """Seconds until the first TIME_WAIT expires; endless without any."""
        if not self.spec.time_wait:
            return float("inf")
        return self.made.first_at + LIFETIME - time.monotonic()


@contextmanager
def loaded(spec: Spec) -> Iterator[Window]:
    """Make `spec` in this process's network namespace, and take it away afterwards."""
    loader = subprocess.Popen(
        [sys.executable, "-m", LOADER, json.dumps(asdict(spec))],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    )
    assert loader.stdin is not None
    assert loader.stdout is not None
    try:
        line = loader.stdout.readline()
        if not line:
            raise RuntimeError(f"the load {spec} could not be made")
        yield Window(spec, Made(**json.loads(line)))
    finally:
        loader.stdin.close()
        loader.stdout.close()
        try:
            loader.wait(10)
        except subprocess.TimeoutExpired:
            loader.kill()
            loader.wait()
