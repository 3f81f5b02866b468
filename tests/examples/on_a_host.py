# Copyright (c) 2026, the linuxnet.tcp authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Run the examples of pages, each page on a host of its own to throw away.

    python -m ansible_collections.linuxnet.tcp.tests.examples.on_a_host JOBS

JOBS is a folder with a folder for each page: `steps.json` and the page's files; `outcomes.json` is left there. ansible
is imported once and forked for each command, which saves most of what starting it costs. Exit status 77: this machine
forbids such hosts.
"""

from __future__ import annotations

import functools
import importlib
import json
import os
import shutil
import signal
import subprocess
import sys
import time
import traceback
from collections.abc import Callable
from multiprocessing.util import get_temp_dir
from pathlib import Path
from typing import Any

from ansible_collections.linuxnet.tcp.tests.demo import throwaway

FORBIDDEN = 77
LANES = 2
#: A process in a network namespace of its own stands for the container of the examples.
CONTAINER = "4711"
NAMESPACE = "web"

Step = dict[str, Any]


def main() -> int:
    """Each page in a process of its own, two at a time."""
    jobs = sorted(path.parent for path in Path(sys.argv[1]).glob("*/steps.json"))
    preload()
    running: dict[int, Path] = {}
    status = 0
    while jobs or running:
        while jobs and len(running) < LANES:
            job = jobs.pop(0)
            running[in_a_child(functools.partial(play, job))] = job
        pid, ended = os.wait()
        if running.pop(pid, None) is not None:
            status = status or os.waitstatus_to_exitcode(ended)
    return status


def preload() -> None:
    """Import what every command needs."""
    # Ansible reads its settings from the environment as it is imported; they have been made by now.
    for name in ("ansible.cli.adhoc", "ansible.cli.playbook", "ansible.executor.task_queue_manager"):
        importlib.import_module(name)


def in_a_child(do: Callable[[], int]) -> int:
    """The id of a child process that does it and ends with its status."""
    sys.stdout.flush()
    pid = os.fork()
    if pid == 0:
        status = 1
        try:
            status = do()
        except SystemExit as end:
            status = end.code if isinstance(end.code, int) else 1
        except BaseException:  # noqa: BLE001 - nothing of the child may go on in the parent's place
            traceback.print_exc()
        finally:
            sys.stdout.flush()
            os._exit(status)
    return pid


def play(job: Path) -> int:
    """All steps of a page, on a new host."""
    try:
        throwaway.enter(job)
    except throwaway.CannotRun as reason:
        print(reason, file=sys.stderr)
        return FORBIDDEN
    container = furnish()
    os.chdir(job)
    for name in ("steps.json", "examples.yml"):
        if Path(name).exists():
            Path(name).write_text(Path(name).read_text("utf-8").replace(CONTAINER, str(container)), encoding="utf-8")
    outcomes = [run(step) for step in json.loads(Path("steps.json").read_text(encoding="utf-8"))]
    Path("outcomes.json").write_text(json.dumps(outcomes), encoding="utf-8")
    os.kill(container, signal.SIGKILL)
    return 0


def furnish() -> int:
    """What the examples take for granted on a host; the process id of its container."""
    throwaway.mount("examples", "/run", "tmpfs", 0, "mode=755,size=4m")
    for folder in ("/run/lock", "/run/sysctl.d", "/run/netns", "/var/lib/prometheus/node-exporter"):
        Path(folder).mkdir(parents=True)
    container = in_a_child(in_a_namespace)
    name, there = Path("/run/netns", NAMESPACE), Path(f"/proc/{container}/ns/net")
    name.touch()
    while there.readlink() == Path("/proc/self/ns/net").readlink():
        time.sleep(0.01)
    throwaway.mount(str(there), str(name), "none", throwaway.MS_BIND)
    return container


def in_a_namespace() -> int:
    """Be there until somebody ends it."""
    throwaway.call("unshare", throwaway.CLONE_NEWNET)
    signal.pause()
    return 0


def run(step: Step) -> Step:
    """What came of one step: its status, what it printed, how long it took."""
    begun = time.monotonic()
    log = Path(f"{step['id']}.log")
    with log.open("wb") as output:
        if "session" in step:
            script = "ip link set lo up\n" + step["session"]
            done = subprocess.run(
                ["unshare", "--net", "sh", "-e", "-c", script], check=False, stdout=output, stderr=output, timeout=60
            )
            status = done.returncode
        else:
            child = in_a_child(lambda: ansible(step["words"], output.fileno()))
            status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    text = log.read_text(encoding="utf-8", errors="replace")
    return {"id": step["id"], "status": status, "output": text, "seconds": round(time.monotonic() - begun, 2)}


def ansible(words: list[str], output: int) -> int:
    """Be ansible or ansible-playbook."""
    from ansible.cli.adhoc import AdHocCLI  # noqa: PLC0415 - loaded before
    from ansible.cli.playbook import PlaybookCLI  # noqa: PLC0415

    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    os.dup2(output, 1)
    os.dup2(output, 2)
    # Ansible has an importer of its own for collections, which knows nothing of what came in without it.
    for name in [name for name in sys.modules if name.partition(".")[0] == "ansible_collections"]:
        del sys.modules[name]
    if "-i" not in words:
        words = [words[0], "-i", "inventory", *words[1:]]
    sys.argv = words
    cli: Any = {"ansible": AdHocCLI, "ansible-playbook": PlaybookCLI}[words[0]]
    # Not by cli_executor(), which throws away at its end what other commands can use: packed modules.
    try:
        return int(cli(words).run())
    finally:
        # os._exit() passes over what multiprocessing does at its end.
        shutil.rmtree(get_temp_dir())


if __name__ == "__main__":
    sys.exit(main())
