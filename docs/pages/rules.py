# Copyright (c) 2026, the linuxnet.tcp authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The tables of the ready rule sets in the guide to compliance, from the files of the sets."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import yaml

from ansible_collections.linuxnet.tcp.docs.pages.texts import ROOT, RST, heading, list_table

GUIDE = RST / "guide_compliance.rst"
SETS = ROOT / "roles" / "tcp_profile" / "files" / "rules"
PLACE = re.compile(r"(?<=^\.\. rule sets\n\n).*?(?=^\.\. end of rule sets$)", re.DOTALL | re.MULTILINE)
EXPECTATIONS = ("equals", "at_least", "at_most", "between", "one_of")


def tables(sets: Path = SETS) -> str:
    """A section for each set: its rules, and the ids by framework, product and version."""
    return "".join(section(path) for path in sorted(sets.glob("*.yml")))


def section(path: Path) -> str:
    """What the guide says of one set."""
    content = yaml.safe_load(path.read_text(encoding="utf-8"))
    parts = [heading(path.stem, "~"), f"{content['summary']}\n"]
    for rule in content["rules"]:
        parts.append(f"``{rule['id']}``: {asks(rule)}, {rule['severity']}. {rule['why']}\n")
        parts.append(table(rule["controls"]))
    return "\n".join(parts) + "\n"


def asks(rule: dict[str, Any]) -> str:
    """The key and what is asked of it."""
    (expectation,) = (name for name in EXPECTATIONS if name in rule)
    return f"``{rule['name']}`` {expectation} {rule[expectation]}"


def table(controls: Iterable[dict[str, Any]]) -> str:
    """The ids as a table."""
    rows = [("Framework", "Product", "Version", "Id", "Seen in")]
    rows += [
        (
            control["framework"],
            control.get("product", "any"),
            control.get("version", ""),
            ", ".join(f"``{name}``" for name in (control["id"], *control.get("also", ()))),
            control["source"],
        )
        for control in controls
    ]
    return list_table(rows) + "\n"


def updated(page: str) -> str:
    """The page with the tables in their place. LookupError when it has no place for them."""
    if not PLACE.search(page):
        raise LookupError(f"{GUIDE} has no '.. rule sets' with a '.. end of rule sets'.")
    return PLACE.sub(lambda _match: tables(), page)


FILES: dict[Path, Callable[[str], str]] = {GUIDE: updated}
