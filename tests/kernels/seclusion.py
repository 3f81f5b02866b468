# Copyright (c) 2026, the linuxnet.tcp authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Namespaces of one's own on a real machine: no file and no key of the machine is touched in them."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

#: What is read or written at boot, and where records are kept: empty, and in memory.
EMPTIED = ("/etc/sysctl.d", "/run", "/usr/lib/sysctl.d", "/usr/local/lib/sysctl.d", "/var/lib")
PATH = "/usr/sbin:/usr/bin:/sbin:/bin"
UNSHARE = ("unshare", "--net", "--mount", "--propagation", "private", "--fork", "--kill-child")


def namespaces() -> list[str]:
    """The network and the mount namespace of this process, in words that no other has."""
    return [os.readlink(f"/proc/self/ns/{kind}") for kind in ("net", "mnt")]  # noqa: PTH115 - it is no path


def enter(outside: list[str]) -> None:
    """Empty the folders and bring the loopback up. Refuses to when still in a namespace of ``outside``."""
    if set(namespaces()) & set(outside):
        raise SystemExit(f"this must run in namespaces of its own: {' '.join(UNSHARE)}")
    for folder in EMPTIED:
        if Path(folder).is_dir():
            _run("mount", "-t", "tmpfs", "tmpfs", folder)
    Path("/run/lock").mkdir(mode=0o1777)
    Path("/run/systemd/system").mkdir(parents=True)
    _run("ip", "link", "set", "lo", "up")


def _run(*command: str) -> None:
    subprocess.run(command, check=True, env={**os.environ, "PATH": PATH})
