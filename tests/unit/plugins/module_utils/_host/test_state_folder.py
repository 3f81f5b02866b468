# Copyright (c) 2026, the linuxnet.tcp authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What we keep between runs: it comes back as it went, and what is not ours is refused."""

from __future__ import annotations

import fcntl
import json
import os
import stat
from pathlib import Path
from typing import Any, Dict, List, Tuple

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ansible_collections.linuxnet.tcp.plugins.module_utils._host.namespaces import identity
from ansible_collections.linuxnet.tcp.plugins.module_utils._host.state_folder import (
    FIRST_SEEN,
    PENDING,
    StateFolder,
    locked,
    this_place,
)
from ansible_collections.linuxnet.tcp.plugins.module_utils._model.errors import HostError, InputError
from ansible_collections.linuxnet.tcp.plugins.module_utils._model.transactions import (
    FileChange,
    FileContent,
    FirstSeen,
    Place,
    RunningChange,
    Transaction,
)

HERE = Place("boot-1", "4:40")
SEEN = (FirstSeen("net.ipv4.tcp_fin_timeout", "60", HERE), FirstSeen("net.core.somaxconn", "4096", HERE, "web"))
EVERYTHING = Transaction(
    place=HERE,
    network_namespace="web",
    running=(RunningChange("net.ipv4.tcp_fin_timeout", "60", "30"), RunningChange("k", "a", "b", secret=True)),
    file=FileChange("/etc/90.conf", None, FileContent(b"\xff\x00\n", 0o644, 0, 7, b"system_u:object_r:etc_t:s0\0")),
    records_before=(),
    records_after=SEEN,
    watched=True,
)
NOTHING = Transaction(HERE, None, (), None, (), ())


@pytest.fixture
def state(tmp_path: Path) -> StateFolder:
    """A folder that was made."""
    folder = StateFolder(str(tmp_path / "var" / "lib" / "linuxnet-tcp"))
    folder.create()
    return folder


def test_the_folder_is_for_root_alone_and_reading_does_not_make_it(tmp_path: Path) -> None:
    """Nothing is remembered where there is none; its parents are made when it is."""
    state = StateFolder(str(tmp_path / "lib" / "linuxnet-tcp"))
    assert (state.readable, state.first_seen(), state.pending()) == (True, (), None)
    assert list(tmp_path.iterdir()) == []
    state.create()
    state.create()

    assert stat.S_IMODE(Path(state.path).stat().st_mode) == 0o700


