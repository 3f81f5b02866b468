# Copyright (c) 2026, the linuxnet.tcp authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The files that decide sysctls at boot, as they were found. Paths and contents are bytes, as on the host."""

from __future__ import annotations

import enum
from typing import FrozenSet, NamedTuple, Optional, Tuple

FOLDERS = (
    b"/etc/sysctl.d",
    b"/run/sysctl.d",
    b"/usr/local/lib/sysctl.d",
    b"/usr/lib/sysctl.d",
    b"/lib/sysctl.d",
)
"""Where both loaders look, the strongest first: a name found in one hides the same name in those after it."""

SYSCTL_CONF = b"/etc/sysctl.conf"

UNKNOWN_VERSION: Tuple[int, ...] = ()
"""The program is there, and does not say which it is: taken for a present one."""


class Trouble(enum.Enum):
    """Why a file was not read like a file. What a loader does about it differs, and some never come back."""

    ABSENT = "it does not exist"
    THROUGH_FILE = "its path leads through a file as if that were a folder"
    SLASH_AFTER_FILE = "its path ends in a slash as if it were a folder"
    LOOP = "its links go round in a circle"
    FOLDER = "it is a folder"
    SOCKET = "it is a socket"
    PIPE = "it is a pipe"
    DEVICE = "it is a device"
    UNREADABLE = "it may not be read"
    TOO_LONG = "it is too long"


MISSING = frozenset((Trouble.ABSENT, Trouble.THROUGH_FILE, Trouble.SLASH_AFTER_FILE, Trouble.LOOP))
"""There is nothing at the end of the path."""

NEVER_ENDING = frozenset((Trouble.PIPE, Trouble.DEVICE))
"""A loader that opens such a file waits or reads for ever."""


class BootFile(NamedTuple):
    """One file under the name by which a loader opens it."""

    path: bytes
    """The name, such as /etc/sysctl.d/99-sysctl.conf, seen from the root of the host."""
    real: bytes
    """Where its links lead, as far as they could be followed; the path itself when it is no link."""
    content: bytes = b""
    trouble: Optional[Trouble] = None
    """With TOO_LONG the content is what was read, cut after a whole line; with any other there is no content.
    """

    @property
    def name(self) -> bytes:
        """The last part of the path, which is what loaders sort and mask by."""
        return self.path.rpartition(b"/")[2]


class BootFolder(NamedTuple):
    """One of FOLDERS: every entry whose name ends in .conf, hidden ones too, sorted by name."""

    path: bytes
    real: bytes
    files: Tuple[BootFile, ...] = ()
    trouble: Optional[Trouble] = None
    """ABSENT is the usual case and harmless."""


class LaterWriter(NamedTuple):
    """A program that sets keys when the boot loader is long done."""

    program: str
    """`ufw` or `tuned`."""
    files: Tuple[BootFile, ...] = ()
    """What it reads, in its order."""
    reads_sysctl_d_again: bool = False
    """TuneD with reapply_sysctl (its default): after its profile it applies /run/sysctl.d, /etc/sysctl.d and
    /etc/sysctl.conf once more."""


class BootFiles(NamedTuple):
    """Everything that was found."""

    folders: Tuple[BootFolder, ...] = ()
    """As FOLDERS, the strongest first."""
    sysctl_conf: Optional[BootFile] = None
    """/etc/sysctl.conf; None where there is none."""
    credential: Optional[BootFile] = None
    """`sysctl.extra`, which systemd-sysctl (since 252) reads after all other files when somebody passed it;
    None as a rule."""
    later: Tuple[LaterWriter, ...] = ()
    systemd: Optional[Tuple[int, ...]] = None
    """The version of systemd-sysctl, such as (252,); None where systemd does not boot this host."""
    procps: Optional[Tuple[int, ...]] = None
    """The version of procps' sysctl, such as (4, 0, 2); None where sysctl is another program or absent."""
    busybox: bool = False
    """sysctl is BusyBox's."""
    early_modules: FrozenSet[str] = frozenset()
    """Kernel modules that are loaded by name before sysctls are set; with `_` for `-`."""
    loaded_modules: FrozenSet[str] = frozenset()
    """Kernel modules that are loaded now; what is built into the kernel is not among them."""
