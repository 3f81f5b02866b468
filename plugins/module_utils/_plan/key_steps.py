# Copyright (c) 2026, the linuxnet.tcp authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a run does for each key by itself: the value to write, the line of our file, or what is given back."""

from __future__ import annotations

from typing import Dict, Optional, Sequence

from .._model.errors import HostError, InputError
from .._model.kernel_writes import kernel_would_accept
from .._model.plans import Asked, Host, Step
from .._model.running import Availability, Reason, Running
from .._model.settings import Absent, Fixed, Setting, nearest, satisfied
from .._model.transactions import FirstSeen
from .._model.tunables import Tunable, Value
from .._model.values import parse_kernel, to_kernel, to_result
from .boot_order import BootOrder
from .drop_in import edited
from .first_sights import record_of
from .our_file import OurFile


class KeySteps:
    """Decides for one key at a time. `settings` are all of the run, with what `exclusive` adds."""

    def __init__(self, asked: Asked, host: Host, file: OurFile, settings: Sequence[Setting]) -> None:
        self._asked = asked
        self._host = host
        self._file = file
        self._settings = settings
        self._remaining: Optional[BootOrder] = None

    def step(self, setting: Setting) -> Step:
        """What to do. Raises InputError or HostError, one sentence, when it cannot be done."""
        if isinstance(setting.wanted, Absent):
            return self._absent(setting)
        tunable = setting.tunable
        if tunable.secret and self._asked.boot:
            raise InputError(
                "{0} is a secret and does not belong in a file that everybody reads: "
                "set it with scope [running]".format(
                    tunable.key
                )
            )
        running = self._host.running[tunable.key]
        availability = running.availability
        if availability not in (Availability.PRESENT, Availability.READ_ONLY):
            return self._unavailable(setting, running)
        holds = satisfied(setting, running.value, self._host.machine.hz)
        if availability is Availability.READ_ONLY and self._asked.running and not holds:
            return self._unavailable(setting, running)._replace(line=self._line(setting, running.value))
        after = running.value if holds else nearest(setting, running.value)
        line = self._line(setting, after)
        if self._asked.running and not holds:
            return Step(setting, write=after, line=line, reason=self._why_changed(setting, line))
        return Step(setting, line=line, reason=None if holds or line is not None else Reason.DRIFTED)

    def _unavailable(self, setting: Setting, running: Running) -> Step:
        if not self._asked.skip_unavailable:
            raise HostError("{0}; or set unavailable to 'skip'".format(running.why_not()))
        return Step(setting, skipped=True, reason=Reason(running.availability.value), note=running.why_not())

    def _line(self, setting: Setting, will_run: Optional[Value]) -> Optional[str]:
        """The value that our file needs for this key; None when its line may stay as it is, or missing."""
        if not self._asked.boot:
            return None
        tunable = setting.tunable
        line = self._file.lines.get(tunable.key)
        if line is not None and satisfied(setting, self._value_of_line(tunable, line.value)):
            return None
        if isinstance(setting.wanted, Fixed):
            return to_kernel(setting.wanted.value)
        at_boot = self._file.order.values.get(tunable.key)
        if at_boot is not None and satisfied(setting, at_boot.at_boot):
            return None
        value = will_run if will_run is not None and satisfied(setting, will_run) else nearest(setting, will_run)
        return to_kernel(value)

    def _value_of_line(self, tunable: Tunable, text: str) -> Optional[Value]:
        return kernel_would_accept(tunable, text + "\n", machine=self._host.machine)

    def _why_changed(self, setting: Setting, line: Optional[str]) -> Optional[Reason]:
        """Somebody changed what we had set, where our file already asks the same; or it was never set. Without a
        file nobody knows what we had set last."""
        if self._asked.boot:
            return Reason.DRIFTED if line is None and setting.tunable.key in self._file.lines else Reason.NEVER_APPLIED
        return None if record_of(setting.tunable, self._asked, self._host) else Reason.NEVER_APPLIED

    def _absent(self, setting: Setting) -> Step:
        """Take our line away, and give back the running value from before we came."""
        tunable = setting.tunable
        # The host's files say nothing about a namespace that is named: no boot ever sets anything there.
        has_line = tunable.key in self._file.lines and self._asked.network_namespace is None
        step = Step(setting, drop_line=has_line and self._asked.boot)
        record = record_of(tunable, self._asked, self._host)
        running = self._host.running[tunable.key]
        if not self._asked.running or not (has_line or record):
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
        if record and record.place == self._host.place:
            return parse_kernel(tunable, record.value)
        if self._asked.network_namespace is None:
            at_boot = self._without_ours().values.get(tunable.key)
            if at_boot is not None and at_boot.at_boot is not None:
                return at_boot.at_boot
        return parse_kernel(tunable, record.value) if record else None

    def _without_ours(self) -> BootOrder:
        """The boot order when all lines that shall go are gone."""
        if self._remaining is None:
            gone: Dict[str, Optional[str]] = {}
            for setting in self._settings:
                if isinstance(setting.wanted, Absent) and self._asked.boot:
                    gone[setting.tunable.key] = None
            self._remaining = self._file.order_with(edited(self._file.data, gone))
        return self._remaining
