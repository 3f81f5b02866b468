# Copyright (c) 2026, the linuxnet.tcp authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The lists of settings that every kernel gets: the profiles of the role, and one of every kind of value."""

from __future__ import annotations

from typing import Any

from ansible_collections.linuxnet.tcp.plugins.plugin_utils._profiles import Wishes, resolve
from ansible_collections.linuxnet.tcp.tests.gates import paths

FOLDER = paths.ROOT / "roles" / "tcp_profile" / "files" / "profiles"
MEMORY = 2**30
EVERY_KIND: dict[str, Any] = {
    "net.ipv4.tcp_fin_timeout": 30,
    "net.ipv4.tcp_tw_reuse": 1,
    "net.ipv4.ip_local_port_range": [10240, 65001],
    "net.ipv4.ip_local_reserved_ports": "10250,10255-10256",
    "net.ipv4.tcp_rmem": [4096, 131072, 6291456],
    "net.ipv4.tcp_max_tw_buckets": {"at_most": 5000},
    "net.core.somaxconn": {"at_least": 8192},
    "net.ipv4.tcp_congestion_control": "reno",
    # Since 6.14, 6.15 and 4.12: skipped elsewhere, and the last everywhere here.
    "net.ipv4.tcp_tw_reuse_delay": 1500,
    "net.ipv4.tcp_rto_max_ms": 60001,
    "net.ipv4.tcp_tw_recycle": 0,
}


def to_try() -> dict[str, dict[str, Any]]:
    """Name of a profile to its settings, for a host with 1 GiB."""
    names = sorted(path.stem for path in FOLDER.glob("*.yml"))
    resolved = {name: resolve([name], Wishes(memory_bytes=MEMORY)).settings for name in names}
    return {"every_kind": EVERY_KIND, **resolved}
