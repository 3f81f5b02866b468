# Copyright (c) 2026, the linuxnet.tcp authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What ties tunables together."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as some

from ansible_collections.linuxnet.tcp.plugins.module_utils._model.catalogue import tunable_of
from ansible_collections.linuxnet.tcp.plugins.module_utils._model.couplings import (
    COUPLINGS,
    Change,
    check_couplings,
    concerns,
    write_order,
)
from ansible_collections.linuxnet.tcp.plugins.module_utils._model.errors import InputError
from ansible_collections.linuxnet.tcp.plugins.module_utils._model.kernel_writes import after_write
from ansible_collections.linuxnet.tcp.plugins.module_utils._model.values import to_kernel

REORDERING = "net.ipv4.tcp_reordering"
MAXIMUM = "net.ipv4.tcp_max_reordering"
START = "net.ipv4.ip_unprivileged_port_start"
RANGE = "net.ipv4.ip_local_port_range"
REUSE = "net.ipv4.tcp_tw_reuse"
ALLOWED = "net.ipv4.tcp_allowed_congestion_control"
ALGORITHM = "net.ipv4.tcp_congestion_control"
STAMPS = "net.ipv4.tcp_timestamps"


@pytest.mark.parametrize(
    ("asked", "running", "words"),
    [
        ({REORDERING: 500}, {MAXIMUM: 300}, [REORDERING, "500", "300", f"set {MAXIMUM} as well"]),
        ({REORDERING: 500, MAXIMUM: 400}, {}, ["change one of the two values"]),
        ({MAXIMUM: 2}, {REORDERING: 3}, [f"set {REORDERING} as well"]),
        ({RANGE: (1000, 65000)}, {START: 1024}, [START, "1024", "the low end of " + RANGE, "1000"]),
        ({START: 40000}, {RANGE: (32768, 60999)}, ["40000", "32768"]),
    ],
)
def test_values_that_the_kernel_does_not_hold_together_are_refused(asked: Any, running: Any, words: list[str]) -> None:
    """The sentence names both keys, both values and which one to change."""
    with pytest.raises(InputError) as refused:
        check_couplings(asked, running)

    assert all(word in str(refused.value) for word in words)


@pytest.mark.parametrize(
    ("asked", "running"),
    [
        ({REORDERING: 500, MAXIMUM: 500}, {REORDERING: 3, MAXIMUM: 300}),
        ({REORDERING: 500}, {}),
        ({RANGE: (1024, 65000)}, {START: 1024}),
        ({RANGE: (80, 65000)}, {}),
        ({REUSE: 1}, {REORDERING: 500, MAXIMUM: 300}),
    ],
)
def test_values_that_go_together_pass(asked: Any, running: Any) -> None:
    """Also where this kernel lacks one of the keys, and where what contradicts itself was not asked."""
    check_couplings(asked, running)


@pytest.mark.parametrize(
    ("changes", "order"),
    [
        ([(REORDERING, 3, 500), (MAXIMUM, 300, 600)], [MAXIMUM, REORDERING]),
        ([(MAXIMUM, 600, 300), (REORDERING, 500, 3)], [REORDERING, MAXIMUM]),
        ([(RANGE, (32768, 60999), (80, 60999)), (START, 1024, 80)], [START, RANGE]),
        ([(START, 80, 2000), (RANGE, (80, 60999), (2000, 60999))], [RANGE, START]),
        ([(STAMPS, 0, 1), (MAXIMUM, 300, 600), (REORDERING, 3, 5)], [STAMPS, MAXIMUM, REORDERING]),
        ([(ALLOWED, "reno", "bbr reno"), (ALGORITHM, "reno", "bbr")], [ALGORITHM, ALLOWED]),
        ([], []),
    ],
)  # fmt: skip
def test_the_order_of_writes(changes: Any, order: list[str]) -> None:
    """Coupled keys are written so that they never cross; all others stay where they were named."""
    assert [change.key for change in write_order([Change(*change) for change in changes])] == order


PAIR = some.tuples(some.integers(1, 50), some.integers(0, 50)).map(lambda pair: (pair[0], pair[0] + pair[1]))


@given(PAIR, PAIR, PAIR, PAIR, some.permutations([0, 1, 2, 3]), some.booleans())
def test_no_write_is_refused_on_the_way_and_none_on_the_way_back(
    old: Any, new: Any, old_ports: Any, new_ports: Any, order: list[int], back: bool
) -> None:
    """From any state that the kernel holds to any other, by its own rules, in whatever order the keys were named."""
    held = {REORDERING: old[0], MAXIMUM: old[1], START: old_ports[0], RANGE: (old_ports[1], 60000)}
    goal = {REORDERING: new[0], MAXIMUM: new[1], START: new_ports[0], RANGE: (new_ports[1], 60000)}
    named = [Change(key, held[key], goal[key]) for key in held]
    changes = list(write_order([named[place] for place in order]))
    held_before = dict(held)
    if back:
        held = dict(goal)
        changes = [Change(key, after, held_before[key]) for key, _before, after in reversed(changes)]

    for key, _before, after in changes:
        text = to_kernel(after).encode() + b"\n"
        written = after_write(tunable_of(key), text, held[key], held.get)
        assert written == (True, after), f"{key} {after} while {held}"
        held[key] = after


def test_couplings_name_keys_of_the_catalogue() -> None:
    """Both ends are rows whose (first) values are numbers."""
    assert all(tunable_of(key).accepts for coupling in COUPLINGS for key in coupling)


@pytest.mark.parametrize(
    ("asked", "running", "count"),
    [
        ({REUSE: 1}, {STAMPS: 0}, 1),
        ({REUSE: 1, STAMPS: 0}, {}, 2),
        ({STAMPS: 0}, {REUSE: 1}, 1),
        ({STAMPS: 0}, {REUSE: 0}, 0),
        ({REUSE: 0}, {STAMPS: 0}, 0),
        ({REUSE: 1}, {STAMPS: 1}, 0),
        ({REUSE: 1}, {}, 0),
        ({RANGE: (1024, 65000)}, {}, 1),
        ({RANGE: (1024, 65535)}, {}, 0),
        ({}, {REUSE: 1, STAMPS: 0, RANGE: (1024, 65000)}, 0),
    ],
)
def test_what_has_no_effect_is_said(asked: Any, running: Any, count: int) -> None:
    """Reuse without timestamps and port ranges with ends of one parity are allowed, but not in silence."""
    assert len(concerns(asked, running)) == count
