# Copyright (c) 2026, the linuxnet.tcp authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The oracle: what ``ss -tan`` of iproute2 says about the namespace that the caller is in."""

from __future__ import annotations

import subprocess
from collections import Counter
from collections.abc import Iterable
from typing import NamedTuple

NAMES = {
    "ESTAB": "established",
    "SYN-SENT": "syn_sent",
    "SYN-RECV": "syn_recv",
    "FIN-WAIT-1": "fin_wait1",
    "FIN-WAIT-2": "fin_wait2",
    "TIME-WAIT": "time_wait",
    "UNCONN": "close",
    "CLOSE-WAIT": "close_wait",
    "LAST-ACK": "last_ack",
    "LISTEN": "listen",
    "CLOSING": "closing",
}
STATES = tuple(NAMES.values())
FAMILIES = ("ipv4", "ipv6")


class Row(NamedTuple):
    """One line of ss; a port of 0 stands for ``*``."""

    state: str
    receive_queue: int
    send_queue: int
    address: str
    port: int
    peer: str
    peer_port: int
    family: str


class Counts(NamedTuple):
    """What state_facts returns, counted from the rows."""

    states: dict[str, int]
    families: dict[str, dict[str, int]]


def rows() -> list[Row]:
    """All TCP sockets but the UNCONN ones: those are bound to a port and in no connection."""
    text = subprocess.run(["ss", "-tanH"], check=True, capture_output=True, text=True).stdout
    return [row for row in map(parse, text.splitlines()) if row.state != "close"]


def counts(found: Iterable[Row] | None = None) -> Counts:
    """How many in each state, in all and by family, with a zero where there is none."""
    found = rows() if found is None else list(found)
    by_family = Counter((row.family, row.state) for row in found)
    families = {family: {state: by_family[family, state] for state in STATES} for family in FAMILIES}
    return Counts({state: sum(families[family][state] for family in FAMILIES) for state in STATES}, families)


def parse(line: str) -> Row:
    """One line of ``ss -tanH``: State, Recv-Q, Send-Q, local, peer."""
    state, receive_queue, send_queue, local, peer = line.split()[:5]
    address, port = _split(local)
    peer_address, peer_port = _split(peer)
    queues = int(receive_queue), int(send_queue)
    return Row(NAMES[state], *queues, address, port, peer_address, peer_port, _family(local))


def _family(local: str) -> str:
    """IPv6 addresses stand in brackets, v4-mapped ones too; ``*`` is the dual-stack wildcard of an IPv6 socket."""
    return "ipv6" if local.startswith(("[", "*")) else "ipv4"


def _split(end: str) -> tuple[str, int]:
    """``[::1]:22`` -> ``::1``, 22; ``*:80`` (any address of both families) -> ``::``, 80; a scope (%lo) is dropped."""
    address, _colon, port = end.rpartition(":")
    address = address.partition("%")[0].strip("[]")
    return ("::" if address == "*" else address), (0 if port == "*" else int(port))
