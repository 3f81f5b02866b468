# Copyright (c) 2026, the linuxnet.tcp authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a loader of sysctl files does to the kernel, write by write; boot_systemd.py and boot_procps.py are
the two loaders."""

from __future__ import annotations

import re
from collections import deque
from typing import Callable, Deque, Dict, Iterable, Iterator, List, Mapping, NamedTuple, Optional, Tuple

from .._model.boot_files import NEVER_ENDING, BootFile, BootFolder
from .._model.kernel_writes import Machine, after_write
from .._model.tunables import Kind, Reads, Tunable, Value
from .boot_keys import keys_of
from .boot_lines import Setting

MOST_MENTIONS = 64
"""Lines about one key that are remembered, the latest; what a host without a flaw has is one or two."""

MOST_PATTERNS = 128
"""Different patterns that are followed, for each costs time for every key."""

_NUMBERS = re.compile(r"[0-9]+( [0-9]+)*\Z")
_PAGE = 4095
"""Bytes that the kernel takes of one write of a list of ports."""
_BEGUN_ITEM = re.compile(rb"[0-9]*(-[0-9]*)?,?\Z")
"""A port or a range, as much of it as fits in a page."""

Target = Tuple[bytes, str]
"""A path below /proc/sys as a loader spells it, and the key that it leads to."""


class Kernel(NamedTuple):
    """What the loaders find."""

    tunables: Mapping[str, Tunable]
    """Every key that exists when the loader runs and that matters, by canonical name: also those whose values
    decide what the kernel takes for others (ip_unprivileged_port_start for ip_local_port_range)."""
    before: Mapping[str, Value] = {}
    """What keys hold before the loader runs, where that is not the default that their row names. What is
    known neither way counts as taken, and a value that only part of it would give is not known."""
    machine: Machine = Machine()
    others: Tuple[str, ...] = ()
    """Keys that exist and do not matter, by canonical name. Only needed for the order in which systemd-sysctl
    takes more than 64 keys that one pattern matches."""


class Origin(NamedTuple):
    """One line of one file."""

    file: BootFile
    line: int

    @property
    def where(self) -> str:
        """`FILE:LINE`, by the name under which the loader reads the file."""
        return "{0}:{1}".format(self.file.path.decode("utf-8", "replace"), self.line)

    @property
    def identity(self) -> Tuple[bytes, int]:
        """Equal for the same line read through a link."""
        return self.file.real, self.line


class Mention(NamedTuple):
    """A line that names a key, by itself or by a pattern, and its value."""

    origin: Origin
    value: bytes


class Run:
    """What one loader does with the files it reads. All by canonical key."""

    def __init__(self, kernel: Kernel) -> None:
        self._kernel = kernel
        self.keys = keys_of((*kernel.tunables, *kernel.others))
        self.values: Dict[str, Optional[Value]] = {**_defaults(kernel.tunables), **kernel.before}
        self.decided: Dict[str, Origin] = {}
        """Which line set the value; a key that no line has set is not in it."""
        self.mentions: Dict[str, Deque[Mention]] = {}
        self.refused: Dict[str, Deque[Tuple[bytes, int]]] = {}
        """The identity of each line about a key that the kernel refused."""
        self.stuck_at: Optional[BootFile] = None
        """The file at which the loader waits for ever, so that it never sets anything more."""
        self.left_out_patterns = False
        """Whether there were more than MOST_PATTERNS."""
        self._patterns: Dict[bytes, List[Target]] = {}

    def expanded(self, pattern: bytes, as_systemd: bool) -> List[Target]:
        """What a pattern means, see Keys.expanded."""
        if pattern not in self._patterns:
            if len(self._patterns) >= MOST_PATTERNS:
                self.left_out_patterns = True
                return []
            self._patterns[pattern] = self.keys.expanded(pattern, as_systemd)
        return self._patterns[pattern]

    def mention(self, setting: Setting, origin: Origin, targets: Iterable[Target]) -> None:
        """Remember that a line names these keys."""
        if setting.value is None:
            return
        for _path, key in targets:
            if key in self._kernel.tunables:
                self.mentions.setdefault(key, deque(maxlen=MOST_MENTIONS)).append(
                    Mention(origin, setting.value)
                )

    def write(self, key: str, value: bytes, origin: Origin, whole: bool = True) -> bool:
        """Write `value` as loaders do, with a line break at the end. Whether the kernel took it.

        Of a long list of ports the kernel takes a page at a time; `whole` is a loader that goes on with the
        next one.
        """
        if key not in self._kernel.tunables:
            return True
        if self._kernel.tunables[key].reads is not Reads.PORTS:
            return self._write(key, value, origin)
        pages = _pages(value)
        return all(self._write(key, so_far, origin) for so_far in (pages if whole else pages[:1]))

    def _write(self, key: str, value: bytes, origin: Origin) -> bool:
        before = self.values.get(key)
        tunable = self._kernel.tunables[key]
        written = after_write(tunable, value + b"\n", before, self.values.get, self._kernel.machine)
        if written.accepted or written.value != before:
            self.values[key] = written.value
            self.decided[key] = origin
        else:
            self.refused.setdefault(key, deque(maxlen=MOST_MENTIONS)).append(origin.identity)
        return written.accepted

    def is_number(self, key: str) -> bool:
        """Whether the kernel says EINVAL when it does not like a value of this key."""
        return self._kernel.tunables[key].reads not in (Reads.CONGESTION_CONTROL, Reads.TEXT)


def _defaults(tunables: Mapping[str, Tunable]) -> Dict[str, Optional[Value]]:
    """What the kernel gives keys by itself, where that is a number on every kernel and machine."""
    values: Dict[str, Optional[Value]] = {}
    for key, tunable in tunables.items():
        if tunable.known and _NUMBERS.match(tunable.default):
            numbers = tuple(int(word) for word in tunable.default.split())
            values[key] = numbers if tunable.kind is Kind.NUMBERS else numbers[0]
    return values


def _pages(value: bytes) -> List[bytes]:
    """A list of ports as far as the kernel has it after each page: whole items only."""
    ends: List[int] = []
    start = 0
    while len(value) - start >= _PAGE:
        end = value.rfind(b",", start, start + _PAGE)
        if end == start + _PAGE - 1 and b"-" not in value[value.rfind(b",", start, end) + 1 : end]:
            # Of the last byte of a page the kernel thinks that it may be the minus of a range: the next page
            # tells.
            end = value.rfind(b",", start, end)
        # What of an item is in the page is read too; only if it may go on is it left for the next one.
        if end < 0 or not _BEGUN_ITEM.match(value, end + 1, start + _PAGE):
            break
        ends.append(end)
        start = end + 1
    return [value[:end] for end in ends] + [value]


Reader = Callable[[bytes, Tuple[int, ...]], Iterator[Setting]]


def settings_of(
    run: Run, files: Iterable[BootFile], version: Tuple[int, ...], read: Reader
) -> Iterator[Tuple[Setting, Origin]]:
    """Every setting of `files` in order; ends early at a file that never ends."""
    for file in files:
        if file.trouble in NEVER_ENDING:
            run.stuck_at = file
            return
        for setting in read(file.content, version):
            yield setting, Origin(file, setting.line)


def merged(folders: Iterable[BootFolder]) -> List[Tuple[BootFolder, BootFile]]:
    """The files that no stronger folder hides, by name, each with its folder."""
    chosen: Dict[bytes, Tuple[BootFolder, BootFile]] = {}
    for folder in folders:
        for file in folder.files:
            chosen.setdefault(file.name, (folder, file))
    return [chosen[name] for name in sorted(chosen)]
