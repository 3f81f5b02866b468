# Copyright (c) 2026, the linuxnet.tcp authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The keys of the running kernel, read and written without the code under test, and odd texts to write to them.

For the lab, and for the virtual machines of tests/kernels: nothing here needs pytest.
"""

from __future__ import annotations

import os
import time
from pathlib import Path

from ansible_collections.linuxnet.tcp.plugins.module_utils._model.catalogue import CATALOGUE, tunable_of
from ansible_collections.linuxnet.tcp.plugins.module_utils._model.kernel_writes import Machine
from ansible_collections.linuxnet.tcp.plugins.module_utils._model.keys import key_path
from ansible_collections.linuxnet.tcp.plugins.module_utils._model.tunables import Reads, Tunable, Value
from ansible_collections.linuxnet.tcp.plugins.module_utils._model.values import parse_kernel

SYS = Path("/proc/sys")
NEWER = {row.newer.evidence for row in CATALOGUE if row.newer}
OLDER = {row.older.lacks for row in CATALOGUE if row.older}


class Kernel:
    """The keys of one namespace, seen by the thread that is in it."""

    def __init__(self) -> None:
        allowed = self.value(tunable_of("net.ipv4.tcp_allowed_congestion_control"))
        self.machine = Machine(
            hz=round(1 / time.clock_getres(6)),  # CLOCK_MONOTONIC_COARSE ticks as the kernel does
            congestion_controls=frozenset(str(allowed).split()),
            keys=frozenset(key for key in NEWER if self.has(key)),
            lacks=frozenset(key for key in OLDER if not self.has(key)),
        )

    def has(self, key: str) -> bool:
        """Whether the namespace shows the key."""
        return (SYS / key_path(key)).exists()

    def value(self, row: Tunable) -> Value:
        """What the kernel shows for the key now."""
        return parse_kernel(row, (SYS / key_path(row.key)).read_bytes())

    def other(self, key: str) -> Value | None:
        """The same by name; None where there is no such key."""
        return self.value(tunable_of(key)) if self.has(key) else None

    def write(self, key: str, text: bytes) -> int:
        """The errno of one write; 0 when the kernel took it."""
        try:
            handle = os.open(SYS / key_path(key), os.O_WRONLY)
        except OSError as error:
            return error.errno or -1
        try:
            os.write(handle, text)
        except OSError as error:
            return error.errno or -1
        finally:
            os.close(handle)
        return 0


def spelled(row: Tunable, place: int, number: int, rest: int) -> bytes:
    """A text with `number` at `place` and `rest` at the other places."""
    numbers = [rest] * max(len(row.fields), 1)
    numbers[place] = number
    return " ".join(map(str, numbers)).encode() + b"\n"


def lowest(kernel: Kernel, row: Tunable, low: int) -> int:
    """The least number that the kernel takes now: local ports have to lie above the privileged ones."""
    first_free = kernel.other("net.ipv4.ip_unprivileged_port_start")
    return max(low, first_free) if row.reads is Reads.PORT_RANGE and isinstance(first_free, int) else low


ODD = [
    b"\n", b" \n", b"-0\n", b"+5\n", b"- 5\n", b"--5\n", b"030\n", b"08\n", b"0x1e\n", b"0X1E\n", b"0x\n",
    b"-0x5\n", b"0b1\n", b"0o17\n", b"1e1\n", b"1.5\n", b"5abc\n", b"5 abc\n", b"5,6\n", b"5,\n", b"5 6\n",
    b"5\t6\n", b"5\n6\n", b"5\x0b6\n", b"\x0b5\n", b"5\x0b\n", b"\xa05\n", b"5\r\n", b"5\0\n", b"\0", b"5",
    b"5   ", b"\n\n5\n", b"5;\n", b"00000000000000000001\n", b"000000000000000000001\n",
    b"-0000000000000000001\n", b"-00000000000000000001\n", b"99999999999999999999\n",
    b"18446744073709551615\n", b"18446744073709551616\n", b"9223372036854775808\n", b"4294967295\n",
    b"4294967296\n", b"4294967297\n", b"2147483647\n", b"2147483648\n", b"-2147483648\n", b"-2147483649\n",
    b"-4294967295\n", b"8589934588\n", b"true\n", b"on\n", b"'5'\n", b'"5"\n',
    b"5" + b" " * 4100 + b"x\n",
    b" " * 4100 + b"5\n", b"2000 3000\n", b"2000\n", b"60999\n", b"2000 abc\n", b"2000abc 3000\n",
    b"5000 4000\n", b"1023 5000\n", b"1024 65536\n", b"1024 5000 x\n", b"02000 0x1000\n", b"-1 5000\n",
    b"2000 -5\n",
    b"2000 -0 7\n", b"8192 4096 4097\n", b"5 0 7\n", b"1 1\n", b"9 9 9 9\n", b"9 9 9 x\n", b"8080\n",
    b"1,2-4,10-10\n", b"5,,6\n", b",5\n", b"5-\n", b"4-2\n", b"010\n", b" 5-6\n", b"5-6 \n", b"5, 6\n",
    b"0,65535\n", b"65536\n", b"-5\n", b"5-6-7\n", b"5-6\n7\n", b"1,2-", b"5-6\0\n", b"5-6\x007\n",
    b"1,65536,2\n", b"reno\n", b"reno \n", b" reno\n", b"RENO\n", b"reno x\n", b"reno\nxx\n", b"reno\0x\n",
    b"nosuch\n", b"a" * 100 + b"\n", b"1-2-3-4\n", b"1-2-3\n", b"1-2-3-4,5-6-7-8\n", b"1-2-3-4,5-6-7\n",
    b"1-2-3-4-5\n", b"x\n", b"0x1-2-3-4\n", b"1x-2-3-4\n", b"1-2-3-4,\n", b"100000000-2-3-4\n", b"-1-2-3-4\n",
    b" 1- 2-3-4\n", b"1-2-3-4 z\n", b"1-2-3-4,5-6-7-8,9\n",
]  # fmt: skip
PIECES = [
    b"0", b"1", b"2", b"5", b"9", b"10", b"255", b"256", b"1024", b"4096", b"32768", b"60999", b"65535", b"65536",
    b"2147483647", b"00", b"0x", b"0", b"-", b",", b" ", b"\t", b"\n", b"\0", b"\x0b", b"\xa0", b"a", b"x",
]  # fmt: skip
