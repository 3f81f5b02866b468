# Copyright (c) 2026, the linuxnet.tcp authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What several profiles ask of one key, made one: constraints combine, and a contradiction is refused."""

from __future__ import annotations

from typing import Dict, List, NamedTuple, Optional, Sequence, Tuple

from .._model.errors import InputError
from .._model.settings import Absent, AtLeast, AtMost, Between, Fixed, Setting, Wanted, satisfied, wanted_to_result
from .._model.tunables import ANY_NUMBER
from .._model.values import equal


class Asked(NamedTuple):
    """What one profile asks of a key."""

    profile: str
    setting: Setting
    why: str
    source: str


class Merged(NamedTuple):
    """What all profiles together ask of a key."""

    setting: Setting
    why: str
    source: str


def merge(entries: Sequence[Asked]) -> Dict[str, Merged]:
    """One entry a key, in the order in which the keys come first.

    Raises InputError for a key of which two profiles ask what no value is, and names both.
    """
    by_key: Dict[str, List[Asked]] = {}
    for entry in entries:
        by_key.setdefault(entry.setting.tunable.key, []).append(entry)
    return {key: _merged(asked) for key, asked in by_key.items()}


def _merged(asked: Sequence[Asked]) -> Merged:
    setting = asked[0].setting
    for place, entry in enumerate(asked[1:], 1):
        both = combined(setting, entry.setting)
        if both is None:
            raise InputError(_contradiction(asked[:place], entry))
        setting = both
    return Merged(setting, _joined(asked, "why"), _joined(asked, "source"))


def combined(one: Setting, other: Setting) -> Optional[Setting]:
    """What satisfies both, as a setting of the same key; None where no value does."""
    if isinstance(one.wanted, Fixed) and isinstance(other.wanted, Fixed):
        return one if equal(one.tunable, one.wanted.value, other.wanted.value) else None
    for fixed, constraint in ((one, other), (other, one)):
        if isinstance(fixed.wanted, Fixed):
            return fixed if satisfied(constraint, fixed.wanted.value) else None
    low, high = (max(_ends(one.wanted)[0], _ends(other.wanted)[0]), min(_ends(one.wanted)[1], _ends(other.wanted)[1]))
    return Setting(one.tunable, _constraint(low, high)) if low <= high else None


def _ends(wanted: Wanted) -> Tuple[int, int]:
    """The least and the greatest number that a constraint allows."""
    if isinstance(wanted, (Fixed, Absent)):  # pragma: no cover - both callers have dealt with those: it tells mypy
        raise TypeError("a constraint is needed here")
    low = ANY_NUMBER.low if isinstance(wanted, AtMost) else wanted.low
    high = ANY_NUMBER.high if isinstance(wanted, AtLeast) else wanted.high
    return low, high


def _constraint(low: int, high: int) -> Wanted:
    """The constraint with these ends."""
    if high == ANY_NUMBER.high:
        return AtLeast(low)
    return AtMost(high) if low == ANY_NUMBER.low else Between(low, high)


def _contradiction(earlier: Sequence[Asked], entry: Asked) -> str:
    """The sentence that names the two profiles: the first one that does not go with `entry`, else the last."""
    against = next((one for one in earlier if combined(one.setting, entry.setting) is None), earlier[-1])
    return (
        "{0} cannot be what both profiles ask: {1} wants {2}, {3} wants {4}; take one of the two, or say in the "
        "overrides what it shall be".format(
            entry.setting.tunable.key,
            against.profile,
            in_words(against.setting),
            entry.profile,
            in_words(entry.setting),
        )
    )


def in_words(setting: Setting) -> str:
    """What is asked of a key, as it stands in a sentence: `at least 4096`."""
    asked = wanted_to_result(setting)
    if isinstance(asked, dict):
        ((name, bound),) = asked.items()
        ends = " and ".join(str(end) for end in bound) if isinstance(bound, list) else str(bound)
        return "{0} {1}".format(name.replace("_", " "), ends)
    return " ".join(str(item) for item in asked) if isinstance(asked, list) else str(asked)


def _joined(asked: Sequence[Asked], field: str) -> str:
    """The texts of all profiles, each once; where they differ, with the names of the profiles."""
    texts: Dict[str, List[str]] = {}
    for entry in asked:
        texts.setdefault(getattr(entry, field), []).append(entry.profile)
    if len(texts) == 1:
        return next(iter(texts))
    if field == "source":
        return "; ".join(texts)
    return " ".join("{0}: {1}".format(" and ".join(profiles), text) for text, profiles in texts.items())
