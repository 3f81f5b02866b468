# Copyright (c) 2026, the linuxnet.tcp authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Diagnoses of TIME_WAIT: its cap, whose side it is on, and the local ports that it holds."""

from __future__ import annotations

import math
from typing import Dict, Optional

from ..._model.findings import Severity
from .host import TIME_WAIT_SECONDS, Host, LocalPorts
from .rule import NOTHING, Rule, Seen, application, tunable

CAP = "net.ipv4.tcp_max_tw_buckets"
OVERFLOW = "time_wait_overflow"

# A fifth of the cap is left: at the load that filled the rest in 60 s, that is 15 s of closes.
NEAR_CAP = 0.8
# The kernel holds exactly the cap when it refuses more (net/ipv4/inet_timewait_sock.c, inet_twsk_alloc()); some end
# while the facts are taken.
AT_CAP = 0.99
# One refusal in a burst is no need. Beyond a quarter more than the cap, a fifth of all closes goes without TIME_WAIT.
NEED_OVER_CAP = 1.25
# Twice the cap: half of all closes.
NEED_FAR_OVER_CAP = 2.0
# What to leave free above the need, so that the next busy day does not meet the cap.
HEADROOM = 1.5
# net/ipv4/tcp.c, tcp_init(): one bucket of ehash for each 128 KiB, a power of two, at most 512 Ki; and
# net/ipv4/tcp_ipv4.c: a cap of half the buckets. A host at a quarter of that has been given its cap by somebody.
BYTES_PER_BUCKET = 128 * 1024
MOST_BUCKETS = 512 * 1024
LOW_CAP = 0.25
SHARE_STEP = 0.0001
# Below this nobody asks what the sockets in TIME_WAIT are about.
MANY = 1000

# Of 28232 ports a fifth is 5600: 12 s at the 470 connections a second that the rest sustains.
PORTS_NEAR = 0.8
PORTS_SCARCE = 0.95
# net/ipv4/tcp_ipv4.c, tcp_twsk_unique(): a port is taken over after this time (tcp_tw_reuse_delay where it exists).
REUSE_SECONDS = 1


def near_cap(host: Host) -> Optional[Seen]:
    """The share of the cap; at the cap, whether more is refused cannot be seen in one sample."""
    cap, share = host.limit("max_tw_buckets"), host.usage("time_wait")
    if cap is None or cap <= 0 or share is None or share < NEAR_CAP:
        return None
    at_cap = share >= AT_CAP and host.rising(OVERFLOW) is not False
    evidence = {"held": held(host), "cap": cap, "share": share, **host.movement(OVERFLOW)}
    return Seen(Severity.MEDIUM if at_cap else Severity.LOW, evidence, raise_cap(max(held(host), cap)))


def overflow(host: Host) -> Optional[Seen]:
    """Refusals between two samples, or in one."""
    cap = host.limit("max_tw_buckets")
    if not host.rising(OVERFLOW) or (cap is not None and cap <= 0):
        return None
    evidence: Dict[str, object] = {**host.movement(OVERFLOW), "held": held(host)}
    if cap is None:
        return Seen(Severity.MEDIUM, evidence, tunable(CAP + ", higher"))
    return Seen(Severity.MEDIUM, {**evidence, "cap": cap}, raise_cap(cap))


def cap_below_need(host: Host) -> Optional[Seen]:
    """What the host would hold without a cap: what it holds, and 60 s of what is refused."""
    cap, refused = host.limit("max_tw_buckets"), host.rate(OVERFLOW)
    if cap is None or cap <= 0 or not refused or refused < 0:
        return None
    need = held(host) + math.ceil(refused * TIME_WAIT_SECONDS)
    if need < cap * NEED_OVER_CAP:
        return None
    severity = Severity.HIGH if need >= cap * NEED_FAR_OVER_CAP else Severity.MEDIUM
    return Seen(severity, {"cap": cap, "need": need, "held": held(host), **host.movement(OVERFLOW)}, raise_cap(need))


