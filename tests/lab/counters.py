# Copyright (c) 2026, the linuxnet.tcp authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The kernel's own counters, read without the code under test."""

from __future__ import annotations

from pathlib import Path

SNMP = "/proc/net/snmp"
NETSTAT = "/proc/net/netstat"
SOCKSTAT = "/proc/net/sockstat"


def tables(text: str) -> dict[str, int]:
    """/proc/net/snmp and netstat: pairs of lines, names and values; as ``Tcp.CurrEstab``."""
    lines = [line.split() for line in text.splitlines()]
    found = {}
    for names, values in zip(lines[::2], lines[1::2], strict=True):
        group = names[0].rstrip(":")
        found.update({f"{group}.{name}": int(value) for name, value in zip(names[1:], values[1:], strict=True)})
    return found


def minisockets(text: str) -> int:
    """/proc/net/sockstat: ``TCP: inuse 5 orphan 0 tw 3 alloc 7 mem 1`` -> 3."""
    (line,) = [line for line in text.splitlines() if line.startswith("TCP:")]
    words = line.split()
    return int(words[words.index("tw") + 1])


def opened() -> int:
    """Connections opened so far in the caller's namespace."""
    return tables(Path(SNMP).read_text(encoding="ascii"))["Tcp.ActiveOpens"]
