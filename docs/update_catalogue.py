# Copyright (c) 2026, the linuxnet.tcp authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Write the page of the catalogue of tunables from its rows and from catalogue.rst.in.

`python docs/update_catalogue.py` writes the page when it is out of date; with `--check` it writes nothing and fails.
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
PAGE = Path("docsite", "rst", "catalogue.rst")
TEMPLATE = HERE / "catalogue.rst.in"
LABEL = "ansible_collections.linuxnet.tcp.docsite.catalogue"
MODEL = "ansible_collections.linuxnet.tcp.plugins.module_utils._model"
NAME = re.compile(r"(?<![\w.])(?:net\.)?[a-z][a-z0-9]*(?:[._][a-z0-9]+)*_[a-z0-9_.]*[a-z0-9](?!\w)")
CHAPTERS = {
    "connections": "Opening, waiting, closing",
    "transport": "Sending, acknowledging, recovering",
    "memory": "Buffers, queues and memory",
    "tracker": "The connection tracker of the firewall",
}


def catalogue() -> Any:
    """The modules of the model, from this very checkout: row files by name, `tunables` and `couplings`."""
    for name in ("ansible_collections", "ansible_collections.linuxnet", "ansible_collections.linuxnet.tcp"):
        package = types.ModuleType(name)
        package.__path__ = [str(HERE.parent)] if name.endswith(".tcp") else []
        sys.modules.setdefault(name, package)
    found = types.SimpleNamespace(couplings=importlib.import_module(f"{MODEL}.couplings").COUPLINGS)
    found.chapters = {name: importlib.import_module(f"{MODEL}.rows.{name}").ROWS for name in CHAPTERS}
    return found


def page() -> str:
    """The whole page."""
    found = catalogue()
    count = sum(len(rows) for rows in found.chapters.values())
    couplings = "\n".join(
        f"- ``{lesser}`` may not exceed ``{greater}``" + (" (its low end)." if "range" in greater else ".")
        for lesser, greater in found.couplings
    )
    introduction = TEMPLATE.read_text(encoding="utf-8")
    parts = [introduction.replace("@count@", str(count)).replace("@couplings@", couplings)]
    for name, rows in found.chapters.items():
        parts.append(heading(CHAPTERS[name], "-"))
        parts += [entry(row) for row in rows]
    return "\n".join(parts)


def heading(text: str, mark: str) -> str:
    """A heading of reStructuredText."""
    return f"{text}\n{mark * len(text)}\n"


def entry(row: Any) -> str:
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
    label = f".. _{LABEL}.{row.key}:\n\n"
    lines = "\n".join(f":{name}: {text}" for name, text in facts if text)
    return f"{label}{heading(row.key, '~')}\n{escaped(row.summary)}\n\n{lines}\n"


def may_be(row: Any) -> str:
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


def accepted(row: Any) -> str:
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


def scope(row: Any) -> str:
    """Whose value it is, in words."""
    if row.per.value == "host":
        others = "show it, read-only" if row.visible else "do not have it"
        return f"the whole host; other network namespaces {others}"
    return "each network namespace" + (f", since {row.namespaced}; before, the whole host" if row.namespaced else "")


def kernels(row: Any) -> str:
    """Which kernels have it, in words; empty for all."""
    if row.removed:
        return f"gone since {row.removed}"
    return f"since {row.since}" if row.since else ""


def escaped(text: str) -> str:
    """`text` with the names of keys and calls in literals and nothing that reStructuredText would take for markup."""
    text = re.sub(r"([\\*`|])", r"\\\1", text)
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
        print(f"{path} is out of date: run `python docs/update_catalogue.py`.", file=sys.stderr)
        return 1
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    print(f"wrote {path}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
