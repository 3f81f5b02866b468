# Copyright (c) 2026, the linuxnet.tcp authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which files are as they were when the host booted, so that boot has read them as they are."""

from __future__ import annotations

import os
from typing import FrozenSet, Iterable, Optional

from .._model.errors import HostError
from .files import number_of, read_file


def boot_time(proc: str) -> Optional[int]:
    """When the kernel was started, in seconds since 1970 (`btime` of /proc/stat); None where that is not told."""
    try:
        text = read_file(os.path.join(proc, "stat")) or b""
    except HostError:
        return None
    for line in text.splitlines():
        words = line.split()
        if len(words) == 2 and words[0] == b"btime":
            try:
                return number_of(words[1])
            except ValueError:
                return None
    return None


def unchanged_since_boot(root: str, proc: str, paths: Iterable[bytes]) -> FrozenSet[bytes]:
    """Those of `paths` (real ones, seen from `root`) whose inodes have not changed since the kernel was started.

    The time of the inode counts (ctime), for that of the content can be set to anything, as archives and `cp -p` do.
    """
    started = boot_time(proc)
    if started is None:
        return frozenset()
    return frozenset(path for path in paths if _changed_before(os.fsencode(root) + b"/" + path, started))


def _changed_before(path: bytes, started: int) -> bool:
    try:
        return os.lstat(path).st_ctime < started
    except OSError:
        return False
