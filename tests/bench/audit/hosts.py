# Copyright (c) 2026, the linuxnet.tcp authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A hundred hosts on one machine: each has an address, an SSH connection and a network namespace of its own."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from .. import ssh_host
from ..machine import managed_python

#: What holds a namespace: it says when it is in it, and ends when its standard input does.
HOLDER = "import os, sys; os.unshare(os.CLONE_NEWNET); print('in', flush=True); sys.stdin.read()"


@contextmanager
def running(folder: Path, hosts: int) -> Iterator[Path]:
    """Start them; yields their inventory, and ends them afterwards."""
    holders = [_holder() for _number in range(hosts)]
    try:
        with ssh_host.running(folder, listen="0.0.0.0") as inventory:
            lines = inventory.read_text(encoding="ascii").splitlines()
            variables = lines[lines.index("[measured:vars]") :]
            variables[1] += " -o StrictHostKeyChecking=no"
            named = [_host(folder, number, holder.pid) for number, holder in enumerate(holders, start=1)]
            inventory.write_text("\n".join(["[measured]", *named, *variables, ""]), encoding="ascii")
            yield inventory
    finally:
        for holder in holders:
            holder.kill()
            holder.wait()


def _holder() -> subprocess.Popen[bytes]:
    holder = subprocess.Popen([sys.executable, "-c", HOLDER], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    assert holder.stdout is not None
    if holder.stdout.readline() != b"in\n":
        raise RuntimeError("no network namespace could be made")
    return holder


def _host(folder: Path, number: int, pid: int) -> str:
    """The line of the inventory. The host's Python is a script that goes into its namespace first."""
    python = folder / f"python{number}"
    python.write_text(f'#!/bin/sh\nexec nsenter --net=/proc/{pid}/ns/net {managed_python()} "$@"\n', encoding="ascii")
    python.chmod(0o755)
    return (
        f"host{number:03} ansible_host=127.0.1.{number} ansible_port={ssh_host.PORT} ansible_user=root "
        f"ansible_ssh_private_key_file={folder}/user ansible_python_interpreter={python}"
    )
