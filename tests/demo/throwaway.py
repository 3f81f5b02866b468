# Copyright (c) 2026, the linuxnet.tcp authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A host to throw away, made without root: user, network and mount namespaces of this process's own.

In it an ordinary user is root over a TCP stack of its own and over empty folders where settings and memory would lie.
Nothing that is done there reaches the machine, and it is gone with the process.
"""

from __future__ import annotations

import ctypes
import fcntl
import os
import socket
import struct
import sys
from pathlib import Path

CLONE_NEWNS, CLONE_NEWUSER, CLONE_NEWNET = 0x00020000, 0x10000000, 0x40000000  # <linux/sched.h>
MS_BIND, MS_REC, MS_PRIVATE = 4096, 16384, 1 << 18  # <linux/mount.h>
SIOCSIFFLAGS, IFF_UP = 0x8914, 1  # <linux/sockios.h>, <linux/if.h>

#: What a run of the role reads, writes or locks; the first two it cannot do without.
FOLDERS = (
    "/etc/sysctl.d", "/var/lib", "/run/lock", "/run/sysctl.d", "/usr/lib/sysctl.d", "/usr/local/lib/sysctl.d",
)  # fmt: skip
NEEDED = FOLDERS[:2]
FILES = ("/etc/sysctl.conf",)
#: A key of this namespace that the demo sets.
PROBE = Path("/proc/sys/net/ipv4/tcp_max_tw_buckets")

_libc = ctypes.CDLL(None, use_errno=True)


class CannotRun(Exception):
    """This machine does not let us; the sentence says why."""


def enter(kept: Path) -> None:
    """Make this process root on a host of its own. `kept` must not lie in a folder that is emptied there.

    Has to be called while there is one thread only. Raises CannotRun.
    """
    uid, gid = os.getuid(), os.getgid()
    for path in (kept, Path(sys.prefix).resolve(), Path(sys.base_prefix).resolve()):
        if inside := [folder for folder in FOLDERS if path.is_relative_to(folder)]:
            raise CannotRun(f"{path} lies in {inside[0]}, which the demo empties for itself")
    try:
        call("unshare", CLONE_NEWUSER | CLONE_NEWNS | CLONE_NEWNET)
        _map(uid, gid)
        mount("none", "/", "none", MS_REC | MS_PRIVATE)
        for folder in NEEDED:
            see_to(Path(folder))
        for folder in FOLDERS:
            if Path(folder).is_dir() and not Path(folder).is_symlink():
                mount("demo", folder, "tmpfs", 0, "mode=755,size=16m")
        for file in FILES:
            if Path(file).is_file():
                mount(os.devnull, file, "none", MS_BIND)
        _loopback_up()
        PROBE.write_text(PROBE.read_text(encoding="ascii"), encoding="ascii")
    except OSError as error:
        raise CannotRun(f"{error.filename or 'the kernel'}: {error.strerror}") from error


def _map(uid: int, gid: int) -> None:
    """We are root here, and nobody else has a name (user_namespaces(7))."""
    own = Path("/proc/self")
    (own / "setgroups").write_text("deny", encoding="ascii")
    (own / "uid_map").write_text(f"0 {uid} 1\n", encoding="ascii")
    (own / "gid_map").write_text(f"0 {gid} 1\n", encoding="ascii")


def see_to(folder: Path) -> None:
    """Where there is no such folder, as without procps, there is one in our mount namespace, and only there.

    The folder above it becomes one of ours, in which everything else is what it was.
    """
    if folder.is_dir():
        return
    # What is made for the moment needs a place; this one is emptied afterwards anyway, and what is bound there stays.
    above, spare = folder.parent, next((Path(place) for place in FOLDERS if Path(place).is_dir()), None)
    if spare is None:
        raise CannotRun(f"there is no folder {folder} here")
    mount("demo", str(spare), "tmpfs", 0, "mode=755,size=1m")
    old, new = spare / "old", spare / "new"
    for place in (old, new, new / folder.name):
        place.mkdir()
    mount(str(above), str(old), "none", MS_BIND | MS_REC)
    for entry in old.iterdir():
        ours = new / entry.name
        if entry.is_symlink():
            ours.symlink_to(entry.readlink())
        elif entry.is_dir():
            ours.mkdir()
            mount(str(entry), str(ours), "none", MS_BIND | MS_REC)
        else:
            ours.touch()
            mount(str(entry), str(ours), "none", MS_BIND)
    mount(str(new), str(above), "none", MS_BIND | MS_REC)


def mount(source: str, target: str, kind: str, flags: int, options: str = "") -> None:
    """Mount as the system call does. Raises OSError."""
    texts = [text.encode() for text in (source, target, kind)]
    call("mount", *texts, ctypes.c_ulong(flags), options.encode(), about=target)


def _loopback_up() -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as any_socket:
        fcntl.ioctl(any_socket, SIOCSIFFLAGS, struct.pack("16sh14x", b"lo", IFF_UP))


def call(name: str, *arguments: object, about: str = "") -> None:
    """Call a function of the C library that says by -1 that it failed. Raises OSError, with what it is `about`."""
    if getattr(_libc, name)(*arguments) != 0:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number), about or f"{name}()")
