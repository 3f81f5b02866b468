# Copyright (c) 2026, the linuxnet.tcp authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Clients that call at fixed times, whatever becomes of those before them: `ab` waits, people do not."""

from __future__ import annotations

import math
import selectors
import socket
import time
from collections.abc import Sequence
from contextlib import suppress

REQUEST = b"GET / HTTP/1.0\r\n\r\n"


def call(door: tuple[str, int], count: int, every: float, patience: float) -> list[float]:
    """`count` calls, one `every` so many seconds: the seconds from each call to its answer's first byte.

    Infinite for a call that had no answer within `patience` seconds. The caller is in the clients' network namespace.
    """
    waits = [math.inf] * count
    began: dict[socket.socket, tuple[int, float]] = {}
    start, made = time.monotonic(), 0
    with selectors.DefaultSelector() as selector:
        while made < count or began:
            now = time.monotonic()
            while made < count and start + made * every <= now:
                caller = _calling(door)
                began[caller] = (made, time.monotonic())
                selector.register(caller, selectors.EVENT_WRITE)
                made += 1
            for key, _events in selector.select(0.002):
                ready = key.fileobj
                assert isinstance(ready, socket.socket)
                _go_on(ready, key.events, selector, began, waits)
            for caller in [caller for caller, (_number, at) in began.items() if time.monotonic() - at > patience]:
                _hang_up(caller, selector, began)
    return waits


def answered(waits: Sequence[float], within: float = math.inf) -> float:
    """The share of calls that had an answer, of 1."""
    return sum(wait < within for wait in waits) / len(waits)


def _calling(door: tuple[str, int]) -> socket.socket:
    caller = socket.socket()
    caller.setblocking(False)
    caller.connect_ex(door)
    return caller


def _go_on(
    caller: socket.socket,
    events: int,
    selector: selectors.BaseSelector,
    began: dict[socket.socket, tuple[int, float]],
    waits: list[float],
) -> None:
    """Connected: ask. Answered: note when, and hang up. Refused or reset: hang up."""
    with suppress(OSError):
        if events == selectors.EVENT_WRITE:
            caller.send(REQUEST)
            selector.modify(caller, selectors.EVENT_READ)
            return
        if caller.recv(4096):
            number, at = began[caller]
            waits[number] = time.monotonic() - at
    _hang_up(caller, selector, began)


def _hang_up(
    caller: socket.socket, selector: selectors.BaseSelector, began: dict[socket.socket, tuple[int, float]]
) -> None:
    selector.unregister(caller)
    caller.close()
    del began[caller]
