# Copyright (c) 2026, the linuxnet.tcp authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Outgoing ports: a proxy that opens a connection a request and hangs up first, until it has no port left."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from ansible_collections.linuxnet.tcp.tests.lab.traffic.ab import ab
from ansible_collections.linuxnet.tcp.tests.lab.traffic.sampler import read
from ansible_collections.linuxnet.tcp.tests.lab.traffic.servers import nginx
from ansible_collections.linuxnet.tcp.tests.lab.traffic.topology import PROXY

from .outcome import Run, interleaved
from .stage import KERNEL, figures, settings_of, stage

PORTS, REUSE = "net.ipv4.ip_local_port_range", "net.ipv4.tcp_tw_reuse"
AT_ONCE = 32
#: Of each range only so much is used, so that a minute's worth of ports is used up in seconds.
SHARE = 10
OWN_RANGE = (32768, 60999)
POOL = "kernel's own, and keepalive in nginx"
#: EADDRNOTAVAIL, as nginx writes it to its log.
NO_ADDRESS = "(99: Cannot assign requested address)"


def share_of(ports: Sequence[int]) -> list[int]:
    """The lower SHARE of a range, both ends included."""
    low, high = ports
    return [low, low + (high - low + 1) // SHARE - 1]


def _settings(variant: str) -> Mapping[str, object]:
    own, whole = {PORTS: share_of(OWN_RANGE)}, settings_of("reverse_proxy")
    wider = {PORTS: share_of(whole[PORTS])}
    return {
        "reverse_proxy": {**whole, **wider},
        "only the ports": wider,
        "only tcp_tw_reuse": {**own, REUSE: whole[REUSE]},
    }.get(variant, own)


VARIANTS = (KERNEL, "reverse_proxy", "only the ports", "only tcp_tw_reuse", POOL)


def take(variant: str, requests: int) -> Mapping[str, float]:
    """One run: more requests than there are ports in the share of the kernel's own range."""
    with (
        stage(_settings(variant)) as hosts,
        nginx(hosts, hosts.origin),
        nginx(hosts, hosts.proxy, passes_on=True, pool=variant == POOL) as server,
    ):
        first = read(hosts.proxy.pid)
        outcome = ab(hosts, f"http://{PROXY}/", requests, at_once=AT_ONCE)
        last = read(hosts.proxy.pid)
        values = figures(outcome, first, last)
        refused = server.log.read_text(errors="replace").count(NO_ADDRESS)
        reused = last.counters["time_wait_reused"] - first.counters["time_wait_reused"]
        return {**values, "no_address": refused, "reused": reused}


def measure(rounds: int, requests: int) -> list[Run]:
    """The runs of this part."""
    return interleaved(VARIANTS, rounds, lambda variant: take(variant, requests))
