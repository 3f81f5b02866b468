# Copyright (c) 2026, the linuxnet.tcp authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The files that boot reads sysctls from, and which programs read them. Only reads; _plan/boot_order.py
decides.

Every path is looked up under `root`, links included, so that a captured host stands in for the running one.
"""

from __future__ import annotations

import re
from typing import Dict, FrozenSet, Iterable, Iterator, List, Optional, Tuple

from .._model.boot_files import (
    FOLDERS,
    MISSING,
    SYSCTL_CONF,
    UNKNOWN_VERSION,
    BootFile,
    BootFiles,
    BootFolder,
    LaterWriter,
    Trouble,
)
from . import later_writers
from .rooted import exists, find, names_in, read

LONGEST_FILE = 256 << 10
"""Bytes read of one file, a hundred times what people write; that there is more is reported."""

LARGEST_SUM = 1 << 20
"""Bytes read of all files of sysctl.d together, so that a folder of large files cannot exhaust a small host.
"""

_CREDENTIALS = (
    b"/run/credentials/@system",
    b"/etc/credstore",
    b"/run/credstore",
    b"/usr/local/lib/credstore",
    b"/usr/lib/credstore",
)

_SYSTEMD_SYSCTL = (b"/usr/lib/systemd/systemd-sysctl", b"/lib/systemd/systemd-sysctl")
_SYSCTL = (b"/usr/sbin/sysctl", b"/sbin/sysctl", b"/usr/bin/sysctl", b"/bin/sysctl")
_SYSTEMD_VERSION = re.compile(rb"libsystemd-shared-([0-9]+)")
_PROCPS_VERSION = re.compile(rb"procps-ng (?:version )?([0-9]+(?:\.[0-9]+)*)")

_MODULES_FOLDERS = tuple(folder.replace(b"sysctl.d", b"modules-load.d") for folder in FOLDERS)


def read_boot_files(root: str = "/", proc: str = "/proc") -> BootFiles:
    """Everything under `root` that decides sysctls at boot, and which modules the kernel of `proc` has
    loaded.

    Never fails: what cannot be read is in the records with its reason. About 2 ms on a usual host.
    """
    systemd = systemd_version(root)
    folders = _within_the_sum([read_folder(root, path) for path in FOLDERS])
    sysctl_conf = read_boot_file(root, SYSCTL_CONF)
    return BootFiles(
        folders=tuple(folders),
        sysctl_conf=None if sysctl_conf.trouble in MISSING else sysctl_conf,
        credential=None if systemd is None else _read_credential(root),
        later=_read_later_writers(root),
        systemd=systemd,
        procps=procps_version(root),
        busybox=is_busybox(root),
        early_modules=early_modules(root),
        loaded_modules=loaded_modules(proc),
    )


def read_folder(root: str, path: bytes) -> BootFolder:
    """The entries of one folder whose names end in .conf, hidden ones too, whatever they are."""
    found, names = names_in(root, path)
    files = tuple(read_boot_file(root, path + b"/" + name) for name in names if name.endswith(b".conf"))
    return BootFolder(path, found.real, files, found.trouble)


def read_boot_file(root: str, path: bytes) -> BootFile:
    """One file, at most LONGEST_FILE bytes of it, cut after a whole line."""
    found, content = read(root, path, LONGEST_FILE)
    if found.trouble is Trouble.TOO_LONG:
        content = content[: 1 + max(content.rfind(end) for end in (b"\n", b"\r", b"\0"))]
    return BootFile(path, found.real, content, found.trouble)


def _within_the_sum(folders: List[BootFolder]) -> Iterator[BootFolder]:
    """The same folders; files beyond LARGEST_SUM are marked as unread."""
    left = LARGEST_SUM
    for folder in folders:
        files = []
        for file in folder.files:
            left -= len(file.content)
            files.append(file if left >= 0 else file._replace(content=b"", trouble=Trouble.TOO_LONG))
        yield folder._replace(files=tuple(files))


def _read_credential(root: str) -> Optional[BootFile]:
    """`sysctl.extra`, from the first place that has it (systemd.exec(5), LoadCredential=)."""
    for folder in _CREDENTIALS:
        file = read_boot_file(root, folder + b"/sysctl.extra")
        if file.trouble not in MISSING:
            return file
    return None


def _read_later_writers(root: str) -> Tuple[LaterWriter, ...]:
    """The programs that will set keys once more after boot."""
    found = (later_writers.read_ufw(root, LONGEST_FILE), later_writers.read_tuned(root, LONGEST_FILE))
    return tuple(writer for writer in found if writer)


# -- which programs ------------------------------------------------------------------------------------------


def systemd_version(root: str) -> Optional[Tuple[int, ...]]:
    """The version of the systemd-sysctl that boots this host; None where systemd does not.

    The program alone is no proof: packages bring it into containers that boot without it. /run/systemd/system
    is, which only a running systemd makes (sd_booted(3)), or an init that leads to systemd.
    """
    boots = exists(root, b"/run/systemd/system") or find(root, b"/sbin/init").real.endswith(b"/systemd")
    if not boots:
        return None
    return _version(root, _SYSTEMD_SYSCTL, _SYSTEMD_VERSION)


def procps_version(root: str) -> Optional[Tuple[int, ...]]:
    """The version of procps' sysctl; None where sysctl is BusyBox's or there is none."""
    return None if is_busybox(root) else _version(root, _SYSCTL, _PROCPS_VERSION)


def is_busybox(root: str) -> bool:
    """Whether the program sysctl is BusyBox."""
    leads_to = [find(root, path) for path in _SYSCTL]
    present = [found.real for found in leads_to if found.trouble is None]
    return bool(present) and present[0].rpartition(b"/")[2].startswith(b"busybox")


def _version(root: str, programs: Iterable[bytes], pattern: re.Pattern[bytes]) -> Optional[Tuple[int, ...]]:
    """What the first of `programs` that exists says of itself; UNKNOWN_VERSION when it says nothing, None
    without one."""
    for path in programs:
        found, content = read(root, path, LONGEST_FILE)
        if found.trouble in (None, Trouble.TOO_LONG):
            match = pattern.search(content)
            return tuple(int(part) for part in match.group(1).split(b".")) if match else UNKNOWN_VERSION
    return None


# -- modules -------------------------------------------------------------------------------------------------


def early_modules(root: str) -> FrozenSet[str]:
    """The modules that systemd-modules-load loads before any sysctl is set (modules-load.d(5)), and
    /etc/modules."""
    names = set()
    files: Dict[bytes, BootFile] = {}
    for path in _MODULES_FOLDERS:
        for file in read_folder(root, path).files:
            files.setdefault(file.name, file)
    for file in [*list(files.values()), read_boot_file(root, b"/etc/modules")]:
        names.update(parse_modules(file.content))
    return frozenset(names)


def parse_modules(content: bytes) -> List[str]:
    """The names in a file of modules-load.d; arguments, which /etc/modules may have, are left out."""
    lines = [line.split() for line in content.decode("utf-8", "replace").splitlines()]
    return [words[0].replace("-", "_") for words in lines if words and words[0][0] not in "#;"]


def loaded_modules(proc: str) -> FrozenSet[str]:
    """The modules that are loaded now; what is built into the kernel is not among them."""
    _found, content = read(proc, b"/modules", LONGEST_FILE)
    return frozenset(line.split(" ", 1)[0] for line in content.decode("ascii", "replace").splitlines())
