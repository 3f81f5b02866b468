# Copyright (c) 2026, the linuxnet.tcp authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Files of root's among those of other users: which are read, how they are replaced, and what is refused.

The refusals that take a second user, and the deaths half-way, are in tests/lab.
"""

from __future__ import annotations

import os
import socket
import stat
from pathlib import Path
from typing import Any, Callable, List

import pytest

from ansible_collections.linuxnet.tcp.plugins.module_utils._host import safe_files
from ansible_collections.linuxnet.tcp.plugins.module_utils._host.safe_files import (
    clear_aside,
    read_in,
    remove_in,
    replace_in,
    trusted_folder,
)
from ansible_collections.linuxnet.tcp.plugins.module_utils._model.errors import InputError
from ansible_collections.linuxnet.tcp.plugins.module_utils._model.transactions import FileContent

NAME = "90-mine.conf"
OVERFLOW = 65534
PLAIN = FileContent(b"new\n", 0o640, -1, -1)
as_root = pytest.mark.skipif(os.geteuid() != 0, reason="needs root: to give a file to another user")


def names(folder: Path) -> List[str]:
    """What lies in a folder."""
    return sorted(path.name for path in folder.iterdir())


def read(folder: Path, largest: int = 100) -> Any:
    """The file as a run reads it."""
    with trusted_folder(str(folder), "path") as descriptor:
        return read_in(descriptor, NAME, str(folder / NAME), "path", largest)


def replace(folder: Path, content: FileContent = PLAIN, name: str = NAME) -> None:
    """Replace the file as a run does."""
    with trusted_folder(str(folder), "path") as descriptor:
        replace_in(descriptor, name, content)


def refusal(folder: Path) -> str:
    """Why it is not read."""
    with pytest.raises(InputError) as refused:
        read(folder)
    assert str(refused.value).isprintable()
    return str(refused.value)


# -- the way -----------------------------------------------------------------------------------------------------


def test_the_way_is_followed_through_dots_and_links_of_ours(tmp_path: Path) -> None:
    """Links, absolute and relative, lead where they lead; `.` and `..` mean what they mean."""
    (tmp_path / "real" / "below").mkdir(parents=True)
    (tmp_path / "relative").symlink_to("real")
    (tmp_path / "absolute").symlink_to(tmp_path / "relative")

    for way in ("real", "relative", "absolute", "./real//below/..", "absolute/below/../.", "real/below/../../relative"):
        with trusted_folder("{0}/{1}".format(tmp_path, way), "path") as descriptor:
            assert os.fstat(descriptor).st_ino == (tmp_path / "real").stat().st_ino
    with trusted_folder("/..", "path") as descriptor:
        assert os.fstat(descriptor).st_ino == Path("/").stat().st_ino


def test_every_descriptor_is_closed_again(tmp_path: Path) -> None:
    """Also where the way ends in a refusal."""
    before = names(Path("/proc/self/fd"))
    with trusted_folder(str(tmp_path), "path"):
        pass
    with pytest.raises(InputError), trusted_folder(str(tmp_path / "none"), "path"):
        pass

    assert names(Path("/proc/self/fd")) == before


@pytest.mark.parametrize(
    ("way", "sentence"),
    [
        ("etc/x", "path is 'etc/x': give an absolute path"),
        ("{0}/none/x", "the folder 'none' does not exist; create it first"),
        ("{0}/file/x", "'file' is no folder"),
        ("{0}/circle", "its links lead in a circle"),
        ("{0}/open", "other users may write in the folder 'open', and could swap the file; use one of root's"),
        ("{0}/open/below", "other users may write in the folder 'open', and could swap the file; use one of root's"),
    ],
)
def test_a_way_that_is_not_safe_is_refused(tmp_path: Path, way: str, sentence: str) -> None:
    """One sentence with the parameter, what is wrong, and the way out."""
    (tmp_path / "file").write_bytes(b"")
    (tmp_path / "circle").symlink_to("circle")
    (tmp_path / "open" / "below").mkdir(parents=True)
    (tmp_path / "open").chmod(0o777)

    with pytest.raises(InputError) as refused, trusted_folder(way.format(tmp_path), "path"):
        pass
    assert str(refused.value).endswith(sentence)


def test_a_sticky_folder_that_all_may_write_in_will_do(tmp_path: Path) -> None:
    """There others can add entries, and cannot move ours; what they add is refused or replaced."""
    (tmp_path / "sticky").mkdir()
    (tmp_path / "sticky").chmod(0o1777)

    with trusted_folder(str(tmp_path / "sticky"), "path") as descriptor:
        assert stat.S_ISDIR(os.fstat(descriptor).st_mode)


# -- whom we trust ---------------------------------------------------------------------------------------------


@pytest.fixture(params=[True, False], ids=["inside", "outside"], name="inside")
def in_a_user_namespace(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> bool:
    """Whether some ids of the host have no name here."""
    monkeypatch.setattr(safe_files, "_overflow_uid", lambda: OVERFLOW)
    monkeypatch.setattr(safe_files, "_in_user_namespace", lambda: request.param)
    return bool(request.param)


def test_root_and_oneself_are_trusted_everywhere(inside: bool) -> None:
    """These two could write the file anyway."""
    assert safe_files.trusted_owner(0)
    assert safe_files.trusted_owner(os.geteuid())


def test_an_owner_without_a_name_is_root_only_in_a_user_namespace(inside: bool) -> None:
    """Outside, the overflow id is the user nobody, who could have planted the file."""
    assert safe_files.trusted_owner(OVERFLOW) is inside


def test_whoever_has_a_name_is_refused_everywhere(inside: bool) -> None:
    """A user of the namespace is as foreign in it as on a host."""
    stranger = max(os.geteuid(), 1) + 1
    assert not safe_files.trusted_owner(stranger)


@as_root
def test_what_another_user_could_have_planted_is_refused(tmp_path: Path) -> None:
    """A link, a folder or a file of another user, wherever it stands on the way."""
    (tmp_path / "theirs").mkdir()
    (tmp_path / "link").symlink_to(tmp_path)
    os.chown(str(tmp_path / "theirs"), 4242, 0)
    os.lchown(str(tmp_path / "link"), 4242, 0)
    with pytest.raises(InputError, match=r"other users may write in the folder 'theirs'"):
        read(tmp_path / "theirs")
    with pytest.raises(InputError, match=r"'link' on the way is a link that belongs to user 4242"):
        read(tmp_path / "link")
    (tmp_path / NAME).write_bytes(b"")
    os.chown(str(tmp_path / NAME), 4242, 0)
    assert refusal(tmp_path).endswith("the file belongs to user 4242, not to root; remove it or give another path")


# -- reading -----------------------------------------------------------------------------------------------------


def test_a_file_is_read_with_what_a_replacement_must_keep(tmp_path: Path) -> None:
    """Bytes, mode and owner; None where there is none."""
    assert read(tmp_path) is None
    (tmp_path / NAME).write_bytes(b"\xff\x00\r\n")
    (tmp_path / NAME).chmod(0o604)
    found = read(tmp_path)

    assert (found.data, found.mode) == (b"\xff\x00\r\n", 0o604)
    assert (found.uid, found.gid) == ((tmp_path / NAME).stat().st_uid, (tmp_path / NAME).stat().st_gid)


def plant_link(path: Path) -> None:
    """A link to a file."""
    path.symlink_to("/etc/passwd")


def plant_pipe(path: Path) -> None:
    """A pipe, at which a reader would wait."""
    os.mkfifo(str(path))


def plant_socket(path: Path) -> None:
    """A socket."""
    with socket.socket(socket.AF_UNIX) as door:
        door.bind(str(path))


def plant_too_much(path: Path) -> None:
    """One byte more than is read."""
    path.write_bytes(b"x" * 101)


@pytest.mark.parametrize(
    ("plant", "sentence"),
    [
        (plant_link, "this is a link; give the path of the file itself"),
        (plant_pipe, "this is no plain file; give the path of a file"),
        (plant_socket, "this is no plain file; give the path of a file"),
        (Path.mkdir, "this is a folder; give the path of a file"),
        (plant_too_much, "the file has more than 100 bytes, too many for a file of settings"),
    ],
)
def test_what_is_no_plain_file_of_a_sane_size_is_refused(
    tmp_path: Path, plant: Callable[[Path], Any], sentence: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And nothing waits at a pipe."""
    monkeypatch.chdir(tmp_path)
    plant(Path(NAME))

    assert refusal(tmp_path).endswith(sentence)


