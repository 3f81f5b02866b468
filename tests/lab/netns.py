# Copyright (c) 2026, the linuxnet.tcp authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Throw-away network namespaces: a TCP stack of one's own, gone again when the block ends.

Every namespace is named ``lnlab-LABEL-PID-N``: PID is the process that made it, so that what a killed
run left behind can be told from what a living one uses (:func:`sweep`).
"""

from __future__ import annotations

import ctypes
import itertools
import os
import subprocess
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

PREFIX = "lnlab"
FOLDER = "/run/netns"  # where iproute2 keeps named namespaces
OWN = "/proc/thread-self/ns/net"  # the namespace of the calling thread
CLONE_NEWNET = 0x40000000  # <linux/sched.h>

_numbers = itertools.count()


@dataclass(frozen=True)
class Namespace:
    """A named network namespace with its loopback up."""

    name: str

    @property
    def path(self) -> str:
        """The file that stands for it."""
        return f"{FOLDER}/{self.name}"

    @contextmanager
    def entered(self) -> Iterator[None]:
        """Inside this block the calling thread, and every process it starts, is in the namespace.

        Sockets belong for their whole life to the namespace they were made in: they may be used, and
        closed, outside the block.
        """
        with joined(self.path):
            yield

    def set(self, key: str, value: object) -> None:
        """Give a sysctl (``net.ipv4.tcp_fin_timeout``) a value in this namespace only."""
        with self.entered():
            # A line: an empty write would change nothing, not even a list to empty.
            Path("/proc/sys", *key.split(".")).write_text(f"{value}\n", encoding="ascii")


@contextmanager
def joined(path: str) -> Iterator[None]:
    """Inside this block the calling thread is in the network namespace behind ``path``, as with ``entered``."""
    home = os.open(OWN, os.O_RDONLY | os.O_CLOEXEC)
    try:
        _join(path)
        try:
            yield
        finally:
            _setns(home)
    finally:
        os.close(home)


@contextmanager
def namespace(label: str) -> Iterator[Namespace]:
    """A new namespace; the kernel drops whatever is still open in it when the block ends."""
    made = Namespace(f"{PREFIX}-{label}-{os.getpid()}-{next(_numbers)}")
    _ip("netns", "add", made.name)
    try:
        _ip("-n", made.name, "link", "set", "lo", "up")
        yield made
    finally:
        _ip("netns", "delete", made.name)


@dataclass(frozen=True)
class Side:
    """One end of a cable between two namespaces."""

    namespace: Namespace
    ipv4: str
    ipv6: str


@contextmanager
def cable(label: str) -> Iterator[tuple[Side, Side]]:
    """Two namespaces joined by a veth pair: a client's side and a server's side."""
    with ExitStack() as stack:
        client = Side(stack.enter_context(namespace(f"{label}-c")), "192.0.2.1", "2001:db8::1")
        server = Side(stack.enter_context(namespace(f"{label}-s")), "192.0.2.2", "2001:db8::2")
        _ip("-n", client.namespace.name, "link", "add", "lab0", "type", "veth",
            "peer", "name", "lab0", "netns", server.namespace.name)  # fmt: skip
        for side in (client, server):
            name = side.namespace.name
            _ip("-n", name, "address", "add", f"{side.ipv4}/24", "dev", "lab0")
            _ip("-n", name, "address", "add", f"{side.ipv6}/64", "dev", "lab0", "nodad")
            _ip("-n", name, "link", "set", "lab0", "up")
        yield client, server


def sweep() -> list[str]:
    """Delete the namespaces that a killed run of this suite left behind; the names deleted."""
    gone = []
    for path in Path(FOLDER).glob(f"{PREFIX}-*-*-*"):
        maker = path.name.split("-")[-2]
        if not Path("/proc", maker).exists():
            _ip("netns", "delete", path.name)
            gone.append(path.name)
    return gone


def _ip(*words: str) -> None:
    subprocess.run(["ip", *words], check=True, capture_output=True, text=True)


def _join(path: str) -> None:
    handle = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    try:
        _setns(handle)
    finally:
        os.close(handle)


def _setns(handle: int) -> None:
    """setns(2) for the calling thread; ``os.setns`` came only with Python 3.12."""
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.setns(handle, CLONE_NEWNET) != 0:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))
