# Copyright (c) 2026, the linuxnet.tcp authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is found on a host: how grave it is, and the records of a broken rule and of a diagnosis."""

from __future__ import annotations

import enum


class Severity(enum.IntEnum):
    """How grave a finding is; ordered, so that two can be compared. In results the name stands, in lower case."""

    INFO = 0
    LOW = 1
    MEDIUM = 2
    HIGH = 3
    CRITICAL = 4

    @property
    def word(self) -> str:
        """As it stands in results and parameters."""
        return self.name.lower()