# -- replacing ---------------------------------------------------------------------------------------------------


def test_a_file_is_replaced_whole_with_its_mode(tmp_path: Path) -> None:
    """A reader that has the old file open keeps it; beside the new one nothing is left."""
    (tmp_path / NAME).write_bytes(b"old")
    with (tmp_path / NAME).open("rb") as reader:
        replace(tmp_path)
        assert reader.read() == b"old"

    assert (tmp_path / NAME).read_bytes() == b"new\n"
    assert stat.S_IMODE((tmp_path / NAME).stat().st_mode) == 0o640
    assert names(tmp_path) == [NAME]


def test_the_mode_does_not_hang_on_the_umask(tmp_path: Path) -> None:
    """What boot has to read is readable, whoever runs the task."""
    before = os.umask(0o077)
    try:
        replace(tmp_path, PLAIN._replace(mode=0o644))
    finally:
        os.umask(before)

    assert stat.S_IMODE((tmp_path / NAME).stat().st_mode) == 0o644


@as_root
def test_the_owner_is_kept(tmp_path: Path) -> None:
    """A file that an administrator has given to another user stays that user's."""
    replace(tmp_path, PLAIN._replace(uid=0, gid=7))

    assert ((tmp_path / NAME).stat().st_uid, (tmp_path / NAME).stat().st_gid) == (0, 7)


