# Copyright (c) 2026, the linuxnet.tcp authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The keys under /proc/sys as a tree, to find which of them a path or a pattern of a sysctl file means."""

from __future__ import annotations

import functools
from typing import Dict, Iterable, Iterator, List, Optional, Tuple, Union

from .._model.keys import key_path
from .boot_globs import braces, is_magic, matching, unescaped

_Folder = Dict[bytes, Union["_Folder", str]]
_Trail = Tuple["_Folder", ...]


class Keys:
    """Some of the keys of a kernel. What is not among them is taken for absent."""

    def __init__(self, keys: Iterable[str]) -> None:
        """`keys` in canonical spelling, with dots."""
        top: _Folder = {}
        sys = self._folder(self._folder(top, b"proc"), b"sys")
        self._start: _Trail = (top, top[b"proc"], sys)  # type: ignore[assignment]
        for key in keys:
            *folders, name = key_path(key).encode("ascii").split(b"/")
            folder = sys
            for part in folders:
                folder = self._folder(folder, part)
            folder[name] = key

    @staticmethod
    def _folder(parent: _Folder, name: bytes) -> _Folder:
        return parent.setdefault(name, {})  # type: ignore[return-value]

    def at(self, path: bytes) -> Optional[str]:
        """The key that the kernel finds at `path` below /proc/sys, `.`, `..` and repeated slashes followed;
        or None."""
        trail = self._start
        found: Optional[str] = None
        for part in path.split(b"/"):
            if found is not None:
                return None
            step = _step(trail, part)
            if isinstance(step, str):
                found = step
            elif step is None:
                return None
            else:
                trail = step
        return found

    def expanded(self, pattern: bytes, as_systemd: bool) -> List[Tuple[bytes, str]]:
        """The paths that glob(3) makes of `pattern`, each as it spells it, and the key that each leads to.

        With `as_systemd` they are those of GLOB_BRACE | GLOB_NOSORT, in that order; otherwise sorted.
        """
        if not as_systemd:
            return sorted(_walk(self._start, b"", pattern.split(b"/")))
        return [found for one in braces(pattern) for found in _walk(self._start, b"", one.split(b"/"))]


@functools.lru_cache(maxsize=4)
def keys_of(names: Tuple[str, ...]) -> Keys:
    """Keys(names), made once for the loaders that one run of a module compares."""
    return Keys(names)


def _step(trail: _Trail, part: bytes) -> Union[_Trail, str, None]:
    """Where one part leads from the folder at the end of `trail`: to a folder (with its trail), to a key, or
    nowhere."""
    if part in (b"", b"."):
        return trail
    if part == b"..":
        return trail[:-1] or trail
    entry = trail[-1].get(part)
    if isinstance(entry, dict):
        return (*trail, entry)
    return entry


def _walk(trail: _Trail, spelled: bytes, parts: List[bytes]) -> Iterator[Tuple[bytes, str]]:
    """The keys below the end of `trail` that `parts` match, with how glob(3) spells the way there."""
    part, rest = parts[0], parts[1:]
    names = _unsorted(list(matching(part, sorted(trail[-1])))) if is_magic(part) else [unescaped(part)]
    for name in names:
        step = _step(trail, name)
        if isinstance(step, str):
            if not rest:
                yield spelled + name, step
        elif step is not None and rest:
            yield from _walk(step, spelled + name + b"/", rest)


def _unsorted(names: List[bytes]) -> List[bytes]:
    """What glob(3) of glibc returns, unsorted, for what it met in this order: it keeps 64, then twice as many
    more and so on, and returns the latest batch first. /proc/sys lists its folders sorted."""
    batches: List[List[bytes]] = []
    size = 64
    while names:
        batches.insert(0, names[:size])
        names = names[size:]
        size *= 2
    return [name for batch in batches for name in batch]
