# Copyright (c) 2026, the linuxnet.tcp authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Modules out of a zip are compiled once, and otherwise are what they were."""

from __future__ import annotations

import json
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

from ansible_collections.linuxnet.tcp.plugins.module_utils._host import compile_once

#: Imports what it is told out of the zip, and prints which files were compiled and what came of it.
PROGRAM = """
import json, sys
compiled = []
sys.addaudithook(lambda event, args: compiled.append(str(args[1])) if event == "compile" else None)
archive, how = sys.argv[1:3]
sys.path.insert(0, archive)
import tree.host
if how == "once":
    from tree.host.compile_once import compile_once
    compile_once()
import tree.host.reader
import tree.model.noun
try:
    import tree.model.missing
except ModuleNotFoundError as error:
    missing = str(error)
import inspect
print(json.dumps({
    "compiled": [name[len(archive):] for name in compiled if name.startswith(archive)],
    "files": [module.__file__[len(archive):] for module in (tree.host, tree.host.reader, tree.model.noun)],
    "source": inspect.getsource(tree.model.noun.noun),
    "missing": missing,
}))
"""
SOURCES = {
    "tree/__init__.py": "",
    "tree/host/__init__.py": "",
    "tree/host/compile_once.py": Path(compile_once.__file__).read_text(encoding="utf-8"),
    "tree/host/reader.py": "VALUE = 1\n",
    "tree/model/__init__.py": "",
    "tree/model/noun.py": "def noun():\n    return 'noun'\n",
}


def imported(folder: Path, how: str) -> dict[str, Any]:
    """What the program prints when it imports everything `once`, or `plain`, as Python does by itself."""
    archive = folder / "modules.zip"
    with zipfile.ZipFile(archive, "w") as file:
        for name, text in SOURCES.items():
            file.writestr(name, text)
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, str(archive), how], stdout=subprocess.PIPE, check=True, text=True
    )
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def test_what_is_imported_after_it_is_compiled_once(tmp_path: Path) -> None:
    """Modules in a folder that was in use before and in one that came later are compiled one time each."""
    compiled = imported(tmp_path, "once")["compiled"]
    assert compiled.count("/tree/host/reader.py") == 1
    assert compiled.count("/tree/model/noun.py") == 1
    assert compiled.count("/tree/model/__init__.py") == 1


def test_a_module_is_otherwise_the_same(tmp_path: Path) -> None:
    """Names of files, sources for tracebacks and the error for a module that is missing are those without it."""
    with_it, without = imported(tmp_path, "once"), imported(tmp_path, "plain")
    assert {**with_it, "compiled": None} == {**without, "compiled": None}
    assert with_it["files"] == ["/tree/host/__init__.py", "/tree/host/reader.py", "/tree/model/noun.py"]


def test_python_by_itself_compiles_twice(tmp_path: Path) -> None:
    """The reason for it still stands: without it a module out of a zip is compiled two times. When this fails on a new
    Python and on no older one that is supported, compile_once can go.
    """
    assert imported(tmp_path, "plain")["compiled"].count("/tree/host/reader.py") == 2


def test_without_an_archive_nothing_is_touched() -> None:
    """Called out of a folder, as here, it leaves Python's import system alone."""
    compile_once.compile_once()
    ours = "_host.compile_once"
    assert not any(getattr(hook, "__module__", "").endswith(ours) for hook in sys.path_hooks)
    assert not any(type(importer).__module__.endswith(ours) for importer in sys.path_importer_cache.values())
