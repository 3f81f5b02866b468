# Copyright (c) 2026, the linuxnet.tcp authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Replace a file in a folder that a program watches, whole or not at all."""

from __future__ import annotations

import fcntl
import os
import stat
import time

from .._model.errors import InputError, shown
from .._model.transactions import FileContent
from .safe_files import replace_in

MODE = 0o644
# Seconds to wait for another run that writes there. Whoever owns the folder can hold it for ever, but not us.
PATIENCE, STEP = 10.0, 0.02
# A link in the place of the folder may be the distribution's own; one in the place of the file is nobody's.
_FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC
_FILE = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC


def replace_metrics(folder: str, name: str, data: bytes, check_only: bool = False) -> bool:
    """Whether the file had to be replaced. Raises InputError where the folder cannot be used.

    The folder is often that of an unprivileged user. Nothing in it is followed, so that such a user cannot make root
    write elsewhere.
    """
    try:
        descriptor = os.open(folder, _FOLDER)
    except OSError as error:
        raise InputError("dir is {0}: {1}; give a folder that exists".format(shown(folder), error.strerror)) from error
    try:
        if _holds(descriptor, name, data):
            return False
        if not check_only:
            # Two that replace one file at a time would meet in the name on the side.
            _lock(descriptor, folder)
            replace_in(descriptor, name, FileContent(data, MODE, -1, -1))
    except OSError as error:
        raise InputError(
            "dir is {0}: {1} cannot be written: {2}; give a folder that this user may write, or become root".format(
                shown(folder), name, error.strerror
            )
        ) from error
    else:
        return True
    finally:
        os.close(descriptor)


def _lock(descriptor: int, folder: str) -> None:
    """Be the only one of ours in the folder until it is closed. Raises InputError after PATIENCE, else OSError."""
    end = time.monotonic() + PATIENCE
    while not _locked(descriptor):
        if time.monotonic() > end:
            raise InputError(
                "dir is {0}: somebody else has it locked for {1:.0f} s; look who writes there (fuser)".format(
                    shown(folder), PATIENCE
                )
            )
        time.sleep(STEP)


def _locked(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _holds(folder: int, name: str, data: bytes) -> bool:
    """Whether the file is as it should be: a plain file, this content, this mode."""
    try:
        descriptor = os.open(name, _FILE, dir_fd=folder)
    except OSError:
        return False
    with os.fdopen(descriptor, "rb") as stream:
        info = os.fstat(descriptor)
        right = stat.S_ISREG(info.st_mode) and stat.S_IMODE(info.st_mode) == MODE and info.st_size == len(data)
        return right and stream.read(len(data) + 1) == data
