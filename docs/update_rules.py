# Copyright (c) 2026, the linuxnet.tcp authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Write the tables of the ready rule sets, in the guide to compliance, from the files of the sets.

`python docs/update_rules.py` writes the guide when it is out of date; with `--check` it writes nothing and fails.
"""

from __future__ import annotations

import argparse
import re
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import yaml

HERE = Path(__file__).resolve().parent
GUIDE = Path("docsite", "rst", "guide_compliance.rst")
SETS = HERE.parent / "roles" / "tcp_profile" / "files" / "rules"
PLACE = re.compile(r"(?<=^\.\. rule sets\n\n).*?(?=^\.\. end of rule sets$)", re.DOTALL | re.MULTILINE)
EXPECTATIONS = ("equals", "at_least", "at_most", "between", "one_of")


def tables(sets: Path = SETS) -> str:
    """A section for each set: its rules, and the ids by framework, product and version."""
    return "".join(section(path) for path in sorted(sets.glob("*.yml")))


def section(path: Path) -> str:
    """What the guide says of one set."""
    content = yaml.safe_load(path.read_text(encoding="utf-8"))
    parts = [f"{path.stem}\n{'~' * len(path.stem)}\n", f"{content['summary']}\n"]
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
    lines = [".. list-table::", "   :header-rows: 1", ""]
    for row in rows:
        lines += [f"   {'*' if place == 0 else ' '} - {cell}".rstrip() for place, cell in enumerate(row)]
    return "\n".join(lines) + "\n"


def updated(page: str) -> str:
    """The page with the tables in their place. LookupError when it has no place for them."""
    if not PLACE.search(page):
        raise LookupError(f"{GUIDE} has no '.. rule sets' with a '.. end of rule sets'.")
    return PLACE.sub(lambda _match: tables(), page)


def main(arguments: list[str] | None = None) -> int:
    """The exit status: 1 when --check finds the guide out of date, or the guide has no place for the tables."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--check", action="store_true", help="write nothing; fail if the guide is out of date")
    parser.add_argument("--docs", type=Path, default=HERE, help="the folder to update (default: this one)")
    options = parser.parse_args(arguments)
    path = options.docs / GUIDE
    page = path.read_text(encoding="utf-8")
    try:
        text = updated(page)
    except LookupError as error:
        print(error, file=sys.stderr)
        return 1
    if text == page:
        return 0
    if options.check:
        print(f"{path} is out of date: run `python docs/update_rules.py`.", file=sys.stderr)
        return 1
    path.write_text(text, encoding="utf-8")
    print(f"wrote {path}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
