# Copyright (c) 2026, the linuxnet.tcp authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A host as the page shows it: its row in the table of hosts, and the section with its evidence. Frozen records."""

from __future__ import annotations

import re
import typing as t

from ansible_collections.linuxnet.tcp.plugins.module_utils._model.findings import Severity
from ansible_collections.linuxnet.tcp.plugins.module_utils._model.states import STATE_TITLES
from ansible_collections.linuxnet.tcp.plugins.plugin_utils._host_counts import HostCounts
from ansible_collections.linuxnet.tcp.plugins.plugin_utils._page_words import (
    STATUS_WORDS,
    finding_words,
    id_words,
    outcome_words,
    severity_word,
)
from ansible_collections.linuxnet.tcp.plugins.plugin_utils._report_holders import Holders
from ansible_collections.linuxnet.tcp.plugins.plugin_utils._report_model import (
    Concern,
    Diagnosis,
    Finding,
    Host,
    Outcome,
)

_REASONS_IN_ROW = 2
_NO_GROUPS = frozenset({"all", "ungrouped"})
_ENDING = ".json"

#: Of so many of the worst hosts the page shows who holds the sockets; of the others the record does.
MOST_WITH_HOLDERS = 2000

#: Of a cap: from here on a bar is drawn as a warning, and from its whole as broken.
NEAR, FULL = 0.8, 1.0


class Reason(t.NamedTuple):
    """Why a host is not well: `what` in short, `text` the line about it, and its number among the concerns."""

    severity: Severity
    what: str
    text: str
    concern: int | None


class Row(t.NamedTuple):
    """A host in the table of hosts. `groups`, `concerns`: numbers for the script, apart by spaces."""

    host: Host
    anchor: str
    worst: str
    groups: str
    concerns: str
    reasons: tuple[Reason, ...]
    more: int
    kept: int
    held: int

    @property
    def named_groups(self) -> str:
        """The groups, but for those that every host is in by itself."""
        return ", ".join(group for group in self.host.groups if group not in _NO_GROUPS)

    @property
    def unreached(self) -> bool:
        """Whether the host gave no answer at all."""
        return self.host.outcome is Outcome.UNREACHABLE


class Index:
    """The numbers by which rows name groups and concerns, so that a row stays short."""

    def __init__(self, hosts: t.Iterable[Host], concerns: t.Iterable[Concern]) -> None:
        self.groups = sorted({group for host in hosts for group in host.groups} - _NO_GROUPS, key=as_people_sort)
        self.concerns = {(concern.about, concern.id): place for place, concern in enumerate(concerns)}
        self._places = {group: str(place) for place, group in enumerate(self.groups)}

    def row(self, host: Host) -> Row:
        """The host's row."""
        reasons = self.reasons(host)
        held = [finding for finding in host.findings if finding.status != "not_applicable"]
        return Row(
            host=host,
            anchor=anchor_of(host),
            worst=severity_word(host),
            groups=" ".join(self._places[group] for group in host.groups if group in self._places),
            concerns=" ".join(str(reason.concern) for reason in reasons if reason.concern is not None),
            reasons=tuple(reasons[:_REASONS_IN_ROW]),
            more=max(len(reasons) - _REASONS_IN_ROW, 0),
            kept=sum(finding.gravity is None for finding in held),
            held=len(held),
        )

    def reasons(self, host: Host) -> list[Reason]:
        """Everything that counts against the host, the gravest first; of as grave ones, what was not seen first."""
        found = [
            Reason(Severity.HIGH, outcome_words(host.outcome), reason, None)
            for _part, reason in host.problems
            if host.outcome is not Outcome.AUDITED
        ]
        if not found and host.outcome is not Outcome.AUDITED:
            found = [Reason(Severity.HIGH, outcome_words(host.outcome), "no reason given", None)]
        found += [
            Reason(one.severity, id_words(one.id), one.meaning, self.concerns.get(("diagnosis", one.id)))
            for one in host.diagnoses
            if one.severity > Severity.INFO
        ]
        found += [
            Reason(one.gravity, one.name or one.rule, finding_words(one), self.concerns.get(("rule", one.rule)))
            for one in host.findings
            if one.gravity is not None
        ]
        return sorted(found, key=lambda reason: -reason.severity)


class Section(t.NamedTuple):
    """The section of a host. `broken` and `others`: its rules; the others are waived, not applicable, and kept ones.

    `holders`: who holds its sockets; None where only the record has it.
    """

    row: Row
    number: int
    ills: tuple[Diagnosis, ...]
    notes: tuple[Diagnosis, ...]
    broken: tuple[Finding, ...]
    excused: tuple[Finding, ...]
    kept: tuple[str, ...]
    states: tuple[tuple[str, int, float], ...]
    holders: tuple[Holders, ...] | None


def section_of(row: Row, number: int) -> Section:
    """What the section of a row's host shows. `number`: its place on the page, which also names its picture."""
    host = row.host
    diagnoses = sorted(host.diagnoses, key=lambda one: -one.severity)
    findings = sorted(host.findings, key=lambda one: (-(one.gravity or Severity.INFO), one.rule))
    return Section(
        row=row,
        number=number,
        ills=tuple(one for one in diagnoses if one.severity > Severity.INFO),
        notes=tuple(one for one in diagnoses if one.severity is Severity.INFO),
        broken=tuple(one for one in findings if one.gravity is not None),
        excused=tuple(one for one in findings if one.status in ("waived", "not_applicable")),
        kept=tuple(one.name or one.rule for one in findings if one.status == "pass"),
        states=state_shares(host.counts),
        holders=host.holders if number < MOST_WITH_HOLDERS or not host.holders else None,
    )


def state_shares(counts: HostCounts | None) -> tuple[tuple[str, int, float], ...]:
    """Each state with its count and its share of all, in the order of the kernel's numbers."""
    if counts is None:
        return ()
    return tuple(
        (title, counts.states[title], counts.states[title] / counts.total if counts.total else 0.0)
        for title in STATE_TITLES
    )


def anchor_of(host: Host) -> str:
    """The id of the host's section: from the name of its record, of which only harmless signs can be part."""
    return "host-" + re.sub(r"[^A-Za-z0-9._-]", "_", host.file.removesuffix(_ENDING))


def worst_first(hosts: t.Iterable[Host]) -> list[Host]:
    """The order of the page: the gravest, then those with most against them, then the fullest, then by name."""
    return sorted(hosts, key=_order)


def _order(host: Host) -> tuple[t.Any, ...]:
    worst = None if host.worst is Severity.INFO else host.worst
    grave = [one for one in host.findings if one.gravity == worst]
    ill = [one for one in host.diagnoses if one.severity == worst]
    share = host.counts.time_wait_share if host.counts else None
    weight = 0 if worst is None else len(grave) + len(ill)
    return -1 if worst is None else -1 - worst, -weight, -(share or 0.0), as_people_sort(host.name)


def as_people_sort(name: str) -> tuple[tuple[int, str], ...]:
    """`web9` before `web10`: a longer run of digits is a larger number."""
    return tuple((len(part) if part.isdecimal() else 0, part) for part in re.split(r"(\d+)", name[:300]))


def status_cell(finding: Finding | None) -> tuple[str, str, str]:
    """A rule on a host in the table of hosts by rules: its classes, its sign, its words."""
    if finding is None:
        return "absent", "", "not looked at"
    words, sign = STATUS_WORDS[finding.status]
    gravity = finding.gravity
    tone = "" if gravity is None else f"{gravity.word} "
    return f"{tone}{finding.status}", sign, words
