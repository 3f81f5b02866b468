# Copyright (c) 2026, the linuxnet.tcp authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the page says of the fleet as a whole: the verdict, the groups, the changes, hosts by rules. Pure functions."""

from __future__ import annotations

import collections
import typing as t

from ansible_collections.linuxnet.tcp.plugins.module_utils._model.findings import Severity
from ansible_collections.linuxnet.tcp.plugins.plugin_utils._page_hosts import (
    anchor_of,
    as_people_sort,
    status_cell,
    worst_first,
)
from ansible_collections.linuxnet.tcp.plugins.plugin_utils._page_words import (
    STATUS_WORDS,
    WELL,
    WORDS,
    id_words,
    plural,
)
from ansible_collections.linuxnet.tcp.plugins.plugin_utils._report_model import (
    BROKEN,
    ERROR,
    Change,
    Concern,
    Direction,
    Host,
    Report,
    Rule,
)

#: So many are shown; of the rest it is said how many there are.
MOST_GROUPS, MOST_CHANGES, MOST_HEAT_HOSTS, MOST_HEAT_RULES = 12, 100, 40, 40
#: Of the changes so many are seen at once.
FIRST_CHANGES = 10
_NAMED_HOSTS = 3


class Part(t.NamedTuple):
    """A piece of the strip of hosts by severity; `x` and `width` are of 1000."""

    word: str
    hosts: int
    x: float
    width: float


class Group(t.NamedTuple):
    """An inventory group in numbers. `place`: its number in the filter."""

    name: str
    place: int
    hosts: int
    in_trouble: int
    compliant: int
    judged: int


class Moved(t.NamedTuple):
    """The same change on some hosts: what, from what to what, and the first of the hosts with their sections."""

    direction: Direction
    what: str
    was: str
    now: str
    hosts: int
    named: tuple[tuple[str, str], ...]


class HeatRow(t.NamedTuple):
    """A host in the table of hosts by rules; a cell is its classes, its sign and its words."""

    host: Host
    anchor: str
    cells: tuple[tuple[str, str, str], ...]


class Heat(t.NamedTuple):
    """Hosts by rules: those hosts that do not keep all rules, and of many rules those that are broken most."""

    rules: tuple[Rule, ...]
    rows: tuple[HeatRow, ...]
    more_hosts: int
    more_rules: int


def verdict(report: Report) -> tuple[str, str]:
    """The page in one sentence, and a second one that says what the first leaves open."""
    summary = report.summary
    unreached = summary.outcomes["unreachable"]
    if not summary.hosts:
        return "No host has been audited yet.", "The folder holds no record; a run of audit_fleet puts them there."
    if unreached == summary.hosts:
        few = {1: "The host could not be reached.", 2: "Neither host could be reached."}
        first = few.get(unreached, f"None of the {unreached:,} hosts could be reached.")
        return first, "Nothing is known of the fleet."
    everybody = "Both hosts" if summary.hosts == 2 else f"All {summary.hosts:,} hosts"
    if not summary.in_trouble:
        first = "The host is well." if summary.hosts == 1 else f"{everybody} are well."
    elif summary.hosts == 1:
        first = "The host is in trouble."
    elif summary.in_trouble == summary.hosts:
        first = f"{everybody} are in trouble."
    else:
        are = "is" if summary.in_trouble == 1 else "are"
        first = f"{summary.in_trouble:,} of {summary.hosts:,} hosts {are} in trouble."
    return first, _rules_sentence(report)


def _rules_sentence(report: Report) -> str:
    summary = report.summary
    judged = summary.compliant + summary.broken
    parts = []
    if not judged:
        parts.append("No rules were held against the fleet.")
    elif summary.broken:
        verb = "breaks" if summary.broken == 1 else "break"
        parts.append(f"{plural(summary.broken, 'host')} {verb} at least one of {plural(len(report.rules), 'rule')}.")
    else:
        parts.append(f"Every rule is kept wherever it was looked at ({plural(judged, 'host')}).")
    if unreached := summary.outcomes["unreachable"]:
        parts.append(f"{plural(unreached, 'host')} could not be reached.")
    if failed := summary.outcomes["failed"]:
        parts.append(f"{plural(failed, 'host')} could not be audited whole.")
    return " ".join(parts)


def strip(report: Report) -> tuple[Part, ...]:
    """Hosts by their gravest severity, the gravest first; only words that some host has."""
    parts, x = [], 0.0
    for word in WORDS:
        same = ("none", Severity.INFO.word) if word == WELL else (word,)
        hosts = sum(report.summary.worst.get(one, 0) for one in same)
        if hosts:
            width = 1000 * hosts / report.summary.hosts
            parts.append(Part(word, hosts, round(x, 2), round(width, 2)))
            x += width
    return tuple(parts)


