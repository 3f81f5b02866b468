# Copyright (c) 2026, the linuxnet.tcp authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Run the modules for real on every Python, as Ansible packs and starts them, in namespaces of their own.

    python -m ansible_collections.linuxnet.tcp.tests.pythons.run ANSIBLE_PLAYBOOK VERSION=INTERPRETER ...

Each Python is a host of one play. Where no interpreter is given for the newest, it comes from a root file system of
Debian sid, which it enters as it starts; what Ansible sends goes in through its standard input.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from ansible_collections.linuxnet.tcp.tests.gates import report
from ansible_collections.linuxnet.tcp.tests.gates.pythons import Lacking, why_missing
from ansible_collections.linuxnet.tcp.tests.kernels import images, seclusion

PLAY = Path(__file__).with_name("every_python.yml")
MODULE = "ansible_collections.linuxnet.tcp.tests.pythons.run"
OUTSIDE = "LINUXNET_OUTSIDE"
NEWEST, NEWEST_SUITE = "3.14", "sid"
#: `chroot` with a /proc, for programs that come from another root.
ENTER = """\
#!/bin/sh
exec unshare --mount sh -c '
    mount -t proc proc {root}/proc && mount --rbind /etc/sysctl.d {root}/etc/sysctl.d &&
    mount -t tmpfs tmpfs {root}/run && mount -t tmpfs tmpfs {root}/tmp && mount --rbind /var/lib {root}/var/lib &&
    exec chroot {root} /usr/bin/python3 "$@"' sh "$@"
"""


def interpreter_in(root: Path, folder: Path) -> Path:
    """A program in ``folder`` that is the Python of ``root``."""
    program = folder / f"python-in-{root.name}"
    program.write_text(ENTER.format(root=root), encoding="ascii")
    program.chmod(0o755)
    return program


def secluded(playbook: str, hosts: list[str]) -> int:
    """The exit status of the play; only for namespaces of one's own."""
    seclusion.enter(os.environ[OUTSIDE].split())
    with tempfile.TemporaryDirectory(prefix="linuxnet-tcp-pythons-", dir="/run") as scratch:
        lines = []
        for host in hosts:
            version, _equals, where = host.partition("=")
            path = Path(where)
            interpreter = interpreter_in(path, Path(scratch)) if path.is_dir() else path
            lines.append(f"python{version} ansible_connection=local ansible_python_interpreter={interpreter}")
        inventory = Path(scratch, "hosts")
        inventory.write_text("\n".join(lines) + "\n", encoding="utf-8")
        environment = {**os.environ, "ANSIBLE_PIPELINING": "1", "ANSIBLE_HOME": scratch, "ANSIBLE_NOCOLOR": "1"}
        command = [playbook, "--inventory", str(inventory), str(PLAY)]
        return subprocess.run(command, check=False, env=environment).returncode


def found(host: str) -> Iterator[str]:
    """The host, with an interpreter; nothing, and a remark, where there is none to be had."""
    version, _equals, where = host.partition("=")
    reason = why_missing(version)
    if not where and version == NEWEST:
        try:
            where = str(images.root(NEWEST_SUITE, ["python3"]))
        except Lacking as lack:
            reason = str(lack)
    if where:
        yield f"{version}={where}"
    else:
        report.remark("uncovered", f"modules on Python {version}: {reason}")


def main() -> int:
    """The exit status of the play, run in namespaces of its own."""
    if OUTSIDE in os.environ:
        return secluded(sys.argv[1], sys.argv[2:])
    playbook, *asked = sys.argv[1:]
    hosts = [there for host in asked for there in found(host)]
    command = [*seclusion.UNSHARE, sys.executable, "-m", MODULE, playbook, *hosts]
    environment = {**os.environ, OUTSIDE: " ".join(seclusion.namespaces())}
    return subprocess.run(command, check=False, env=environment).returncode


if __name__ == "__main__":
    sys.exit(main())
