# Copyright (c) 2026, the linuxnet.tcp authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""One setting as somebody else's file has it, before anyone has looked whether it can be."""

from __future__ import annotations

import enum
import typing as t


class Origin(enum.Enum):
    """What kind of file it stood in, and so where its old lines lie on the hosts."""

    LINES = "lines"
    POSIX = "ansible.posix.sysctl"
    ROLE = "kernel_settings"


class Found(t.NamedTuple):
    """A key and a value, as they stand there."""

    key: object
    value: object
    where: str
    """The file and the line or the task, fit to be shown."""
    origin: Origin
    trouble: str = ""
    """Why there is nothing to take over; a sentence."""
    notes: tuple[str, ...] = ()
    """What else the file says of it."""
