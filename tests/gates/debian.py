# Copyright (c) 2026, the linuxnet.tcp authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Programs that pip does not bring, and where Debian's packages come from."""

from __future__ import annotations

import fcntl
import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from . import paths, pythons

#: Program to Debian package.
PACKAGES = {
    "ab": "apache2-utils",
    "chromedriver": "chromium-driver",
    "chromium": "chromium",
    "cpio": "cpio",
    "depmod": "kmod",
    "git": "git",
    "haproxy": "haproxy",
    "ip": "iproute2",
    "mmdebstrap": "mmdebstrap",
    "nft": "nftables",
    "nginx": "nginx-light",
    "nstat": "iproute2",
    "podman": "podman",
    "qemu-system-x86_64": "qemu-system-x86",
    "runc": "runc",
    "squid": "squid",
    "ss": "iproute2",
    "ssh": "openssh-client",
    "ssh-keygen": "openssh-client",
    "strace": "strace",
    "systemd-analyze": "systemd",
    "sysctl": "procps",
    "systemctl": "systemd",
}
POLICY = Path("/usr/sbin/policy-rc.d")
SYSTEM_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"


def ensure(*programs: str) -> None:
    """Sees that the programs are here; as root on Debian and its kin it installs what is not.

    :raises Lacking: one is missing, in words fit for the summary
    """
    with (paths.CACHE / "apt.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        wanted = sorted({PACKAGES[program] for program in missing(programs)})
        if wanted and os.geteuid() == 0 and shutil.which("apt-get"):
            print("installing Debian packages:", *wanted, flush=True)
            environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
            with services_left_off():
                for command in (["update", "-qq"], ["install", "-qq", "--no-install-recommends", *wanted]):
                    subprocess.run(["apt-get", *command], env=environment, check=False)
    if still := missing(programs):
        packages = " ".join(sorted({PACKAGES[program] for program in still}))
        raise pythons.Lacking(f"no program {', '.join(still)} (Debian: apt-get install {packages})")


@contextmanager
def services_left_off(policy: Path = POLICY) -> Iterator[None]:
    """Inside this block no package starts its service, as servers do that are wanted for their program alone.

    Debian asks ``/usr/sbin/policy-rc.d``; where the machine has one of its own, that one decides.
    """
    try:
        with policy.open("x", encoding="ascii") as file:
            file.write("#!/bin/sh\nexit 101\n")
    except FileExistsError:
        yield
        return
    try:
        policy.chmod(0o755)
        yield
    finally:
        policy.unlink()


def missing(programs: tuple[str, ...]) -> list[str]:
    """Those that are not on the system's path."""
    return [program for program in programs if shutil.which(program, path=SYSTEM_PATH) is None]


def archive() -> str:
    """The address of Debian's archive that apt of this machine is set up for, without a slash at its end.

    :raises Lacking: it is set up for none
    """
    if not shutil.which("apt-get"):
        raise pythons.Lacking("no apt-get, which would know an archive of Debian")
    command = ["apt-get", "indextargets", "--format", "$(LABEL) $(REPO_URI)", "Created-By: Packages"]
    targets = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    for label, _blank, address in (line.partition(" ") for line in targets.splitlines()):
        if label == "Debian":
            return address.rstrip("/")
    raise pythons.Lacking("apt of this machine is set up for no archive of Debian")
