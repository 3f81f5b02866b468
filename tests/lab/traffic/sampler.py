# Copyright (c) 2026, the linuxnet.tcp authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The kernel's counters of a host, over time, read from outside by the process id of something that lives on it."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from ansible_collections.linuxnet.tcp.tests.lab.counters import minisockets, tables

#: Names in /proc/net/netstat and snmp, of what the samples hold.
COUNTERS = {
    "time_wait_begun": "TcpExt.TW",  # TIMEWAITED: counted as it begins (__inet_twsk_schedule)
    "time_wait_overflow": "TcpExt.TCPTimeWaitOverflow",
    "time_wait_reused": "TcpExt.TWRecycled",
    "listen_overflows": "TcpExt.ListenOverflows",
    "listen_drops": "TcpExt.ListenDrops",
    "syncookies_sent": "TcpExt.SyncookiesSent",
    "syn_queue_full_drops": "TcpExt.TCPReqQFullDrop",
    "active_opens": "Tcp.ActiveOpens",
    "passive_opens": "Tcp.PassiveOpens",
    "attempt_fails": "Tcp.AttemptFails",
}


class Sample(NamedTuple):
    """A reading: seconds on the monotonic clock, sockets in TIME_WAIT (and FIN_WAIT2 without an owner), counters."""

    at: float
    time_wait: int
    counters: dict[str, int]


def read(pid: int) -> Sample:
    """The counters now, of the network namespace that the process is in."""
    folder = Path(f"/proc/{pid}/net")
    texts = {name: (folder / name).read_text(encoding="ascii") for name in ("sockstat", "netstat", "snmp")}
    numbers = tables(texts["netstat"]) | tables(texts["snmp"])
    counters = {name: numbers.get(theirs, 0) for name, theirs in COUNTERS.items()}
    return Sample(time.monotonic(), minisockets(texts["sockstat"]), counters)


def rise(first: Sample, last: Sample) -> dict[str, int]:
    """How much each counter rose."""
    return {name: last.counters[name] - first.counters[name] for name in COUNTERS}


def minisocket_bytes() -> int:
    """The memory of one connection in TIME_WAIT: the size of the kernel's object. RuntimeError where it is not told.

    What the slab has in all would be of every namespace of this machine, and keeps what is empty.
    """
    lines = Path("/proc/slabinfo").read_text(encoding="ascii").splitlines()
    for row in (line.split() for line in lines):
        if row[0] == "tw_sock_TCP":
            return int(row[3])
    raise RuntimeError("/proc/slabinfo has no tw_sock_TCP")


@dataclass
class Sampler:
    """Samples, taken until the block of `sampling` ends."""

    samples: list[Sample] = field(default_factory=list)

    def most(self) -> int:
        """The most TIME_WAIT that were seen."""
        return max(sample.time_wait for sample in self.samples)


@contextmanager
def sampling(pid: int, every: float = 0.05) -> Iterator[Sampler]:
    """Read the host's counters again and again, `every` so many seconds."""
    found, ended = Sampler([read(pid)]), threading.Event()

    def work() -> None:
        while not ended.wait(every):
            found.samples.append(read(pid))

    worker = threading.Thread(target=work)
    worker.start()
    try:
        yield found
    finally:
        ended.set()
        worker.join()
        found.samples.append(read(pid))
