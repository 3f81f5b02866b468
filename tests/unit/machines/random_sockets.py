# Copyright (c) 2026, the linuxnet.tcp authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Sets of sockets such as a kernel can hold, for property tests (hypothesis)."""

from __future__ import annotations

from typing import List, Tuple

from hypothesis import strategies as st

from .inet_diag import IPV4, IPV6, TIME_WAIT_TIMER, Socket
from .proc_text import is_request

ESTABLISHED, SYN_SENT, SYN_RECV, FIN_WAIT1, FIN_WAIT2, TIME_WAIT, CLOSE, CLOSE_WAIT, LAST_ACK, LISTEN, CLOSING = range(
    1, 12
)
# Few of each, so that sockets meet: on the ends of the port range, in it, and beside it.
ADDRESSES = {
    IPV4: ("127.0.0.1", "10.0.0.5", "192.0.2.9"),
    IPV6: ("::1", "2001:db8::1", "::ffff:10.0.0.5", "::ffff:192.0.2.9"),
}
WILDCARDS = {IPV4: "0.0.0.0", IPV6: "::"}
PORTS = (1, 22, 80, 443, 8080, 32767, 32768, 40000, 40001, 60999, 61000, 65535)
FAMILIES = st.sampled_from((IPV4, IPV6))
SOME_PORT = st.sampled_from(PORTS)


@st.composite
def _listeners(draw: st.DrawFn) -> Socket:
    family = draw(FAMILIES)
    local = draw(st.sampled_from((WILDCARDS[family],) + ADDRESSES[family]))
    waiting, backlog = draw(st.integers(0, 5000)), draw(st.integers(0, 65535))
    return Socket(family, LISTEN, local, draw(SOME_PORT), WILDCARDS[family], 0, 0, 1, waiting, backlog)


@st.composite
def _connections(draw: st.DrawFn) -> Socket:
    family = draw(FAMILIES)
    address = st.sampled_from(ADDRESSES[family])
    state, timer, owned = draw(st.sampled_from(_LIVES))
    return Socket(
        family, state, draw(address), draw(SOME_PORT), draw(address), draw(SOME_PORT), timer=timer, inode=int(owned)
    )


# What a connection can be: state, timer, and whether a process can hold it.
_LIVES: List[Tuple[int, int, bool]] = [
    (ESTABLISHED, 0, True),
    (ESTABLISHED, 2, True),
    # In the accept queue.
    (ESTABLISHED, 0, False),
    (SYN_SENT, 1, True),
    # Half open; and a full socket in the same state, as by TCP Fast Open.
    (SYN_RECV, 1, False),
    (SYN_RECV, 1, True),
    (FIN_WAIT1, 4, False),
    (FIN_WAIT2, 0, True),
    (FIN_WAIT2, 2, False),
    (FIN_WAIT2, TIME_WAIT_TIMER, False),
    (TIME_WAIT, TIME_WAIT_TIMER, False),
    (TIME_WAIT, TIME_WAIT_TIMER, False),
    (CLOSE_WAIT, 0, True),
    (LAST_ACK, 1, False),
    (CLOSING, 1, False),
]


def _possible(sockets: List[Socket]) -> List[Socket]:
    """Every socket that a process can hold has an inode of its own, and half-open connections have a listener."""
    half_open = [held for held in sockets if is_request(held)]
    needed = [
        Socket(held.family, LISTEN, WILDCARDS[held.family], held.local_port, WILDCARDS[held.family], 0, 0, 1, 1, 128)
        for held in half_open[:1]
    ]
    return [held._replace(inode=held.inode and 1000 + number) for number, held in enumerate(sockets + needed)]


def sets_of_sockets(most: int = 30) -> st.SearchStrategy[List[Socket]]:
    """Lists of sockets, listeners among them, each with an inode of its own if a process can hold it."""
    one = st.one_of(_listeners(), _connections(), _connections(), _connections())
    return st.lists(one, max_size=most).map(_possible)
