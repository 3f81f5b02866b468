# Copyright (c) 2026, the linuxnet.tcp authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Our drop-in as it lies on the host."""

from __future__ import annotations

import os
from typing import Optional

from .._model.errors import HostError, InputError, shown
from .._model.transactions import FileContent
from .safe_files import read_in, trusted_folder


def read_drop_in(path: str) -> Optional[FileContent]:
    """The file at `path`, None where there is none yet. Raises InputError or HostError for a path that is not safe."""
    parent, name = os.path.split(path)
    if not name or not path.startswith("/") or not path.isprintable():
        raise InputError(
            "path is {0}: give the absolute path of a file, such as /etc/sysctl.d/90-mine.conf".format(shown(path))
        )
    try:
        with trusted_folder(parent, "path") as folder:
            return read_in(folder, name, path, "path")
    except OSError as error:
        raise HostError("path is {0}: cannot read it: {1}".format(shown(path), error.strerror)) from error


def seen_from(root: str, path: str) -> bytes:
    """The file at `path` by its name under `root`, with every link on the way followed: as the files of boot are
    named.
    """
    parent, name = os.path.split(path)
    parent, root = os.path.realpath(parent), os.path.realpath(root)
    inside = parent[len(root) :] if (parent + "/").startswith(root.rstrip("/") + "/") and root != "/" else parent
    return os.fsencode(os.path.join(inside or "/", name))
