# Copyright (c) 2026, the linuxnet.tcp authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""docs/pages/role.py: the README of the role is what its argument specs and its profiles say."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest
import yaml

from ansible_collections.linuxnet.tcp.docs.pages import role

ROOT = Path(__file__).parents[4]
ROLE = ROOT / "roles" / "tcp_profile"
SPECS: dict[str, Any] = yaml.safe_load((ROLE / "meta" / "argument_specs.yml").read_text(encoding="utf-8"))


def test_the_readme_says_what_a_profile_asks(tmp_path: Path) -> None:
    """A number that is changed in a profile changes in the README."""
    copy = Path(shutil.copytree(ROLE, tmp_path / "tcp_profile"))
    profile = copy / "files" / "profiles" / "web_server.yml"
    text = profile.read_text(encoding="utf-8").replace("at_least: 4096", "at_least: 4097")
    profile.write_text(text, encoding="utf-8")

    assert "`{at_least: 4097}`" in role.page(copy)
    assert "4097" not in role.page(ROLE)


def test_every_profile_has_its_place() -> None:
    """In an order that somebody has thought about."""
    assert sorted(role.PROFILES) == sorted(path.stem for path in (ROLE / "files" / "profiles").glob("*.yml"))


@pytest.mark.parametrize("entry", SPECS["argument_specs"])
def test_every_variable_is_in_the_readme(entry: str) -> None:
    """Each variable of each entry point has its line."""
    readme = (ROLE / "README.md").read_text(encoding="utf-8")
    section = readme.partition(f"\n## Entry point {entry}\n")[2].partition("\n## ")[0]

    assert [name for name in SPECS["argument_specs"][entry]["options"] if f"\n| `{name}` | " not in section] == []


@pytest.mark.parametrize(
    ("marked", "text"),
    [
        ("of V(web_server) (nginx)", "of `web_server` (nginx)"),
        ("as M(linuxnet.tcp.tunables) does", "as `linuxnet.tcp.tunables` does"),
        ("see P(linuxnet.tcp.profile#lookup)", "see `linuxnet.tcp.profile`"),
        ("as O(tcp_profile_name) says", "as `tcp_profile_name` says"),
        ("of O(linuxnet.tcp.tunables#module:settings)", "of `settings` of `linuxnet.tcp.tunables`"),
        ("HAProxy (TCP) and O(state=absent)", "HAProxy (TCP) and `state=absent`"),
    ],
)
def test_markup_becomes_plain(marked: str, text: str) -> None:
    """What is Ansible's markup in a specification is code in a README."""
    assert role.plain(marked) == text
