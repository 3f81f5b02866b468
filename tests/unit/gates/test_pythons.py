# Copyright (c) 2026, the linuxnet.tcp authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A Python counts as present when it runs, is what its name says, and can make environments."""

from __future__ import annotations

from pathlib import Path

import pytest

from ansible_collections.linuxnet.tcp.tests.gates import pythons


def script(path: Path, body: str) -> Path:
    """An executable shell script at ``path``."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/sh\n{body}\n")
    path.chmod(0o755)
    return path


def test_an_interpreter_that_answers_is_usable(tmp_path: Path) -> None:
    """What prints the version of its name to our question is taken."""
    assert pythons.usable(script(tmp_path / "python", "echo 3.12"), "3.12")


@pytest.mark.parametrize("body", ["exit 127", "echo 3.11", "echo 3.12; exit 1", "echo"])
def test_a_shim_is_no_interpreter(tmp_path: Path, body: str) -> None:
    """A name on PATH that refuses to start, has no ensurepip or is another version is not taken."""
    assert not pythons.usable(script(tmp_path / "python", body), "3.12")


def test_what_is_no_program_is_no_interpreter(tmp_path: Path) -> None:
    """Neither a missing file nor a folder raises."""
    assert not pythons.usable(tmp_path / "none", "3.12")
    assert not pythons.usable(tmp_path, "3.12")


def test_pyenv_gives_the_newest_patch_level(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of 3.12.9 and 3.12.10 the latter is taken, though its name sorts first."""
    for patch in ("3.12.9", "3.12.10"):
        script(tmp_path / "versions" / patch / "bin" / "python3.12", "echo 3.12")
    monkeypatch.setenv("PYENV_ROOT", str(tmp_path))
    monkeypatch.setenv("PATH", "")
    pythons.find.cache_clear()

    found = pythons.find("3.12")
    pythons.find.cache_clear()

    assert found == tmp_path / "versions" / "3.12.10" / "bin" / "python3.12"


def test_a_missing_python_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    """The words for the summary name the version."""
    monkeypatch.setattr(pythons, "find", lambda version: None)

    with pytest.raises(pythons.Lacking, match=r"^no python3\.8 on PATH or in pyenv$"):
        pythons.need("3.8")
