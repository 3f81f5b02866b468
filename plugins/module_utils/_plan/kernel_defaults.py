# Copyright (c) 2026, the linuxnet.tcp authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the kernel gives a key by itself, as far as that is known: what boot leaves where no file speaks of it.

The catalogue says it in words, for people. Here the words that name numbers are read, and those that name the size of
the kernel's hash table, which newer kernels show.
"""

from __future__ import annotations

import re
from typing import Callable, Dict, Mapping, Tuple

from .._model.running import Running
from .._model.tunables import Tunable, Value

EHASH_ENTRIES = "net.ipv4.tcp_ehash_entries"
"""The key whose running value some defaults depend on; negative where the table is shared with the host."""

_PLAIN = re.compile(r"[0-9]+(?: [0-9]+)*\Z")
_BY_KERNEL = re.compile(r"([0-9]+) since [0-9.]+, ([0-9]+) before\Z")
_ON_OTHERS = re.compile(r"([0-9]+), on (?:older kernels|[0-9.]+) ([0-9]+)(?: or ([0-9]+))?\Z")

_BY_TABLE: Dict[str, Callable[[int], int]] = {
    "ehash_entries / 2": lambda entries: entries // 2,
    "ehash_entries / 128, at least 128": lambda entries: max(128, entries // 128),
}


def kernel_defaults(tunable: Tunable, running: Mapping[str, Running]) -> Tuple[Value, ...]:
    """The values of which this host's kernel starts with one; none when that is not known.

    More than one where kernels differ: which of them a host has is decided by what runs, never by a version.
    """
    text = tunable.default
    if _PLAIN.match(text):
        numbers = tuple(int(word) for word in text.split())
        return (numbers if tunable.fields else numbers[0],)
    for pattern in (_BY_KERNEL, _ON_OTHERS):
        match = pattern.match(text)
        if match:
            return tuple(int(word) for word in match.groups() if word)
    table = running.get(EHASH_ENTRIES)
    if text in _BY_TABLE and table and isinstance(table.value, int):
        return (_BY_TABLE[text](abs(table.value)),)
    return ()
