# Copyright (c) 2026, the linuxnet.tcp authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Run a module of the collection in a child of this process: what it imports was imported before, so that a virtual
machine without KVM pays for the module alone.
"""

from __future__ import annotations

import importlib.util
import json
import os
import pkgutil
import sys
import traceback
import types
from collections.abc import Mapping
from importlib.abc import InspectLoader

from ansible_collections.linuxnet.tcp.tests.lab.run_module import COLLECTION, Answer


def run_module(name: str, arguments: Mapping[str, object], *, uid: int = 0, check_mode: bool = False) -> Answer:
    """Run module ``name`` as ``uid`` and return its answer; a failed module is an answer too."""
    module = f"{COLLECTION}.plugins.modules.{name}"
    _import_all(module)
    parameters = json.dumps({"ANSIBLE_MODULE_ARGS": {**arguments, "_ansible_check_mode": check_mode}})
    asked, ask = os.pipe()
    told, tell = os.pipe()
    child = os.fork()
    if not child:
        _be_the_module(module, uid, asked, tell, (ask, told))
    os.close(asked)
    os.close(tell)
    with os.fdopen(ask, "w", encoding="utf-8") as stream:
        stream.write(parameters)
    with os.fdopen(told, encoding="utf-8") as stream:
        said = stream.read()
    _pid, status = os.waitpid(child, 0)
    try:
        result = json.loads(said)
    except ValueError:
        raise AssertionError(f"{name} gave no JSON answer, status {status}:\n{said}") from None
    return Answer(result, os.waitstatus_to_exitcode(status), said, "", 0.0, 0.0)


def _import_all(module: str) -> None:
    """What the module imports, also what ansible-core imports by names that it makes up as late as it needs them."""
    importlib.import_module("ansible.module_utils.basic")
    internal = importlib.import_module("ansible.module_utils._internal")
    for late in pkgutil.walk_packages(internal.__path__, f"{internal.__name__}."):
        importlib.import_module(late.name)
    importlib.import_module(module)


def _program(module: str) -> types.CodeType:
    """The code of a module that is to be run anew."""
    spec = importlib.util.find_spec(module)
    loader = spec and spec.loader
    code = loader.get_code(module) if isinstance(loader, InspectLoader) else None
    if code is None:
        raise LookupError(f"{module} has no code")
    return code


def _be_the_module(module: str, uid: int, asked: int, tell: int, others: tuple[int, int]) -> None:
    """Never returns."""
    code = 70
    try:
        for descriptor in others:
            os.close(descriptor)
        for descriptor, target in ((asked, 0), (tell, 1), (tell, 2)):
            os.dup2(descriptor, target)
        # Read while this is root: the clone may lie where no other user can look, such as below /root.
        program = _program(module)
        if uid:
            os.setgroups([])
            os.setgid(uid)
            os.setuid(uid)
        sys.stdin = os.fdopen(0, encoding="utf-8")
        sys.stdout = os.fdopen(1, "w", encoding="utf-8")
        sys.argv = [module]
        sys.modules["__main__"] = main = types.ModuleType("__main__")
        exec(program, main.__dict__)  # noqa: S102 - a module of ours
        code = 0
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else 1
    except BaseException:  # noqa: BLE001 - whatever it is, the one who asked shall see it
        traceback.print_exc()
    finally:
        sys.stdout.flush()
        os._exit(code)
