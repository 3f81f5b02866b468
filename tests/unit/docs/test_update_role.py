# Copyright (c) 2026, the linuxnet.tcp authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""docs/update_role.py: the README of the role is what its argument specs and its profiles say."""

from __future__ import annotations

import importlib.util
import shutil
import subprocess
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).parents[3]
SCRIPT = ROOT / "docs" / "update_role.py"
ROLE = ROOT / "roles" / "tcp_profile"
SPECS: dict[str, Any] = yaml.safe_load((ROLE / "meta" / "argument_specs.yml").read_text(encoding="utf-8"))


@pytest.fixture(name="update", scope="module")
def load_update() -> ModuleType:
    """The script as a module."""
    spec = importlib.util.spec_from_file_location("docs_update_role", SCRIPT)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    """Run the script as its users do."""
    return subprocess.run([sys.executable, str(SCRIPT), *arguments], capture_output=True, text=True, check=False)


def test_the_readme_is_up_to_date() -> None:
    """What stands in the repository is what the script writes."""
    done = run("--check")

    assert done.returncode == 0, done.stderr


def test_a_changed_profile_makes_the_readme_out_of_date(tmp_path: Path) -> None:
    """--check fails, names the README and writes nothing; without --check it is written."""
    role = Path(shutil.copytree(ROLE, tmp_path / "tcp_profile"))
    profile, readme = role / "files" / "profiles" / "web_server.yml", role / "README.md"
    text = profile.read_text(encoding="utf-8").replace("at_least: 4096", "at_least: 4097")
    profile.write_text(text, encoding="utf-8")

    checked = run("--check", "--role", str(role))

    assert checked.returncode == 1
    assert str(readme) in checked.stderr
    assert "4097" not in readme.read_text(encoding="utf-8")
    assert run("--role", str(role)).returncode == 0
    assert "`{at_least: 4097}`" in readme.read_text(encoding="utf-8")


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
def test_markup_becomes_plain(update: ModuleType, marked: str, text: str) -> None:
    """What is Ansible's markup in a specification is code in a README."""
    assert update.plain(marked) == text
