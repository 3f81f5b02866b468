# Copyright (c) 2026, the linuxnet.tcp authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which key a path or a pattern means."""

from __future__ import annotations

from typing import List, Optional

import pytest

from ansible_collections.linuxnet.tcp.plugins.module_utils._plan.boot_keys import Keys

KEYS = Keys(
    ["net.ipv4.tcp_sack", "net.ipv4.tcp_syncookies", "net.core.somaxconn", "net.ipv4.conf.eth0/1.rp_filter"]
)


@pytest.mark.parametrize(
    ("path", "key"),
    [
        (b"net/ipv4/tcp_sack", "net.ipv4.tcp_sack"),
        (b"/net//ipv4/./tcp_sack", "net.ipv4.tcp_sack"),
        (b"net/core/../ipv4/tcp_sack", "net.ipv4.tcp_sack"),
        (b"../sys/net/ipv4/tcp_sack", "net.ipv4.tcp_sack"),
        (b"../../../proc/sys/net/ipv4/tcp_sack", "net.ipv4.tcp_sack"),
        (b"net/ipv4/conf/eth0.1/rp_filter", "net.ipv4.conf.eth0/1.rp_filter"),
        (b"net/nowhere/../ipv4/tcp_sack", None),
        (b"net/ipv4/tcp_sack/", None),
        (b"net/ipv4/tcp_sack/../tcp_sack", None),
        (b"net/ipv4", None),
        (b"", None),
        (b"NET/ipv4/tcp_sack", None),
    ],
)
def test_at(path: bytes, key: Optional[str]) -> None:
    """A path is followed as the kernel would: dots, repeated slashes, and no file as a folder."""
    assert KEYS.at(path) == key


@pytest.mark.parametrize(
    ("pattern", "spelled"),
    [
        (b"net/ipv4/tcp_s*", [b"net/ipv4/tcp_sack", b"net/ipv4/tcp_syncookies"]),
        (b"net/*/somaxconn", [b"net/core/somaxconn"]),
        (b"net//ipv4/tcp_sa*", [b"net//ipv4/tcp_sack"]),
        (b"net/co*/../ipv4/tcp_sack", [b"net/core/../ipv4/tcp_sack"]),
        (b"net/ipv4/conf/*/rp_filter", [b"net/ipv4/conf/eth0.1/rp_filter"]),
        (b"net/ipv4/*/", []),
        (b"net/*", []),
        (b"net/ipv4/tcp\\_sac[k]", [b"net/ipv4/tcp_sack"]),
    ],
)
def test_expanded(pattern: bytes, spelled: List[bytes]) -> None:
    """A pattern gives paths as glob spells them, for that is what exemptions are compared with."""
    assert [path for path, _key in KEYS.expanded(pattern, as_systemd=False)] == spelled
    assert [path for path, _key in KEYS.expanded(pattern, as_systemd=True)] == spelled


def test_more_than_64_matches_come_latest_batch_first() -> None:
    """glob of glibc, unsorted, returns what it met in batches of 64, 128 and so on, the latest first."""
    keys = Keys(["net.ipv4.a{0:03}".format(number) for number in range(200)])

    numbers = [int(path[-3:]) for path, _key in keys.expanded(b"net/ipv4/a*", as_systemd=True)]
    assert numbers == [*range(192, 200), *range(64, 192), *range(64)]
