# Copyright (c) 2026, the linuxnet.tcp authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Write the guide to the diagnoses from their rules and from diagnoses.rst.in.

`python docs/update_diagnoses.py` writes the page when it is out of date; with `--check` it writes nothing and fails.
In the template `@finding ID@` becomes the heading of a diagnosis and what its rule says of it.
"""

from __future__ import annotations

import argparse
import importlib
import re
import sys
import types
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
PAGE = Path("docsite", "rst", "guide_diagnoses.rst")
TEMPLATE = HERE / "diagnoses.rst.in"
LABEL = "ansible_collections.linuxnet.tcp.docsite.guide_diagnoses"
DIAGNOSIS = "ansible_collections.linuxnet.tcp.plugins.module_utils._plan.diagnosis"
FINDING = re.compile(r"^@finding (\w+)@$", re.MULTILINE)
NAME = re.compile(r"(?<![\w.`])(?:net\.[a-z0-9_.]*[a-z0-9]|[A-Z][A-Z]+_[A-Z0-9_]+)(?!\w)")


def rules() -> Any:
    """The table of rules, from this very checkout."""
    for name in ("ansible_collections", "ansible_collections.linuxnet", "ansible_collections.linuxnet.tcp"):
        package = types.ModuleType(name)
        package.__path__ = [str(HERE.parent)] if name.endswith(".tcp") else []
        sys.modules.setdefault(name, package)
    return importlib.import_module(DIAGNOSIS).RULES


def page() -> str:
    """The whole page. Raises KeyError for a diagnosis in the template that is none."""
    known = {rule.id: rule for rule in rules()}
    text = TEMPLATE.read_text(encoding="utf-8")
    text = text.replace("@count@", str(len(known))).replace("@table@", table(known.values()))
    return FINDING.sub(lambda match: section(known[match.group(1)]), text)


def table(rows: Any) -> str:
    """All diagnoses in one table."""
    lines = [".. list-table::", "   :header-rows: 1", "   :widths: 28 16 56", ""]
    for cells in [
        ("Finding", "Severity", "Meaning"),
        *((f"`{row.id}`_", words(row.severities), marked(row.meaning)) for row in rows),
    ]:
        lines += [f"   {'* -' if place == 0 else '  -'} {cell}" for place, cell in enumerate(cells)]
    return "\n".join(lines)


def section(row: Any) -> str:
    """The beginning of a diagnosis' section: its name, and what the rule says."""
    facts = [
        ("State", f"``{row.state}``" if row.state else ""),
        ("Severity", words(row.severities)),
        ("Needs", row.needs),
        ("Instead", ", ".join(f"`{louder}`_" for louder in row.silenced_by) + ", where that is found"),
    ]
    lines = "\n".join(f":{name}: {text}" for name, text in facts if text and not text.startswith(","))
    return f".. _{LABEL}.{row.id}:\n\n{row.id}\n{'~' * len(row.id)}\n\n{marked(row.meaning)}\n\n{lines}"


def words(severities: Any) -> str:
    """`low to high`, or the one."""
    names = [severity.word for severity in severities]
    return names[0] if len(names) == 1 else f"{names[0]} to {names[-1]}"


def marked(text: str) -> str:
    """A sentence with the names of keys, states and constants set as code."""
    return NAME.sub(r"``\g<0>``", text)


def main(arguments: list[str] | None = None) -> int:
    """The exit status: 1 when --check finds the page out of date."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--check", action="store_true", help="write nothing; fail if the page is out of date")
    parser.add_argument("--docs", type=Path, default=HERE, help="the folder to update (default: this one)")
    options = parser.parse_args(arguments)
    path = options.docs / PAGE
    text = page()
    if path.exists() and path.read_text(encoding="utf-8") == text:
        return 0
    if options.check:
        print(f"{path} is out of date: run `python docs/update_diagnoses.py`.", file=sys.stderr)
        return 1
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    print(f"wrote {path}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
