# Copyright (c) 2026, the linuxnet.tcp authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""docs/update_catalogue.py: the page of the catalogue is what its rows say."""

from __future__ import annotations

import importlib.util
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest

from ansible_collections.linuxnet.tcp.plugins.module_utils._model.catalogue import CATALOGUE, tunable_of

DOCS = Path(__file__).parents[3] / "docs"
SCRIPT = DOCS / "update_catalogue.py"


@pytest.fixture(name="update", scope="module")
def load_update() -> ModuleType:
    """The script as a module."""
    spec = importlib.util.spec_from_file_location("docs_update_catalogue", SCRIPT)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    """Run the script as its users do."""
    return subprocess.run([sys.executable, str(SCRIPT), *arguments], capture_output=True, text=True, check=False)


def test_the_page_is_up_to_date() -> None:
    """What stands in the repository is what the script writes."""
    done = run("--check")

    assert done.returncode == 0, done.stderr


def test_a_page_changed_by_hand_is_found_and_put_right(tmp_path: Path) -> None:
    """--check fails, names the page and writes nothing; without --check it is written."""
    page = tmp_path / "docsite" / "rst" / "catalogue.rst"

    assert run("--docs", str(tmp_path)).returncode == 0
    right = page.read_text(encoding="utf-8")
    page.write_text(right.replace("1 to 3600 seconds", "1 to 3601 seconds"), encoding="utf-8")
    checked = run("--check", "--docs", str(tmp_path))

    assert checked.returncode == 1
    assert str(page) in checked.stderr
    assert page.read_text(encoding="utf-8") != right
    assert run("--docs", str(tmp_path)).returncode == 0
    assert page.read_text(encoding="utf-8") == right


def test_every_tunable_has_its_place(update: ModuleType) -> None:
    """Each row of the catalogue is a section that can be linked to, once, with its sentence."""
    page = update.page()

    for row in CATALOGUE:
        assert page.count(f".. _{update.LABEL}.{row.key}:\n") == 1
        assert update.escaped(row.summary) in page


@pytest.mark.parametrize(
    ("key", "words"),
    [
        ("net.ipv4.tcp_fin_timeout", ["May be: 1 to 3600 seconds", "Kernel: -2147483 to 2147483", "since 4.6; before"]),
        ("net.ipv4.tcp_tw_recycle", ["gone since 4.12", ":Instead: leave it out"]),
        ("net.ipv4.tcp_fastopen", ["May be: a sum of 1 (client), 2 (server)"]),
        ("net.ipv4.tcp_rmem", ["May be: min, default, max: each 4096 to 2147483647 bytes"]),
        ("net.ipv4.ip_local_reserved_ports", ["May be: a set of ports, each 1 to 65535"]),
        ("net.ipv4.tcp_mem", ["the whole host; other network namespaces do not have it"]),
        ("net.core.rmem_max", ["other network namespaces show it, read-only"]),
        ("net.netfilter.nf_conntrack_count", ["May be: looked at only", "the module ``nf_conntrack``"]),
        ("net.nf_conntrack_max", ["shown as ``net.netfilter.nf_conntrack_max``"]),
    ],
)
def test_what_is_said_of_a_tunable(update: ModuleType, key: str, words: list[str]) -> None:
    """Bounds, scope, versions and ways out in words."""
    entry = update.entry(tunable_of(key))

    assert all(word in entry for word in words), entry


@pytest.mark.parametrize(
    ("text", "escaped"),
    [
        ("needs tcp_timestamps on", "needs ``tcp_timestamps`` on"),
        ("see net.core.somaxconn", "see net.core.somaxconn"),
        ("a*b", "a\\*b"),
        ("TIME_WAIT and SO_REUSEADDR", "TIME_WAIT and SO_REUSEADDR"),
    ],
)
def test_names_become_literals_and_markup_is_harmless(update: ModuleType, text: str, escaped: str) -> None:
    """Names of keys are set as code; nothing else in a sentence is markup."""
    assert update.escaped(text) == escaped
