# Copyright (c) 2026, the linuxnet.tcp authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The page of the catalogue of tunables, from its rows and from catalogue.rst.in."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

from ansible_collections.linuxnet.tcp.docs.pages.texts import LABEL, RST, filled, heading
from ansible_collections.linuxnet.tcp.plugins.module_utils._model.couplings import COUPLINGS
from ansible_collections.linuxnet.tcp.plugins.module_utils._model.rows import connections, memory, tracker, transport
from ansible_collections.linuxnet.tcp.plugins.module_utils._model.tunables import Tunable

NAME = re.compile(r"(?<![\w.])(?:net\.)?[a-z][a-z0-9]*(?:[._][a-z0-9]+)*_[a-z0-9_.]*[a-z0-9](?!\w)")
CHAPTERS = {
    "Opening, waiting, closing": connections.ROWS,
    "Sending, acknowledging, recovering": transport.ROWS,
    "Buffers, queues and memory": memory.ROWS,
    "The connection tracker of the firewall": tracker.ROWS,
}


def page() -> str:
    """The whole page."""
    couplings = "\n".join(
        f"- ``{lesser}`` may not exceed ``{greater}``" + (" (its low end)." if "range" in greater else ".")
        for lesser, greater in COUPLINGS
    )
    count = sum(len(rows) for rows in CHAPTERS.values())
    parts = [filled("catalogue.rst.in", {"count": str(count), "couplings": couplings})]
    for title, rows in CHAPTERS.items():
        parts.append(heading(title, "-"))
        parts += [entry(row) for row in rows]
    return "\n".join(parts)


def entry(row: Tunable) -> str:
    """What the page says of one tunable."""
    facts = [
        ("May be", may_be(row)),
        ("Kernel", accepted(row)),
        ("Default", escaped(row.default)),
        ("Whose", scope(row)),
        ("Kernels", kernels(row)),
        ("Needs", f"the module ``{row.module}``" if row.module else ""),
        ("Also", f"shown as ``{row.same_as}``" if row.same_as else ""),
        ("Beware", escaped(row.hazard)),
        ("Instead", escaped(row.use_instead)),
        ("Watch", ", ".join(f"``{counter}``" for counter in row.counters)),
        ("Source", escaped(row.source)),
    ]
    label = f".. _{LABEL}.catalogue.{row.key}:\n\n"
    lines = "\n".join(f":{name}: {text}" for name, text in facts if text)
    return f"{label}{heading(row.key, '~')}\n{escaped(row.summary)}\n\n{lines}\n"


def may_be(row: Tunable) -> str:
    """What may be asked for, in words."""
    if row.read_only:
        return "looked at only"
    if row.choices:
        values = ", ".join(f"{value} ({escaped(meaning)})" for value, meaning in row.choices)
        return f"a sum of {values}" if row.kind.value == "flags" else values
    unit = f" {row.unit.value}" if row.unit.value else ""
    if row.fields:
        return f"{', '.join(row.fields)}: each {either(row.sensible[:1])}{unit}"
    if row.kind.value == "ports":
        return f"a set of ports, each {either(row.sensible)}"
    if row.sensible:
        return f"{either(row.sensible)}{unit}"
    return {"word": "a name", "words": "names", "secret": "a key of four groups of up to eight hex digits, or two"}[
        row.kind.value
    ]


def accepted(row: Tunable) -> str:
    """What kernels accept, in words; empty for text."""
    words = ["the same" if row.accepts and row.accepts == row.sensible else either(row.accepts)]
    if row.newer:
        words.append(f"{either([row.newer.accepts])} where ``{row.newer.evidence}`` is")
    if row.older:
        words.append(f"{either([row.older.accepts])} where ``{row.older.lacks}`` is not yet")
    if row.stricter:
        words.append(f"on some {either([row.stricter])}, which no file tells")
    return "; ".join(words)


def either(bounds: Any) -> str:
    """Bounds in words; the same for several numbers once."""
    return "; ".join(dict.fromkeys(f"{low} to {high}" for low, high in bounds))


def scope(row: Tunable) -> str:
    """Whose value it is, in words."""
    if row.per.value == "host":
        others = "show it, read-only" if row.visible else "do not have it"
        return f"the whole host; other network namespaces {others}"
    return "each network namespace" + (f", since {row.namespaced}; before, the whole host" if row.namespaced else "")


def kernels(row: Tunable) -> str:
    """Which kernels have it, in words; empty for all."""
    if row.removed:
        return f"gone since {row.removed}"
    return f"since {row.since}" if row.since else ""


def escaped(text: str) -> str:
    """`text` with the names of keys and calls in literals and nothing that reStructuredText would take for markup."""
    text = re.sub(r"([\\*`|])", r"\\\1", text)
    return NAME.sub(r"``\g<0>``", text)


FILES: dict[Path, Callable[[str], str]] = {RST / "catalogue.rst": lambda _before: page()}
