# Copyright (c) 2026, the linuxnet.tcp authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What ties tunables together: which value must not exceed which, in what order to write, and what goes ill
together."""

from __future__ import annotations

import typing as t

from .errors import InputError
from .tunables import Value

PORT_RANGE = "net.ipv4.ip_local_port_range"
UNPRIVILEGED = "net.ipv4.ip_unprivileged_port_start"

Values = t.Mapping[str, Value]
"""Key to value: asked ones, and running ones for the other keys that the host has."""


class Coupling(t.NamedTuple):
    """The kernel refuses a write that would leave `lesser` above `greater`. A pair stands for its first
    number."""

    lesser: str
    greater: str


COUPLINGS = (
    Coupling("net.ipv4.tcp_reordering", "net.ipv4.tcp_max_reordering"),
    Coupling(UNPRIVILEGED, PORT_RANGE),
)
"""Measured on 6.18. Older kernels do not look at the first, those before 4.11 have no
ip_unprivileged_port_start."""

NEEDED = frozenset(key for coupling in COUPLINGS for key in coupling) | {"net.ipv4.tcp_timestamps"}
"""The keys whose running values the functions here want to know, also when nobody asked for them."""


class Change(t.NamedTuple):
    """A key that is about to get another value. `before` is None where it is not known."""

    key: str
    before: t.Optional[Value]
    after: Value


def check_couplings(asked: Values, running: Values) -> None:
    """Raise InputError when the kernel would refuse the values `asked` beside the running ones of other
    keys."""
    final = {**running, **asked}
    for lesser, greater in COUPLINGS:
        if lesser not in asked and greater not in asked:
            continue
        low, high = _number(final.get(lesser)), _number(final.get(greater))
        if low is not None and high is not None and low > high:
            raise InputError(_contradiction(lesser, greater, low, high, asked))


def _contradiction(lesser: str, greater: str, low: int, high: int, asked: Values) -> str:
    """The sentence for two values that the kernel does not hold together."""
    of_greater = "the low end of {0}".format(greater) if greater == PORT_RANGE else greater
    other = greater if lesser in asked else lesser
    way_out = (
        "change one of the two values" if lesser in asked and greater in asked else "set {0} as well".format(other)
    )
    return "{0} cannot be {1} while {2} is {3}: the kernel allows at most that; {4}".format(
        lesser, low, of_greater, high, way_out
    )


def write_order(changes: t.Sequence[Change]) -> t.Tuple[Change, ...]:
    """`changes` in an order in which the kernel refuses none of them: as given, but for the couplings.

    Of two coupled keys the greater one is written first where it rises, and the lesser one first where it
    falls; so a pair that moves up or down as a whole never crosses. Backwards, with before and after
    exchanged, it undoes as safely.
    """
    ordered = list(changes)
    for lesser, greater in COUPLINGS:
        places = {change.key: place for place, change in enumerate(ordered)}
        if lesser in places and greater in places:
            first, second = (greater, lesser) if _rises(ordered[places[greater]]) else (lesser, greater)
            if places[first] > places[second]:
                ordered.insert(places[second], ordered.pop(places[first]))
    names = [change.key for change in ordered]
    if _ALGORITHM in names and _ALLOWED in names and names.index(_ALGORITHM) > names.index(_ALLOWED):
        ordered.insert(names.index(_ALLOWED), ordered.pop(names.index(_ALGORITHM)))
    return tuple(ordered)


_ALGORITHM = "net.ipv4.tcp_congestion_control"
_ALLOWED = "net.ipv4.tcp_allowed_congestion_control"
"""Choosing an algorithm loads its module, and only what is loaded can be allowed."""


def _rises(change: Change) -> bool:
    """Whether the (first) number grows, or may."""
    before, after = _number(change.before), _number(change.after)
    return before is None or after is None or after > before


def _number(value: t.Optional[Value]) -> t.Optional[int]:
    """The number that a coupling looks at: the only or the first one."""
    first = value[0] if isinstance(value, tuple) and value else value
    return first if isinstance(first, int) else None


def concerns(asked: Values, running: Values) -> t.Tuple[str, ...]:
    """Sentences about values that the kernel takes and that do not do what somebody expects of them."""
    final = {**running, **asked}
    found = []
    if asked.get("net.ipv4.tcp_tw_reuse") in (1, 2) and final.get("net.ipv4.tcp_timestamps") == 0:
        found.append("net.ipv4.tcp_tw_reuse has no effect while net.ipv4.tcp_timestamps is 0: set that to 1")
    if asked.get("net.ipv4.tcp_timestamps") == 0 and final.get("net.ipv4.tcp_tw_reuse") == 1:
        found.append("net.ipv4.tcp_timestamps 0 leaves net.ipv4.tcp_tw_reuse 1 without effect: keep timestamps on")
    ports = asked.get(PORT_RANGE)
    if isinstance(ports, tuple) and (ports[0] - ports[1]) % 2 == 0:
        found.append(
            "{0} {1} to {2} has two even or two odd ends: the kernel serves connect() and bind() from one"
            " half each"
            " and prefers ends of different parity".format(PORT_RANGE, *ports)
        )
    return tuple(dict.fromkeys(found))
