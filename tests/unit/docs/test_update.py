# Copyright (c) 2026, the linuxnet.tcp authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""docs/update.py: what the documentation repeats of the code is the code's."""

from __future__ import annotations

import importlib.util
import shutil
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest

DOCS = Path(__file__).parents[3] / "docs"
SCRIPT = DOCS / "update.py"
SOURCE = '''
import contextlib


@contextlib.contextmanager
def listen(port):
    """LISTEN: waits."""
    yield port


def other():
    pass
'''
PAGE = """Before.

.. snippet: listen

.. code-block:: python

    an old text

.. end of snippet

Between.

.. snippet: other
.. end of snippet
"""


@pytest.fixture(name="update", scope="module")
def load_update() -> ModuleType:
    """The script as a module."""
    spec = importlib.util.spec_from_file_location("docs_update", SCRIPT)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(name="copy")
def copy_docs(tmp_path: Path) -> Path:
    """A copy of what the script writes to."""
    shutil.copytree(DOCS / "docsite", tmp_path / "docsite")
    return tmp_path


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    """Run the script as its users do."""
    return subprocess.run([sys.executable, str(SCRIPT), *arguments], capture_output=True, text=True, check=False)


def test_the_documentation_is_up_to_date() -> None:
    """The picture is what the code draws, and the snippets are the functions that the lab's tests run."""
    done = run("--check")

    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize(
    ("name", "old", "new"),
    [("guide_states.rst", "yield", "return"), ("images/tcp-states.svg", "for 60 s", "for 30 s")],
)
def test_what_was_changed_by_hand_is_found_and_put_right(copy: Path, name: str, old: str, new: str) -> None:
    """--check fails and names the file, and writes nothing; without --check the file is as before."""
    file = copy / "docsite" / "rst" / name
    right = file.read_text(encoding="utf-8")
    wrong = right.replace(old, new)
    assert wrong != right
    file.write_text(wrong, encoding="utf-8")

    checked = run("--check", "--docs", str(copy))

    assert checked.returncode == 1
    assert str(file) in checked.stderr
    assert file.read_text(encoding="utf-8") == wrong

    assert run("--docs", str(copy)).returncode == 0
    assert file.read_text(encoding="utf-8") == right


def test_a_snippet_of_a_function_that_is_gone_is_an_error(copy: Path) -> None:
    """The page names a maker that does not exist: one sentence with its name, no traceback."""
    guide = copy / "docsite" / "rst" / "guide_states.rst"
    page = guide.read_text(encoding="utf-8").replace("snippet: listen\n", "snippet: lissen\n")
    guide.write_text(page, encoding="utf-8")

    done = run("--docs", str(copy))

    assert done.returncode == 1
    assert "lissen()" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_function_is_taken_with_its_decorators_and_nothing_else(update: ModuleType) -> None:
    """The text of each function, exactly as it stands in the file."""
    found = update.functions(SOURCE)

    assert found["other"] == "def other():\n    pass"
    assert found["listen"].splitlines()[0] == "@contextlib.contextmanager"
    assert found["listen"].splitlines()[-1] == "    yield port"


def test_snippets_are_replaced_and_the_rest_is_kept(update: ModuleType) -> None:
    """An old snippet and an empty one get the code, indented; a second run changes nothing."""
    page = update.with_snippets(PAGE, update.functions(SOURCE))

    assert "an old text" not in page
    assert "    @contextlib.contextmanager\n    def listen(port):\n" in page
    assert ".. snippet: other\n\n.. code-block:: python\n\n    def other():\n        pass\n\n.. end of" in page
    assert page.startswith("Before.\n")
    assert "\nBetween.\n" in page
    assert update.with_snippets(page, update.functions(SOURCE)) == page
