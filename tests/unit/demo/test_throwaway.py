# Copyright (c) 2026, the linuxnet.tcp authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Where a throw-away host cannot be made, the demo has a sentence for it, and nothing has happened yet."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from ansible_collections.linuxnet.tcp.tests.demo import throwaway


def forbid(monkeypatch: pytest.MonkeyPatch, number: int) -> list[str]:
    """Let the kernel refuse; the calls that were made all the same."""
    calls = []

    def refuse(name: str, *_arguments: object, about: str = "") -> None:
        calls.append(name)
        raise OSError(number, os.strerror(number), about or f"{name}()")

    monkeypatch.setattr(throwaway, "call", refuse)
    return calls


def test_user_namespaces_are_forbidden(monkeypatch: pytest.MonkeyPatch) -> None:
    """What the kernel says is told, and no further step is tried."""
    monkeypatch.setattr(throwaway, "NEEDED", ())
    calls = forbid(monkeypatch, 1)
    with pytest.raises(throwaway.CannotRun, match=r"^unshare\(\): Operation not permitted$"):
        throwaway.enter(Path("/nowhere"))
    assert calls == ["unshare"]


def test_a_clone_in_a_folder_that_is_emptied(monkeypatch: pytest.MonkeyPatch) -> None:
    """The demo would hide itself: it says so before it enters anything."""
    monkeypatch.setattr(throwaway, "NEEDED", ())
    calls = forbid(monkeypatch, 1)
    with pytest.raises(throwaway.CannotRun, match="/var/lib/builds/tcp lies in /var/lib, which the demo empties"):
        throwaway.enter(Path("/var/lib/builds/tcp"))
    assert not calls


def test_a_machine_without_the_folder_of_settings(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """The folder above it is laid over by one in which everything is there as before, and the new folder too."""
    above, spare = tmp_path / "etc", tmp_path / "emptied"
    for place in (above, spare):
        place.mkdir()
    monkeypatch.setattr(throwaway, "FOLDERS", (str(above / "sysctl.d"), str(spare)))
    mounted = []

    def mount(source: str, target: str, *_how: object) -> None:
        mounted.append((Path(source), Path(target)))
        if Path(source) == above:
            Path(target, "ssl").mkdir()
            Path(target, "passwd").touch()
            Path(target, "mtab").symlink_to("/proc/mounts")

    monkeypatch.setattr(throwaway, "mount", mount)
    throwaway.see_to(above / "sysctl.d")

    old, new = spare / "old", spare / "new"
    assert mounted[:2] == [(Path("demo"), spare), (above, old)]
    assert sorted(mounted[2:-1]) == [(old / "passwd", new / "passwd"), (old / "ssl", new / "ssl")]
    assert mounted[-1] == (new, above)
    assert ((new / "mtab").readlink(), (new / "sysctl.d").is_dir()) == (Path("/proc/mounts"), True)
    assert not list(above.iterdir())


def test_a_machine_that_has_the_folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """There is nothing to see to."""
    calls = forbid(monkeypatch, 1)
    throwaway.see_to(tmp_path)
    assert not calls


def test_a_machine_with_none_of_the_folders(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Where there is no place to work in, the sentence says what is missing."""
    monkeypatch.setattr(throwaway, "FOLDERS", (str(tmp_path / "sysctl.d"),))
    with pytest.raises(throwaway.CannotRun, match=r"there is no folder .*/sysctl\.d here"):
        throwaway.see_to(tmp_path / "sysctl.d")
