# Copyright (c) 2026, the linuxnet.tcp authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The sentences in the collection's source, with `…` for what is filled in."""

from __future__ import annotations

import ast
import functools
import re
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[3]
HOLE = "…"
#: What ends a play with one of our sentences: exceptions by their names, and functions that make such a sentence.
ERRORS = re.compile(r"(Input|Host|Namespace|AnsibleLookup|Folder)Error|FleetFailure|MalformedReply|SockDiagUnavailable")
SENTENCES = ("_refusal", "fail_json", "warn")
#: Called with counts of our own alone: nobody meets its errors but who changes it.
INNER = "_state_diagram.py"
_FIELD = re.compile(r"\{[^{}]*\}")


@functools.cache
def nodes() -> list[tuple[Path, ast.AST]]:
    """Every node of the plugins' source, with its file."""
    files = sorted((ROOT / "plugins").rglob("*.py"))
    return [(path, node) for path in files for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))]


def texts_in_code() -> list[str]:
    """Every text of the plugins, and the tasks of the role and of the playbooks, each as one text."""
    found = [text for _path, node in nodes() if (text := _text(node))]
    for path in sorted([*(ROOT / "roles").rglob("tasks/*.yml"), *(ROOT / "playbooks").glob("*.yml")]):
        jinja = re.sub(r"\{\{.*?\}\}", HOLE, path.read_text(encoding="utf-8"), flags=re.DOTALL)
        found.append(" ".join(jinja.split()))
    return found


def raised() -> Iterator[tuple[str, str]]:
    """Place and text of each sentence that a user can meet as an error."""
    for path, node in nodes():
        if path.name != INNER and isinstance(node, ast.Call) and (name := _ends_a_play(node.func)):
            # Of a refusal the reason; the way out stands behind it in the same sentence.
            arguments = node.args[2:3] if name == "_refusal" else node.args
            for argument in (*arguments, *(word.value for word in node.keywords if word.arg == "msg")):
                text = _text(argument)
                if re.search(r"[a-z]{3} ", text):
                    yield f"{path.relative_to(ROOT)}:{node.lineno}", text


def says(text: str, quote: str) -> bool:
    """Whether `quote`, in which `…` stands for anything, is in `text`."""
    parts = [" ".join(part.split()) for part in quote.split(HOLE)]
    place = 0
    for part in filter(None, parts):
        found = text.find(part, place)
        if found < 0:
            return False
        place = found + len(part)
    return True


def _ends_a_play(function: ast.expr) -> str:
    """The name of what makes a sentence that ends a play; empty for another function."""
    name = function.id if isinstance(function, ast.Name) else str(getattr(function, "attr", ""))
    return name if ERRORS.fullmatch(name) or name in SENTENCES else ""


def _text(node: ast.AST) -> str:
    """The text that an expression makes, as far as it stands there; empty for another expression."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return " ".join(_FIELD.sub(HOLE, node.value).split())
    if isinstance(node, ast.JoinedStr):
        # A literal part keeps its blanks at the ends.
        parts = [str(part.value) if isinstance(part, ast.Constant) else HOLE for part in node.values]
        return " ".join("".join(parts).split())
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "format":
        return _text(node.func.value)
    return ""
