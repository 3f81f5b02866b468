# Copyright (c) 2026, the linuxnet.tcp authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whether the next boot will leave what a rule asks, and if not, who is to blame."""

from __future__ import annotations

from typing import List, Mapping, NamedTuple, Optional, Set, Tuple

from .._model.boot_files import BootFiles
from .._model.errors import InputError
from .._model.kernel_writes import Machine, kernel_would_accept
from .._model.rules import Rule
from .._model.running import Reason, Running
from .._model.tunables import Value
from .boot_order import BOOT, RELOAD, AlsoSet, BootOrder, BootValue, loads_later
from .drop_in import assignments
from .kernel_defaults import kernel_defaults


class Boot(NamedTuple):
    """The files that boot reads, and what it makes of them."""

    files: BootFiles
    order: BootOrder
    machine: Machine = Machine()


class Outlook(NamedTuple):
    """What boot will make of the key of a rule."""

    holds: bool
    """Whether what it leaves is surely what the rule asks."""
    reason: Optional[Reason] = None
    value: Optional[Value] = None
    decided_by: Optional[str] = None
    shadowed: bool = False
    """Whether some file asks for what the rule asks, and comes to nothing."""
    file: Optional[bytes] = None
    """The real path of the file that decides."""


def outlook(
    rule: Rule, boot: Boot, running: Mapping[str, Running], started_with: Optional[Value]
) -> Optional[Outlook]:
    """What boot leaves of the key of `rule`. None for a key that is not there.

    `started_with` is the earliest value that is known of this boot: which of several defaults the kernel has.
    """
    value = boot.order.values.get(rule.tunable.key)
    if value is None:
        return None
    later = [line for line in value.also_set_in if line.later and not line.refused]
    if later:
        return _decided_later(rule, boot, later)
    if not value.decider:
        return _without_a_line(rule, value, boot, kernel_defaults(rule.tunable, running), started_with)
    view = _decided_by_file(rule, value, boot)
    if view.holds and loads_later(rule.tunable, True, boot.files):
        return view._replace(holds=False, reason=Reason.MODULE_LOADS_LATER)
    return view


def _decided_later(rule: Rule, boot: Boot, later: List[AlsoSet]) -> Outlook:
    """Programs such as ufw and TuneD come after the files. Which of two comes last is not known: all must agree."""
    wrong = [line for line in later if not _asks(rule, line.value, boot)]
    last = (wrong or later)[-1]
    value = _value_of(rule, last.value, boot)
    if wrong:
        return Outlook(False, Reason.OTHER_FILE_LATER, value, last.where, shadowed=True)
    return Outlook(True, None, value, last.where)


def _decided_by_file(rule: Rule, value: BootValue, boot: Boot) -> Outlook:
    file = value.decider.file.real if value.decider else None
    view = Outlook(True, None, value.at_boot, value.decided_by, file=file)
    if meets(rule, value.at_boot):
        return view
    beaten = _beaten(rule, value, boot)
    if beaten:
        return view._replace(holds=False, reason=beaten, shadowed=True)
    reason = Reason.BOOT_UNKNOWN if value.at_boot is None else Reason.OTHER_FILE
    return view._replace(holds=False, reason=reason)


def _without_a_line(
    rule: Rule, value: BootValue, boot: Boot, defaults: Tuple[Value, ...], started_with: Optional[Value]
) -> Outlook:
    """No file decides: boot leaves what the kernel starts with."""
    beaten = _beaten(rule, value, boot)
    if beaten:
        return Outlook(False, beaten, shadowed=True)
    if any(line.refused for line in value.also_set_in):
        return Outlook(False, Reason.REFUSED)
    if not defaults:
        return Outlook(False, Reason.DEFAULT_UNKNOWN)
    # Where kernels start with different values and one of them runs, this kernel is one that starts with it.
    left = [default for default in defaults if default == started_with] or defaults
    return Outlook(all(meets(rule, default) for default in left), Reason.KERNEL_DEFAULT)


def _beaten(rule: Rule, value: BootValue, boot: Boot) -> Optional[Reason]:
    """How a line that asks for what the rule asks comes to nothing; None when there is no such line."""
    lines = [line for line in value.also_set_in if not line.later and not line.refused]
    good = [line for line in lines if _asks(rule, line.value, boot)]
    if any(BOOT in line.read_by for line in good):
        return Reason.OTHER_FILE
    unread = _unread(rule, boot)
    if unread:
        return unread
    return Reason.NOT_READ if any(RELOAD in line.read_by for line in good) else None


def _unread(rule: Rule, boot: Boot) -> Optional[Reason]:
    """Why a file in the folders of boot that asks for it is not read; None when there is no such file."""
    names: Set[bytes] = set()
    read = {file.path for file in boot.order.boot_files}
    for folder in boot.files.folders:
        for file in folder.files:
            if file.path not in read and _file_asks(rule, file.content, boot):
                return Reason.MASKED if file.name in names else Reason.NOT_READ
        names.update(file.name for file in folder.files)
    return None


def _file_asks(rule: Rule, content: bytes, boot: Boot) -> bool:
    """Whether a file with this content asks for what the rule asks."""
    lines = [line for line in assignments(content) if line.key == rule.tunable.key]
    return bool(lines) and _asks(rule, lines[-1].value, boot)


def _value_of(rule: Rule, text: str, boot: Boot) -> Optional[Value]:
    """What the key would hold after a line with this text."""
    return kernel_would_accept(rule.tunable, text + "\n", machine=boot.machine)


def _asks(rule: Rule, text: str, boot: Boot) -> bool:
    """Whether a line with this text asks for what the rule asks."""
    return meets(rule, _value_of(rule, text, boot))


def meets(rule: Rule, value: Optional[Value]) -> bool:
    """Whether `value` is what the rule asks; what cannot be compared is not."""
    try:
        return rule.met_by(value)
    except InputError:
        return False
