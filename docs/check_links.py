# Copyright (c) 2026, the linuxnet.tcp authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Look whether every link inside a built site leads somewhere: to a file, and to the place in it that it names.

    python docs/check_links.py .cache/docs/build/html

Sphinx checks its own references; this checks what a browser will follow: pictures, and links in raw HTML, too. Links to
other sites are left alone. The exit status is 1 when a link leads nowhere.
"""

from __future__ import annotations

import functools
import sys
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit


class Page(HTMLParser):
    """The links of a page, and the places in it that links can name."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.links: list[str] = []
        self.places: set[str] = set()
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Take what the tag has."""
        for name, value in attrs:
            if value and (name in ("href", "src")):
                self.links.append(value)
            if value and (name == "id" or (tag == "a" and name == "name")):
                self.places.add(value)


@functools.cache
def page(path: Path) -> Page:
    """The page in a file."""
    return Page(path.read_text(encoding="utf-8"))


def broken(site: Path) -> Iterator[str]:
    """A sentence for each link that leads nowhere."""
    for path in sorted(site.rglob("*.html")):
        for link in dict.fromkeys(page(path).links):
            address = urlsplit(link)
            if address.scheme or address.netloc:
                continue
            target = (path.parent / unquote(address.path)).resolve() if address.path else path
            if not target.is_relative_to(site) or not target.is_file():
                yield f"{path.relative_to(site)}: {link} is no file of the site"
            elif address.fragment and target.suffix == ".html" and unquote(address.fragment) not in page(target).places:
                yield f"{path.relative_to(site)}: {link} names no place in that page"


if __name__ == "__main__":
    try:
        found = list(broken(Path(sys.argv[1]).resolve(strict=True)))
    except (IndexError, OSError):
        sys.exit("usage: python docs/check_links.py FOLDER, the folder of HTML that Sphinx has built")
    print("\n".join(found) or "every link inside the site leads somewhere")
    sys.exit(1 if found else 0)
