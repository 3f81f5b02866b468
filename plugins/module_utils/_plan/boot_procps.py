# Copyright (c) 2026, the linuxnet.tcp authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What `sysctl --system` of procps leaves in the kernel, and `sysctl -p` of some files.

It sorts and hides as systemd-sysctl does, but reads hidden files too and /etc/sysctl.conf last, takes file
names for patterns, and writes line after line, so that the last value that the kernel takes stays. Version 3
writes while it reads and knows no patterns of keys.
"""

from __future__ import annotations

import re
from typing import Callable, Iterable, List, NamedTuple, Tuple

from .._model.boot_files import MISSING, BootFile, BootFiles, Trouble
from .boot_globs import braces, fits, is_magic, matching, unescaped
from .boot_lines import GLOB_BYTES, LISTS_SINCE, Setting, procps_settings, since
from .boot_runs import MOST_PATTERNS, Kernel, Origin, Run, Target, merged, settings_of

EXEMPTING_PATTERNS_SINCE = (4, 0, 5)
"""Before this a line exempts from patterns only the path that it spells out."""

_CANNOT_BE_OPENED = MISSING | {Trouble.SOCKET, Trouble.UNREADABLE}
_CHUNK = 4096


class _Line(NamedTuple):
    """A setting that was read, and what it means."""

    setting: Setting
    origin: Origin
    pattern: bool
    targets: List[Target]


def procps_run(files: BootFiles, kernel: Kernel) -> Run:
    """What `sysctl --system` of the version that `files` names leaves."""
    return procps_run_of(procps_files(files), files.procps or (), kernel)


def procps_run_of(files: Iterable[BootFile], version: Tuple[int, ...], kernel: Kernel) -> Run:
    """What procps leaves after it read `files`, as `sysctl -p` with these files."""
    run = Run(kernel)
    reads_first = since(LISTS_SINCE, version)
    lines: List[_Line] = []
    for setting, origin in settings_of(run, files, version, procps_settings):
        pattern = reads_first and bool(GLOB_BYTES.search(setting.path))
        line = _Line(setting, origin, pattern, _targets(run, setting.path, pattern))
        run.mention(setting, origin, line.targets)
        if reads_first and (line.targets or setting.value is None):
            lines.append(line)
        elif not reads_first:
            _write(run, line, lambda _path: False)
    if not run.stuck_at:
        exempted = _exempted([line.setting for line in lines], version)
        for line in lines:
            _write(run, line, exempted)
    return run


def _targets(run: Run, path: bytes, pattern: bool) -> List[Target]:
    if pattern:
        return run.expanded(path, as_systemd=False)
    key = run.keys.at(path)
    return [(path, key)] if key else []


def _exempted(settings: List[Setting], version: Tuple[int, ...]) -> Callable[[bytes], bool]:
    """Which paths patterns leave out: what a line names in the same spelling, or an exempting one matches."""
    explicit = {setting.path for setting in settings}
    patterns: List[bytes] = []
    if since(EXEMPTING_PATTERNS_SINCE, version):
        patterns = list({setting.path: None for setting in settings if setting.value is None})[:MOST_PATTERNS]
    return lambda path: path in explicit or any(fits(pattern, path) for pattern in patterns)


def _write(run: Run, line: _Line, exempted: Callable[[bytes], bool]) -> None:
    """Write one line; a pattern without what is exempted from patterns."""
    if line.setting.value is None:
        return
    for path, key in line.targets:
        if not (line.pattern and exempted(path)):
            _write_value(run, key, line.setting.value, line.origin)


def _write_value(run: Run, key: str, value: bytes, origin: Origin) -> None:
    """Write once; a refused number of more than 4096 bytes again, up to the last comma in them (procio.c)."""
    if run.write(key, value, origin, whole=False) or len(value) < _CHUNK or not run.is_number(key):
        return
    comma = value.rfind(b",", 0, _CHUNK)
    if comma >= 0:
        run.write(key, value[:comma], origin, whole=False)


def procps_files(files: BootFiles) -> List[BootFile]:
    """What `sysctl --system` reads, in its order. It takes each file name for a pattern and reads what that
    matches."""
    read: List[BootFile] = []
    for folder, file in merged(files.folders):
        beside = {other.name: other for other in folder.files}
        names = _names_of(file.name, list(beside))
        for name in names:
            if beside[name].trouble in _CANNOT_BE_OPENED:
                break
            read.append(beside[name])
    last = files.sysctl_conf
    if last and last.trouble in (None, Trouble.TOO_LONG):
        read.append(last)
    return read


def _names_of(pattern: bytes, names: List[bytes]) -> List[bytes]:
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
