# Copyright (c) 2026, the linuxnet.tcp authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a host is held against: rules, and the waivers that excuse it from some of them until a date."""

from __future__ import annotations

import datetime as dt
import re
import typing as t

from .catalogue import tunable_of
from .errors import InputError, shown
from .findings import Severity
from .settings import Setting, read_settings, read_wanted, satisfied, wanted_to_result
from .tunables import Tunable, Value

EXPECTATIONS = ("equals", "at_least", "at_most", "between", "one_of")
LONGEST_ID = 128
LONGEST_TEXT = 4096
MOST_CHOICES = 64

_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}\Z", re.ASCII)


class Rule(t.NamedTuple):
    """One thing that a host must do."""

    id: str
    accepted: t.Tuple[Setting, ...]
    """Each of them is what the rule asks; more than one only for `one_of`."""
    severity: Severity = Severity.MEDIUM
    why: str = ""
    controls: t.Tuple[t.Mapping[str, t.Any], ...] = ()
    """What demands it: framework, product, version, id and source, as they were given."""

    @property
    def tunable(self) -> Tunable:
        """What the rule is about."""
        return self.accepted[0].tunable

    def met_by(self, value: t.Optional[Value]) -> bool:
        """Whether `value` is what the rule asks. Nothing (None) never is.

        Raises InputError for a value that cannot be compared, such as a text where a number is bounded.
        """
        return any(satisfied(setting, value) for setting in self.accepted)

    def expected(self) -> t.Any:
        """What the rule asks, for a result: a value, or the mapping that was written."""
        if len(self.accepted) == 1:
            return wanted_to_result(self.accepted[0])
        return {"one_of": [wanted_to_result(setting) for setting in self.accepted]}


class Waiver(t.NamedTuple):
    """Somebody has accepted that a rule is not kept."""

    rule: str
    until: dt.date
    """The last day on which it holds."""
    reason: str


def read_rules(raw: t.Sequence[t.Mapping[str, t.Any]]) -> t.Tuple[Rule, ...]:
    """The rules of the parameter `rules`, checked. Raises InputError, one sentence, for the first that is wrong."""
    if not raw:
        raise InputError("rules is empty: a host that is held against nothing is not compliant; give rules")
    rules = tuple(read_rule(entry) for entry in raw)
    _check_unique([rule.id for rule in rules], "rules: {0} is the id of two rules: an id names one")
    return rules


def rules_of_settings(raw: t.Mapping[t.Any, object]) -> t.Tuple[Rule, ...]:
    """A rule for each of `settings`, with its key as the id."""
    rules = tuple(Rule(setting.tunable.key, (setting,)) for setting in read_settings(raw, writable=False))
    if not rules:
        raise InputError("settings is empty: a host that is held against nothing is not compliant; give settings")
    return rules


def read_rule(raw: t.Mapping[str, t.Any]) -> Rule:
    """One rule: `id`, `name`, one of EXPECTATIONS, and what else is known. Raises InputError."""
    name = _text(raw, "id", "rules", LONGEST_ID)
    what = "rule {0}".format(shown(name))
    given = [key for key in EXPECTATIONS if raw.get(key) is not None]
    if len(given) != 1:
        raise InputError(
            "{0} has {1}: give exactly one of {2}".format(
                what, " and ".join(given) or "no expectation", ", ".join(EXPECTATIONS)
            )
        )
    try:
        tunable = tunable_of(raw.get("name"))
        accepted = _accepted(tunable, given[0], raw[given[0]])
    except InputError as error:
        raise InputError("{0}: {1}".format(what, error)) from error
    return Rule(
        id=name,
        accepted=accepted,
        severity=_severity(raw.get("severity"), what),
        why=_text(raw, "why", what, LONGEST_TEXT, required=False),
        controls=_controls(raw.get("controls"), what),
    )


def _accepted(tunable: Tunable, expectation: str, raw: t.Any) -> t.Tuple[Setting, ...]:
    if expectation != "one_of":
        return (Setting(tunable, read_wanted(tunable, {expectation: raw})),)
    if not isinstance(raw, (list, tuple)) or not 0 < len(raw) <= MOST_CHOICES:
        raise InputError(
            "{0} cannot be one of {1}: write a list of 1 to {2} values".format(tunable.key, shown(raw), MOST_CHOICES)
        )
    return tuple(Setting(tunable, read_wanted(tunable, {"equals": value})) for value in raw)


def _severity(raw: t.Any, what: str) -> Severity:
    if raw is None:
        return Severity.MEDIUM
    words = {severity.word: severity for severity in Severity}
    if not isinstance(raw, str) or raw not in words:
        raise InputError("{0} has the severity {1}: give one of {2}".format(what, shown(raw), ", ".join(words)))
    return words[raw]


def _controls(raw: t.Any, what: str) -> t.Tuple[t.Mapping[str, t.Any], ...]:
    entries = raw or ()
    if not isinstance(entries, (list, tuple)) or not all(isinstance(entry, dict) for entry in entries):
        raise InputError(
            "{0} has the controls {1}: write a list of mappings, each with framework and id".format(what, shown(raw))
        )
    return tuple(entries)


def read_waivers(raw: t.Sequence[t.Mapping[str, t.Any]]) -> t.Tuple[Waiver, ...]:
    """The waivers of the parameter `waivers`, checked. Raises InputError for the first that is wrong."""
    waivers = tuple(_waiver(entry) for entry in raw)
    _check_unique([waiver.rule for waiver in waivers], "waivers: {0} is waived twice: keep one of the two")
    return waivers


def _waiver(raw: t.Mapping[str, t.Any]) -> Waiver:
    rule = _text(raw, "rule", "waivers", LONGEST_ID)
    what = "the waiver of {0}".format(shown(rule))
    return Waiver(rule, _date(raw.get("until"), what), _text(raw, "reason", what, LONGEST_TEXT))


def _date(raw: t.Any, what: str) -> dt.date:
    text = str(raw) if isinstance(raw, (str, dt.date)) else ""
    try:
        if _DATE.match(text):
            return dt.datetime.strptime(text, "%Y-%m-%d").replace(tzinfo=dt.timezone.utc).date()
    except ValueError:  # 2026-02-30
        pass
    raise InputError("{0} ends at {1}: give its last day, such as 2027-01-31".format(what, shown(raw)))


def _text(raw: t.Mapping[str, t.Any], key: str, what: str, longest: int, *, required: bool = True) -> str:
    """The text of one entry: printable, so that it may stand in a report and in a terminal."""
    value = raw.get(key)
    if value is None and not required:
        return ""
    if not isinstance(value, str) or (required and not value.strip()):
        raise InputError("{0}: {1} is {2}: write a text".format(what, key, shown(value)))
    if len(value) > longest:
        raise InputError("{0}: {1} has {2} characters: write at most {3}".format(what, key, len(value), longest))
    if not all(char.isprintable() or char == "\n" for char in value) or (key in ("id", "rule") and "\n" in value):
        raise InputError("{0}: {1} is {2}: leave out control characters".format(what, key, shown(value)))
    return value


def _check_unique(ids: t.Sequence[str], sentence: str) -> None:
    seen: t.Set[str] = set()
    for name in ids:
        if name in seen:
            raise InputError(sentence.format(shown(name)))
        seen.add(name)
