# Copyright (c) 2026, the linuxnet.tcp authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Outgoing ports: a proxy that opens a connection a request and hangs up first, until it has no port left."""

from __future__ import annotations

import socket
from collections.abc import Mapping

from ansible_collections.linuxnet.tcp.tests.lab.traffic.ab import ab
from ansible_collections.linuxnet.tcp.tests.lab.traffic.sampler import read
from ansible_collections.linuxnet.tcp.tests.lab.traffic.servers import nginx
from ansible_collections.linuxnet.tcp.tests.lab.traffic.topology import ORIGIN, PROXY, Street

from .outcome import Run, interleaved
from .stage import KERNEL, figures, settings_of, stage

PORTS, REUSE = "net.ipv4.ip_local_port_range", "net.ipv4.tcp_tw_reuse"
AT_ONCE = 32
#: Connections to the origin that were hung up on before the clients come: what 420 a second leave behind in a minute.
BEFORE = 25000
POOL = "kernel's own, and keepalive in nginx"
#: EADDRNOTAVAIL, as nginx writes it to its log.
NO_ADDRESS = "(99: Cannot assign requested address)"


def _settings(variant: str) -> Mapping[str, object]:
    if variant in (KERNEL, POOL):
        return {}
    whole = settings_of("reverse_proxy")
    return {"only the ports": {PORTS: whole[PORTS]}, "only tcp_tw_reuse": {REUSE: whole[REUSE]}}.get(variant, whole)


VARIANTS = (KERNEL, "reverse_proxy", "only the ports", "only tcp_tw_reuse", POOL)


def open_and_close(hosts: Street, times: int) -> None:
    """Connections from the proxy to the origin that the proxy closes first."""
    with hosts.proxy.entered():
        for _turn in range(times):
            with socket.create_connection((ORIGIN, 80), timeout=5):
                pass


def take(variant: str, requests: int, before: int) -> Mapping[str, float]:
    """One run: together with those before, more requests than the kernel's own range has ports."""
    with (
        stage(_settings(variant)) as hosts,
        nginx(hosts, hosts.origin),
        nginx(hosts, hosts.proxy, passes_on=True, pool=variant == POOL) as server,
    ):
        open_and_close(hosts, before)
        first = read(hosts.proxy.pid)
        outcome = ab(hosts, f"http://{PROXY}/", requests, at_once=AT_ONCE)
        last = read(hosts.proxy.pid)
        values = figures(outcome, first, last)
        refused = server.log.read_text(errors="replace").count(NO_ADDRESS)
        reused = last.counters["time_wait_reused"] - first.counters["time_wait_reused"]
        return {**values, "no_address": refused, "reused": reused}


def measure(rounds: int, requests: int, before: int = BEFORE) -> list[Run]:
    """The runs of this part."""
    return interleaved(VARIANTS, rounds, lambda variant: take(variant, requests, before))
