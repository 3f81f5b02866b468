# Copyright (c) 2026, the linuxnet.tcp authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How large a cap becomes for a host."""

from __future__ import annotations

import pytest

from ansible_collections.linuxnet.tcp.plugins.module_utils._model.catalogue import tunable_of
from ansible_collections.linuxnet.tcp.plugins.module_utils._model.errors import InputError
from ansible_collections.linuxnet.tcp.plugins.module_utils._model.settings import AtLeast, Fixed, read_wanted
from ansible_collections.linuxnet.tcp.plugins.module_utils._plan.sizing import (
    CAP,
    FASTEST_CLOSING,
    LEAST_MEMORY,
    SCALES,
    HostSize,
    Scale,
    cap_by_memory,
    cap_for_closing_rate,
    cap_for_rate,
    checked_size,
    closes_allowed,
    room_by_memory,
    room_for_closing_rate,
)

GIB = 1 << 30


@pytest.mark.parametrize(
    ("rate", "memory", "cap"),
    [
        (100, None, 9000),
        (1500, None, 135000),
        (0.001, None, 1),
        (100, GIB, 9000),
        (1500, GIB, 65536),
        (1e7, 64 * GIB, 4194304),
    ],
)
def test_a_rate_gets_its_minute_within_the_share_of_memory(rate: float, memory: int | None, cap: int) -> None:
    """The cap is rate x 60 x 1.5, never more than fits into 1/64 of memory at 256 bytes each, and never 0."""
    assert cap_for_rate(rate, memory) == cap


def test_a_cap_takes_at_most_a_64th_of_memory() -> None:
    """65,536 minisockets of 256 bytes are 16 MiB of 1 GiB."""
    assert cap_by_memory(GIB) * 256 * 64 == GIB


@pytest.mark.parametrize(("cap", "allowed"), [(5000, 83), (131072, 2184), (59, 0), (60, 1), (0, 0), (-1, 0)])
def test_what_a_cap_lets_finish(cap: int, allowed: int) -> None:
    """A cap of N lets N/60 closes a second stay their 60 seconds, as measured: 5000 is 83 a second."""
    assert closes_allowed(cap) == allowed


def test_without_a_rate_nothing_is_sized_by_rate() -> None:
    """Where nobody tells the closing rate the value of the profile stands."""
    assert cap_for_closing_rate(HostSize(GIB)) is None
    assert room_for_closing_rate(HostSize(GIB)) is None
    assert room_by_memory(HostSize()) is None


def test_a_profile_that_caps_gets_exactly_what_the_rate_needs() -> None:
    """A cap that is sized is set, whether the host stands higher or lower."""
    scaled = cap_for_closing_rate(HostSize(None, 100))

    assert scaled is not None
    assert scaled.wanted == Fixed(9000)
    assert scaled.note == "net.ipv4.tcp_max_tw_buckets is sized for 100 closes a second: x 60 seconds x 1.5 is 9,000"


@pytest.mark.parametrize("scale", [room_for_closing_rate, room_by_memory])
def test_a_profile_that_wants_room_never_lowers_a_host(scale: Scale) -> None:
    """Room for a rate is a lower bound."""
    scaled = scale(HostSize(GIB, 100))

    assert scaled is not None
    assert scaled.wanted == AtLeast(9000)


@pytest.mark.parametrize(
    ("memory", "room"), [(GIB, 65536), (2 * GIB, 131072), (4 * GIB, 262144), (512 * GIB, 262144), (LEAST_MEMORY, 64)]
)
def test_room_grows_with_memory_up_to_a_bound(memory: int | None, room: int) -> None:
    """Without a rate, room is 1/64 of memory, and no more than 64 MiB."""
    scaled = room_by_memory(HostSize(memory))

    assert scaled is not None
    assert scaled.wanted == AtLeast(room)


def test_room_says_what_it_could_take() -> None:
    """The note gives the memory of the whole room, and of the host."""
    scaled = room_by_memory(HostSize(2 * GIB))

    assert scaled is not None
    assert scaled.note == (
        "net.ipv4.tcp_max_tw_buckets gets room for 131,072, which would take 32 MiB of 2,048 MiB of memory if all of it"
        " were used"
    )


@pytest.mark.parametrize("memory", [1, 64 * 256 - 1, 64 * 256])
def test_no_memory_is_too_small_for_one(memory: int) -> None:
    """The kernel takes a cap of 0 for none at all: a host without room for one gets one."""
    scaled = room_by_memory(HostSize(memory))

    assert scaled is not None
    assert scaled.wanted == AtLeast(1)
    assert cap_for_rate(100, memory) == 1


def test_a_cap_that_memory_cuts_says_so() -> None:
    """The note gives what was needed, and what the cap lets finish."""
    scaled = cap_for_closing_rate(HostSize(GIB, 1500))

    assert scaled is not None
    assert scaled.note.endswith(
        "is 135,000, but 1/64 of 1,024 MiB of memory holds only 65,536, which lets 1,092 a second finish"
    )


def test_a_cap_for_which_memory_suffices_says_no_more() -> None:
    """Memory is spoken of only where it cuts."""
    scaled = cap_for_closing_rate(HostSize(GIB, 100))

    assert scaled is not None
    assert scaled.note.endswith("x 60 seconds x 1.5 is 9,000")


@pytest.mark.parametrize("name", sorted(SCALES))
@pytest.mark.parametrize("rate", [0.001, 1, 83, 5000, FASTEST_CLOSING])
@pytest.mark.parametrize("memory", [None, LEAST_MEMORY, GIB, 1 << 50])
def test_every_scale_gives_what_may_be_asked(name: str, rate: float, memory: int | None) -> None:
    """Whatever the host, the number lies within the bounds of the key."""
    scaled = SCALES[name](checked_size(memory, rate))

    assert scaled is not None
    number = scaled.wanted.value if isinstance(scaled.wanted, Fixed) else scaled.wanted.low  # type: ignore[union-attr]
    assert read_wanted(tunable_of(CAP), number) == Fixed(number)


def test_the_largest_size_that_is_taken() -> None:
    """Ten million closes a second, and a mebibyte of memory, are still sizes."""
    assert checked_size(1 << 20, 10_000_000) == HostSize(1048576, 10_000_000)


@pytest.mark.parametrize(
    ("memory", "rate", "word"),
    [
        (0, None, "memory_bytes cannot be 0"),
        (-1, None, "memory_bytes cannot be -1"),
        (None, 0, "closes_per_second cannot be 0"),
        (None, -3, "closes_per_second cannot be -3"),
        (None, float("nan"), "closes_per_second cannot be nan"),
        (None, float("inf"), "closes_per_second cannot be inf"),
        (None, 1e300, "closes_per_second cannot be 1e+300"),
        (None, 10_000_001, "closes_per_second cannot be 10000001: .* more than 0 and at most 10000000$"),
    ],
)
def test_a_size_that_no_host_has_is_refused(memory: int | None, rate: float, word: str) -> None:
    """The sentence names the option and the value."""
    with pytest.raises(InputError, match=word.replace("1e+", r"1e\+")):
        checked_size(memory, rate)
