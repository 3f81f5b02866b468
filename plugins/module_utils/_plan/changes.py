# Copyright (c) 2026, the linuxnet.tcp authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""From what is asked and what the host has to what will be done: the values to write, the file to leave, and a row a
key.
"""

from __future__ import annotations

import re
from typing import Any, Dict, List, Mapping, NamedTuple, Optional, Sequence, Tuple

from .._model.boot_files import BootFiles
from .._model.catalogue import CATALOGUE, tunable_of
from .._model.couplings import Change, check_couplings, concerns, write_order
from .._model.errors import HostError, InputError, MalformedReply
from .._model.kernel_writes import Machine, kernel_would_accept
from .._model.running import Availability, Reason, Running
from .._model.settings import Absent, Fixed, Setting, nearest, satisfied, wanted_to_result
from .._model.transactions import FileChange, FileContent, FirstSeen, Place, RunningChange, Transaction
from .._model.tunables import Tunable, Value
from .._model.values import HIDDEN, equal, parse_kernel, to_kernel, to_result
from .boot_order import BootOrder, BootValue, boot_order
from .boot_runs import Kernel
from .drop_in import assignments, edited
from .shadows import Shadow, Why, shadow_over, with_file

SHADOW_REASONS = {
    Why.NOT_READ: Reason.NOT_READ,
    Why.MASKED: Reason.MASKED,
    Why.OTHER_FILE: Reason.OTHER_FILE,
    Why.LATER: Reason.OTHER_FILE_LATER,
    Why.REFUSED: Reason.REFUSED,
}


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


class _Step(NamedTuple):
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
        self.settings = _all_settings(asked, host.file)
        self.data = host.file.data if host.file else None
        self.lines = {line.key: line for line in assignments(self.data or b"")}
        self.before = self._boot_order(host.boot_files)
        self._remaining: Optional[BootOrder] = None

    def plan(self) -> Plan:
        steps = [self._step(setting) for setting in self.settings]
        self._check_couplings(steps)
        data = self._new_data(steps)
        files = self._files_with(data)
        after = self._boot_order(files) if data != self.data else self.before
        shadows = self._shadows(steps, data, after, files)
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

    # One key.

    def _step(self, setting: Setting) -> _Step:
        if isinstance(setting.wanted, Absent):
            return self._absent(setting)
        tunable = setting.tunable
        if tunable.secret and self.asked.boot:
            raise InputError(
                "{0} is a secret and does not belong in a file that everybody reads: "
                "set it with scope [running]".format(
                    tunable.key
                )
            )
        running = self.host.running[tunable.key]
        availability = running.availability
        if availability not in (Availability.PRESENT, Availability.READ_ONLY):
            return self._unavailable(setting, running)
        holds = satisfied(setting, running.value, self.host.machine.hz)
        if availability is Availability.READ_ONLY and self.asked.running and not holds:
            return self._unavailable(setting, running)._replace(line=self._line(setting, running.value))
        after = running.value if holds else nearest(setting, running.value)
        line = self._line(setting, after)
        if self.asked.running and not holds:
            return _Step(setting, write=after, line=line, reason=self._why_changed(setting, line))
        return _Step(setting, line=line, reason=None if holds or line is not None else Reason.DRIFTED)

    def _unavailable(self, setting: Setting, running: Running) -> _Step:
        if not self.asked.skip_unavailable:
            raise HostError("{0}; or set unavailable to 'skip'".format(running.why_not()))
        return _Step(setting, skipped=True, reason=Reason(running.availability.value), note=running.why_not())

    def _line(self, setting: Setting, will_run: Optional[Value]) -> Optional[str]:
        """The value that our file needs for this key; None when its line may stay as it is, or missing."""
        if not self.asked.boot:
            return None
        tunable = setting.tunable
        line = self.lines.get(tunable.key)
        if line is not None and satisfied(setting, self._value_of_line(tunable, line.value)):
            return None
        if isinstance(setting.wanted, Fixed):
            return to_kernel(setting.wanted.value)
        at_boot = self._boot_value(self.before, tunable.key)
        if at_boot is not None and satisfied(setting, at_boot.at_boot):
            return None
        value = will_run if will_run is not None and satisfied(setting, will_run) else nearest(setting, will_run)
        return to_kernel(value)

    def _value_of_line(self, tunable: Tunable, text: str) -> Optional[Value]:
        return kernel_would_accept(tunable, text + "\n", machine=self.host.machine)

    def _why_changed(self, setting: Setting, line: Optional[str]) -> Optional[Reason]:
        """Somebody changed what we had set, where our file already asks the same; or it was never set. Without a
        file nobody knows what we had set last."""
        if self.asked.boot:
            return Reason.DRIFTED if line is None and setting.tunable.key in self.lines else Reason.NEVER_APPLIED
        return None if self._record(setting.tunable) else Reason.NEVER_APPLIED

    def _absent(self, setting: Setting) -> _Step:
        """Take our line away, and give back the running value from before we came."""
        tunable = setting.tunable
        # The host's files say nothing about a namespace that is named: no boot ever sets anything there.
        has_line = tunable.key in self.lines and self.asked.network_namespace is None
        step = _Step(setting, drop_line=has_line and self.asked.boot)
        record = self._record(tunable)
        running = self.host.running[tunable.key]
        if not self.asked.running or not (has_line or record):
            return step
        value = self._value_before_us(tunable, record)
        if running.text is None or value == running.value:
            return step._replace(forgets=True)
        if value is None:
            return step._replace(
                forgets=True,
                reason=Reason.NOT_KNOWN_BEFORE,
                note="{0} stays {1}: what it was before is not known, and no other file sets it".format(
                    tunable.key, to_result(tunable, running.value)
                ),
            )
        if running.availability is Availability.READ_ONLY:
            return self._unavailable(setting, running)._replace(drop_line=step.drop_line)
        return step._replace(forgets=True, write=value, restores=True)

    def _value_before_us(self, tunable: Tunable, record: Optional[FirstSeen]) -> Optional[Value]:
        if record and record.place == self.host.place:
            return parse_kernel(tunable, record.value)
        if self.asked.network_namespace is None:
            at_boot = self._boot_value(self._without_ours(), tunable.key)
            if at_boot is not None and at_boot.at_boot is not None:
                return at_boot.at_boot
        return parse_kernel(tunable, record.value) if record else None

    def _without_ours(self) -> BootOrder:
        """The boot order when all lines that shall go are gone."""
        if self._remaining is None:
            gone: Dict[str, Optional[str]] = {}
            for setting in self.settings:
                if isinstance(setting.wanted, Absent) and self.asked.boot:
                    gone[setting.tunable.key] = None
            self._remaining = self._boot_order(self._files_with(edited(self.data, gone)))
        return self._remaining

    def _record(self, tunable: Tunable) -> Optional[FirstSeen]:
        """What was first seen of this key: in this very place, else before it booted."""
        records = [row for row in self.host.first_seen if row.key == tunable.key and self._concerns_us(row)]
        here = [row for row in records if row.place == self.host.place]
        return here[0] if here else records[0] if records else None

    def _concerns_us(self, record: FirstSeen) -> bool:
        """Seen in this very namespace, or in the one that went by this name before: a boot makes a new one, and so
        does the restart of a container, whose kernel has not booted. Other namespaces have values of their own."""
        return record.place == self.host.place or record.network_namespace == self.asked.network_namespace

    # All keys together.

    def _check_couplings(self, steps: Sequence[_Step]) -> None:
        asked = {step.setting.tunable.key: step.write for step in steps if step.write is not None}
        running = {key: row.value for key, row in self.host.running.items() if row.value is not None}
        check_couplings(asked, running)

    def _new_data(self, steps: Sequence[_Step]) -> Optional[bytes]:
        changes: Dict[str, Optional[str]] = {}
        for step in steps:
            if step.line is not None:
                changes[step.setting.tunable.key] = step.line
            elif step.drop_line:
                changes[step.setting.tunable.key] = None
        return edited(self.data, changes) if changes else self.data

    def _files_with(self, data: Optional[bytes]) -> BootFiles:
        if data == self.data:
            return self.host.boot_files
        return with_file(self.host.boot_files, self.host.path, data)

    def _boot_order(self, files: BootFiles) -> BootOrder:
        present = {key: row.tunable for key, row in self.host.running.items() if row.text is not None}
        return boot_order(files, Kernel(tunables=present, machine=self.host.machine))

    @staticmethod
    def _boot_value(order: BootOrder, key: str) -> Optional[BootValue]:
        return order.values.get(key)

    def _shadows(
        self, steps: Sequence[_Step], data: Optional[bytes], after: BootOrder, files: BootFiles
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

    def _matters(self, key: str, steps: Sequence[_Step], after: BootOrder, shadow: Shadow) -> bool:
        """A file that decides the same as we do takes nothing from us; one that is applied later is not known so
        well.
        """
        setting = next(step.setting for step in steps if step.setting.tunable.key == key)
        return shadow.why is Why.LATER or not satisfied(setting, after.values[key].at_boot)

    # What comes of it.

    def _row(self, step: _Step, after: BootOrder, shadow: Optional[Shadow]) -> Row:
        tunable = step.setting.tunable
        running = self.host.running[tunable.key]
        boot_before, boot_after = (self._boot_value(order, tunable.key) for order in (self.before, after))
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

    def _status(self, step: _Step) -> str:
        if step.restores:
            return "restored"
        if step.skipped:
            return "skipped"
        moves_line = step.drop_line or step.line is not None
        return "changed" if step.write is not None or moves_line else "unchanged"

    def _transaction(self, steps: Sequence[_Step], data: Optional[bytes]) -> Transaction:
        file = None
        if data != self.data:
            file = FileChange(self.asked.path, self.host.file, self._content(data))
        return Transaction(
            place=self.host.place,
            network_namespace=self.asked.network_namespace,
            running=tuple(self._running_change(change) for change in write_order(self._changes(steps))),
            file=file,
            records_before=self.host.first_seen,
            records_after=self._records(steps),
        )

    def _content(self, data: Optional[bytes]) -> Optional[FileContent]:
        if data is None:
            return None
        kept = self.host.file or FileContent(b"", 0o644, -1, -1)
        return kept._replace(data=data)

    def _changes(self, steps: Sequence[_Step]) -> List[Change]:
        return [
            Change(step.setting.tunable.key, self.host.running[step.setting.tunable.key].value, step.write)
            for step in steps
            if step.write is not None
        ]

    def _running_change(self, change: Change) -> RunningChange:
        running = self.host.running[change.key]
        return RunningChange(change.key, running.text or "", to_kernel(change.after), running.tunable.secret)

    def _records(self, steps: Sequence[_Step]) -> Tuple[FirstSeen, ...]:
        """What to remember: a first sight of every key that we change, and nothing of what is given back."""
        forgotten = {step.setting.tunable.key for step in steps if step.forgets}
        records = [
            record for record in self.host.first_seen if record.key not in forgotten or not self._concerns_us(record)
        ]
        for step in steps:
            running = self.host.running[step.setting.tunable.key]
            touched = step.write is not None or step.line is not None
            if touched and not step.forgets and running.text is not None and not self._record(step.setting.tunable):
                key, place = step.setting.tunable.key, self.host.place
                records.append(FirstSeen(key, running.text, place, self.asked.network_namespace))
        return tuple(records)

    def _warnings(self, steps: Sequence[_Step], after: BootOrder) -> List[str]:
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


def diff_of(plan: Plan) -> List[Dict[str, str]]:
    """What changes, as Ansible shows it: the file, and the running values as a table."""
    file = plan.transaction.file
    changing = {change.key for change in plan.transaction.running}
    rows = [row for row in plan.rows if row.name in changing]
    path = file.path if file else ""
    return [
        {
            "before_header": path,
            "after_header": path,
            "before": _text(file.before if file else None),
            "after": _text(file.after if file else None),
        },
        {
            "before_header": "running values",
            "after_header": "running values",
            "before": "".join(_table_line(row.name, row.running_before) for row in rows),
            "after": "".join(_table_line(row.name, row.running_after) for row in rows),
        },
    ]


def _text(content: Optional[FileContent]) -> str:
    """The file for a diff. A secret that somebody keeps in it is hidden, in a comment too."""
    text = "" if content is None else content.data.decode("utf-8", "replace")
    return _SECRET_LINE.sub(lambda match: match.group(1) + " " + HIDDEN, text)


_SECRET_LINE = re.compile(
    "((?:{0})[ \t]*=)[^\n\r\0]*".format("|".join(row.key.rpartition(".")[2] for row in CATALOGUE if row.secret))
)


def _table_line(name: str, value: Any) -> str:
    text = " ".join(str(number) for number in value) if isinstance(value, list) else value
    return "{0} = {1}\n".format(name, text)


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
