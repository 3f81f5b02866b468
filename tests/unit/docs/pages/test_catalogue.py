# Copyright (c) 2026, the linuxnet.tcp authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""docs/pages/catalogue.py: the page of the catalogue is what its rows say."""

from __future__ import annotations

from pathlib import Path

import pytest

from ansible_collections.linuxnet.tcp.docs.pages import catalogue
from ansible_collections.linuxnet.tcp.docs.pages.texts import LABEL
from ansible_collections.linuxnet.tcp.plugins.module_utils._model.catalogue import CATALOGUE, tunable_of


def test_every_tunable_has_its_place() -> None:
    """Each row of the catalogue is a section that can be linked to, once, with its sentence."""
    page = catalogue.page()

    for row in CATALOGUE:
        assert page.count(f".. _{LABEL}.catalogue.{row.key}:\n") == 1
        assert catalogue.escaped(row.summary) in page


def test_the_published_page_is_what_the_rows_say() -> None:
    """A number that is changed in a row is changed for readers too, and never by a slip alone."""
    root = Path(__file__).parents[4]
    for path, make in catalogue.FILES.items():
        published = (root / path).read_text(encoding="utf-8")
        assert make(published) == published, "run `python docs/update.py`"


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
def test_what_is_said_of_a_tunable(key: str, words: list[str]) -> None:
    """Bounds, scope, versions and ways out in words."""
    entry = catalogue.entry(tunable_of(key))

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
def test_names_become_literals_and_markup_is_harmless(text: str, escaped: str) -> None:
    """Names of keys are set as code; nothing else in a sentence is markup."""
    assert catalogue.escaped(text) == escaped
