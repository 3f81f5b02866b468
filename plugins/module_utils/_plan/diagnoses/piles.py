# Copyright (c) 2026, the linuxnet.tcp authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Diagnoses of sockets that pile up in a state that should be short, and of those that no program owns."""

from __future__ import annotations

import math
from typing import Any, Callable, Dict, List, NamedTuple, Optional

from ..._model.findings import Severity
from .host import Host, Process
from .rule import NOTHING, Rule, Seen, application, tunable

# CLOSE_WAIT is a matter of how fast a program answers a goodbye, so a busy program has a few at any time.
LEAK_GROWTH = 20
# A leak is one that stands out: a tenth of what is open, or so many that a busy host does not have them in passing.
LEAK_SHARE = 0.1
MANY_LEAKED = 1000

# The states of closing last one round trip on a network that works; 3 s is longer than any.
LONGEST_ROUND_TRIP = 3.0
# FIN_WAIT2 also waits for the peer's program. 20 s is longer than one takes that means to close.
SLOW_PEER = 20.0
PILE = 100

# net/ipv4/tcp_timer.c, tcp_out_of_resources(): a stalled orphan is counted up to four times against the limit, so at
# a quarter the kernel may begin to reset some, and near 1 it resets all.
ORPHANS_NEAR = 0.5
ORPHANS_AT_LIMIT = 0.9
# include/net/tcp.h and ip-sysctl.rst: an orphan may hold 64 KiB that cannot be swapped.
ORPHANS_SHARE_OF_PILE = 0.25


class Holder(NamedTuple):
    """A process that holds sockets in a state, and by how many more than before; None where that is not known."""

    process: Process
    held: int
    grown: Optional[int]


def holders_of(host: Host, state: str) -> List[Holder]:
    """The processes that hold sockets in this state."""
    earlier = host.processes_before()
    before = {process.pid: process.states[state] for process in earlier or ()}
    return [
        Holder(process, held, None if earlier is None else held - before.get(process.pid, 0))
        for process, held in ((process, process.states[state]) for process in host.processes() or ())
        if held
    ]


def worst(holders: List[Holder]) -> Optional[Holder]:
    """The process that grew most; where none grew, or nobody knows, the one that holds most."""
    return max(holders, key=lambda one: (max(0, one.grown or 0), one.held, -one.process.pid)) if holders else None


def stuck(holders: List[Holder], least: int) -> List[Holder]:
    """The processes that hold at least so many, and no fewer than they have open."""
    return [one for one in holders if one.held >= max(least, one.process.states["established"])]


def who(holder: Optional[Holder]) -> Dict[str, Any]:
    """The process, for a finding."""
    if holder is None:
        return {}
    return {"command": holder.process.command, "pid": holder.process.pid, "held_by_process": holder.held}


def close_wait_growing(host: Host) -> Optional[Seen]:
    """More in CLOSE_WAIT than before, and too many for a program that is merely busy."""
    count, grown = host.state("close_wait"), host.grown("close_wait")
    if grown is None or grown < LEAK_GROWTH or not _stands_out(count, host.state("established")):
        return None
    evidence = {"close_wait": count, "grown": grown, "established": host.state("established")}
    severe = count >= MANY_LEAKED or count > host.state("established")
    evidence.update(who(worst(holders_of(host, "close_wait"))))
    return Seen(Severity.HIGH if severe else Severity.MEDIUM, evidence, CLOSE_IT)


def _stands_out(count: int, established: int) -> bool:
    return count >= MANY_LEAKED or count >= (established + count) * LEAK_SHARE


def close_wait_pile(host: Host) -> Optional[Seen]:
    """One sample cannot tell growth: more that the peers have closed than are open, of the host or of a process.

    A second sample with as many leaves it as it is: they do not go away.
    """
    count, established = host.state("close_wait"), host.state("established")
    holders = holders_of(host, "close_wait")
    leaking = stuck(holders, LEAK_GROWTH)
    if not leaking and count < max(PILE, established):
        return None
    evidence = {"close_wait": count, "established": established, **who(worst(leaking or holders))}
    return Seen(Severity.MEDIUM, evidence, CLOSE_IT)


CLOSE_IT = application("close the socket when a read returns 0 bytes; no tunable ends CLOSE_WAIT, a restart buys time")


