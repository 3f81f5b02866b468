# Copyright (c) 2026, the linuxnet.tcp authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Capture this machine, or a network namespace of it, into a folder that tests read in its place.

    python -m ansible_collections.linuxnet.tcp.tests.unit.machines.capture FOLDER [--namespace NAME|PATH|PID]

The machine has to be at rest: what is read over netlink and from /proc/net/tcp must agree, or nothing is kept.
README.md beside this file describes the folder.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import shutil
import sys
import tempfile
from pathlib import Path
from typing import Any, Dict, Iterator, List, Optional

from ansible_collections.linuxnet.tcp.plugins.module_utils._host.namespaces import enter
from ansible_collections.linuxnet.tcp.plugins.module_utils._host.sock_diag import over_netlink
from ansible_collections.linuxnet.tcp.plugins.module_utils._survey.sockets import look_at_sockets

from .machine import Machine, recording

Json = Dict[str, Any]
DEFAULTS: Json = {"by": [], "ports": [], "top": 10, "sample": 0, "network_namespace": None, "source": "auto"}
BY: List[List[str]] = [[], ["family"], ["listener"], ["peer"], ["process"], ["family", "listener", "peer", "process"]]
NET_FILES = ("sockstat", "sockstat6", "snmp", "netstat", "tcp", "tcp6")
SYSCTLS = (
    "net/core/somaxconn",
    "net/ipv4/ip_local_port_range",
    "net/ipv4/ip_local_reserved_ports",
    "net/ipv4/tcp_fin_timeout",
    "net/ipv4/tcp_max_orphans",
    "net/ipv4/tcp_max_syn_backlog",
    "net/ipv4/tcp_max_tw_buckets",
    "net/ipv4/tcp_syncookies",
    "net/ipv4/tcp_timestamps",
    "net/ipv4/tcp_tw_recycle",
    "net/ipv4/tcp_tw_reuse",
)
TIMES = ("elapsed_ms", "rates")


def capture(folder: Path, ports: Optional[List[int]] = None) -> None:
    """Write what this process's network namespace shows now into `folder`. Raises ValueError when it is not at rest."""
    _copy_proc(Path("/proc"), folder / "proc")
    write_json(folder / "processes.json", list(_processes(Path("/proc"), folder / "proc")))
    questions: List[Json] = [{"by": by} for by in BY]
    if ports:
        questions += [{"by": by, "ports": ports} for by in BY]
    recorder = recording(over_netlink)
    with tempfile.TemporaryDirectory() as scratch:
        proc = Machine(folder).with_processes(Path(scratch)).proc
        answers = [facts_of(question, proc, recorder.ask) for question in questions]
        for question, facts in zip(questions, answers):
            other = facts_of({**question, "source": "procfs"}, proc, recorder.ask)
            if as_procfs(facts) != other:
                raise ValueError("netlink and /proc disagree about {0}: capture when nothing moves".format(question))
    write_json(folder / "sock_diag.json", recorder.description)
    write_json(
        folder / "expected.json",
        [{"parameters": question, "facts": facts} for question, facts in zip(questions, answers)],
    )


def facts_of(question: Json, proc: str, ask: Any) -> Json:
    """The facts for these parameters, without what is a matter of time."""
    facts, _unseen = look_at_sockets({**DEFAULTS, **question}, proc, ask)
    return {name: value for name, value in facts.items() if name not in TIMES}


def as_procfs(facts: Json) -> Json:
    """The same facts as /proc/net/tcp gives them: it does not show a listener's backlog."""
    known = {**facts, "source": "procfs"}
    if "listeners" in facts:
        known["listeners"] = [{**row, "backlog": None} for row in facts["listeners"]]
    return known


def _copy_proc(source: Path, target: Path) -> None:
    for name in ["net/" + name for name in NET_FILES] + ["sys/" + name for name in SYSCTLS]:
        if (source / name).exists():
            _write(target / name, (source / name).read_bytes())
    memory = (source / "meminfo").read_bytes().splitlines(keepends=True)
    _write(target / "meminfo", b"".join(line for line in memory if line.startswith(b"MemTotal:")))


def _processes(proc: Path, captured: Path) -> Iterator[Json]:
    """The processes that this user may look into and that hold one of the captured sockets."""
    inodes = set()
    for name in ("tcp", "tcp6"):
        if (captured / "net" / name).exists():
            rows = (captured / "net" / name).read_text(encoding="ascii").splitlines()[1:]
            inodes |= {"socket:[{0}]".format(row.split()[9]) for row in rows}
    for home in sorted((path for path in proc.iterdir() if path.name.isdigit()), key=lambda path: int(path.name)):
        try:
            command = (home / "comm").read_text(encoding="utf-8").rstrip("\n")
            targets = [os.readlink(link) for link in (home / "fd").iterdir()]
        except PermissionError:
            targets = []
        except OSError:
            continue
        held = [target for target in targets if target in inodes]
        # The first process tells a reader whether those of other users are hidden from it.
        if held or home.name == "1":
            yield {"pid": int(home.name), "command": command if held else "", "descriptors": held}


def _write(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)


def write_json(path: Path, value: Any) -> None:
    """Write a file of a machine: one row a line where it is a list, or holds one, so that a diff shows what changed."""
    path.parent.mkdir(parents=True, exist_ok=True)
    if isinstance(value, dict):
        text = ",\n".join("{0}: {1}".format(json.dumps(name), _lines(held)) for name, held in value.items())
        path.write_text("{" + text + "}\n", encoding="utf-8")
    else:
        path.write_text(_lines(value) + "\n", encoding="utf-8")


def _lines(value: Any) -> str:
    if not isinstance(value, list) or not value:
        return json.dumps(value)
    return "[\n" + ",\n".join(json.dumps(row) for row in value) + "\n]"


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description="Capture a machine for tests and demonstrations.")
    parser.add_argument("folder", type=Path, help="made anew; must not exist")
    parser.add_argument("--namespace", help="a network namespace: name, path or process id")
    parser.add_argument("--ports", type=int, nargs="+", help="local ports to ask for, too")
    arguments = parser.parse_args()
    if arguments.folder.exists():
        parser.error("{0} exists".format(arguments.folder))
    if arguments.namespace:
        enter(arguments.namespace)
    try:
        capture(arguments.folder, arguments.ports)
    except ValueError as error:
        shutil.rmtree(arguments.folder)
        parser.exit(1, "{0}\n".format(error))
    said = "captured on Linux {0}; now say in {1}/README.md what it is\n"
    sys.stdout.write(said.format(platform.release(), arguments.folder))


if __name__ == "__main__":
    main()
