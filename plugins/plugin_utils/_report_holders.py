# Copyright (c) 2026, the linuxnet.tcp authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Who holds a host's sockets: its listeners, its peers and its processes, as far as a report shows them.

The rows are those of `state_facts` (`by: [listener, peer, process]`) out of a record, which may hold anything: a row
that is none is left out.
"""

from __future__ import annotations

import typing as t

from ansible_collections.linuxnet.tcp.plugins.module_utils._model.states import STATE_TITLES

#: Of each kind; the others are in the record.
MOST_ROWS = 5
_MOST_STATES = 3

Row = t.Mapping[str, t.Any]


class Holder(t.NamedTuple):
    """One of them. `who`: the host's own text. `states`: those with most sockets. `queue`: of a listener."""

    who: str
    sockets: int
    states: tuple[tuple[str, int], ...]
    queue: tuple[int, int] | None = None


class Holders(t.NamedTuple):
    """Those of one kind (`listeners`, `peers`, `processes`) with most sockets, and how many there are beside them."""

    kind: str
    rows: tuple[Holder, ...]
    more: int


def read_holders(facts: Row) -> tuple[Holders, ...]:
    """The kinds that the host was asked for and has any of."""
    found = []
    for kind, read in (("listeners", _listener), ("peers", _peer), ("processes", _process)):
        given = facts.get(kind)
        rows = [read(row) for row in given if isinstance(row, t.Mapping)] if isinstance(given, list) else []
        most = sorted((row for row in rows if row is not None), key=lambda row: -row.sockets)
        if most:
            found.append(Holders(kind, tuple(most[:MOST_ROWS]), len(most) - len(most[:MOST_ROWS])))
    return tuple(found)


def _listener(row: Row) -> Holder | None:
    """Its connections; the sockets that listen are not among them."""
    address, port = row.get("address"), _number(row.get("port"))
    states = tuple(state for state in _states(row) if state[0] != "listen")
    if not isinstance(address, str) or port is None:
        return None
    queue, backlog = _number(row.get("accept_queue")), _number(row.get("backlog"))
    who = f"[{address}]:{port}" if ":" in address else f"{address}:{port}"
    return _holder(who, sum(count for _title, count in states), states, _pair(queue, backlog))


def _peer(row: Row) -> Holder | None:
    address, count = row.get("address"), _number(row.get("count"))
    return None if not isinstance(address, str) or count is None else _holder(address, count, _states(row))


def _process(row: Row) -> Holder | None:
    command, pid, count = row.get("command"), _number(row.get("pid")), _number(row.get("count"))
    if not isinstance(command, str) or count is None:
        return None
    return _holder(f"{command} ({pid})" if pid is not None else command, count, _states(row))


def _holder(
    who: str, count: int, states: t.Iterable[tuple[str, int]], queue: tuple[int, int] | None = None
) -> Holder:
    most = sorted(states, key=lambda state: -state[1])[:_MOST_STATES]
    return Holder(who, count, tuple(most), queue)


def _states(row: Row) -> tuple[tuple[str, int], ...]:
    """The states that have any, by name and count."""
    given = row.get("states")
    counts = {title: _number(given.get(title)) for title in STATE_TITLES} if isinstance(given, t.Mapping) else {}
    return tuple((title, count) for title, count in counts.items() if count)


def _pair(one: int | None, other: int | None) -> tuple[int, int] | None:
    return None if one is None or other is None else (one, other)


def _number(value: object) -> int | None:
    """A number of things. True is none, though Python says so."""
    return value if isinstance(value, int) and not isinstance(value, bool) and value >= 0 else None
