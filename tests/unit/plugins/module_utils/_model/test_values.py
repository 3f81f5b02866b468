# Copyright (c) 2026, the linuxnet.tcp authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Values in canonical form: as the kernel shows them, as it is given them, as a result shows them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as some

from ansible_collections.linuxnet.tcp.plugins.module_utils._model.catalogue import tunable_of
from ansible_collections.linuxnet.tcp.plugins.module_utils._model.errors import MalformedReply
from ansible_collections.linuxnet.tcp.plugins.module_utils._model.values import (
    HIDDEN,
    as_ticks,
    bounds_to_result,
    canonical_ports,
    equal,
    parse_kernel,
    to_kernel,
    to_result,
)

RATELIMIT = tunable_of("net.ipv4.tcp_invalid_ratelimit")
SECRET = tunable_of("net.ipv4.tcp_fastopen_key")


@pytest.mark.parametrize(
    ("key", "text", "value"),
    [
        ("net.ipv4.tcp_fin_timeout", b"60\n", 60),
        ("net.ipv4.tcp_max_tw_buckets", b"-1\n", -1),
        ("net.ipv4.ip_local_port_range", b"32768\t60999\n", (32768, 60999)),
        ("net.ipv4.tcp_rmem", b"4096\t131072\t33554432\n", (4096, 131072, 33554432)),
        ("net.ipv4.ip_local_reserved_ports", b"\n", ""),
        ("net.ipv4.ip_local_reserved_ports", b"1-4,10\n", "1-4,10"),
        ("net.ipv4.tcp_congestion_control", b"bbr\n", "bbr"),
        ("net.ipv4.tcp_available_congestion_control", b"reno bbr cubic\n", "bbr cubic reno"),
        ("net.ipv4.tcp_ehash_entries", b"-262144\n", -262144),
        ("net.ipv4.tcp_notsent_lowat", b"-1\n", 4294967295),  # how kernels before about 4.12 print it
        ("net.ipv4.tcp_fastopen_key", b"0-1-2-a\n", "00000000-00000001-00000002-0000000a"),
        ("net.core.flow_limit_cpu_bitmap", b"00,00000003\n", "00,00000003"),
        ("net.ipv4.conf.all.rp_filter", b"1\n", 1),
        ("net.core.netdev_rss_key", b"01:af\n", "01:af"),
        ("net.core.unknown", b"a\xff b\n", "a\ufffd b"),
    ],
)
def test_what_the_kernel_shows_is_read(key: str, text: bytes, value: object) -> None:
    """Tabs, line breaks and the order of words mean nothing; a number is a number."""
    read = parse_kernel(tunable_of(key), text)

    assert read == value
    assert type(read) is type(value)


@pytest.mark.parametrize(
    ("key", "text"),
    [
        ("net.ipv4.tcp_fin_timeout", b""),
        ("net.ipv4.tcp_fin_timeout", b"sixty\n"),
        ("net.ipv4.tcp_fin_timeout", b"6 0\n"),
        ("net.ipv4.ip_local_port_range", b"32768\n"),
        ("net.ipv4.ip_local_port_range", b"1 2 3\n"),
        ("net.ipv4.ip_local_reserved_ports", b"1-,4\n"),
        ("net.ipv4.ip_local_reserved_ports", b"1-2-3\n"),
    ],
)
def test_another_shape_is_an_error_that_names_the_key(key: str, text: bytes) -> None:
    """A file that cannot be what it should be is not guessed at."""
    with pytest.raises(MalformedReply, match=key):
        parse_kernel(tunable_of(key), text)


@pytest.mark.parametrize(
    ("value", "text"),
    [(60, "60"), (-1, "-1"), ((1024, 65000), "1024 65000"), ("1-4,10", "1-4,10"), ("", ""), ("bbr", "bbr")],
)
def test_what_the_kernel_is_given(value: object, text: str) -> None:
    """Decimal numbers with single blanks between them."""
    assert to_kernel(value) == text  # type: ignore[arg-type]


def test_a_result_holds_numbers_lists_and_text_and_no_secret() -> None:
    """Never a text for a number, null for what is unknown, and nothing of a secret."""
    fin = tunable_of("net.ipv4.tcp_fin_timeout")

    assert to_result(fin, 60) == 60
    assert to_result(fin, None) is None
    assert to_result(tunable_of("net.ipv4.tcp_rmem"), (1, 2, 3)) == [1, 2, 3]
    assert to_result(SECRET, "00000000-00000001-00000002-0000000a") == HIDDEN
    assert to_result(SECRET, None) is None


def test_bounds_of_a_result() -> None:
    """One pair for one number, a list of pairs for several, nothing for text and for what is only reported."""
    assert bounds_to_result(tunable_of("net.ipv4.tcp_tw_reuse")) == [0, 2]
    assert bounds_to_result(tunable_of("net.ipv4.ip_local_port_range")) == [[1, 65535], [1, 65535]]
    assert bounds_to_result(tunable_of("net.ipv4.tcp_congestion_control")) is None
    assert bounds_to_result(tunable_of("net.netfilter.nf_conntrack_count")) is None
    assert bounds_to_result(tunable_of("net.core.unknown")) is None


@pytest.mark.parametrize(
    ("hz", "asked", "shown"),
    [(250, 1, 4), (250, 255, 256), (250, 999, 1000), (100, 1, 10), (300, 5, 7), (1000, 7, 7), (250, 0, 0)],
)
def test_milliseconds_are_rounded_up_to_a_tick(hz: int, asked: int, shown: int) -> None:
    """What a kernel that ticks `hz` times a second shows for a number of milliseconds (250: measured)."""
    assert as_ticks(asked, hz) == shown
    assert equal(RATELIMIT, asked, shown, hz)
    assert equal(RATELIMIT, asked, shown)


def test_rounding_excuses_nothing_else() -> None:
    """A value that no tick explains differs, as does a rounded one where the kernel does not round."""
    assert not equal(RATELIMIT, 1000, 1004)
    assert not equal(RATELIMIT, 1000, 996)
    assert not equal(RATELIMIT, 255, 260, 250)
    assert not equal(tunable_of("net.ipv4.tcp_fin_timeout"), 1, 4)


@given(some.integers(0, 10**6), some.sampled_from([100, 200, 250, 300, 500, 1000]))
def test_a_rounded_value_stays(milliseconds: int, hz: int) -> None:
    """What the kernel shows it also takes: rounding twice is rounding once, and never down."""
    once = as_ticks(milliseconds, hz)

    assert as_ticks(once, hz) == once or hz == 300  # a third of ten milliseconds has no exact number
    assert milliseconds <= once < milliseconds + 14


@given(some.lists(some.tuples(some.integers(1, 90), some.integers(0, 9))))
def test_a_set_of_ports_is_written_in_one_way(starts: list[tuple[int, int]]) -> None:
    """Whatever ranges a set is given in, the text is the fewest ranges, sorted, that hold exactly these ports."""
    text = canonical_ports((low, low + more) for low, more in starts)

    ends = [[int(end) for end in item.split("-")] for item in text.split(",") if item]
    ranges = [(end[0], end[-1]) for end in ends]
    held = [port for low, high in ranges for port in range(low, high + 1)]
    assert held == sorted({port for low, more in starts for port in range(low, low + more + 1)})
    assert all(before[1] + 1 < after[0] for before, after in zip(ranges, ranges[1:]))
