# Copyright (c) 2026, the linuxnet.tcp authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""``by: [process]``: the name of the program that leaks."""

from __future__ import annotations

import os
import socket
import subprocess
from pathlib import Path

from ansible_collections.linuxnet.tcp.tests.lab import cuts, netns, states
from ansible_collections.linuxnet.tcp.tests.lab.compare import between_two_readings
from ansible_collections.linuxnet.tcp.tests.lab.leaking import leaking
from ansible_collections.linuxnet.tcp.tests.lab.run_module import run_module


def test_the_leaking_process_is_named(inside: netns.Namespace, source: str) -> None:
    """Root is told which process holds the CLOSE_WAIT sockets, by its number and its command."""
    with leaking(20) as small, leaking(30) as large:
        answer, rows = between_two_readings(
            lambda: run_module("state_facts", {"by": ["process"], "source": source})
        )
        command = Path(f"/proc/{large}/comm").read_text(encoding="utf-8").strip()
    first, second = answer.facts["processes"]
    assert (first["pid"], first["states"]["close_wait"], first["states"]["listen"]) == (large, 30, 1)
    assert (second["pid"], second["states"]["close_wait"], second["states"]["listen"]) == (small, 20, 1)
    assert command in first["command"]
    assert first["count"] == 31 == sum(first["states"].values())
    minisockets = [row for row in rows if row.state in ("fin_wait2", "time_wait")]
    assert len(minisockets) == 50, "the sides that the clients left"
    assert answer.facts["unattributed"] == 0, "a minisocket has no process by its nature: none is missing"


def test_two_processes_with_one_socket(inside: netns.Namespace, source: str) -> None:
    """A socket that a child inherited is held by both: neither alone can close it."""
    with socket.create_server(("127.0.0.1", 0)) as door:
        child = subprocess.Popen(["sleep", "60"], pass_fds=[door.fileno()])
        try:
            answer = run_module("state_facts", {"by": ["process"], "source": source})
        finally:
            child.kill()
            child.wait()
    holders = {row["pid"]: row["states"]["listen"] for row in answer.facts["processes"]}
    assert holders == {child.pid: 1, os.getpid(): 1}
    assert answer.facts["unattributed"] == 0


def test_an_ordinary_user_is_told_what_was_not_seen(inside: netns.Namespace, ordinary: int, source: str) -> None:
    """An ordinary user gets the processes of its own, and how many sockets belong to one that it could not see."""
    with leaking(5), leaking(3, uid=ordinary) as own:
        answer, rows = between_two_readings(
            lambda: run_module("state_facts", {"by": ["process"], "source": source}, uid=ordinary)
        )
    (row,) = answer.facts["processes"]
    assert (row["pid"], row["count"], row["states"]["close_wait"]) == (own, 4, 3)
    assert answer.facts["unattributed"] == 6, "the five leaked by root, and root's listener"
    assert answer.facts["total"] == len(rows)


def test_sockets_of_another_namespace_are_attributed(source: str) -> None:
    """From outside, the processes that hold the sockets of another namespace are found all the same."""
    with (
        netns.namespace("holders") as other,
        other.entered(),
        leaking(4) as pid,
        netns.namespace("onlooker") as here,
        here.entered(),
    ):
        arguments = {"by": ["process"], "source": source, "network_namespace": other.name}
        answer = run_module("state_facts", arguments)
    assert [(row["pid"], row["states"]["close_wait"]) for row in answer.facts["processes"]] == [(pid, 4)]


def test_what_waits_for_accept_is_unattributed(inside: netns.Namespace, source: str) -> None:
    """A connection that no process has accepted yet is a socket without a process."""
    with (
        states.syn_recv_deferred(states.IPV4, cuts.by_socket_filter),
        states.established_unaccepted(states.IPV6, cuts.by_socket_filter),
        states.fin_wait2_orphaned(states.MAPPED, cuts.by_socket_filter),
    ):
        answer = run_module("state_facts", {"by": ["process"], "source": source})
    (row,) = answer.facts["processes"]
    assert answer.facts["unattributed"] == 1, "the one in the accept queue"
    assert row["count"] + 3 == answer.facts["total"], "a half-open connection and a minisocket never have a process"
