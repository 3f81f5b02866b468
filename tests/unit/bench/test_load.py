# Copyright (c) 2026, the linuxnet.tcp authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the load makers divide among themselves adds up, and no two make the same connection."""

from __future__ import annotations

import ipaddress

import pytest

from ansible_collections.linuxnet.tcp.tests.bench.load import BATCH, addresses, batches, shares


@pytest.mark.parametrize(("total", "parts"), [(0, 2), (1, 2), (200_000, 2), (7, 3)])
def test_shares_add_up(total: int, parts: int) -> None:
    """The shares are as many as asked for, differ by at most one, and add up to the total."""
    found = shares(total, parts)
    assert len(found) == parts
    assert sum(found) == total
    assert max(found) - min(found) <= 1


def test_batches_add_up() -> None:
    """Batches are full but for the last."""
    assert list(batches(2 * BATCH + 1)) == [BATCH, BATCH, 1]
    assert list(batches(0)) == []


def test_addresses_are_distinct_and_on_loopback() -> None:
    """Many thousand addresses, all different, all of 127/8, none that could be a network's first or last."""
    found = addresses(70_000)
    assert len(set(found)) == 70_000
    assert all(ipaddress.ip_address(one).is_loopback for one in found)
    assert not any(one.endswith((".0", ".255")) for one in found)


def test_batches_end_when_time_is_up() -> None:
    """After the given moment no batch is handed out any more."""
    assert list(batches(10 * BATCH, until=0.0)) == []
