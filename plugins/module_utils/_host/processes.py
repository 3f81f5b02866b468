# Copyright (c) 2026, the linuxnet.tcp authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which process holds which socket: one pass over the open descriptors of /proc."""

from __future__ import annotations

import os
from typing import Dict, Iterator, Mapping, Optional

from .._model.readings import Holder, Owners
from .._model.states import State


def find_owners(proc: str, sockets: Mapping[int, State], nobodys: int) -> Owners:
    """Who holds `sockets` (inode to state). `nobodys` more are known to have no process.

    An ordinary user may look into own processes only (proc(5)); processes that end meanwhile are passed over.
    """
    holders = []
    attributed = set()
    unseen = 0
    for pid in _process_ids(proc):
        try:
            inodes = [inode for inode in _socket_inodes(os.path.join(proc, pid, "fd")) if inode in sockets]
        except PermissionError:
            unseen += 1
            continue
        except OSError:
            continue
        if inodes:
            held: Dict[State, int] = {}
            for inode in set(inodes):
                held[sockets[inode]] = held.get(sockets[inode], 0) + 1
            attributed.update(inodes)
            holders.append(Holder(int(pid), _command(proc, pid), held))
    # Mounted with hidepid=2, /proc shows an ordinary user no other's process, and so not the first one (proc(5)).
    hidden = not os.path.exists(os.path.join(proc, "1"))
    return Owners(holders, len(sockets) - len(attributed) + nobodys, unseen, hidden)


def _process_ids(proc: str) -> Iterator[str]:
    try:
        names = os.listdir(proc)
    except OSError:
        return
    for name in names:
        if name.isascii() and name.isdigit():
            yield name


def _socket_inodes(folder: str) -> Iterator[int]:
    for name in os.listdir(folder):
        inode = _inode_of(os.path.join(folder, name))
        if inode is not None:
            yield inode


def _inode_of(link: str) -> Optional[int]:
    """The number of `socket:[4711]`; None for a descriptor of another kind, or one closed meanwhile."""
    try:
        target = os.readlink(link)
    except FileNotFoundError:
        return None
    if not (target.startswith("socket:[") and target.endswith("]")):
        return None
    number = target[len("socket:[") : -1]
    return int(number) if number.isascii() and number.isdigit() else None


def _command(proc: str, pid: str) -> str:
    """The process's name as the kernel keeps it, at most 15 bytes; it may hold any byte but NUL."""
    try:
        with open(os.path.join(proc, pid, "comm"), "rb") as stream:
            return stream.read().rstrip(b"\n").decode("utf-8", "replace")
    except OSError:
        return ""