def test_who_may_know(state: StateFolder, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where this user may not look, nothing is said to be remembered, and that is told apart from nothing."""
    state.remember(SEEN)
    state.begin(NOTHING)
    monkeypatch.setattr(os, "access", lambda *_args: False)

    assert (state.readable, state.first_seen(), state.pending()) == (False, (), None)


def test_what_is_remembered_comes_back(state: StateFolder) -> None:
    """And what is remembered anew replaces it; the file is for root alone, and whole."""
    state.remember(SEEN)
    assert state.first_seen() == SEEN
    state.remember(SEEN[:1])

    assert state.first_seen() == SEEN[:1]
    assert list(Path(state.path).iterdir()) == [Path(state.path, FIRST_SEEN)]
    assert stat.S_IMODE(Path(state.path, FIRST_SEEN).stat().st_mode) == 0o600


@pytest.mark.parametrize("transaction", [EVERYTHING, NOTHING])
def test_what_is_under_way_comes_back_until_it_ends(state: StateFolder, transaction: Transaction) -> None:
    """With every byte of the file, in whatever encoding; ended twice is no error."""
    state.begin(transaction)
    assert state.pending() == transaction
    state.end()
    state.end()

    assert state.pending() is None
    assert not os.path.lexists(state.path)


def test_a_folder_that_remembers_something_stays(state: StateFolder) -> None:
    """What was first seen outlives the run that saw it."""
    state.begin(NOTHING)
    state.remember(SEEN)
    state.end()

    assert state.first_seen() == SEEN


def test_a_folder_that_remembers_nothing_more_goes(state: StateFolder) -> None:
    """When the last value was given back, no file and no folder of ours is left on the host."""
    state.remember(SEEN)
    state.begin(NOTHING)
    state.remember(())
    state.end()

    assert not os.path.lexists(state.path)
    assert state.first_seen() == ()


def test_a_folder_with_a_file_of_somebody_else_stays(state: StateFolder) -> None:
    """Only an empty folder is removed."""
    Path(state.path, "theirs").touch()
    state.end()

    assert list(Path(state.path).iterdir()) == [Path(state.path, "theirs")]


contents = st.builds(
    FileContent, st.binary(max_size=20), st.integers(0, 0o777), st.integers(-1, 9), st.integers(-1, 9),
    st.one_of(st.none(), st.binary(max_size=9)),
)  # fmt: skip
texts = st.text(max_size=9)
places = st.builds(Place, texts, texts)
records = st.lists(st.builds(FirstSeen, texts, texts, places, st.one_of(st.none(), texts)), max_size=2).map(tuple)
transactions = st.builds(
    Transaction,
    places,
    st.one_of(st.none(), texts),
    st.lists(st.builds(RunningChange, texts, texts, texts, st.booleans()), max_size=2).map(tuple),
    st.one_of(st.none(), st.builds(FileChange, texts, st.one_of(st.none(), contents), st.one_of(st.none(), contents))),
    records,
    records,
    st.booleans(),
)


@settings(max_examples=20)  # each of them waits for the disk
@given(transaction=transactions)
def test_any_transaction_comes_back(tmp_path_factory: pytest.TempPathFactory, transaction: Transaction) -> None:
    """Whatever texts the kernel shows and whatever bytes a file holds."""
    state = StateFolder(str(tmp_path_factory.getbasetemp() / "any"))
    state.create()
    state.begin(transaction)

    assert state.pending() == transaction


def document(name: str) -> Dict[str, Any]:
    """What we write, as JSON."""
    row = {"key": "k", "value": "v", "boot_id": "b", "namespace_id": "n", "network_namespace": None}
    if name == FIRST_SEEN:
        return {"format": 1, "values": [row]}
    running = {"key": "k", "before": "a", "after": "b", "secret": False}
    return {
        "format": 1, "boot_id": "b", "namespace_id": "n", "network_namespace": None, "running": [running],
        "file": None, "records_before": [row], "records_after": [], "watched": False,
    }  # fmt: skip


BROKEN: List[Tuple[str, Any]] = [
    ("format", 2), ("format", None), ("values", 5), ("values", [5]), ("values", [{"key": 1}]), ("running", None),
    ("running", [{"key": 5}]), ("file", {"path": "/x"}), ("file", {"path": 5, "before": None, "after": None}),
    ("file", {"path": "/x", "before": {"data": "?", "mode": 1, "uid": 0, "gid": 0, "selinux": None}, "after": None}),
    ("boot_id", None), ("records_before", [[]]),
]  # fmt: skip


@pytest.mark.parametrize(("key", "value"), BROKEN)
def test_a_state_file_of_another_shape_is_refused(state: StateFolder, key: str, value: object) -> None:
    """With the file and the way out, and never a traceback."""
    for name, read in ((FIRST_SEEN, state.first_seen), (PENDING, state.pending)):
        plain = document(name)
        Path(state.path, name).write_text(json.dumps(plain), encoding="utf-8")
        assert read()
        if key in plain:
            Path(state.path, name).write_text(json.dumps({**plain, key: value}), encoding="utf-8")
            with pytest.raises(HostError, match=r"is not what this collection writes; look at it and remove it: "):
                read()


@pytest.mark.parametrize("data", [b"", b"{", b"[]", b"null", b"\xff", b"[" * 100000, b'{"values": []}'])
def test_a_state_file_that_is_no_json_of_ours_is_refused(state: StateFolder, data: bytes) -> None:
    """Whatever the bytes."""
    Path(state.path, FIRST_SEEN).write_bytes(data)

    with pytest.raises(HostError, match=r"is not what this collection writes"):
        state.first_seen()


def test_what_lies_in_the_place_of_a_state_file_is_refused(state: StateFolder) -> None:
    """A link is not followed, and a pipe not waited at."""
    Path(state.path, FIRST_SEEN).symlink_to("/etc/passwd")
    os.mkfifo(str(Path(state.path, PENDING)))

    with pytest.raises(InputError, match=r"the state file is .*: this is a link"):
        state.first_seen()
    with pytest.raises(InputError, match=r"the state file is .*: this is no plain file"):
        state.pending()


# -- the lock ----------------------------------------------------------------------------------------------------


def test_the_lock_keeps_runs_apart_and_is_given_back(tmp_path: Path, state: StateFolder) -> None:
    """A second run waits as long as it has patience, then says who is in its way."""
    path = str(tmp_path / "lock")
    with locked(state, path), pytest.raises(HostError, match=r"another run has held .*/lock for 0 seconds"), locked(
        state, path, patience=0.1
    ):
        raise AssertionError("two runs at once")
    with locked(state, path, patience=0.1):
        pass


@pytest.mark.parametrize("kind", ["folder", "link", "pipe", "no folder"])
def test_a_lock_that_cannot_be_had_is_taken_in_the_state_folder(tmp_path: Path, kind: str) -> None:
    """What somebody has planted in its place is not used; the state folder is made for it."""
    path, state = tmp_path / "lock", StateFolder(str(tmp_path / "state"))
    if kind == "folder":
        path.mkdir()
    elif kind == "link":
        path.symlink_to(tmp_path / "elsewhere")
    elif kind == "pipe":
        os.mkfifo(str(path))
    else:
        path = tmp_path / "none" / "lock"

    with locked(state, str(path)), Path(state.path, "lock").open("rb") as ours, pytest.raises(OSError):  # noqa: PT011 - of any errno
        fcntl.flock(ours, fcntl.LOCK_EX | fcntl.LOCK_NB)
    assert not (tmp_path / "elsewhere").exists()


def test_without_any_place_for_a_lock(tmp_path: Path) -> None:
    """Both places and the way out are named."""
    (tmp_path / "file").write_bytes(b"")

    with pytest.raises(HostError, match=r"cannot take a lock: neither .* nor a file in .* this needs root"), locked(
        StateFolder(str(tmp_path / "file" / "state")), str(tmp_path / "file" / "lock")
    ):
        raise AssertionError("no lock")


def test_the_place_is_this_boot_and_this_namespace(tmp_path: Path) -> None:
    """Of a captured host its own, and of this one that of the process."""
    assert this_place("/proc").namespace_id == identity("/proc/self/ns/net")
    assert this_place("/proc").boot_id
    (tmp_path / "self" / "ns").mkdir(parents=True)
    (tmp_path / "self" / "ns" / "net").write_bytes(b"")

    assert this_place(str(tmp_path)).boot_id == ""
