# Copyright (c) 2026, the linuxnet.tcp authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Write the page on the differences between kernels, from what `make kernels` measured and docs/kernels.rst.in.

`python docs/update_kernels.py` writes the page when it is out of date; with `--check` it writes nothing and fails.
"""

from __future__ import annotations

import argparse
import importlib
import json
import sys
import types
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
PAGE = Path("docsite", "rst", "kernels.rst")
TEMPLATE = HERE / "kernels.rst.in"
MEASURED = HERE.parent / "tests" / "kernels" / "measured.json"
MODEL = "ansible_collections.linuxnet.tcp.plugins.module_utils._model"
ABSENT = "no"
Key = dict[str, Any]


def catalogue() -> Any:
    """The rows by key, from this very checkout."""
    for name in ("ansible_collections", "ansible_collections.linuxnet", "ansible_collections.linuxnet.tcp"):
        package = types.ModuleType(name)
        package.__path__ = [str(HERE.parent)] if name.endswith(".tcp") else []
        sys.modules.setdefault(name, package)
    return {row.key: row for row in importlib.import_module(f"{MODEL}.catalogue").CATALOGUE}


def page(measured: dict[str, Any], rows: dict[str, Any]) -> str:
    """The whole page."""
    kernels = list(measured.values())
    names = sorted(set().union(*(kernel["keys"] for kernel in kernels)))
    fixed = [name for name in names if rows[name].default and not depends_on_machine(rows[name])]
    parts = {
        "kernels": listing(
            ("Linux", "Debian", "Package's kernel"),
            ((version, kernel["suite"], kernel["release"]) for version, kernel in measured.items()),
        ),
        "presence": differing(measured, names, lambda key: "yes" if key else ABSENT),
        "defaults": differing(measured, fixed, lambda key: literal(key["default"]) if key else ABSENT, both=True),
        "bounds": differing(measured, names, lambda key: bounds(key["accepts"]) if key else ABSENT, both=True),
        "scopes": differing(measured, names, lambda key: SCOPES[key["elsewhere"]] if key else ABSENT, both=True),
    }
    text = TEMPLATE.read_text(encoding="utf-8")
    for name, table in parts.items():
        text = text.replace(f"@{name}@", table)
    return text


SCOPES = {"writable": "each namespace", "read_only": "host, shown read-only", "absent": "host"}


def depends_on_machine(row: Any) -> bool:
    """Whether its default follows the memory of the machine, or what modules are loaded."""
    return any(word in row.default for word in ("memory", "ehash", "nf_conntrack")) or row.read_only or row.secret


def differing(
    measured: dict[str, Any], names: Iterable[str], cell: Callable[[Key | None], str], both: bool = False
) -> str:
    """The keys whose cells differ between kernels; with ``both``, between two kernels that have the key."""
    rows = []
    for name in names:
        cells = [cell(kernel["keys"].get(name)) for kernel in measured.values()]
        if len(set(cells) - ({ABSENT} if both else set())) > 1:
            rows.append((f"``{name}``", *cells))
    return listing(("Key", *measured), rows)


def listing(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    """A table of reStructuredText."""
    lines = [".. list-table::", "  :header-rows: 1", ""]
    for row in (head, *rows):
        marks = ["* -", *["  -"] * (len(row) - 1)]
        lines += [f"  {mark} {cell}" for mark, cell in zip(marks, row, strict=True)]
    return "\n".join(lines)


def literal(text: str | None) -> str:
    """A value as the kernel shows it."""
    return f"``{text}``" if text else "none"


def bounds(found: list[list[int]] | None) -> str:
    """What was accepted, the same for several numbers once."""
    return "; ".join(dict.fromkeys(f"{low} to {high}" for low, high in found)) if found else "text"


def main(arguments: list[str] | None = None) -> int:
    """The exit status: 1 when --check finds the page out of date."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--check", action="store_true", help="write nothing; fail if the page is out of date")
    parser.add_argument("--docs", type=Path, default=HERE, help="the folder to update (default: this one)")
    options = parser.parse_args(arguments)
    path = options.docs / PAGE
    text = page(json.loads(MEASURED.read_text(encoding="utf-8")), catalogue())
    if path.exists() and path.read_text(encoding="utf-8") == text:
        return 0
    if options.check:
        print(f"{path} is out of date: run `python docs/update_kernels.py`.", file=sys.stderr)
        return 1
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    print(f"wrote {path}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
