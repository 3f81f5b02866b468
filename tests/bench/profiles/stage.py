# Copyright (c) 2026, the linuxnet.tcp authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The stage of each run: a fresh street, with settings of ours on its proxy, and what is counted there."""

from __future__ import annotations

import functools
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from ansible_collections.linuxnet.tcp.plugins.plugin_utils._profiles import Wishes, resolve
from ansible_collections.linuxnet.tcp.tests.lab.traffic.ab import Outcome
from ansible_collections.linuxnet.tcp.tests.lab.traffic.sampler import Sample, rise
from ansible_collections.linuxnet.tcp.tests.lab.traffic.topology import Street, street

CAP = "net.ipv4.tcp_max_tw_buckets"
KERNEL = "the kernel's own"


@functools.cache
def settings_of(profile: str) -> Mapping[str, Any]:
    """What a profile asks of a host with this machine's memory, or nothing for the kernel's own values."""
    if profile == KERNEL:
        return {}
    return resolve(profile, Wishes(memory_bytes=_memory())).settings


def _memory() -> int:
    first = Path("/proc/meminfo").read_text(encoding="ascii").splitlines()[0]
    return int(first.split()[1]) * 1024


@contextmanager
def stage(settings: Mapping[str, Any]) -> Iterator[Street]:
    """A fresh street, with these settings applied by `tunables` to its proxy before any server starts there."""
    with street() as hosts:
        if settings:
            hosts.proxy.run(settings=dict(settings), unavailable="skip").ok  # noqa: B018 - raises where it failed
        yield hosts


def figures(outcome: Outcome, first: Sample, last: Sample) -> dict[str, float]:
    """What `ab` saw and the proxy's kernel counted."""
    rose = rise(first, last)
    return {
        "per_second": round(outcome.per_second, 1),
        "failed": outcome.failed,
        "slowest_ms": outcome.slowest_ms,
        "time_wait": last.time_wait,
        "cut": rose["time_wait_overflow"],
        "queue_drops": rose["listen_overflows"],
    }
