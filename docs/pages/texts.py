# Copyright (c) 2026, the linuxnet.tcp authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the pages that repeat the code are made of: places, headings, tables, templates.

A generator is a file beside this one with a table ``FILES``: path of a file below the root of the collection, and the
function from the text that it has (empty where there is none) to the text that it should have.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
RST = Path("docs", "docsite", "rst")
LABEL = "ansible_collections.linuxnet.tcp.docsite"


def heading(text: str, mark: str) -> str:
    """A heading of reStructuredText, and the blank line after it."""
    return f"{text}\n{mark * len(text)}\n"


def list_table(rows: Iterable[Sequence[str]], widths: str = "") -> str:
    """A table of reStructuredText; its first row is the head."""
    lines = [".. list-table::", "   :header-rows: 1"]
    lines += [f"   :widths: {widths}"] if widths else []
    lines.append("")
    for row in rows:
        lines += [f"   {'*' if place == 0 else ' '} - {cell}".rstrip() for place, cell in enumerate(row)]
    return "\n".join(lines)


def filled(template: str, parts: Mapping[str, str]) -> str:
    """The template of that name, which lies beside this file, with each ``@part@`` in its place."""
    text = Path(__file__).with_name(template).read_text(encoding="utf-8")
    for name, part in parts.items():
        text = text.replace(f"@{name}@", part)
    return text
