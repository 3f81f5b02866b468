# Copyright (c) 2026, the linuxnet.tcp authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is taken over of other people's settings: what the module would take; all else has a reason."""

from __future__ import annotations

import typing as t

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.linuxnet.tcp.plugins.module_utils._model.catalogue import CATALOGUE
from ansible_collections.linuxnet.tcp.plugins.module_utils._model.settings import read_settings
from ansible_collections.linuxnet.tcp.plugins.plugin_utils._foreign import Found, Origin
from ansible_collections.linuxnet.tcp.plugins.plugin_utils._migration import OLD_LINES, Migration, migrate

ARTICLE = {
    "net.ipv4.tcp_syncookies": "1", "net.ipv4.tcp_tw_reuse": "1", "net.ipv4.tcp_tw_recycle": "1",
    "net.ipv4.tcp_fin_timeout": "30", "net.ipv4.tcp_keepalive_time": "1200",
    "net.ipv4.ip_local_port_range": "1024 65000", "net.ipv4.tcp_max_syn_backlog": "8192",
    "net.ipv4.tcp_max_tw_buckets": "5000",
}  # fmt: skip


def of(*settings: tuple[object, object], origin: Origin = Origin.LINES) -> Migration:
    """The migration of these settings, one a line."""
    return migrate(Found(key, value, f"x:{line}", origin) for line, (key, value) in enumerate(settings, 1))


def test_the_eight_lines_of_the_old_article_become_seven() -> None:
    """What Linux has lost is left out, and why; texts become what they mean."""
    migration = of(*ARTICLE.items())

    assert migration.settings == {
        "net.ipv4.tcp_syncookies": 1, "net.ipv4.tcp_tw_reuse": 1, "net.ipv4.tcp_fin_timeout": 30,
        "net.ipv4.tcp_keepalive_time": 1200, "net.ipv4.ip_local_port_range": [1024, 65000],
        "net.ipv4.tcp_max_syn_backlog": 8192, "net.ipv4.tcp_max_tw_buckets": 5000,
    }  # fmt: skip
    (dead,) = migration.refused
    assert dead.found.where == "x:3"
    assert dead.why.startswith("net.ipv4.tcp_tw_recycle is gone since Linux 4.12: leave it out")
    assert any(note.name == "net.ipv4.tcp_fin_timeout" and "TIME_WAIT" in note.text for note in migration.notes)


@pytest.mark.parametrize(
    ("key", "value", "why"),
    [
        ("net.ipv4.tcp_fin_timeout", "0", "it is below 1"),
        ("net.ipv4.tcp_fin_timeout", "010", "octal"),
        ("net.ipv4.tcp_fin_timeout", "30 40", "the first number and ignore the rest"),
        ("net.ipv4.ip_local_port_range", "1024", "the key takes two numbers"),
        ("vm.swappiness", "10", "this collection sets network keys only"),
        ("net.ipv4.tcp_*", "1", "cannot be a part of one"),
        ("net.netfilter.nf_conntrack_count", "1", "the kernel only reports it"),
        ("net.ipv4.tcp_fastopen_key", "0-0-0-1", "is a secret"),
        (None, "1", "is no sysctl key"),
        (["net.core.somaxconn"], 1, "is no sysctl key"),
        ("net.core.somaxconn", None, "no value is given"),
    ],
)
def test_what_the_module_would_refuse_is_left_out_with_the_reason(key: object, value: object, why: str) -> None:
    """In the words in which the module would refuse it."""
    migration = of((key, value))

    assert migration.settings == {}
    assert why in migration.refused[0].why


def test_of_a_key_that_is_set_twice_the_last_one_counts() -> None:
    """As on a host; the one before is named, unless it says the same. Two names of one key are one key."""
    twice = of(("net.core.somaxconn", "1024"), ("net/core/somaxconn", "2048"))
    same = of(("net.core.somaxconn", "1024"), ("net.core.somaxconn", "1024"))
    named = of(("net.nf_conntrack_max", "65536"), ("net.netfilter.nf_conntrack_max", "131072"))

    assert twice.settings == {"net.core.somaxconn": 2048}
    assert [one.why for one in twice.refused] == ["x:2 sets net.core.somaxconn again, and the last one counts"]
    assert (same.settings, same.refused) == ({"net.core.somaxconn": 1024}, [])
    assert named.settings == {"net.netfilter.nf_conntrack_max": 131072}


def test_what_was_not_found_out_is_refused_with_its_own_reason() -> None:
    """A template, for one."""
    (refused,) = migrate([Found("a", None, "x", Origin.POSIX, "it is so")]).refused

    assert refused.why == "it is so"


def test_what_the_catalogue_does_not_know_is_taken_over_and_said() -> None:
    """Interfaces have keys of their own."""
    migration = of(("net.ipv4.conf.eth0.rp_filter", "1"))

    assert migration.settings == {"net.ipv4.conf.eth0.rp_filter": 1}
    assert "nothing checks its bounds" in migration.notes[0].text


def test_two_that_do_not_go_together_are_named() -> None:
    """The kernel would refuse one of them."""
    migration = of(("net.ipv4.ip_unprivileged_port_start", "2000"), ("net.ipv4.ip_local_port_range", "1024 65000"))

    assert any("cannot be 2000 while" in note.text for note in migration.notes)


@pytest.mark.parametrize("origin", Origin)
def test_the_old_lines_are_spoken_of(origin: Origin) -> None:
    """Each kind of file leaves its own behind."""
    migration = of(("net.core.somaxconn", "1024"), origin=origin)

    assert [note.text for note in migration.notes if not note.name] == [OLD_LINES[origin]]


def test_no_port_is_an_empty_list() -> None:
    """What a list of YAML says stays a list: the module takes an empty text for a slip."""
    migration = of(("net.ipv4.ip_local_reserved_ports", []))

    assert migration.settings == {"net.ipv4.ip_local_reserved_ports": []}


VALUES = st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(), st.lists(st.integers(), max_size=4))
KEYS = st.one_of(st.sampled_from([row.key for row in CATALOGUE]), st.text(), st.integers())


@pytest.mark.fuzz
@given(st.lists(st.tuples(KEYS, VALUES), max_size=12))
def test_whatever_is_taken_over_the_module_takes(settings: list[tuple[t.Any, t.Any]]) -> None:
    """For any keys and values: settings that the module accepts as they are, and nothing lost in silence."""
    migration = of(*settings)

    read_settings(migration.settings)
    assert len(migration.settings) + len(migration.refused) <= len(settings)
    assert bool(settings) == bool(migration.settings or migration.refused)
