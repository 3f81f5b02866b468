# Copyright (c) 2026, the linuxnet.tcp authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Running values under /proc/sys."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any, List

import pytest

from ansible_collections.linuxnet.tcp.plugins.module_utils._host import sysctl_tree
from ansible_collections.linuxnet.tcp.plugins.module_utils._model.errors import HostError

NAME = "net/ipv4/tcp_fin_timeout"


@pytest.fixture
def proc(tmp_path: Path) -> Path:
    """A machine with one key."""
    path = tmp_path / "sys" / NAME
    path.parent.mkdir(parents=True)
    path.write_bytes(b"60\n")
    return tmp_path


def test_the_value_as_the_kernel_shows_it(proc: Path) -> None:
    """A value comes back byte for byte."""
    (proc / "sys" / NAME).write_bytes(b"4096\t131072\t6291456\n")
    assert sysctl_tree.read_value(str(proc), NAME) == b"4096\t131072\t6291456\n"
    assert sysctl_tree.read_numbers(str(proc), NAME) == (4096, 131072, 6291456)


def test_a_key_that_is_not_there(proc: Path) -> None:
    """A key that this kernel or namespace lacks has no value: None, and neither empty nor 0."""
    assert sysctl_tree.read_value(str(proc), "net/ipv4/tcp_tw_recycle") is None
    assert sysctl_tree.read_numbers(str(proc), "net/ipv4/tcp_tw_recycle") is None


@pytest.mark.parametrize("content", [b"cubic\n", b"1 two\n", b"9" * 5000, b"\xff\n"])
def test_what_is_no_number(proc: Path, content: bytes) -> None:
    """A value that is no number is refused by the key's name."""
    (proc / "sys" / NAME).write_bytes(content)
    with pytest.raises(HostError, match="^{0}/sys/{1} shows b'.*, not numbers$".format(proc, NAME)):
        sysctl_tree.read_numbers(str(proc), NAME)


def test_an_empty_value_is_no_numbers(proc: Path) -> None:
    """A key that shows nothing is there and holds no number."""
    (proc / "sys" / NAME).write_bytes(b"\n")
    assert sysctl_tree.read_numbers(str(proc), NAME) == ()


def test_a_value_is_written_in_one_piece(proc: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The kernel gets the value and a line end in one write: it takes each write for a whole value."""
    written: List[bytes] = []
    monkeypatch.setattr(os, "write", lambda _descriptor, content: written.append(content))
    sysctl_tree.write_value(str(proc), NAME, "1024 65535")
    assert written == [b"1024 65535\n"]


def test_a_value_that_was_written_is_read(proc: Path) -> None:
    """What was written stands in the file."""
    sysctl_tree.write_value(str(proc), NAME, "30")
    assert sysctl_tree.read_numbers(str(proc), NAME) == (30,)


def test_nothing_is_written_to_a_key_that_is_not_there(proc: Path) -> None:
    """A key that this namespace lacks is not made, as a plain file would be: the host's reason comes through."""
    with pytest.raises(FileNotFoundError):
        sysctl_tree.write_value(str(proc), "net/ipv4/tcp_tw_recycle", "1")
    assert not (proc / "sys" / "net/ipv4/tcp_tw_recycle").exists()


def test_whether_a_key_may_be_written(proc: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The kernel is asked with the rights that this process acts with; what is not there may not be written."""
    assert sysctl_tree.is_writable(str(proc), NAME)
    assert not sysctl_tree.is_writable(str(proc), "net/ipv4/tcp_tw_recycle")
    asked: List[Any] = []
    monkeypatch.setattr(os, "access", lambda path, mode, **options: asked.append((path, mode, options)))
    sysctl_tree.is_writable(str(proc), NAME)
    assert asked == [(str(proc / "sys" / NAME), os.W_OK, {"effective_ids": True})]


def test_a_key_that_nobody_can_write(proc: Path) -> None:
    """A key without a write bit is locked; one that only this user may not write, or that is not there, is not."""
    assert not sysctl_tree.is_locked(str(proc), NAME)
    (proc / "sys" / NAME).chmod(0o444)
    assert sysctl_tree.is_locked(str(proc), NAME)
    assert not sysctl_tree.is_locked(str(proc), "net/ipv4/none")


def test_a_mount_that_is_read_only_locks_all_keys(proc: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As /proc/sys is in most containers, whatever the mode of the key says."""

    class Mount:
        f_flag = os.ST_RDONLY | os.ST_NOSUID

    monkeypatch.setattr(os, "statvfs", lambda path: Mount)
    assert sysctl_tree.is_locked(str(proc), NAME)
