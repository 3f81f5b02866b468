# Copyright (c) 2026, the linuxnet.tcp authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A virtual machine: qemu, one processor, everything in memory, no network. It says its result on its second serial
line and switches itself off.

The processor is played by a program, not by KVM: that works in any container, where /dev/kvm is often there and of no
use.
"""

from __future__ import annotations

import subprocess
import tempfile
from collections.abc import Sequence
from pathlib import Path

SECONDS = 600
MEMORY_MIB = 1024
#: Nothing has gathered chance when Python starts: its hashes are fixed, the rest trusts the processor.
START = "random.trust_cpu=on PYTHONHASHSEED=0"


class Failed(Exception):
    """The machine gave no result; the end of what it said."""


def boot(image: Path, archives: Sequence[Path], log: Path, words: str = "") -> bytes:
    """Boot ``image`` with ``archives`` as its root; what the machine wrote to its second serial line.

    ``log`` gets what it said on its console, ``words`` are added to the kernel's command line. Raises Failed.
    """
    with tempfile.TemporaryDirectory(prefix="linuxnet-tcp-vm-") as scratch:
        initrd, answer = Path(scratch, "initrd"), Path(scratch, "answer")
        with initrd.open("wb") as stream:
            for archive in archives:
                stream.write(archive.read_bytes())
        command = [
            "qemu-system-x86_64", "-accel", "tcg", "-cpu", "qemu64,+rdrand", "-m", str(MEMORY_MIB),
            "-nodefaults", "-no-reboot", "-display", "none", "-kernel", str(image), "-initrd", str(initrd),
            "-append", f"console=ttyS0 loglevel=4 panic=-1 rdinit=/init {START} {words}",
            "-serial", f"file:{log}", "-serial", f"file:{answer}",
        ]  # fmt: skip
        try:
            subprocess.run(command, check=True, capture_output=True, text=True, timeout=SECONDS)
        except subprocess.TimeoutExpired as error:
            raise Failed(f"no end after {SECONDS} s; its console: {_end(log)}") from error
        except subprocess.CalledProcessError as error:
            raise Failed(f"qemu: {error.stderr.strip()}") from error
        said = answer.read_bytes()
    if not said:
        raise Failed(f"no answer; its console: {_end(log)}")
    return said


def _end(log: Path) -> str:
    """The last lines of a console."""
    return "\n".join(log.read_text(encoding="utf-8", errors="replace").splitlines()[-30:]) if log.exists() else ""
