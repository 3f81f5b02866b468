# Copyright (c) 2026, the linuxnet.tcp authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the kernel makes of a raw text: the cases that were measured on 6.18. tests/lab has the kernel itself judge."""

from __future__ import annotations

from typing import Any, Optional

import pytest
from hypothesis import given
from hypothesis import strategies as some

from ansible_collections.linuxnet.tcp.plugins.module_utils._model.catalogue import CATALOGUE, tunable_of
from ansible_collections.linuxnet.tcp.plugins.module_utils._model.kernel_writes import (
    Machine,
    accepted_bounds,
    after_write,
    kernel_would_accept,
)
from ansible_collections.linuxnet.tcp.plugins.module_utils._model.tunables import Bounds, Tunable

FIN = "net.ipv4.tcp_fin_timeout"
RANGE = "net.ipv4.ip_local_port_range"
FASTOPEN_KEY = "net.ipv4.tcp_fastopen_key"
RESERVED = "net.ipv4.ip_local_reserved_ports"
HZ250 = Machine(hz=250)


@pytest.mark.parametrize(
    ("key", "before", "text", "accepted", "value"),
    [
        # one number
        (FIN, 60, b"30\n", True, 30),
        (FIN, 60, b" 30 \n", True, 30),
        (FIN, 60, b"030\n", True, 24),
        (FIN, 60, b"0x1e\n", True, 30),
        (FIN, 60, b"0X1E\n", True, 30),
        (FIN, 60, b"\xa0\t\v30\n", True, 30),
        (FIN, 60, b" " * 4094 + b"57\n", True, 5),
        (FIN, 60, b" " * 4095 + b"57\n", False, 60),
        (FIN, 60, b"5\t6\n", True, 5),
        (FIN, 60, b"5\v\n", False, 60),
        (FIN, 60, b"5 6\n", True, 5),
        (FIN, 60, b"5 anything\n", True, 5),
        (FIN, 60, b"-5\n", True, -5),
        (FIN, 60, b"-0\n", True, 0),
        (FIN, 60, b"", True, 60),
        (FIN, 60, b"\n", False, 60),
        (FIN, 60, b"08\n", False, 60),
        (FIN, 60, b"+5\n", False, 60),
        (FIN, 60, b"5abc\n", False, 60),
        (FIN, 60, b"5\r\n", False, 60),
        (FIN, 60, b"30.5\n", False, 60),
        (FIN, 60, b"8589934\n", True, 8589934),
        (FIN, 60, b"8589935\n", False, 60),
        (FIN, 60, b"00000000000000000001\n", True, 1),
        (FIN, 60, b"000000000000000000001\n", False, 60),
        ("net.ipv4.tcp_syncookies", 1, b"-0\n", False, 1),
        ("net.ipv4.tcp_syncookies", 1, b"255\n", True, 255),
        ("net.ipv4.tcp_syncookies", 1, b"256\n", False, 1),
        ("net.core.somaxconn", 4096, b"-0\n", True, 0),
        ("net.core.somaxconn", 4096, b"- 1\n", False, 4096),
        # several numbers
        ("net.ipv4.tcp_rmem", (1, 2, 3), b"8192\n", True, (8192, 2, 3)),
        ("net.ipv4.tcp_rmem", (1, 2, 3), b"9 9 9 9\n", True, (9, 9, 9)),
        ("net.ipv4.tcp_rmem", (1, 2, 3), b"8192 abc\n", False, (8192, 2, 3)),
        ("net.ipv4.tcp_rmem", (1, 2, 3), b"5 0 7\n", False, (5, 2, 3)),
        ("net.ipv4.tcp_rmem", None, b"8192\n", True, None),
        ("net.ipv4.tcp_rmem", None, b"4096 8192 16384\n", True, (4096, 8192, 16384)),
        ("net.ipv4.tcp_rmem", (1, 2, 3), b"1 -2 3\n", False, (1, 2, 3)),
        (RANGE, (32768, 60999), b"1024 65000\n", True, (1024, 65000)),
        (RANGE, (32768, 60999), b"1024\n", True, (1024, 60999)),
        (RANGE, (32768, 60999), b"61000\n", False, (32768, 60999)),
        (RANGE, (32768, 60999), b"1024 abc\n", False, (32768, 60999)),
        (RANGE, (32768, 60999), b"60000 1024\n", False, (32768, 60999)),
        (RANGE, (32768, 60999), b"1024,65000\n", False, (32768, 60999)),
        (RANGE, (32768, 60999), b"5000 5000\n", True, (5000, 5000)),
        (RANGE, (32768, 60999), b"1 65535\n", True, (1, 65535)),
        (RANGE, (32768, 60999), b"0 65535\n", False, (32768, 60999)),
        (RANGE, (32768, 60999), b"1 65536\n", False, (32768, 60999)),
        (RANGE, None, b"1024 65000\n", True, (1024, 65000)),
        (RANGE, None, b"1024\n", True, None),
        # ports
        (RESERVED, "7", b"8080,8081,8082\n", True, "8080-8082"),
        (RESERVED, "7", b"\n", True, ""),
        (RESERVED, "7", b"5,\n", True, "5"),
        (RESERVED, "7", b"010\n", True, "8"),
        (RESERVED, "7", b"\n\n5-7,9\n", True, "5-7,9"),
        (RESERVED, "7", b"5\n\n6\n", True, "5-6"),
        (RESERVED, "7", b"5-5,65535\n", True, "5,65535"),
        (RESERVED, "7", b"5-6-7\n", False, "7"),
        (RESERVED, "7", b"5-\n", False, "7"),
        (RESERVED, "7", b"-5\n", False, "7"),
        (RESERVED, "7", b"5, 6\n", False, "7"),
        (RESERVED, "7", b"4-2\n", False, "7"),
        (RESERVED, "7", b"1,65536\n", False, "7"),
        # ticks
        ("net.ipv4.tcp_invalid_ratelimit", 500, b"255\n", True, 256),
        ("net.ipv4.tcp_invalid_ratelimit", 500, b"256 x\n", True, 256),
        ("net.ipv4.tcp_invalid_ratelimit", 500, b"\n", False, 500),
        ("net.ipv4.tcp_invalid_ratelimit", 500, b"-1\n", False, 500),
        ("net.ipv4.tcp_invalid_ratelimit", 500, b"2147483647\n", True, 2147483648),
        ("net.ipv4.tcp_invalid_ratelimit", 500, b"2147483648\n", False, 500),
        ("net.ipv4.tcp_invalid_ratelimit", 500, b"4294967297\n", True, 4),
        # names
        ("net.ipv4.tcp_congestion_control", "reno", b"bbr\n", True, "bbr"),
        ("net.ipv4.tcp_congestion_control", "reno", b"bbr \n", False, "reno"),
        ("net.ipv4.tcp_congestion_control", "reno", b" bbr\n", False, "reno"),
        ("net.ipv4.tcp_congestion_control", "reno", b"bbr\0reno\n", True, "bbr"),
        ("net.ipv4.tcp_congestion_control", "reno", b"bbr\nreno\n", True, "bbr"),
        ("net.ipv4.tcp_congestion_control", "reno", b"exactly15_bytes_and_more\n", True, "exactly15_bytes"),
        ("net.ipv4.tcp_congestion_control", "reno", b"\n", False, "reno"),
        ("net.core.default_qdisc", "fq", b"fq_codel\n", True, "fq_codel"),
        ("net.core.default_qdisc", "fq", b" \n", False, "fq"),
        ("net.ipv4.tcp_allowed_congestion_control", "reno", b"reno bbr\n", True, "bbr reno"),
        ("net.core.default_qdisc", "fq", b"fq_codel \n", False, "fq"),
        ("net.core.default_qdisc", "fq", b"fq_codel\0\n", True, "fq_codel"),
        # secrets
        (FASTOPEN_KEY, None, b"1-2-3-4\n", True, "00000001-00000002-00000003-00000004"),
        (FASTOPEN_KEY, None, b"0x1-0X2- 3-4 and more\n", True, "00000001-00000002-00000003-00000004"),
        (FASTOPEN_KEY, None, b"F123456789-2-3-4\n", True, "23456789-00000002-00000003-00000004"),
        (FASTOPEN_KEY, None, b"1-2-3-4,5-6-7-8,9\n", True,
         "00000001-00000002-00000003-00000004,00000005-00000006-00000007-00000008"),
        (FASTOPEN_KEY, "x", b"1-2-3\n", False, "x"),
        (FASTOPEN_KEY, "x", b"1-2-3-4,5\n", False, "x"),
        (FASTOPEN_KEY, "x", b"1-2-3 -4\n", False, "x"),
        # more than 64 bits
        ("net.core.unknown", 5, b"18446744073709551616\n", False, 5),
        # what only reports
        ("net.netfilter.nf_conntrack_count", 7, b"9\n", False, 7),
        # what the catalogue does not know
        ("net.core.unknown", 5, b"010\n", True, 8),
        ("net.core.unknown", (1, 2), b"7\n", True, (7, 2)),
        ("net.core.unknown", (1, 2), b"-7 8 9\n", True, (-7, 8)),
        ("net.core.unknown", "text", b" \n", True, "text"),
        ("net.core.unknown", "text", b"other  text\n", True, "other text"),
        ("net.core.unknown", None, b"7\n", True, 7),
    ],
)  # fmt: skip
def test_measured_writes(key: str, before: Any, text: bytes, accepted: bool, value: Any) -> None:
    """A write of the text on a machine with 250 ticks a second is taken or refused, and leaves this value."""
    row = tunable_of(key)

    assert after_write(row, text, before, machine=HZ250) == (accepted, value)
    assert kernel_would_accept(row, text, before, machine=HZ250) == (value if accepted else None)


