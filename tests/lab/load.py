# Copyright (c) 2026, the linuxnet.tcp authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Open and close connections over loopback at a steady rate, for a bounded time.

``python load.py WORKER RATE SECONDS HELD``: RATE connections a second for SECONDS, of which always HELD
are open; the client closes first, so its side ends in TIME_WAIT. Two thirds go to a dual-stack listener
by IPv4 (two families in one connection), one third by IPv6. WORKER (1..254) keeps the addresses of
several such processes apart.
"""

from __future__ import annotations

import socket
import subprocess
import sys
import time
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager

TICK = 0.01  # seconds


def main(worker: int, rate: float, seconds: float, held: int) -> None:
    """Make the load; late ticks are caught up with, so the average holds."""
    with socket.socket(socket.AF_INET6) as door:
        door.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 0)
        door.bind(("::", 0))
        door.listen(256)
        port = door.getsockname()[1]
        destinations = [(socket.AF_INET, f"127.0.{worker}.{n}") for n in (1, 2)] + [(socket.AF_INET6, "::1")]
        open_now: deque[tuple[socket.socket, socket.socket]] = deque()
        start, made = time.monotonic(), 0
        while (now := time.monotonic()) < start + seconds:
            for _turn in range(int((now - start) * rate) - made):
                domain, address = destinations[made % 3]
                client = socket.socket(domain)
                client.connect((address, port))
                open_now.append((client, door.accept()[0]))
                made += 1
                if len(open_now) > held:
                    hang_up(*open_now.popleft())
            time.sleep(TICK)


def hang_up(client: socket.socket, server: socket.socket) -> None:
    """The client first: TIME_WAIT lies on the side that closes first."""
    client.close()
    server.recv(1)
    server.close()


@contextmanager
def running(workers: int, rate: float, seconds: float, held: int = 20) -> Iterator[None]:
    """Load of ``workers`` processes, ``rate`` connections a second together, in the caller's namespace."""
    processes = [
        subprocess.Popen([sys.executable, __file__, str(worker), str(rate / workers), str(seconds), str(held)])
        for worker in range(1, workers + 1)
    ]
    try:
        yield
        assert not any(process.poll() for process in processes), "a worker of the load died"
    finally:
        for process in processes:
            process.kill()
            process.wait()


if __name__ == "__main__":
    main(int(sys.argv[1]), float(sys.argv[2]), float(sys.argv[3]), int(sys.argv[4]))
