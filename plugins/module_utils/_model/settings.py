# Copyright (c) 2026, the linuxnet.tcp authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a user asks of a tunable: a value, or a constraint that leaves alone what satisfies it."""

from __future__ import annotations

import typing as t

from .catalogue import tunable_of
from .errors import InputError, shown
from .tunables import ANY_NUMBER, Bounds, Tunable, Value
from .values import Result, equal, to_result
from .wanted_values import parse_wanted


class Fixed(t.NamedTuple):
    """Exactly this value."""

    value: Value


class AtLeast(t.NamedTuple):
    """A number, or a greater one."""

    low: int


class AtMost(t.NamedTuple):
    """A number, or a smaller one."""

    high: int


class Between(t.NamedTuple):
    """A number from `low` to `high`, both allowed."""

    low: int
    high: int


class Absent(t.NamedTuple):
    """What was before we came."""


Wanted = t.Union[Fixed, AtLeast, AtMost, Between, Absent]


class Setting(t.NamedTuple):
    """One entry of `settings`: the tunable and what is asked of it."""

    tunable: Tunable
    wanted: Wanted


# -- reading -------------------------------------------------------------------------------------------------


def read_settings(
    settings: t.Mapping[t.Any, object], *, absent: bool = False, writable: bool = True
) -> t.Tuple[Setting, ...]:
    """The entries of `settings`, checked, in the order given.

    With `absent` (state: absent) only the keys count, whatever stands beside them: what was once asked may be
    refused by now. With `writable` false (a check that changes nothing) keys that the kernel only reports are
    allowed too. Raises InputError for the first entry that cannot be right on any host.
    """
    if not isinstance(settings, t.Mapping):
        raise InputError("settings cannot be {0}: it is a mapping of key to value".format(shown(settings)))
    entries: t.Dict[str, Setting] = {}
    spelled: t.Dict[str, object] = {}
    for key, raw in settings.items():
        tunable = tunable_of(key)
        variable = min(tunable.key, tunable.same_as or tunable.key)
        if variable in spelled:
            raise InputError(
                "{0} and {1} are two names of one key: keep one of them".format(shown(spelled[variable]), shown(key))
            )
        spelled[variable] = key
        if writable and not absent:
            _check_settable(tunable)
        entries[tunable.key] = Setting(tunable, Absent() if absent else read_wanted(tunable, raw))
    return tuple(entries.values())


def read_wanted(tunable: Tunable, raw: object) -> Wanted:
    """What is asked of `tunable`: a value, or a mapping with one of at_least, at_most, between and equals."""
    if not isinstance(raw, dict):
        return Fixed(parse_wanted(tunable, raw))
    if len(raw) != 1 or next(iter(raw)) not in _CONSTRAINTS:
        names = [shown(name) for name in list(raw)[:8]]
        raise InputError(
            "{0} cannot be a mapping of {1}: write a value, or one of at_least, at_most, between and equals".format(
                tunable.key, " and ".join(names) or "nothing"
            )
        )
    ((name, bound),) = raw.items()
    if name != "equals" and tunable.known and not tunable.is_number:
        raise InputError(
            "{0} cannot be asked {1}: that is for keys of one number; write a value".format(tunable.key, name)
        )
    return _CONSTRAINTS[name](tunable, bound)


def _between(tunable: Tunable, raw: object) -> Between:
    """The two ends of `between`."""
    ends = raw if isinstance(raw, (list, tuple)) else raw.split() if isinstance(raw, str) else []
    if len(ends) != len(("low", "high")):
        raise InputError(
            "{0} cannot be between {1}: write the two ends as a list, such as between: [1, 2]".format(
                tunable.key, shown(raw)
            )
        )
    low, high = (_one_number(tunable, end) for end in ends)
    if low > high:
        raise InputError(
            "{0} cannot be between {1} and {2}: no number is; write the smaller one first".format(
                tunable.key, low, high
            )
        )
    return Between(low, high)


