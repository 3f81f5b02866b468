# Copyright (c) 2026, the linuxnet.tcp authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The facts that a playbook gets, put together from what the host showed."""

from __future__ import annotations

from typing import Any, Dict, List, Optional

from .._model.errors import InputError, shown
from .._model.ports import LAST_PORT
from .._model.readings import Limits, Owners, Question, Reading, Snapshot
from .._model.states import Family
from .attribution import fullest_route, listener_rows, peer_rows, process_rows
from .counting import by_title, count, skew, totals

# A day. What is longer is a slip, and from 9e9 on no sleep at all.
LONGEST_SAMPLE = 86400


def question_of(by: List[str], ports: List[int], sample: float, top: int) -> Question:
    """What the parameters ask for. Raises InputError for a number that makes no sense."""
    for port in ports:
        if not 1 <= port <= LAST_PORT:
            raise InputError("ports has {0}: a TCP port is a number from 1 to {1}".format(shown(port), LAST_PORT))
    if not 0 <= sample <= LONGEST_SAMPLE:
        raise InputError(
            "sample is {0}: give the seconds between two readings, at most {1}, 0 for a single one".format(
                shown(sample), LONGEST_SAMPLE
            )
        )
    if top < 1:
        raise InputError("top is {0}: give the number of rows that you want, at least 1".format(shown(top)))
    return Question(
        families="family" in by,
        listeners="listener" in by,
        peers="peer" in by,
        processes="process" in by,
        ports=frozenset(ports),
    )


def assemble(
    question: Question,
    reading: Reading,
    limits: Limits,
    available_ports: Optional[int],
    owners: Optional[Owners],
    top: int,
) -> Dict[str, Any]:
    """All keys but `rates` and `elapsed_ms`, which are a matter of time."""
    counts = count(reading)
    states = totals(counts)
    walk, gauges = reading.walk, reading.after.gauges
    facts: Dict[str, Any] = {
        "states": states,
        "total": sum(states.values()),
        "limits": dict(limits._asdict(), local_port_range=limits.local_port_range and list(limits.local_port_range)),
        "usage": {
            "time_wait": share(_minisockets(reading, states), limits.max_tw_buckets),
            "orphans": share(gauges.orphans, limits.max_orphans),
            "local_ports": None,
        },
        "counters": dict(reading.after.counters),
        "source": walk.source,
        "skew": skew(reading.before, reading.after),
    }
    if question.families:
        facts["families"] = {family.title: by_title(counts[family]) for family in Family}
    if question.listeners:
        facts["listeners"] = [row._asdict() for row in listener_rows(walk.listening, walk.local_ends)]
    if question.peers:
        facts["peers"] = [
            {"address": row.address, "count": row.sockets, "states": row.states}
            for row in peer_rows(walk.remote_ends, top)
        ]
        fullest = fullest_route(walk.routes, available_ports)
        facts["usage"]["local_ports"] = fullest and fullest._asdict()
    if owners is not None:
        facts["processes"] = [
            {"pid": row.pid, "command": row.command, "count": row.sockets, "states": row.states}
            for row in process_rows(owners.holders, top)
        ]
        facts["unattributed"] = owners.unattributed
    return facts


def _minisockets(reading: Reading, states: Dict[str, int]) -> int:
    """What the cap is compared with: the kernel's own count where it is this namespace's, else what was listed."""
    gauges = reading.after.gauges
    if gauges.minisockets is None or gauges.minisockets_host_wide:
        return states["time_wait"]
    return gauges.minisockets


def share(held: Optional[int], limit: Optional[int]) -> Optional[float]:
    """`held` over `limit`, 1.0 being full; None where either is not known, or nothing is allowed at all."""
    if held is None or limit is None or limit <= 0:
        return None
    return round(held / limit, 4)


def rates(earlier: Snapshot, later: Snapshot) -> Dict[str, Optional[float]]:
    """How fast each counter rose, a second. None where this kernel has no such counter."""
    seconds = max(later.at - earlier.at, 1e-6)
    result: Dict[str, Optional[float]] = {}
    for name, value in later.counters.items():
        before = earlier.counters.get(name)
        result[name] = None if value is None or before is None else round(max(0, value - before) / seconds, 3)
    return result


def blind_spots(owners: Optional[Owners]) -> List[str]:
    """What could not be seen, a sentence each, for the warnings of the task."""
    if owners is None or not (owners.unseen or owners.hidden):
        return []
    if owners.hidden:
        why = "/proc hides the processes of others from this user (hidepid)"
    else:
        why = "this user may not look into {0}".format(_counted(owners.unseen, "process", "processes"))
    lost = _counted(owners.unattributed, "socket is", "sockets are")
    return ["{0}, and {1} attributed to none; root (become) sees more".format(why, lost)]


def _counted(number: int, one: str, many: str) -> str:
    """A number with the word for so many."""
    return "{0} {1}".format(number, one if number == 1 else many)
