# Copyright (c) 2026, the linuxnet.tcp authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The names of keys."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as some

from ansible_collections.linuxnet.tcp.plugins.module_utils._model.errors import InputError
from ansible_collections.linuxnet.tcp.plugins.module_utils._model.keys import canonical_key, key_path


@pytest.mark.parametrize(
    ("spelled", "canonical", "path"),
    [
        ("net.ipv4.tcp_fin_timeout", "net.ipv4.tcp_fin_timeout", "net/ipv4/tcp_fin_timeout"),
        ("net/ipv4/tcp_fin_timeout", "net.ipv4.tcp_fin_timeout", "net/ipv4/tcp_fin_timeout"),
        ("net/ipv4/conf/eth0.100/forwarding", "net.ipv4.conf.eth0/100.forwarding", "net/ipv4/conf/eth0.100/forwarding"),
        ("net.ipv4.conf.eth0/100.forwarding", "net.ipv4.conf.eth0/100.forwarding", "net/ipv4/conf/eth0.100/forwarding"),
        ("net.nf_conntrack_max", "net.nf_conntrack_max", "net/nf_conntrack_max"),
        ("net.ipv4./etc/passwd.x", "net.ipv4./etc/passwd.x", "net/ipv4/.etc.passwd/x"),
        ("net.ipv4.conf.br-lan.rp_filter", "net.ipv4.conf.br-lan.rp_filter", "net/ipv4/conf/br-lan/rp_filter"),
    ],
)
def test_both_spellings_mean_the_same_file(spelled: str, canonical: str, path: str) -> None:
    """Dots and slashes are exchangeable, and what stands first says which of them separates."""
    assert canonical_key(spelled) == canonical
    assert key_path(spelled) == path
    assert key_path(canonical) == path


@pytest.mark.parametrize(
    "key",
    [
        "", "net", "net.", "net/", ".net.ipv4.x", "net..x", "net.ipv4.", "kernel.pid_max", "vm.swappiness",
        "NET.ipv4.tcp_sack", "/proc/sys/net/ipv4/tcp_sack", "/net/ipv4/tcp_sack", "net/../kernel/pid_max",
        "net/./ipv4", "net/ipv4/../../kernel/x", "net.//.kernel.x", "net.ipv4.*",
        "net.ipv4.tcp sack", " net.ipv4.tcp_sack", "net.ipv4.tcp_sack ", "net.ipv4.tcp_sack\n", "net.ipv4.\0",
        "net.ipv4.%s", "net.ipv4.{x}", "net.ipv4.x=1", "net.ipv4.'x'", "net.ipv4.\x1b[31m", "net.ipv4.ü",
        "net.ipv4.\udcff", "-net.ipv4.tcp_sack",
        pytest.param("n" * 10000, id="long"), pytest.param("net." + "a" * 10000, id="long part"),
        pytest.param("net." * 2500, id="many parts"),
        None, 5, True, b"net.ipv4.tcp_sack", ["net.ipv4.tcp_sack"],
        pytest.param(10**5000, id="endless number"),
    ],
)  # fmt: skip
def test_what_is_no_key_is_refused_in_one_short_line(key: object) -> None:
    """Another tree, a way out of the folder, a glob, odd characters: one printable sentence of bounded length."""
    with pytest.raises(InputError) as refused:
        canonical_key(key)

    sentence = str(refused.value)
    assert sentence.isascii()
    assert sentence.isprintable()
    assert len(sentence) < 400


@given(some.text(alphabet="net./ipv4_0-:@+%* \0\n", max_size=40).map(lambda tail: "net." + tail) | some.text())
def test_no_key_leaves_the_folder(key: str) -> None:
    """Whatever is accepted is a plain path below net/, and its canonical spelling stays what it is."""
    try:
        path = key_path(key)
    except InputError:
        return

    assert re.fullmatch(r"net(/[A-Za-z0-9_@:+.-]+)+", path)
    assert not {"", ".", ".."} & set(path.split("/"))
    assert key_path(canonical_key(key)) == path
    assert canonical_key(canonical_key(key)) == canonical_key(key)
