# Copyright (c) 2026, the linuxnet.tcp authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whether a file of ours has the last word on a key, and what the boot order would be with other content in
it."""

from __future__ import annotations

import enum
from typing import NamedTuple, Optional

from .._model.boot_files import BootFile, BootFiles, BootFolder, Trouble
from .boot_order import BootOrder, BootValue


class Why(enum.Enum):
    """How a line of ours comes to nothing, each the reason that a result names."""

    NOT_READ = "not_read"
    """No loader reads the file: it is in another folder, hidden, or its name does not end in .conf."""
    MASKED = "masked"
    """A file of the same name in a stronger folder hides it."""
    OTHER_FILE = "other_file"
    """Another file decides the key."""
    LATER = "other_file_later"
    """A program sets the key after the boot loader did."""
    REFUSED = "refused"
    """The kernel would not take the value; no other file decides either."""


class Shadow(NamedTuple):
    """Why our line does not decide, and who does."""

    why: Why
    by: Optional[str]
    """`FILE:LINE`, or a file where it is the whole file that hides ours; None where nobody does."""


def shadow_over(path: bytes, key: str, order: BootOrder, files: BootFiles) -> Optional[Shadow]:
    """What keeps the line for `key` in our file `path` from deciding it at boot; None when it does decide.

    Only means something when our file, as it is in `files`, has a line for the key.
    """
    value = order.values[key]
    ours = next((file for file in order.boot_files if path in (file.path, file.real)), None)
    if ours is None:
        return _unread(path, value, files)
    later = [line for line in value.also_set_in if line.later and not line.refused]
    if later:
        return Shadow(Why.LATER, later[-1].where)
    if value.decider is None:
        return Shadow(Why.REFUSED, None)
    if value.decider.file.real == ours.real:
        return None
    return Shadow(Why.OTHER_FILE, value.decided_by)


def shadow_sentence(key: str, path: str, shadow: Shadow) -> str:
    """Why a line of ours in `path` does not decide `key`, and the way out."""
    by = shadow.by or "nothing"
    if shadow.why is Why.NOT_READ:
        decides = "; {0} decides".format(shadow.by) if shadow.by else ""
        return "{0}: no loader reads {1} at boot{2}; keep it in /etc/sysctl.d, with a name that ends in .conf".format(
            key, path, decides
        )
    if shadow.why is Why.MASKED:
        return "{0}: {1} has the same name in a stronger folder and hides {2}; give another path".format(key, by, path)
    if shadow.why is Why.LATER:
        return "{0}: {1} is applied after boot has read {2}, and decides; change it there".format(key, by, path)
    if shadow.why is Why.REFUSED:
        return "{0}: the kernel would refuse the value at boot".format(key)
    return (
        "{0}: {1} is read after {2} and decides at boot; "
        "remove that line, or give a path that sorts after it".format(key, by, path)
    )


def _unread(path: bytes, value: BootValue, files: BootFiles) -> Shadow:
    """Our file is not among those that boot reads."""
    folder, _slash, name = path.rpartition(b"/")
    for stronger in files.folders:
        if folder in (stronger.path, stronger.real):
            break
        for file in stronger.files:
            if file.name == name:
                return Shadow(Why.MASKED, file.path.decode("utf-8", "replace"))
    return Shadow(Why.NOT_READ, value.decided_by)


def with_file(files: BootFiles, path: bytes, content: Optional[bytes]) -> BootFiles:
    """The same files after a regular file at `path` was written with `content`, or removed (None).

    To know what boot would make of a change before it is made. A `path` in no folder of boot changes only
    what links to it.
    """
    if files.sysctl_conf and path == files.sysctl_conf.path:
        files = files._replace(sysctl_conf=None if content is None else BootFile(path, path, content))
    return files._replace(folders=tuple(_folder_with(folder, path, content) for folder in files.folders))


def _folder_with(folder: BootFolder, path: bytes, content: Optional[bytes]) -> BootFolder:
    parent, _slash, name = path.rpartition(b"/")
    kept = []
    for file in folder.files:
        if file.path == path or (parent == folder.real and file.name == name):
            continue
        if file.real == path:
            trouble = Trouble.ABSENT if content is None else None
            kept.append(file._replace(content=content or b"", trouble=trouble))
        else:
            kept.append(file)
    if content is not None and parent in (folder.path, folder.real) and name.endswith(b".conf"):
        kept.append(BootFile(folder.path + b"/" + name, path, content))
    files = tuple(sorted(kept, key=lambda file: file.name))
    return folder._replace(files=files, trouble=None if files else folder.trouble)
