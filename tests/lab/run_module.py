# Copyright (c) 2026, the linuxnet.tcp authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Run a module of this tree as ansible would: a process of its own, arguments and answer as JSON.

    answer = run_module("state_facts", {"by": ["family"]}, uid=65534)
    answer.facts["states"]["time_wait"]

What Ansible transfers to a host (the module, its module_utils and ansible's own module_utils) is copied
once into a folder that every user can read; so an ordinary user can run it although the checkout and the
virtual environment lie under root's home, and any Python can, if that ansible-core supports it.

The process starts in the network namespace that the caller is in.
"""

from __future__ import annotations

import atexit
import functools
import importlib.util
import json
import os
import shutil
import stat
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]  # of the collection
COLLECTION = "ansible_collections.linuxnet.tcp"
ORDINARY_USER = 65534  # "nobody": owns nothing and may do nothing

# Runs in the new process. Everything is imported first, so that what is read and timed around the module
# is the module's own run and not Python's start. A module that nobody has given its arguments reads them
# from its input: the way in which ansible-core lets modules be run by hand.
DRIVER = """
import json, runpy, sys, time
name, watched, report = sys.argv[1:]
import ansible.module_utils.basic
__import__(name)
del sys.modules[name]
def read():
    texts = {}
    for path in json.loads(watched):
        with open(path) as file:
            texts[path] = file.read()
    return texts
sys.argv = [name]
before, wall, cpu = read(), time.perf_counter(), time.process_time()
try:
    runpy.run_module(name, run_name="__main__", alter_sys=True)
finally:
    cpu, wall = time.process_time() - cpu, time.perf_counter() - wall
    sys.stdout.flush()
    with open(int(report), "w") as file:
        json.dump({"before": before, "after": read(), "cpu": cpu, "wall": wall}, file)
"""


@dataclass(frozen=True)
class Answer:
    """What a module said, and how it ran."""

    result: dict[str, Any]
    returncode: int
    stdout: str
    stderr: str
    cpu_seconds: float  # processor time of the module's run alone, without Python's start and imports
    wall_seconds: float  # its duration
    before: dict[str, str] = field(default_factory=dict)  # the watched files, read right before the run
    after: dict[str, str] = field(default_factory=dict)  # and right after

    @property
    def facts(self) -> dict[str, Any]:
        """``ansible_facts.linuxnet_tcp``; raises when the module failed."""
        assert not self.failed, self.message
        facts: dict[str, Any] = self.result["ansible_facts"]["linuxnet_tcp"]
        return facts

    @property
    def failed(self) -> bool:
        """Whether the module ended by fail_json."""
        return bool(self.result.get("failed"))

    @property
    def message(self) -> str:
        """``msg``, the sentence of a failure."""
        return str(self.result.get("msg", ""))


def run_module(
    name: str,
    arguments: Mapping[str, object] | None = None,
    *,
    uid: int = 0,
    check_mode: bool = False,
    watch: Sequence[str] = (),
    python: str | None = None,
    timeout: float = 60,
) -> Answer:
    """Run module ``name`` and return its answer; a failed module is an answer too.

    ``uid`` and the group of the same number are what it runs as; ``watch`` names (small) files to read right
    before and right after the module's run, in its process; ``timeout`` is in seconds.
    """
    python = python or python_for(uid)
    prepare(name, python)
    parameters = {"ANSIBLE_MODULE_ARGS": {**(arguments or {}), "_ansible_check_mode": check_mode}}
    module = f"{COLLECTION}.plugins.modules.{name}"
    ours, theirs = os.pipe()
    identity: dict[str, Any] = {} if uid == os.geteuid() else {"user": uid, "group": uid, "extra_groups": []}
    with os.fdopen(ours, encoding="utf-8") as pipe:
        try:
            done = subprocess.run(
                [python, "-c", DRIVER, module, json.dumps(list(watch)), str(theirs)],
                input=json.dumps(parameters), capture_output=True, text=True, timeout=timeout, check=False,
                cwd="/", pass_fds=[theirs],
                env={"PYTHONPATH": str(payload()), "PATH": "/usr/bin:/bin:/usr/sbin:/sbin", "LC_ALL": "C.UTF-8"},
                **identity,
            )  # fmt: skip
        finally:
            os.close(theirs)
        said = pipe.read()
    try:
        result, report = json.loads(done.stdout), json.loads(said)
    except ValueError:
        said = f"exit {done.returncode}:\n{done.stdout}\n{done.stderr}"
        raise AssertionError(f"{name} gave no JSON answer, {said}") from None
    return Answer(
        result, done.returncode, done.stdout, done.stderr,
        report["cpu"], report["wall"], report["before"], report["after"],
    )  # fmt: skip


@functools.cache
def python_for(uid: int) -> str:
    """The Python that runs the tests, or the system's where that user may not execute this one."""
    if uid == 0 or _may_reach(sys.executable):
        return sys.executable
    for folder in ("/usr/bin", "/usr/local/bin"):
        found = shutil.which("python3", path=folder)
        if found and _may_reach(found):
            return found
    raise LookupError(f"no Python that user {uid} may execute: neither {sys.executable} nor a python3 of the system")


def _may_reach(path: str) -> bool:
    """Whether everybody may execute this file, and what it links to, and enter every folder above them."""
    steps = [step for end in (Path(path), Path(path).resolve()) for step in (end, *end.parents)]
    try:
        return all(step.stat().st_mode & stat.S_IXOTH for step in steps)
    except OSError:
        return False


@functools.cache
def payload() -> Path:
    """The folder with what Ansible would transfer; removed when the tests end."""
    folder = Path(tempfile.mkdtemp(prefix="lnlab-payload-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    folder.chmod(0o755)
    spec = importlib.util.find_spec("ansible")
    assert spec, "ansible-core is not installed in this Python"
    assert spec.origin, "ansible is a namespace here, not ansible-core"
    core = Path(spec.origin).parent
    (folder / "ansible").mkdir()
    for file in ("__init__.py", "release.py"):
        shutil.copy(core / file, folder / "ansible" / file)
    (folder / "ansible" / "_vendor").mkdir()
    shutil.copy(core / "_vendor" / "__init__.py", folder / "ansible" / "_vendor")
    ignored = shutil.ignore_patterns("__pycache__", "powershell", "csharp")
    shutil.copytree(core / "module_utils", folder / "ansible" / "module_utils", ignore=ignored)
    plugins = folder / COLLECTION.replace(".", "/") / "plugins"
    for part in ("module_utils", "modules"):
        shutil.copytree(ROOT / "plugins" / part, plugins / part, ignore=ignored)
    for path in folder.rglob("*"):
        path.chmod(0o755 if path.is_dir() else 0o644)
    return folder


@functools.cache
def prepare(name: str, python: str) -> None:
    """Let root write the byte code once: an ordinary user could not, and would compile in every run.

    Done by the first run of a module; to be called before, where that one is measured.
    """
    subprocess.run(
        [python, "-c", f"import ansible.module_utils.basic, {COLLECTION}.plugins.modules.{name}"],
        check=True, env={"PYTHONPATH": str(payload())}, cwd="/",
    )  # fmt: skip
