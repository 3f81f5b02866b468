# Copyright (c) 2026, the linuxnet.tcp authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the rules of diagnosis look at: the facts of a host, without a surprise in them.

Facts come from files and from other people's playbooks as well as from the module, so nothing is taken on trust: what
is absent or is no number is None, a row that is no row is left out, and no rule sees the difference between a kernel
that lacks a counter and facts that were cut.
"""

from __future__ import annotations

import math
from typing import Any, Dict, List, Mapping, NamedTuple, Optional, Tuple

from ..._model.states import STATE_TITLES

# net/ipv4/tcp_minisocks.c and include/net/tcp.h, TCP_TIMEWAIT_LEN: a constant, no tunable changes it.
TIME_WAIT_SECONDS = 60
# What needs more than the 64 bits of the kernel's widest counters is no number of a host's.
BEYOND = 2**64


def number(value: object) -> Optional[float]:
    """`value` if it is a number that a kernel could show, else None."""
    if isinstance(value, float):
        return value if math.isfinite(value) and abs(value) < BEYOND else None
    return whole(value)


def whole(value: object) -> Optional[int]:
    """`value` if it is an integer that a kernel could show, else None."""
    return value if isinstance(value, int) and not isinstance(value, bool) and abs(value) < BEYOND else None


def table(value: object) -> Mapping[Any, Any]:
    """`value` if it is a mapping, else an empty one."""
    return value if isinstance(value, Mapping) else {}


def rows(value: object) -> Tuple[Mapping[Any, Any], ...]:
    """The mappings in the list `value`."""
    return tuple(row for row in value if isinstance(row, Mapping)) if isinstance(value, (list, tuple)) else ()


def text(value: object) -> str:
    """`value` if it is a text, else an empty one."""
    return value if isinstance(value, str) else ""


def plain(value: object) -> Any:
    """`value` if it is one that a tunable can have, several numbers as a tuple; else None."""
    if isinstance(value, (list, tuple)):
        numbers = tuple(part for part in map(whole, value) if part is not None)
        return numbers if len(numbers) == len(value) else None
    return value if isinstance(value, str) else whole(value)


class Listener(NamedTuple):
    """A listening address and port. `backlog` is None where the source did not show it."""

    address: str
    port: int
    sockets: int
    accept_queue: int
    backlog: Optional[int]
    states: Mapping[str, int]


class Process(NamedTuple):
    """A process and its sockets by state."""

    pid: int
    command: str
    states: Mapping[str, int]


class LocalPorts(NamedTuple):
    """The route that has used most local ports."""

    source: str
    destination: str
    destination_port: int
    used: int
    available: int


class Setting(NamedTuple):
    """One tunable: what runs and what boot sets. All is None or empty where no row tells."""

    key: str
    running: Any = None
    at_boot: Any = None
    decided_by: str = ""
    status: str = ""
    per: str = ""
    lines: Tuple[Mapping[Any, Any], ...] = ()

    @property
    def values(self) -> List[int]:
        """The running value and the one at boot, as far as they are known and are one number."""
        return [value for value in map(whole, (self.running, self.at_boot)) if value is not None]

    def evidence(self) -> Dict[str, Any]:
        """What of it is known, for a finding."""
        name = self.key.rpartition(".")[2]
        known = {name: self.running, "at_boot": self.at_boot, "decided_by": self.decided_by}
        return {key: shown(value) for key, value in known.items() if value not in (None, "", ())}


def shown(value: Any) -> Any:
    """A value of a tunable as evidence: several numbers as the text that the kernel shows."""
    return " ".join(str(part) for part in value) if isinstance(value, tuple) else value


class Host:
    """One host: facts now, facts `earlier` if there are any, and rows of tunables."""

    def __init__(
        self,
        facts: Mapping[Any, Any],
        tunables: Tuple[Mapping[Any, Any], ...] = (),
        earlier: Optional[Mapping[Any, Any]] = None,
    ) -> None:
        self._facts = facts
        self._earlier = earlier
        self._settings = {text(row.get("name")): row for row in tunables}
        self._restarted = earlier is not None and _restarted(earlier, facts)

    # -- counts

    def state(self, title: str) -> int:
        """Sockets in this state; 0 where the facts do not say, which no rule takes for trouble."""
        return _count(table(self._facts.get("states")), title)

    def state_before(self, title: str) -> Optional[int]:
        """The same in the earlier sample; None without one, or when the host has been started anew since."""
        if self._earlier is None or self._restarted:
            return None
        return whole(table(self._earlier.get("states")).get(title))

    def grown(self, title: str) -> Optional[int]:
        """How many more sockets are in this state than in the earlier sample."""
        before = self.state_before(title)
        return None if before is None else self.state(title) - before

    def limit(self, name: str) -> Optional[int]:
        """One of `limits` that is a single number."""
        return whole(table(self._facts.get("limits")).get(name))

    def usage(self, name: str) -> Optional[float]:
        """A share of a limit, 1.0 being all of it."""
        return number(table(self._facts.get("usage")).get(name))

    # -- counters

    def since_boot(self, counter: str) -> Optional[int]:
        """The counter as it stands."""
        return whole(table(self._facts.get("counters")).get(counter))

    def rise(self, counter: str) -> Optional[int]:
        """How much the counter rose since the earlier sample; None where that cannot be known."""
        if self._earlier is None or self._restarted:
            return None
        before, now = whole(table(self._earlier.get("counters")).get(counter)), self.since_boot(counter)
        return None if before is None or now is None else now - before

    def rate(self, counter: str) -> Optional[float]:
        """How fast the counter rose while the facts were taken, a second; None unless they were taken with `sample`."""
        return number(table(self._facts.get("rates")).get(counter))

    def rising(self, counter: str) -> Optional[bool]:
        """Whether the counter rose in what was watched; None where nothing was."""
        seen = [value for value in (self.rise(counter), self.rate(counter)) if value is not None]
        return any(value > 0 for value in seen) if seen else None

    def opens_per_second(self) -> Optional[float]:
        """Connections that were opened and accepted, a second."""
        rates = [self.rate(counter) for counter in ("active_opens", "passive_opens")]
        return None if None in rates else sum(rate or 0.0 for rate in rates)

    def movement(self, counter: str) -> Dict[str, Any]:
        """All that is known of a counter, for a finding."""
        known = {
            counter: self.since_boot(counter),
            counter + "_rise": self.rise(counter),
            counter + "_per_second": self.rate(counter),
        }
        return {name: value for name, value in known.items() if value is not None}

    # -- who

    def listeners(self) -> Optional[Tuple[Listener, ...]]:
        """The rows by listener; None where nobody asked for them."""
        if not isinstance(self._facts.get("listeners"), (list, tuple)):
            return None
        return tuple(
            Listener(
                text(row.get("address")),
                _count(row, "port"),
                max(1, _count(row, "sockets")),
                _count(row, "accept_queue"),
                whole(row.get("backlog")),
                _states(row),
            )
            for row in rows(self._facts["listeners"])
        )

    def processes(self) -> Optional[Tuple[Process, ...]]:
        """The rows by process, most sockets first; None where nobody asked for them."""
        return _processes(self._facts)

    def processes_before(self) -> Optional[Tuple[Process, ...]]:
        """The same in the earlier sample."""
        return None if self._earlier is None or self._restarted else _processes(self._earlier)

    def peer(self, address: str) -> Optional[Mapping[str, int]]:
        """The sockets by state that lead to this address; None where no row tells."""
        return next((_states(row) for row in rows(self._facts.get("peers")) if row.get("address") == address), None)

    def local_ports(self) -> Optional[LocalPorts]:
        """The route that has used most local ports; None where nobody asked, or nothing is known."""
        row = table(table(self._facts.get("usage")).get("local_ports"))
        used, available = whole(row.get("used")), whole(row.get("available"))
        if used is None or available is None or available <= 0:
            return None
        port = _count(row, "destination_port")
        return LocalPorts(text(row.get("source")), text(row.get("destination")), port, used, available)

    # -- settings

    def setting(self, key: str) -> Setting:
        """A tunable, from its row, or else its running value from the limits of the facts."""
        row = self._settings.get(key, {})
        running = plain(row.get("running"))
        if running is None:
            running = self.limit(key.rpartition(".")[2].replace("tcp_", "", 1))
        return Setting(
            key,
            running,
            plain(row.get("at_boot")),
            text(row.get("decided_by")),
            text(row.get("status")),
            text(row.get("per")),
            rows(row.get("also_set_in")),
        )

    def settings(self) -> List[Setting]:
        """All tunables that there are rows for."""
        return [self.setting(key) for key in self._settings if key]

    def has(self, key: str) -> bool:
        """Whether a row shows that this kernel has the key: how its age is told, for keys are carried back."""
        return table(self._settings.get(key)).get("running") is not None


def _count(row: Mapping[Any, Any], name: str) -> int:
    """A number of sockets; what is no number is none."""
    return max(0, whole(row.get(name)) or 0)


def _states(row: Mapping[Any, Any]) -> Dict[str, int]:
    states = table(row.get("states"))
    return {title: _count(states, title) for title in STATE_TITLES}


def _processes(facts: Mapping[Any, Any]) -> Optional[Tuple[Process, ...]]:
    if not isinstance(facts.get("processes"), (list, tuple)):
        return None
    return tuple(
        Process(_count(row, "pid"), text(row.get("command")), _states(row)) for row in rows(facts["processes"])
    )


def _restarted(earlier: Mapping[Any, Any], facts: Mapping[Any, Any]) -> bool:
    """Whether a counter went back: then the host, or its namespace, was started anew and nothing can be compared."""
    before, now = table(earlier.get("counters")), table(facts.get("counters"))
    pairs = [(whole(before.get(name)), whole(now.get(name))) for name in now]
    return any(first is not None and last is not None and last < first for first, last in pairs)
