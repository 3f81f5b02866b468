# Copyright (c) 2026, the linuxnet.tcp authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a host shows of a tunable now, whether it can be set here, and the words for why something is as it is."""

from __future__ import annotations

import enum
from typing import NamedTuple, Optional

from .tunables import Per, Tunable, Value


class Availability(enum.Enum):
    """Whether this host, in this network namespace, lets the key be set."""

    PRESENT = "present"
    REMOVED = "removed"
    ABSENT_HERE = "absent_here"
    MODULE_NOT_LOADED = "module_not_loaded"
    READ_ONLY = "read_only"
    UNKNOWN = "unknown"


class Reason(enum.Enum):
    """Why a row has the status that it has: the one list for every module."""

    NEVER_APPLIED = "never_applied"
    DRIFTED = "drifted"
    REMOVED = "removed"
    ABSENT_HERE = "absent_here"
    MODULE_NOT_LOADED = "module_not_loaded"
    READ_ONLY = "read_only"
    UNKNOWN = "unknown"
    OTHER_FILE = "other_file"
    OTHER_FILE_LATER = "other_file_later"
    MASKED = "masked"
    NOT_READ = "not_read"
    REFUSED = "refused"
    NOT_KNOWN_BEFORE = "not_known_before"
    DRIFTED_OR_NEVER_APPLIED = "drifted_or_never_applied"
    """What is kept on the host does not tell which of the two."""
    KERNEL_DEFAULT = "kernel_default"
    """No file speaks of the key, so that boot leaves what the kernel starts with."""
    DEFAULT_UNKNOWN = "default_unknown"
    """No file speaks of the key, and what the kernel starts with depends on the machine."""
    BOOT_UNKNOWN = "boot_unknown"
    """A file sets the key in a way whose result cannot be known beforehand."""
    MODULE_LOADS_LATER = "module_loads_later"
    """The kernel module that brings the key is loaded after the files have been read."""
    WAIVED_UNTIL = "waived_until"
    WAIVER_EXPIRED = "waiver_expired"
    UNREADABLE = "unreadable"
    """This user may not read the value, or the kernel did not give it."""
    NOT_COMPARABLE = "not_comparable"
    """The value is not of the kind that the rule asks for."""


class Running(NamedTuple):
    """A key as /proc/sys shows it. `text` and `value` are None where there is no such key."""

    tunable: Tunable
    text: Optional[str]
    value: Optional[Value]
    writable: bool
    locked: bool = False
    """Nobody can write it here: /proc/sys is mounted read-only, or the kernel shows the key without a write bit."""

    @property
    def availability(self) -> Availability:
        """Whether it can be set here, and if not, why. What decides is whether the file exists, never a version."""
        tunable = self.tunable
        if self.text is not None:
            return Availability.PRESENT if self.writable else Availability.READ_ONLY
        if tunable.removed:
            return Availability.REMOVED
        if tunable.module:
            return Availability.MODULE_NOT_LOADED
        return Availability.ABSENT_HERE if tunable.known else Availability.UNKNOWN

    def why_not(self) -> str:
        """A sentence for a key that cannot be set: the reason and the way out."""
        tunable, availability = self.tunable, self.availability
        if availability is Availability.REMOVED:
            way_out = tunable.use_instead or "remove it from settings"
            return "{0} is gone since Linux {1}: {2}".format(tunable.key, tunable.removed, way_out)
        if availability is Availability.MODULE_NOT_LOADED:
            return "{0} is not there: it comes with the kernel module {1}, which is not loaded; load it first".format(
                tunable.key, tunable.module
            )
        if availability is Availability.READ_ONLY:
            return (
                "{0} cannot be written here: /proc/sys is read-only or this user may not; "
                "set it on the host, as root".format(tunable.key)
            )
        if availability is Availability.UNKNOWN:
            return "{0} is no key of this kernel, and not in the catalogue: look for a slip in its name".format(
                tunable.key
            )
        if tunable.per is Per.HOST:
            return "{0} is absent in this network namespace: it belongs to the host; set it there".format(tunable.key)
        came = "; it came with Linux {0}".format(tunable.since) if tunable.since else ""
        return "{0} is absent here: this kernel does not have it{1}; leave it out for this host".format(
            tunable.key, came
        )
