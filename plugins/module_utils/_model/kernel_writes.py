# Copyright (c) 2026, the linuxnet.tcp authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the kernel makes of a raw text that is written to a key.

Boot loaders write what stands in a file, and the kernel does not read it as people do: 010 is octal, a number
may be followed by a blank and anything at all, one number changes half of a pair, and of three numbers the
first may be stored although the second is refused. This is a model of those handlers (do_proc_dointvec,
do_proc_douintvec, do_proc_doulongvec_minmax, proc_do_large_bitmap, proc_dostring in kernel/sysctl.c;
ipv4_local_port_range, ipv4_privileged_ports, proc_tcp_congestion_control in net/ipv4/sysctl_net_ipv4.c),
which tests/lab compares with the running kernel text by text.
"""

from __future__ import annotations

import re
import typing as t

from .tunables import ANY_NUMBER, INT32, Bounds, Kind, Reads, Tunable, Value
from .values import as_ticks, canonical_ports, canonical_secret, canonical_words, numbers_or_text

_BLANKS = b" \t\n\v\f\r\xa0"
"""isspace() of the kernel, which counts the no-break space of Latin-1."""
_LONGEST_TOKEN = 20
"""Bytes of one number; the kernel copies 21 and refuses a number that fills them."""
_PAGE = 4095
_NUMBER = re.compile(rb"(-?)(0[xX][0-9a-fA-F]+|0[0-7]*|[1-9][0-9]*)")
_KEY = re.compile(rb"-".join([rb"[ \t\n\v\f\r]*(?:0[xX])?([0-9a-fA-F]+)"] * 4))
_NAME_BYTES = 15

Others = t.Callable[[str], t.Optional[Value]]
"""The value that another key holds at the time of the write; None where it is absent or unknown."""


class Machine(t.NamedTuple):
    """What of a machine decides how its kernel reads a write. None: not known."""

    hz: t.Optional[int] = None
    """Ticks per second; `round(1 / time.clock_getres(6))` tells an ordinary user (6 is
    CLOCK_MONOTONIC_COARSE)."""
    congestion_controls: t.Optional[t.FrozenSet[str]] = None
    """The algorithms that a write may name here: in the host's namespace the available and the loadable ones,
    elsewhere the allowed ones."""
    keys: t.FrozenSet[str] = frozenset()
    """Those keys of the catalogue's `newer.evidence` that exist here."""
    lacks: t.FrozenSet[str] = frozenset()
    """Those keys of the catalogue's `older.lacks` that do not exist here."""


UNKNOWN_MACHINE = Machine()


class _Write(t.NamedTuple):
    """One write and what it depends on."""

    tunable: Tunable
    data: bytes
    before: t.Optional[Value]
    others: Others
    machine: Machine


class Written(t.NamedTuple):
    """What a write left behind."""

    accepted: bool
    """Whether write(2) succeeded."""
    value: t.Optional[Value]
    """What the key then holds, which may have changed although the write was refused; None: not known."""


def _nothing(_key: str) -> t.Optional[Value]:
    """Every other key is unknown."""
    return None


def kernel_would_accept(
    tunable: Tunable,
    text: t.Union[bytes, str],
    before: t.Optional[Value] = None,
    others: Others = _nothing,
    machine: Machine = UNKNOWN_MACHINE,
) -> t.Optional[Value]:
    """The value that `tunable` holds after `text` was written and accepted; None when the kernel refuses
    it."""
    written = after_write(tunable, text, before, others, machine)
    return written.value if written.accepted else None


def after_write(
    tunable: Tunable,
    text: t.Union[bytes, str],
    before: t.Optional[Value] = None,
    others: Others = _nothing,
    machine: Machine = UNKNOWN_MACHINE,
) -> Written:
    """What `tunable` holds after `text`, the exact bytes of one write (loaders end them with a line break),
    was written to it while it held `before`."""
    data = text.encode("utf-8", "surrogateescape") if isinstance(text, str) else text
    if not data:
        return Written(True, before)
    if tunable.read_only:
        return Written(False, before)
    write = _Write(tunable, data, before, others, machine)
    return _unknown(write) if tunable.kind is Kind.TEXT else _HANDLERS[tunable.reads](write)


