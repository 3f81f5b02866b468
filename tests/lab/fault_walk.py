# Copyright (c) 2026, the linuxnet.tcp authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Let every system call of a run of `tunables` fail once, and the process die there once, and look at what is left.

Run as a program in network and mount namespaces of its own: ``unshare -n -m python fault_walk.py``. Prints a JSON
line: how many faults were injected, and a sentence for each broken promise.

One process has everything imported and forks a child for each fault; strace attaches to the child, watches only the
paths of the collection and of its keys, and injects the fault there.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ansible_collections.linuxnet.tcp.plugins.module_utils._model.errors import LinuxnetError
from ansible_collections.linuxnet.tcp.plugins.modules.tunables import run

FOLDERS = ("/etc/sysctl.d", "/var/lib", "/run/lock")
DROP_IN = Path("/etc/sysctl.d/90-linuxnet-tcp.conf")
STATE = Path("/var/lib/linuxnet-tcp")
OLD_FILE = b"# somebody's own line\nnet.ipv4.tcp_fin_timeout = 55\n"
SETTINGS = {
    "net.ipv4.tcp_fin_timeout": 30,
    "net.ipv4.tcp_keepalive_time": 1200,
    "net.ipv4.tcp_max_syn_backlog": 8192,
    "net.ipv4.ip_local_port_range": [10240, 65535],
    "net.core.somaxconn": {"at_least": 8192},
}
OLD = {
    "net.ipv4.tcp_fin_timeout": "60",
    "net.ipv4.tcp_keepalive_time": "7200",
    "net.ipv4.tcp_max_syn_backlog": "2048",
    "net.ipv4.ip_local_port_range": "32768 60999",
    "net.core.somaxconn": "4096",
}
NEW = {
    "net.ipv4.tcp_fin_timeout": "30",
    "net.ipv4.tcp_keepalive_time": "1200",
    "net.ipv4.tcp_max_syn_backlog": "8192",
    "net.ipv4.ip_local_port_range": "10240 65535",
    "net.core.somaxconn": "8192",
}
PRESENT: dict[str, Any] = {
    "settings": SETTINGS,
    "state": "present",
    "path": str(DROP_IN),
    "scope": ["running", "boot"],
    "exclusive": False,
    "unavailable": "fail",
    "shadowed": "ignore",
    "watch_seconds": 0,
    "watch_limits": {},
    "network_namespace": None,
}
ABSENT = {**PRESENT, "settings": dict.fromkeys(SETTINGS), "state": "absent"}
CALLS = (
    *("openat", "write", "fsync", "rename", "renameat", "renameat2"),
    *("link", "linkat", "unlink", "unlinkat", "mkdir", "fchmod"),
)
ERRORS = ("EIO", "ENOSPC", "EACCES", "EROFS")
LINE = re.compile(r"^\d+ +(\w+)\(")


@dataclass(frozen=True)
class Fault:
    """The `number`-th call of `name` on a watched path: it fails with `error`, or, without one, the process dies."""

    name: str
    number: int
    error: str | None

    @property
    def injection(self) -> str:
        """As strace wants to be told."""
        what = f"error={self.error}" if self.error else "signal=KILL"
        return f"{self.name}:{what}:when={self.number}"


@dataclass
class Scenario:
    """What one run does: where it starts from, and what must be after it. None is no file."""

    name: str
    parameters: dict[str, Any]
    prepared_by: dict[str, Any] | None
    old: dict[str, str]
    new: dict[str, str]
    first_file: bytes | None
    errors: tuple[str, ...]
    old_file: bytes | None = None
    new_file: bytes | None = None

    def reset(self) -> None:
        """The host as it is before each run."""
        for folder in FOLDERS:
            for entry in Path(folder).iterdir():
                subprocess.run(["rm", "-rf", "--", str(entry)], check=True)
        if self.first_file is not None:
            DROP_IN.write_bytes(self.first_file)
        for key, value in OLD.items():
            Path("/proc/sys", *key.split(".")).write_text(value + "\n")
        if self.prepared_by and "error" in (outcome := _outcome(self.prepared_by)):
            raise AssertionError(f"the preparation: {outcome}")
        self.old_file = file_content()


SCENARIOS = (
    Scenario("set, in a file that somebody began", PRESENT, None, OLD, NEW, OLD_FILE, ERRORS),
    Scenario("take away, and the file with it", ABSENT, PRESENT, NEW, OLD, None, ERRORS[:1]),
)


def file_content() -> bytes | None:
    """What the drop-in holds."""
    return DROP_IN.read_bytes() if DROP_IN.exists() else None


def watched_paths() -> list[str]:
    """Every path that a run may touch and that is ours, and the files of the keys."""
    names = [DROP_IN.name, "pending.json", "first_seen.json"]
    paths = ["/etc/sysctl.d", str(DROP_IN), str(STATE), "/run/lock/linuxnet-tcp.lock", str(STATE / "lock")]
    paths += [str(STATE / name) for name in names]
    for folder in (DROP_IN.parent, STATE):
        paths += [f"{folder}/.linuxnet-tcp.{name}.tmp" for name in names]
        paths += [f".linuxnet-tcp.{name}.tmp" for name in names]
    return paths + ["/proc/sys/" + key.replace(".", "/") for key in OLD]


def running() -> dict[str, str]:
    """The running values, numbers apart by single blanks."""
    return {key: " ".join(Path("/proc/sys", *key.split(".")).read_text().split()) for key in OLD}


