# Copyright (c) 2026, the linuxnet.tcp authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Read small files of the kernel's."""

from __future__ import annotations

import errno
from typing import Optional

from .._model.errors import HostError

# 2**64 has 20.
MOST_DIGITS = 20
# The longest value under /proc/sys is a list of every other port, 190 kB.
ONE_READ = 256 * 1024


def number_of(word: bytes) -> int:
    """The number that `word` is, as the kernel prints them: decimal, of at most 64 bits. Raises ValueError."""
    if len(word) > MOST_DIGITS:
        raise ValueError(word)
    return int(word)


def read_file(path: str) -> Optional[bytes]:
    """The whole file, or None where it does not exist. Any other trouble is a HostError that names the file."""
    try:
        with open(path, "rb", buffering=0) as stream:
            # In one piece: what /proc/sys shows ends with the first read, however short that was.
            return stream.read(ONE_READ) + stream.read()
    except OSError as error:
        if error.errno in (errno.ENOENT, errno.ENOTDIR):
            return None
        raise HostError("cannot read {0}: {1}".format(path, error.strerror)) from error
