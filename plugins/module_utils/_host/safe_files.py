# Copyright (c) 2026, the linuxnet.tcp authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Read and replace files as root where other users may be about: through no link that they could plant, whole or not
at all.

A folder is trusted when it belongs to root or to this user and nobody else may move what lies in it. Every folder on
the
way is looked at; a link on the way is followed only when it lies in a trusted folder and belongs to a trusted owner.
"""

from __future__ import annotations

import errno
import os
import stat
from contextlib import contextmanager, suppress
from typing import Iterator, List, Optional, Tuple

from .._model.errors import HostError, InputError, shown
from .._model.transactions import FileContent

# A drop-in has kilobytes. Far more is a mistake or an attack, and would be held in memory several times.
LARGEST = 1024 * 1024
MOST_LINKS = 40
SELINUX = "security.selinux"
TEMPORARY = ".linuxnet-tcp.{0}.tmp"
# Characters of a name that fit into it, so that the name of a file may be as long as names of files are (255 bytes).
LONGEST_STEM = 50


@contextmanager
def trusted_folder(path: str, what: str) -> Iterator[int]:
    """A descriptor of the folder `path`, every part of the way to it trusted. `what` names the parameter in messages.

    Raises InputError where the way is not safe or not there, HostError where the host does not let us look.
    """
    try:
        descriptor = _walk(path, what)
    except OSError as error:
        raise HostError("{0} is {1}: cannot look at it: {2}".format(what, shown(path), error.strerror)) from error
    try:
        yield descriptor
    finally:
        os.close(descriptor)


def _walk(path: str, what: str) -> int:
    if not path.startswith("/"):
        raise InputError("{0} is {1}: give an absolute path".format(what, shown(path)))
    todo = [part for part in path.split("/") if part not in ("", ".")]
    open_folders: List[int] = [os.open("/", _FOLDER)]
    links = 0
    try:
        _check_folder(open_folders[-1], "/", path, what)
        while todo:
            part = todo.pop(0)
            if part == "..":
                if len(open_folders) > 1:
                    os.close(open_folders.pop())
                continue
            target = _link_target(open_folders[-1], part, path, what)
            if target is not None:
                links += 1
                if links > MOST_LINKS:
                    raise InputError("{0} is {1}: its links lead in a circle".format(what, shown(path)))
                if target.startswith("/"):
                    while len(open_folders) > 1:
                        os.close(open_folders.pop())
                todo = [piece for piece in target.split("/") if piece not in ("", ".")] + todo
                continue
            open_folders.append(_open_folder(open_folders[-1], part, path, what))
            _check_folder(open_folders[-1], part, path, what)
        return open_folders.pop()
    finally:
        for descriptor in open_folders:
            os.close(descriptor)


_FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC


def _open_folder(parent: int, name: str, path: str, what: str) -> int:
    try:
        return os.open(name, _FOLDER, dir_fd=parent)
    except OSError as error:
        if error.errno == errno.ENOENT:
            raise InputError("{0} is {1}: the folder {2} does not exist; create it first".format(
                what, shown(path), shown(name)
            )) from error
        if error.errno == errno.ENOTDIR:
            raise InputError("{0} is {1}: {2} is no folder".format(what, shown(path), shown(name))) from error
        raise HostError("{0} is {1}: cannot open the folder {2}: {3}".format(
            what, shown(path), shown(name), error.strerror
        )) from error


def _link_target(parent: int, name: str, path: str, what: str) -> Optional[str]:
    """Where the link `name` leads, None where it is no link. A link of another user is refused."""
    try:
        info = os.stat(name, dir_fd=parent, follow_symlinks=False)
    except FileNotFoundError:
        return None
    if not stat.S_ISLNK(info.st_mode):
        return None
    if not trusted_owner(info.st_uid):
        raise InputError("{0} is {1}: {2} on the way is a link that belongs to user {3}".format(
            what, shown(path), shown(name), info.st_uid
        ))
    return os.readlink(name, dir_fd=parent)


def _check_folder(descriptor: int, name: str, path: str, what: str) -> None:
    info = os.fstat(descriptor)
    others_write = info.st_mode & (stat.S_IWGRP | stat.S_IWOTH)
    # In a sticky folder others can add entries but not move ours, and what they add is refused or replaced: see
    # read_in.
    if info.st_mode & stat.S_ISVTX:
        others_write = 0
    if others_write or not trusted_owner(info.st_uid):
        raise InputError(
            "{0} is {1}: other users may write in the folder {2}, and could swap the file; use one of root's".format(
                what, shown(path), shown(name)
            )
        )


def trusted_owner(uid: int) -> bool:
    """Whether a file of this owner cannot have been planted by somebody else.

    In a user namespace, root's own files outside it show the overflow id, and so count as root's.
    """
    return uid in (0, os.geteuid()) or (uid == _overflow_uid() and _in_user_namespace())


def _overflow_uid() -> int:
    try:
        with open("/proc/sys/kernel/overflowuid", "rb") as stream:
            return int(stream.read())
    except (OSError, ValueError):
        return 65534


def _in_user_namespace() -> bool:
    """Whether some user ids of the host have no name here (user_namespaces(7))."""
    try:
        with open("/proc/self/uid_map", "rb") as stream:
            return [int(word) for word in stream.read().split()] != [0, 0, 4294967295]
    except (OSError, ValueError):
        return False


def read_in(folder: int, name: str, path: str, what: str, largest: int = LARGEST) -> Optional[FileContent]:
    """The plain file `name` in the open `folder`; None where there is none. Anything else there is refused, and so is a
    file of more than `largest` bytes.
    """
    try:
        info = os.stat(name, dir_fd=folder, follow_symlinks=False)
    except FileNotFoundError:
        return None
    _check_plain(info, path, what)
    descriptor = os.open(name, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC, dir_fd=folder)
    with os.fdopen(descriptor, "rb") as stream:
        info = os.fstat(descriptor)
        _check_plain(info, path, what)
        data = stream.read(largest + 1)
    if len(data) > largest:
        raise InputError("{0} is {1}: the file has more than {2} bytes, too many for a file of settings".format(
            what, shown(path), largest
        ))
    return FileContent(data, stat.S_IMODE(info.st_mode), info.st_uid, info.st_gid, _selinux_of(folder, name))


def _check_plain(info: os.stat_result, path: str, what: str) -> None:
    if stat.S_ISLNK(info.st_mode):
        raise InputError("{0} is {1}: this is a link; give the path of the file itself".format(what, shown(path)))
    if not stat.S_ISREG(info.st_mode):
        kind = "a folder" if stat.S_ISDIR(info.st_mode) else "no plain file"
        raise InputError("{0} is {1}: this is {2}; give the path of a file".format(what, shown(path), kind))
    if not trusted_owner(info.st_uid):
        raise InputError("{0} is {1}: the file belongs to user {2}, not to root; remove it or give another path".format(
            what, shown(path), info.st_uid
        ))


def _selinux_of(folder: int, name: str) -> Optional[bytes]:
    try:
        return os.getxattr("/proc/self/fd/{0}/{1}".format(folder, name), SELINUX, follow_symlinks=False)
    except OSError:
        return None


def replace_in(folder: int, name: str, content: FileContent) -> None:
    """Put `content` in the place of `name`, whole or not at all, and make it last: write aside, sync, rename, sync.

    The name of the file on the side begins with a dot and does not end in .conf, so that no loader reads it; it is
    removed where anything fails. Raises OSError.
    """
    temporary = _aside(name)
    _unlink_if_there(folder, temporary)
    try:
        _write_new(folder, temporary, content)
        os.rename(temporary, name, src_dir_fd=folder, dst_dir_fd=folder)
    except BaseException:
        _unlink_quietly(folder, temporary)
        raise
    os.fsync(folder)


def clear_aside(folder: int, name: str) -> None:
    """Remove what a run that died while it replaced `name` may have left on the side. Raises OSError."""
    _unlink_if_there(folder, _aside(name))


def _aside(name: str) -> str:
    return TEMPORARY.format(name[:LONGEST_STEM])


def _write_new(folder: int, name: str, content: FileContent) -> None:
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
    descriptor = os.open(name, flags, 0o600, dir_fd=folder)
    try:
        view = memoryview(content.data)
        while view:
            view = view[os.write(descriptor, view) :]
        if content.uid >= 0 and (content.uid, content.gid) != _owner_of(descriptor):
            os.fchown(descriptor, content.uid, content.gid)
        os.fchmod(descriptor, content.mode)
        if content.selinux is not None:
            _label(descriptor, content.selinux)
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _owner_of(descriptor: int) -> Tuple[int, int]:
    info = os.fstat(descriptor)
    return info.st_uid, info.st_gid


def _label(descriptor: int, context: bytes) -> None:
    """Keep the SELinux context; where it is already that, or SELinux is off, there is nothing to set."""
    try:
        if os.getxattr(descriptor, SELINUX) == context:
            return
    except OSError:
        pass
    os.setxattr(descriptor, SELINUX, context)


def remove_in(folder: int, name: str) -> None:
    """Remove `name` for good. Gone already is as good. Raises OSError."""
    _unlink_if_there(folder, name)
    os.fsync(folder)


def _unlink_if_there(folder: int, name: str) -> None:
    with suppress(FileNotFoundError):
        os.unlink(name, dir_fd=folder)


def _unlink_quietly(folder: int, name: str) -> None:
    with suppress(OSError):
        os.unlink(name, dir_fd=folder)
