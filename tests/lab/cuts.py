# Copyright (c) 2026, the linuxnet.tcp authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Two ways to lose every packet on its way to one socket.

A state that lasts only until the other end answers (SYN_SENT, FIN_WAIT1, LAST_ACK, CLOSING) stays for
as long as the answer is lost. Both ways lose it on the receiving side, and both stop with the block.
"""

from __future__ import annotations

import ctypes
import itertools
import os
import socket
import struct
import subprocess
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager

Cut = Callable[[socket.socket], AbstractContextManager[None]]

SO_ATTACH_FILTER = 26  # <asm-generic/socket.h>
SO_DETACH_FILTER = 27

_numbers = itertools.count()


@contextmanager
def by_nftables(deaf: socket.socket) -> Iterator[None]:
    """Drop by firewall, as a broken network would: needs root, and changes the whole namespace."""
    address, port = deaf.getsockname()[:2]
    # "::" is the dual-stack listener of the lab: like ::ffff:a.b.c.d it hears IPv4 packets.
    family = "ip6" if ":" in address and address != "::" and not address.startswith("::ffff:") else "ip"
    sender = _peer_port(deaf)
    match = f"tcp dport {port}" + (f" tcp sport {sender}" if sender else "")
    table = f"{family} lnlab_{os.getpid()}_{next(_numbers)}"
    _nft(
        f"add table {table}\n"
        f"add chain {table} arriving {{ type filter hook input priority 0; }}\n"
        f"add rule {table} arriving {match} drop\n"
    )
    try:
        yield
    finally:
        _nft(f"delete table {table}\n")


@contextmanager
def by_socket_filter(deaf: socket.socket) -> Iterator[None]:
    """Drop by a filter on the socket itself: needs no right, and touches nothing but this socket.

    The program is one BPF instruction, ``return 0``: keep no byte of any packet. TCP asks the filter
    before it looks at the packet, so the sender hears nothing.
    """
    return_nothing = ctypes.create_string_buffer(struct.pack("HBBI", 0x06, 0, 0, 0))
    program = struct.pack("HL", 1, ctypes.addressof(return_nothing))
    deaf.setsockopt(socket.SOL_SOCKET, SO_ATTACH_FILTER, program)
    try:
        yield
    finally:
        if deaf.fileno() >= 0:
            deaf.setsockopt(socket.SOL_SOCKET, SO_DETACH_FILTER, 0)


def _peer_port(sock: socket.socket) -> int | None:
    """The other end's port; None for a socket that has no other end yet."""
    try:
        return int(sock.getpeername()[1])
    except OSError:
        return None


def _nft(script: str) -> None:
    subprocess.run(["nft", "-f", "-"], input=script, check=True, capture_output=True, text=True)
