# Copyright (c) 2026, the linuxnet.tcp authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a tunable is: the record that a row of the catalogue fills in. Data only; neighbours do the work.

- keys.py: the spelling of a key
- values.py: values from a playbook, from /proc/sys, for /proc/sys and for a result
- kernel_writes.py: what the kernel makes of a raw text that is written to a key
- settings.py: what a user asks (a value or a constraint); couplings.py: what ties keys together
- catalogue.py: the rows
"""

from __future__ import annotations

import enum
import typing as t

Value = t.Union[int, str, t.Tuple[int, ...]]
"""A value in canonical form, so that `==` compares by meaning: one number is an int, several are a tuple; a
set of ports is the text that the kernel shows for it (`1-4,10`, empty for none), words are sorted, other text
has single blanks."""


class Kind(enum.Enum):
    """What the values of a tunable are."""

    NUMBER = "number"
    SWITCH = "switch"
    """0 or 1."""
    CHOICE = "choice"
    """One of a few numbers, each with its own meaning."""
    FLAGS = "flags"
    """A number whose bits mean something each."""
    NUMBERS = "numbers"
    """Two or three numbers with names, such as low and high."""
    PORTS = "ports"
    """A set of ports."""
    WORD = "word"
    WORDS = "words"
    """Several words whose order means nothing."""
    SECRET = "secret"  # noqa: S105 - the name of a kind
    """The TCP Fast Open key: four groups of hex digits, one key or two."""
    TEXT = "text"
    """A key that the catalogue does not know: numbers where the kernel shows numbers, else text."""


class Unit(enum.Enum):
    """What a number counts."""

    NONE = ""
    SECONDS = "seconds"
    MILLISECONDS = "milliseconds"
    MICROSECONDS = "microseconds"
    NANOSECONDS = "nanoseconds"
    BYTES = "bytes"
    PAGES = "pages"
    PACKETS = "packets"
    SEGMENTS = "segments"
    RETRANSMITS = "retransmits"
    PROBES = "probes"
    SOCKETS = "sockets"
    CONNECTIONS = "connections"
    ENTRIES = "entries"
    BUCKETS = "buckets"
    PORTS = "ports"
    PER_SECOND = "per second"
    ROUNDS = "rounds"
    PERCENT = "percent"
    SHIFT = "power of two"


class Per(enum.Enum):
    """Whose value it is on present kernels."""

    NAMESPACE = "namespace"
    HOST = "host"


class Reads(enum.Enum):
    """Which of the kernel's handlers reads a write (kernel/sysctl.c, net/ipv4/sysctl_net_ipv4.c, measured on
    6.18)."""

    SIGNED = "signed"
    """32 bits with a sign; of several numbers each is stored as soon as it is read, also when a later one is
    refused."""
    UNSIGNED = "unsigned"
    """8 or 32 bits without a sign; even -0 is refused."""
    LONG = "long"
    """64 bits without a sign; of several numbers each is stored as soon as it is read."""
    SECONDS = "seconds"
    """Seconds kept as ticks: negative ones are taken, and the product with HZ must fit in 31 bits."""
    MILLISECONDS = "milliseconds"
    """Milliseconds kept as ticks: rounded up to a tick, so that what is read back may differ."""
    PORT_RANGE = "port range"
    """Two ports, both or none; one number alone changes the low end."""
    PORTS = "ports"
    """The list of reserved ports; the whole list is replaced."""
    CONGESTION_CONTROL = "congestion control"
    """The name of an algorithm, to the end of the line, blanks included."""
    TEXT = "text"
    """A name or text that only the kernel can judge."""


class Bounds(t.NamedTuple):
    """The least and the greatest number, both allowed."""

    low: int
    high: int

    def holds(self, number: int) -> bool:
        """Whether `number` lies between the two."""
        return self.low <= number <= self.high


INT32 = Bounds(-(2**31), 2**31 - 1)
BYTE = Bounds(0, 255)
ANY_NUMBER = Bounds(-(2**63), 2**64 - 1)
"""What any key of the kernel could hold."""


class Newer(t.NamedTuple):
    """Kernels that have the key `evidence` accept `accepts` instead. A file tells, never a version: keys are
    backported."""

    evidence: str
    accepts: Bounds


class Older(t.NamedTuple):
    """Kernels that lack the key `lacks` accept `accepts` instead: what they take had not been narrowed yet."""

    lacks: str
    accepts: Bounds


class Tunable(t.NamedTuple):
    """One row of the catalogue."""

    key: str
    """Canonical, with dots."""
    kind: Kind
    reads: Reads = Reads.TEXT
    unit: Unit = Unit.NONE
    fields: t.Tuple[str, ...] = ()
    """The names of the numbers of Kind.NUMBERS, in the kernel's order."""
    accepts: t.Tuple[Bounds, ...] = ()
    """What the kernel takes, one for each number; empty for text. Where that depends on the kernel's HZ: what
    every HZ takes."""
    sensible: t.Tuple[Bounds, ...] = ()
    """What we take, one for each number; never wider than what some kernel accepts."""
    choices: t.Tuple[t.Tuple[int, str], ...] = ()
    """Number and meaning: the values of a choice, the bits of flags."""
    per: Per = Per.NAMESPACE
    visible: bool = False
    """A key of the host that other network namespaces of new kernels show, read-only; otherwise it is absent
    there."""
    read_only: bool = False
    """The kernel only reports it."""
    secret: bool = False
    module: str = ""
    """The kernel module that brings the key; empty when the kernel itself does."""
    since: str = ""
    """The first mainline kernel that has it; empty when 3.10 has it. For messages: what decides is whether
    the file exists."""
    namespaced: str = ""
    """The first mainline kernel where each network namespace has its own; empty when that is as old as the
    key or never was."""
    removed: str = ""
    """The first mainline kernel without it; empty while it exists."""
    use_instead: str = ""
    """What to do where the key is gone or has no effect: the rest of a sentence."""
    same_as: str = ""
    """The key that shows the same variable of the kernel."""
    newer: t.Optional[Newer] = None
    older: t.Optional[Older] = None
    stricter: t.Optional[Bounds] = None
    """What some kernels accept instead that no file tells apart: fixes reach stable kernels, too."""
    default: str = ""
    summary: str = ""
    """What it does, one sentence."""
    hazard: str = ""
    counters: t.Tuple[str, ...] = ()
    """Which counters show whether it matters: `TcpExt.X` and `Tcp.X` of /proc/net/netstat and snmp, or a
    file's name."""
    source: str = ""

    @property
    def known(self) -> bool:
        """Whether the catalogue has a row for it."""
        return self.kind is not Kind.TEXT

    @property
    def is_number(self) -> bool:
        """Whether a value is exactly one number, so that a constraint such as at_least means something."""
        return self.kind in (Kind.NUMBER, Kind.SWITCH, Kind.CHOICE, Kind.FLAGS)


def unknown_tunable(key: str) -> Tunable:
    """The row for a key under /proc/sys/net that the catalogue does not know: nothing checks its bounds."""
    return Tunable(key, Kind.TEXT, summary="Not in the catalogue: nothing checks its bounds.")
