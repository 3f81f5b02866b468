# Copyright (c) 2026, the linuxnet.tcp authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A host to reach over SSH: sshd on 127.0.0.1 in this network namespace, with keys made for it, and its inventory."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from .machine import managed_python

#: Below the ports that the load takes for its connections (namespace.SETTINGS).
PORT = 9022
PRIVILEGE_SEPARATION = Path("/run/sshd")


#: Where a run or a loader reads or leaves something; on a secluded host they are empty.
EMPTIED = ("/etc/sysctl.d", "/run/sysctl.d", "/usr/lib/sysctl.d", "/usr/local/lib/sysctl.d", "/var/lib", "/run/lock")


@contextmanager
def secluded(folder: Path) -> Iterator[Path]:
    """A host that is nobody's: this process goes into namespaces of its own, for good. Yields the inventory."""
    os.unshare(os.CLONE_NEWNS | os.CLONE_NEWNET)
    subprocess.run(["ip", "link", "set", "lo", "up"], check=True)
    subprocess.run(["mount", "--make-rprivate", "/"], check=True)
    for place in EMPTIED:
        if Path(place).is_dir():
            subprocess.run(["mount", "-t", "tmpfs", "-o", "mode=0755", "tmpfs", place], check=True)
    if Path("/etc/sysctl.conf").is_file():
        subprocess.run(["mount", "--bind", os.devnull, "/etc/sysctl.conf"], check=True)
    with running(folder) as inventory:
        yield inventory


@contextmanager
def running(folder: Path, listen: str = "127.0.0.1") -> Iterator[Path]:
    """Start sshd with all its files in `folder`; yields the inventory. Ends it afterwards."""
    _keys(folder)
    config = folder / "sshd_config"
    config.write_text(
        f"ListenAddress {listen}:{PORT}\nMaxStartups 200\nHostKey {folder}/host\nAuthorizedKeysFile {folder}/user.pub\n"
        f"PidFile none\nStrictModes no\nUsePAM no\nPermitRootLogin prohibit-password\n"
        "PasswordAuthentication no\nUseDNS no\nLogLevel VERBOSE\n",
        encoding="ascii",
    )
    _separation_folder()
    log = (folder / "sshd.log").open("w", encoding="utf-8")
    daemon = subprocess.Popen([shutil.which("sshd") or "/usr/sbin/sshd", "-D", "-e", "-f", str(config)], stderr=log)
    try:
        if not _answers(daemon):
            raise RuntimeError(f"sshd does not answer: {(folder / 'sshd.log').read_text(encoding='utf-8')}")
        yield _inventory(folder)
    finally:
        daemon.terminate()
        daemon.wait()
        log.close()


def _keys(folder: Path) -> None:
    for name in ("host", "user"):
        subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(folder / name)], check=True)
    public = (folder / "host.pub").read_text(encoding="ascii")
    (folder / "known_hosts").write_text(f"[127.0.0.1]:{PORT} {public}", encoding="ascii")


def _separation_folder() -> None:
    """sshd wants an empty /run/sshd. Where the host has none, it gets one in a mount namespace of ours."""
    if PRIVILEGE_SEPARATION.is_dir():
        return
    os.unshare(os.CLONE_NEWNS)
    subprocess.run(["mount", "--make-rprivate", "/"], check=True)
    subprocess.run(["mount", "-t", "tmpfs", "tmpfs", "/run"], check=True)
    PRIVILEGE_SEPARATION.mkdir(mode=0o755)


def _answers(daemon: subprocess.Popen[bytes]) -> bool:
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline and daemon.poll() is None:
        with suppress(ConnectionRefusedError), socket.create_connection(("127.0.0.1", PORT), timeout=5):
            return True
        time.sleep(0.05)
    return False


def _inventory(folder: Path) -> Path:
    inventory = folder / "inventory.ini"
    options = (
        f"-F /dev/null -o ControlMaster=auto -o ControlPersist=10 -o UserKnownHostsFile={folder}/known_hosts "
        f"-o IdentitiesOnly=yes"
    )
    inventory.write_text(
        f"[measured]\nbench ansible_host=127.0.0.1 ansible_port={PORT} ansible_user=root "
        f"ansible_python_interpreter={managed_python()} ansible_ssh_private_key_file={folder}/user\n"
        f"[measured:vars]\nansible_ssh_args={options}\nansible_pipelining=true\n",
        encoding="ascii",
    )
    return inventory
