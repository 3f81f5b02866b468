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
from collections.abc import Iterator

import pytest

from ansible_collections.linuxnet.tcp.plugins.module_utils._model.catalogue import CATALOGUE, tunable_of
from ansible_collections.linuxnet.tcp.plugins.module_utils._model.kernel_writes import accepted_bounds, after_write
from ansible_collections.linuxnet.tcp.plugins.module_utils._model.tunables import Per, Reads, Tunable
from ansible_collections.linuxnet.tcp.plugins.module_utils._model.values import equal, to_kernel, to_result
from ansible_collections.linuxnet.tcp.plugins.module_utils._model.wanted_values import parse_wanted
from ansible_collections.linuxnet.tcp.tests.lab import netns
from ansible_collections.linuxnet.tcp.tests.lab.kernel_keys import ODD, PIECES, SYS, Kernel, lowest, spelled

TEXTS_PER_KEY = int(os.environ.get("LINUXNET_FUZZ_EXAMPLES", "300"))
OWN = [row for row in CATALOGUE if row.per is Per.NAMESPACE and not row.read_only and not row.removed]
BOUNDED = [row for row in OWN if row.accepts]


@pytest.fixture
def kernel() -> Iterator[Kernel]:
    """A fresh namespace, entered."""
    with netns.namespace("bounds") as fresh, fresh.entered():
        yield Kernel()


def present(kernel: Kernel, row: Tunable) -> None:
    """Skip where this kernel does not have the key."""
    if not kernel.has(row.key):
        pytest.skip(f"{row.key} is not on this kernel (catalogue: since {row.since or '3.10'})")


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
