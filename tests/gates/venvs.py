# Copyright (c) 2026, the linuxnet.tcp authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Virtual environments that several gates share and that are made once."""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from . import paths, pythons


@dataclass(frozen=True)
class Venv:
    """A finished virtual environment."""

    path: Path

    @property
    def bin(self) -> Path:
        """Where its programs lie."""
        return self.path / "bin"

    def program(self, name: str) -> str:
        """The full name of one of its programs."""
        return str(self.bin / name)


def ensure(name: str, version: str, requirements: str | None) -> Venv:
    """The venv ``name``, on Python ``version``, made with ``tests/requirements/<requirements>.txt``, or with nothing.

    Made anew when the interpreter or a pin changes; two gates that want it at once wait for one making.
    """
    interpreter = pythons.need(version)
    pins = paths.REQUIREMENTS / f"{requirements}.txt" if requirements else None
    path = paths.CACHE / "venvs" / f"{name}-py{version}"
    stamp, wanted = path / "made-from", fingerprint(interpreter, pins)

    with only_one(path):
        if not stamp.is_file() or stamp.read_text() != wanted:
            shutil.rmtree(path, ignore_errors=True)
            run(str(interpreter), "-m", "venv", str(path))
            # Old Pythons do not make this name by themselves, and ansible-test asks for it.
            with contextlib.suppress(FileExistsError):
                (path / "bin" / f"python{version}").symlink_to("python")
            if pins:
                # Twice quiet: pip warns of how this machine is set up, and would bury the gate's own words.
                pip = [str(path / "bin" / "python"), "-m", "pip", "--quiet", "--quiet", "--disable-pip-version-check"]
                run(*pip, "install", "--requirement", str(pins))
            stamp.write_text(wanted)
    return Venv(path)


def fingerprint(interpreter: Path, pins: Path | None) -> str:
    """What the venv was made from."""
    return f"{interpreter.resolve()} {hashlib.sha256(pins.read_bytes()).hexdigest() if pins else 'nothing'}\n"


@contextlib.contextmanager
def only_one(path: Path) -> Iterator[None]:
    """Holds the lock of a venv; the kernel gives it back when the process ends, however it ends."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.with_name(f"{path.name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def run(*command: str) -> None:
    """Runs a command that must succeed; its output goes to the gate's log."""
    print("+", *command, flush=True)
    subprocess.run(command, check=True)
