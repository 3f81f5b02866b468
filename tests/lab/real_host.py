# Copyright (c) 2026, the linuxnet.tcp authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whole hosts with systemd and SSH, in podman containers: each boots, and a restart is a reboot as far as sysctls go.

They start from the roots of the Molecule fleet (tests/fleet/roots.py), which are made once; where they are there, a
host is up in seconds. Needs root, podman, runc and mmdebstrap.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from ..fleet import roots, scenario

PROGRAMS = {"podman": "podman", "runc": "runc", "mmdebstrap": "mmdebstrap", "ssh": "openssh-client"}
BOOT_SECONDS = 90


class CannotRun(Exception):
    """Why no such host can be had here."""


def missing_programs() -> list[str]:
    """Debian packages that would have to be installed."""
    return sorted({package for program, package in PROGRAMS.items() if not shutil.which(program)})


@dataclass(frozen=True)
class RealHost:
    """A running host, and how to reach it."""

    name: str
    folder: Path

    @property
    def address(self) -> str:
        """Its IP address, which a restart may change."""
        return _podman("inspect", "--format", "{{.NetworkSettings.IPAddress}}", self.name).strip()

    @property
    def key(self) -> Path:
        """The private key that its root lets in."""
        return self.folder / "key"

    def run(self, *words: str) -> str:
        """Run a program on the host, not over SSH; what it wrote."""
        return _podman("exec", self.name, *words)

    def restart(self) -> None:
        """Boot the host again, as after a loss of power: systemd and its services start anew, files stay."""
        _podman("restart", "--time", "0", self.name)
        _wait_until_up(self)

    def inventory(self) -> str:
        """An inventory in INI form with this host alone, for `ansible -i`."""
        options = (
            f"-o IdentityFile={self.key} -o StrictHostKeyChecking=no -o UserKnownHostsFile=/dev/null -o LogLevel=ERROR "
            f"-o ControlMaster=auto -o ControlPersist=20 -o ControlPath={self.folder}/%C"
        )
        return (
            f"{self.name} ansible_host={self.address} ansible_user=root ansible_pipelining=true "
            f"ansible_python_interpreter=/usr/bin/python3 ansible_ssh_common_args='{options}'\n"
        )


@contextmanager
def real_host(name: str, suite: str = "bookworm") -> Iterator[RealHost]:
    """A host of its own for the length of the block. Raises CannotRun, with the reason, where there is none to be
    had.
    """
    if os.geteuid() != 0:
        raise CannotRun("containers with systemd need root")
    if missing := missing_programs():
        raise CannotRun(f"needs the Debian packages {', '.join(missing)}")
    folder = Path(tempfile.mkdtemp(prefix="linuxnet-tcp-host-"))
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(folder / "key")], check=True)
    try:
        root = _root(suite)
        if reason := scenario.why_not(root):
            raise CannotRun(reason)
        _podman("rm", "--force", "--ignore", "--time", "0", name)
        _start(name, root)
        try:
            host = RealHost(name, folder)
            _let_in(host)
            _wait_until_up(host)
            yield host
        finally:
            _podman("rm", "--force", "--time", "0", name)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _start(name: str, root: list[str]) -> None:
    _podman(
        "run", "--detach", "--name", name, "--hostname", name, "--systemd=always", "--privileged",
        "--network", "bridge", *root, "/lib/systemd/systemd",
    )


def _root(suite: str) -> list[str]:
    """What tells podman to start from this suite; it is made on first use, in a minute or two."""
    try:
        return roots.ensure_one(suite)
    except roots.CannotMake as reason:
        raise CannotRun(str(reason)) from reason


def _let_in(host: RealHost) -> None:
    public = (host.folder / "key.pub").read_text().strip()
    script = (
        'mkdir -p -m 700 /root/.ssh && printf "%s\\n" "$1" > /root/.ssh/authorized_keys '
        "&& chmod 600 /root/.ssh/authorized_keys"
    )
    host.run("sh", "-c", script, "sh", public)


def _wait_until_up(host: RealHost) -> None:
    """Until systemd has started what it starts, and SSH answers."""
    deadline = time.monotonic() + BOOT_SECONDS
    state = ""
    while time.monotonic() < deadline:
        try:
            state = host.run("sh", "-c", "systemctl is-system-running || true").strip()
            if state in ("running", "degraded") and host.run("systemctl", "is-active", "ssh").strip() == "active":
                return
        except subprocess.CalledProcessError as error:
            state = error.stderr.strip() or error.stdout.strip()
        time.sleep(0.3)
    raise CannotRun(f"{host.name} did not come up in {BOOT_SECONDS} s: {state}")


def _podman(*words: str) -> str:
    done = subprocess.run(["podman", *words], check=True, capture_output=True, text=True, env=roots.environment())
    return done.stdout
