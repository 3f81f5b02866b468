# Copyright (c) 2026, the linuxnet.tcp authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The files of those who set sysctls after systemd-sysctl did: ufw and TuneD."""

from __future__ import annotations

import re
import shlex
from typing import Dict, Iterable, List, Optional

from .._model.boot_files import MISSING, BootFile, LaterWriter
from .._model.ini_lines import ini_lines
from .rooted import read

_ASSIGNMENT = re.compile(r"\s*(?:export\s+)?([A-Za-z_][A-Za-z0-9_]*)=(.*)")

_TUNED_FOLDERS = (b"/etc/tuned/profiles", b"/etc/tuned", b"/usr/lib/tuned/profiles", b"/usr/lib/tuned")
"""Where TuneD looks for a profile, old and new versions together, the strongest first."""
_TUNED_NAME = re.compile(rb"[a-zA-Z0-9_.-]+\Z")
_MOST_PROFILES = 64


def read_ufw(root: str, limit: int) -> Optional[LaterWriter]:
    """ufw's sysctl file, when ufw is enabled and has one.

    ufw-init reads /etc/default/ufw and then /etc/ufw/ufw.conf, gives up when one is missing, and loads the
    file that IPT_SYSCTL names with `sysctl -e -q -p`.
    """
    variables: Dict[str, str] = {}
    for path in (b"/etc/default/ufw", b"/etc/ufw/ufw.conf"):
        file = _read_file(root, path, limit)
        if not file.content:
            return None
        variables.update(parse_assignments(file.content))
    name = variables.get("IPT_SYSCTL", "")
    if variables.get("ENABLED", "").lower() != "yes" or not name:
        return None
    file = _read_file(root, name.encode("utf-8", "surrogateescape"), limit)
    return LaterWriter("ufw", (file,)) if file.content else None


def parse_assignments(content: bytes) -> Dict[str, str]:
    """The variables that a shell file of plain assignments sets; the last assignment of a name counts."""
    variables = {}
    for line in content.decode("utf-8", "surrogateescape").splitlines():
        match = _ASSIGNMENT.match(line)
        if not match:
            continue
        try:
            words = shlex.split(match.group(2), comments=True)
        except ValueError:
            continue
        variables[match.group(1)] = words[0] if words else ""
    return variables


def read_tuned(root: str, limit: int) -> Optional[LaterWriter]:
    """The files of TuneD's active profile, parents first; None where no profile is active."""
    names: List[bytes] = []
    for path in (b"/etc/tuned/active_profile", b"/etc/tuned/post_loaded_profile"):
        names += _read_file(root, path, limit).content.split()
    options = {
        line.option: line.value
        for line in ini_lines(_read_file(root, b"/etc/tuned/tuned-main.conf", limit).content)
    }
    folders = [folder.strip() for folder in options.get(b"profile_dirs", b"").split(b",") if folder.strip()]
    files: List[BootFile] = []
    _load_profiles(
        root,
        limit,
        [name for name in names if _TUNED_NAME.match(name)],
        folders[::-1] or _TUNED_FOLDERS,
        files,
        set(),
    )
    if not files:
        return None
    again = options.get(b"reapply_sysctl", b"1").lower() in (b"1", b"y", b"yes", b"t", b"true", b"on")
    return LaterWriter("tuned", tuple(files), reads_sysctl_d_again=again)


def parse_includes(content: bytes) -> List[bytes]:
    """The profiles that a tuned.conf builds on. What stands for a name only when TuneD runs (`${...}`) is
    left out."""
    names: List[bytes] = []
    for line in ini_lines(content):
        if line.section == b"main" and line.option == b"include":
            names = re.split(rb"\s*[,;]\s*", line.value)
    return [name.lstrip(b"-") for name in names if _TUNED_NAME.match(name)]


def _load_profiles(
    root: str,
    limit: int,
    names: Iterable[bytes],
    folders: Iterable[bytes],
    files: List[BootFile],
    seen: set[bytes],
) -> None:
    """Append the files of the profiles `names`, each after those that it includes.

    A profile may include one of its own name, which is then the one in a weaker folder.
    """
    for name in names:
        for folder in folders:
            path = b"/".join([folder, name, b"tuned.conf"])
            if path in seen:
                continue
            file = _read_file(root, path, limit)
            if file.trouble in MISSING or len(seen) >= _MOST_PROFILES:
                continue
            seen.add(path)
            _load_profiles(root, limit, parse_includes(file.content), folders, files, seen)
            files.append(file)
            break


def _read_file(root: str, path: bytes, limit: int) -> BootFile:
    found, content = read(root, path, limit)
    return BootFile(path, found.real, content, found.trouble)
