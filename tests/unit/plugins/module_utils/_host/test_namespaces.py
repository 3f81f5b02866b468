# Copyright (c) 2026, the linuxnet.tcp authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Entering a network namespace: what is taken for one, and why it may be refused. tests/lab enters real ones."""

from __future__ import annotations

import builtins
import ctypes
import errno
import os
import re
from contextlib import nullcontext
from pathlib import Path
from types import SimpleNamespace
from typing import Any, Callable, List

import pytest

from ansible_collections.linuxnet.tcp.plugins.module_utils._host import namespaces
from ansible_collections.linuxnet.tcp.plugins.module_utils._model.errors import HostError, InputError, NamespaceError

OWN = "/proc/self/ns/net"


@pytest.mark.parametrize(
    ("wanted", "path"),
    [
        ("blue", "/run/netns/blue"),
        ("4711", "/proc/4711/ns/net"),
        ("/var/run/netns/blue", "/var/run/netns/blue"),
        ("./blue", "./blue"),
        ("4711/", "4711/"),
        ("\u0663", "/run/netns/\u0663"),
        ("cni-0b1f", "/run/netns/cni-0b1f"),
        ("...", "/run/netns/..."),
    ],
)
def test_names_paths_and_process_ids(wanted: str, path: str) -> None:
    """Digits are a process id, a slash makes a path, anything else is a name."""
    assert namespaces.path_of(wanted) == path


@pytest.mark.parametrize("wanted", ["", ".", "..", "a\0b", "/run/netns/\0"])
def test_what_can_be_no_namespace(wanted: str) -> None:
    """What can be neither is refused by its value, before the host is looked at."""
    with pytest.raises(InputError, match=r"^network_namespace is '.*': give the name of a namespace, its path or a "):
        namespaces.enter(wanted)


def test_ones_own_namespace_needs_no_privilege() -> None:
    """Any user is in the own namespace already, by path and by process id."""
    namespaces.enter(OWN)
    namespaces.enter(str(os.getpid()))


def refusal(wanted: str, names: str = "/run/netns") -> str:
    """The sentence with which it is refused."""
    with pytest.raises(NamespaceError) as caught:
        namespaces.enter(wanted, "/proc", names)
    text = str(caught.value)
    assert text.startswith("network_namespace is '")
    return text


def test_a_name_that_is_not_there(tmp_path: Path) -> None:
    """A name or path that is not there is refused, with where it was looked for and how to see the names."""
    text = refusal("blue", str(tmp_path))
    assert "'{0}/blue' does not exist".format(tmp_path) in text
    assert "ip netns list" in text
    assert "does not exist" in refusal("/nowhere/blue")


def test_a_process_that_is_gone() -> None:
    """The id of no process is refused as that."""
    # Above any pid_max.
    assert refusal("4194305") == "network_namespace is '4194305': there is no process with this id"


def test_a_number_too_long_for_a_path() -> None:
    """A value that is longer than any path is refused with the host's reason, shown in part."""
    text = refusal("1" * 5000)
    assert "File name too long" in text
    assert len(text) < 400


@pytest.mark.parametrize("kind", ["folder", "fifo", "link to a folder"])
def test_what_is_no_plain_file(tmp_path: Path, kind: str) -> None:
    """A folder, or a FIFO at which a reader would wait for ever, is no namespace."""
    path = tmp_path / "thing"
    if kind == "folder":
        path.mkdir()
    elif kind == "fifo":
        os.mkfifo(path)
    else:
        path.symlink_to(tmp_path)
    assert "this is not a network namespace" in refusal(str(path))