@pytest.mark.parametrize(
    ("key", "text", "others", "accepted"),
    [
        (RANGE, b"1023 65000\n", {"net.ipv4.ip_unprivileged_port_start": 1024}, False),
        (RANGE, b"1024 65000\n", {"net.ipv4.ip_unprivileged_port_start": 1024}, True),
        (RANGE, b"1023 65000\n", {"net.ipv4.ip_unprivileged_port_start": 80}, True),
        (RANGE, b"1023 65000\n", {}, True),
        ("net.ipv4.ip_unprivileged_port_start", b"2000\n", {RANGE: (1999, 3000)}, False),
        ("net.ipv4.ip_unprivileged_port_start", b"2000\n", {RANGE: (2000, 3000)}, True),
        ("net.ipv4.tcp_reordering", b"301\n", {"net.ipv4.tcp_max_reordering": 300}, False),
        ("net.ipv4.tcp_reordering", b"301\n", {"net.ipv4.tcp_max_reordering": 301}, True),
        ("net.ipv4.tcp_reordering", b"301\n", {}, True),
    ],
)
def test_other_keys_decide_too(key: str, text: bytes, others: dict[str, Any], accepted: bool) -> None:
    """Coupled keys are looked up as they are at the time of the write; an absent one sets no limit."""
    assert after_write(tunable_of(key), text, None, others.get).accepted is accepted


