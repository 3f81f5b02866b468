# Copyright (c) 2026, the linuxnet.tcp authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""docs/evidence_pages.py: Markdown to pages for Sphinx."""

from __future__ import annotations

from pathlib import Path

import pytest

from ansible_collections.linuxnet.tcp.docs import evidence_pages

EVIDENCE = Path(__file__).parents[3] / "docs" / "evidence"
PAGE = """# What `it` costs

Said by *us*.

## Times

| what | ms |
|---|--:|
| it | 3 |

```
# no heading
```

![A plot](it.svg)
"""


def test_headings_are_sphinxs_and_the_rest_is_html() -> None:
    """Two levels of headings, tables, code and pictures; what looks like a heading inside code is none."""
    made = evidence_pages.page(PAGE)

    assert made.startswith("What \\`it\\` costs\n=================\n\n.. raw:: html\n\n   <p>Said by <em>us</em>")
    assert "\nTimes\n-----\n\n.. raw:: html\n\n   <table>" in made
    assert "<code># no heading\n" in made
    assert '<img src="it.svg" alt="A plot" />' in made


@pytest.mark.parametrize(
    ("link", "address"),
    [
        ("counting.md", "counting.html"),
        ("boot_order.md#what-is-promised", "boot_order.html#what-is-promised"),
        ("https://example.org/a.md", "https://example.org/a.md"),
        ("it.svg", "it.svg"),
    ],
)
def test_a_link_to_another_page_leads_there_on_the_site(link: str, address: str) -> None:
    """In the repository pages end in .md, on the site in .html."""
    assert f'<a href="{address}">it</a>' in evidence_pages.page(f"# Title\n\nSee [it]({link}).\n")


@pytest.mark.parametrize("path", sorted(EVIDENCE.glob("*.md")), ids=lambda path: path.stem)
def test_a_page_of_the_evidence_has_one_title_and_its_plots(path: Path) -> None:
    """Every page can be a page of the site, and its pictures are there."""
    text = path.read_text(encoding="utf-8")
    made = evidence_pages.page(text)

    assert made.count("\n====") == 1
    assert text.count("![") == made.count("<img ")
    assert [name for name in evidence_pages.pictures(text) if not (EVIDENCE / name).is_file()] == []