def test_a_plain_file_that_is_no_namespace(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A plain file that the kernel does not take for a namespace is refused as that."""
    (tmp_path / "file").write_text("x", encoding="ascii")
    answer(monkeypatch, errno.EINVAL)
    assert "this is not a network namespace" in refusal(str(tmp_path / "file"))


def answer(monkeypatch: pytest.MonkeyPatch, number: int) -> List[int]:
    """Have setns(2) answer with this errno, 0 for success; gives the kinds of namespace that were asked for."""
    kinds: List[int] = []

    def setns(_descriptor: int, kind: int) -> int:
        kinds.append(kind)
        ctypes.set_errno(number)
        return -1 if number else 0

    monkeypatch.setattr(ctypes, "CDLL", lambda *_arguments, **_options: SimpleNamespace(setns=setns))
    return kinds


def test_only_a_network_namespace_is_entered(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The kernel is asked to enter a network namespace and no other kind."""
    (tmp_path / "file").write_text("x", encoding="ascii")
    kinds = answer(monkeypatch, 0)
    namespaces.enter("file", "/proc", str(tmp_path))
    assert kinds == [0x40000000]


@pytest.mark.parametrize(
    ("number", "sentence"),
    [
        (errno.EPERM, "only root (CAP_SYS_ADMIN) may enter it; run the task with become"),
        (errno.ENOMEM, "the kernel refused to enter it: Cannot allocate memory"),
    ],
)
def test_the_kernel_refuses(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int, sentence: str) -> None:
    """A refusal of the kernel's comes with its reason and the way out."""
    (tmp_path / "file").write_text("x", encoding="ascii")
    answer(monkeypatch, number)
    assert refusal(str(tmp_path / "file")).endswith(sentence)


@pytest.mark.parametrize(("user", "way_out"), [(1000, "run the task with become"), (0, "CAP_SYS_PTRACE")])
def test_a_namespace_that_may_not_be_opened(monkeypatch: pytest.MonkeyPatch, user: int, way_out: str) -> None:
    """A process of another user does not show its namespace: the way out is root, or for root what this one lacks."""

    def refused(*_arguments: Any, **_options: Any) -> int:
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))

    monkeypatch.setattr(os, "open", refused)
    monkeypatch.setattr(os, "geteuid", lambda: user)
    text = refusal("1")
    assert "may not be opened by this user" in text
    assert way_out in text


def test_a_python_without_ctypes(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A stripped Python cannot enter a namespace, and says what is missing."""
    (tmp_path / "file").write_text("x", encoding="ascii")

    def without(name: str, *rest: Any, real: Callable[..., Any] = builtins.__import__) -> Any:
        if name == "ctypes":
            raise ImportError(name)
        return real(name, *rest)

    monkeypatch.setattr(builtins, "__import__", without)
    with pytest.raises(HostError, match=re.escape("Python has no ctypes")):
        namespaces.enter(str(tmp_path / "file"))


def test_a_namespace_is_found_by_its_identity(tmp_path: Path) -> None:
    """A namespace is found again by its name first, and else by a process in it."""
    names, proc = tmp_path / "names", tmp_path / "proc"
    names.mkdir()
    (proc / "70" / "ns").mkdir(parents=True)
    (proc / "self").mkdir()
    (proc / "71").mkdir()
    ours = proc / "70" / "ns" / "net"
    ours.write_text("", encoding="ascii")
    (names / "other").write_text("", encoding="ascii")
    wanted = namespaces.identity(str(ours))
    assert namespaces.find(wanted, str(proc), str(names)) == str(ours)
    os.link(ours, names / "blue")
    assert namespaces.find(wanted, str(proc), str(names)) == str(names / "blue")


def test_a_namespace_that_is_gone_is_not_found(tmp_path: Path) -> None:
    """Where neither a name nor a process is left, nothing is found, and folders that are not there are no error."""
    assert namespaces.find("0:0", str(tmp_path / "proc"), str(tmp_path / "names")) is None


@pytest.mark.parametrize("broken", [False, True])
def test_being_inside_for_a_while(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, broken: bool) -> None:
    """After the block this process is back where it was, also when the block has failed."""
    (tmp_path / "blue").write_text("", encoding="ascii")
    entered: List[int] = []
    monkeypatch.setattr(namespaces, "_setns", lambda handle: entered.append(os.fstat(handle).st_ino))
    ending = pytest.raises(ZeroDivisionError) if broken else nullcontext()
    with ending, namespaces.inside("blue", "/proc", str(tmp_path)):
        assert entered == [(tmp_path / "blue").stat().st_ino]
        if broken:
            raise ZeroDivisionError
    assert entered[1:] == [Path(OWN).stat().st_ino]


def test_inside_what_may_not_be_entered(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What cannot be entered is refused as by `enter`, and there is nothing to come back from."""
    moved: List[int] = []
    monkeypatch.setattr(namespaces, "_setns", moved.append)
    with pytest.raises(NamespaceError), namespaces.inside("nowhere", "/proc", str(tmp_path)):
        pytest.fail("it is not there")
    assert moved == []
