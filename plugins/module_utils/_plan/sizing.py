# Copyright (c) 2026, the linuxnet.tcp authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How large the cap on TIME_WAIT has to be for a host: named functions, which profiles name in `scale`.

A connection stays in TIME_WAIT for 60 seconds (TCP_TIMEWAIT_LEN in include/net/tcp.h, which nothing changes), so
that a host which closes R connections a second first holds R x 60 of them, at 256 bytes each (slab tw_sock_TCP,
measured on 6.18).
"""

from __future__ import annotations

import math
from typing import Callable, Dict, NamedTuple, Optional

from .._model.errors import InputError, shown
from .._model.settings import AtLeast, Fixed, Wanted

CAP = "net.ipv4.tcp_max_tw_buckets"
TIME_WAIT_SECONDS = 60
MINISOCKET_BYTES = 256
HEADROOM = 1.5
"""A rate that somebody tells is an average; a cap has to hold the peaks."""
MEMORY_SHARE = 64
"""A cap takes at most one part in so many of the memory, if it were ever used up: 16 MiB of 1 GiB."""
LARGEST_ROOM = 262144
"""What room_by_memory never exceeds: 4369 closes a second, 64 MiB. Who needs more tells the rate."""
LEAST_MEMORY = 1 << 20
FASTEST_CLOSING = 10_000_000


class HostSize(NamedTuple):
    """What is known of the host. None: not known."""

    memory_bytes: Optional[int] = None
    closes_per_second: Optional[float] = None


class Scaled(NamedTuple):
    """What a function asks of the key instead of the profile's own value, and the sentence that says how it came
    to it."""

    wanted: Wanted
    note: str


Scale = Callable[[HostSize], Optional[Scaled]]
"""None: what is known of the host does not suffice, and the profile's own value stands."""


def checked_size(memory_bytes: Optional[int], closes_per_second: Optional[float]) -> HostSize:
    """The size of a host as somebody tells it. Raises InputError for a number that no host has."""
    if memory_bytes is not None and memory_bytes < LEAST_MEMORY:
        raise InputError(
            "memory_bytes cannot be {0}: give the memory of the host in bytes".format(shown(memory_bytes))
        )
    rate = closes_per_second
    if rate is not None and not 0 < rate <= FASTEST_CLOSING:
        raise InputError(
            "closes_per_second cannot be {0}: give how many connections the host closes a second, more than 0 and"
            " at most {1}".format(shown(rate), FASTEST_CLOSING)
        )
    return HostSize(memory_bytes, rate)


def cap_for_rate(closes_per_second: float, memory_bytes: Optional[int] = None) -> int:
    """The cap that gives `closes_per_second` their TIME_WAIT, with headroom and within the share of memory."""
    needed = math.ceil(closes_per_second * TIME_WAIT_SECONDS * HEADROOM)
    return max(1, needed if memory_bytes is None else min(needed, cap_by_memory(memory_bytes)))


def cap_by_memory(memory_bytes: int) -> int:
    """How many connections in TIME_WAIT fit into the share of memory."""
    return memory_bytes // MEMORY_SHARE // MINISOCKET_BYTES


def closes_allowed(cap: int) -> int:
    """How many closes a second a cap lets finish TIME_WAIT, rounded down."""
    return max(0, cap) // TIME_WAIT_SECONDS


def cap_for_closing_rate(size: HostSize) -> Optional[Scaled]:
    """Exactly the cap that the closing rate needs."""
    if size.closes_per_second is None:
        return None
    cap = cap_for_rate(size.closes_per_second, size.memory_bytes)
    return Scaled(Fixed(cap), _of_rate(cap, size.closes_per_second, size.memory_bytes))


def room_for_closing_rate(size: HostSize) -> Optional[Scaled]:
    """At least the cap that the closing rate needs."""
    if size.closes_per_second is None:
        return None
    cap = cap_for_rate(size.closes_per_second, size.memory_bytes)
    return Scaled(AtLeast(cap), _of_rate(cap, size.closes_per_second, size.memory_bytes))


def room_by_memory(size: HostSize) -> Optional[Scaled]:
    """At least what the closing rate needs; where that is not told, what the memory allows."""
    if size.closes_per_second is not None or size.memory_bytes is None:
        return room_for_closing_rate(size)
    room = max(1, min(cap_by_memory(size.memory_bytes), LARGEST_ROOM))
    note = "{0} gets room for {1:,}, which would take {2:,} MiB of {3:,} MiB of memory if all of it were used".format(
        CAP, room, room * MINISOCKET_BYTES >> 20, size.memory_bytes >> 20
    )
    return Scaled(AtLeast(room), note)


def _of_rate(cap: int, rate: float, memory_bytes: Optional[int]) -> str:
    """How a cap came from a rate."""
    needed = cap_for_rate(rate)
    sentence = "{0} is sized for {1:g} closes a second: x {2} seconds x {3:g} is {4:,}".format(
        CAP, rate, TIME_WAIT_SECONDS, HEADROOM, needed
    )
    if cap == needed or memory_bytes is None:
        return sentence
    return "{0}, but 1/{1} of {2:,} MiB of memory holds only {3:,}, which lets {4:,} a second finish".format(
        sentence, MEMORY_SHARE, memory_bytes >> 20, cap, closes_allowed(cap)
    )


SCALES: Dict[str, Scale] = {
    "cap_for_closing_rate": cap_for_closing_rate,
    "room_by_memory": room_by_memory,
    "room_for_closing_rate": room_for_closing_rate,
}
"""What a profile may name."""