def _one_number(tunable: Tunable, raw: object) -> int:
    """The bound of a constraint."""
    value = parse_wanted(tunable, raw)
    if not isinstance(value, int):
        raise InputError("{0} cannot be bounded by {1}: a bound is one number".format(tunable.key, shown(raw)))
    return value


_CONSTRAINTS: t.Dict[object, t.Callable[[Tunable, object], Wanted]] = {
    "at_least": lambda tunable, raw: AtLeast(_one_number(tunable, raw)),
    "at_most": lambda tunable, raw: AtMost(_one_number(tunable, raw)),
    "between": _between,
    "equals": lambda tunable, raw: Fixed(parse_wanted(tunable, raw)),
}


def _check_settable(tunable: Tunable) -> None:
    """Refuse a key that no host lets anybody set."""
    if tunable.read_only:
        raise InputError("{0} cannot be set: the kernel only reports it; leave it out of settings".format(tunable.key))


# -- deciding ------------------------------------------------------------------------------------------------


def satisfied(setting: Setting, value: t.Optional[Value], hz: t.Optional[int] = None) -> bool:
    """Whether `value`, which the kernel holds or a boot would leave, is what `setting` asks.

    Nothing (None) satisfies nothing. A number outside the sensible bounds satisfies no constraint: a cap of
    -1 means no cap, so it is not at most 5000. `hz` as in values.equal. Absent is not asked here.
    """
    tunable, wanted = setting
    if value is None or isinstance(wanted, Absent):
        return False
    if isinstance(wanted, Fixed):
        return equal(tunable, wanted.value, value, hz)
    return _allowed(tunable, wanted).holds(_number_of(tunable, value))


def nearest(setting: Setting, value: t.Optional[Value]) -> Value:
    """The value to set where `value` does not satisfy: the fixed one, else the nearest that the constraint
    allows.

    Where nothing sensible is known to start from it is the bound itself, the lower one of two.
    """
    tunable, wanted = setting
    if isinstance(wanted, Absent):
        raise ValueError("what was before is not a matter of settings")  # noqa: TRY004 - a setting, not a type
    if isinstance(wanted, Fixed):
        return wanted.value
    number = None if value is None else _number_of(tunable, value)
    if number is None or not _is_sensible(tunable, number):
        return wanted.high if isinstance(wanted, AtMost) else wanted.low
    allowed = _allowed(tunable, wanted)
    return min(max(number, allowed.low), allowed.high)


def _number_of(tunable: Tunable, value: Value) -> int:
    """The one number of `value`; a key outside the catalogue may hold something else."""
    if not isinstance(value, int):
        raise InputError(
            "{0} holds {1}, not one number: ask for a value instead of a constraint".format(
                tunable.key, shown(to_result(tunable, value))
            )
        )
    return value


def _is_sensible(tunable: Tunable, number: int) -> bool:
    """Whether the catalogue would let somebody ask for `number`."""
    return all(bounds.holds(number) for bounds in tunable.sensible)


def _allowed(tunable: Tunable, wanted: t.Union[AtLeast, AtMost, Between]) -> Bounds:
    """The numbers that satisfy a constraint; where it leaves an end open, the sensible one."""
    low, high = tunable.sensible[0] if tunable.sensible else ANY_NUMBER
    return Bounds(
        low if isinstance(wanted, AtMost) else wanted.low,
        high if isinstance(wanted, AtLeast) else wanted.high,
    )


def wanted_to_result(setting: Setting) -> t.Union[Result, t.Dict[str, t.Any]]:
    """What was asked, for a result: a value, or the mapping that was written; None for state: absent."""
    tunable, wanted = setting
    if isinstance(wanted, Fixed):
        return to_result(tunable, wanted.value)
    if isinstance(wanted, AtLeast):
        return {"at_least": wanted.low}
    if isinstance(wanted, AtMost):
        return {"at_most": wanted.high}
    if isinstance(wanted, Between):
        return {"between": [wanted.low, wanted.high]}
    return None
