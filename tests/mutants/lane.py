# Copyright (c) 2026, the linuxnet.tcp authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Put every mutant of one file to its unit tests.

    python -m ansible_collections.linuxnet.tcp.tests.mutants.lane FILE ONE_IN

Prints a line of JSON for each mutant: what it is, and what became of it. Each is a fork of this process, which has
pytest and all else loaded, of the collection only what does not import the file; in the fork the loader gives the
changed source for it. So a mutant costs what its tests cost, and the tree stays as it is.
"""

from __future__ import annotations

import contextlib
import gc
import importlib
import json
import os
import resource
import sys
import time
from importlib.abc import SourceLoader
from importlib.machinery import SourceFileLoader
from pathlib import Path
from types import CodeType

import pytest

from .mirror import PACKAGE, ROOT, tests_of, untouched_by
from .mutations import Mutant, mutants

#: What is nobody's mutant must not take longer than this, in seconds of processor time; a mutant may take as much more.
LEAST_SECONDS, PATIENCE = 10, 5
#: A mutant may ask for the whole memory of the machine.
MEMORY = 2 << 30
#: No rewriting of asserts: it is for their messages, which nobody reads here, and forbids loading plugins beforehand.
QUIET = (
    "-x", "-q", "--no-header", "--tb=no", "--assert=plain", "-p", "no:xdist", "-o", "cache_dir=.cache/mutants/pytest",
)  # fmt: skip
#: Not loaded beforehand: what is under test, and the tests.
LEFT = ("ansible_collections", "tests", "conftest", "__main__")


class Broken(Exception):
    """The tests cannot tell anything: they fail, or never look at the file."""


def main() -> int:
    """Measure and print."""
    file, one_in = Path(sys.argv[1]), int(sys.argv[2])
    tests = [str(path) for path in tests_of(file)]
    source = (ROOT / file).read_text(encoding="utf-8")
    limit = _prepare(file, source, tests)
    for mutant, changed in mutants(source, one_in):
        _report(file, source, mutant, changed, put_to(file, changed, tests, limit))
    return 0


def _prepare(file: Path, source: str, tests: list[str]) -> int:
    """Load what the tests need but do not test; the seconds that a mutant may take. Raises Broken."""
    reading, writing = os.pipe()
    began = time.monotonic()
    status = _forked(file, source, tests, 0, writing)
    took = time.monotonic() - began
    os.close(writing)
    with os.fdopen(reading, encoding="utf-8") as pipe:
        said = pipe.read()
    if status or not said:
        raise Broken(f"{file}: without any change, its tests {' '.join(tests)} end with {status}")
    loaded, seen = json.loads(said)
    if not seen:
        raise Broken(f"{file}: its tests {' '.join(tests)} never load it")
    for name in [*loaded, *map(_module_of, untouched_by(file))]:
        with contextlib.suppress(ImportError):
            importlib.import_module(name)
    # What is here stays: a collection in a fork that looked at it would copy every page, a third of all time.
    gc.collect()
    gc.freeze()
    return max(LEAST_SECONDS, round(took * PATIENCE))


def _module_of(file: Path) -> str:
    return f"{PACKAGE}{file.with_suffix('')}".replace("/", ".")


def put_to(file: Path, changed: str, tests: list[str], limit: int) -> str:
    """What becomes of a mutant: `killed`, `endless` or `survived`. Raises Broken when pytest cannot say."""
    status = _forked(file, changed, tests, limit, None)
    if os.WIFSIGNALED(status):
        return "endless"
    code = os.waitstatus_to_exitcode(status)
    # 1: a test failed; 2: a test file could not be imported; 3: pytest itself stumbled over what it was given.
    if code in (1, 2, 3):
        return "killed"
    if code:
        raise Broken(f"{file}: pytest ends with {code}")
    return "survived"


def _forked(file: Path, source: str, tests: list[str], limit: int, report: int | None) -> int:
    """Run the tests in a fork in which `file` is `source`; its wait status. `limit` is in seconds of processor time."""
    child = os.fork()
    if child:
        return os.waitpid(child, 0)[1]
    code = 70
    try:
        code = _in_fork(file, source, tests, limit, report)
    finally:
        os._exit(code)


def _in_fork(file: Path, source: str, tests: list[str], limit: int, report: int | None) -> int:
    if limit:
        resource.setrlimit(resource.RLIMIT_CPU, (limit, limit))
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    nowhere = os.open(os.devnull, os.O_RDWR)
    for number in range(3):
        os.dup2(nowhere, number)
    before = set(sys.modules)
    seen = _serve(file, source)
    code = int(pytest.main([*QUIET, *tests]))
    if report is not None:
        loaded = [name for name in sys.modules if name not in before and name.split(".")[0] not in LEFT]
        os.write(report, json.dumps([loaded, bool(seen)]).encode())
    return code


def _serve(file: Path, source: str) -> list[str]:
    """From now on whoever imports `file` gets `source`; fills the list as that happens."""
    seen: list[str] = []
    wanted = (ROOT / file).resolve()
    original = SourceFileLoader.get_code

    def get_code(loader: SourceLoader, fullname: str) -> CodeType | None:
        path = Path(loader.get_filename(fullname))
        if path.name == wanted.name and path.resolve() == wanted:
            seen.append(fullname)
            code: CodeType = compile(source, str(path), "exec", dont_inherit=True)
            return code
        return original(loader, fullname)

    # typeshed gives the method to a class of a private module, and no public name of it fits.
    SourceFileLoader.get_code = get_code  # type: ignore[assignment]
    return seen


def _report(file: Path, source: str, mutant: Mutant, changed: str, outcome: str) -> None:
    before, after = (_line(text, mutant.line) for text in (source, changed))
    row = {
        "file": str(file), "line": mutant.line, "operator": mutant.operator.removeprefix("core/"),
        "occurrence": mutant.occurrence, "outcome": outcome, "before": before, "after": after,
    }  # fmt: skip
    print(json.dumps(row), flush=True)


def _line(text: str, number: int) -> str:
    lines = text.splitlines()
    return lines[number - 1].strip() if number <= len(lines) else ""


if __name__ == "__main__":
    sys.exit(main())
