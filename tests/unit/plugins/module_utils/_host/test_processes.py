# Copyright (c) 2026, the linuxnet.tcp authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which process holds which socket."""

from __future__ import annotations

import os
import socket
from pathlib import Path
from typing import Callable, List

import pytest

from ansible_collections.linuxnet.tcp.plugins.module_utils._host.processes import find_owners
from ansible_collections.linuxnet.tcp.plugins.module_utils._model.readings import Holder
from ansible_collections.linuxnet.tcp.plugins.module_utils._model.states import State

SOCKETS = {501: State.ESTABLISHED, 502: State.ESTABLISHED, 503: State.CLOSE_WAIT, 504: State.LISTEN}
AddProcess = Callable[[str, List[str]], Path]


@pytest.fixture
def add(tmp_path: Path) -> AddProcess:
    """Give the machine under tmp_path a process with these descriptors."""

    def process(pid: str, targets: List[str], command: bytes = b"worker\n") -> Path:
        folder = tmp_path / pid
        (folder / "fd").mkdir(parents=True)
        (folder / "comm").write_bytes(command)
        for number, target in enumerate(targets):
            (folder / "fd" / str(number)).symlink_to(target)
        return folder

    return process


def test_sockets_are_found_among_descriptors(tmp_path: Path, add: AddProcess) -> None:
    """Of all descriptors those are counted that are sockets in question, by state."""
    add("1", [])
    others = ["socket:[9]", "/dev/null", "pipe:[503]", "anon_inode:[x]"]
    add("70", ["socket:[501]", "socket:[502]", "socket:[504]", *others])
    owners = find_owners(str(tmp_path), SOCKETS, 0)
    assert owners.holders == [Holder(70, "worker", {State.ESTABLISHED: 2, State.LISTEN: 1})]
    assert (owners.unattributed, owners.unseen, owners.hidden) == (1, 0, False)


def test_a_socket_with_two_descriptors_counts_once_for_a_process(tmp_path: Path, add: AddProcess) -> None:
    """A process that has duplicated a descriptor holds the socket once."""
    add("70", ["socket:[503]", "socket:[503]"])
    assert find_owners(str(tmp_path), SOCKETS, 0).holders == [Holder(70, "worker", {State.CLOSE_WAIT: 1})]


def test_a_shared_socket_counts_for_each_process(tmp_path: Path, add: AddProcess) -> None:
    """A listener that workers have inherited is held by each of them, and attributed once."""
    add("70", ["socket:[504]"])
    add("71", ["socket:[504]"])
    owners = find_owners(str(tmp_path), {504: State.LISTEN}, 0)
    assert sorted(holder.pid for holder in owners.holders) == [70, 71]
    assert owners.unattributed == 0


def test_sockets_of_no_process_are_added(tmp_path: Path, add: AddProcess) -> None:
    """What is known to have no process is unattributed, besides those that were not found."""
    add("70", ["socket:[501]"])
    assert find_owners(str(tmp_path), SOCKETS, 5).unattributed == 3 + 5


def test_processes_without_these_sockets_are_no_holders(tmp_path: Path, add: AddProcess) -> None:
    """A process that holds none of them has no row."""
    add("70", ["/dev/null"])
    assert find_owners(str(tmp_path), SOCKETS, 0).holders == []


def test_what_is_no_process_is_passed_over(tmp_path: Path, add: AddProcess) -> None:
    """Names that are no numbers, and digits that are none of ASCII's, are not processes."""
    for name in ("self", "net", "1x", "\u00b2", "\u0663"):
        add(name, ["socket:[501]"])
    owners = find_owners(str(tmp_path), SOCKETS, 0)
    assert (owners.holders, owners.unseen) == ([], 0)


@pytest.mark.parametrize("target", ["socket:[]", "socket:[x]", "socket:[501", "socket:[\u00b2]", "/socket:[501]"])
def test_links_that_name_no_socket(tmp_path: Path, add: AddProcess, target: str) -> None:
    """A link that only looks like a socket is none."""
    add("70", [target])
    assert find_owners(str(tmp_path), SOCKETS, 0).holders == []


def test_a_process_that_ends_meanwhile_is_passed_over(tmp_path: Path, add: AddProcess) -> None:
    """A process whose folder has gone, or a descriptor that was closed, is no error and hides nothing."""
    (tmp_path / "69").mkdir()
    folder = add("70", ["socket:[501]"])
    (folder / "comm").unlink()
    (folder / "fd" / "9").write_text("no link", encoding="ascii")
    owners = find_owners(str(tmp_path), SOCKETS, 0)
    # Even its name may be gone when its sockets are known.
    assert (owners.holders, owners.unseen) == ([], 0)
    (folder / "fd" / "9").unlink()
    assert find_owners(str(tmp_path), SOCKETS, 0).holders == [Holder(70, "", {State.ESTABLISHED: 1})]


def test_a_descriptor_that_is_closed_meanwhile(
    tmp_path: Path, add: AddProcess, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A descriptor that was closed between being listed and being looked at is passed over; the others count."""
    add("70", ["socket:[501]", "socket:[502]"])

    def readlink(path: str, real: Callable[[str], str] = os.readlink) -> str:
        if path.endswith("0"):
            raise FileNotFoundError(path)
        return real(path)

    monkeypatch.setattr(os, "readlink", readlink)
    assert find_owners(str(tmp_path), SOCKETS, 0).holders == [Holder(70, "worker", {State.ESTABLISHED: 1})]


def test_a_process_that_may_not_be_looked_into(
    tmp_path: Path, add: AddProcess, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A process of another user is counted as unseen, and its sockets as unattributed."""
    add("1", [])
    add("70", ["socket:[501]"])
    add("71", ["socket:[502]"])

    def listdir(path: str, real: Callable[[str], List[str]] = os.listdir) -> List[str]:
        if path == str(tmp_path / "70" / "fd"):
            raise PermissionError(path)
        return real(path)

    # Root may look anywhere, and these tests may be run by root.
    monkeypatch.setattr(os, "listdir", listdir)
    owners = find_owners(str(tmp_path), {501: State.ESTABLISHED, 502: State.ESTABLISHED}, 0)
    assert [holder.pid for holder in owners.holders] == [71]
    assert (owners.unattributed, owners.unseen, owners.hidden) == (1, 1, False)


def test_processes_that_are_not_shown(tmp_path: Path, add: AddProcess) -> None:
    """Where not even the first process is shown, /proc hides those of other users."""
    add("70", ["socket:[501]"])
    assert find_owners(str(tmp_path), SOCKETS, 0).hidden is True


def test_a_host_without_processes(tmp_path: Path) -> None:
    """Without /proc nothing can be attributed, and nothing fails."""
    owners = find_owners(str(tmp_path / "missing"), SOCKETS, 1)
    assert (owners.holders, owners.unattributed) == ([], 5)


def test_names_may_hold_any_byte(tmp_path: Path, add: AddProcess) -> None:
    """A process may call itself anything: a name that is no UTF-8 is shown as far as it can be."""
    folder = add("70", ["socket:[501]"])
    (folder / "comm").write_bytes(b"evil\xff\x1b name\n")
    (holder,) = find_owners(str(tmp_path), SOCKETS, 0).holders
    assert holder.command == "evil\ufffd\x1b name"


def test_this_process_holds_its_own_socket() -> None:
    """On the running machine a socket that was just opened is found, in this process."""
    with socket.socket() as held:
        inode = os.fstat(held.fileno()).st_ino
        owners = find_owners("/proc", {inode: State.CLOSE}, 0)
    assert os.getpid() in [holder.pid for holder in owners.holders]
    assert owners.unattributed == 0
