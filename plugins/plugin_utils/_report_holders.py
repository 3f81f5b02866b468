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
_LISTEN = "listen"

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
    for kind, who in (("listeners", _listener), ("peers", _peer), ("processes", _process)):
        given = facts.get(kind)
        # First who they are and how many: what only the few that are shown need is read of these.
        rows = [row for row in given if isinstance(row, dict)] if isinstance(given, list) else []
        known = [(sockets, name, row) for row in rows for name, sockets in who(row)]
        known.sort(key=lambda one: -one[0])
        if known:
            shown = tuple(_holder(sockets, name, row) for sockets, name, row in known[:MOST_ROWS])
            found.append(Holders(kind, shown, len(known) - len(shown)))
    return tuple(found)


def _listener(row: Row) -> t.Iterator[tuple[str, int]]:
    """Where it listens, and its connections; the sockets that listen are not among them. Nothing where it is none."""
    address, port = row.get("address"), _number(row.get("port"))
    if isinstance(address, str) and port is not None:
        sockets = sum(count for title, count in _states(row) if title != _LISTEN)
        yield (f"[{address}]:{port}" if ":" in address else f"{address}:{port}"), sockets


def _peer(row: Row) -> t.Iterator[tuple[str, int]]:
    address, sockets = row.get("address"), _number(row.get("count"))
    if isinstance(address, str) and sockets is not None:
        yield address, sockets


def _process(row: Row) -> t.Iterator[tuple[str, int]]:
    command, pid, sockets = row.get("command"), _number(row.get("pid")), _number(row.get("count"))
    if isinstance(command, str) and sockets is not None:
        yield (command if pid is None else f"{command} ({pid})"), sockets


def _holder(sockets: int, who: str, row: Row) -> Holder:
    """The row as it is shown. Only a listener has a queue, and among its connections none listens."""
    queue, backlog = _number(row.get("accept_queue")), _number(row.get("backlog"))
    pair = None if queue is None or backlog is None else (queue, backlog)
    states = [state for state in _states(row) if pair is None or state[0] != _LISTEN]
    states.sort(key=lambda state: -state[1])
    return Holder(who, sockets, tuple(states[:_MOST_STATES]), pair)


def _states(row: Row) -> list[tuple[str, int]]:
    """The states that have any, by name and count."""
    given = row.get("states")
    if not isinstance(given, dict):
        return []
    return [(title, count) for title in STATE_TITLES if (count := given.get(title)) and _number(count)]


def _number(value: object) -> int | None:
    """A number of things. True is none, though Python says so."""
    return value if isinstance(value, int) and not isinstance(value, bool) and value >= 0 else None
