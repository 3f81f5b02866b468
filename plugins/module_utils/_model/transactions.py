# Copyright (c) 2026, the linuxnet.tcp authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a run of `tunables` is about to do, what it remembers, and what a run that died has left to settle."""

from __future__ import annotations

from typing import NamedTuple, Optional, Tuple


class FileContent(NamedTuple):
    """A file as it was or shall be: what it holds, and what a replacement must keep of it."""

    data: bytes
    mode: int
    uid: int
    gid: int
    selinux: Optional[bytes] = None


class Place(NamedTuple):
    """Where and when running values are valid: one boot of the kernel, one network namespace of it."""

    boot_id: str
    namespace_id: str


class FirstSeen(NamedTuple):
    """The running value of a key before we first touched it, as the kernel showed it."""

    key: str
    value: str
    place: Place
    network_namespace: Optional[str] = None
    """How the run named the namespace; None for its own. A host or container that has booted anew is the same one by
    this.
    """


class RunningChange(NamedTuple):
    """A write to /proc/sys, in texts as the kernel shows and takes them."""

    key: str
    before: str
    after: str
    secret: bool = False


class FileChange(NamedTuple):
    """Our drop-in before and after; None is no file."""

    path: str
    before: Optional[FileContent]
    after: Optional[FileContent]


class Transaction(NamedTuple):
    """All that one run changes. `records` is the whole of what is remembered, before and after."""

    place: Place
    network_namespace: Optional[str]
    running: Tuple[RunningChange, ...]
    file: Optional[FileChange]
    records_before: Tuple[FirstSeen, ...]
    records_after: Tuple[FirstSeen, ...]
    watched: bool = False
    """Whether the host is watched after it: who dies before the end of the watch has not been judged, and is put
    back.
    """

    @property
    def changes_anything(self) -> bool:
        """Whether there is something to do at all."""
        return bool(self.running or self.file or self.records_before != self.records_after)
