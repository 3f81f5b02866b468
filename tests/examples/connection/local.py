# Copyright (c) 2026, the linuxnet.tcp authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The connection to this host, in the place of Ansible's own: modules run in a fork of the worker.

Most of what a task costs is a Python that starts, and compiles what the worker has loaded. With some hundred tasks in
the documentation that is the difference between a gate and a nuisance. The module is the one that Ansible has packed,
with its parameters; only what it imports comes from the clone.
"""

from __future__ import annotations

import importlib.util
import os
import subprocess
import sys
import tempfile
import traceback
import typing as t
from pathlib import Path

import ansible.plugins.connection

DOCUMENTATION = r"""
name: local
short_description: Run modules in a fork of this process
description:
  - For the test of the documentation's examples.
options: {}
"""

Answer = tuple[int, bytes, bytes]


def ansibles_own() -> t.Any:
    """The connection in whose place this one stands. By its file: its name is now ours."""
    path = Path(ansible.plugins.connection.__path__[0], "local.py")
    spec = importlib.util.spec_from_file_location("ansibles_own_local", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.Connection


class Connection(ansibles_own()):  # type: ignore[misc] # mypy cannot follow it there
    """As Ansible's `local`, but for how a module is started."""

    def exec_command(self, cmd: str, in_data: bytes | None = None, sudoable: bool = True) -> Answer:
        """Run a module here, and any other command by a shell; its status, and what it printed."""
        if in_data and b"_ansiballz_main" in in_data:
            return in_a_fork(in_data)
        done = subprocess.run(["/bin/sh", "-c", cmd], input=in_data or b"", capture_output=True, check=False)
        return done.returncode, done.stdout, done.stderr


def in_a_fork(source: bytes) -> Answer:
    """Run the source of a packed module."""
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        pid = os.fork()
        if pid == 0:
            os.dup2(out.fileno(), 1)
            os.dup2(err.fileno(), 2)
            os._exit(be_the_module(source))
        status = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
        texts = []
        for stream in (out, err):
            stream.seek(0)
            texts.append(stream.read())
    return status, texts[0], texts[1]


def be_the_module(source: bytes) -> int:
    """What a Python does that is handed the source; its exit status."""
    sys.stdout, sys.stderr = (os.fdopen(number, "w", encoding="utf-8") for number in (1, 2))
    # Python's own importer keeps what it has compiled, Ansible's does not.
    sys.meta_path[:] = [finder for finder in sys.meta_path if "AnsibleCollection" not in type(finder).__name__]
    sys.path_importer_cache.clear()
    for name in [name for name in sys.modules if name.partition(".")[0] == "ansible_collections"]:
        del sys.modules[name]
    sys.argv = ["-"]  # with words it would be asked to unpack itself
    status: t.Any = 0
    try:
        exec(compile(source, "<module>", "exec"), {"__name__": "__main__"})  # noqa: S102 - Ansible has packed it
    except SystemExit as end:
        status = end.code
    except BaseException:  # noqa: BLE001 - as the end of a process
        traceback.print_exc()
        status = 1
    sys.stdout.flush()
    sys.stderr.flush()
    return status if isinstance(status, int) else int(status is not None)
