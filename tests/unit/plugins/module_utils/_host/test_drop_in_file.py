# Copyright (c) 2026, the linuxnet.tcp authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Our drop-in as it lies on the host, and the name by which the loaders know it."""

from __future__ import annotations

from pathlib import Path

import pytest

from ansible_collections.linuxnet.tcp.plugins.module_utils._host.drop_in_file import read_drop_in, seen_from
from ansible_collections.linuxnet.tcp.plugins.module_utils._model.errors import InputError


def test_a_file_or_none(tmp_path: Path) -> None:
    """What is not there yet is None, and no error."""
    path = tmp_path / "90.conf"
    assert read_drop_in(str(path)) is None
    path.write_bytes(b"a = 1\n")
    found = read_drop_in(str(path))

    assert found is not None
    assert found.data == b"a = 1\n"


@pytest.mark.parametrize("path", ["90.conf", "/etc/sysctl.d/", "/", "", "/etc/9\n0.conf", "/etc/\x1b[2J/9.conf"])
def test_a_path_that_is_none(path: str) -> None:
    """Relative, of a folder, or with what a terminal would act on."""
    with pytest.raises(InputError, match=r"^path is .*: give the absolute path of a file, such as /etc/sysctl\.d/"):
        read_drop_in(path)


def test_a_folder_that_is_not_there(tmp_path: Path) -> None:
    """The folder is not made: a slip in a path is more likely than a wish."""
    with pytest.raises(InputError, match=r"the folder 'none' does not exist; create it first$"):
        read_drop_in(str(tmp_path / "none" / "90.conf"))


def test_the_loaders_name_of_it(tmp_path: Path) -> None:
    """Links on the way are followed and the root is cut off; the file itself need not exist."""
    (tmp_path / "usr" / "sysctl").mkdir(parents=True)
    (tmp_path / "etc").mkdir()
    (tmp_path / "etc" / "sysctl.d").symlink_to("../usr/sysctl")

    assert seen_from(str(tmp_path), str(tmp_path / "etc" / "sysctl.d" / "90.conf")) == b"/usr/sysctl/90.conf"
    assert seen_from(str(tmp_path) + "/", str(tmp_path / "90.conf")) == b"/90.conf"
    assert seen_from("/", str(tmp_path / "etc" / "90.conf")) == str(tmp_path.resolve() / "etc" / "90.conf").encode()
    assert seen_from(str(tmp_path / "etc"), str(tmp_path / "90.conf")) == str(tmp_path.resolve() / "90.conf").encode()
