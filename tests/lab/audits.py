# Copyright (c) 2026, the linuxnet.tcp authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Audits as a user runs them: ansible-playbook, an inventory of hosts that are all this machine, and a folder."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from ansible_collections.linuxnet.tcp.plugins.plugin_utils._record import from_bytes

PLAYBOOK = "linuxnet.tcp.audit_fleet"
PATIENCE = 60.0
#: Nobody listens on port 1.
DEAD = "ansible_connection=ssh ansible_host=127.0.0.1 ansible_port=1"
LOCAL = f"ansible_connection=local ansible_python_interpreter={sys.executable}"


class Audits:
    """Controllers that work in one folder. `hosts`: their names, each with its variables in the inventory."""

    def __init__(self, folder: Path, hosts: Mapping[str, str]) -> None:
        self.folder = folder
        self.out = folder / "out"
        self.inventory = folder / "hosts.ini"
        self.inventory.write_text("".join(f"{name} {variables}\n" for name, variables in hosts.items()))
        self.settings = {
            "ANSIBLE_HOME": str(folder / "home"), "ANSIBLE_NOCOLOR": "1", "ANSIBLE_FORKS": "2",
            "ANSIBLE_PIPELINING": "1", "ANSIBLE_RETRY_FILES_ENABLED": "1", "ANSIBLE_RETRY_FILES_SAVE_PATH": str(folder),
        }  # fmt: skip

    def start(self, *words: str, before: Sequence[str] = (), **variables: Any) -> subprocess.Popen[str]:
        """Begin an audit as a shell does: in a process group of its own, which is what Ctrl-C reaches."""
        given = {"audit_fleet_dir": str(self.out), "audit_fleet_formats": ["json"], **variables}
        playbook = str(Path(sys.executable).with_name("ansible-playbook"))
        command = [*before, playbook, "-i", str(self.inventory), PLAYBOOK, "-e", json.dumps(given), *words]
        return self._begin(command)

    def run(self, *words: str, wanted: int = 0, before: Sequence[str] = (), **variables: Any) -> str:
        """A whole audit, which must end with that exit code; what it printed."""
        return ended(self.start(*words, before=before, **variables), wanted)

    def records(self) -> dict[str, dict[str, Any]]:
        """The record of each host; every file there must be a whole one, but for those that are not there yet."""
        files = sorted((self.out / "records").glob("[!.]*"))
        return {record["host"]: record for record in (from_bytes(file.read_bytes()) for file in files)}

    def wait_for_records(self, number: int) -> None:
        """Until so many hosts have theirs."""
        deadline = time.monotonic() + PATIENCE
        while len(self.records()) < number:
            assert time.monotonic() < deadline, f"{len(self.records())} of {number} records"
            time.sleep(0.05)

    def report(self) -> dict[str, dict[str, Any]]:
        """The hosts of report.json, by name."""
        report = json.loads((self.out / "report.json").read_text(encoding="ascii"))
        return {host["name"]: host for host in report["hosts"]}

    def _begin(self, command: Sequence[str]) -> subprocess.Popen[str]:
        return subprocess.Popen(
            command, cwd=self.folder, env={**os.environ, **self.settings}, stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, start_new_session=True,
        )  # fmt: skip


def ended(process: subprocess.Popen[str], wanted: int) -> str:
    """What it has printed; it must end with that exit code."""
    said, _errors = process.communicate(timeout=PATIENCE)
    assert process.returncode == wanted, f"exit code {process.returncode}, not {wanted}:\n{said}"
    return said


def interrupted(process: subprocess.Popen[str]) -> str:
    """What it has printed until Ctrl-C ended it, pressed again where nothing came of it.

    ansible-core loses one now and then: it raises KeyboardInterrupt wherever it is, and where that is the end of some
    object, Python prints it and goes on. Then it waits for a worker that the first Ctrl-C did end.
    """
    for _attempt in range(3):
        os.killpg(process.pid, signal.SIGINT)
        with contextlib.suppress(subprocess.TimeoutExpired):
            return process.communicate(timeout=PATIENCE / 3)[0]
    os.killpg(process.pid, signal.SIGKILL)
    raise AssertionError(f"three times Ctrl-C did not end it:\n{process.communicate()[0]}")
