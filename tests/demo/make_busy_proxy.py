# Copyright (c) 2026, the linuxnet.tcp authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Make a busy proxy on a real kernel, for half a minute and in namespaces of its own, and capture it for the demo.

    python -m ansible_collections.linuxnet.tcp.tests.demo.make_busy_proxy FOLDER

As root, in the folder that holds ansible_collections/. Clients and upstreams are in one namespace, the proxy is in the
other, so that only its ends of the connections are counted. Nothing leaves the machine.

Of /proc/net/tcp nothing is kept, for it would be four megabytes: only the plain question can be asked of the captured
machine. tests/unit/machines/README.md describes the files.
"""

from __future__ import annotations

import argparse
import datetime as dt
import itertools
import json
import platform
import resource
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from ansible_collections.linuxnet.tcp.plugins.module_utils._host.sock_diag import over_netlink
from ansible_collections.linuxnet.tcp.tests.lab.netns import Namespace, Side, cable
from ansible_collections.linuxnet.tcp.tests.unit.machines.capture import NET_FILES, SYSCTLS, facts_of
from ansible_collections.linuxnet.tcp.tests.unit.machines.machine import recording

CLIENTS = ("192.0.2.10", "192.0.2.11", "192.0.2.12", "192.0.2.13")
UPSTREAMS = ("192.0.2.21", "192.0.2.22", "192.0.2.23")
NOBODY = "198.51.100.7"  # routed to the clients' namespace, which drops what is for nobody
HTTPS, HTTP, STATISTICS, SSH, UPSTREAM = 443, 80, 8404, 22, 8080
# Sockets in each state. TIME_WAIT towards upstreams (the proxy closes first) and towards clients (it times them out).
TIME_WAIT_UPSTREAM, TIME_WAIT_CLIENT = 16_480, 9_310
ESTABLISHED_CLIENT, ESTABLISHED_CLIENT_IPV6, ESTABLISHED_UPSTREAM = 3_107, 418, 1_149
CLOSE_WAIT, FIN_WAIT2, FIN_WAIT1, LAST_ACK, CLOSING, SYN_RECV, SYN_SENT = 187, 318, 23, 9, 2, 46, 14
TIME_WAIT_CAP = 32_768  # near enough to be worth a look
OPEN_FILES = 12_000
BATCH = 200


class Proxy:
    """The proxy, its clients and its upstreams. Sockets stay open until the process ends."""

    def __init__(self, outside: Side, inside: Side) -> None:
        self.outside, self.inside = outside, inside
        self.kept: list[socket.socket] = []
        self.clients = itertools.cycle(CLIENTS)
        self.https = self.listen(inside.namespace, "::", HTTPS)
        self.http = self.listen(inside.namespace, "::", HTTP, defer=True)
        self.listen(inside.namespace, "127.0.0.1", STATISTICS)
        self.listen(inside.namespace, "0.0.0.0", SSH)
        self.upstreams = [self.listen(outside.namespace, address, UPSTREAM) for address in UPSTREAMS]

    def listen(self, where: Namespace, address: str, port: int, defer: bool = False) -> socket.socket:
        """A listening socket; `::` takes IPv4 as well."""
        door = self.sockets(where, 1, socket.AF_INET6 if ":" in address else socket.AF_INET)[0]
        if ":" in address:
            door.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 0)
        if defer:
            door.setsockopt(socket.IPPROTO_TCP, socket.TCP_DEFER_ACCEPT, 60)
        door.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        door.bind((address, port))
        door.listen(4096)
        self.kept.append(door)
        return door

    def sockets(
        self, where: Namespace, number: int, family: socket.AddressFamily = socket.AF_INET
    ) -> list[socket.socket]:
        """New sockets of a namespace, to which they belong for good."""
        with where.entered():
            return [socket.socket(family, socket.SOCK_STREAM) for _number in range(number)]

    def from_clients(self, number: int, ipv6: bool = False) -> Iterator[tuple[socket.socket, socket.socket]]:
        """Connections from clients: the client's end and the proxy's."""
        family = socket.AF_INET6 if ipv6 else socket.AF_INET
        for client in self.in_batches(self.outside.namespace, number, family):
            if not ipv6:
                client.bind((next(self.clients), 0))
            client.connect((self.inside.ipv6 if ipv6 else self.inside.ipv4, HTTPS))
            yield client, self.https.accept()[0]

    def to_upstreams(self, number: int) -> Iterator[tuple[socket.socket, socket.socket]]:
        """Connections to the upstreams: the proxy's end and the upstream's."""
        doors = itertools.cycle(self.upstreams)
        for ours in self.in_batches(self.inside.namespace, number, socket.AF_INET):
            door = next(doors)
            ours.connect(door.getsockname())
            yield ours, door.accept()[0]

    def in_batches(self, where: Namespace, number: int, family: socket.AddressFamily) -> Iterator[socket.socket]:
        """`number` sockets, made a few hundred at a time: changing the namespace is not free."""
        for start in range(0, number, BATCH):
            yield from self.sockets(where, min(BATCH, number - start), family)

    def make_load(self) -> None:
        """Bring about every state, those that last longest first."""
        for pair in itertools.chain(
            self.from_clients(ESTABLISHED_CLIENT),
            self.from_clients(ESTABLISHED_CLIENT_IPV6, ipv6=True),
            self.to_upstreams(ESTABLISHED_UPSTREAM),
        ):
            self.kept += pair
        self.overflow_an_accept_queue()
        self.leak()
        for ours, theirs in self.to_upstreams(TIME_WAIT_UPSTREAM):
            ours.close()
            theirs.close()
        for theirs, ours in self.from_clients(TIME_WAIT_CLIENT):
            ours.close()
            theirs.close()
        for theirs, ours in self.from_clients(FIN_WAIT2):
            ours.close()
            self.kept.append(theirs)
        self.stall()
        for client in self.sockets(self.outside.namespace, SYN_RECV):
            client.connect((self.inside.ipv4, HTTP))
            self.kept.append(client)
        for ours in self.sockets(self.inside.namespace, SYN_SENT):
            ours.setblocking(False)
            ours.connect_ex((NOBODY, UPSTREAM))
            self.kept.append(ours)

    def leak(self) -> None:
        """CLOSE_WAIT: the other end has closed, and the proxy has forgotten to."""
        for theirs, ours in self.from_clients(CLOSE_WAIT):
            theirs.close()
            self.kept.append(ours)

    def stall(self) -> None:
        """States in which something is still to be acknowledged: the client has stopped to read."""
        for number, (theirs, ours) in enumerate(self.from_clients(FIN_WAIT1 + LAST_ACK + CLOSING)):
            fill(ours)
            if number < LAST_ACK:
                theirs.shutdown(socket.SHUT_WR)
                time.sleep(0.01)
            ours.close()
            if LAST_ACK <= number < LAST_ACK + CLOSING:
                theirs.shutdown(socket.SHUT_WR)
            self.kept.append(theirs)

    def overflow_an_accept_queue(self) -> None:
        """Some connections too many for a listener that does not accept; all of it is gone again afterwards."""
        door = self.listen(self.inside.namespace, "0.0.0.0", 9000)
        door.listen(16)
        callers = self.sockets(self.outside.namespace, 40)
        for caller in callers:
            caller.setblocking(False)
            caller.connect_ex((self.inside.ipv4, 9000))
        time.sleep(0.3)
        for one in (*callers, door):
            one.close()
        self.kept.remove(door)


def fill(sender: socket.socket) -> None:
    """Send until nothing more is taken."""
    sender.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 8192)
    sender.setblocking(False)
    try:
        while True:
            sender.send(b"x" * 65536)
    except BlockingIOError:
        pass


def prepare(outside: Side, inside: Side) -> None:
    """Addresses, a route to nobody, and the settings of the two namespaces."""
    for address in (*CLIENTS, *UPSTREAMS):
        ip(outside.namespace, "address", "add", f"{address}/24", "dev", "lab0")
    ip(inside.namespace, "route", "add", f"{NOBODY}/32", "via", outside.ipv4)
    outside.namespace.set("net.ipv4.ip_forward", 0)
    outside.namespace.set("net.ipv4.ip_local_port_range", "1024 65535")
    outside.namespace.set("net.ipv4.tcp_rmem", "4096 4096 4096")
    outside.namespace.set("net.core.somaxconn", 4096)
    inside.namespace.set("net.ipv4.tcp_max_tw_buckets", TIME_WAIT_CAP)


def ip(where: Namespace, *words: str) -> None:
    """Run the program of this name in a namespace."""
    subprocess.run(["ip", "-n", where.name, *words], check=True, capture_output=True)


def capture(folder: Path) -> dict[str, Any]:
    """What the namespace of this process shows, into `folder`; the facts. Raises ValueError if it is not at rest."""
    counters = [f"net/{name}" for name in NET_FILES if not name.startswith("tcp")]
    for name in (*counters, *(f"sys/{name}" for name in SYSCTLS)):
        source = Path("/proc") / name
        if source.exists():
            target = folder / "proc" / name
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(source.read_bytes())
    memory = Path("/proc/meminfo").read_bytes().splitlines(keepends=True)
    (folder / "proc" / "meminfo").write_bytes(memory[0])
    recorder = recording(over_netlink)
    facts = facts_of({}, str(folder / "proc"), recorder.ask)
    by_proc = facts_of({"source": "procfs"}, "/proc", over_netlink)
    if facts["states"] != by_proc["states"]:
        raise ValueError(f"not at rest: {facts['states']} over netlink, {by_proc['states']} in /proc")
    (folder / "sock_diag.json").write_text(json.dumps(recorder.description, indent=1) + "\n", encoding="utf-8")
    expected = json.dumps([{"parameters": {}, "facts": facts}], indent=1)
    (folder / "expected.json").write_text(expected + "\n", encoding="utf-8")
    return facts


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description="Make a busy proxy in namespaces of its own and capture it.")
    parser.add_argument("folder", type=Path, help="made anew; must not exist")
    folder: Path = parser.parse_args().folder
    if folder.exists():
        parser.error(f"{folder} exists")
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(OPEN_FILES, hard), hard))
    with ExitStack() as stack:
        outside, inside = stack.enter_context(cable("busy"))
        prepare(outside, inside)
        proxy = Proxy(outside, inside)
        started = time.monotonic()
        proxy.make_load()
        time.sleep(1)
        try:
            with inside.namespace.entered():
                facts = capture(folder)
        except ValueError as error:
            shutil.rmtree(folder)
            parser.exit(1, f"{error}\n")
        took = time.monotonic() - started
    today = dt.datetime.now(tz=dt.UTC).date()
    sys.stdout.write(
        f"captured on Linux {platform.release()} on {today}, {took:.0f} s after the first connection\n"
        f"{json.dumps(facts['states'])}\n"
    )


if __name__ == "__main__":
    main()
