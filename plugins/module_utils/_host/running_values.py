# Copyright (c) 2026, the linuxnet.tcp authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The running values of tunables, and what of this machine decides how its kernel reads a write."""

from __future__ import annotations

import os
import time
from typing import Dict, Iterable, Tuple

from .._model.catalogue import CATALOGUE
from .._model.errors import HostError, MalformedReply
from .._model.kernel_writes import Machine
from .._model.keys import key_path
from .._model.running import Running
from .._model.tunables import Tunable
from .._model.values import parse_kernel
from .sysctl_tree import is_locked, is_writable, read_value

CLOCK_MONOTONIC_COARSE = 6


def read_running(proc: str, tunables: Iterable[Tunable], secrets: bool = True) -> Dict[str, Running]:
    """What /proc/sys shows for each of `tunables`, by key. A key that this user may not read counts as read-only.

    Without `secrets` the value of a secret is not read.
    """
    return {
        tunable.key: _read(proc, tunable) if secrets or not tunable.secret else _look_at(proc, tunable)
        for tunable in tunables
    }


def _look_at(proc: str, tunable: Tunable) -> Running:
    """Whether the key is there and may be written; not what it holds."""
    path = key_path(tunable.key)
    exists = os.path.exists(os.path.join(proc, "sys", path))
    if not exists:
        return Running(tunable, None, None, False)
    return Running(tunable, "", None, *_access(proc, path))


def _access(proc: str, path: str) -> Tuple[bool, bool]:
    """Whether this process may write the key, and if not, whether nobody can."""
    writable = is_writable(proc, path)
    return writable, not writable and is_locked(proc, path)


def _read(proc: str, tunable: Tunable) -> Running:
    path = key_path(tunable.key)
    try:
        raw = read_value(proc, path)
    except HostError as error:
        if isinstance(error.__cause__, PermissionError):
            return Running(tunable, "", None, False, is_locked(proc, path))
        if isinstance(error.__cause__, IsADirectoryError):  # net.ipv4 is a folder of keys and none itself
            return Running(tunable, None, None, False)
        raise
    if raw is None:
        return Running(tunable, None, None, False)
    text = raw.decode("utf-8", "replace").strip("\n")
    try:
        value = parse_kernel(tunable, text)
    except MalformedReply:
        value = text
    return Running(tunable, text, value, *_access(proc, path))


def read_machine(proc: str) -> Machine:
    """The ticks of the kernel's clock, which newer keys it has, and which keys it is too old for.

    Which congestion controls a write may name is left open: the kernel loads modules for it.
    """
    newer = {row.newer.evidence for row in CATALOGUE if row.newer}
    telling = newer | {row.older.lacks for row in CATALOGUE if row.older}
    present = frozenset(key for key in telling if os.path.exists(os.path.join(proc, "sys", key_path(key))))
    return Machine(hz=ticks_per_second(), keys=present & newer, lacks=frozenset(telling - newer - present))


def ticks_per_second() -> int:
    """CONFIG_HZ of the running kernel: the coarse clock moves once a tick."""
    return round(1 / time.clock_getres(CLOCK_MONOTONIC_COARSE))
