# Copyright (c) 2026, the linuxnet.tcp authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""From what is asked and what the host has to what will be done: the values to write, the file to leave, and a row a
key.
"""

from __future__ import annotations

from typing import Dict, List, Optional, Sequence, Tuple

from .._model.boot_files import BootFiles
from .._model.catalogue import tunable_of
from .._model.couplings import Change, check_couplings, concerns, write_order
from .._model.errors import MalformedReply
from .._model.plans import Asked, Host, Plan, Row, Step
from .._model.running import Reason
from .._model.settings import Absent, Setting, satisfied, wanted_to_result
from .._model.transactions import FileChange, FileContent, RunningChange, Transaction
from .._model.tunables import Tunable
from .._model.values import equal, parse_kernel, to_kernel, to_result
from .boot_order import BootOrder, BootValue
from .drop_in import assignments, edited
from .first_sights import records_after
from .key_steps import KeySteps
from .our_file import OurFile
from .shadows import Shadow, Why, shadow_over, shadow_sentence

SHADOW_REASONS = {
    Why.NOT_READ: Reason.NOT_READ,
    Why.MASKED: Reason.MASKED,
    Why.OTHER_FILE: Reason.OTHER_FILE,
    Why.LATER: Reason.OTHER_FILE_LATER,
    Why.REFUSED: Reason.REFUSED,
}


def make_plan(asked: Asked, host: Host) -> Plan:
    """Decide. Raises InputError or HostError, one sentence, when something that was asked cannot be; then nothing is
    done.
    """
    return _Planner(asked, host).plan()


def keys_to_read(asked: Asked, file: Optional[FileContent]) -> Tuple[Tunable, ...]:
    """The tunables whose running values a plan needs, beside those that tie keys together."""
    return tuple(setting.tunable for setting in _all_settings(asked, file))


def _all_settings(asked: Asked, file: Optional[FileContent]) -> Tuple[Setting, ...]:
    """What is asked, and with `exclusive` the other keys of our file, which shall go."""
    if not asked.exclusive or file is None:
        return asked.settings
    named = {setting.tunable.key for setting in asked.settings}
    others = dict.fromkeys(line.key for line in assignments(file.data) if line.key not in named)
    return asked.settings + tuple(Setting(tunable_of(key), Absent()) for key in others)


class _Planner:
    """One plan in the making."""

    def __init__(self, asked: Asked, host: Host) -> None:
        self.asked = asked
        self.host = host
        self.file = OurFile(host)

    def plan(self) -> Plan:
        settings = _all_settings(self.asked, self.host.file)
        decide = KeySteps(self.asked, self.host, self.file, settings)
        steps = [decide.step(setting) for setting in settings]
        self._check_couplings(steps)
        data = self._new_data(steps)
        after = self.file.order_with(data)
        shadows = self._shadows(steps, data, after, self.file.files_with(data))
        rows = tuple(self._row(step, after, shadows.get(step.setting.tunable.key)) for step in steps)
        return Plan(
            transaction=self._transaction(steps, data),
            rows=rows,
            shadows=tuple(
                shadow_sentence(key, self.asked.path, shadow)
                for key, shadow in shadows.items()
                if self._matters(key, steps, after, shadow)
            ),
            warnings=tuple(self._warnings(steps, after)),
        )

    def _check_couplings(self, steps: Sequence[Step]) -> None:
        asked = {step.setting.tunable.key: step.write for step in steps if step.write is not None}
        running = {key: row.value for key, row in self.host.running.items() if row.value is not None}
        check_couplings(asked, running)

    def _new_data(self, steps: Sequence[Step]) -> Optional[bytes]:
        changes: Dict[str, Optional[str]] = {}
        for step in steps:
            if step.line is not None:
                changes[step.setting.tunable.key] = step.line
            elif step.drop_line:
                changes[step.setting.tunable.key] = None
        return edited(self.file.data, changes) if changes else self.file.data

    def _shadows(
        self, steps: Sequence[Step], data: Optional[bytes], after: BootOrder, files: BootFiles
    ) -> Dict[str, Shadow]:
        """What keeps lines of ours from deciding at boot, by key."""
        ours = {line.key: line for line in assignments(data or b"")} if self.asked.boot else {}
        found = {}
        for setting in (step.setting for step in steps):
            key = setting.tunable.key
            if key in ours and key in after.values and not isinstance(setting.wanted, Absent):
                shadow = shadow_over(self.host.path, key, after, files) or self._odd_line(setting, after.values[key])
                if shadow is not None:
                    found[key] = shadow
        return found

    def _odd_line(self, setting: Setting, boot: BootValue) -> Optional[Shadow]:
        """A line of our own file that only loaders understand, such as `net.ipv4..key`, decides against what is
        asked.
        """
        return None if satisfied(setting, boot.at_boot) else Shadow(Why.OTHER_FILE, boot.decided_by)

    def _matters(self, key: str, steps: Sequence[Step], after: BootOrder, shadow: Shadow) -> bool:
        """A file that decides the same as we do takes nothing from us; one that is applied later is not known so
        well.
        """
        setting = next(step.setting for step in steps if step.setting.tunable.key == key)
        return shadow.why is Why.LATER or not satisfied(setting, after.values[key].at_boot)

    def _row(self, step: Step, after: BootOrder, shadow: Optional[Shadow]) -> Row:
        tunable = step.setting.tunable
        running = self.host.running[tunable.key]
        boot_before, boot_after = (order.values.get(tunable.key) for order in (self.file.order, after))
        reason = SHADOW_REASONS[shadow.why] if shadow and step.reason is None else step.reason
        return Row(
            name=tunable.key,
            requested=wanted_to_result(step.setting),
            running_before=to_result(tunable, running.value),
            running_after=to_result(tunable, running.value if step.write is None else step.write),
            boot_before=to_result(tunable, boot_before.at_boot if boot_before else None),
            boot_after=to_result(tunable, boot_after.at_boot if boot_after else None),
            decided_by=boot_after.decided_by if boot_after else None,
            shadowed=shadow is not None,
            status=self._status(step),
            reason=reason.value if reason else None,
        )

    def _status(self, step: Step) -> str:
        if step.restores:
            return "restored"
        if step.skipped:
            return "skipped"
        moves_line = step.drop_line or step.line is not None
        return "changed" if step.write is not None or moves_line else "unchanged"

    def _transaction(self, steps: Sequence[Step], data: Optional[bytes]) -> Transaction:
        file = None
        if data != self.file.data:
            file = FileChange(self.asked.path, self.host.file, self._content(data))
        return Transaction(
            place=self.host.place,
            network_namespace=self.asked.network_namespace,
            running=tuple(self._running_change(change) for change in write_order(self._changes(steps))),
            file=file,
            records_before=self.host.first_seen,
            records_after=records_after(steps, self.asked, self.host),
        )

    def _content(self, data: Optional[bytes]) -> Optional[FileContent]:
        if data is None:
            return None
        kept = self.host.file or FileContent(b"", 0o644, -1, -1)
        return kept._replace(data=data)

    def _changes(self, steps: Sequence[Step]) -> List[Change]:
        return [
            Change(step.setting.tunable.key, self.host.running[step.setting.tunable.key].value, step.write)
            for step in steps
            if step.write is not None
        ]

    def _running_change(self, change: Change) -> RunningChange:
        running = self.host.running[change.key]
        return RunningChange(change.key, running.text or "", to_kernel(change.after), running.tunable.secret)

    def _warnings(self, steps: Sequence[Step], after: BootOrder) -> List[str]:
        sentences = [step.note for step in steps if step.note]
        sentences.extend(
            "{0} is not in the catalogue: nothing checks its bounds".format(step.setting.tunable.key)
            for step in steps
            if not step.setting.tunable.known and not isinstance(step.setting.wanted, Absent)
        )
        asked = {}
        for step in steps:
            running = self.host.running[step.setting.tunable.key]
            value = running.value if step.write is None else step.write
            if value is not None and not isinstance(step.setting.wanted, Absent):
                asked[step.setting.tunable.key] = value
        others = {key: row.value for key, row in self.host.running.items() if row.value is not None}
        sentences.extend(concerns(asked, others))
        if self.asked.boot:
            sentences.extend(after.notes)
        return sentences


def same_value(key: str, given: str, shows: str) -> bool:
    """Whether the kernel that was given one text and shows the other has taken it."""
    tunable = tunable_of(key)
    try:
        return equal(tunable, parse_kernel(tunable, given), parse_kernel(tunable, shows))
    except MalformedReply:
        return False
