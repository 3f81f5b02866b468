# Copyright (c) 2026, the linuxnet.tcp authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The bare walk ends where the kernel says so, and looks at nothing else."""

from __future__ import annotations

import struct

from ansible_collections.linuxnet.tcp.tests.bench import walk

SEQUENCE = struct.unpack_from("=I", walk.REQUEST, 8)[0]
END = struct.pack("=IHHIIi", 20, 3, 2, SEQUENCE, 0, 0)


def message(body: bytes = bytes(108)) -> bytes:
    """A socket's message of 124 bytes."""
    return struct.pack("=IHHII", 16 + len(body), 18, 2, SEQUENCE, 0) + body


def test_the_end_mark_alone_or_behind_sockets() -> None:
    """NLMSG_DONE is found as a reply of its own and at the end of a reply with sockets."""
    for reply in (END, message() + message() + END):
        assert walk.is_end(bytearray(reply) + bytearray(100), len(reply))


def test_sockets_are_no_end_mark() -> None:
    """Neither sockets, nor what is left in the buffer from the reply before, nor too few bytes end the walk."""
    assert not walk.is_end(message(), 124)
    assert not walk.is_end(bytearray(message() + END), 124)
    assert not walk.is_end(END[:16], 16)
    assert not walk.is_end(b"", 0)


def test_the_request_asks_for_the_rare_states() -> None:
    """The request is 76 bytes that ask for all states but ESTABLISHED, TIME_WAIT and CLOSE."""
    length, kind, flags = struct.unpack_from("=IHH", walk.REQUEST)
    states = struct.unpack_from("=I", walk.REQUEST, 68)[0]
    assert (len(walk.REQUEST), length, kind, flags) == (76, 76, 18, 0x301)
    assert [state for state in range(32) if states >> state & 1] == [2, 3, 4, 5, 8, 9, 10, 11]
