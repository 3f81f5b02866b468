# Copyright (c) 2026, the linuxnet.tcp authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which file decides each key at the next boot, what it will be then, and who else speaks of it.

The records come from _host/sysctl_files.py; the two loaders are boot_systemd.py and boot_procps.py. Boot
means systemd-sysctl where systemd boots the host, else `sysctl --system`; reload always means the latter.
"""

from __future__ import annotations

from typing import Dict, Iterable, List, Mapping, NamedTuple, Optional, Tuple, Union

from .._model.boot_files import BootFile, BootFiles, BootFolder, LaterWriter, Trouble
from .._model.tunables import Tunable, Value
from .boot_lines import tuned_settings
from .boot_procps import procps_files, procps_run, procps_run_of
from .boot_runs import MOST_PATTERNS, Kernel, Mention, Origin, Run
from .boot_systemd import systemd_files, systemd_run

BOOT = "boot"
RELOAD = "reload"


class AlsoSet(NamedTuple):
    """A line that names a key and does not decide it at boot."""

    where: str
    """`FILE:LINE`."""
    value: str
    """As it stands in the file; what is not UTF-8 is U+FFFD."""
    later: bool
    """Its program runs after systemd-sysctl, and so has the last word."""
    read_by: Tuple[str, ...]
    """`boot`, `reload` or both; else the program: `ufw`, `tuned`."""
    refused: bool
    """A loader wrote it, and the kernel would not take it."""
    note: str = ""
    """What else there is to know, a sentence."""


class BootValue(NamedTuple):
    """One key. A value of None: no file sets it, or only in a way whose result cannot be known."""

    key: str
    at_boot: Optional[Value]
    after_reload: Optional[Value]
    decided_by: Optional[str]
    """`FILE:LINE` of what sets it at boot; None where nothing does."""
    reload_decided_by: Optional[str]
    also_set_in: Tuple[AlsoSet, ...]
    """In the order of reading, those that come later last; at most 64 a loader, the latest."""
    decider: Optional[Origin] = None
    """What `decided_by` names."""


class BootOrder(NamedTuple):
    """All keys that were asked for."""

    values: Mapping[str, BootValue]
    notes: Tuple[str, ...]
    """What could not be read or is not as it seems, a sentence each: the values are right but for what these
    say."""
    boot_files: Tuple[BootFile, ...]
    """What is read at boot, in that order."""


def boot_order(files: BootFiles, kernel: Kernel) -> BootOrder:
    """What the files leave of every key in `kernel.tunables`."""
    reload_run = procps_run(files, kernel)
    systemd = files.systemd is not None
    boot_run = systemd_run(files, kernel) if systemd else reload_run
    later = [_LaterLines(writer, files, kernel) for writer in files.later]
    values = {key: _value_of(key, boot_run, reload_run, later) for key in kernel.tunables}
    read_at_boot = systemd_files(files) if systemd else procps_files(files)
    return BootOrder(values, tuple(_notes(files, boot_run, reload_run)), tuple(read_at_boot))


def idle_lines(files: BootFiles, absent: Mapping[str, Tunable]) -> Dict[str, BootValue]:
    """What the files say of keys that are not there: lines that set nothing, whichever loader reads them."""
    kernel = Kernel(tunables=absent)
    reload_run = procps_run(files, kernel)
    boot_run = systemd_run(files, kernel) if files.systemd is not None else reload_run
    values = {}
    for key in absent:
        lines = [line._replace(refused=False, note=_NO_KEY) for line in _others(key, boot_run, reload_run, None)]
        values[key] = BootValue(key, None, None, None, None, tuple(lines))
    return values


def loads_later(tunable: Tunable, exists: bool, files: BootFiles) -> bool:
    """Whether the module that brings this key is loaded only after sysctls were set, so that no file can set
    it at boot.

    `exists` says whether the key is there now. Modules that the initial RAM disk loads are not known here.
    """
    if not tunable.module or tunable.module in files.early_modules:
        return False
    return tunable.module in files.loaded_modules or not exists


def _value_of(key: str, boot: Run, reload_run: Run, later: Iterable[_LaterLines]) -> BootValue:
    decider = boot.decided.get(key)
    reload_decider = reload_run.decided.get(key)
    return BootValue(
        key=key,
        at_boot=boot.values.get(key) if decider else None,
        after_reload=reload_run.values.get(key) if reload_decider else None,
        decided_by=decider.where if decider else None,
        reload_decided_by=reload_decider.where if reload_decider else None,
        also_set_in=tuple(_others(key, boot, reload_run, decider))
        + tuple(line for lines in later for line in lines.of(key)),
        decider=decider,
    )


def _others(key: str, boot: Run, reload_run: Run, decider: Optional[Origin]) -> List[AlsoSet]:
    """The lines that name `key` but for the one that decides it, if any does; each once, however many loaders and links
    lead to it."""
    found: Dict[Tuple[bytes, int], Tuple[Mention, List[str]]] = {}
    for name, run in ((BOOT, boot), (RELOAD, reload_run)):
        for mention in run.mentions.get(key, ()):
            readers = found.setdefault(mention.origin.identity, (mention, []))[1]
            if name not in readers:
                readers.append(name)
    if decider:
        found.pop(decider.identity, None)
    return [
        AlsoSet(
            where=mention.origin.where,
            value=mention.value.decode("utf-8", "replace"),
            later=False,
            read_by=tuple(readers),
            refused=any(identity in run.refused.get(key, ()) for run in (boot, reload_run)),
        )
        for identity, (mention, readers) in found.items()
    ]


class _LaterLines:
    """What one of those who come later sets."""

    def __init__(self, writer: LaterWriter, files: BootFiles, kernel: Kernel) -> None:
        self._program = writer.program
        self._note = _AGAIN if writer.reads_sysctl_d_again else ""
        if writer.program == "tuned":
            run = Run(kernel)
            for file in writer.files:
                for setting in tuned_settings(file.content):
                    key = run.keys.at(setting.path)
                    run.mention(setting, Origin(file, setting.line), [(setting.path, key)] if key else [])
        else:
            run = procps_run_of(writer.files, files.procps or (), kernel)
        self._run = run

    def of(self, key: str) -> List[AlsoSet]:
        """The lines that name `key`."""
        return [
            AlsoSet(
                where=mention.origin.where,
                value=mention.value.decode("utf-8", "replace"),
                later=True,
                read_by=(self._program,),
                refused=mention.origin.identity in self._run.refused.get(key, ()),
                note=self._note,
            )
            for mention in self._run.mentions.get(key, ())
        ]


_NO_KEY = "there is no such key here, so the line sets nothing"

_AGAIN = (
    "TuneD has reapply_sysctl on: after its profile it applies /run/sysctl.d, /etc/sysctl.d and"
    " /etc/sysctl.conf once more"
)


def _notes(files: BootFiles, boot: Run, reload_run: Run) -> List[str]:
    """What the reader of the values has to know."""
    notes = [
        "{0} is read by {1} and never ends ({2}): no sysctl is set there; remove it".format(
            _shown(run.stuck_at.path), name, _reason(run.stuck_at)
        )
        for name, run in (("the boot", boot), ("`sysctl --system`", reload_run))
        if run.stuck_at
    ]
    notes += [
        "{0} cannot be listed: {1}".format(_shown(folder.path), _reason(folder))
        for folder in files.folders
        if folder.trouble not in (None, Trouble.ABSENT)
    ]
    known = [file for folder in files.folders for file in folder.files] + [
        files.sysctl_conf,
        files.credential,
    ]
    notes += [
        "{0} was not read to its end: {1}".format(_shown(file.path), _reason(file))
        for file in known
        if file and file.trouble in (Trouble.UNREADABLE, Trouble.TOO_LONG)
    ]
    if boot.left_out_patterns or reload_run.left_out_patterns:
        notes.append("of the patterns in the files only the first {0} were followed".format(MOST_PATTERNS))
    if files.busybox:
        notes.append(_BUSYBOX)
    return list(dict.fromkeys(notes))


_BUSYBOX = (
    "sysctl is BusyBox's, which has no --system: the start-up scripts of this host may read the files in another"
    " order than the one that is assumed here, procps's"
)


def _reason(found: Union[BootFile, BootFolder]) -> str:
    return found.trouble.value if found.trouble else ""


def _shown(path: bytes) -> str:
    return path.decode("utf-8", "replace")
