# Copyright (c) 2026, the linuxnet.tcp authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""docs/check_links.py: links inside the site lead somewhere; and those of the README are whole addresses."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from ansible_collections.linuxnet.tcp.docs import check_links

ROOT = Path(__file__).parents[3]
#: What the hubs and Galaxy show, away from the files beside it.
SHOWN_ELSEWHERE = ("README.md", "roles/tcp_profile/README.md", "CHANGELOG.md")


@pytest.mark.parametrize(
    ("link", "found"),
    [
        ("other.html", []),
        ("other.html#place", []),
        ("#here", []),
        ("https://example.org/nothing", []),
        ("mailto:me@example.org", []),
        ("picture%20one.svg", []),
        ("nothing.html", ["page.html: nothing.html is no file of the site"]),
        ("other.html#nowhere", ["page.html: other.html#nowhere names no place in that page"]),
        ("#nowhere", ["page.html: #nowhere names no place in that page"]),
        ("../outside.html", ["page.html: ../outside.html is no file of the site"]),
        ("folder", ["page.html: folder is no file of the site"]),
    ],
)
def test_a_link_that_leads_nowhere_is_named(tmp_path: Path, link: str, found: list[str]) -> None:
    """By its page and as it stands there; links to other sites are left alone."""
    site = tmp_path / "site"
    (site / "folder").mkdir(parents=True)
    (tmp_path / "outside.html").touch()
    (site / "picture one.svg").touch()
    (site / "page.html").write_text(f'<p id="here"><a href="{link}">x</a></p>', encoding="utf-8")
    (site / "other.html").write_text('<a name="place"></a>', encoding="utf-8")

    assert list(check_links.broken(site)) == found


def test_pictures_are_links_too(tmp_path: Path) -> None:
    """A page whose plot is missing is found."""
    (tmp_path / "page.html").write_text('<img src="plot.svg">', encoding="utf-8")

    assert list(check_links.broken(tmp_path)) == ["page.html: plot.svg is no file of the site"]


@pytest.mark.parametrize("name", SHOWN_ELSEWHERE)
def test_a_readme_has_no_relative_link(name: str) -> None:
    """The hubs show it without the files beside it."""
    text = (ROOT / name).read_text(encoding="utf-8")
    links = re.findall(r"\]\(([^)]*)\)", text) + re.findall(r"(?:href|src)=[\"']?([^\"'>\s]+)", text)

    assert [link for link in links if not link.startswith("https://")] == []


@pytest.mark.parametrize("name", ["README.md", "CONTRIBUTING.md", "SECURITY.md"])
def test_a_link_into_the_repository_leads_to_a_file(name: str) -> None:
    """What stands behind blob/main or tree/main is in this clone."""
    text = (ROOT / name).read_text(encoding="utf-8")
    inside = re.findall(r"https://github\.com/linuxnet/tcp/(?:blob|tree)/main/([^)#\s>]*)", text)
    inside += [link.partition("#")[0] for link in re.findall(r"\]\((?!https?:|#)([^)]*)\)", text)]

    assert inside or name == "SECURITY.md"
    assert [path for path in inside if not (ROOT / path).exists()] == []
