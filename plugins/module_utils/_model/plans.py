# Copyright (c) 2026, the linuxnet.tcp authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a run of `tunables` is asked and finds, what it decides for a key, and what it decides in all."""

from __future__ import annotations

from typing import Any, Mapping, NamedTuple, Optional, Tuple

from .boot_files import BootFiles
from .kernel_writes import Machine
from .running import Reason, Running
from .settings import Setting
from .transactions import FileContent, FirstSeen, Place, Transaction
from .tunables import Value


class Asked(NamedTuple):
    """The parameters of a run, read and checked."""

    settings: Tuple[Setting, ...]
    path: str
    running: bool
    boot: bool
    exclusive: bool
    skip_unavailable: bool
    network_namespace: Optional[str] = None


class Host(NamedTuple):
    """What the host has, read before anything is touched."""

    running: Mapping[str, Running]
    """Every key that is asked for, that our file names, or that ties one of them."""
    machine: Machine
    path: bytes
    """Where our file lies, as the loaders see it: links on the way followed."""
    file: Optional[FileContent]
    boot_files: BootFiles
    first_seen: Tuple[FirstSeen, ...]
    place: Place


class Row(NamedTuple):
    """What becomes of one key. Values as they stand in a result."""

    name: str
    requested: Any
    running_before: Any
    running_after: Any
    boot_before: Any
    boot_after: Any
    decided_by: Optional[str]
    shadowed: bool
    status: str
    reason: Optional[str]


class Plan(NamedTuple):
    """What will be done, and what there is to say about it."""

    transaction: Transaction
    rows: Tuple[Row, ...]
    shadows: Tuple[str, ...]
    """A sentence for each key that our file does not decide at boot, though its value matters."""
    warnings: Tuple[str, ...]

    @property
    def changed(self) -> bool:
        """Whether the host will not be what it was; what we remember does not count."""
        return bool(self.transaction.running or self.transaction.file)


class Step(NamedTuple):
    """What is decided for one key."""

    setting: Setting
    write: Optional[Value] = None
    line: Optional[str] = None
    drop_line: bool = False
    restores: bool = False
    forgets: bool = False
    reason: Optional[Reason] = None
    skipped: bool = False
    note: str = ""
