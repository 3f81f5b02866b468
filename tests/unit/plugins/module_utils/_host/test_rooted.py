# Copyright (c) 2026, the linuxnet.tcp authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Files under a root that is not the machine's own: links, and what is no file."""

from __future__ import annotations

import os
import socket
from pathlib import Path
from typing import Optional

import pytest

from ansible_collections.linuxnet.tcp.plugins.module_utils._host.rooted import exists, find, names_in, read
from ansible_collections.linuxnet.tcp.plugins.module_utils._model.boot_files import Trouble


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A host with a file, and links to it and elsewhere."""
    inside = tmp_path / "root"
    (inside / "etc").mkdir(parents=True)
    (inside / "usr" / "lib").mkdir(parents=True)
    (inside / "lib").symlink_to("usr/lib")
    (inside / "etc" / "file").write_bytes(b"inside")
    (tmp_path / "secret").write_bytes(b"outside")
    for name, target in {
        "relative": "file",
        "absolute": "/etc/file",
        "out": "../../../../../../../secret",
        "out-absolute": str(tmp_path / "secret"),
        "loop": "loop",
        "loop-a": "loop-b",
        "loop-b": "loop-a",
        "dangling": "nowhere/at/all",
        "null": "/dev/null",
        "null-relative": "../dev/null",
        "null-as-folder": "/dev/null/",
        "as-folder": "file/",
        "through": "file/../file",
        "here": ".",
        "through-lib": "/lib/../lib/vendor",
    }.items():
        (inside / "etc" / name).symlink_to(target)
    (inside / "usr" / "lib" / "vendor").write_bytes(b"vendor")
    return inside


@pytest.mark.parametrize(
    ("name", "real", "trouble", "content"),
    [
        ("file", "/etc/file", None, b"inside"),
        ("relative", "/etc/file", None, b"inside"),
        ("absolute", "/etc/file", None, b"inside"),
        ("out", "/secret", Trouble.ABSENT, b""),
        ("loop", "/etc/loop", Trouble.LOOP, b""),
        ("dangling", "/etc/nowhere/at/all", Trouble.ABSENT, b""),
        ("nothing", "/etc/nothing", Trouble.ABSENT, b""),
        ("null", "/dev/null", None, b""),
        ("null-relative", "/dev/null", None, b""),
        ("null-as-folder", "/dev/null", Trouble.SLASH_AFTER_FILE, b""),
        ("as-folder", "/etc/file", Trouble.SLASH_AFTER_FILE, b""),
        ("through", "/etc/file", Trouble.THROUGH_FILE, b""),
        ("file/below", "/etc/file/below", Trouble.THROUGH_FILE, b""),
        ("here", "/etc", Trouble.FOLDER, b""),
        ("through-lib", "/usr/lib/vendor", None, b"vendor"),
    ],
)
def test_links_lead_where_they_would_on_that_host(
    root: Path, name: str, real: str, trouble: Optional[Trouble], content: bytes
) -> None:
    """A link stays under the root, and the null device reads empty even where there are no devices."""
    found, got = read(str(root), b"/etc/" + name.encode(), 100)

    assert (found.real, found.trouble, got) == (real.encode(), trouble, content)


def test_nothing_outside_the_root_is_read(root: Path) -> None:
    """An absolute link to a file that exists outside finds nothing."""
    found, content = read(str(root), b"/etc/out-absolute", 100)

    assert (found.trouble, content) == (Trouble.ABSENT, b"")


def test_two_links_that_lead_to_each_other(root: Path) -> None:
    """It ends, with the reason."""
    assert find(str(root), b"/etc/loop-a").trouble is Trouble.LOOP


@pytest.mark.parametrize(
    ("make", "trouble"), [("pipe", Trouble.PIPE), ("socket", Trouble.SOCKET), ("folder", Trouble.FOLDER)]
)
def test_what_is_no_file_is_not_opened(tmp_path: Path, make: str, trouble: Trouble) -> None:
    """A pipe would hold us for ever: it is only named."""
    place = tmp_path / "x"
    if make == "pipe":
        os.mkfifo(str(place))
    elif make == "socket":
        with socket.socket(socket.AF_UNIX) as listener:
            home = Path.cwd()
            os.chdir(str(tmp_path))  # the path of a socket is short
            try:
                listener.bind("x")
            finally:
                os.chdir(str(home))
    else:
        place.mkdir()

    found, content = read(str(tmp_path), b"/x", 100)
    assert (found.trouble, content) == (trouble, b"")


def test_device_is_named() -> None:
    """/dev/zero never ends, /dev/null is empty."""
    assert read("/", b"/dev/zero", 100)[0].trouble is Trouble.DEVICE
    assert read("/", b"/dev/null", 100)[0].trouble is None


def test_only_the_beginning_of_a_long_file_is_read(tmp_path: Path) -> None:
    """No more than asked for, and that there is more is said; a file of exactly that length is whole."""
    (tmp_path / "x").write_bytes(b"0123456789")

    assert read(str(tmp_path), b"/x", 9)[0].trouble is Trouble.TOO_LONG
    assert read(str(tmp_path), b"/x", 9)[1] == b"012345678"
    assert read(str(tmp_path), b"/x", 10)[0].trouble is None


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_what_may_not_be_read_is_said(tmp_path: Path) -> None:
    """An ordinary user learns that a file was not read."""
    (tmp_path / "x").write_bytes(b"secret")
    (tmp_path / "x").chmod(0)

    assert read(str(tmp_path), b"/x", 9)[0].trouble is Trouble.UNREADABLE


def test_names_are_sorted_bytes(root: Path) -> None:
    """Names need not be text, and a file has none."""
    (root / "usr" / "lib" / os.fsdecode(b"\xff.conf")).write_bytes(b"")

    assert names_in(str(root), b"/lib")[1] == [b"vendor", b"\xff.conf"]
    assert names_in(str(root), b"/etc/file") == (
        find(str(root), b"/etc/file")._replace(trouble=Trouble.THROUGH_FILE),
        [],
    )
    assert names_in(str(root), b"/nowhere")[0].trouble is Trouble.ABSENT


def test_exists(root: Path) -> None:
    """A dangling link is nothing."""
    assert exists(str(root), b"/etc/absolute")
    assert exists(str(root), b"/etc")
    assert not exists(str(root), b"/etc/dangling")
