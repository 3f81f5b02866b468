# Copyright (c) 2026, the linuxnet.tcp authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Read files as the host under a given root would: links lead where they would lead there, and never out of
the root.

Nothing here can block: what is no regular file is never opened, so that a pipe or a device cannot hold us.
"""

from __future__ import annotations

import errno
import os
import stat
from typing import List, NamedTuple, Optional, Tuple

from .._model.boot_files import MISSING, Trouble

MOST_LINKS = 40
"""As many as the kernel follows on one path (MAXSYMLINKS)."""

NULL_DEVICE = b"/dev/null"
"""What a link to it means is the same under every root, also under one that has no devices."""


class Found(NamedTuple):
    """Where a path leads."""

    real: bytes
    """Seen from the root, links followed as far as that went."""
    trouble: Optional[Trouble]
    """None for a regular file, and for the null device, which reads like an empty one."""


def find(root: str, path: bytes) -> Found:
    """Follow `path`, which is absolute seen from `root`, link by link."""
    done: List[bytes] = []
    left = _parts(path)
    links = 0
    mode = stat.S_IFDIR
    while left:
        part = left.pop(0)
        if part in (b".", b".."):
            if not stat.S_ISDIR(mode):
                return Found(_joined(done), _through_file([part, *left]))
            done = done[:-1] if part == b".." else done
            continue
        here = [*done, part]
        if (here + left)[:2] == _parts(NULL_DEVICE):
            return Found(NULL_DEVICE, _through_file((here + left)[2:]))
        try:
            mode = os.lstat(_outside(root, here)).st_mode
            target = os.readlink(_outside(root, here)) if stat.S_ISLNK(mode) else None
        except OSError as error:
            return Found(_joined(here + left), _trouble_of(error))
        if target is None:
            done = here
            continue
        mode = stat.S_IFDIR
        links += 1
        if links > MOST_LINKS:
            return Found(_joined(here + left), Trouble.LOOP)
        done = [] if target.startswith(b"/") else done
        left = _parts(target) + left
    return Found(_joined(done), _TROUBLES.get(stat.S_IFMT(mode)) if done else Trouble.FOLDER)


def _through_file(rest: List[bytes]) -> Optional[Trouble]:
    """What is wrong with a path that goes on with `rest` after a file."""
    if not rest:
        return None
    return Trouble.SLASH_AFTER_FILE if all(part == b"." for part in rest) else Trouble.THROUGH_FILE


def read(root: str, path: bytes, limit: int) -> Tuple[Found, bytes]:
    """Where `path` leads, and the first `limit` bytes of what is there; TOO_LONG when that is not all."""
    found = find(root, path)
    if found.trouble or found.real == NULL_DEVICE:
        return found, b""
    try:
        content = _read_regular(_outside(root, _parts(found.real)), limit + 1)
    except OSError as error:
        return Found(found.real, _trouble_of(error)), b""
    if content is None:
        return Found(found.real, Trouble.UNREADABLE), b""
    if len(content) > limit:
        return Found(found.real, Trouble.TOO_LONG), content[:limit]
    return found, content


def names_in(root: str, path: bytes) -> Tuple[Found, List[bytes]]:
    """Where the folder `path` leads and the names in it, sorted; no names and a trouble where it cannot be
    listed."""
    found = find(root, path)
    if found.trouble is not Trouble.FOLDER:
        return found._replace(trouble=found.trouble or Trouble.THROUGH_FILE), []
    try:
        return Found(found.real, None), sorted(os.listdir(_outside(root, _parts(found.real))))
    except OSError as error:
        return Found(found.real, _trouble_of(error)), []


def exists(root: str, path: bytes) -> bool:
    """Whether anything but a dangling link is at `path`."""
    return find(root, path).trouble not in MISSING | {Trouble.UNREADABLE}


_TROUBLES = {
    stat.S_IFDIR: Trouble.FOLDER,
    stat.S_IFIFO: Trouble.PIPE,
    stat.S_IFSOCK: Trouble.SOCKET,
    stat.S_IFCHR: Trouble.DEVICE,
    stat.S_IFBLK: Trouble.DEVICE,
}

_ERRORS = {errno.ENOENT: Trouble.ABSENT, errno.ENOTDIR: Trouble.THROUGH_FILE, errno.ELOOP: Trouble.LOOP}


def _trouble_of(error: OSError) -> Trouble:
    return _ERRORS.get(error.errno or 0, Trouble.UNREADABLE)


def _read_regular(name: bytes, limit: int) -> Optional[bytes]:
    """Up to `limit` bytes; None when the file was swapped for something else since it was looked at."""
    flags = os.O_RDONLY | os.O_NONBLOCK | os.O_NOFOLLOW | os.O_CLOEXEC | os.O_NOCTTY
    descriptor = os.open(name, flags)
    with os.fdopen(descriptor, "rb") as stream:
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            return None
        return stream.read(limit)


def _parts(path: bytes) -> List[bytes]:
    """The names along the path. A `.` demands a folder before it, and so does a slash at the end."""
    parts = [part for part in path.split(b"/") if part]
    return [*parts, b"."] if path.endswith(b"/") else parts


def _joined(parts: List[bytes]) -> bytes:
    return b"/" + b"/".join(parts)


def _outside(root: str, parts: List[bytes]) -> bytes:
    """The path by which we reach what the host under `root` calls by `parts`."""
    return os.path.join(os.fsencode(root), *parts)
