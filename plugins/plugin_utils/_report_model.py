# Copyright (c) 2026, the linuxnet.tcp authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a report is made of: frozen records. `_report_build` makes them from the folder of host records.

A writer of a format is one function, `render(report: Report) -> Iterator[str]`, which yields the file in pieces: no
format holds a fleet as one text. `_report_files` puts the pieces into a file.

Texts in here are the hosts' own: whole characters (no half of a surrogate pair), but otherwise anything, of any length.
Who writes for people passes them through `_report_text.visible`, `value_text` or `expected_text`, and then escapes
them as the format wants. Values of tunables (`running`, `at_boot`, `expected`) are as in JSON: a number, a text, a
list, an object or None, for which `value_text` and `expected_text` have words.
"""

from __future__ import annotations

import enum
import typing as t

from ansible_collections.linuxnet.tcp.plugins.module_utils._model.findings import Severity
from ansible_collections.linuxnet.tcp.plugins.plugin_utils._host_counts import HostCounts
from ansible_collections.linuxnet.tcp.plugins.plugin_utils._report_holders import Holders

#: Of a rule on a host. The first three say that the host does not keep it, `error` that nobody knows.
BROKEN = frozenset({"fail", "not_persistent", "shadowed"})
ERROR = "error"
STATUSES = ("fail", "not_persistent", "shadowed", "error", "waived", "not_applicable", "pass")


class Outcome(enum.Enum):
    """What became of the audit of a host. `failed`: some part of it gave nothing; the host's problems say which."""

    AUDITED = "audited"
    UNREACHABLE = "unreachable"
    FAILED = "failed"


class Direction(enum.Enum):
    """Which way something has gone since the host's earlier audit."""

    WORSE = "worse"
    BETTER = "better"
    OTHER = "other"


class Rule(t.NamedTuple):
    """A rule that was held against some host, as its newest record has it.

    `controls`: one text each, such as `CIS RHEL 9 2.0.0 3.3.10`. `hosts`: how many hosts have each status.
    """

    id: str
    name: str
    severity: Severity
    why: str
    expected: t.Any
    controls: tuple[str, ...]
    hosts: t.Mapping[str, int]


class Finding(t.NamedTuple):
    """A rule on a host.

    `status`: one of STATUSES. `details`: what the module says beyond the fields here.
    """

    rule: str
    name: str
    status: str
    reason: str | None
    severity: Severity
    expected: t.Any
    running: t.Any
    at_boot: t.Any
    decided_by: str | None
    details: t.Mapping[str, t.Any]

    @property
    def gravity(self) -> Severity | None:
        """How much it counts: an error as high, what is kept, waived or not applicable not at all."""
        if self.status == ERROR:
            return Severity.HIGH
        return self.severity if self.status in BROKEN else None


class Diagnosis(t.NamedTuple):
    """What is the matter with a host, in the words of the filter `linuxnet.tcp.diagnose`."""

    id: str
    severity: Severity
    state: str | None
    evidence: t.Mapping[str, t.Any]
    meaning: str
    remedy: t.Any
    doc: str


class Change(t.NamedTuple):
    """What is not as it was at the host's earlier audit.

    `about`: `rule`, `diagnosis` or `host`; `id`: which one. `was`, `now`: the statuses, severities or outcomes; None
    where it was not looked at, or was not there.
    """

    about: str
    id: str
    was: str | None
    now: str | None
    direction: Direction


class Host(t.NamedTuple):
    """A host as its record has it.

    `file`: the record, below `records/`. `time`: when it was made; `age`: how many seconds before the report.
    `earlier`: the time of the audit that `changes` compares with; None when this is the first. `compliant`: None where
    no rule was looked at. `counts`: None where the host gave none. `problems`: pairs of a part of the audit and why it
    gave nothing. `notes`: what the audit could not see there, a sentence each. `holders`: who holds its sockets.
    """

    name: str
    file: str
    groups: tuple[str, ...]
    outcome: Outcome
    problems: tuple[tuple[str, str], ...]
    time: str
    age: int
    earlier: str | None
    counts: HostCounts | None
    findings: tuple[Finding, ...]
    diagnoses: tuple[Diagnosis, ...]
    changes: tuple[Change, ...]
    compliant: bool | None
    notes: tuple[str, ...] = ()
    holders: tuple[Holders, ...] = ()

    @property
    def worst(self) -> Severity | None:
        """The gravest that counts: a broken rule, a diagnosis; a host that was not audited whole counts as high."""
        grave = [finding.gravity for finding in self.findings]
        grave += [diagnosis.severity for diagnosis in self.diagnoses]
        if self.outcome is not Outcome.AUDITED:
            grave.append(Severity.HIGH)
        return max((one for one in grave if one is not None), default=None)

    @property
    def in_trouble(self) -> bool:
        """Whether somebody should look: something of severity medium or more."""
        return self.worst is not None and self.worst >= Severity.MEDIUM


class Concern(t.NamedTuple):
    """A broken rule or a diagnosis (`about`: `rule`, `diagnosis`), and how many hosts it concerns."""

    about: str
    id: str
    title: str
    severity: Severity
    hosts: int


class Summary(t.NamedTuple):
    """The fleet in numbers.

    `outcomes`, `worst` (hosts by their gravest severity, `none` for those without) and `findings` (by status) have all
    their keys, also where the number is 0. `compliant`, `broken`: hosts that keep all rules, and that break one;
    `without_rules`: those where no rule was looked at. `concerns`: those of most hosts first. `changes`: by direction.
    `oldest`, `newest`: the times of the records.
    """

    hosts: int
    outcomes: t.Mapping[str, int]
    compliant: int
    broken: int
    without_rules: int
    in_trouble: int
    worst: t.Mapping[str, int]
    findings: t.Mapping[str, int]
    concerns: tuple[Concern, ...]
    changes: t.Mapping[str, int]
    states: t.Mapping[str, int]
    oldest: str | None
    newest: str | None


class Unread(t.NamedTuple):
    """A file among the records that is none, and why."""

    file: str
    reason: str


class Report(t.NamedTuple):
    """All of it. `made`: when, as `2026-01-31T12:00:00Z`. Hosts are in the order of their names, rules of their ids."""

    made: str
    hosts: tuple[Host, ...]
    rules: tuple[Rule, ...]
    summary: Summary
    unread: tuple[Unread, ...]

    @property
    def troubled(self) -> list[Host]:
        """The hosts in trouble, the gravest first."""
        return sorted(
            (host for host in self.hosts if host.in_trouble), key=lambda host: -(host.worst or Severity.INFO)
        )

    def at_least(self, severity: Severity) -> list[Host]:
        """The hosts with something of this severity or graver: those for which `fail_on` fails."""
        return [host for host in self.hosts if host.worst is not None and host.worst >= severity]
