# Copyright (c) 2026, the linuxnet.tcp authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The law of imports: which layer may know which, and who may touch the host.

``LAW`` is the law. The rest reads the source of plugins/ against it, so a breach is a failed test that names file and
line; the cases at the end are breaches, and each must be caught.
"""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

PLUGINS = Path(__file__).resolve().parents[2] / "plugins"
HERE = "ansible_collections.linuxnet.tcp.plugins"
PACKER = "module_utils import each other relatively, so that they read as one package"


class Layer(NamedTuple):
    """What the files of a folder may import."""

    #: Layers of ours, as folders below plugins/.
    ours: frozenset[str]
    #: ansible-core, as dotted prefixes.
    ansible: frozenset[str] = frozenset()
    #: Whether the standard library is open to it as a whole: else it may not reach outside itself.
    touches_host: bool = False


MODEL, HOST, PLAN = "module_utils/_model", "module_utils/_host", "module_utils/_plan"
SURVEY = "module_utils/_survey"
CONTROLLER = Layer(frozenset({MODEL, PLAN, "plugin_utils"}), frozenset({"ansible"}), touches_host=True)

LAW = {
    MODEL: Layer(frozenset({MODEL})),
    HOST: Layer(frozenset({MODEL, HOST}), touches_host=True),
    PLAN: Layer(frozenset({MODEL, PLAN})),
    SURVEY: Layer(frozenset({MODEL, HOST, PLAN, SURVEY}), touches_host=True),
    "modules": Layer(
        frozenset({MODEL, HOST, PLAN, SURVEY}),
        frozenset({"ansible.module_utils.basic", "ansible.module_utils.common"}),
        touches_host=True,
    ),
    "doc_fragments": Layer(frozenset()),
    "plugin_utils": CONTROLLER,
    "action": CONTROLLER,
    "filter": CONTROLLER,
    "lookup": CONTROLLER,
}

#: Ways out of a process. Nouns and decisions get everything handed in, so they need none of them.
OUTSIDE_MODULES = frozenset(
    {
        "asyncio", "ctypes", "fcntl", "fileinput", "getpass", "glob", "http", "importlib", "io", "logging",
        "mmap", "multiprocessing", "os", "pathlib", "pickle", "platform", "posix", "pwd", "random", "resource",
        "secrets", "select", "selectors", "shelve", "shutil", "signal", "socket", "sqlite3", "ssl",
        "subprocess", "syslog", "tempfile", "threading", "time", "urllib",
    }
)
OUTSIDE_CALLS = frozenset({"__import__", "eval", "exec", "input", "open", "print"})


class Import(NamedTuple):
    """One imported module, relative ones made absolute."""

    module: str
    relative: bool
    line: int


def imports(tree: ast.Module, package: str) -> Iterator[Import]:
    """Every import in a file, wherever in the file it stands."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for name in node.names:
                yield Import(name.name, relative=False, line=node.lineno)
        elif isinstance(node, ast.ImportFrom):
            base = node.module or ""
            if node.level:
                above = package.split(".")[: len(package.split(".")) - node.level + 1]
                base = ".".join([*above, base]).rstrip(".")
            # `from .. import _model` names the module in the list and not before it.
            names = [f"{base}.{name.name}" for name in node.names]
            for module in names if base.startswith("ansible_collections") else [base]:
                yield Import(module, bool(node.level), node.lineno)


def layer_of(folder: str) -> str | None:
    """The layer that a folder below plugins/ belongs to."""
    return next((layer for layer in LAW if folder == layer or folder.startswith(f"{layer}/")), None)


def breaches(source: str, file: str) -> list[str]:
    """What ``source`` would break if it stood at ``plugins/<file>``; each as ``line: sentence``."""
    folder = file.rpartition("/")[0]
    layer = layer_of(folder)
    if layer is None:
        return [f"1: {folder}/ is no layer; put the file in one of {', '.join(LAW)}"]
    tree = ast.parse(source)
    package = f"{HERE}.{folder.replace('/', '.')}"
    found = []
    for one in imports(tree, package):
        why = import_breach(one, layer)
        if why:
            found.append(f"{one.line}: {why}")
    if not LAW[layer].touches_host:
        found += [
            f"{node.lineno}: calls {node.func.id}(), and {layer} touches nothing outside itself"
            for node in ast.walk(tree)
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in OUTSIDE_CALLS
        ]
    return found


def import_breach(one: Import, layer: str) -> str | None:
    """What is wrong with this import in this layer; None if it is lawful."""
    top = one.module.partition(".")[0]
    if one.module.startswith(f"{HERE}."):
        return breach_within(one, layer)
    if top in {"ansible", "ansible_collections"}:
        lawful = any(f"{one.module}.".startswith(f"{prefix}.") for prefix in LAW[layer].ansible)
        return None if lawful else f"{layer} may not import {one.module}"
    if top in sys.stdlib_module_names:
        lawful = LAW[layer].touches_host or top not in OUTSIDE_MODULES
        return None if lawful else f"{layer} touches nothing outside itself, so it may not import {one.module}"
    # Controller code has what ansible-core depends on, and Jinja2 in its turn; a managed host has only Python.
    lawful = LAW[layer] is CONTROLLER and top in {"jinja2", "markupsafe", "yaml"}
    return None if lawful else f"{one.module} is neither ours nor in the standard library"