def cap_low(host: Host) -> Optional[Seen]:
    """A cap that somebody has set. What it costs is for the others to say."""
    cap, usual = host.limit("max_tw_buckets"), usual_cap(host)
    if cap is None or cap <= 0 or usual is None or cap > usual * LOW_CAP:
        return None
    evidence = {
        "cap": cap,
        "closes_per_second": cap // TIME_WAIT_SECONDS,
        "usual_cap": usual,
        "time_wait": host.state("time_wait"),
    }
    refused = host.since_boot(OVERFLOW)
    if not refused:
        return Seen(Severity.INFO, evidence, NOTHING)
    return Seen(Severity.INFO, {**evidence, OVERFLOW: refused}, raise_cap(max(cap, host.state("time_wait"))))


def usual_cap(host: Host) -> Optional[int]:
    """About what the kernel would have chosen; None where neither its table nor its memory is known."""
    buckets = host.setting("net.ipv4.tcp_ehash_entries").running
    if isinstance(buckets, int) and buckets:
        # Negative is the size of a table that is shared with the host.
        return abs(buckets) // 2
    memory = host.limit("memory_bytes")
    if memory is None or memory < BYTES_PER_BUCKET:
        return None
    # The memory of /proc/meminfo is a little less than what the kernel divided, so the next power of two above.
    buckets = 1 << (memory // BYTES_PER_BUCKET - 1).bit_length()
    return min(buckets, MOST_BUCKETS) // 2


def held(host: Host) -> int:
    """What counts against the cap: TIME_WAIT, and orphans in FIN_WAIT2."""
    time_wait, cap = host.state("time_wait"), max(0, host.limit("max_tw_buckets") or 0)
    by_share = (host.usage("time_wait") or 0.0) * cap
    # The share has four digits: what differs by less is the count itself.
    return time_wait if by_share - time_wait <= cap * SHARE_STEP else round(by_share)


def raise_cap(need: int) -> str:
    """The remedy: a cap with headroom above the need."""
    return tunable("{0}, at least {1}".format(CAP, math.ceil(need * HEADROOM)))


def listening_side(host: Host) -> Optional[Seen]:
    """TIME_WAIT of connections that others opened."""
    total, served = host.state("time_wait"), served_time_wait(host)
    if served is None or total < MANY or served * 2 <= total:
        return None
    rows = host.listeners() or ()
    most = max(rows, key=lambda row: (row.states["time_wait"], -row.port))
    evidence = {"time_wait": total, "on_listening_ports": served, "fullest_port": most.port}
    return Seen(Severity.INFO, evidence, NOTHING)


def connecting_side(host: Host) -> Optional[Seen]:
    """TIME_WAIT of connections that this host opened, while there are ports enough."""
    total, served = host.state("time_wait"), served_time_wait(host)
    if served is None or total < MANY or served * 2 > total:
        return None
    evidence: Dict[str, object] = {"time_wait": total, "of_outgoing_connections": max(0, total - served)}
    ports = host.local_ports()
    if ports:
        evidence.update(arithmetic(ports, TIME_WAIT_SECONDS))
    return Seen(Severity.INFO, evidence, KEEP_OPEN)


def served_time_wait(host: Host) -> Optional[int]:
    """How many sockets in TIME_WAIT belong to a listening port; None without the rows by listener."""
    listeners = host.listeners()
    return None if listeners is None else sum(row.states["time_wait"] for row in listeners)


def local_ports(host: Host) -> Optional[Seen]:
    """The range is used up for each source, destination and destination port by itself."""
    ports = host.local_ports()
    if ports is None or ports.used < ports.available * PORTS_NEAR:
        return None
    if not reuse_helps(host, ports.destination):
        return Seen(_scarcity(ports), arithmetic(ports, TIME_WAIT_SECONDS), KEEP_OPEN)
    evidence = arithmetic(ports, REUSE_SECONDS)
    peer = host.peer(ports.destination)
    if peer is None:
        return Seen(Severity.LOW, evidence, KEEP_OPEN, _REUSED)
    # All sockets to that address but those that reuse can take: no fewer than what lies on this one route.
    kept = sum(count for state, count in peer.items() if state != "time_wait")
    evidence["not_in_time_wait"] = min(kept, ports.used)
    if kept < ports.available * PORTS_NEAR:
        return Seen(Severity.INFO, evidence, NOTHING, _REUSED)
    return Seen(_scarcity(ports), evidence, KEEP_OPEN)


def _scarcity(ports: LocalPorts) -> Severity:
    if ports.used >= ports.available:
        return Severity.CRITICAL
    return Severity.HIGH if ports.used >= ports.available * PORTS_SCARCE else Severity.MEDIUM


def arithmetic(ports: LocalPorts, seconds: int) -> Dict[str, object]:
    """Ports over the time that each is held: what can be sustained."""
    return {
        "source": ports.source,
        "destination": ports.destination,
        "destination_port": ports.destination_port,
        "ports_used": ports.used,
        "ports_available": ports.available,
        "held_for_seconds": seconds,
        "sustained_per_second": ports.available // seconds,
    }


def reuse_helps(host: Host, destination: str) -> bool:
    """Whether tcp_tw_reuse takes ports to that destination out of TIME_WAIT: it needs timestamps, and 2 is loopback."""
    reuse, timestamps = host.limit("tw_reuse"), host.limit("timestamps")
    if not timestamps or timestamps < 0:
        return False
    loopback = destination == "::1" or destination.startswith(("127.", "::ffff:127."))
    return reuse == 1 or (reuse == 2 and loopback)


KEEP_OPEN = application(
    "keep connections to the destination open and use them again; only then more destinations, a wider"
    " net.ipv4.ip_local_port_range, net.ipv4.tcp_tw_reuse"
)
_REUSED = (
    "Most of the local ports towards one destination are used, but net.ipv4.tcp_tw_reuse takes those in TIME_WAIT back"
    " after a second."
)

RULES = (
    Rule(
        "time_wait_near_cap",
        "time_wait",
        (Severity.LOW, Severity.MEDIUM),
        "The sockets in TIME_WAIT are near or at the most that the kernel keeps; beyond it connections lose the"
        " protection of TIME_WAIT.",
        near_cap,
        silenced_by=("time_wait_overflow", "time_wait_cap_below_need"),
    ),
    Rule(
        "time_wait_overflow",
        "time_wait",
        (Severity.MEDIUM,),
        "Connections are closed without TIME_WAIT because the cap is reached: a lost last ACK is answered with a reset,"
        " and late segments may meet a new connection.",
        overflow,
        needs="a second sample, or ``sample``",
        silenced_by=("time_wait_cap_below_need",),
    ),
    Rule(
        "time_wait_cap_below_need",
        "time_wait",
        (Severity.MEDIUM, Severity.HIGH),
        "The cap on TIME_WAIT is below what the connections that this host closes in 60 s need.",
        cap_below_need,
        needs="``sample``",
    ),
    Rule(
        "time_wait_cap_low",
        "time_wait",
        (Severity.INFO,),
        "The cap on TIME_WAIT is far below what the kernel chooses; that gains nothing, and costs nothing while the"
        " host closes fewer connections than it lets through.",
        cap_low,
        mistake=3,
    ),
    Rule(
        "time_wait_on_listening_side",
        "time_wait",
        (Severity.INFO,),
        "The sockets in TIME_WAIT are on listening ports, where they are harmless: they use no port, no descriptor and"
        " 256 bytes each, and no client is turned away for them.",
        listening_side,
        needs="``by: [listener]``",
    ),
    Rule(
        "time_wait_on_connecting_side",
        "time_wait",
        (Severity.INFO,),
        "The sockets in TIME_WAIT are of connections that this host opened, and each holds a local port towards its"
        " destination for 60 s.",
        connecting_side,
        needs="``by: [listener]``",
        silenced_by=("local_ports_exhaustion",),
    ),
    Rule(
        "local_ports_exhaustion",
        "time_wait",
        (Severity.INFO, Severity.LOW, Severity.MEDIUM, Severity.HIGH, Severity.CRITICAL),
        "The local ports towards one destination are nearly or all used; with none left connect() fails there with"
        " EADDRNOTAVAIL.",
        local_ports,
        needs="``by: [peer]``",
    ),
)