def test_the_machine_decides_too() -> None:
    """Ticks a second, the algorithms that can be named, and keys that only newer kernels have."""
    fin, ecn = tunable_of("net.ipv4.tcp_fin_timeout"), tunable_of("net.ipv4.tcp_ecn")
    algorithm = tunable_of("net.ipv4.tcp_congestion_control")
    here = Machine(congestion_controls=frozenset({"reno"}))

    assert accepted_bounds(fin) == (Bounds(-2147483, 2147483),)
    assert accepted_bounds(fin, machine=Machine(hz=100)) == (Bounds(-21474836, 21474836),)
    assert accepted_bounds(tunable_of("net.ipv4.tcp_probe_interval"), machine=HZ250) == (Bounds(0, 17179869),)
    assert kernel_would_accept(ecn, b"3\n") is None
    assert kernel_would_accept(ecn, b"3\n", machine=Machine(keys=frozenset({"net.ipv4.tcp_rcvbuf_low_rtt"}))) == 3
    assert kernel_would_accept(algorithm, b"bbr\n", machine=here) is None
    assert kernel_would_accept(algorithm, b"reno\n", machine=here) == "reno"


@pytest.mark.fuzz
@given(some.sampled_from([*CATALOGUE, tunable_of("net.core.unknown")]), some.binary(max_size=60))
def test_any_bytes_have_an_outcome(row: Tunable, text: bytes) -> None:
    """No text is too odd to be judged, and what stands in a text file means the same as str."""
    written = after_write(row, text, None, machine=HZ250)

    assert after_write(row, text.decode("utf-8", "surrogateescape"), None, machine=HZ250) == written
    assert written.accepted or written.value is None or row.accepts


def test_old_kernels_take_more() -> None:
    """Where the telling key is missing, the wider bounds hold, and no other key bounds them."""
    ecn, reordering = tunable_of("net.ipv4.tcp_ecn"), tunable_of("net.ipv4.tcp_reordering")
    old = Machine(lacks=frozenset({"net.ipv4.tcp_tso_rtt_log", "net.ipv4.tcp_pingpong_thresh"}))

    assert kernel_would_accept(ecn, b"255\n") is None
    assert kernel_would_accept(ecn, b"255\n", machine=old) == 255
    assert kernel_would_accept(ecn, b"256\n", machine=old) is None
    assert kernel_would_accept(reordering, b"-1\n", others=lambda _key: 300) is None
    assert kernel_would_accept(reordering, b"-1\n", others=lambda _key: 300, machine=old) == -1
    assert kernel_would_accept(reordering, b"301\n", others=lambda _key: 300, machine=old) == 301


@pytest.mark.parametrize(
    ("text", "usual", "newer"),
    [
        (b"5\n", 8, 8),
        (b"-5\n", None, -8),
        (b"-1 5000\n", None, -4),
        (b"-2147483648\n", None, None),
        (b"-2147483649\n", 2147483648, None),
        (b"4294967297\n", 4, 4),
        (b"-4294967295\n", 4, None),
        (b"-4294967297\n", None, -4),
    ],
)
def test_new_kernels_take_negative_milliseconds(text: bytes, usual: Optional[int], newer: Optional[int]) -> None:
    """Up to 6.18 a negative number of milliseconds is cut to 32 bits; on 7.2 its size is, and the sign is kept."""
    row = tunable_of("net.ipv4.tcp_invalid_ratelimit")
    new = Machine(hz=250, keys=frozenset({"net.ipv4.tcp_rcvbuf_low_rtt"}))

    assert kernel_would_accept(row, text, machine=HZ250) == usual
    assert kernel_would_accept(row, text, machine=new) == newer
