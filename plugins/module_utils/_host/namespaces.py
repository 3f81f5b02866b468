# Copyright (c) 2026, the linuxnet.tcp authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Enter a network namespace by its name, its path or the id of a process in it."""

from __future__ import annotations

import errno
import os
import stat
from contextlib import contextmanager
from typing import Iterator, List, Optional

from .._model.errors import HostError, InputError, NamespaceError, shown

CLONE_NEWNET = 0x40000000
# Where iproute2 keeps the names of namespaces: ip-netns(8).
NAMES = "/run/netns"


def path_of(wanted: str, proc: str = "/proc", names: str = NAMES) -> str:
    """The file that stands for the namespace `wanted`: digits are a process id, a slash makes a path, else a name."""
    if not wanted or "\0" in wanted or wanted in (".", ".."):
        raise InputError(
            "network_namespace is {0}: give the name of a namespace, its path or a process id".format(shown(wanted))
        )
    if wanted.isdigit() and wanted.isascii():
        return os.path.join(proc, wanted, "ns", "net")
    return wanted if "/" in wanted else os.path.join(names, wanted)


def enter(wanted: str, proc: str = "/proc", names: str = NAMES) -> None:
    """Move this process into the network namespace `wanted`; stay where it is when it is in it already.

    Needs CAP_SYS_ADMIN (setns(2)), but for one's own. Raises NamespaceError or InputError; nothing has changed then.
    """
    path = path_of(wanted, proc, names)
    try:
        descriptor = _open(path, wanted)
    except OSError as error:
        raise NamespaceError(_why_not_open(wanted, path, error)) from error
    try:
        theirs, ours = os.fstat(descriptor), os.stat(os.path.join(proc, "self", "ns", "net"))
        if (theirs.st_dev, theirs.st_ino) != (ours.st_dev, ours.st_ino):
            _setns(descriptor)
    except OSError as error:
        raise NamespaceError(_why_not_entered(wanted, error)) from error
    finally:
        os.close(descriptor)


def identity(path: str) -> str:
    """What tells the namespace behind `path` from all others that exist now. Raises OSError."""
    info = os.stat(path)
    return "{0}:{1}".format(info.st_dev, info.st_ino)


def find(wanted: str, proc: str = "/proc", names: str = NAMES) -> Optional[str]:
    """A path of the namespace with the identity `wanted`: by its name, or by a process in it.

    None where neither a name nor a process is left that can be seen from here.
    """
    paths = [os.path.join(names, name) for name in _entries(names)]
    paths += [os.path.join(proc, name, "ns", "net") for name in _entries(proc) if name.isdigit()]
    return next((path for path in paths if _is(path, wanted)), None)


def _is(path: str, wanted: str) -> bool:
    try:
        return identity(path) == wanted
    except OSError:
        return False


def _entries(folder: str) -> List[str]:
    try:
        return os.listdir(folder)
    except OSError:
        return []


@contextmanager
def inside(wanted: str, proc: str = "/proc", names: str = NAMES) -> Iterator[None]:
    """Be in the network namespace `wanted` for a while. Raises as `enter` does."""
    home = os.open(os.path.join(proc, "self", "ns", "net"), os.O_RDONLY | os.O_CLOEXEC)
    try:
        enter(wanted, proc, names)
        try:
            yield
        finally:
            _setns(home)
    finally:
        os.close(home)


def _open(path: str, wanted: str) -> int:
    """Open `path`, but only if it is a plain file, as namespaces are: a FIFO would hang, a device might act."""
    looked_at = os.open(path, os.O_PATH | os.O_CLOEXEC)
    try:
        if not stat.S_ISREG(os.fstat(looked_at).st_mode):
            raise NamespaceError(_not_one(wanted))
        return os.open("/proc/self/fd/{0}".format(looked_at), os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK)
    finally:
        os.close(looked_at)


def _setns(descriptor: int) -> None:
    try:
        # Python has os.setns since 3.12; before that only the C library has it.
        import ctypes  # noqa: PLC0415 - costs 10 ms, and few tasks enter a namespace
    except ImportError as error:
        raise HostError(
            "this host's Python has no ctypes, which entering a network namespace needs: "
            "install it, or leave network_namespace out"
        ) from error
    library = ctypes.CDLL(None, use_errno=True)
    if library.setns(descriptor, CLONE_NEWNET) != 0:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))


def _why_not_open(wanted: str, path: str, error: OSError) -> str:
    if error.errno in (errno.ENOENT, errno.ENOTDIR, errno.ESRCH):
        if wanted.isdigit():
            return "network_namespace is {0}: there is no process with this id".format(shown(wanted))
        return "network_namespace is {0}: {1} does not exist; `ip netns list` shows the names on the host".format(
            shown(wanted), shown(path)
        )
    if error.errno in (errno.EACCES, errno.EPERM):
        way_out = "run the task with become"
        if os.geteuid() == 0:
            way_out = "the process has more rights than this root (CAP_SYS_PTRACE)"
        return "network_namespace is {0}: {1} may not be opened by this user; {2}".format(
            shown(wanted), shown(path), way_out
        )
    return "network_namespace is {0}: cannot open {1}: {2}".format(shown(wanted), shown(path), error.strerror)


def _why_not_entered(wanted: str, error: OSError) -> str:
    if error.errno == errno.EINVAL:
        return _not_one(wanted)
    if error.errno in (errno.EPERM, errno.EACCES):
        return "network_namespace is {0}: only root (CAP_SYS_ADMIN) may enter it; run the task with become".format(
            shown(wanted)
        )
    return "network_namespace is {0}: the kernel refused to enter it: {1}".format(shown(wanted), error.strerror)


def _not_one(wanted: str) -> str:
    return (
        "network_namespace is {0}: this is not a network namespace; "
        "give a name, a path like /run/netns/NAME or a process id".format(shown(wanted))
    )
