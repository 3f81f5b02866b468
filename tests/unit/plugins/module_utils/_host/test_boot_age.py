# Copyright (c) 2026, the linuxnet.tcp authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which files are as they were when the host booted."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest

from ansible_collections.linuxnet.tcp.plugins.module_utils._host.boot_age import boot_time, unchanged_since_boot

FILE = b"/etc/sysctl.d/90.conf"


def host(root: Path, stat: str) -> None:
    """A host with one file, and /proc/stat."""
    (root / "proc").mkdir()
    (root / "proc" / "stat").write_text(stat, encoding="utf-8")
    (root / "etc" / "sysctl.d").mkdir(parents=True)
    (root / "etc" / "sysctl.d" / "90.conf").write_text("", encoding="utf-8")


def unchanged(root: Path) -> bool:
    """Whether the file counts as older than the boot; one that is not there never does."""
    found = unchanged_since_boot(str(root), str(root / "proc"), [FILE, b"/etc/none.conf"])
    assert found in (frozenset(), frozenset([FILE]))
    return FILE in found


@pytest.mark.parametrize(("seconds", "older"), [(3600, True), (-3600, False)])
def test_a_file_is_older_or_younger_than_the_boot(tmp_path: Path, seconds: int, older: bool) -> None:
    """What counts is the time of the inode, whatever the file pretends."""
    host(tmp_path, "cpu 1 2\nbtime {0}\nprocesses 5\n".format(int(time.time()) + seconds))
    os.utime(str(tmp_path / "etc" / "sysctl.d" / "90.conf"), (1, 1))

    assert unchanged(tmp_path) is older


@pytest.mark.parametrize("stat", ["", "cpu 1\n", "btime\n", "btime soon\n", "btime 1 2\n", "btime " + "9" * 30 + "\n"])
def test_a_host_that_does_not_tell_when_it_booted(tmp_path: Path, stat: str) -> None:
    """Where the boot is not known, no file is known to be older."""
    host(tmp_path, stat)

    assert boot_time(str(tmp_path / "proc")) is None
    assert not unchanged(tmp_path)


def test_a_host_without_the_file(tmp_path: Path) -> None:
    """Not even /proc/stat need be there, or be a file."""
    assert boot_time(str(tmp_path)) is None
    (tmp_path / "stat").mkdir()
    assert boot_time(str(tmp_path)) is None