def owned(host: Host, state: str) -> Optional[int]:
    """How many of the sockets in this state the listed processes hold; None where nobody asked for processes."""
    processes = host.processes()
    return None if processes is None else sum(process.states[state] for process in processes)


def longer_than(host: Host, count: int, seconds: float) -> bool:
    """Whether `count` sockets stay longer than `seconds` in their state, by what goes through the host.

    Number is rate times time. As many connections close as are opened; without their rate, what is in TIME_WAIT and
    what is open stand for it: who closes second leaves no TIME_WAIT, and what is open was there for a round trip.
    """
    rate = host.opens_per_second()
    if rate is not None:
        return count >= max(PILE, math.ceil(rate * seconds))
    return count >= max(PILE, host.state("established"), host.state("time_wait") * seconds / 60)


def closing_pile(state: str) -> Callable[[Host], Optional[Seen]]:
    """A rule for a state that waits for the peer's kernel."""

    def find(host: Host) -> Optional[Seen]:
        count, held = host.state(state), owned(host, state)
        if not longer_than(host, count, LONGEST_ROUND_TRIP):
            return None
        evidence = {state: count, **flow(host)}
        if held is not None:
            evidence.update(owned=held, orphaned=max(0, count - held))
        if held is not None and held * 2 > count:
            return Seen(Severity.LOW, {**evidence, **who(worst(holders_of(host, state)))}, LET_GO)
        share = host.usage("orphans")
        serious = share is not None and share >= ORPHANS_SHARE_OF_PILE
        return Seen(Severity.MEDIUM if serious else Severity.LOW, evidence, NOTHING)

    return find


LET_GO = application("close sockets that were shut down, so that net.ipv4.tcp_orphan_retries bounds their wait")


def flow(host: Host) -> Dict[str, Any]:
    """What a pile is measured by, for a finding."""
    known = {
        "established": host.state("established"),
        "time_wait": host.state("time_wait"),
        "opens_per_second": host.opens_per_second(),
        "orphans_share": host.usage("orphans"),
    }
    return {name: value for name, value in known.items() if value is not None}


def fin_wait2_orphaned(host: Host) -> Optional[Seen]:
    """Those without an owner end after tcp_fin_timeout."""
    orphaned = host.state("fin_wait2") - (owned(host, "fin_wait2") or 0)
    if not longer_than(host, orphaned, SLOW_PEER):
        return None
    evidence = {"fin_wait2": host.state("fin_wait2"), "orphaned": orphaned, **flow(host)}
    fin_timeout, share = host.limit("fin_timeout"), host.usage("time_wait")
    if fin_timeout is not None:
        evidence["fin_timeout"] = fin_timeout
    if share is not None and share >= HALF_OF_CAP:
        # They count against the cap of TIME_WAIT, so here they take the place of others.
        return Seen(Severity.LOW, {**evidence, "share_of_cap": share}, tunable("net.ipv4.tcp_fin_timeout, 30 or less"))
    return Seen(Severity.LOW, evidence, NOTHING)


HALF_OF_CAP = 0.5


def fin_wait2_owned(host: Host) -> Optional[Seen]:
    """A process that has shut down more than it has open, and lets go of none."""
    holder = worst(stuck(holders_of(host, "fin_wait2"), PILE))
    if holder is None:
        return None
    evidence = {"fin_wait2": host.state("fin_wait2"), **who(holder)}
    growing = holder.grown is not None and holder.grown >= LEAK_GROWTH
    if holder.grown is not None:
        evidence["grown"] = holder.grown
    return Seen(Severity.MEDIUM if growing else Severity.LOW, evidence, _CLOSE_AFTER_SHUTDOWN)


_CLOSE_AFTER_SHUTDOWN = application(
    "close the socket some time after shutdown(): while the program holds it, no timeout ends FIN_WAIT2"
)


def orphans_near_limit(host: Host) -> Optional[Seen]:
    """Both numbers are the host's."""
    share, limit = host.usage("orphans"), host.limit("max_orphans")
    if share is None or limit is None or share < ORPHANS_NEAR:
        return None
    orphans = round(share * limit)
    evidence = {"orphans": orphans, "max_orphans": limit, "share": share, **host.movement("aborts_on_memory")}
    remedy = "net.ipv4.tcp_max_orphans, at least {0}; each orphan may hold 64 KiB".format(orphans * 2)
    return Seen(Severity.HIGH if share >= ORPHANS_AT_LIMIT else Severity.MEDIUM, evidence, tunable(remedy))


