# Copyright (c) 2026, the linuxnet.tcp authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""/proc/sys: the running values of the kernel's tunables."""

from __future__ import annotations

import os
from typing import Optional, Tuple

from .._model.errors import HostError, shown
from .files import number_of, read_file


def read_value(proc: str, name: str) -> Optional[bytes]:
    """What the file of `name` (`net/ipv4/tcp_fin_timeout`) under `proc`/sys shows; None where there is no such key."""
    return read_file(os.path.join(proc, "sys", name))


def read_numbers(proc: str, name: str) -> Optional[Tuple[int, ...]]:
    """The numbers that the key shows, or None where there is no such key."""
    text = read_value(proc, name)
    if text is None:
        return None
    try:
        return tuple(number_of(word) for word in text.split())
    except ValueError as error:
        raise HostError("{0}/sys/{1} shows {2}, not numbers".format(proc, name, shown(text))) from error


def write_value(proc: str, name: str, text: str) -> None:
    """Give the kernel `text` for `name`, in one write as it requires. Raises OSError with the kernel's reason."""
    descriptor = os.open(os.path.join(proc, "sys", name), os.O_WRONLY | os.O_CLOEXEC)
    try:
        os.write(descriptor, text.encode("utf-8") + b"\n")
    finally:
        os.close(descriptor)


def is_writable(proc: str, name: str) -> bool:
    """Whether this process may write the key: not where /proc/sys is mounted read-only, as in most containers."""
    return os.access(os.path.join(proc, "sys", name), os.W_OK, effective_ids=True)


def is_locked(proc: str, name: str) -> bool:
    """Whether nobody can write the key here: its mode has no write bit, or /proc/sys is mounted read-only."""
    path = os.path.join(proc, "sys", name)
    try:
        return not os.stat(path).st_mode & 0o222 or bool(os.statvfs(path).f_flag & os.ST_RDONLY)
    except OSError:
        return False
