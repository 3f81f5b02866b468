# Copyright (c) 2026, the linuxnet.tcp authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The eleven TCP states and the families, by the kernel's numbers and by the names that our users see."""

from __future__ import annotations

from enum import IntEnum
from typing import Dict, FrozenSet, Iterable, NamedTuple


class State(IntEnum):
    """The states of include/net/tcp_states.h. The same numbers stand in /proc/net/tcp and in sock_diag replies.

    The kernel has a twelfth and a thirteenth (NEW_SYN_RECV, BOUND_INACTIVE); it reports them as SYN_RECV and CLOSE.
    """

    ESTABLISHED = 1
    SYN_SENT = 2
    SYN_RECV = 3
    FIN_WAIT1 = 4
    FIN_WAIT2 = 5
    TIME_WAIT = 6
    CLOSE = 7
    CLOSE_WAIT = 8
    LAST_ACK = 9
    LISTEN = 10
    CLOSING = 11

    @property
    def title(self) -> str:
        """The name in our results, the one that node_exporter uses: `time_wait`."""
        return self.name.lower()


# States that a busy host has few of: the only ones that have to be listed one by one. Counters tell the rest.
RARE_STATES: FrozenSet[State] = frozenset(State) - {State.ESTABLISHED, State.TIME_WAIT, State.CLOSE}
# Every state that is ever listed. Asked for CLOSE, newer kernels would add sockets that are bound and unconnected.
LISTED_STATES: FrozenSet[State] = frozenset(State) - {State.CLOSE}


class Family(IntEnum):
    """Address families by their Linux numbers. A v4-mapped socket is IPV6, as in ss and in /proc/net/tcp6."""

    IPV4 = 2
    IPV6 = 10

    @property
    def title(self) -> str:
        """The name in our results: `ipv4`."""
        return self.name.lower()


# The number that sock_diag (idiag_timer) and /proc/net/tcp (tr) give the timer of a TIME_WAIT minisocket.
MINISOCKET_TIMER = 3


class Kind(NamedTuple):
    """What tells sockets apart when they are counted: three bytes that lie side by side in a sock_diag reply."""

    family: Family
    state: State
    timer: int

    @property
    def is_minisocket(self) -> bool:
        """Whether it lives in the TIME_WAIT table: TIME_WAIT itself, or a FIN_WAIT2 whose owner is gone.

        net/ipv4/tcp_minisocks.c, tcp_time_wait(): such a socket is counted in sockstat's `tw`, not in `inuse`.
        """
        return self.state is State.TIME_WAIT or (self.state is State.FIN_WAIT2 and self.timer == MINISOCKET_TIMER)


def mask_of(states: Iterable[State]) -> int:
    """The bit mask in which sock_diag wants states to be named: bit n for state n."""
    mask = 0
    for state in states:
        mask |= 1 << state
    return mask


def no_sockets() -> Dict[str, int]:
    """All eleven states by their title, each 0, in the order in which results show them."""
    return dict.fromkeys(STATE_TITLES, 0)


STATE_TITLES = (
    "established",
    "syn_sent",
    "syn_recv",
    "fin_wait1",
    "fin_wait2",
    "time_wait",
    "close",
    "close_wait",
    "last_ack",
    "listen",
    "closing",
)
