# Copyright (c) 2026, the linuxnet.tcp authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The guide to the diagnoses, from their rules and from diagnoses.rst.in.

In the template `@finding ID@` becomes the heading of a diagnosis and what its rule says of it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from pathlib import Path

from ansible_collections.linuxnet.tcp.docs.pages.texts import LABEL, RST, filled, heading, list_table
from ansible_collections.linuxnet.tcp.plugins.module_utils._model.findings import Severity
from ansible_collections.linuxnet.tcp.plugins.module_utils._plan.diagnoses.rule import Rule
from ansible_collections.linuxnet.tcp.plugins.module_utils._plan.diagnosis import RULES

FINDING = re.compile(r"^@finding (\w+)@$", re.MULTILINE)
NAME = re.compile(r"(?<![\w.`])(?:net\.[a-z0-9_.]*[a-z0-9]|[A-Z][A-Z]+_[A-Z0-9_]+)(?!\w)")


def page() -> str:
    """The whole page. Raises LookupError for a diagnosis in the template that is none."""
    known = {rule.id: rule for rule in RULES}
    text = filled("diagnoses.rst.in", {"count": str(len(known)), "table": table(RULES)})
    return FINDING.sub(lambda match: section(known[match.group(1)]), text)


def table(rows: Iterable[Rule]) -> str:
    """All diagnoses in one table."""
    cells = [(f"`{row.id}`_", words(row.severities), marked(row.meaning)) for row in rows]
    return list_table([("Finding", "Severity", "Meaning"), *cells], widths="28 16 56")


def section(row: Rule) -> str:
    """The beginning of a diagnosis' section: its name, and what the rule says."""
    facts = [
        ("State", f"``{row.state}``" if row.state else ""),
        ("Severity", words(row.severities)),
        ("Needs", row.needs),
        ("Instead", ", ".join(f"`{louder}`_" for louder in row.silenced_by) + ", where that is found"),
    ]
    lines = "\n".join(f":{name}: {text}" for name, text in facts if text and not text.startswith(","))
    return f".. _{LABEL}.guide_diagnoses.{row.id}:\n\n{heading(row.id, '~')}\n{marked(row.meaning)}\n\n{lines}"


def words(severities: Iterable[Severity]) -> str:
    """`low to high`, or the one."""
    names = [severity.word for severity in severities]
    return names[0] if len(names) == 1 else f"{names[0]} to {names[-1]}"


def marked(text: str) -> str:
    """A sentence with the names of keys, states and constants set as code."""
    return NAME.sub(r"``\g<0>``", text)


FILES: dict[Path, Callable[[str], str]] = {RST / "guide_diagnoses.rst": lambda _before: page()}
