# Copyright (c) 2026, the linuxnet.tcp authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The packets of the flood: right checksums, or the kernel would drop them unseen; and a bound."""

from __future__ import annotations

import socket
import struct

import pytest

from ansible_collections.linuxnet.tcp.tests.lab.traffic import flood


def test_checksums_are_right() -> None:
    """Summed with the field in it, both give 0 (RFC 1071)."""
    packet = flood.syn("203.0.113.7", 4711, "192.0.2.2", 80)
    head, segment = packet[:20], packet[20:]
    pseudo = head[12:20] + struct.pack("!BBH", 0, socket.IPPROTO_TCP, len(segment))
    assert flood.checksum(head) == 0
    assert flood.checksum(pseudo + segment) == 0
    assert struct.unpack("!HH", segment[:4]) == (4711, 80)
    assert segment[13] == flood.SYN


def test_no_two_packets_come_from_one_port_of_one_address() -> None:
    """The kernel would take the second one for the first again."""
    ends = {packet[12:16] + packet[20:22] for packet in flood.packets("192.0.2.2", 80)}
    assert len(ends) == flood.SET


def test_a_flood_is_bounded() -> None:
    """More than a lab needs is refused before anything is sent."""
    with pytest.raises(ValueError, match="more than 200000 packets"):
        flood.main("192.0.2.2", 80, 100_000, 10)
