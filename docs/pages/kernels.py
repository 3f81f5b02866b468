# Copyright (c) 2026, the linuxnet.tcp authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The page on the differences between kernels, from what `make kernels` measured and kernels.rst.in."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

from ansible_collections.linuxnet.tcp.docs.pages.texts import ROOT, RST, filled, list_table
from ansible_collections.linuxnet.tcp.plugins.module_utils._model.catalogue import CATALOGUE
from ansible_collections.linuxnet.tcp.plugins.module_utils._model.tunables import Tunable

MEASURED = ROOT / "tests" / "kernels" / "measured.json"
ABSENT = "no"
Key = dict[str, Any]


def page(measured: dict[str, Any], rows: Mapping[str, Tunable]) -> str:
    """The whole page."""
    kernels = list(measured.values())
    names = sorted(set().union(*(kernel["keys"] for kernel in kernels)))
    fixed = [name for name in names if rows[name].default and not depends_on_machine(rows[name])]
    parts = {
        "kernels": list_table(
            [
                ("Linux", "Debian", "Package's kernel"),
                *((version, kernel["suite"], kernel["release"]) for version, kernel in measured.items()),
            ]
        ),
        "presence": differing(measured, names, lambda key: "yes" if key else ABSENT),
        "defaults": differing(measured, fixed, lambda key: literal(key["default"]) if key else ABSENT, both=True),
        "bounds": differing(measured, names, lambda key: bounds(key["accepts"]) if key else ABSENT, both=True),
        "scopes": differing(measured, names, lambda key: SCOPES[key["elsewhere"]] if key else ABSENT, both=True),
    }
    return filled("kernels.rst.in", parts)


SCOPES = {"writable": "each namespace", "read_only": "host, shown read-only", "absent": "host"}


def depends_on_machine(row: Tunable) -> bool:
    """Whether its default follows the memory of the machine, or what modules are loaded."""
    return any(word in row.default for word in ("memory", "ehash", "nf_conntrack")) or row.read_only or row.secret


def differing(
    measured: dict[str, Any], names: Iterable[str], cell: Callable[[Key | None], str], both: bool = False
) -> str:
    """The keys whose cells differ between kernels; with ``both``, between two kernels that have the key."""
    rows = [("Key", *measured)]
    for name in names:
        cells = [cell(kernel["keys"].get(name)) for kernel in measured.values()]
        if len(set(cells) - ({ABSENT} if both else set())) > 1:
            rows.append((f"``{name}``", *cells))
    return list_table(rows)


def literal(text: str | None) -> str:
    """A value as the kernel shows it."""
    return f"``{text}``" if text else "none"


def bounds(found: list[list[int]] | None) -> str:
    """What was accepted, the same for several numbers once."""
    return "; ".join(dict.fromkeys(f"{low} to {high}" for low, high in found)) if found else "text"


def wanted() -> str:
    """The page as it should be."""
    return page(json.loads(MEASURED.read_text(encoding="utf-8")), {row.key: row for row in CATALOGUE})


FILES: dict[Path, Callable[[str], str]] = {RST / "kernels.rst": lambda _before: wanted()}
