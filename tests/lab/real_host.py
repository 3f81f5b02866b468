# Copyright (c) 2026, the linuxnet.tcp authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whole hosts with systemd and SSH, in podman containers: each boots, and a restart is a reboot as far as sysctls go.

The image is made from Debian's packages (debootstrap) and kept in podman's storage; where it is there already, a host
is up in about six seconds. Needs root, podman, runc and debootstrap.
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

PROGRAMS = {"podman": "podman", "runc": "runc", "debootstrap": "debootstrap", "ssh": "openssh-client"}
PACKAGES = ("python3", "systemd", "systemd-sysv", "procps", "iproute2", "openssh-server")
BOOT_SECONDS = 90
# runc also starts where cgroups are hybrid, and the limits are lower than those of a machine that caps them itself.
CONTAINERS_CONF = """\
[engine]
runtime = "runc"
[containers]
default_ulimits = ["nofile=1024:4096", "nproc=1024:1024"]
"""


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
        return _podman(self.folder, "inspect", "--format", "{{.NetworkSettings.IPAddress}}", self.name).strip()

    @property
    def key(self) -> Path:
        """The private key that its root lets in."""
        return self.folder / "key"

    def run(self, *words: str) -> str:
        """Run a program on the host, not over SSH; what it wrote."""
        return _podman(self.folder, "exec", self.name, *words)

    def restart(self) -> None:
        """Boot the host again: systemd and its services start anew, files stay."""
        _podman(self.folder, "restart", "--time", "5", self.name)
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
    (folder / "containers.conf").write_text(CONTAINERS_CONF)
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(folder / "key")], check=True)
    try:
        image = _image(folder, suite)
        _podman(folder, "rm", "--force", "--ignore", "--time", "0", name)
        _start(folder, name, image)
        try:
            host = RealHost(name, folder)
            _let_in(host)
            _wait_until_up(host)
            yield host
        finally:
            _podman(folder, "rm", "--force", "--time", "0", name)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _start(folder: Path, name: str, image: str) -> None:
    try:
        _podman(
            folder, "run", "--detach", "--name", name, "--hostname", name, "--systemd=always", "--privileged",
            "--network", "bridge", image, "/lib/systemd/systemd",
        )
    except subprocess.CalledProcessError as error:
        raise CannotRun(f"podman cannot start a container here: {error.stderr.strip().splitlines()[-1:]}") from error


def _image(folder: Path, suite: str) -> str:
    """The image of a Debian suite, made on first use: a minute or two."""
    image = f"localhost/linuxnet-tcp-{suite}"
    if subprocess.run(["podman", "image", "exists", image], env=_environment(folder), check=False).returncode == 0:
        return image
    root = folder / "root"
    made = subprocess.run(
        ["debootstrap", "--variant=minbase", "--include=" + ",".join(PACKAGES), suite, str(root)],
        capture_output=True, text=True, check=False,
    )
    if made.returncode:
        raise CannotRun(f"debootstrap of {suite} failed: {made.stdout.strip().splitlines()[-1:]}")
    with subprocess.Popen(["tar", "-C", str(root), "-c", "."], stdout=subprocess.PIPE) as archive:
        subprocess.run(
            ["podman", "import", "-", image],
            stdin=archive.stdout,
            check=True,
            capture_output=True,
            env=_environment(folder),
        )
    shutil.rmtree(root)
    return image


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


def _podman(folder: Path, *words: str) -> str:
    done = subprocess.run(["podman", *words], check=True, capture_output=True, text=True, env=_environment(folder))
    return done.stdout


def _environment(folder: Path) -> dict[str, str]:
    return {**os.environ, "CONTAINERS_CONF": str(folder / "containers.conf")}