def memory_pressure(host: Host) -> Optional[Seen]:
    """The kernel resets connections because memory, or the number of orphans, is beyond its limit."""
    if not host.rising("aborts_on_memory"):
        return None
    share, memory = host.usage("orphans"), host.setting("net.ipv4.tcp_mem")
    evidence = {**host.movement("aborts_on_memory"), **memory.evidence()}
    if share is not None:
        evidence["orphans_share"] = share
    if host.limit("memory_bytes") is not None:
        evidence["memory_bytes"] = host.limit("memory_bytes")
    if share is not None and share >= ORPHANS_SHARE_OF_PILE:
        return Seen(Severity.HIGH, evidence, tunable("net.ipv4.tcp_max_orphans, higher; each orphan may hold 64 KiB"))
    remedy = "net.ipv4.tcp_mem, higher (in pages) if the host has the memory; else smaller tcp_rmem and tcp_wmem"
    return Seen(Severity.HIGH, evidence, tunable(remedy))


_BOUNDED = (Severity.LOW, Severity.MEDIUM)

RULES = (
    Rule(
        "close_wait_growing",
        "close_wait",
        (Severity.MEDIUM, Severity.HIGH),
        "Peers have closed their connections and a program on this host does not close its own: a leak, which ends when"
        " its file descriptors are used up.",
        close_wait_growing,
        needs="a second sample; ``by: [process]``, as root, names the process",
    ),
    Rule(
        "close_wait_pile",
        "close_wait",
        (Severity.MEDIUM,),
        "More connections wait for a program on this host to close them than are open; a leak, unless they go away by"
        " themselves.",
        close_wait_pile,
        needs="``by: [process]``, as root, sees it sooner and names the process",
        silenced_by=("close_wait_growing",),
    ),
    Rule(
        "fin_wait1_pile",
        "fin_wait1",
        _BOUNDED,
        "Peers vanish, or read nothing more, before they confirm that this host closed; the kernel gives up by itself.",
        closing_pile("fin_wait1"),
        needs="``sample`` makes it sharper; ``by: [process]`` tells owned from orphaned",
    ),
    Rule(
        "fin_wait2_orphaned",
        "fin_wait2",
        (Severity.LOW,),
        "Peers do not close their end of connections that this host has closed; the kernel keeps a minisocket for each"
        " and drops it after net.ipv4.tcp_fin_timeout.",
        fin_wait2_orphaned,
        needs="``sample`` makes it sharper; ``by: [process]`` tells owned from orphaned",
    ),
    Rule(
        "fin_wait2_owned",
        "fin_wait2",
        _BOUNDED,
        "A program has shut down its half of connections and holds them, so they wait for their peers without end.",
        fin_wait2_owned,
        needs="``by: [process]``, as root",
    ),
    Rule(
        "last_ack_pile",
        "last_ack",
        _BOUNDED,
        "Peers that closed first have vanished before the last acknowledgment; the kernel gives up by itself.",
        closing_pile("last_ack"),
        needs="``sample`` makes it sharper; ``by: [process]`` tells owned from orphaned",
    ),
    Rule(
        "closing_pile",
        "closing",
        _BOUNDED,
        "Both ends closed at once and the acknowledgments are lost on the way; the kernel gives up by itself.",
        closing_pile("closing"),
        needs="``sample`` makes it sharper; ``by: [process]`` tells owned from orphaned",
    ),
    Rule(
        "orphans_near_limit",
        None,
        (Severity.MEDIUM, Severity.HIGH),
        "Connections without a program are near the most that the host may hold; beyond it the kernel resets them and"
        " peers lose the end of what they were sent.",
        orphans_near_limit,
    ),
    Rule(
        "memory_pressure",
        None,
        (Severity.HIGH,),
        "The kernel resets connections because TCP's memory or the orphans are beyond their limit.",
        memory_pressure,
        needs="a second sample, or ``sample``",
    ),
)
