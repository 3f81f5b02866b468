# Copyright (c) 2026, the linuxnet.tcp authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a part of the bench hands over: tables, claims that hold or not, and the raw runs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from .timing import Figures, Sample, figures


@dataclass(frozen=True)
class Claim:
    """A promise of the project, and what was measured. `value` has to be at most `limit`, both in `unit`."""

    name: str
    value: float
    limit: float
    unit: str
    how: str

    @property
    def holds(self) -> bool:
        """Whether the promise is kept."""
        return self.value <= self.limit

    def line(self) -> str:
        """The claim in a line for the terminal and the report."""
        verdict = "PASS" if self.holds else "FAIL"
        return f"{verdict}  {self.name}: {self.value:.3g}{self.unit}, at most {self.limit:.3g}{self.unit} ({self.how})"


@dataclass(frozen=True)
class AtLeast(Claim):
    """A promise whose `value` has to be at least `limit`."""

    @property
    def holds(self) -> bool:
        """Whether the promise is kept."""
        return self.value >= self.limit

    def line(self) -> str:
        """The claim in a line for the terminal."""
        return super().line().replace(", at most ", ", at least ")


@dataclass(frozen=True)
class Row:
    """A line of a table: what was run, by which command, and its figures (of `wanted` TIME_WAIT)."""

    name: str
    command: str
    time_wait: int
    figures: Figures
    note: str = ""


@dataclass(frozen=True)
class Part:
    """One part's outcome. `raw` holds every run, those that were thrown away included."""

    name: str
    machine: Mapping[str, str]
    load: str
    rows: list[Row] = field(default_factory=list)
    claims: list[Claim] = field(default_factory=list)
    raw: Mapping[str, list[Sample]] = field(default_factory=dict)

    def to_json(self) -> dict[str, Any]:
        """As it is kept in counting.json."""
        return asdict(self)

    @classmethod
    def from_json(cls, values: Mapping[str, Any]) -> Part:
        """Back from counting.json."""
        return cls(
            name=values["name"],
            machine=values["machine"],
            load=values["load"],
            rows=[Row(**{**row, "figures": Figures(**row["figures"])}) for row in values["rows"]],
            claims=[Claim(**claim) for claim in values["claims"]],
            raw={name: [Sample(**sample) for sample in samples] for name, samples in values["raw"].items()},
        )


def row(name: str, command: str, samples: list[Sample], wanted: int, note: str = "") -> Row:
    """The line of one series. Raises ValueError when no run saw the whole load."""
    return Row(name, command, wanted, figures(samples, wanted), note)