def breach_within(one: Import, layer: str) -> str | None:
    """The same for an import of ours."""
    if layer_of(one.module.removeprefix(f"{HERE}.").replace(".", "/")) not in LAW[layer].ours:
        return f"{layer} may not import {one.module}"
    if layer.startswith("module_utils/") and not one.relative:
        return f"{one.module} by its full name: {PACKER}"
    return None


def sources() -> list[str]:
    """Every Python file of plugins/, below it."""
    return sorted(str(path.relative_to(PLUGINS)) for path in PLUGINS.rglob("*.py"))


@pytest.mark.parametrize("file", sources())
def test_every_file_keeps_the_law(file: str) -> None:
    """No file under plugins/ imports or calls what its layer may not."""
    assert breaches((PLUGINS / file).read_text(encoding="utf-8"), file) == []


def test_there_are_files_to_keep_it() -> None:
    """The law is held against real files of each layer on the managed host."""
    layers = {layer_of(file.rpartition("/")[0]) for file in sources()}

    assert {MODEL, HOST, PLAN, SURVEY, "modules"} <= layers


def test_no_package_markers() -> None:
    """Ansible needs no ``__init__.py``, and an empty one hides a missing file."""
    assert [file for file in sources() if file.endswith("__init__.py")] == []


BREACHES = [
    ("module_utils/_model/x.py", "from .._host import procfs"),
    ("module_utils/_model/x.py", "from .._host.procfs import read"),
    ("module_utils/_model/x.py", "from .._plan.counting import count"),
    ("module_utils/_model/x.py", "import os"),
    ("module_utils/_model/x.py", "import socket"),
    ("module_utils/_model/x.py", "import os.path"),
    ("module_utils/_model/rows/x.py", "from ..._host.procfs import read"),
    ("module_utils/_model/x.py", "def f():\n    return open('/proc/net/tcp')"),
    ("module_utils/_model/x.py", "from ansible.module_utils.basic import AnsibleModule"),
    ("module_utils/_model/x.py", f"from {HERE}.module_utils._model.states import State"),
    ("module_utils/_host/x.py", "from .._plan.counting import count"),
    ("module_utils/_host/x.py", "from .. import _plan"),
    ("module_utils/_host/x.py", "from .._survey.sockets import look_at_sockets"),
    ("module_utils/_host/x.py", "from ansible.module_utils.basic import AnsibleModule"),
    ("module_utils/_host/x.py", "import yaml"),
    ("module_utils/_plan/x.py", "from .._host.procfs import read"),
    ("module_utils/_plan/x.py", "def f():\n    from .._host.procfs import read"),
    ("module_utils/_plan/x.py", "from pathlib import Path"),
    ("module_utils/_plan/x.py", "import time"),
    ("module_utils/_plan/x.py", "print(1)"),
    ("module_utils/_plan/x.py", "from .._survey.sockets import look_at_sockets"),
    ("module_utils/_survey/x.py", "from ansible.module_utils.basic import AnsibleModule"),
    ("module_utils/x.py", "import re"),
    ("modules/x.py", f"from {HERE}.plugin_utils._state_table import state_table"),
    ("modules/x.py", "import requests"),
    ("modules/x.py", "from ansible.template import Templar"),
    ("plugin_utils/x.py", f"from {HERE}.module_utils._host.procfs import read"),
    ("plugin_utils/x.py", f"from {HERE}.module_utils._survey.audit import look_at_host"),
    ("filter/x.py", f"from {HERE}.module_utils import _host"),
    ("action/x.py", "import requests"),
    ("lookup/x.py", "from ansible_collections.community.general.plugins.module_utils import version"),
]


@pytest.mark.parametrize(("file", "source"), BREACHES)
def test_a_breach_is_caught(file: str, source: str) -> None:
    """Source that breaks the law is refused, and the refusal names the line."""
    found = breaches(source, file)

    assert len(found) == 1
    assert found[0].startswith(f"{source.count(chr(10)) + 1}: ")


LAWFUL = [
    ("module_utils/_model/x.py", "from .states import State\nfrom enum import IntEnum"),
    ("module_utils/_model/rows/x.py", "from ..states import State\nfrom .forms import number"),
    ("module_utils/_host/x.py", "import os\nfrom .._model.states import State\nopen('/proc/stat')"),
    ("module_utils/_plan/x.py", "from .._model import states\nfrom .counting import count"),
    ("module_utils/_survey/x.py", "import time\nfrom .._host import procfs\nfrom .._plan.counting import count"),
    ("modules/x.py", f"from {HERE}.module_utils._host import procfs\nfrom {HERE}.module_utils._plan import counting"),
    ("modules/x.py", "from ansible.module_utils.basic import AnsibleModule"),
    ("action/x.py", f"from {HERE}.plugin_utils import _state_table\nfrom ansible.plugins.action import ActionBase"),
    ("plugin_utils/x.py", f"import yaml\nfrom {HERE}.module_utils._model.states import State"),
]


@pytest.mark.parametrize(("file", "source"), LAWFUL)
def test_lawful_source_passes(file: str, source: str) -> None:
    """What the law allows is not refused."""
    assert breaches(source, file) == []
