# Copyright (c) 2026, the linuxnet.tcp authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The values that a playbook asks, read strictly: refused is what the kernel would take for something else
than the reader.

It reads 010 as octal 8, cuts `5 6` to 5 for a key of one number, changes half of a pair for one number and
changes nothing at all for an empty text (measured on 6.18), so none of these is ever what somebody meant.
Hexadecimal is refused too, although its meaning is plain: no kernel ever shows it back, and one spelling for
a value is enough.
"""

from __future__ import annotations

import re
import typing as t

from .errors import InputError, shown
from .tunables import ANY_NUMBER, Bounds, Kind, Tunable, Value
from .values import HIDDEN, canonical_ports, canonical_secret, canonical_words, numbers_or_text

LONGEST_TEXT = 65536
"""Characters of a wanted text. The longest that a kernel reads: a list of ports; numbers and names end at a
page."""

_NUMBER = re.compile(r"-?(?:0|[1-9][0-9]{0,19})\Z")
_ZEROS = re.compile(r"[+-]?0[0-9]{1,18}\Z")
_HEX = re.compile(r"[+-]?0[xX][0-9a-fA-F]{1,16}\Z")
_WORD = re.compile(r"[A-Za-z0-9_.-]{1,15}\Z")
_KEY_GROUPS = re.compile(r"[0-9a-fA-F]{1,8}(?:-[0-9a-fA-F]{1,8}){3}\Z")
_QUOTED_BITS = 128
_QUOTED_ITEMS = 16
_ENDS = 2
_COUNTS = {2: "two", 3: "three"}


def parse_wanted(tunable: Tunable, raw: object) -> Value:
    """The value that a playbook asks for `tunable`, in canonical form.

    `raw` is what YAML gives: a number, a text, a list; true and false for a switch only. Raises InputError,
    one sentence with key, value, reason and way out, for what is ambiguous, of another kind, or outside the
    sensible bounds.
    """
    if raw is None:
        raise _refusal(tunable, raw, "no value is given", _expected(tunable))
    if isinstance(raw, str):
        _check_text(tunable, raw)
    return _WANTED[tunable.kind](tunable, raw)


def _check_text(tunable: Tunable, text: str) -> None:
    """Refuse a text that is empty, endless, or holds characters that a line of a file or a terminal would act
    on."""
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
        reason = "the key takes {0} numbers ({1})".format(_COUNTS[len(tunable.fields)], ", ".join(tunable.fields))
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
    return canonical_ports(ranges)


def _port_range(tunable: Tunable, raw: object, item: object) -> t.Tuple[int, int]:
    """One item of a list of ports: `8080` or `9000-9010`."""
    ends = item.strip(" \t").split("-") if isinstance(item, str) else [item]
    if "" in ends or len(ends) > _ENDS:
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
    items = raw.split() if isinstance(raw, str) else raw if isinstance(raw, (list, tuple)) else [raw]
    words = [item for item in items if isinstance(item, str) and _WORD.match(item)]
    if not words or len(words) < len(items):
        raise _refusal(tunable, raw, "the key takes names", _expected(tunable))
    return canonical_words(words)


def _wanted_secret(tunable: Tunable, raw: object) -> str:
    """One or two keys of four groups of hex digits; none of it is ever quoted."""
    groups = raw.strip(" \t").split(",") if isinstance(raw, str) else []
    if len(groups) not in (1, 2) or not all(_KEY_GROUPS.match(group) for group in groups):
        raise _refusal(tunable, raw, "it does not have the shape of a key", _expected(tunable))
    return canonical_secret(groups)


def _wanted_text(tunable: Tunable, raw: object) -> Value:
    """The value of a key that the catalogue does not know: numbers where it looks like numbers, else text."""
    items = raw.split() if isinstance(raw, str) else list(raw) if isinstance(raw, (list, tuple)) else [raw]
    words = []
    for item in items:
        if isinstance(item, str) and not (_ZEROS.match(item) or _HEX.match(item)):
            _check_text(tunable, item)
            words.append(item)
        else:
            words.append(str(_bounded(tunable, raw, _integer(tunable, item), ANY_NUMBER, "")))
    if not words:
        raise _refusal(tunable, raw, "an empty value changes nothing", _expected(tunable))
    return numbers_or_text(" ".join(words))


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


# -- one number, and how a refusal reads ---------------------------------------------------------------------


def _integer(tunable: Tunable, raw: object) -> int:
    """The whole number that `raw` is, or that it spells in plain decimal."""
    if isinstance(raw, bool):
        raise _refusal(tunable, raw, "true and false are numbers for switches only", _expected(tunable))
    if isinstance(raw, int):
        return raw
    if isinstance(raw, float):
        raise _refusal(tunable, raw, "it has a fraction", "write a whole number; in a template, pipe it through int")
    text = raw.strip(" \t") if isinstance(raw, str) else ""
    if _NUMBER.match(text) and text != "-0":
        return int(text)
    if _ZEROS.match(text):
        raise _refusal(tunable, raw, "the kernel would read leading zeros as octal", _octal_way_out(text))
    if _HEX.match(text):
        raise _refusal(tunable, raw, "hexadecimal is never read back", "write {0}".format(int(text, 16)))
    raise _refusal(tunable, raw, "it is not a whole number in plain decimal", _expected(tunable))


def _octal_way_out(text: str) -> str:
    """What to write instead of a number with leading zeros."""
    plain = int(text, 10)
    if set(text) & set("89"):
        return "write {0}".format(plain)
    return "write {0}, or {1} if that was meant".format(plain, int(text, 8))


def _bounded(tunable: Tunable, raw: object, number: int, bounds: Bounds, field: str) -> int:
    """`number`, when it lies within `bounds`."""
    if bounds.holds(number):
        return number
    side = "below {0}".format(bounds.low) if number < bounds.low else "above {0}".format(bounds.high)
    raise _refusal(tunable, raw, "{0} is {1}".format(field or "it", side), _expected(tunable))


def _expected(tunable: Tunable) -> str:
    """What to write for `tunable`: the end of a refusal."""
    if tunable.kind in (Kind.CHOICE, Kind.FLAGS, Kind.SWITCH):
        meanings = ", ".join("{0} ({1})".format(number, meaning) for number, meaning in tunable.choices)
        return "write {0}{1}".format("a sum of " if tunable.kind is Kind.FLAGS else "one of ", meanings)
    if tunable.kind is Kind.NUMBER:
        unit = " ({0})".format(tunable.unit.value) if tunable.unit.value else ""
        return "write a number from {0} to {1}{2}".format(tunable.sensible[0].low, tunable.sensible[0].high, unit)
    if tunable.kind is Kind.NUMBERS:
        limits = ("{0} from {1} to {2}".format(name, *bounds) for name, bounds in zip(tunable.fields, tunable.sensible))
        return "write {0}".format(", ".join(limits))
    return _EXPECTED[tunable.kind]


_EXPECTED = {
    Kind.PORTS: "write ports from 1 to 65535 and ranges such as 8080,9000-9010",
    Kind.WORD: "write one name of at most 15 letters, digits, dots, dashes and underscores",
    Kind.WORDS: "write names with blanks between them, or a list",
    Kind.SECRET: "write four groups of up to 8 hex digits with dashes between them",
    Kind.TEXT: "write what the kernel shows for it",
}


def _example(tunable: Tunable) -> str:
    """A value of `tunable` that is well formed: its default, or the names of its numbers."""
    default = tunable.default.split()[: len(tunable.fields)]
    return "[{0}]".format(", ".join(default if all(word.isdigit() for word in default) else tunable.fields))


def _refusal(tunable: Tunable, raw: object, reason: str, way_out: str) -> InputError:
    """The sentence that refuses `raw` for `tunable`."""
    value = HIDDEN if tunable.secret else _quoted(raw)
    return InputError("{0} cannot be {1}: {2}; {3}".format(tunable.key, value, reason, way_out))


def _quoted(raw: object) -> str:
    """`raw` for a message; a number too long for a text is described."""
    if isinstance(raw, int) and raw.bit_length() > _QUOTED_BITS:
        return "a number of {0} bits".format(raw.bit_length())
    if isinstance(raw, (list, tuple, dict)) and len(raw) > _QUOTED_ITEMS:
        return "a {0} of {1} items".format("mapping" if isinstance(raw, dict) else "list", len(raw))
    return shown(raw)
