# Copyright (c) 2026, the linuxnet.tcp authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every code block of the documentation: of the README, the site, the role's README, and the examples of plugins."""

from __future__ import annotations

import ast
import re
import textwrap
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from markdown_it import MarkdownIt

ROOT = Path(__file__).resolve().parents[2]
MARKDOWN = ("README.md", "roles/tcp_profile/README.md")
PLUGINS = ("modules", "lookup", "filter")

_RST_BLOCK = re.compile(
    r"^(\.\. in the shell above\n\n)?\.\. code-block:: (\S+)\n(?:   :\S.*\n)*\n((?:   .*\n|\n)+)", re.MULTILINE
)
_SNIPPET = re.compile(r"^\.\. snippet: .*?^\.\. end of snippet$", re.MULTILINE | re.DOTALL)
_NAME = re.compile(r"# ([\w./-]+\.\w+)(?:: .*)?\n")


class Block(NamedTuple):
    """A code block. `line` is where its text begins."""

    page: str
    line: int
    language: str
    text: str
    goes_on: bool = False
    """It is a session that goes on in the shell of the one before it."""

    @property
    def name(self) -> str:
        """The name of the file that it is, where its first line says so; else empty."""
        match = _NAME.match(self.text)
        return match[1] if match else ""

    def __str__(self) -> str:
        """Its place, for messages and as the name of a test."""
        return f"{self.page}:{self.line}"


def every_block() -> list[Block]:
    """All of them, by page and line."""
    return [*_of_markdown(), *_of_site(), *_of_plugins()]


def _of_markdown() -> Iterator[Block]:
    for page in MARKDOWN:
        for token in MarkdownIt().parse((ROOT / page).read_text(encoding="utf-8")):
            if token.type in ("fence", "code_block") and token.map:
                first = token.map[0] + (2 if token.type == "fence" else 1)
                yield Block(page, first, token.info or _guess(token.content), token.content)


def _guess(text: str) -> str:
    """Markdown's indented blocks say nothing of their language."""
    return "yaml" if re.match(r"---\n|- name: |\w+:\n", text) else "console"


def _of_site() -> Iterator[Block]:
    for path in sorted((ROOT / "docs" / "docsite" / "rst").glob("*.rst")):
        # What stands between these marks are functions of tests/lab/states.py, which the lab runs.
        page = _SNIPPET.sub(lambda match: re.sub(r"[^\n]+", "..", match[0]), path.read_text(encoding="utf-8"))
        for match in _RST_BLOCK.finditer(page):
            line = page.count("\n", 0, match.start(3)) + 1
            text = textwrap.dedent(match[3]).strip("\n") + "\n"
            yield Block(str(path.relative_to(ROOT)), line, match[2], text, bool(match[1]))


def _of_plugins() -> Iterator[Block]:
    for folder in PLUGINS:
        for path in sorted((ROOT / "plugins" / folder).glob("*.py")):
            for node in ast.parse(path.read_text(encoding="utf-8")).body:
                if isinstance(node, ast.Assign) and getattr(node.targets[0], "id", "") == "EXAMPLES":
                    yield Block(str(path.relative_to(ROOT)), node.lineno, "yaml", ast.literal_eval(node.value))
