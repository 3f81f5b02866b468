# Copyright (c) 2026, the linuxnet.tcp authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The names of sysctl keys: one canonical spelling, and never a path that leaves /proc/sys/net.

A key may be spelled with dots (`net.ipv4.tcp_fin_timeout`) or with slashes (`net/ipv4/tcp_fin_timeout`).
Which of the two stands first decides what separates the parts; the other one then stands for itself inside a
part, so that the VLAN device eth0.100 is `net/ipv4/conf/eth0.100/forwarding` or
`net.ipv4.conf.eth0/100.forwarding`. That is how sysctl.d(5) and procps read a key. Dots are canonical.
"""

from __future__ import annotations

import re
from typing import List

from .errors import InputError, shown

LONGEST_KEY = 512
"""Characters. The longest key of a real kernel has fewer than 70, with an interface name (15) in it."""

_PART = re.compile(r"[A-Za-z0-9_@:+.-]{1,255}\Z")
_SWAP = str.maketrans("./", "/.")


def canonical_key(key: object) -> str:
    """`key` in the spelling with dots.

    Raises InputError when it names nothing under /proc/sys/net: another tree, an absolute path, `..`, a glob,
    blanks, control characters, or no text at all.
    """
    if not isinstance(key, str):
        raise InputError("{0} is no sysctl key: write a name such as net.ipv4.tcp_fin_timeout".format(shown(key)))
    parts = _parts(key)
    return ".".join(part.replace(".", "/") for part in parts)


def key_path(key: str) -> str:
    """The path of a key below /proc/sys: `net/ipv4/conf/eth0.100/forwarding`. Raises InputError as
    canonical_key."""
    return "/".join(_parts(key))


def _parts(key: str) -> List[str]:
    """The names along the path of `key`, each known to be harmless as the name of a file."""
    if len(key) > LONGEST_KEY:
        raise InputError("{0} is no sysctl key: it is longer than {1} characters".format(shown(key), LONGEST_KEY))
    parts = _as_path(key).split("/")
    if parts[0] != "net" or parts == ["net"]:
        raise InputError(
            "{0} is not a key under /proc/sys/net: this collection sets network keys only, such as"
            " net.ipv4.tcp_fin_timeout".format(shown(key))
        )
    for part in parts:
        if part in (".", "..") or not _PART.match(part):
            raise InputError(
                "{0} is no sysctl key: {1}; name one key, with letters, digits and _ between the dots".format(
                    shown(key),
                    "a part of it is empty" if not part else "{0} cannot be a part of one".format(shown(part)),
                )
            )
    return parts


def _as_path(key: str) -> str:
    """`key` with slashes between its parts; what stands first, dot or slash, is what separates."""
    first = next((char for char in key if char in "./"), "")
    return key.translate(_SWAP) if first == "." else key
