# Copyright (c) 2026, the linuxnet.tcp authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The states and families."""

from __future__ import annotations

import pytest

from ansible_collections.linuxnet.tcp.plugins.module_utils._model.states import (
    LISTED_STATES,
    RARE_STATES,
    STATE_TITLES,
    Family,
    Kind,
    State,
    mask_of,
    no_sockets,
)


def test_numbers_are_those_of_the_kernel() -> None:
    """The states have the numbers of include/net/tcp_states.h, in its order."""
    assert [state.name for state in sorted(State)] == [
        "ESTABLISHED", "SYN_SENT", "SYN_RECV", "FIN_WAIT1", "FIN_WAIT2", "TIME_WAIT",
        "CLOSE", "CLOSE_WAIT", "LAST_ACK", "LISTEN", "CLOSING",
    ]  # fmt: skip
    assert [int(state) for state in sorted(State)] == list(range(1, 12))


def test_titles_name_every_state_once() -> None:
    """Results show each of the eleven states once, by its title."""
    assert list(STATE_TITLES) == [state.title for state in sorted(State)]
    assert no_sockets() == dict.fromkeys(STATE_TITLES, 0)


def test_no_sockets_is_made_anew_each_time() -> None:
    """Counting into one table changes no other."""
    no_sockets()["listen"] += 1
    assert no_sockets()["listen"] == 0


def test_families_have_linux_numbers() -> None:
    """AF_INET is 2 and AF_INET6 is 10, on every host that we read, whatever this one has."""
    assert [(family.value, family.title) for family in Family] == [(2, "ipv4"), (10, "ipv6")]


@pytest.mark.parametrize(
    ("states", "mask"),
    [((), 0), ((State.ESTABLISHED,), 0x2), ((State.LISTEN,), 0x400), (RARE_STATES, 0xF3C), (LISTED_STATES, 0xF7E)],
)
def test_masks(states: frozenset[State], mask: int) -> None:
    """A mask has bit n for state n: 0xF3C are the rare states, and bit 7 (CLOSE) is never asked for."""
    assert mask_of(states) == mask


@pytest.mark.parametrize("state", State)
@pytest.mark.parametrize("timer", range(5))
def test_minisockets(state: State, timer: int) -> None:
    """Every TIME_WAIT is a minisocket, and of the others only FIN_WAIT2 under the timer of TIME_WAIT."""
    expected = state is State.TIME_WAIT or (state is State.FIN_WAIT2 and timer == 3)
    assert Kind(Family.IPV4, state, timer).is_minisocket is expected
