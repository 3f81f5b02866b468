# Copyright (c) 2026, the linuxnet.tcp authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The catalogue against what was measured on Debian's kernels: tests/kernels/measured.json, kept by `make kernels`."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Dict

import pytest

from ansible_collections.linuxnet.tcp.plugins.module_utils._model.catalogue import tunable_of
from ansible_collections.linuxnet.tcp.plugins.module_utils._model.kernel_writes import Machine, accepted_bounds

MEASURED = json.loads((Path(__file__).parents[4] / "kernels" / "measured.json").read_text(encoding="utf-8"))
BY_MACHINE = ("memory", "ehash", "nf_conntrack", "as there", "distributions", "build")
"""Words in a default that follows the machine or the build."""
HZ250 = Machine(hz=250)
of_each_kernel = pytest.mark.parametrize("kernel", MEASURED.values(), ids=list(MEASURED))


@of_each_kernel
def test_a_measured_default_is_told(kernel: Dict[str, Any]) -> None:
    """What a key held at first is what its row tells, where that is the same everywhere."""
    for name, found in kernel["keys"].items():
        row = tunable_of(name)
        assert row.known, name
        if row.read_only or row.secret or any(word in row.default for word in BY_MACHINE):
            continue
        words, told = found["default"].split(), row.default.replace(",", " ").split()

        assert set(words) <= set(told) or (not words and "none" in told), (name, found["default"], row.default)


@of_each_kernel
def test_measured_bounds_are_in_the_row(kernel: Dict[str, Any]) -> None:
    """Each pair of bounds that a kernel showed stands in the row, or lies within, as another key made it narrower."""
    for name, found in kernel["keys"].items():
        row = tunable_of(name)
        told = (row.newer and row.newer.accepts, row.older and row.older.accepts, row.stricter)
        for (low, high), usual in zip(found["accepts"] or (), accepted_bounds(row, machine=HZ250)):
            assert usual.low <= low <= high <= usual.high or (low, high) in told, (name, low, high)


def test_each_kernel_was_measured() -> None:
    """Four kernels, the ends of what is supported among them, each with what no kernel lacks."""
    assert list(MEASURED) == ["5.10", "6.1", "6.12", "7.2"]
    for kernel in MEASURED.values():
        assert {"net.ipv4.tcp_fin_timeout", "net.ipv4.tcp_mem", "net.netfilter.nf_conntrack_max"} <= set(kernel["keys"])
