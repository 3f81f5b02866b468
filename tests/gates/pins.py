# Copyright (c) 2026, the linuxnet.tcp authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""From ``tests/requirements/NAME.in``, what we ask for, to ``NAME.txt``, everything that pip then installs."""

from __future__ import annotations

import itertools
import re
import subprocess
import tempfile
from pathlib import Path

from . import paths, pythons

#: One list has to serve each of these; where they need different versions, a marker says which is whose.
PYTHONS = ("3.11", "3.12", "3.13")

HEADER = "# Made by `make lock` from {name}.in: do not edit.\n"


def lock(names: list[str]) -> None:
    """Writes ``NAME.txt`` anew for each name; without a name, every one."""
    for source in sorted(paths.REQUIREMENTS.glob("*.in")):
        if names and source.stem not in names:
            continue
        print(f"pinning {source.name}", flush=True)
        frozen = {version: freeze(source, version) for version in PYTHONS}
        text = HEADER.format(name=source.stem) + "".join(f"{line}\n" for line in merge(frozen))
        source.with_suffix(".txt").write_text(text)


def freeze(source: Path, version: str) -> dict[str, str]:
    """What ``source`` brings into an empty environment on this Python: project name to version."""
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run([pythons.need(version), "-m", "venv", folder], check=True)
        pip = [f"{folder}/bin/python", "-m", "pip", "--quiet", "--quiet", "--disable-pip-version-check"]
        subprocess.run([*pip, "install", "--requirement", str(source)], check=True)
        answer = subprocess.run([*pip, "freeze"], check=True, stdout=subprocess.PIPE, text=True)
    pinned = (line.partition("==") for line in answer.stdout.splitlines())
    return {re.sub(r"[-_.]+", "-", name).lower(): number for name, _equals, number in pinned}


def merge(frozen: dict[str, dict[str, str]]) -> list[str]:
    """One list for all Pythons: a bare pin where they agree, else a pin and a marker for each run of Pythons.

    The newest Python's pin holds for those still newer.
    """
    lines = []
    for name in sorted({name for pins in frozen.values() for name in pins}):
        numbers = [pins.get(name) for pins in frozen.values()]
        begin = 0
        for number, group in itertools.groupby(numbers):
            end = begin + len(list(group))
            if number is not None:
                lines.append(f"{name}=={number}{marker(begin, end)}")
            begin = end
    return lines


def marker(begin: int, end: int) -> str:
    """The words that keep a pin to ``PYTHONS[begin:end]``; none when these are all."""
    bounds = []
    if begin > 0:
        bounds.append(f'python_version >= "{PYTHONS[begin]}"')
    if end < len(PYTHONS):
        bounds.append(f'python_version < "{PYTHONS[end]}"')
    return "; " + " and ".join(bounds) if bounds else ""
