# Copyright (c) 2026, the linuxnet.tcp authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which Python interpreters this machine has: on PATH, in pyenv."""

from __future__ import annotations

import functools
import os
import re
import shutil
import subprocess
from pathlib import Path

from . import paths

#: Every Python that a supported ansible-core runs on or manages: the floor is 2.19's, the ceiling 2.21's.
KNOWN = ("3.8", "3.9", "3.10", "3.11", "3.12", "3.13", "3.14")


class Lacking(Exception):
    """This machine has not what a gate needs; the message is fit for the summary."""


@functools.cache
def find(version: str) -> Path | None:
    """The interpreter of ``version`` (such as ``3.11``) that can make virtual environments, or None.

    Each candidate is run: pyenv leaves names on PATH for versions that it then refuses to start, and Debian
    ships Pythons without ensurepip.
    """
    on_path = shutil.which(f"python{version}")
    candidates = [Path(on_path)] if on_path else []
    candidates += sorted(pyenv_root().glob(f"versions/{version}.*/bin/python{version}"), key=patch_level, reverse=True)

    return next((candidate for candidate in candidates if usable(candidate, version)), None)


def pyenv_root() -> Path:
    """Where pyenv keeps its versions; the folder need not exist."""
    return Path(os.environ.get("PYENV_ROOT") or Path.home() / ".pyenv")


def patch_level(interpreter: Path) -> int:
    """The 18 in ``versions/3.8.18/bin/python3.8``; -1 for names such as ``3.8-dev``."""
    found = re.search(r"versions/\d+\.\d+\.(\d+)/", str(interpreter))
    return int(found.group(1)) if found else -1


def usable(interpreter: Path, version: str) -> bool:
    """Whether it starts, is the version its name says, and can make virtual environments."""
    ask = "import ensurepip, sys, venv; print('%d.%d' % sys.version_info[:2])"
    try:
        answer = subprocess.run(
            [interpreter, "-c", ask], capture_output=True, text=True, timeout=60, check=False
        )
    except (OSError, subprocess.TimeoutExpired):
        return False
    return answer.returncode == 0 and answer.stdout.strip() == version


def why_missing(version: str) -> str:
    """The words for the summary."""
    return f"no python{version} on PATH or in pyenv"


def need(version: str) -> Path:
    """The interpreter of ``version``.

    :raises Lacking: it is not here
    """
    interpreter = find(version)
    if interpreter is None:
        raise Lacking(why_missing(version))
    return interpreter


def of_tools() -> str:
    """The Python that runs linters, pytest and the demo: the newest here that each of them supports."""
    found = next((version for version in ("3.13", "3.12", "3.11", "3.14") if find(version)), None)
    if found is None:
        raise Lacking("no Python 3.11 to 3.14 that can make virtual environments, on PATH or in pyenv")
    return found


def linked() -> Path:
    """A folder that holds every Python found under its plain name, to stand first on PATH for ansible-test."""
    folder = paths.CACHE / "pythons"
    folder.mkdir(parents=True, exist_ok=True)
    for version in KNOWN:
        link, target = folder / f"python{version}", find(version)
        if target is None:
            link.unlink(missing_ok=True)
        elif not link.is_symlink() or link.readlink() != target:
            paths.replace_link(link, target)
    return folder
