# Copyright (c) 2026, the linuxnet.tcp authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What of other people's settings linuxnet.tcp.tunables would take, and a reason for each that it would not."""

from __future__ import annotations

import typing as t
from collections.abc import Iterable, Sequence

from ansible_collections.linuxnet.tcp.plugins.module_utils._model.catalogue import tunable_of
from ansible_collections.linuxnet.tcp.plugins.module_utils._model.couplings import check_couplings
from ansible_collections.linuxnet.tcp.plugins.module_utils._model.errors import InputError
from ansible_collections.linuxnet.tcp.plugins.module_utils._model.tunables import Tunable, Value
from ansible_collections.linuxnet.tcp.plugins.module_utils._model.values import Result, to_result
from ansible_collections.linuxnet.tcp.plugins.module_utils._model.wanted_values import parse_wanted
from ansible_collections.linuxnet.tcp.plugins.plugin_utils._foreign import Found, Origin

#: What is to be done about the old lines, by the kind of file.
OLD_LINES = {
    Origin.LINES: "the old lines go on to count at boot until they are taken out of their file",
    Origin.POSIX: "what ansible.posix.sysctl has written stays in its file (/etc/sysctl.conf if none is named) and goes"
    " on to count at boot: take those lines out",
    Origin.ROLE: "the role keeps its settings in a profile of TuneD, which is applied after all files: empty it by"
    " kernel_settings_sysctl with state: empty, or it goes on to decide",
}


class Refused(t.NamedTuple):
    """A setting that is not taken over."""

    found: Found
    why: str


class Note(t.NamedTuple):
    """What to know of a setting that is. `name` is its key, empty for all of them."""

    name: str
    text: str


class Migration(t.NamedTuple):
    """Everything that was found, judged."""

    settings: dict[str, Result]
    refused: list[Refused]
    notes: list[Note]


def migrate(found: Iterable[Found]) -> Migration:
    """Judge each setting, in order; of a key that is set twice the last one counts, as it does on a host."""
    taken: dict[str, tuple[Tunable, Value, Found]] = {}
    refused: list[Refused] = []
    notes: list[Note] = []
    origins: dict[Origin, None] = {}
    for setting in found:
        origins[setting.origin] = None
        try:
            tunable, value = _judged(setting)
        except InputError as error:
            refused.append(Refused(setting, str(error)))
            continue
        variable = min(tunable.key, tunable.same_as or tunable.key)
        if variable in taken and taken[variable][:2] != (tunable, value):
            again = f"{setting.where} sets {tunable.key} again, and the last one counts"
            refused.append(Refused(taken[variable][2], again))
        taken[variable] = (tunable, value, setting)
    for tunable, _value, setting in taken.values():
        notes += [Note(tunable.key, text) for text in _worth_knowing(tunable, setting)]
    notes += _of_pairs([(tunable.key, value) for tunable, value, _setting in taken.values()])
    notes += [Note("", OLD_LINES[origin]) for origin in origins]
    settings = {tunable.key: _as_asked(tunable, value) for tunable, value, _setting in taken.values()}
    return Migration(settings, refused, notes)


def _judged(setting: Found) -> tuple[Tunable, Value]:
    """The tunable and the value that can be taken over. Raises InputError with the reason why it cannot."""
    if setting.trouble:
        raise InputError(setting.trouble)
    tunable = tunable_of(setting.key)
    if tunable.removed:
        way_out = tunable.use_instead or "leave it out"
        raise InputError(f"{tunable.key} is gone since Linux {tunable.removed}: {way_out}")
    if tunable.read_only:
        raise InputError(f"{tunable.key} cannot be set: the kernel only reports it")
    if tunable.secret:
        raise InputError(f"{tunable.key} is a secret and does not belong in a file that everybody reads: keep it apart")
    return tunable, parse_wanted(tunable, setting.value)


def _as_asked(tunable: Tunable, value: Value) -> Result:
    """As a task writes it. No port at all is an empty list there: an empty text is refused as a slip."""
    result = to_result(tunable, value)
    return [] if result == "" else result


def _worth_knowing(tunable: Tunable, setting: Found) -> Iterable[str]:
    yield from setting.notes
    if not tunable.known:
        yield "not in the catalogue: nothing checks its bounds"
    if tunable.hazard:
        yield tunable.hazard


def _of_pairs(values: Sequence[tuple[str, Value]]) -> Iterable[Note]:
    """A pair that no kernel holds together is for the reader to settle."""
    try:
        check_couplings(dict(values), {})
    except InputError as error:
        yield Note("", str(error))
