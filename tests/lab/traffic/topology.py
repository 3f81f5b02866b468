# Copyright (c) 2026, the linuxnet.tcp authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A street of three hosts: a client, a proxy that `tunables` can be run on, and an origin, joined by cables.

    with street() as hosts, squid(hosts) as door, nginx(hosts, hosts.origin):
        hosts.proxy.run(settings={"net.ipv4.tcp_max_tw_buckets": 5000})
        outcome = ab(hosts, f"http://{ORIGIN}/", proxy=door)

Addresses are those that documentation has for itself (RFC 5737), and no cable leads out of the three namespaces.
"""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from ansible_collections.linuxnet.tcp.tests.lab import netns
from ansible_collections.linuxnet.tcp.tests.lab.throwaway_host import Host, throwaway_host

CLIENT, PROXY = "192.0.2.1", "192.0.2.2"
PROXY_BEHIND, ORIGIN = "198.51.100.2", "198.51.100.1"
#: Addresses that the proxy reaches through the client, and that nobody has: a packet to one of them is lost.
NOWHERE = "203.0.113.0/24"
#: A client that comes again from the same port to the same door ends the TIME_WAIT there. connect() walks through the
#: ports by steps of chance, so that 64,000 of them last for some 1,700 calls at one door; hence servers of many doors.
CLIENT_PORTS = "1024 65535"


@dataclass(frozen=True)
class Street:
    """Three hosts that are up; `folder` is for what their servers write."""

    client: netns.Namespace
    proxy: Host
    origin: netns.Namespace
    folder: Path


@contextmanager
def street() -> Iterator[Street]:
    """Three hosts with the kernel's own settings; whatever still runs on them loses its network with the block."""
    with ExitStack() as stack:
        folder = Path(tempfile.mkdtemp(prefix="lnlab-street-"))
        stack.callback(shutil.rmtree, folder, ignore_errors=True)
        folder.chmod(0o755)  # servers that drop root have folders of their own in it
        client = stack.enter_context(netns.namespace("client"))
        origin = stack.enter_context(netns.namespace("origin"))
        proxy = stack.enter_context(throwaway_host())
        _cable(client, proxy, ("street", CLIENT), ("front", PROXY))
        _cable(origin, proxy, ("street", ORIGIN), ("behind", PROXY_BEHIND))
        client.set("net.ipv4.ip_local_port_range", CLIENT_PORTS)
        with proxy.entered():
            _ip("route", "add", NOWHERE, "via", CLIENT)
        yield Street(client, proxy, origin, folder)


def slow_line(hosts: Street, rate: str) -> None:
    """Let the client send no faster than `rate` (tc's words, such as 6mbit); what is too fast waits."""
    shape = ["qdisc", "add", "dev", "street", "root", "tbf", "rate", rate, "burst", "16k", "latency", "2s"]
    subprocess.run(["tc", "-n", hosts.client.name, *shape], check=True, capture_output=True)


def _cable(outer: netns.Namespace, proxy: Host, ours: tuple[str, str], theirs: tuple[str, str]) -> None:
    """A veth pair, a name and an address at each end."""
    _ip("-n", outer.name, "link", "add", ours[0], "type", "veth", "peer", "name", theirs[0], "netns", str(proxy.pid))
    with outer.entered():
        _up(*ours)
    with proxy.entered():
        _up(*theirs)


def _up(name: str, address: str) -> None:
    _ip("address", "add", f"{address}/24", "dev", name)
    _ip("link", "set", name, "up")


def _ip(*words: str) -> None:
    subprocess.run(["ip", *words], check=True, capture_output=True, text=True)