def groups(hosts: t.Iterable[Host], places: t.Sequence[str]) -> list[Group]:
    """The groups, those with most hosts in trouble first."""
    numbers = {name: [0, 0, 0, 0] for name in places}
    for host in hosts:
        for name in host.groups:
            if name in numbers:
                counts = (True, host.in_trouble, host.compliant is True, host.compliant is not None)
                numbers[name] = [number + one for number, one in zip(numbers[name], counts, strict=True)]
    rows = [Group(name, place, *numbers[name]) for place, name in enumerate(places)]
    return sorted(rows, key=lambda row: (-row.in_trouble, row.place))


def remedies(hosts: t.Iterable[Host], concerns: t.Iterable[Concern]) -> dict[str, tuple[str, t.Any]]:
    """For the diagnoses among the concerns: what they mean and their remedy, as the first host with one says it."""
    wanted = {concern.id for concern in concerns if concern.about == "diagnosis"}
    found: dict[str, tuple[str, t.Any]] = {}
    for host in hosts:
        for diagnosis in host.diagnoses:
            if diagnosis.id in wanted:
                found.setdefault(diagnosis.id, (diagnosis.meaning, diagnosis.remedy))
        if len(found) == len(wanted):
            break
    return found


def moves(hosts: t.Iterable[Host]) -> list[Moved]:
    """What has changed since the earlier audits: the same change on several hosts is one row; the worse first.

    A diagnosis that only explains comes and goes, and is left to the section of its host.
    """
    same: dict[Change, list[Host]] = collections.defaultdict(list)
    for host in hosts:
        for change in host.changes:
            if change.about != "diagnosis" or change.direction is not Direction.OTHER:
                same[change].append(host)
    order = list(Direction)
    changes = sorted(same, key=lambda one: (order.index(one.direction), -len(same[one]), one.about, one.id))
    return [_moved(change, same[change]) for change in changes]


def moves_sentence(moved: t.Iterable[Moved]) -> str:
    """How many changes there are of each direction."""
    sums = dict.fromkeys(Direction, 0)
    for move in moved:
        sums[move.direction] += move.hosts
    worse, better, other = (sums[direction] for direction in (Direction.WORSE, Direction.BETTER, Direction.OTHER))
    rest = f", {other:,} neither" if other else ""
    return f"{plural(worse, 'change')} for the worse, {better:,} for the better{rest}."


def _moved(change: Change, hosts: list[Host]) -> Moved:
    first = sorted(hosts, key=lambda host: as_people_sort(host.name))[:_NAMED_HOSTS]
    named = tuple((host.name, anchor_of(host)) for host in first)
    was, now = change_word(change.was, change.about), change_word(change.now, change.about)
    return Moved(change.direction, change_id(change), was, now, len(hosts), named)


def change_id(change: Change) -> str:
    """What has changed."""
    return {"host": "Audit of the host", "diagnosis": id_words(change.id)}.get(change.about, change.id)


def change_word(word: str | None, about: str) -> str:
    """What it was, or is: a status, a severity or an outcome in words."""
    if word is None:
        return {"diagnosis": "not found", "rule": "not looked at"}.get(about, "unknown")
    if about == "rule":
        return STATUS_WORDS[word][0] if word in STATUS_WORDS else word
    return {"unreachable": "not reached", "failed": "not audited whole"}.get(word, word) if about == "host" else word


def broken_on(rule: Rule) -> int:
    """On how many hosts the rule is not kept, or could not be judged."""
    return sum(count for status, count in rule.hosts.items() if status in BROKEN or status == ERROR)


def most_broken_first(rules: t.Iterable[Rule]) -> list[Rule]:
    """Rules by how many hosts break them, then by severity."""
    return sorted(rules, key=lambda rule: (-broken_on(rule), -rule.severity, as_people_sort(rule.id)))


def heat(report: Report) -> Heat:
    """Hosts by rules, as far as a page can show them."""
    rules = most_broken_first(report.rules)
    small = len(report.hosts) <= MOST_HEAT_HOSTS
    hosts = worst_first(host for host in report.hosts if host.compliant is False or (small and host.findings))
    shown = rules[:MOST_HEAT_RULES]
    rows = []
    for host in hosts[:MOST_HEAT_HOSTS]:
        of_host = {finding.rule: finding for finding in host.findings}
        rows.append(HeatRow(host, anchor_of(host), tuple(status_cell(of_host.get(rule.id)) for rule in shown)))
    return Heat(tuple(shown), tuple(rows), len(hosts) - len(rows), len(rules) - len(shown))
