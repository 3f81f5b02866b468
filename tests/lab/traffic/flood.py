# Copyright (c) 2026, the linuxnet.tcp authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A SYN flood of a bounded number of packets, from addresses that nobody has, inside a street only.

`python flood.py ADDRESS PORT RATE SECONDS` sends RATE a second for SECONDS, by a raw socket.
"""

from __future__ import annotations

import socket
import struct
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from ipaddress import ip_network

from ansible_collections.linuxnet.tcp.tests.lab.traffic.topology import NOWHERE, PROXY, Street

SYN = 0x02
WINDOW = 64240
TICK = 0.005
MOST_PACKETS = 200_000
#: Each packet of the set differs from the others in its address or its port.
SET = 20_000


def checksum(data: bytes) -> int:
    """The Internet checksum (RFC 1071) of an even number of bytes."""
    total: int = sum(struct.unpack(f"!{len(data) // 2}H", data))
    while total >> 16:
        total = (total & 0xFFFF) + (total >> 16)
    return ~total & 0xFFFF


def syn(source: str, source_port: int, target: str, port: int) -> bytes:
    """An IPv4 packet with one SYN and no options, both checksums right."""
    addresses = socket.inet_aton(source) + socket.inet_aton(target)
    segment = struct.pack("!HHIIBBHHH", source_port, port, source_port * 7919, 0, 5 << 4, SYN, WINDOW, 0, 0)
    pseudo_header = addresses + struct.pack("!BBH", 0, socket.IPPROTO_TCP, len(segment))
    segment = segment[:16] + struct.pack("!H", checksum(pseudo_header + segment)) + segment[18:]
    head = struct.pack("!BBHHHBBH", 0x45, 0, 20 + len(segment), 0, 0, 64, socket.IPPROTO_TCP, 0)
    head = head[:10] + struct.pack("!H", checksum(head + addresses))
    return head + addresses + segment


def packets(target: str, port: int) -> list[bytes]:
    """The set that is sent, from all addresses of NOWHERE."""
    sources = [str(address) for address in ip_network(NOWHERE).hosts()]
    return [
        syn(sources[number % len(sources)], 1024 + number // len(sources), target, port) for number in range(SET)
    ]


def main(target: str, port: int, rate: float, seconds: float) -> None:
    """Send; late ticks are caught up with, so that the average holds. Raises ValueError for more than a lab needs."""
    if rate * seconds > MOST_PACKETS:
        raise ValueError(f"{rate:g} a second for {seconds:g} seconds is more than {MOST_PACKETS} packets")
    ready = packets(target, port)
    with socket.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_RAW) as raw:
        start, sent = time.monotonic(), 0
        while (now := time.monotonic()) < start + seconds:
            for number in range(sent, int((now - start) * rate)):
                raw.sendto(ready[number % SET], (target, 0))
                sent = number + 1
            time.sleep(TICK)
    print(sent)


@contextmanager
def flooding(street: Street, port: int, rate: float, seconds: float) -> Iterator[subprocess.Popen[str]]:
    """The flood, from the client's host to the proxy's; it has begun when the block begins and ends with it."""
    with street.client.entered():
        process = subprocess.Popen(
            [sys.executable, "-m", __spec__.name, PROXY, str(port), str(rate), str(seconds)],
            stdout=subprocess.PIPE, text=True,
        )  # fmt: skip
    with process:
        try:
            yield process
        finally:
            process.kill()


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), float(sys.argv[3]), float(sys.argv[4]))
