# Copyright (c) 2026, the linuxnet.tcp authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Diagnoses of what comes in: the queue of connections to accept, and the queue of half-open ones."""

from __future__ import annotations

from typing import Any, Dict, Optional

from ..._model.findings import Severity
from .host import Host, Listener
from .rule import NOTHING, Rule, Seen, application, tunable

OVERFLOWS = "listen_overflows"
# With cookies off and net.ipv4.tcp_max_syn_backlog three quarters full the kernel begins to drop SYNs of strangers
# (net/ipv4/tcp_input.c, tcp_conn_request()); a queue at half is on its way there and never so on a host at peace,
# where a half-open connection lasts one round trip.
HALF_FULL = 0.5
# Half of a tiny backlog is no pile.
FEW_HALF_OPEN = 16
# When at least half of the cookies come back, those who called were real.
REAL_CALLERS = 0.5


def accept_overflow(host: Host) -> Optional[Seen]:
    """The counter says that it happens; the rows by listener may say where."""
    if not host.rising(OVERFLOWS):
        return None
    full = fullest(host)
    evidence = host.movement(OVERFLOWS)
    if full is None:
        return Seen(Severity.HIGH, evidence, application(_ACCEPT_FASTER + "; by: [listener] shows which port it is"))
    return Seen(Severity.HIGH, {**evidence, **queue_of(host, full)}, longer_queue(host, full))


def accept_queue_full(host: Host) -> Optional[Seen]:
    """More wait than the backlog: include/net/sock.h, sk_acceptq_is_full(), drops the next."""
    full = fullest(host)
    if full is None or full.backlog is None or full.accept_queue <= full.backlog:
        return None
    return Seen(Severity.MEDIUM, queue_of(host, full), longer_queue(host, full))


def fullest(host: Host) -> Optional[Listener]:
    """The listener whose accept queue is fullest, if one has at least its backlog waiting."""
    full = [row for row in host.listeners() or () if row.backlog is not None and row.accept_queue > 0]
    full = [row for row in full if row.accept_queue >= (row.backlog or 0)]
    return max(full, key=lambda row: (row.accept_queue, -row.port, row.address)) if full else None


def queue_of(host: Host, row: Listener) -> Dict[str, Any]:
    """A listener and its queue, for a finding."""
    known = {
        "address": row.address,
        "port": row.port,
        "sockets": row.sockets,
        "accept_queue": row.accept_queue,
        "backlog": row.backlog,
        "somaxconn": host.limit("somaxconn"),
    }
    return {name: value for name, value in known.items() if value is not None}


def longer_queue(host: Host, row: Listener) -> str:
    """Who bounds the queue: the kernel's limit, or what the program gave to listen()."""
    somaxconn = host.limit("somaxconn")
    each = (row.backlog or 0) // row.sockets
    if somaxconn is not None and each >= somaxconn:
        wanted = "net.core.somaxconn, at least {0}, then restart the service: a listener keeps the backlog that it got"
        return tunable(wanted.format(somaxconn * 2) + ". If the queue stays full, the program accepts too slowly")
    return application(
        _ACCEPT_FASTER + ", or restart it if somaxconn was raised since it started, for it keeps the backlog of then;"
        " else raise the backlog that it gives to listen()"
    )


_ACCEPT_FASTER = "let the program accept faster"


def syn_recv_cookies_off(host: Host) -> Optional[Seen]:
    """Half-open connections fill the queue, and nothing takes over when it is full."""
    if host.limit("syncookies") != 0:
        return None
    dropping = host.rising("syn_queue_full_drops")
    if not dropping and not piled_up(host):
        return None
    evidence = {**half_open(host), **host.movement("syn_queue_full_drops")}
    return Seen(Severity.HIGH if dropping else Severity.MEDIUM, evidence, tunable("net.ipv4.tcp_syncookies, 1"))


def syn_recv_cookies_on(host: Host) -> Optional[Seen]:
    """The queue overflows or is about to; cookies answer what does not fit."""
    if host.limit("syncookies") != 1:
        return None
    answering = host.rising("syncookies_sent") or host.rising("syn_queue_full_cookies")
    if not answering and not piled_up(host):
        return None
    evidence = {**half_open(host), **host.movement("syncookies_sent"), **host.movement("syncookies_received")}
    severity = Severity.MEDIUM if answering else Severity.LOW
    sent, came_back = (watched(host, "syncookies_" + what) for what in ("sent", "received"))
    if sent and came_back is not None and came_back >= sent * REAL_CALLERS:
        return Seen(severity, evidence, _LONGER_SYN_QUEUE, _REAL)
    return Seen(severity, evidence, NOTHING)


def watched(host: Host, counter: str) -> Optional[float]:
    """How much a counter rose in what was watched, by whichever of the two ways it was."""
    rise = host.rise(counter)
    return rise if rise is not None else host.rate(counter)


def piled_up(host: Host) -> bool:
    """Whether the half-open connections fill half of a listener's queue, or of the kernel's own bound."""
    rows = host.listeners() or ()
    if any(_half(row.states["syn_recv"], row.backlog) for row in rows):
        return True
    return _half(host.state("syn_recv"), host.limit("max_syn_backlog"))


def _half(count: int, bound: Optional[int]) -> bool:
    return bound is not None and bound > 0 and count >= max(FEW_HALF_OPEN, bound * HALF_FULL)


def half_open(host: Host) -> Dict[str, Any]:
    """The half-open connections and what bounds them; the listener that has most."""
    known: Dict[str, Any] = {
        "syn_recv": host.state("syn_recv"),
        "max_syn_backlog": host.limit("max_syn_backlog"),
    }
    rows = [row for row in host.listeners() or () if row.states["syn_recv"]]
    if rows:
        most = max(rows, key=lambda row: (row.states["syn_recv"], -row.port, row.address))
        known.update(address=most.address, port=most.port, backlog=most.backlog)
    return {name: value for name, value in known.items() if value is not None}


_REAL = (
    "Half-open connections overflow the queue of a listener, and most of those that got a cookie came back: real"
    " callers, for whom the queue is too short."
)
_LONGER_SYN_QUEUE = application(
    "raise the backlog that the program gives to listen(), with net.core.somaxconn and net.ipv4.tcp_max_syn_backlog no"
    " lower, and restart it"
)

RULES = (
    Rule(
        "accept_queue_overflow",
        "listen",
        (Severity.HIGH,),
        "Connections are dropped because the queue of those that wait for accept() is full; callers try again.",
        accept_overflow,
        needs="a second sample, or ``sample``; ``by: [listener]`` names the port",
    ),
    Rule(
        "accept_queue_full",
        "listen",
        (Severity.MEDIUM,),
        "The queue of a listener is full at this moment: the next connection is dropped unless the program accepts.",
        accept_queue_full,
        needs="``by: [listener]``",
        silenced_by=("accept_queue_overflow",),
    ),
    Rule(
        "syn_recv_pile_cookies_off",
        "syn_recv",
        (Severity.MEDIUM, Severity.HIGH),
        "Half-open connections fill the queue, and with net.ipv4.tcp_syncookies off new callers are dropped when it is"
        " full.",
        syn_recv_cookies_off,
        needs="``by: [listener]`` sees it sooner",
    ),
    Rule(
        "syn_recv_pile_cookies_on",
        "syn_recv",
        (Severity.LOW, Severity.MEDIUM),
        "Half-open connections fill the queue of a listener, as in a flood; SYN cookies answer what does not fit, so"
        " callers still get in.",
        syn_recv_cookies_on,
        needs="``by: [listener]`` sees it sooner",
    ),
)
