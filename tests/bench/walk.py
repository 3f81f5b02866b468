# Copyright (c) 2026, the linuxnet.tcp authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The bare walk: what the kernel charges for looking at every socket, with no work of ours on top."""

from __future__ import annotations

import socket
import struct

#: SYN_SENT, SYN_RECV, FIN_WAIT1, FIN_WAIT2, CLOSE_WAIT, LAST_ACK, LISTEN, CLOSING: all but ESTABLISHED and TIME_WAIT.
RARE_STATES = 0xF3C

_NETLINK_SOCK_DIAG = 4
_TCPDIAG_GETSOCK = 18
_NLMSG_DONE = 3
_SEQUENCE = 0xBEC4
_DUMP = 0x301
# struct nlmsghdr, then struct inet_diag_req: family, lengths and extensions (none), 48 bytes of id (any), states, dbs.
REQUEST = struct.pack("=IHHIIB51xII", 76, _TCPDIAG_GETSOCK, _DUMP, _SEQUENCE, 0, socket.AF_INET, RARE_STATES, 0)
_END = struct.pack("=IHHI", 20, _NLMSG_DONE, 2, _SEQUENCE)
_REPLY_BYTES = 32 * 1024


def bare_walk() -> int:
    """Ask for the sockets in rare states with the old request, both families in one walk; throw the replies away.

    Returns how many bytes of sockets came. The end mark is the last message of the last reply. Raises OSError when the
    kernel refuses.
    """
    buffer = bytearray(_REPLY_BYTES)
    total = 0
    with socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, _NETLINK_SOCK_DIAG) as channel:
        channel.settimeout(20)
        channel.send(REQUEST)
        while True:
            size = channel.recv_into(buffer)
            if is_end(buffer, size):
                error = struct.unpack_from("=i", buffer, size - 4)[0]
                if error:
                    raise OSError(-error, "the kernel refused the walk")
                return total + size - 20
            total += size


def is_end(reply: bytes | bytearray, size: int) -> bool:
    """Whether the first `size` bytes of `reply` close with NLMSG_DONE: 20 bytes, a header and an error code."""
    return size >= 20 and reply[size - 20 : size - 8] == _END
