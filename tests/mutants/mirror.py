# Copyright (c) 2026, the linuxnet.tcp authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which unit tests a changed file has to answer to: the one that mirrors it, and those that import it.

A file without either, such as one that another file alone imports, answers to the tests of the files that import it.
Tests of modules, roles and controller plugins are not asked, although they would find more: what decides shall be
tested where it is decided.
"""

from __future__ import annotations

import ast
import functools
from collections.abc import Iterator, Mapping
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
CODE = Path("plugins", "module_utils")
TESTS = Path("tests", "unit", CODE)
LAYERS = ("_model", "_plan")
PACKAGE = "ansible_collections.linuxnet.tcp."
ALSO = {
    # The rules of the host have a test of their own, for what few facts show; the others are in that of all rules.
    CODE / "_plan/diagnoses/host.py": [TESTS / "_plan/test_diagnosis.py"],
    # Tables: what is published of them has to be changed with them.
    CODE / "_model/rows": [Path("tests/unit/docs/pages/test_catalogue.py")],
}


def files() -> list[Path]:
    """The files that are changed, relative to the clone."""
    return [path for layer in LAYERS for path in _python(CODE / layer)]


def tests_of(file: Path) -> list[Path]:
    """The test files for `file`, the mirror first. Raises LookupError when there is none."""
    imports, importers = _imports_of_tests(), _importers()
    wave, seen = {file}, {file}
    while wave:
        mirrors = [test for path in sorted(wave) for test in _mirrors(path) if test in imports]
        direct = [test for test, names in sorted(imports.items()) if names & wave]
        # Far from the file a mirror is the better judge: it looks at what the file is there for.
        found = mirrors if mirrors and file not in wave else [*mirrors, *direct]
        if found:
            return list(dict.fromkeys([*found, *ALSO.get(file, ALSO.get(file.parent, ()))]))
        wave = {importer for path in wave for importer in importers.get(path, ())} - seen
        seen |= wave
    raise LookupError(f"no unit test below {TESTS} imports {file}, nor a file that imports it")


def untouched_by(file: Path) -> list[Path]:
    """The files of these layers that do not see `file`, neither directly nor through others."""
    wave, touched = {file}, {file}
    while wave:
        wave = {importer for path in wave for importer in _importers().get(path, ())} - touched
        touched |= wave
    return [path for path in files() if path not in touched]


def imported(file: Path) -> Iterator[Path]:
    """The files of the collection that `file` imports, relative to the clone."""
    for node in ast.walk(ast.parse((ROOT / file).read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom):
            base = _base(file, node)
            # `from ._model import states` names a file, `from ._model.states import State` what is in one.
            for candidate in [base.with_suffix(".py"), *(base / f"{alias.name}.py" for alias in node.names)]:
                if (ROOT / candidate).is_file():
                    yield candidate


def _base(file: Path, node: ast.ImportFrom) -> Path:
    """What `from BASE import` names, as a path without a suffix."""
    words = (node.module or "").removeprefix(PACKAGE).split(".")
    return file.parents[node.level - 1].joinpath(*words) if node.level else Path(*words)


@functools.cache
def _imports_of_tests() -> Mapping[Path, set[Path]]:
    """By test file, the files that it imports, by itself or through what tests share."""
    direct = {path: set(imported(path)) for layer in LAYERS for path in _python(TESTS / layer)}
    tests = {path: names for path, names in direct.items() if path.name.startswith("test_")}
    return {path: names.union(*(direct.get(name, ()) for name in names)) for path, names in tests.items()}


@functools.cache
def _importers() -> Mapping[Path, set[Path]]:
    """By file, those that import it."""
    found: dict[Path, set[Path]] = {}
    for importer in files():
        for path in imported(importer):
            found.setdefault(path, set()).add(importer)
    return found


def _mirrors(file: Path) -> list[Path]:
    """`test_catalogue.py` of `catalogue.py`, and `test_catalogue_measured.py`."""
    folder = "tests/unit" / file.parent
    more = sorted(path.relative_to(ROOT) for path in (ROOT / folder).glob(f"test_{file.stem}_*.py"))
    return [folder / f"test_{file.name}", *more]


def _python(folder: Path) -> list[Path]:
    return sorted(path.relative_to(ROOT) for path in (ROOT / folder).rglob("*.py"))