def test_the_name_on_the_side_is_read_by_no_loader_and_fits(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It begins with a dot and does not end in .conf, also for the longest name that there is."""
    seen: List[str] = []
    rename = os.rename

    def renamed(old: str, new: str, **folders: int) -> None:
        seen.append(old)
        rename(old, new, **folders)

    monkeypatch.setattr(os, "rename", renamed)
    replace(tmp_path, name="9" * 250 + ".conf")

    (name,) = seen
    assert name.startswith(".linuxnet-tcp.9")
    assert not name.endswith(".conf")
    assert len(name) < 100


@pytest.mark.parametrize("step", ["write", "fchmod", "fsync", "rename"])
def test_what_fails_leaves_the_old_file_and_nothing_else(
    tmp_path: Path, step: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whichever step it is that the file system refuses."""
    (tmp_path / NAME).write_bytes(b"old")

    def refuse(*_args: Any, **_kwargs: Any) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, step, refuse)
    with pytest.raises(OSError, match="No space left"):
        replace(tmp_path)

    assert names(tmp_path) == [NAME]
    assert (tmp_path / NAME).read_bytes() == b"old"


def test_what_a_dead_run_left_on_the_side_is_replaced_or_cleared(tmp_path: Path) -> None:
    """A leftover, or a link that somebody has planted in its place, is not written through."""
    target = tmp_path / "target"
    target.write_bytes(b"theirs")
    side = tmp_path / ".linuxnet-tcp.{0}.tmp".format(NAME)
    side.symlink_to(target)
    replace(tmp_path)
    assert (target.read_bytes(), (tmp_path / NAME).read_bytes()) == (b"theirs", b"new\n")
    side.write_bytes(b"half")
    with trusted_folder(str(tmp_path), "path") as descriptor:
        clear_aside(descriptor, NAME)
        clear_aside(descriptor, NAME)

    assert names(tmp_path) == [NAME, "target"]


def test_a_file_is_removed_and_gone_is_as_good(tmp_path: Path) -> None:
    """Twice is no error."""
    (tmp_path / NAME).write_bytes(b"")
    with trusted_folder(str(tmp_path), "path") as descriptor:
        remove_in(descriptor, NAME)
        remove_in(descriptor, NAME)

    assert names(tmp_path) == []
