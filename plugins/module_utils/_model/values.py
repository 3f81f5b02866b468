# Copyright (c) 2026, the linuxnet.tcp authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Values of tunables in canonical form: from what the kernel shows, to what it is given, to a result, and
compared."""

from __future__ import annotations

import re
import typing as t

from .errors import MalformedReply, shown
from .tunables import Kind, Reads, Tunable, Value

HIDDEN = "(hidden)"

TICKS_PER_SECOND = (100, 200, 250, 300, 500, 1000)
"""What CONFIG_HZ offers on the architectures that run servers."""

Result = t.Union[int, str, t.List[int], None]
"""What stands in a module's result: JSON's own types, and never a text for a number."""

_NUMBERS = re.compile(r"-?(?:0|[1-9][0-9]{0,19})(?: -?(?:0|[1-9][0-9]{0,19}))*\Z")
_RANGE = re.compile(r"([0-9]{1,5})(?:-([0-9]{1,5}))?\Z")


# -- canonical forms -----------------------------------------------------------------------------------------


def canonical_ports(ranges: t.Iterable[t.Tuple[int, int]]) -> str:
    """The ports of `ranges` as the kernel shows a set: sorted, and neighbours joined (`1-4,10`); empty for
    none."""
    joined: t.List[t.List[int]] = []
    for low, high in sorted(ranges):
        if joined and low <= joined[-1][1] + 1:
            joined[-1][1] = max(high, joined[-1][1])
        else:
            joined.append([low, high])
    return ",".join(str(low) if low == high else "{0}-{1}".format(low, high) for low, high in joined)


def canonical_words(words: t.Iterable[str]) -> str:
    """Words whose order means nothing, each once, sorted."""
    return " ".join(sorted(set(words)))


def canonical_secret(keys: t.Iterable[str]) -> str:
    """Fast Open keys as the kernel shows them: groups of eight small hex digits."""
    return ",".join("-".join(group.lower().zfill(8) for group in key.split("-")) for key in keys)


def numbers_or_text(text: str) -> Value:
    """One number, several, or the text with single blanks: for keys of which nothing is known."""
    text = " ".join(text.split())
    if not _NUMBERS.match(text):
        return text
    numbers = tuple(int(word) for word in text.split())
    return numbers[0] if len(numbers) == 1 else numbers


# -- what the kernel shows -----------------------------------------------------------------------------------


def parse_kernel(tunable: Tunable, text: t.Union[bytes, str]) -> Value:
    """The value that a file under /proc/sys shows, the whole of the file given.

    Nothing is checked but the shape: the kernel holds values that we would refuse. Raises MalformedReply for
    a shape that the key cannot have.
    """
    shows = text.decode("utf-8", "replace") if isinstance(text, bytes) else text
    if tunable.kind in _SHOWN_TEXTS:
        return _SHOWN_TEXTS[tunable.kind](tunable, shows.strip())
    value = numbers_or_text(shows)
    if tunable.kind is Kind.NUMBERS:
        well_formed = isinstance(value, tuple) and len(value) == len(tunable.fields)
    else:
        well_formed = isinstance(value, int) or tunable.kind is Kind.TEXT
    if not well_formed:
        raise MalformedReply(
            "the kernel shows {0} for {1}, which is no value of that key".format(shown(shows), tunable.key)
        )
    return _unsigned(tunable, value) if isinstance(value, int) else value


def _shown_ports(tunable: Tunable, text: str) -> str:
    """The list of ports that the kernel shows."""
    return canonical_ports(_shown_range(tunable, item) for item in text.split(",") if item)


_SHOWN_TEXTS: t.Dict[Kind, t.Callable[[Tunable, str], str]] = {
    Kind.PORTS: _shown_ports,
    Kind.WORDS: lambda _tunable, text: canonical_words(text.split()),
    Kind.SECRET: lambda _tunable, text: canonical_secret(text.split(",")),
    Kind.WORD: lambda _tunable, text: text,
}


def _shown_range(tunable: Tunable, item: str) -> t.Tuple[int, int]:
    """One item of the list of ports that the kernel shows."""
    match = _RANGE.match(item)
    if not match:
        raise MalformedReply(
            "the kernel shows {0} for {1}, which is no range of ports".format(shown(item), tunable.key)
        )
    return int(match.group(1)), int(match.group(2) or match.group(1))


def _unsigned(tunable: Tunable, number: int) -> int:
    """`number`, but 4294967295 for the -1 by which old kernels show the greatest value of
    tcp_notsent_lowat."""
    if number < 0 and tunable.reads is Reads.UNSIGNED and not tunable.read_only:
        return number + 2**32
    return number


# -- what the kernel and a result are given ------------------------------------------------------------------


def to_kernel(value: Value) -> str:
    """What to write for `value`, without the line break that ends it. A set without ports is the empty text:
    to the kernel only the line break clears it, a write of nothing at all changes nothing."""
    if isinstance(value, tuple):
        return " ".join(str(number) for number in value)
    return str(value)


def to_result(tunable: Tunable, value: t.Optional[Value]) -> Result:
    """`value` for a result: a number, a list of numbers, or a text; None stays None; a secret is hidden."""
    if value is not None and tunable.secret:
        return HIDDEN
    return list(value) if isinstance(value, tuple) else value


def bounds_to_result(tunable: Tunable) -> t.Optional[t.List[t.Any]]:
    """What may be asked: [low, high] for one number, a list of such pairs for several, None for text and
    reports."""
    if not tunable.sensible or tunable.read_only:
        return None
    pairs = [list(bounds) for bounds in tunable.sensible]
    return pairs[0] if len(pairs) == 1 else pairs


# -- comparison ----------------------------------------------------------------------------------------------


def equal(tunable: Tunable, wanted: Value, running: Value, hz: t.Optional[int] = None) -> bool:
    """Whether the kernel that was given `wanted` would show `running`.

    That is equality of canonical forms, but for milliseconds that the kernel keeps as ticks and rounds up:
    `hz` is its ticks per second; without it every usual one is tried.
    """
    if wanted == running:
        return True
    if tunable.reads is not Reads.MILLISECONDS or not isinstance(wanted, int):
        return False
    return any(as_ticks(wanted, rate) == running for rate in ((hz,) if hz else TICKS_PER_SECOND))


def as_ticks(milliseconds: int, hz: int) -> int:
    """What the kernel shows for `milliseconds` after it kept them as whole ticks
    (include/linux/jiffies.h)."""
    ticks = -(-milliseconds * hz // 1000)
    return -(-ticks * 1000 // hz)
