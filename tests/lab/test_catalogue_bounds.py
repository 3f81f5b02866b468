# Copyright (c) 2026, the linuxnet.tcp authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The catalogue against the kernel of this machine: what it says is accepted, refused, shown and writable is
so.

Everything is written in a namespace of its own; keys of the host are only looked at.
"""

from __future__ import annotations

import errno
import os
import random
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from ansible_collections.linuxnet.tcp.plugins.module_utils._model.catalogue import CATALOGUE, tunable_of
from ansible_collections.linuxnet.tcp.plugins.module_utils._model.kernel_writes import (
    Machine,
    accepted_bounds,
    after_write,
)
from ansible_collections.linuxnet.tcp.plugins.module_utils._model.keys import key_path
from ansible_collections.linuxnet.tcp.plugins.module_utils._model.tunables import Per, Reads, Tunable, Value
from ansible_collections.linuxnet.tcp.plugins.module_utils._model.values import (
    equal,
    parse_kernel,
    to_kernel,
    to_result,
)
from ansible_collections.linuxnet.tcp.plugins.module_utils._model.wanted_values import parse_wanted
from ansible_collections.linuxnet.tcp.tests.lab import netns

SYS = Path("/proc/sys")
TEXTS_PER_KEY = int(os.environ.get("LINUXNET_FUZZ_EXAMPLES", "300"))
OWN = [row for row in CATALOGUE if row.per is Per.NAMESPACE and not row.read_only and not row.removed]
BOUNDED = [row for row in OWN if row.accepts]
EVIDENCE = {row.newer.evidence for row in CATALOGUE if row.newer}


class Kernel:
    """The keys of one namespace, seen by the thread that is in it."""

    def __init__(self) -> None:
        allowed = self.value(tunable_of("net.ipv4.tcp_allowed_congestion_control"))
        self.machine = Machine(
            hz=round(1 / time.clock_getres(6)),  # CLOCK_MONOTONIC_COARSE ticks as the kernel does
            congestion_controls=frozenset(str(allowed).split()),
            keys=frozenset(key for key in EVIDENCE if self.has(key)),
        )

    def has(self, key: str) -> bool:
        """Whether the namespace shows the key."""
        return (SYS / key_path(key)).exists()

    def value(self, row: Tunable) -> Value:
        """What the kernel shows for the key now."""
        return parse_kernel(row, (SYS / key_path(row.key)).read_bytes())

    def other(self, key: str) -> Value | None:
        """The same by name; None where there is no such key."""
        return self.value(tunable_of(key)) if self.has(key) else None

    def write(self, key: str, text: bytes) -> int:
        """The errno of one write; 0 when the kernel took it."""
        try:
            handle = os.open(SYS / key_path(key), os.O_WRONLY)
        except OSError as error:
            return error.errno or -1
        try:
            os.write(handle, text)
        except OSError as error:
            return error.errno or -1
        finally:
            os.close(handle)
        return 0


@pytest.fixture
def kernel() -> Iterator[Kernel]:
    """A fresh namespace, entered."""
    with netns.namespace("bounds") as fresh, fresh.entered():
        yield Kernel()


def present(kernel: Kernel, row: Tunable) -> None:
    """Skip where this kernel does not have the key."""
    if not kernel.has(row.key):
        pytest.skip(f"{row.key} is not on this kernel (catalogue: since {row.since or '3.10'})")


def spelled(row: Tunable, place: int, number: int, rest: int) -> bytes:
    """A text with `number` at `place` and `rest` at the other places."""
    numbers = [rest] * max(len(row.fields), 1)
    numbers[place] = number
    return " ".join(map(str, numbers)).encode() + b"\n"


def lowest(kernel: Kernel, row: Tunable, low: int) -> int:
    """The least number that the kernel takes now: local ports have to lie above the privileged ones."""
    first_free = kernel.other("net.ipv4.ip_unprivileged_port_start")
    return max(low, first_free) if row.reads is Reads.PORT_RANGE and isinstance(first_free, int) else low


@pytest.mark.parametrize("row", BOUNDED, ids=lambda row: row.key)
def test_bounds_are_those_of_the_kernel(kernel: Kernel, row: Tunable) -> None:
    """Each bound and its inner neighbour is accepted and read back; its outer neighbour is refused and
    changes nothing."""
    present(kernel, row)
    for place, (bound, high) in enumerate(accepted_bounds(row, kernel.other, kernel.machine)):
        low = lowest(kernel, row, bound)
        # Of a range of ports the other end has to fit: the high one at its highest, the low one at its lowest.
        rest = (high, low)[place] if row.reads is Reads.PORT_RANGE else low
        for number in dict.fromkeys([low, min(low + 1, high), max(high - 1, low), high]):
            text = spelled(row, place, number, rest)

            assert kernel.write(row.key, text) == 0, f"{text!r} was refused"
            assert kernel.value(row) == after_write(row, text, None, kernel.other, kernel.machine).value
        before = kernel.value(row)
        for number in (low - 1, high + 1):
            if row.reads is Reads.MILLISECONDS:
                continue  # cut to 32 bits before they are looked at; test_a_raw_write has their rule
            text = spelled(row, place, number, rest)

            assert kernel.write(row.key, text) == errno.EINVAL, f"{text!r} was accepted"
            assert place > 0 or kernel.value(row) == before, f"{text!r} changed something"


@pytest.mark.parametrize("row", BOUNDED, ids=lambda row: row.key)
def test_sensible_values_are_accepted(kernel: Kernel, row: Tunable) -> None:
    """What the catalogue lets people ask, the kernel takes, and shows as the value that was asked."""
    present(kernel, row)
    for sensible, limit in zip(row.sensible, accepted_bounds(row, kernel.other, kernel.machine), strict=True):
        # What only newer kernels take (`newer`), or what another key of this namespace forbids, is left out.
        for number in (lowest(kernel, row, max(sensible.low, limit.low)), min(sensible.high, limit.high)):
            wanted = parse_wanted(row, [number] * len(row.fields) or number)

            assert kernel.write(row.key, to_kernel(wanted).encode() + b"\n") == 0, f"{wanted} was refused"
            assert equal(row, wanted, kernel.value(row), kernel.machine.hz)
            assert equal(row, wanted, kernel.value(row)), "also without knowing HZ"


@pytest.mark.parametrize("row", OWN, ids=lambda row: row.key)
def test_what_a_fresh_namespace_holds_may_be_asked(kernel: Kernel, row: Tunable) -> None:
    """The value that a kernel starts with is never refused, and setting it again changes nothing."""
    present(kernel, row)
    before = kernel.value(row)
    if row.secret:
        pytest.skip("a secret is not shown in a result")

    raw = to_result(row, before)
    wanted = parse_wanted(row, [] if raw == "" else raw)

    assert equal(row, wanted, before)
    assert kernel.write(row.key, to_kernel(wanted).encode() + b"\n") == 0
    assert kernel.value(row) == before


@pytest.mark.parametrize("row", CATALOGUE, ids=lambda row: row.key)
def test_scope_is_as_the_catalogue_says(row: Tunable) -> None:
    """Keys of the host are absent in another namespace, or shown read-only there; reports are read-only
    everywhere."""
    on_host = Kernel().has(row.key)
    if row.removed:
        assert not on_host
        return
    if not on_host:
        pytest.skip(f"{row.key} is not on this kernel (catalogue: since {row.since or '3.10'})")
    with netns.namespace("scope") as fresh, fresh.entered():
        inside = Kernel()
        seen = inside.has(row.key)
        writable = seen and inside.write(row.key, b"") == 0

    assert seen == (row.per is Per.NAMESPACE or row.visible)
    assert writable == (row.per is Per.NAMESPACE and not row.read_only)


def test_every_tcp_key_of_this_kernel_has_a_row() -> None:
    """The catalogue is complete for the kernel that it was measured on."""
    release = tuple(int(number) for number in os.uname().release.split(".")[:2])
    if release > (6, 18):
        pytest.skip(f"measured on 6.18; this is {os.uname().release}")

    names = [path.name for path in (SYS / "net/ipv4").glob("tcp_*")]

    assert [name for name in names if not tunable_of(f"net.ipv4.{name}").known] == []


# -- raw texts: what boot loaders write ----------------------------------------------------------------------

ODD = [
    b"\n", b" \n", b"-0\n", b"+5\n", b"- 5\n", b"--5\n", b"030\n", b"08\n", b"0x1e\n", b"0X1E\n", b"0x\n",
    b"-0x5\n", b"0b1\n", b"0o17\n", b"1e1\n", b"1.5\n", b"5abc\n", b"5 abc\n", b"5,6\n", b"5,\n", b"5 6\n",
    b"5\t6\n", b"5\n6\n", b"5\x0b6\n", b"\x0b5\n", b"5\x0b\n", b"\xa05\n", b"5\r\n", b"5\0\n", b"\0", b"5",
    b"5   ", b"\n\n5\n", b"5;\n", b"00000000000000000001\n", b"000000000000000000001\n",
    b"-0000000000000000001\n", b"-00000000000000000001\n", b"99999999999999999999\n",
    b"18446744073709551615\n", b"18446744073709551616\n", b"9223372036854775808\n", b"4294967295\n",
    b"4294967296\n", b"4294967297\n", b"2147483647\n", b"2147483648\n", b"-2147483648\n", b"-2147483649\n",
    b"-4294967295\n", b"8589934588\n", b"true\n", b"on\n", b"'5'\n", b'"5"\n',
    b"5" + b" " * 4100 + b"x\n",
    b" " * 4100 + b"5\n", b"2000 3000\n", b"2000\n", b"60999\n", b"2000 abc\n", b"2000abc 3000\n",
    b"5000 4000\n", b"1023 5000\n", b"1024 65536\n", b"1024 5000 x\n", b"02000 0x1000\n", b"-1 5000\n",
    b"2000 -5\n",
    b"2000 -0 7\n", b"8192 4096 4097\n", b"5 0 7\n", b"1 1\n", b"9 9 9 9\n", b"9 9 9 x\n", b"8080\n",
    b"1,2-4,10-10\n", b"5,,6\n", b",5\n", b"5-\n", b"4-2\n", b"010\n", b" 5-6\n", b"5-6 \n", b"5, 6\n",
    b"0,65535\n", b"65536\n", b"-5\n", b"5-6-7\n", b"5-6\n7\n", b"1,2-", b"5-6\0\n", b"5-6\x007\n",
    b"1,65536,2\n", b"reno\n", b"reno \n", b" reno\n", b"RENO\n", b"reno x\n", b"reno\nxx\n", b"reno\0x\n",
    b"nosuch\n", b"a" * 100 + b"\n", b"1-2-3-4\n", b"1-2-3\n", b"1-2-3-4,5-6-7-8\n", b"1-2-3-4,5-6-7\n",
    b"1-2-3-4-5\n", b"x\n", b"0x1-2-3-4\n", b"1x-2-3-4\n", b"1-2-3-4,\n", b"100000000-2-3-4\n", b"-1-2-3-4\n",
    b" 1- 2-3-4\n", b"1-2-3-4 z\n", b"1-2-3-4,5-6-7-8,9\n",
]  # fmt: skip
PIECES = [
    b"0", b"1", b"2", b"5", b"9", b"10", b"255", b"256", b"1024", b"4096", b"32768", b"60999", b"65535", b"65536",
    b"2147483647", b"00", b"0x", b"0", b"-", b",", b" ", b"\t", b"\n", b"\0", b"\x0b", b"\xa0", b"a", b"x",
]  # fmt: skip


@pytest.mark.parametrize("row", OWN, ids=lambda row: row.key)
def test_a_raw_write_does_what_the_model_says(kernel: Kernel, row: Tunable) -> None:
    """Whatever text is written, the kernel takes it or not, and shows afterwards what after_write
    foretold."""
    present(kernel, row)
    dice = random.Random(row.key)
    texts = ODD + [b"".join(dice.choices(PIECES, k=dice.randint(1, 8))) for _turn in range(TEXTS_PER_KEY)]
    for text in texts:
        before = kernel.value(row)
        foretold = after_write(row, text, before, kernel.other, kernel.machine)

        number = kernel.write(row.key, text)

        assert (number == 0) == foretold.accepted, f"{text!r} while it holds {before!r}: errno {number}"
        assert kernel.value(row) == foretold.value, f"{text!r} while it holds {before!r}"


def test_a_zero_byte_write_changes_nothing(kernel: Kernel) -> None:
    """The kernel reports success for an empty write and keeps the value, so an empty value must never be
    written."""
    row = tunable_of("net.ipv4.tcp_fin_timeout")
    before = kernel.value(row)

    assert kernel.write(row.key, b"") == 0
    assert kernel.value(row) == before == after_write(row, b"", before).value
