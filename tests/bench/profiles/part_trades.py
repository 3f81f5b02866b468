# Copyright (c) 2026, the linuxnet.tcp authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What each profile changes on a server of its trade that is loaded as fast as it goes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from ansible_collections.linuxnet.tcp.tests.lab.traffic.ab import ab
from ansible_collections.linuxnet.tcp.tests.lab.traffic.sampler import read
from ansible_collections.linuxnet.tcp.tests.lab.traffic.servers import Server, haproxy, nginx, squid
from ansible_collections.linuxnet.tcp.tests.lab.traffic.topology import ORIGIN, Street

from .outcome import Run, interleaved
from .stage import KERNEL, figures, settings_of, stage

#: Squid has this many doors, so that clients do not come twice from one port to one door: see traffic.topology.
DOORS = tuple(range(3128, 3160))
AT_ONCE = 64
SERVERS = {"nginx": ("web_server",), "haproxy": ("reverse_proxy",), "squid": ("forward_proxy", "classic")}
VARIANTS = [f"{server}/{profile}" for server, profiles in SERVERS.items() for profile in (KERNEL, *profiles)]


@contextmanager
def serving(hosts: Street, name: str) -> Iterator[Server]:
    """The server of that name on the proxy, and nginx on the origin behind it."""
    if name == "nginx":
        with nginx(hosts, hosts.proxy) as server:
            yield server
        return
    starter = haproxy(hosts, keep=False) if name == "haproxy" else squid(hosts, DOORS)
    with nginx(hosts, hosts.origin), starter as server:
        yield server


def take(variant: str, requests: int) -> Mapping[str, float]:
    """One run."""
    name, _slash, profile = variant.partition("/")
    with stage(settings_of(profile)) as hosts, serving(hosts, name) as server:
        first = read(hosts.proxy.pid)
        if name == "squid":
            outcome = ab(hosts, f"http://{ORIGIN}/", requests, at_once=AT_ONCE, proxies=server.doors)
        else:
            outcome = ab(hosts, f"http://{server.doors[0]}/", requests, at_once=AT_ONCE)
        values = figures(outcome, first, read(hosts.proxy.pid))
        return {**values, "server_mib": round(server.memory() / 2**20, 1)}


def measure(rounds: int, requests: int) -> list[Run]:
    """The runs of this part."""
    return interleaved(VARIANTS, rounds, lambda variant: take(variant, requests))
