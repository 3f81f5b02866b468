# Copyright (c) 2026, the linuxnet.tcp authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A busy proxy in miniature: sockets in all states that a kernel shows, held open, and many in TIME_WAIT."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

from ansible_collections.linuxnet.tcp.tests.lab import states
from ansible_collections.linuxnet.tcp.tests.lab.cuts import by_socket_filter

#: How many times each state is made; CLOSE is in no table of the kernel.
HOW_OFTEN = {
    "established": 40,
    "syn_sent": 3,
    "syn_recv": 4,
    "fin_wait1": 2,
    "fin_wait2": 7,
    "close_wait": 12,
    "last_ack": 2,
    "closing": 1,
    "listen": 2,
}
#: More than the 5000 that forward_proxy lets a host keep: 107 closes a second, as the guard reckons.
TIME_WAIT = 6400
DOORS = 16


@contextmanager
def busy(time_wait: int = TIME_WAIT) -> Iterator[None]:
    """The sockets, inside the block. Needs no right but that to open a socket."""
    with ExitStack() as stack:
        for state, times in HOW_OFTEN.items():
            for maker in states.MAKERS[state]:
                for _turn in range(max(1, times // len(states.MAKERS[state]))):
                    stack.enter_context(maker(states.IPV4, by_socket_filter))
        open_and_close(time_wait)
        yield


def open_and_close(times: int) -> None:
    """Connections that the client closes first; each leaves a TIME_WAIT for 60 seconds.

    They go to several doors by turns: at one of them a port of the client would come again, and end its TIME_WAIT.
    """
    with ExitStack() as stack:
        doors = [stack.enter_context(states.listening(states.IPV4, backlog=64)) for _number in range(DOORS)]
        for turn in range(times):
            door = doors[turn % DOORS]
            with socket.socket() as client:
                client.connect(door.getsockname())
                server, _address = door.accept()
            with server:
                server.recv(1)
