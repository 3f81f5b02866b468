# Copyright (c) 2026, the linuxnet.tcp authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The machine that is measured: what has to be on it, and how the report describes it."""

from __future__ import annotations

import datetime as dt
import os
import platform
import shutil
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
#: Program to Debian package.
PROGRAMS = {
    "ss": "iproute2",
    "ip": "iproute2",
    "netstat": "net-tools",
    "awk": "mawk",
    "ps": "procps",
    "sshd": "openssh-server",
}


def install_programs() -> None:
    """See that every program is here; on Debian and its kin install what is not. Raises LookupError."""
    missing = [program for program in PROGRAMS if shutil.which(program) is None]
    if missing and shutil.which("apt-get"):
        packages = sorted({PROGRAMS[program] for program in missing})
        print("installing Debian packages:", *packages, flush=True)
        environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
        for command in (["update", "-qq"], ["install", "-qq", "--no-install-recommends", *packages]):
            subprocess.run(["apt-get", *command], env=environment, check=False)
    still = [program for program in PROGRAMS if shutil.which(program) is None]
    if still:
        wanted = " ".join(sorted({PROGRAMS[program] for program in still}))
        raise LookupError(f"no program {', '.join(still)} (Debian: apt-get install {wanted})")


def managed_python() -> str:
    """The interpreter that plays the managed host's: the system's own where there is one."""
    return shutil.which("python3", path="/usr/bin:/bin") or sys.executable


def describe() -> dict[str, str]:
    """What the figures depend on, by the names that the report shows."""
    processor = _after_colon(Path("/proc/cpuinfo").read_text(encoding="utf-8"), "model name")
    memory = _after_colon(Path("/proc/meminfo").read_text(encoding="ascii"), "MemTotal")
    return {
        "date": dt.datetime.now(dt.UTC).strftime("%Y-%m-%d %H:%M UTC"),
        "commit": _first_line("git", "-C", str(ROOT), "describe", "--always", "--dirty", "--exclude", "*"),
        "kernel": f"{platform.system()} {platform.release()} {platform.machine()}",
        "processor": f"{os.cpu_count()} x {processor}",
        "memory": f"{int(memory.split()[0]) / 2**20:.1f} GiB",
        "load average at the start": "{:.2f} {:.2f} {:.2f}".format(*os.getloadavg()),
        "python": platform.python_version(),
        "ansible-core": version("ansible-core"),
        "ansible": version("ansible"),
    }


def ended(machine: dict[str, str]) -> dict[str, str]:
    """The same description, with what else the machine had to do when the figures were taken."""
    machine["load average at the end"] = "{:.2f} {:.2f} {:.2f}".format(*os.getloadavg())
    return machine


def describe_with_tools() -> dict[str, str]:
    """The same, and the programs that are measured beside ours."""
    return {
        **describe(),
        "managed python (whole tasks)": _first_line(managed_python(), "--version").removeprefix("Python "),
        "ss": _first_line("ss", "-V"),
        "netstat": _first_line("netstat", "--version"),
        "awk": str(Path(shutil.which("awk") or "awk").resolve().name),
    }


def _first_line(*command: str) -> str:
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
    return (done.stdout.strip().splitlines() or ["unknown"])[0]


def _after_colon(text: str, name: str) -> str:
    for line in text.splitlines():
        key, _colon, value = line.partition(":")
        if key.strip() == name:
            return value.strip()
    return "0 unknown"
