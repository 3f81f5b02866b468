# Copyright (c) 2026, the linuxnet.tcp authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The watch of `tunables`, with real connections: what makes a host worse is put back, what does not stays."""

from __future__ import annotations

import contextlib
import signal
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from ansible_collections.linuxnet.tcp.tests.lab import netns
from ansible_collections.linuxnet.tcp.tests.lab.throwaway_host import PENDING, Host

FIN, SOMAXCONN = "net.ipv4.tcp_fin_timeout", "net.core.somaxconn"
TICK, AT_ONCE = 0.02, 8
WATCH = 0.6


@contextmanager
def busy(namespace: str) -> Iterator[None]:
    """Connections over the loopback of a namespace: a server that renews its queue as a restart would, and clients.

    Each tick the clients come before the server accepts, so that a short queue overflows at once.
    """
    ended = threading.Event()

    def work() -> None:
        with netns.joined(namespace):
            server = socket.socket()
            server.bind(("127.0.0.1", 0))
        with server:
            server.listen(4096)
            server.setblocking(False)
            while not ended.is_set():
                server.listen(4096)  # bounded by somaxconn as it is now
                with netns.joined(namespace):
                    clients = [socket.socket() for _turn in range(AT_ONCE)]
                for client in clients:
                    client.setblocking(False)
                    client.connect_ex(server.getsockname())
                time.sleep(TICK / 2)
                with contextlib.suppress(BlockingIOError):
                    while True:
                        server.accept()[0].close()
                for client in clients:
                    client.close()
                time.sleep(TICK / 2)

    worker = threading.Thread(target=work)
    worker.start()
    try:
        yield
    finally:
        ended.set()
        worker.join()


@pytest.fixture
def loaded(host: Host) -> Iterator[Host]:
    """A host that serves connections."""
    with busy(f"/proc/{host.pid}/ns/net"):
        yield host


def test_a_regression_is_put_back_with_evidence(loaded: Host) -> None:
    """A queue of one overflows: value, file and memory are put back, and the task fails with the counters."""
    before = loaded.get(SOMAXCONN)
    answer = loaded.run(settings={SOMAXCONN: 1}, watch_seconds=WATCH)

    assert "the host got worse, so the change is put back" in answer.refusal
    assert "listen_overflows rose from" in answer.refusal
    counters = answer.result["evidence"]["counters"]
    assert counters["listen_overflows"]["after"] > counters["listen_overflows"]["before"] + 1
    assert answer.result["evidence"]["judged"] is True
    assert answer.result["evidence"]["opens_a_second"] > 1
    assert loaded.get(SOMAXCONN) == before
    assert loaded.text() is None
    assert not loaded.file(PENDING).exists()


def test_a_good_change_stays(loaded: Host) -> None:
    """A change that makes nothing worse stays, and the evidence says that it was judged."""
    answer = loaded.run(settings={FIN: 30}, watch_seconds=WATCH)

    assert answer.changed
    assert answer.ok["evidence"]["judged"] is True
    assert abs(answer.ok["evidence"]["window_seconds"] - WATCH) < 5
    assert loaded.get(FIN) == "30"
    assert not loaded.file(PENDING).exists()


def test_limits_are_the_users(loaded: Host) -> None:
    """With limits wide enough the same bad change stays."""
    names = ("listen_overflows", "listen_drops", "attempt_fails", "aborts_on_timeout", "aborts_on_memory")
    limits = dict.fromkeys(names, 10**9) | {"retransmit_ratio": 1}
    answer = loaded.run(settings={SOMAXCONN: 1}, watch_seconds=WATCH, watch_limits=limits)

    assert answer.changed
    assert loaded.get(SOMAXCONN) == "1"


def test_an_idle_host_is_not_judged(host: Host) -> None:
    """Without connections nothing can be said, and the change stays."""
    answer = host.run(settings={SOMAXCONN: 1}, watch_seconds=0.1)

    assert answer.changed
    assert answer.ok["evidence"]["judged"] is False
    assert host.get(SOMAXCONN) == "1"


def test_nothing_to_change_is_nothing_to_watch(loaded: Host) -> None:
    """An unchanged run, a check, and one for boot alone do not wait."""
    loaded.run(settings={FIN: 30})
    began = time.monotonic()
    for arguments in ({"settings": {FIN: 30}}, {"settings": {FIN: 31}, "check_mode": True}):
        assert "evidence" not in loaded.run(watch_seconds=100, **arguments).ok
    assert "evidence" not in loaded.run(settings={FIN: 32}, scope=["boot"], watch_seconds=100).ok

    assert time.monotonic() - began < 60


def test_a_lost_connection_does_not_keep_a_regression(loaded: Host) -> None:
    """SIGHUP in the window, as when a bad change cuts the connection, does not stop the putting back."""
    before = loaded.get(SOMAXCONN)
    run = loaded.start(settings={SOMAXCONN: 1}, watch_seconds=WATCH)
    deadline = time.monotonic() + 20
    while loaded.get(SOMAXCONN) != "1" and time.monotonic() < deadline:
        time.sleep(0.01)
    run.signal(signal.SIGHUP)

    assert "put back" in run.wait().refusal
    assert loaded.get(SOMAXCONN) == before


def test_a_named_namespace_is_watched_itself(host: Host) -> None:
    """What is watched is the namespace that is changed, not the host around it."""
    with netns.namespace("watch") as other:
        with busy(other.path):
            answer = host.run(settings={SOMAXCONN: 1}, network_namespace=other.name, watch_seconds=WATCH)
        assert "listen_overflows rose" in answer.refusal
        with busy(f"/proc/{host.pid}/ns/net"):
            answer = host.run(settings={SOMAXCONN: 1}, network_namespace=other.name, watch_seconds=0.1)
        assert answer.ok["evidence"]["judged"] is False