def accepted_bounds(
    tunable: Tunable, others: Others = _nothing, machine: Machine = UNKNOWN_MACHINE
) -> t.Tuple[Bounds, ...]:
    """What the kernel of `machine` takes for each number of `tunable` while other keys hold what they
    hold."""
    bounds = tunable.accepts
    if tunable.older and tunable.older.lacks in machine.lacks:
        return (tunable.older.accepts,) * len(bounds)
    if tunable.newer and tunable.newer.evidence in machine.keys:
        bounds = (tunable.newer.accepts,) * len(bounds)
    if tunable.reads is Reads.SECONDS and machine.hz:
        bounds = (Bounds(-(INT32.high // machine.hz), INT32.high // machine.hz),)
    if tunable.key in _TICKS and machine.hz:
        bounds = (Bounds(bounds[0].low, _TICKS[tunable.key] // machine.hz),)
    limit = _LIMITED_BY.get(tunable.key)
    most = others(limit[0]) if limit else None
    if isinstance(most, tuple) and limit:
        most = most[limit[1]]
    if isinstance(most, int):
        bounds = (Bounds(bounds[0].low, min(bounds[0].high, most)),)
    return bounds


_LIMITED_BY = {
    "net.ipv4.tcp_reordering": ("net.ipv4.tcp_max_reordering", 0),
    "net.ipv4.ip_unprivileged_port_start": ("net.ipv4.ip_local_port_range", 0),
}
"""Keys that the kernel keeps at most as high as another key is (for a pair: as its first number)."""

_TICKS = {"net.ipv4.tcp_probe_interval": 2**32 - 1}
"""Keys in seconds whose product with HZ may be at most this."""


# -- numbers -------------------------------------------------------------------------------------------------


class _Refused(Exception):
    """The kernel would say EINVAL here."""


class _Text:
    """The bytes of a write and how far they were read."""

    def __init__(self, data: bytes) -> None:
        self.left = data

    def skip_blanks(self) -> None:
        self.left = self.left.lstrip(_BLANKS)

    def skip_one(self) -> bytes:
        """The next byte; none at the end."""
        first, self.left = self.left[:1], self.left[1:]
        return first

    def number(self, may_follow: bytes, *, signed: bool = False) -> int:
        """The number that begins here, which one of `may_follow` or the end has to follow.

        Keys without a sign refuse a minus even before a zero.
        """
        match = _NUMBER.match(self.left[: _LONGEST_TOKEN + 1])
        if not match or match.end() > _LONGEST_TOKEN or (match.group(1) and not signed):
            raise _Refused
        if self.left[match.end() : match.end() + 1] not in [b"", *(bytes([char]) for char in may_follow)]:
            raise _Refused
        self.left = self.left[match.end() :]
        return _value_of(match)


def _value_of(match: t.Match[bytes]) -> int:
    """The number as strtoul with base 0 reads it. Raises _Refused beyond 64 bits."""
    digits = match.group(2).lower()
    base = 16 if digits.startswith(b"0x") else 8 if digits.startswith(b"0") else 10
    number = int(digits, base)
    if number >= 2**64:
        raise _Refused
    return -number if match.group(1) else number


def _read_numbers(data: bytes, most: int, take: t.Callable[[int, int], None], *, signed: bool) -> bool:
    """Hand up to `most` numbers to `take(index, number)`, which may raise _Refused. Whether the kernel
    reports success."""
    text = _Text(data[:_PAGE])
    for index in range(most):
        text.skip_blanks()
        if not text.left:
            return index > 0
        try:
            take(index, text.number(b" \t\n", signed=signed))
        except _Refused:
            return False
    return True


def _numbers_one_by_one(write: _Write) -> Written:
    """Numbers that are stored one by one, as far as they are good."""
    bounds = accepted_bounds(write.tunable, write.others, write.machine)
    signed = write.tunable.reads in (Reads.SIGNED, Reads.SECONDS)
    held = _numbers(write.before, len(bounds))

    def take(index: int, number: int) -> None:
        if not bounds[index].holds(number):
            raise _Refused
        held[index] = number

    accepted = _read_numbers(write.data, len(bounds), take, signed=signed)
    return Written(accepted, _together(held))


def _numbers(value: t.Optional[Value], count: int) -> t.List[t.Optional[int]]:
    """The `count` numbers of a value; unknown ones are None."""
    if isinstance(value, int):
        return [value]
    if isinstance(value, tuple) and len(value) == count:
        return list(value)
    return [None] * count


def _together(numbers: t.Sequence[t.Optional[int]]) -> t.Optional[Value]:
    """The value that the numbers make; None when one of them is unknown."""
    known = tuple(number for number in numbers if number is not None)
    if len(known) < len(numbers):
        return None
    return known[0] if len(known) == 1 else known


def _milliseconds(write: _Write) -> Written:
    """Milliseconds kept as ticks: cut to 32 bits first, refused from 2^31, then rounded up to a tick. Kernels that
    take negative ones, as measured on 7.2, do so with their size."""
    held = [write.before]
    sign = accepted_bounds(write.tunable, write.others, write.machine)[0].low < 0

    def take(_index: int, number: int) -> None:
        milliseconds = (abs(number) if sign else number) % 2**32
        if milliseconds >= 2**31:
            raise _Refused
        kept = as_ticks(milliseconds, write.machine.hz) if write.machine.hz else milliseconds
        held[0] = -kept if sign and number < 0 else kept

    accepted = _read_numbers(write.data, 1, take, signed=True)
    return Written(accepted, held[0])


def _port_range(write: _Write) -> Written:
    """Two ports, stored together or not at all; what is not given stays."""
    ports = _numbers(write.before, 2)

    def take(index: int, number: int) -> None:
        if not write.tunable.accepts[index].holds(number):
            raise _Refused
        ports[index] = number

    accepted = _read_numbers(write.data, 2, take, signed=True)
    low, high = ports
    first_free = write.others("net.ipv4.ip_unprivileged_port_start")
    if low is not None and high is not None and low > high:
        accepted = False
    if low is not None and isinstance(first_free, int) and low < first_free:
        accepted = False
    return Written(accepted, _together(ports) if accepted else write.before)


def _ports(write: _Write) -> Written:
    """The list of reserved ports, which replaces the one before, or is refused as a whole."""
    try:
        return Written(True, canonical_ports(_ranges(write.tunable, _Text(write.data))))
    except _Refused:
        return Written(False, write.before)


def _ranges(tunable: Tunable, text: _Text) -> t.Iterator[t.Tuple[int, int]]:
    """The items of a list of ports: commas or line breaks between them, and no blanks."""
    text.left = text.left.lstrip(b"\n")
    while text.left:
        low = high = _port(tunable, text, b"-,\n")
        if text.skip_one() == b"-":
            high = _port(tunable, text, b",\n\0")
            text.skip_one()
        if low > high:
            raise _Refused
        yield low, high
        text.left = text.left.lstrip(b"\n")


def _port(tunable: Tunable, text: _Text, may_follow: bytes) -> int:
    """The port that begins here."""
    number = text.number(may_follow)
    if not tunable.accepts[0].holds(number):
        raise _Refused
    return number


# -- names and text ------------------------------------------------------------------------------------------


def _line(data: bytes, most: int) -> bytes:
    """What proc_dostring keeps: up to a line break or a zero byte, and `most` bytes of that."""
    return re.split(rb"[\n\0]", data, maxsplit=1)[0][:most]


def _congestion_control(write: _Write) -> Written:
    """The name of an algorithm; blanks are part of it."""
    name = _line(write.data, _NAME_BYTES).decode("utf-8", "replace")
    known = write.machine.congestion_controls
    if not name or name != name.strip() or (known is not None and name not in known):
        return Written(False, write.before)
    return Written(True, name)


def _text(write: _Write) -> Written:
    """Names that the kernel looks up: which ones it knows is not modelled, so what has their shape is accepted."""
    if write.tunable.kind is Kind.SECRET:
        return _secret(write)
    line = _line(write.data, _PAGE).decode("utf-8", "replace")
    if not line.strip() or (write.tunable.kind is Kind.WORD and line != line.strip()):
        return Written(False, write.before)
    return Written(True, canonical_words(line.split()) if write.tunable.kind is Kind.WORDS else line)


def _secret(write: _Write) -> Written:
    """The Fast Open key, read by sscanf("%x-%x-%x-%x"): what follows the fourth group is ignored."""
    keys = []
    for key in write.data.split(b",")[:2]:
        match = _KEY.match(key)
        if not match:
            return Written(False, write.before)
        keys.append("-".join(group.decode()[-8:] for group in match.groups()))
    return Written(True, canonical_secret(keys))


def _unknown(write: _Write) -> Written:
    """A key without a row: numbers where it holds numbers, else the line as it is."""
    if isinstance(write.before, (int, tuple)):
        bounds = (ANY_NUMBER,) * (len(write.before) if isinstance(write.before, tuple) else 1)
        row = Tunable(write.tunable.key, Kind.NUMBERS, Reads.SIGNED, accepts=bounds)
        return _numbers_one_by_one(write._replace(tunable=row))
    line = _line(write.data, _PAGE).decode("utf-8", "replace")
    return Written(True, numbers_or_text(line) if line.strip() else write.before)


_HANDLERS: t.Dict[Reads, t.Callable[[_Write], Written]] = {
    Reads.SIGNED: _numbers_one_by_one,
    Reads.UNSIGNED: _numbers_one_by_one,
    Reads.LONG: _numbers_one_by_one,
    Reads.SECONDS: _numbers_one_by_one,
    Reads.MILLISECONDS: _milliseconds,
    Reads.PORT_RANGE: _port_range,
    Reads.PORTS: _ports,
    Reads.CONGESTION_CONTROL: _congestion_control,
    Reads.TEXT: _text,
}
