# Copyright (c) 2026, the linuxnet.tcp authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The file for node_exporter: whole or not at all, readable, and through no link that somebody could plant."""

from __future__ import annotations

import fcntl
import functools
import os
import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from ansible_collections.linuxnet.tcp.plugins.module_utils._host import metrics_file
from ansible_collections.linuxnet.tcp.plugins.module_utils._host.metrics_file import replace_metrics
from ansible_collections.linuxnet.tcp.plugins.module_utils._model.errors import InputError


def replace(folder: Path, data: bytes = b"x 1\n", check_only: bool = False) -> bool:
    """Replace the file in this folder."""
    return replace_metrics(str(folder), "x.prom", data, check_only)


def test_it_is_made_and_kept(tmp_path: Path) -> None:
    """It is made once, is readable by everyone whatever the umask, and the same content changes nothing."""
    before = os.umask(0o077)
    assert replace(tmp_path)
    os.umask(before)
    info = (tmp_path / "x.prom").stat()
    assert stat.S_IMODE(info.st_mode) == 0o644
    assert not replace(tmp_path)
    again = (tmp_path / "x.prom").stat()
    assert (again.st_ino, again.st_mtime_ns, again.st_ctime_ns) == (info.st_ino, info.st_mtime_ns, info.st_ctime_ns)
    assert [path.name for path in tmp_path.iterdir()] == ["x.prom"]


def test_many_at_once(tmp_path: Path) -> None:
    """Audits by several controllers at one moment leave the file of one of them, whole, and nothing beside it."""
    contents = [b"x %d\n" % number * 5000 for number in range(8)]
    with ThreadPoolExecutor(len(contents)) as pool:
        for _turn in range(10):
            list(pool.map(functools.partial(replace, tmp_path), contents))
            assert (tmp_path / "x.prom").read_bytes() in contents
            assert [path.name for path in tmp_path.iterdir()] == ["x.prom"]


def test_who_holds_the_folder_for_ever_stops_nobody_for_ever(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One sentence, and nothing written; when it is free again, it goes on."""
    monkeypatch.setattr(metrics_file, "PATIENCE", 0.1)
    descriptor = os.open(tmp_path, os.O_RDONLY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        with pytest.raises(InputError, match="somebody else has it locked"):
            replace(tmp_path)
        assert list(tmp_path.iterdir()) == []
    finally:
        os.close(descriptor)
    assert replace(tmp_path)


def test_other_content_or_mode(tmp_path: Path) -> None:
    """It is replaced where its content or its mode is another."""
    replace(tmp_path)
    assert replace(tmp_path, b"x 2\n")
    assert (tmp_path / "x.prom").read_bytes() == b"x 2\n"
    (tmp_path / "x.prom").chmod(0o600)
    assert replace(tmp_path, b"x 2\n")


def test_check_mode(tmp_path: Path) -> None:
    """Asked what would be, it says so and writes nothing."""
    assert replace(tmp_path, check_only=True)
    assert list(tmp_path.iterdir()) == []


def test_a_link_is_replaced(tmp_path: Path) -> None:
    """A link in its place is not followed: what it leads to stays."""
    victim = tmp_path / "victim"
    victim.write_text("mine")
    folder = tmp_path / "folder"
    folder.mkdir()
    (folder / "x.prom").symlink_to(victim)

    assert replace(folder)
    assert victim.read_text() == "mine"
    assert not (folder / "x.prom").is_symlink()


def test_the_name_on_the_side_is_not_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is half-written has no name that node_exporter looks at, and is not left behind when writing fails."""
    seen = []

    def rename(source: str, target: str, **_where: int) -> None:
        seen.append(source)
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr(os, "rename", rename)
    with pytest.raises(InputError, match=r"x\.prom cannot be written: Operation not permitted"):
        replace(tmp_path)
    assert seen
    assert not seen[0].endswith(".prom")
    assert list(tmp_path.iterdir()) == []


def test_no_folder(tmp_path: Path) -> None:
    """A folder that is not there is named, with the way out."""
    with pytest.raises(InputError, match=r"dir is .*nowhere.*: No such file or directory; give a folder that exists"):
        replace(tmp_path / "nowhere")
