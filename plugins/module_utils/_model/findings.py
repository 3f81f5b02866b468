# Copyright (c) 2026, the linuxnet.tcp authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is found on a host: how grave it is, and the records of a broken rule and of a diagnosis."""

from __future__ import annotations

import enum
import typing as t


class Severity(enum.IntEnum):
    """How grave a finding is; ordered, so that two can be compared. In results the name stands, in lower case."""

    INFO = 0
    LOW = 1
    MEDIUM = 2
    HIGH = 3
    CRITICAL = 4

    @property
    def word(self) -> str:
        """As it stands in results and parameters."""
        return self.name.lower()


class Status(enum.Enum):
    """What became of a rule on a host."""

    PASS = "pass"  # noqa: S105 - the word of a status
    """It runs, and boot leaves it."""
    FAIL = "fail"
    """It does not run."""
    NOT_PERSISTENT = "not_persistent"
    """It runs, and the next boot would leave something else."""
    SHADOWED = "shadowed"
    """It runs; a file asks for it, and another one decides at boot."""
    NOT_APPLICABLE = "not_applicable"
    """The host has nothing that the rule could be about."""
    WAIVED = "waived"
    """Somebody has accepted until a date that it is not kept."""
    ERROR = "error"
    """It could not be judged."""

    @property
    def complies(self) -> bool:
        """Whether a host with such a rule may be called compliant."""
        return self in (Status.PASS, Status.NOT_APPLICABLE, Status.WAIVED)


class Finding(t.NamedTuple):
    """One rule on one host, as it stands in a result."""

    rule: str
    name: str
    status: str
    reason: t.Optional[str]
    severity: str
    expected: t.Any
    running: t.Any
    at_boot: t.Any
    decided_by: t.Optional[str]
    """`FILE:LINE` of what decides at boot; None where no file does."""
    why: str
    controls: t.Tuple[t.Mapping[str, t.Any], ...]
    waiver: t.Optional[t.Mapping[str, str]]
    """`until` and `reason` of the waiver that was given for the rule, also of one that has expired."""


class Diagnosis(t.NamedTuple):
    """What a rule of diagnosis found on a host."""

    id: str
    severity: Severity
    state: t.Optional[str]
    """The TCP state that it is about, by its name in the facts; None where it is about none."""
    evidence: t.Mapping[str, t.Any]
    """The numbers and names that led to it, by name: never a table in the table."""
    meaning: str
    """One sentence."""
    remedy: str
    """`tunable: ...`, `application: ...`, or `nothing`."""
    doc: str
    """The address of its section in the guide."""

    def to_result(self) -> t.Dict[str, t.Any]:
        """As it stands in results."""
        return dict(self._asdict(), severity=self.severity.word, evidence=dict(self.evidence))
