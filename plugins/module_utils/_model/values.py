# Copyright (c) 2026, the linuxnet.tcp authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Values of tunables: read what a playbook asks and what the kernel shows, and write what the kernel and a result want.

A wanted value is read strictly: what the kernel would take for something else than the reader does is refused. It reads
010 as octal 8, cuts `5 6` to 5 for a key of one number, changes half of a pair for one number and changes nothing at all
for an empty text (measured on 6.18), so none of these is ever what somebody meant.
"""

from __future__ import annotations

import re
import typing as t

from .errors import InputError, MalformedReply, shown
from .ports import PortSpellingError, port_set
from .tunables import Bounds, Kind, Reads, Tunable, Value

HIDDEN = "(hidden)"
LONGEST_TEXT = 65536
"""Characters of a wanted text. The longest that a kernel reads: a list of ports; numbers and names end at a page."""

TICKS_PER_SECOND = (100, 200, 250, 300, 500, 1000)
"""What CONFIG_HZ offers on the architectures that run servers."""

_NUMBER = re.compile(r"-?(?:0|[1-9][0-9]{0,19})\Z")
_ZEROS = re.compile(r"[+-]?0[0-9]+\Z")
_HEX = re.compile(r"[+-]?0[xX][0-9a-fA-F]{1,16}\Z")
_WORD = re.compile(r"[A-Za-z0-9_.-]{1,15}\Z")
_KEY_GROUPS = re.compile(r"[0-9a-fA-F]{1,8}(?:-[0-9a-fA-F]{1,8}){3}\Z")
_ARITIES = {2: "two", 3: "three"}


# -- what a playbook asks ----------------------------------------------------------------------------------------------


def parse_wanted(tunable: Tunable, raw: object) -> Value:
    """The value that a playbook asks for `tunable`, in canonical form.

    `raw` is what YAML gives: a number, a text, a list; true and false for a switch only. Raises InputError, one sentence
    with key, value, reason and way out, for what is ambiguous, of another kind, or outside the sensible bounds.
    """
    if isinstance(raw, str):
        _check_text(tunable, raw)
    return _WANTED[tunable.kind](tunable, raw)


def _check_text(tunable: Tunable, text: str) -> None:
    """Refuse a text that is empty, endless, or holds characters that a line of a file or a terminal would act on."""
    if len(text) > LONGEST_TEXT:
        raise _refusal(tunable, text, "the text is longer than {0} characters".format(LONGEST_TEXT), _expected(tunable))
    if not text.strip(" \t"):
        way_out = "write [] to reserve no port" if tunable.kind is Kind.PORTS else _expected(tunable)
        raise _refusal(tunable, text, "an empty value changes nothing", way_out)
    if not all(char.isprintable() or char == "\t" for char in text):
        raise _refusal(tunable, text, "it holds a line break or another control character", _expected(tunable))


def _wanted_number(tunable: Tunable, raw: object) -> int:
    """One number within the sensible bounds."""
    if isinstance(raw, (list, tuple, dict)):
        raise _refusal(tunable, raw, "the key takes one number", _expected(tunable))
    if isinstance(raw, str) and len(raw.split()) > 1:
        raise _refusal(tunable, raw, "the kernel would take the first number and ignore the rest", _expected(tunable))
    if isinstance(raw, bool) and tunable.kind is Kind.SWITCH:
        return int(raw)
    return _bounded(tunable, raw, _integer(tunable, raw), tunable.sensible[0], "")


def _wanted_choice(tunable: Tunable, raw: object) -> int:
    """One of the numbers that mean something."""
    number = _wanted_number(tunable, raw)
    if all(number != choice for choice, _meaning in tunable.choices):
        raise _refusal(tunable, raw, "that number has no meaning", _expected(tunable))
    return number


def _wanted_flags(tunable: Tunable, raw: object) -> int:
    """A sum of bits that mean something."""
    number = _wanted_number(tunable, raw)
    unknown = number & ~sum(bit for bit, _meaning in tunable.choices)
    if unknown:
        raise _refusal(tunable, raw, "bit {0} has no meaning".format(unknown & -unknown), _expected(tunable))
    return number


def _wanted_numbers(tunable: Tunable, raw: object) -> t.Tuple[int, ...]:
    """As many numbers as the key has fields, each within its bounds, in ascending order."""
    items = raw.split() if isinstance(raw, str) else list(raw) if isinstance(raw, (list, tuple)) else [raw]
    if len(items) != len(tunable.fields):
        reason = "the key takes {0} numbers ({1})".format(_ARITIES[len(tunable.fields)], ", ".join(tunable.fields))
        raise _refusal(tunable, raw, reason, "write all of them, such as {0}".format(_example(tunable)))
    numbers = tuple(
        _bounded(tunable, raw, _integer(tunable, item), bounds, field)
        for item, bounds, field in zip(items, tunable.sensible, tunable.fields)
    )
    if list(numbers) != sorted(numbers):
        reason = "{0} must not decrease".format(", ".join(tunable.fields))
        raise _refusal(tunable, raw, reason, "write them in ascending order, such as {0}".format(_example(tunable)))
    return numbers


def _wanted_ports(tunable: Tunable, raw: object) -> str:
    """A set of ports, as the kernel would show it. An empty list reserves none."""
    if isinstance(raw, str):
        items: t.List[object] = list(raw.split(","))
    elif isinstance(raw, (list, tuple)):
        items = list(raw)
    else:
        items = [raw]
    if len(items) > LONGEST_TEXT:
        raise _refusal(tunable, HIDDEN, "the list is longer than there are ports", "join neighbours to ranges")
    ranges = [_port_range(tunable, raw, item) for item in items]
    return _canonical_ports(ranges)


def _port_range(tunable: Tunable, raw: object, item: object) -> t.Tuple[int, int]:
    """One item of a list of ports: `8080` or `9000-9010`."""
    ends = item.strip(" \t").split("-") if isinstance(item, str) else [item]
    if len(ends) > 2 or "" in ends:
        raise _refusal(tunable, raw, "{0} is neither a port nor a range".format(_quoted(item)), _expected(tunable))
    ports = [_bounded(tunable, raw, _integer(tunable, end), tunable.sensible[0], "") for end in ends]
    if ports[0] > ports[-1]:
        raise _refusal(tunable, raw, "the range {0} runs backwards".format(_quoted(item)), _expected(tunable))
    return ports[0], ports[-1]


def _wanted_word(tunable: Tunable, raw: object) -> str:
    """One name, such as that of an algorithm."""
    word = raw.strip(" \t") if isinstance(raw, str) else ""
    if not _WORD.match(word):
        raise _refusal(tunable, raw, "the key takes one name", _expected(tunable))
    return word


def _wanted_words(tunable: Tunable, raw: object) -> str:
    """Names in any order, from a list or a text with blanks; sorted."""
    words = raw.split() if isinstance(raw, str) else list(raw) if isinstance(raw, (list, tuple)) else [raw]
    if not words or not all(isinstance(word, str) and _WORD.match(word) for word in words):
        raise _refusal(tunable, raw, "the key takes names", _expected(tunable))
    return " ".join(sorted(set(words)))


def _wanted_secret(tunable: Tunable, raw: object) -> str:
    """One or two keys of four groups of hex digits; none of it is ever quoted."""
    groups = raw.strip(" \t").split(",") if isinstance(raw, str) else []
    if len(groups) not in (1, 2) or not all(_KEY_GROUPS.match(group) for group in groups):
        raise _refusal(tunable, raw, "it does not have the shape of a key", _expected(tunable))
    return _canonical_secret(groups)


def _wanted_text(tunable: Tunable, raw: object) -> Value:
    """The value of a key that the catalogue does not know: numbers where it looks like numbers, else text."""
    items = raw.split() if isinstance(raw, str) else list(raw) if isinstance(raw, (list, tuple)) else [raw]
    words = []
    for item in items:
        if isinstance(item, str) and not (_ZEROS.match(item) or _HEX.match(item)):
            _check_text(tunable, item)
            words.append(item)
        else:
            words.append(str(_integer(tunable, item)))
    if not words:
        raise _refusal(tunable, raw, "an empty value changes nothing", _expected(tunable))
    return _numbers_or_text(" ".join(words))


_WANTED: t.Dict[Kind, t.Callable[[Tunable, object], Value]] = {
    Kind.NUMBER: _wanted_number,
    Kind.SWITCH: _wanted_number,
    Kind.CHOICE: _wanted_choice,
    Kind.FLAGS: _wanted_flags,
    Kind.NUMBERS: _wanted_numbers,
    Kind.PORTS: _wanted_ports,
    Kind.WORD: _wanted_word,
    Kind.WORDS: _wanted_words,
    Kind.SECRET: _wanted_secret,
    Kind.TEXT: _wanted_text,
}
