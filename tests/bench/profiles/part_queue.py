# Copyright (c) 2026, the linuxnet.tcp authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The accept queue: calls that come while the server does not accept, as while it collects garbage or is swapped."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Mapping

from ansible_collections.linuxnet.tcp.tests.lab.traffic.callers import answered, call
from ansible_collections.linuxnet.tcp.tests.lab.traffic.sampler import read, rise
from ansible_collections.linuxnet.tcp.tests.lab.traffic.servers import NGINX_BACKLOG, nginx
from ansible_collections.linuxnet.tcp.tests.lab.traffic.topology import PROXY

from .outcome import Run, interleaved
from .stage import settings_of, stage

SOMAXCONN = "net.core.somaxconn"
LARGE = 65535
#: Settings and the backlog that nginx asks for.
VARIANTS: Mapping[str, tuple[Mapping[str, object], int]] = {
    "128, as before Linux 5.4": ({SOMAXCONN: 128}, LARGE),
    "web_server": (settings_of("web_server"), LARGE),
    "web_server, nginx asks for 511": (settings_of("web_server"), NGINX_BACKLOG),
}
CALLS, EVERY, PAUSE, PATIENCE = 2000, 0.0002, 0.4, 4.0
SOON = 0.9
"""Seconds: who is dropped calls again only after one."""


def take(variant: str) -> Mapping[str, float]:
    """One run: the server stands still while the calls come in, and then goes on."""
    settings, backlog = VARIANTS[variant]
    with stage(settings) as hosts, nginx(hosts, hosts.proxy, backlog=backlog) as server:
        first = read(hosts.proxy.pid)
        os.kill(server.pid, signal.SIGSTOP)
        going_on = threading.Timer(PAUSE, os.kill, (server.pid, signal.SIGCONT))
        going_on.start()
        with hosts.client.entered():
            waits = call((PROXY, 80), CALLS, EVERY, PATIENCE)
        going_on.join()
        rose = rise(first, read(hosts.proxy.pid))
    return {
        "soon": round(100 * answered(waits, SOON), 1),
        "answered": round(100 * answered(waits), 1),
        "queue_drops": rose["listen_overflows"],
        "cookies": rose["syncookies_sent"],
    }


def measure(rounds: int) -> list[Run]:
    """The runs of this part."""
    return interleaved(list(VARIANTS), rounds, take)
