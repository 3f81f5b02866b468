# Copyright (c) 2026, the linuxnet.tcp authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a loader leaves in the kernel: systemd-sysctl at boot, `sysctl --system` of procps on demand.

Both sort all files by name, whatever their folder, and let a name in a stronger folder hide the same name in
a weaker one. Then they part:

- systemd-sysctl keeps one value a key, the last it saw, and writes it once; if the kernel refuses it, the key
  keeps what it held before, even when an earlier line had a good value. It skips hidden files, and reads
  /etc/sysctl.conf only through a link to it. An equal value seen again keeps its place in the order.
- procps reads hidden files too, then /etc/sysctl.conf, and writes line after line, so that the last value
  that the kernel takes stays. Version 3 writes while it reads and knows no patterns. File names are patterns
  to it.
"""

from __future__ import annotations

import re
from typing import Callable, Dict, Iterable, Iterator, List, Mapping, NamedTuple, Optional, Set, Tuple

from .._model.boot_files import MISSING, NEVER_ENDING, BootFile, BootFiles, BootFolder, Trouble
from .._model.kernel_writes import Machine, after_write
from .._model.tunables import Kind, Reads, Tunable, Value
from .boot_globs import braces, fits, is_magic, matching, unescaped
from .boot_keys import Keys, keys_of
from .boot_lines import (
    GLOB_BYTES,
    GLOBS_SINCE,
    LISTS_SINCE,
    Setting,
    procps_settings,
    simplified,
    since,
    systemd_settings,
)

NORMALIZES_SINCE = (248,)
"""systemd from here on refuses `..` within a key. Between 247, which does not, and 252, which does."""

CREDENTIALS_SINCE = (252,)
SKIPS_LINKS_SINCE = (258,)
"""A link that goes round in a circle, or through a file, hides nothing from here on. Between 257 and 262."""
EXEMPTING_PATTERNS_SINCE = (4, 0, 5)
"""procps before this exempts from patterns only what a line spells out."""

_NUMBERS = re.compile(r"[0-9]+( [0-9]+)*\Z")
_LEADING = re.compile(rb"\A(?:\./|/)+")
_CANNOT_BE_OPENED = MISSING | {Trouble.SOCKET, Trouble.UNREADABLE}
_PAGE = 4095
"""Bytes that the kernel takes of one write of a list of ports."""
_PROCPS_CHUNK = 4096


class Kernel(NamedTuple):
    """What the loaders find."""

    tunables: Mapping[str, Tunable]
    """Every key that exists when the loader runs and that matters, by canonical name: also those whose values
    decide what the kernel takes for others (ip_unprivileged_port_start for ip_local_port_range)."""
    before: Mapping[str, Value] = {}
    """What keys hold before the loader runs, where that is not the default that their row names. What is known
    neither way counts as taken, and a value that only part of it would give is not known."""
    machine: Machine = Machine()
    others: Tuple[str, ...] = ()
    """Keys that exist and do not matter, by canonical name. Only needed for the order in which systemd-sysctl
    takes more than 64 keys that one pattern matches."""


class Origin(NamedTuple):
    """One line of one file."""

    file: BootFile
    line: int

    @property
    def where(self) -> str:
        """`FILE:LINE`, by the name under which the loader reads the file."""
        return "{0}:{1}".format(self.file.path.decode("utf-8", "replace"), self.line)

    @property
    def identity(self) -> Tuple[bytes, int]:
        """Equal for the same line read through a link."""
        return self.file.real, self.line


class Mention(NamedTuple):
    """A line that names a key, by itself or by a pattern, and its value."""

    origin: Origin
    value: bytes


class Run:
    """What one loader does with the files it reads. All by canonical key."""

    def __init__(self, kernel: Kernel) -> None:
        self._kernel = kernel
        self.keys = keys_of((*kernel.tunables, *kernel.others))
        self.values: Dict[str, Optional[Value]] = {**_defaults(kernel.tunables), **kernel.before}
        self.decided: Dict[str, Origin] = {}
        """Which line set the value; a key that no line has set is not in it."""
        self.mentions: Dict[str, List[Mention]] = {}
        self.refused: Set[Tuple[str, Tuple[bytes, int]]] = set()
        """The key and the identity of each line that the kernel refused and that changed nothing."""
        self.stuck_at: Optional[BootFile] = None
        """The file at which the loader waits for ever, so that it never sets anything more."""

    def write(self, key: str, value: bytes, origin: Origin, whole: bool = True) -> bool:
        """Write `value` as loaders do, with a line break at the end. Whether the kernel took it.

        Of a long list of ports the kernel takes a page at a time; `whole` is a loader that goes on with the
        next one.
        """
        if key not in self._kernel.tunables:
            return True
        if self._kernel.tunables[key].reads is not Reads.PORTS:
            return self._write(key, value, origin)
        pages = _pages(value)
        return all(self._write(key, so_far, origin) for so_far in (pages if whole else pages[:1]))

    def _write(self, key: str, value: bytes, origin: Origin) -> bool:
        before = self.values.get(key)
        tunable = self._kernel.tunables[key]
        written = after_write(tunable, value + b"\n", before, self.values.get, self._kernel.machine)
        if written.accepted or written.value != before:
            self.values[key] = written.value
            self.decided[key] = origin
        else:
            self.refused.add((key, origin.identity))
        return written.accepted

    def is_number(self, key: str) -> bool:
        """Whether the kernel says EINVAL when it does not like a value of this key."""
        return self._kernel.tunables[key].reads not in (Reads.CONGESTION_CONTROL, Reads.TEXT)

    def mention(self, setting: Setting, origin: Origin, targets: Iterable[str]) -> None:
        """Remember that a line names these keys."""
        if setting.value is not None:
            for key in targets:
                if key in self._kernel.tunables:
                    self.mentions.setdefault(key, []).append(Mention(origin, setting.value))


def _defaults(tunables: Mapping[str, Tunable]) -> Dict[str, Optional[Value]]:
    """What the kernel gives keys by itself, where that is a number on every kernel and machine."""
    values: Dict[str, Optional[Value]] = {}
    for key, tunable in tunables.items():
        if tunable.known and _NUMBERS.match(tunable.default):
            numbers = tuple(int(word) for word in tunable.default.split())
            values[key] = numbers if tunable.kind is Kind.NUMBERS else numbers[0]
    return values


def _pages(value: bytes) -> List[bytes]:
    """A list of ports as far as the kernel has it after each page: whole items only."""
    ends: List[int] = []
    start = 0
    while len(value) - start >= _PAGE:
        end = value.rfind(b",", start, start + _PAGE)
        if end == start + _PAGE - 1 and b"-" not in value[value.rfind(b",", start, end) + 1 : end]:
            # Of the last byte of a page the kernel thinks that it may be the minus of a range: the next page
            # tells.
            end = value.rfind(b",", start, end)
        if end < 0:
            break
        ends.append(end)
        start = end + 1
    return [value[:end] for end in ends] + [value]


_Settings = Callable[[bytes, Tuple[int, ...]], Iterator[Setting]]


def _lines(
    run: Run, files: Iterable[BootFile], version: Tuple[int, ...], read: _Settings
) -> Iterator[Tuple[Setting, Origin]]:
    """Every setting of `files` in order; ends early at a file that never ends."""
    for file in files:
        if file.trouble in NEVER_ENDING:
            run.stuck_at = file
            return
        for setting in read(file.content, version):
            yield setting, Origin(file, setting.line)


# -- systemd -------------------------------------------------------------------------------------------------


def systemd_run(files: BootFiles, kernel: Kernel) -> Run:
    """What systemd-sysctl of the version that `files` names leaves."""
    version = files.systemd or ()
    run = Run(kernel)
    entries: Dict[bytes, Tuple[Setting, Origin]] = {}
    for setting, origin in _lines(run, systemd_files(files), version, systemd_settings):
        run.mention(
            setting, origin, [key for _path, key in _systemd_targets(run.keys, setting.path, version)]
        )
        kept = entries.get(setting.path)
        if kept is None or kept[0].value != setting.value:
            entries.pop(setting.path, None)
        entries[setting.path] = setting, origin
    if run.stuck_at:
        return run
    for setting, origin in entries.values():
        if setting.value is None:
            continue
        pattern = _is_systemd_pattern(setting.path, version)
        for path, key in _systemd_targets(run.keys, setting.path, version):
            if not (pattern and path in entries):
                run.write(key, setting.value, origin)
    return run


def systemd_files(files: BootFiles) -> List[BootFile]:
    """What systemd-sysctl reads, in its order."""
    version = files.systemd or ()
    skipped = (Trouble.LOOP, Trouble.THROUGH_FILE) if since(SKIPS_LINKS_SINCE, version) else ()
    seen = [
        folder._replace(files=tuple(f for f in folder.files if f.trouble not in skipped))
        for folder in files.folders
    ]
    shown = [file for _folder, file in _merged(seen) if not file.name.startswith(b".")]
    takes_credentials = since(CREDENTIALS_SINCE, version)
    return shown + ([files.credential] if files.credential and takes_credentials else [])


def _is_systemd_pattern(path: bytes, version: Tuple[int, ...]) -> bool:
    return bool(GLOB_BYTES.search(path)) and since(GLOBS_SINCE, version)


def _systemd_targets(keys: Keys, path: bytes, version: Tuple[int, ...]) -> List[Tuple[bytes, str]]:
    """The keys that systemd writes for `path`, each with the spelling by which it looks for exemptions."""
    refuses_parents = since(NORMALIZES_SINCE, version)
    if _is_systemd_pattern(path, version):
        found = [(_LEADING.sub(b"", spelled), key) for spelled, key in keys.expanded(path, as_systemd=True)]
        return [one for one in found if not (refuses_parents and b".." in one[0].split(b"/"))]
    key = None if refuses_parents and b".." in path.split(b"/") else keys.at(simplified(path, False))
    return [(path, key)] if key else []


# -- procps --------------------------------------------------------------------------------------------------


def procps_run(files: BootFiles, kernel: Kernel) -> Run:
    """What `sysctl --system` of the version that `files` names leaves."""
    return procps_run_of(procps_files(files), files.procps or (), kernel)


def procps_run_of(files: Iterable[BootFile], version: Tuple[int, ...], kernel: Kernel) -> Run:
    """What procps leaves after it read `files`, as `sysctl -p` with these files."""
    run = Run(kernel)
    reads_first = since(LISTS_SINCE, version)
    settings = []
    for setting, origin in _lines(run, files, version, procps_settings):
        pattern = reads_first and bool(GLOB_BYTES.search(setting.path))
        if pattern:
            targets = run.keys.expanded(setting.path, as_systemd=False)
        else:
            key = run.keys.at(setting.path)
            targets = [(setting.path, key)] if key else []
        run.mention(setting, origin, [key for _path, key in targets])
        settings.append((setting, origin, pattern, targets))
        if not reads_first:
            _write_procps(run, settings[-1:], lambda _path: False)
    if reads_first and not run.stuck_at:
        _write_procps(run, settings, _exempted([setting for setting, *_rest in settings], version))
    return run


def _exempted(settings: List[Setting], version: Tuple[int, ...]) -> Callable[[bytes], bool]:
    """Which paths patterns leave out: those that some line names in the same spelling, or that an exempting
    one matches."""
    explicit = {setting.path for setting in settings}
    patterns: List[bytes] = []
    if since(EXEMPTING_PATTERNS_SINCE, version):
        patterns = [setting.path for setting in settings if setting.value is None]
    return lambda path: path in explicit or any(fits(pattern, path) for pattern in patterns)


def _write_procps(
    run: Run,
    settings: Iterable[Tuple[Setting, Origin, bool, List[Tuple[bytes, str]]]],
    exempted: Callable[[bytes], bool],
) -> None:
    """Write the settings in order, patterns without what is exempted from them."""
    for setting, origin, pattern, targets in settings:
        if setting.value is None:
            continue
        for path, key in targets:
            if not (pattern and exempted(path)):
                _write_procps_value(run, key, setting.value, origin)


def _write_procps_value(run: Run, key: str, value: bytes, origin: Origin) -> None:
    """Write once; a refused number of more than 4096 bytes again, up to the last comma within them
    (procio.c)."""
    if run.write(key, value, origin, whole=False) or len(value) < _PROCPS_CHUNK or not run.is_number(key):
        return
    comma = value.rfind(b",", 0, _PROCPS_CHUNK)
    if comma >= 0:
        run.write(key, value[:comma], origin, whole=False)


def procps_files(files: BootFiles) -> List[BootFile]:
    """What `sysctl --system` reads, in its order. It takes each file name for a pattern and reads what that
    matches."""
    read: List[BootFile] = []
    for folder, file in _merged(files.folders):
        beside = {other.name: other for other in folder.files}
        names = sorted_names(file.name, list(beside))
        for name in names:
            if beside[name].trouble in _CANNOT_BE_OPENED:
                break
            read.append(beside[name])
    last = files.sysctl_conf
    if last and last.trouble in (None, Trouble.TOO_LONG):
        read.append(last)
    return read


def sorted_names(pattern: bytes, names: List[bytes]) -> List[bytes]:
    """Those of `names` that a file name means as a pattern of glob(3) with braces, or the name itself."""
    if not re.search(rb"[*?\[{\\]", pattern):
        return [pattern]
    found: List[bytes] = []
    for alternative in braces(pattern):
        if is_magic(alternative):
            found += matching(alternative, sorted(names))
        elif unescaped(alternative) in names:
            found.append(unescaped(alternative))
    return found or [name for name in [pattern] if name in names]


# -- both ----------------------------------------------------------------------------------------------------


def _merged(folders: Iterable[BootFolder]) -> List[Tuple[BootFolder, BootFile]]:
    """The files that no stronger folder hides, by name, each with its folder."""
    chosen: Dict[bytes, Tuple[BootFolder, BootFile]] = {}
    for folder in folders:
        for file in folder.files:
            chosen.setdefault(file.name, (folder, file))
    return [chosen[name] for name in sorted(chosen)]
