# Copyright (c) 2026, the linuxnet.tcp authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Running values under /proc/sys."""

from __future__ import annotations

from pathlib import Path

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
