# Copyright (c) 2026, the linuxnet.tcp authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Make TIME_WAIT and ESTABLISHED sockets on loopback, quickly, and hold them until told to stop.

    python -m ...tests.bench.load '{"time_wait": 200000, "established": 30000, "shape": "client"}'

Prints one line of JSON when the load stands, then waits for the end of its standard input, or for `hold` seconds. Loops
are bounded by count, the whole by time. Shapes:

client   TIME_WAIT at the end that opened the connections, to one port of `peers` addresses 127.x.y.z: a proxy.
server   TIME_WAIT at the end that listened, from `peers` addresses: a server that closes first.
single   one socket connects to itself (a simultaneous open) and closes: a TIME_WAIT for half the work. For millions.
"""

from __future__ import annotations

import json
import os
import resource
import signal
import socket
import sys
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from itertools import cycle, islice
from multiprocessing import get_context
from multiprocessing.context import ForkProcess

from .timing import held_now

FORK = get_context("fork")
PROCESSES = 2
BATCH = 256
#: Seconds after which no more TIME_WAIT are made: the first ones are about to expire.
PATIENCE = 50.0
CLIENT_PORT, SERVER_PORT, ESTABLISHED_PORT = 8000, 8100, 8200
IP_BIND_ADDRESS_NO_PORT = 24


@dataclass(frozen=True)
class Spec:
    """What to make. `peers` is the number of far addresses; `hold` bounds the life of the load in seconds."""

    time_wait: int
    established: int = 0
    shape: str = "client"
    peers: int = 32
    hold: float = 180.0


@dataclass(frozen=True)
class Made:
    """What stands: sockets by count, the seconds that it took, and when (CLOCK_MONOTONIC) the first TIME_WAIT began."""

    time_wait: int
    established: int
    seconds: float
    first_at: float


def addresses(count: int) -> list[str]:
    """That many addresses of 127/8, from 127.1.0.1 on, none ending in 0 or 255."""
    return [f"127.{1 + number // 254 // 256}.{number // 254 % 256}.{1 + number % 254}" for number in range(count)]


def shares(total: int, parts: int) -> list[int]:
    """`total` in `parts` whole shares that differ by at most one."""
    return [total // parts + (part < total % parts) for part in range(parts)]


def batches(total: int, until: float = float("inf")) -> Iterator[int]:
    """`total` in batches of at most BATCH; none any more after the moment `until` (CLOCK_MONOTONIC)."""
    for done in range(0, total, BATCH):
        if time.monotonic() > until:
            return
        yield min(BATCH, total - done)


def _listen(address: str, port: int) -> socket.socket:
    listener = socket.socket()
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.bind((address, port))
    listener.listen(2 * BATCH)
    return listener


def client_side(count: int, until: float, listener: socket.socket, far: list[str]) -> None:
    """Connect to `far` by turns; the connecting end closes first."""
    port = listener.getsockname()[1]
    turns = cycle(far)
    for size in batches(count, until):
        clients = []
        for address in islice(turns, size):
            client = socket.socket()
            client.connect((address, port))
            clients.append(client)
        for client in clients:
            client.close()
        for _turn in range(size):
            listener.accept()[0].close()


def server_side(count: int, until: float, listener: socket.socket, far: list[str]) -> None:
    """Connect from `far` by turns; the accepting end closes first."""
    port = listener.getsockname()[1]
    turns = cycle(far)
    for size in batches(count, until):
        clients = []
        for address in islice(turns, size):
            client = socket.socket()
            client.setsockopt(socket.IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, 1)
            client.bind((address, 0))
            client.connect(("127.0.0.1", port))
            clients.append(client)
        for _turn in range(size):
            listener.accept()[0].close()
        for client in clients:
            client.close()


def single(count: int, until: float, first: int) -> None:
    """Sockets that connect to themselves, from the `first`-th pair of address and port on."""
    ends = ((f"127.2.{number // 50000}.1", 10000 + number % 50000) for number in range(first, first + count))
    for size in batches(count, until):
        made = []
        for end in islice(ends, size):
            one = socket.socket()
            one.bind(end)
            one.connect(end)
            made.append(one)
        for one in made:
            one.close()


def connected(count: int, listener: socket.socket) -> list[socket.socket]:
    """`count` connections, both ends."""
    held = [listener]
    for _turn in range(count):
        client = socket.socket()
        client.connect(listener.getsockname())
        held += [client, listener.accept()[0]]
    return held


def _hold_connected(count: int, listener: socket.socket, ready: int, seconds: float) -> None:
    signal.alarm(int(seconds))  # The parent ends this child; if it cannot any more, this does.
    held = connected(count, listener)
    os.write(ready, b".")
    signal.pause()
    del held


def make_established(spec: Spec) -> list[ForkProcess]:
    """Children that hold the ESTABLISHED sockets: each connection counts twice, both its ends being here."""
    reader, writer = os.pipe()
    children = []
    for number, count in enumerate(shares(spec.established // 2, PROCESSES)):
        with _listen("127.0.0.1", ESTABLISHED_PORT + number) as listener:
            child = FORK.Process(target=_hold_connected, args=(count, listener, writer, spec.hold))
            child.start()
            children.append(child)
    os.close(writer)
    for _turn in children:
        if os.read(reader, 1) != b".":
            raise RuntimeError("a maker of ESTABLISHED sockets died")
    os.close(reader)
    return children


def make_time_wait(spec: Spec, count: int, done: int, until: float, listeners: list[socket.socket]) -> None:
    """`count` more after `done`, by PROCESSES children, each with its own listener and its own far addresses.

    Fewer when the moment `until` comes first.
    """
    far = addresses(spec.peers)
    children = []
    for number, share in enumerate(shares(count, PROCESSES)):
        if spec.shape == "single":
            child = FORK.Process(target=single, args=(share, until, done))
            done += share
        else:
            maker = {"client": client_side, "server": server_side}[spec.shape]
            child = FORK.Process(target=maker, args=(share, until, listeners[number], far[number::PROCESSES] or far))
        child.start()
        children.append(child)
    for child in children:
        child.join()
        if child.exitcode:
            raise RuntimeError("a maker of TIME_WAIT sockets died")


def make(spec: Spec) -> tuple[Made, list[ForkProcess], list[socket.socket]]:
    """Make the whole load: what stands, and the children and the listeners that hold it."""
    start = time.monotonic()
    children = make_established(spec)
    port = SERVER_PORT if spec.shape == "server" else CLIENT_PORT
    listeners = [_listen("0.0.0.0", port + number) for number in range(PROCESSES)]
    first_at = time.monotonic()
    # A few connections end without TIME_WAIT, so top up; a handful of times is more than was ever needed.
    asked = 0
    for _turn in range(5):
        missing = spec.time_wait - held_now()
        if missing <= 0:
            break
        make_time_wait(spec, missing, asked, first_at + PATIENCE, listeners)
        asked += missing
    made = Made(held_now(), 2 * (spec.established // 2), time.monotonic() - start, first_at)
    return made, children, listeners


def main() -> int:
    """Make what the first argument says, print what was made, hold it until standard input ends."""
    spec = Spec(**json.loads(sys.argv[1]))
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    signal.alarm(int(spec.hold))
    made, children, listeners = make(spec)
    print(json.dumps(asdict(made)), flush=True)
    sys.stdin.read()
    for child in children:
        child.terminate()
        child.join()
    for listener in listeners:
        listener.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
