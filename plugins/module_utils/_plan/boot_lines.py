# Copyright (c) 2026, the linuxnet.tcp authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Sysctl files, line by line, as each loader reads them. They agree on usual files and on little else.

Each reader yields the settings of one file in their order. Nothing is looked up: a key may name nothing, and
a value may be nonsense to the kernel. Read from the sources of systemd 247, 252 and 257 (src/sysctl/sysctl.c)
and of procps 3.3.17, 4.0.2 and 4.0.4 (sysctl.c), and compared with those programs
(tests/lab/test_boot_order_differential.py).
"""

from __future__ import annotations

import re
from typing import Iterator, NamedTuple, Optional, Tuple

from .._model.ini_lines import ini_lines

LONGEST_SYSTEMD_LINE = 1 << 20
"""At a line of this many bytes systemd-sysctl stops reading the file (LONG_LINE_MAX)."""

GLOB_BYTES = re.compile(rb"[*?\[]")
"""What makes a key a pattern, to both loaders."""


class Setting(NamedTuple):
    """What one line says."""

    path: bytes
    """The key below /proc/sys as this loader spells it (`net/ipv4/tcp_sack`): it compares these spellings."""
    value: Optional[bytes]
    """None for a line that only exempts its key from patterns (`-net.ipv4.conf.all.rp_filter`)."""
    line: int
    """Counted by line feeds from 1, as an editor does."""


def swap_separators(key: bytes) -> bytes:
    """The key as a path: if a dot stands before any slash, dots and slashes change places; else it is a path
    already."""
    first = re.search(rb"[./]", key)
    return key.translate(_SWAP) if first and first.group() == b"." else key


_SWAP = bytes.maketrans(b"./", b"/.")

# -- systemd -------------------------------------------------------------------------------------------------

_SYSTEMD_BLANKS = b" \t\n\r"
_SYSTEMD_LINE = re.compile(rb"[^\n\r\0]+")
"""Carriage returns and zero bytes end a line too."""

PREFIX_SINCE = (243,)
"""systemd before this has no `-` in front of keys: the key is then one that does not exist."""
GLOBS_SINCE = (245,)
"""systemd before this has no patterns and no exempting lines."""
ROOT_PARENT_SINCE = (256,)
"""systemd from here on drops leading `..` of an absolute path. Between 252, which keeps them, and 257, which
does not."""


def systemd_settings(content: bytes, version: Tuple[int, ...]) -> Iterator[Setting]:
    """The settings of a file to systemd-sysctl of `version`; an empty version is a present one."""
    number, counted = 1, 0
    for match in _SYSTEMD_LINE.finditer(content):
        if len(match.group()) >= LONGEST_SYSTEMD_LINE:
            return
        text = match.group().strip(_SYSTEMD_BLANKS)
        if not text or text[:1] in b"#;":
            continue
        number, counted = number + content.count(b"\n", counted, match.start()), match.start()
        key, equals, value = text.partition(b"=")
        exempts = not equals
        has_prefix = text[:1] == b"-" and since(PREFIX_SINCE, version)
        if exempts and not (has_prefix and since(GLOBS_SINCE, version)):
            continue
        path = systemd_path((key[1:] if has_prefix else key).strip(_SYSTEMD_BLANKS), version)
        yield Setting(path, None if exempts else value.strip(_SYSTEMD_BLANKS), number)


def systemd_path(key: bytes, version: Tuple[int, ...]) -> bytes:
    """A key as systemd keeps it: separators settled, no empty parts, no `.` parts, no slash at the ends."""
    path = swap_separators(key)
    return simplified(path, since(ROOT_PARENT_SINCE, version)) if path else path


def simplified(path: bytes, drops_root_parents: bool) -> bytes:
    """`path` without empty and `.` parts and leading slash (path_simplify and sysctl_normalize)."""
    parts = [part for part in path.split(b"/") if part not in (b"", b".")]
    if drops_root_parents and path[:1] == b"/":
        while parts and parts[0] == b"..":
            parts.pop(0)
    return b"/".join(parts) or (b"/" if path[:1] == b"/" else b".")


def since(first: Tuple[int, ...], version: Tuple[int, ...]) -> bool:
    """Whether `version` has what came with `first`; an unknown version is a present one."""
    return not version or version >= first


# -- procps --------------------------------------------------------------------------------------------------

_PROCPS_BLANKS = b" \t\n\v\f\r"
_PROCPS_3_BLANKS = b" \t\n\r"
_LINE = re.compile(rb"[^\n]+\n?")
LISTS_SINCE = (4,)
"""procps from here on reads all files first, then writes, and knows patterns; before it writes line by line.
"""
_NEVER_SET = (b"base_reachable_time", b"retrans_time")
"""Names that procps 3 refuses to set, as deprecated."""


def procps_settings(content: bytes, version: Tuple[int, ...]) -> Iterator[Setting]:
    """The settings of a file to `sysctl --system` and `sysctl -p` of procps `version`; an empty version is a
    present one."""
    parse = _procps_4_line if since(LISTS_SINCE, version) else _procps_3_line
    number, counted = 1, 0
    for match in _LINE.finditer(content):
        if len(match.group()) < 2:
            continue
        found = parse(match.group().split(b"\0", 1)[0])
        if found:
            number, counted = number + content.count(b"\n", counted, match.start()), match.start()
            yield Setting(found[0], found[1], number)


def _procps_4_line(text: bytes) -> Optional[Tuple[bytes, Optional[bytes]]]:
    text = text.lstrip(_PROCPS_BLANKS)
    if len(text) < 2 or text[:1] in b"#;":
        return None
    key, equals, value = text.partition(b"=")
    if not equals and text[:1] != b"-":
        return None
    if key[:1] == b"-":
        key = key[1:]
    key = _right_stripped(key)
    # The path is made from a key that may have kept a second minus, which is then taken away as well.
    path = swap_separators(key[1:] if key[:1] == b"-" else key)
    return path, value.strip(_PROCPS_BLANKS) if equals else None


def _right_stripped(text: bytes) -> bytes:
    """Without blanks at the end; of nothing but blanks the first one stays, as procps does."""
    return text.rstrip(_PROCPS_BLANKS) or text[:1]


def _procps_3_line(text: bytes) -> Optional[Tuple[bytes, Optional[bytes]]]:
    text = text.rstrip(_PROCPS_3_BLANKS).lstrip(b" \t") or text[:1]
    if len(text) < 2 or text[:1] in b"#;":
        return None
    key, _equals, value = text.lstrip(b"=").partition(b"=")
    key = key.rstrip(_PROCPS_3_BLANKS) or key[:1]
    value = re.split(rb"[\n\r]", value.lstrip(b"\n\r"))[0]
    if not key or not value:
        return None
    if key[:1] == b"-":
        key = key[1:]
    path = swap_separators(key)
    return None if path.rpartition(b"/")[2] in _NEVER_SET else (path, value.lstrip(b" \t"))


# -- TuneD ---------------------------------------------------------------------------------------------------

_TUNED_OWN_OPTIONS = (b"type", b"enabled", b"devices", b"replace", b"priority", b"drop", b"prepend")


def tuned_settings(content: bytes) -> Iterator[Setting]:
    """What the sysctl sections of a tuned.conf set. Values stay as they stand, variables (`${...}`) included.

    A section is one by its name or by `type=sysctl`; with `enabled=0` it is none.
    """
    lines = list(ini_lines(content))
    options = {(line.section, line.option): line.value for line in lines}
    for line in lines:
        kind = options.get((line.section, b"type"), line.section)
        enabled = options.get((line.section, b"enabled"), b"1").lower() not in (
            b"0",
            b"n",
            b"no",
            b"false",
            b"off",
        )
        if kind == b"sysctl" and enabled and line.option not in _TUNED_OWN_OPTIONS:
            yield Setting(line.option.translate(_SWAP), _unquoted(line.value), line.line)


def _unquoted(value: bytes) -> bytes:
    return value[1:-1] if len(value) > 1 and value[:1] == value[-1:] == b'"' else value
