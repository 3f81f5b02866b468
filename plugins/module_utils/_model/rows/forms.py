# Copyright (c) 2026, the linuxnet.tcp authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How a row of the catalogue is written down: one function a kind, so that a row says only what is its own.

Managed hosts compile these files at every task (modules travel in a zip archive, which keeps no byte code).
So rows are flat: texts and numbers, few nested displays. `choices` is "0 off; 1 on", `counters` has blanks
between names.
"""

from __future__ import annotations

import typing as t

from ..tunables import BYTE, INT32, Bounds, Kind, Per, Reads, Tunable, Unit

IP_SYSCTL = "Documentation/networking/ip-sysctl.rst"
NET_SYSCTL = "Documentation/admin-guide/sysctl/net.rst"
CONNTRACK_SYSCTL = "Documentation/networking/nf_conntrack-sysctl.rst"

TICKS = Bounds(-2147483, 2147483)
"""Seconds whose product with HZ fits in 31 bits with every HZ up to 1000."""

_Pair = t.Tuple[int, int]


def number(
    key: str,
    unit: Unit,
    sensible: _Pair,
    summary: str,
    accepts: _Pair = INT32,
    reads: Reads = Reads.SIGNED,
    **rest: t.Any,
) -> Tunable:
    """A number that the kernel keeps in 32 bits with a sign, or as `reads` says."""
    bounds = (Bounds(*accepts),)
    return _row(key, Kind.NUMBER, summary, rest, reads=reads, unit=unit, accepts=bounds, sensible=(Bounds(*sensible),))


def unsigned(
    key: str,
    unit: Unit,
    sensible: _Pair,
    summary: str,
    accepts: _Pair = BYTE,
    reads: Reads = Reads.UNSIGNED,
    **rest: t.Any,
) -> Tunable:
    """A number that the kernel keeps in one byte, or within `accepts`, without a sign."""
    return number(key, unit, sensible, summary, accepts, reads, **rest)


def seconds(key: str, sensible: _Pair, summary: str, **rest: t.Any) -> Tunable:
    """Seconds that the kernel keeps as ticks."""
    return number(key, Unit.SECONDS, sensible, summary, TICKS, Reads.SECONDS, **rest)


def switch(
    key: str,
    summary: str,
    accepts: _Pair = BYTE,
    reads: Reads = Reads.UNSIGNED,
    choices: str = "0 off; 1 on",
    **rest: t.Any,
) -> Tunable:
    """0 or 1; most kernels store any byte."""
    return choice(key, choices, summary, accepts, reads, Kind.SWITCH, **rest)


def choice(
    key: str,
    choices: str,
    summary: str,
    accepts: _Pair = BYTE,
    reads: Reads = Reads.UNSIGNED,
    kind: Kind = Kind.CHOICE,
    **rest: t.Any,
) -> Tunable:
    """One of a few numbers with a meaning each."""
    meanings = tuple(_meaning(item) for item in choices.split("; "))
    sensible = Bounds(min(meanings)[0], max(meanings)[0])
    bounds = (Bounds(*accepts),)
    return _row(key, kind, summary, rest, reads=reads, accepts=bounds, sensible=(sensible,), choices=meanings)


def flags(
    key: str, choices: str, summary: str, accepts: _Pair = BYTE, reads: Reads = Reads.UNSIGNED, **rest: t.Any
) -> Tunable:
    """A number made of bits with a meaning each."""
    bits = tuple(_meaning(item) for item in choices.split("; "))
    sensible = Bounds(0, sum(bit for bit, _text in bits))
    bounds = (Bounds(*accepts),)
    return _row(key, Kind.FLAGS, summary, rest, reads=reads, accepts=bounds, sensible=(sensible,), choices=bits)


def numbers(
    key: str,
    fields: str,
    unit: Unit,
    sensible: _Pair,
    summary: str,
    accepts: _Pair,
    reads: Reads,
    **rest: t.Any,
) -> Tunable:
    """Two or three numbers, in ascending order."""
    names = tuple(fields.split())
    wide, ours = (Bounds(*accepts),) * len(names), (Bounds(*sensible),) * len(names)
    return _row(key, Kind.NUMBERS, summary, rest, reads=reads, unit=unit, fields=names, accepts=wide, sensible=ours)


def ports(key: str, summary: str, **rest: t.Any) -> Tunable:
    """A set of ports."""
    bounds = (Bounds(0, 65535),)
    ours = (Bounds(1, 65535),)
    return _row(key, Kind.PORTS, summary, rest, reads=Reads.PORTS, unit=Unit.PORTS, accepts=bounds, sensible=ours)


def word(key: str, summary: str, kind: Kind = Kind.WORD, reads: Reads = Reads.TEXT, **rest: t.Any) -> Tunable:
    """A name, or names."""
    return _row(key, kind, summary, rest, reads=reads)


def report(key: str, unit: Unit, summary: str, **rest: t.Any) -> Tunable:
    """A number that the kernel only reports."""
    return _row(key, Kind.NUMBER, summary, rest, unit=unit, sensible=(INT32,), read_only=True)


def _meaning(item: str) -> t.Tuple[int, str]:
    """`0 off` in two parts."""
    value, _blank, text = item.partition(" ")
    return int(value), text


def _row(key: str, kind: Kind, summary: str, rest: t.Dict[str, t.Any], **fields: t.Any) -> Tunable:
    """The record; `counters` in `rest` is cut into names, `host` is short for Per.HOST."""
    if rest.pop("host", False):
        fields["per"] = Per.HOST
    fields["counters"] = tuple(rest.pop("counters", "").split())
    rest.setdefault("source", IP_SYSCTL)
    return Tunable(key=key, kind=kind, summary=summary, **fields, **rest)
