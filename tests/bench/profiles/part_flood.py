# Copyright (c) 2026, the linuxnet.tcp authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A SYN flood, bounded in packets and seconds and inside the namespaces, with and without syncookies."""

from __future__ import annotations

import time
from collections.abc import Mapping

from ansible_collections.linuxnet.tcp.tests.lab.traffic.callers import answered, call
from ansible_collections.linuxnet.tcp.tests.lab.traffic.flood import flooding
from ansible_collections.linuxnet.tcp.tests.lab.traffic.sampler import read, rise
from ansible_collections.linuxnet.tcp.tests.lab.traffic.servers import NGINX_BACKLOG, nginx
from ansible_collections.linuxnet.tcp.tests.lab.traffic.topology import PROXY

from .outcome import Run, interleaved
from .stage import settings_of, stage

SYNCOOKIES, BACKLOG, SOMAXCONN = "net.ipv4.tcp_syncookies", "net.ipv4.tcp_max_syn_backlog", "net.core.somaxconn"
LARGE = 65535
VARIANTS: Mapping[str, tuple[Mapping[str, object], int]] = {
    "no syncookies": ({SYNCOOKIES: 0}, NGINX_BACKLOG),
    "no syncookies, queues of 4096": ({SYNCOOKIES: 0, BACKLOG: 4096, SOMAXCONN: 4096}, LARGE),
    "syncookies (the kernel's own)": ({}, NGINX_BACKLOG),
    "syncookies, tcp_max_syn_backlog 128": ({BACKLOG: 128}, NGINX_BACKLOG),
    "web_server": (settings_of("web_server"), LARGE),
}
#: Packets a second; with 2.5 s before the first real call even the largest queue here is full.
RATE, SECONDS, LEAD = 5000.0, 4.5, 2.5
CALLS, EVERY, PATIENCE = 50, 0.02, 0.9


def take(variant: str) -> Mapping[str, float]:
    """One run: real clients call once the flood has filled what it can."""
    settings, backlog = VARIANTS[variant]
    with stage(settings) as hosts, nginx(hosts, hosts.proxy, backlog=backlog):
        first = read(hosts.proxy.pid)
        with flooding(hosts, 80, RATE, SECONDS) as flood:
            time.sleep(LEAD)
            with hosts.client.entered():
                waits = call((PROXY, 80), CALLS, EVERY, PATIENCE)
            with hosts.proxy.entered(), open("/proc/thread-self/net/tcp", encoding="ascii") as table:  # noqa: PTH123
                half_open = sum(line.split()[3] == "03" for line in table)
            sent = int(flood.communicate()[0])
        rose = rise(first, read(hosts.proxy.pid))
    return {
        "flood": sent,
        "answered": round(100 * answered(waits), 1),
        "half_open": half_open,
        "syn_drops": rose["listen_drops"],
        "cookies": rose["syncookies_sent"],
    }


def measure(rounds: int) -> list[Run]:
    """The runs of this part."""
    return interleaved(list(VARIANTS), rounds, take)
