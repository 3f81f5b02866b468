# Copyright (c) 2026, the linuxnet.tcp authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Write what in docs/ repeats the code: the picture of the state machine, the snippets of the guide.

    python docs/update.py            write what is out of date
    python docs/update.py --check    write nothing; name what is out of date, and fail if anything is

A snippet stands in the guide between two comments; the first names a function of tests/lab/states.py.
"""

from __future__ import annotations

import argparse
import ast
import importlib
import re
import sys
import textwrap
import types
from collections.abc import Callable, Mapping
from pathlib import Path

HERE = Path(__file__).resolve().parent
STATES = HERE.parent / "tests" / "lab" / "states.py"
GUIDE = Path("docsite", "rst", "guide_states.rst")
PICTURE = Path("docsite", "rst", "images", "tcp-states.svg")

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


def picture() -> str:
    """The SVG of the state machine, drawn by this very checkout, which need not lie where Ansible finds it."""
    for name in ("ansible_collections", "ansible_collections.linuxnet", "ansible_collections.linuxnet.tcp"):
        package = types.ModuleType(name)
        package.__path__ = [str(HERE.parent)] if name.endswith(".tcp") else []
        sys.modules.setdefault(name, package)
    diagram = importlib.import_module("ansible_collections.linuxnet.tcp.plugins.plugin_utils._state_diagram")
    return str(diagram.draw())


def wanted(docs: Path, states: Path = STATES, draw: Callable[[], str] = picture) -> dict[Path, str]:
    """What the generated files below `docs` should contain."""
    guide = docs / GUIDE
    sources = functions(states.read_text(encoding="utf-8"))
    return {
        guide: with_snippets(guide.read_text(encoding="utf-8"), sources),
        docs / PICTURE: draw(),
    }


def out_of_date(texts: Mapping[Path, str]) -> list[Path]:
    """The files whose content is not the text wanted."""
    return [
        path
        for path, text in texts.items()
        if not path.exists() or path.read_text(encoding="utf-8") != text
    ]


def main(arguments: list[str] | None = None) -> int:
    """The exit status: 1 if --check found something out of date, or the guide names an unknown function."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--check", action="store_true", help="write nothing; fail if a file is out of date")
    parser.add_argument("--docs", type=Path, default=HERE, help="the folder to update (default: this one)")
    options = parser.parse_args(arguments)
    try:
        texts = wanted(options.docs)
    except LookupError as error:
        print(error, file=sys.stderr)
        return 1
    stale = out_of_date(texts)
    for path in stale:
        if options.check:
            print(f"{path} is out of date: run `python docs/update.py`.", file=sys.stderr)
        else:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(texts[path], encoding="utf-8")
            print(f"wrote {path}")
    return 1 if options.check and stale else 0


if __name__ == "__main__":
    sys.exit(main())
