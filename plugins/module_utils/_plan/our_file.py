# Copyright (c) 2026, the linuxnet.tcp authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The file that a run keeps, among all that boot reads: as it is, and what boot would make of other content in it."""

from __future__ import annotations

from typing import Optional

from .._model.boot_files import BootFiles
from .._model.plans import Host
from .boot_order import BootOrder, boot_order
from .boot_runs import Kernel
from .drop_in import assignments
from .shadows import with_file


class OurFile:
    """What the file holds before anything is touched, with the boot order around it."""

    def __init__(self, host: Host) -> None:
        self._host = host
        self.data = host.file.data if host.file else None
        self.lines = {line.key: line for line in assignments(self.data or b"")}
        self.order = self._order_of(host.boot_files)

    def files_with(self, data: Optional[bytes]) -> BootFiles:
        """All files of boot when ours has this content; None is no file."""
        if data == self.data:
            return self._host.boot_files
        return with_file(self._host.boot_files, self._host.path, data)

    def order_with(self, data: Optional[bytes]) -> BootOrder:
        """What boot decides then."""
        return self.order if data == self.data else self._order_of(self.files_with(data))

    def _order_of(self, files: BootFiles) -> BootOrder:
        present = {key: row.tunable for key, row in self._host.running.items() if row.text is not None}
        return boot_order(files, Kernel(tunables=present, machine=self._host.machine))
