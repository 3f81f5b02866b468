# Copyright (c) 2026, the linuxnet.tcp authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""In each round the ways are taken in another order."""

from __future__ import annotations

from ansible_collections.linuxnet.tcp.tests.bench.rounds import turned


def test_each_way_comes_first_once() -> None:
    """Over as many rounds as there are ways each is first once, and every round has all of them."""
    names = ["walk", "ss", "awk"]
    orders = [turned(names, number) for number in range(3)]
    assert sorted(order[0] for order in orders) == sorted(names)
    assert all(sorted(order) == sorted(names) for order in orders)
    assert turned(names, 3) == names
