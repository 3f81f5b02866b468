# Copyright (c) 2026, the linuxnet.tcp authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The guide to the TCP states: the picture of the state machine, and snippets of tests/lab/states.py.

A snippet stands in the guide between two comments; the first names the function that it shows.
"""

from __future__ import annotations

import ast
import re
import textwrap
from collections.abc import Callable, Mapping
from pathlib import Path

from ansible_collections.linuxnet.tcp.docs.pages.texts import ROOT, RST
from ansible_collections.linuxnet.tcp.plugins.plugin_utils._state_diagram import draw

STATES = ROOT / "tests" / "lab" / "states.py"
GUIDE = RST / "guide_states.rst"
PICTURE = RST / "images" / "tcp-states.svg"

SNIPPET = re.compile(r"^\.\. snippet: (?P<name>\w+)\n.*?^\.\. end of snippet$", re.DOTALL | re.MULTILINE)


def functions(source: str) -> dict[str, str]:
    """The source of every function of a module by its name, decorators included."""
    lines = source.splitlines()
    found = {}
    for node in ast.parse(source).body:
        if isinstance(node, ast.FunctionDef):
            first = min([node.lineno, *(decorator.lineno for decorator in node.decorator_list)])
            found[node.name] = "\n".join(lines[first - 1 : node.end_lineno])
    return found


def with_snippets(page: str, sources: Mapping[str, str]) -> str:
    """`page` with every snippet replaced by the function that it names. LookupError for an unknown name."""

    def snippet(match: re.Match[str]) -> str:
        name = match["name"]
        if name not in sources:
            raise LookupError(f"{GUIDE} shows {name}(), which tests/lab/states.py does not have.")
        code = textwrap.indent(sources[name], "    ")
        return f".. snippet: {name}\n\n.. code-block:: python\n\n{code}\n\n.. end of snippet"

    return SNIPPET.sub(snippet, page)


FILES: dict[Path, Callable[[str], str]] = {
    GUIDE: lambda before: with_snippets(before, functions(STATES.read_text(encoding="utf-8"))),
    PICTURE: lambda _before: draw(),
}
