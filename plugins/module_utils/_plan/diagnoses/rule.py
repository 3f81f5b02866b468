# Copyright (c) 2026, the linuxnet.tcp authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a rule of diagnosis is, and how its remedies are put."""

from __future__ import annotations

from typing import Any, Callable, Dict, NamedTuple, Optional, Tuple

from ..._model.findings import Severity
from .host import Host

NOTHING = "nothing"
"""The remedy where there is nothing to do; the meaning says why."""


def tunable(text: str) -> str:
    """A remedy that is a kernel setting: the key, a comma, the value or what else to know."""
    return "tunable: " + text


def application(text: str) -> str:
    """A remedy that lies with a program."""
    return "application: " + text


class Seen(NamedTuple):
    """What a rule saw on a host. `evidence` holds numbers and names, never another table."""

    severity: Severity
    evidence: Dict[str, Any]
    remedy: str
    meaning: str = ""
    """Where it differs from the rule's own."""


class Rule(NamedTuple):
    """One diagnosis: a row of the table."""

    id: str
    state: Optional[str]
    """The TCP state that it is about, by the name in `states`; None for none."""
    severities: Tuple[Severity, ...]
    """All that it can have."""
    meaning: str
    """One sentence."""
    find: Callable[[Host], Optional[Seen]]
    """What it sees on a host; None where there is nothing to say, or too little is known."""
    needs: str = ""
    """What it cannot do without, for the guide: parameters of state_facts, a second sample, rows of tunables."""
    mistake: int = 0
    """Which of the guide's common mistakes it shows; 0 for none."""
    silenced_by: Tuple[str, ...] = ()
    """Diagnoses that say the same and more."""
