# Copyright (c) 2026, the linuxnet.tcp authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Make pages for Sphinx, which reads reStructuredText, of the Markdown in docs/evidence. Wants markdown-it-py.

    python docs/evidence_pages.py docs/evidence FOLDER

FOLDER is made.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from pathlib import Path
from textwrap import indent

from markdown_it import MarkdownIt

MARKS = {"h1": "=", "h2": "-"}
#: A link to another of the pages, with or without a place in it.
SIBLING = re.compile(r'href="([\w-]+)\.md(#[^"]*)?"')


def page(markdown: str) -> str:
    """The same page: its two upper levels of headings are Sphinx's own, for its table of contents; the rest is HTML."""
    return "\n".join(_parts(MarkdownIt().enable("table"), markdown))


def _parts(reader: MarkdownIt, markdown: str) -> Iterator[str]:
    lines = markdown.splitlines()
    tokens = reader.parse(markdown)
    heads = [
        (token.map, token.tag, tokens[place + 1].content)
        for place, token in enumerate(tokens)
        if token.type == "heading_open" and token.tag in MARKS and token.map
    ]
    ends = [place[0] for place, _tag, _text in heads[1:]] + [len(lines)]
    for (place, tag, text), end in zip(heads, ends, strict=True):
        title = re.sub(r"([\\*`|_])", r"\\\1", text)
        yield f"{title}\n{MARKS[tag] * len(title)}\n"
        html = reader.render("\n".join(lines[place[1] : end])).strip()
        if html:
            html = SIBLING.sub(r'href="\1.html\2"', html)
            yield f".. raw:: html\n\n{indent(html, '   ')}\n"


def pictures(markdown: str) -> list[str]:
    """The addresses of the pictures in a page."""
    tokens = [child for token in MarkdownIt().parse(markdown) for child in token.children or ()]
    return [str(token.attrs["src"]) for token in tokens if token.type == "image"]


def write(source: Path, target: Path) -> None:
    """A page for each in `source`; `target` is made."""
    target.mkdir()
    for path in sorted(source.glob("*.md")):
        (target / f"{path.stem}.rst").write_text(page(path.read_text(encoding="utf-8")), encoding="utf-8")


if __name__ == "__main__":
    if len(sys.argv) != len(("script", "source", "target")):
        sys.exit("usage: python docs/evidence_pages.py SOURCE TARGET")
    write(Path(sys.argv[1]), Path(sys.argv[2]))