def run_under(parameters: dict[str, Any], injections: list[str], log: Path) -> dict[str, Any]:
    """One run in a child with strace on it. What the run said; {"killed": True} when it did not live to say
    anything.
    """
    go_read, go_write = os.pipe()
    out_read, out_write = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(out_read)
        os.read(go_read, 1)
        os.write(out_write, json.dumps(_outcome(parameters)).encode())
        os._exit(0)
    os.close(out_write)
    arguments = ["strace", "-qq", "-p", str(child), "-o", str(log), "-e", "trace=" + ",".join(CALLS)]
    for path in watched_paths():
        arguments += ["-P", path]
    for injection in injections:
        arguments += ["-e", "inject=" + injection]
    with subprocess.Popen(arguments, stderr=subprocess.DEVNULL) as tracer:
        _wait_for_tracer(child)
        os.write(go_write, b"x")
        said = b"".join(iter(lambda: os.read(out_read, 65536), b""))
        os.waitpid(child, 0)
        tracer.wait(30)
    for descriptor in (go_read, go_write, out_read):
        os.close(descriptor)
    result: dict[str, Any] = json.loads(said) if said else {"killed": True}
    return result


def _outcome(parameters: dict[str, Any]) -> dict[str, Any]:
    try:
        outcome = run(parameters, check_mode=False)
    except LinuxnetError as error:
        return {"error": str(error)}
    except OSError as error:
        # The door makes a sentence of it too; it is only allowed before anything has changed.
        return {"error": f"cannot use {error.filename}: {error.strerror}"}
    except BaseException as error:  # noqa: BLE001 - whatever it is, the walk has to tell
        return {"traceback": repr(error)}
    return {"changed": outcome.plan.changed, "settled": outcome.settled}


def _wait_for_tracer(process: int) -> None:
    deadline = time.monotonic() + 20
    while "TracerPid:\t0" in Path(f"/proc/{process}/status").read_text():
        if time.monotonic() > deadline:
            raise TimeoutError("strace did not attach")
        time.sleep(0.002)


def faults(scenario: Scenario, log: Path) -> Iterator[Fault]:
    """Every call of an undisturbed run, with every error, and with death."""
    scenario.reset()
    outcome = run_under(scenario.parameters, [], log)
    scenario.new_file = file_content()
    if outcome != {"changed": True, "settled": None} or running() != scenario.new:
        raise AssertionError(f"the undisturbed run: {outcome}, {running()}")
    seen: Counter[str] = Counter()
    for line in log.read_text().splitlines():
        match = LINE.match(line) or re.match(r"^(\w+)\(", line)
        if match:
            seen[match.group(1)] += 1
            for error in (*scenario.errors, None):
                yield Fault(match.group(1), seen[match.group(1)], error)


def broken_promises(scenario: Scenario, fault: Fault, outcome: dict[str, Any]) -> Iterator[str]:
    """What is not as it must be after the run, and after the next one, which nothing disturbs."""
    if "traceback" in outcome:
        yield f"a traceback: {outcome['traceback']}"
    if file_content() not in (scenario.old_file, scenario.new_file):
        yield f"the file is neither old nor new: {file_content()!r}"
    loaded = sorted(path.name for path in DROP_IN.parent.iterdir() if path.name.endswith(".conf"))
    if loaded not in ([], [DROP_IN.name]):
        yield f"a loader would read {loaded}"
    if "killed" not in outcome:
        yield from _half_done(scenario, outcome)
    if fault.error is None and "killed" not in outcome:
        yield f"the process should have died, and said {outcome}"
    yield from _after_the_next_run(scenario)


def _half_done(scenario: Scenario, outcome: dict[str, Any]) -> Iterator[str]:
    """What a run that lived has done in part without naming it."""
    message = outcome.get("error", "")
    wanted, wanted_file = (scenario.old, scenario.old_file) if message else (scenario.new, scenario.new_file)
    for key, value in running().items():
        if value != wanted[key] and key not in message:
            yield f"{key} is {value} and the run said {outcome}"
    if file_content() != wanted_file and str(DROP_IN) not in message:
        yield f"the file is not as it should be, and the run said {outcome}"


def _after_the_next_run(scenario: Scenario) -> Iterator[str]:
    after = _outcome(scenario.parameters)
    if "error" in after or "traceback" in after:
        yield f"the next run: {after}"
    if running() != scenario.new or file_content() != scenario.new_file:
        yield f"the next run does not converge: {running()}, {file_content()!r}"
    if (STATE / "pending.json").exists():
        yield "the next run leaves a pending transaction"
    if _outcome(scenario.parameters).get("changed") is not False:
        yield "the run after the next one is not unchanged"
    # The state folder goes with the last thing that is remembered.
    folders = [folder for folder in (DROP_IN.parent, STATE) if folder.exists()]
    if left := [str(path) for folder in folders for path in folder.iterdir() if path.suffix == ".tmp"]:
        yield f"left over: {left}"


def walk() -> dict[str, Any]:
    """Inject every fault of every scenario in turn."""
    for folder in FOLDERS:
        subprocess.run(["mount", "-t", "tmpfs", "-o", "mode=755", "tmpfs", folder], check=True)
    log = Path("/dev/shm") / f"fault-walk-{os.getpid()}.log"  # noqa: S108 - root's own name, removed below
    calls, injected, broken = 0, 0, []
    try:
        for scenario in SCENARIOS:
            plan = list(faults(scenario, log))
            calls += len(plan) // (len(scenario.errors) + 1)
            for fault in plan:
                scenario.reset()
                outcome = run_under(scenario.parameters, [fault.injection], log)
                hit = "INJECTED" in log.read_text() or "killed" in outcome
                injected += hit
                problems = broken_promises(scenario, fault, outcome) if hit else [f"was not reached: {outcome}"]
                broken += [f"{scenario.name}: {fault.injection}: {problem}" for problem in problems]
    finally:
        log.unlink(missing_ok=True)
    return {"calls": calls, "injected": injected, "broken": broken}


if __name__ == "__main__":
    json.dump(walk(), sys.stdout)
    print()
