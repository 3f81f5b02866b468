# Copyright (c) 2026, the linuxnet.tcp authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Work in a network namespace that is made for it and gone afterwards, with all its sockets."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from contextlib import suppress
from multiprocessing import get_context
from pathlib import Path
from typing import TypeVar

from .walk import bare_walk

Answer = TypeVar("Answer")

#: How the namespaces differ from a fresh one: room for the load, and no TIME_WAIT taken into use again.
SETTINGS = {
    "tcp_max_tw_buckets": "2000000",
    "tcp_tw_reuse": "0",
    "ip_local_port_range": "10000 65535",
}


def inside(work: Callable[[], Answer], limit: float = 900.0) -> Answer:
    """Run `work` (which can be pickled) in a child process with a network namespace of its own; returns its answer.

    Raises what `work` raised, or TimeoutError after `limit` seconds. Whatever it has left running is killed.
    """
    with ProcessPoolExecutor(1, mp_context=get_context("fork"), initializer=_enter) as pool:
        leader = pool.submit(os.getpid).result(limit)
        try:
            return pool.submit(work).result(limit)
        finally:
            _end_session(leader)


def _end_session(leader: int) -> None:
    """Kill every process of the session that `leader` began: it, the load, and what was being measured."""
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            with suppress(ProcessLookupError):
                if os.getsid(int(entry.name)) == leader:
                    os.kill(int(entry.name), signal.SIGKILL)


def _enter() -> None:
    """Into a session of our own and a fresh network namespace with a loopback device."""
    os.setsid()
    os.unshare(os.CLONE_NEWNET)
    subprocess.run(["ip", "link", "set", "lo", "up"], check=True)
    for key, value in SETTINGS.items():
        Path("/proc/sys/net/ipv4", key).write_text(value, encoding="ascii")


def settle(patience: float = 30.0) -> float:
    """Wait until the sockets of namespaces gone by have left the kernel's table, which all namespaces share.

    A walk in an empty namespace passes over them too. Returns what such a walk still costs, in seconds.
    """
    deadline = time.monotonic() + patience
    while True:
        cost = inside(_idle_walk)
        if cost < 0.002 or time.monotonic() > deadline:
            return cost
        time.sleep(1)


def _idle_walk() -> float:
    costs = []
    for _turn in range(5):
        start = time.process_time()
        bare_walk()
        costs.append(time.process_time() - start)
    return min(costs)
