# Copyright (c) 2026, the linuxnet.tcp authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""All or nothing, on a host in a folder: what is done, what is put back, and what a dead run has left.

Whether the real kernel and a real death half-way agree is tested in tests/lab.
"""

from __future__ import annotations

import signal
from pathlib import Path
from typing import Any, Dict, List, Optional

import pytest

from ansible_collections.linuxnet.tcp.plugins.module_utils._host import transaction as module
from ansible_collections.linuxnet.tcp.plugins.module_utils._host.state_folder import StateFolder, this_place
from ansible_collections.linuxnet.tcp.plugins.module_utils._host.sysctl_tree import write_value
from ansible_collections.linuxnet.tcp.plugins.module_utils._host.transaction import (
    Interrupted,
    breakable,
    carry_out,
    finish,
    put_back,
    settle,
    unbroken,
    undisturbed,
)
from ansible_collections.linuxnet.tcp.plugins.module_utils._model.errors import HostError
from ansible_collections.linuxnet.tcp.plugins.module_utils._model.transactions import (
    FileChange,
    FileContent,
    FirstSeen,
    RunningChange,
    Transaction,
)

FIN, SACK = "net.ipv4.tcp_fin_timeout", "net.ipv4.tcp_sack"


def same(_key: str, given: str, shows: str) -> bool:
    """Whether the kernel took it."""
    return given.split() == shows.split()


class Host:
    """A host in a folder: two keys, a drop-in, a state folder."""

    def __init__(self, root: Path) -> None:
        self.root, self.proc = root, str(root / "proc")
        self.state = StateFolder(str(root / "state"))
        self.path = root / "90.conf"
        self.keys = {key: root / "proc" / "sys" / key.replace(".", "/") for key in (FIN, SACK)}
        self.keys[FIN].parent.mkdir(parents=True)
        (root / "proc" / "self" / "ns").mkdir(parents=True)
        (root / "proc" / "self" / "ns" / "net").write_bytes(b"")
        self.boot("boot-1")
        for key, value in ((FIN, b"60\n"), (SACK, b"1\n")):
            self.keys[key].write_bytes(value)

    def boot(self, boot_id: str) -> None:
        """Another boot of the kernel."""
        file = self.root / "proc" / "sys" / "kernel" / "random" / "boot_id"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(boot_id + "\n", encoding="utf-8")

    def plan(self, file: bool = True, watched: bool = False) -> Transaction:
        """Both keys and the file change."""
        after = FileContent(b"new\n", 0o644, -1, -1)
        before = FileContent(self.path.read_bytes(), 0o644, -1, -1) if self.path.exists() else None
        return Transaction(
            place=this_place(self.proc),
            network_namespace=None,
            running=(RunningChange(FIN, "60", "30"), RunningChange(SACK, "1", "0")),
            file=FileChange(str(self.path), before, after) if file else None,
            records_before=(),
            records_after=(FirstSeen(FIN, "60", this_place(self.proc)),),
            watched=watched,
        )

    def values(self) -> Dict[str, str]:
        """What runs."""
        return {key: file.read_text(encoding="utf-8").strip() for key, file in self.keys.items()}

    def text(self) -> Optional[bytes]:
        """What the file holds."""
        return self.path.read_bytes() if self.path.exists() else None


BEFORE, AFTER = {FIN: "60", SACK: "1"}, {FIN: "30", SACK: "0"}


@pytest.fixture
def host(tmp_path: Path) -> Host:
    """A host on which nothing was done."""
    return Host(tmp_path)


def refuse(monkeypatch: pytest.MonkeyPatch, key: str, *values: str) -> None:
    """A kernel that refuses these values of a key."""

    def written(proc: str, name: str, text: str) -> None:
        if name == key.replace(".", "/") and text in values:
            raise OSError(22, "Invalid argument")
        write(proc, name, text)

    write = getattr(module, "write_value")  # noqa: B009 - what stands there now, which may be a stand-in already

    monkeypatch.setattr(module, "write_value", written)


# -- all ---------------------------------------------------------------------------------------------------------


def test_all_of_it_is_done_and_then_forgotten(host: Host) -> None:
    """Values and file are new; until the end the note of what was before stands in the state folder."""
    plan = host.plan()
    carry_out(plan, host.state, host.proc, same)

    assert (host.values(), host.text()) == (AFTER, b"new\n")
    assert host.state.pending() == plan
    finish(plan, host.state, host.proc)
    assert host.state.pending() is None
    assert host.state.first_seen() == plan.records_after


def test_the_note_is_written_before_anything_is_touched(host: Host, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever dies between the two has left a note of nothing, never a change without a note."""
    pending: List[object] = []

    def written(proc: str, name: str, text: str) -> None:
        pending.append(host.state.pending())
        write_value(proc, name, text)

    monkeypatch.setattr(module, "write_value", written)
    plan = host.plan()
    carry_out(plan, host.state, host.proc, same)

    assert pending == [plan, plan]


def test_a_file_that_shall_be_gone_is(host: Host) -> None:
    """None is no file."""
    host.path.write_bytes(b"old\n")
    change = FileChange(str(host.path), FileContent(b"old\n", 0o644, -1, -1), None)
    carry_out(host.plan()._replace(file=change), host.state, host.proc, same)

    assert host.text() is None


# -- or nothing --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("key", [FIN, SACK])
def test_a_refused_value_undoes_all(host: Host, key: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The first or the last: values, file and memory are as they were, and the sentence says which and why."""
    refuse(monkeypatch, key, AFTER[key])
    with pytest.raises(HostError) as refused:
        carry_out(host.plan(), host.state, host.proc, same)

    assert str(refused.value) == "{0}: the kernel refused '{1}': Invalid argument; nothing has changed".format(
        key, AFTER[key]
    )
    assert (host.values(), host.text(), host.state.pending(), host.state.first_seen()) == (BEFORE, None, None, ())


def test_a_value_that_the_kernel_takes_for_another_undoes_all(host: Host) -> None:
    """What is read back must be what was given."""
    with pytest.raises(HostError, match=r"was given '30' and shows '30'; it does not take this value; nothing has"):
        carry_out(host.plan(), host.state, host.proc, lambda *_texts: False)
    assert host.values() == BEFORE


def test_a_secret_is_not_told(host: Host, monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither the one that was refused nor the one from before."""
    refuse(monkeypatch, FIN, "30")
    plan = host.plan()._replace(running=(RunningChange(FIN, "60", "30", secret=True),))
    with pytest.raises(HostError) as refused:
        carry_out(plan, host.state, host.proc, same)

    assert "the kernel refused a secret value: Invalid argument" in str(refused.value)
    assert "30" not in str(refused.value)


@pytest.mark.parametrize("now", [b"theirs\n", None])
def test_a_file_that_moved_meanwhile_is_left_to_whoever_moved_it(host: Host, now: Optional[bytes]) -> None:
    """Changed or removed since the plan was made: nothing is done, and running again is the way out."""
    host.path.write_bytes(b"old\n")
    plan = host.plan()
    if now is None:
        host.path.unlink()
    else:
        host.path.write_bytes(now)
    with pytest.raises(HostError, match=r"was changed by another program during this run; run the task again"):
        carry_out(plan, host.state, host.proc, same)

    assert (host.values(), host.text()) == (BEFORE, now)


def test_without_a_place_for_the_note_nothing_begins(host: Host) -> None:
    """What could not be undone is not done."""
    Path(host.state.path).write_bytes(b"")
    with pytest.raises(HostError, match=r"^cannot keep the values from before in .*/state: "):
        carry_out(host.plan(), host.state, host.proc, same)
    assert (host.values(), host.text()) == (BEFORE, None)


def test_a_full_disk_undoes_all(host: Host, monkeypatch: pytest.MonkeyPatch) -> None:
    """The file comes last, so that values have to be put back."""

    def full(_folder: int, name: str, _content: FileContent) -> None:
        if name == host.path.name:
            raise OSError(28, "No space left on device")

    monkeypatch.setattr(module, "replace_in", full)
    with pytest.raises(HostError, match=r"cannot replace .*/90\.conf: No space left on device; nothing has changed$"):
        carry_out(host.plan(), host.state, host.proc, same)
    assert host.values() == BEFORE


def test_what_cannot_be_put_back_is_said(host: Host, monkeypatch: pytest.MonkeyPatch) -> None:
    """And the note stays, for the next run to settle."""
    refuse(monkeypatch, SACK, "0")
    refuse(monkeypatch, FIN, "60")
    with pytest.raises(HostError) as refused:
        carry_out(host.plan(), host.state, host.proc, same)

    assert str(refused.value).endswith(
        "; moreover {0} could not be put back to '60' (Invalid argument)".format(FIN)
    )
    assert host.values() == {FIN: "30", SACK: "1"}
    assert host.state.pending() is not None


def test_an_interrupt_undoes_and_is_told(host: Host, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever ends the run, half of it does not stay."""

    def interrupted(_change: FileChange) -> None:
        raise Interrupted("signal 15")

    monkeypatch.setattr(module, "_check_unmoved", interrupted)
    with pytest.raises(HostError, match=r"^this run was interrupted: signal 15; nothing has changed$"):
        carry_out(host.plan(), host.state, host.proc, same)
    assert host.values() == BEFORE


def test_put_back_leaves_a_file_that_somebody_else_has_changed_since(host: Host) -> None:
    """Ours are put back; theirs is theirs."""
    carry_out(host.plan(), host.state, host.proc, same)
    host.path.write_bytes(b"theirs\n")
    left = put_back(host.plan(), host.state, host.proc)

    assert host.values() == BEFORE
    assert host.text() == b"theirs\n"
    assert left == [] or "another program has changed it since" in left[0]


# -- what a dead run has left ------------------------------------------------------------------------------------


def dies_after(host: Host, *keys: str, file: bool = False, watched: bool = False) -> Transaction:
    """A run that wrote its note and then these things, and was killed."""
    plan = host.plan(watched=watched)
    host.state.create()
    host.state.begin(plan)
    host.state.remember(plan.records_after)
    for key in keys:
        host.keys[key].write_text(AFTER[key] + "\n", encoding="utf-8")
    if file:
        host.path.write_bytes(b"new\n")
    return plan


def test_there_is_nothing_to_settle(host: Host) -> None:
    """As a rule."""
    assert settle(host.state, host.proc) is None


@pytest.mark.parametrize("keys", [(), (FIN,), (FIN, SACK)])
def test_half_a_run_is_put_back(host: Host, keys: Any) -> None:
    """However far it came: values, memory, and what lies on the side."""
    dies_after(host, *keys)
    (host.root / ".linuxnet-tcp.90.conf.tmp").write_bytes(b"half")
    settled = settle(host.state, host.proc)

    assert settled is not None
    assert settled.changed is bool(keys)
    assert settled.sentence.startswith("an earlier run had died half-way: ")
    assert (host.values(), host.text(), host.state.pending(), host.state.first_seen()) == (BEFORE, None, None, ())
    assert not (host.root / ".linuxnet-tcp.90.conf.tmp").exists()


def test_a_whole_run_stays(host: Host) -> None:
    """What only lacked its end is ended."""
    plan = dies_after(host, FIN, SACK, file=True)
    settled = settle(host.state, host.proc)

    assert settled is not None
    assert settled == ("an earlier run had died when all was done: its changes stay", False)
    assert (host.values(), host.text(), host.state.pending()) == (AFTER, b"new\n", None)
    assert host.state.first_seen() == plan.records_after


def test_a_whole_run_that_nobody_watched_to_the_end_is_put_back(host: Host) -> None:
    """It asked to be judged, and was not."""
    dies_after(host, FIN, SACK, file=True, watched=True)
    settled = settle(host.state, host.proc)

    assert settled is not None
    assert settled.changed
    assert (host.values(), host.text()) == (BEFORE, None)


def test_running_values_of_an_earlier_boot_are_gone_with_it(host: Host) -> None:
    """Only the file is left to settle; what runs now is not touched."""
    dies_after(host, FIN, file=False)
    host.keys[FIN].write_bytes(b"45\n")
    host.boot("boot-2")
    settled = settle(host.state, host.proc)

    assert settled is not None
    assert "before the last boot" in settled.sentence
    assert host.values()[FIN] == "45"
    assert host.state.pending() is None


def test_what_cannot_be_settled_names_the_note_and_the_way_out(host: Host, monkeypatch: pytest.MonkeyPatch) -> None:
    """And the note stays."""
    dies_after(host, FIN)
    refuse(monkeypatch, FIN, "60")
    with pytest.raises(HostError, match=r"^an earlier run died half-way and cannot be undone: .*; mend that, or "):
        settle(host.state, host.proc)
    assert host.state.pending() is not None


# -- signals -----------------------------------------------------------------------------------------------------


def end_me() -> None:
    """Ask this thread to end (another one of the process may not wait), and give the request time to arrive."""
    signal.raise_signal(signal.SIGTERM)
    signal.sigtimedwait([], 1)


def test_a_request_to_end_is_an_exception_but_where_it_must_wait() -> None:
    """Within unbroken() it waits for breakable(); the handlers from before are there again in the end."""
    before = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGHUP, signal.SIGPIPE)}
    steps = []
    with undisturbed():
        with pytest.raises(Interrupted, match="signal 15"):
            end_me()
        signal.raise_signal(signal.SIGHUP)
        unbroken()
        signal.raise_signal(signal.SIGTERM)
        steps.append("not broken")
        with pytest.raises(Interrupted), breakable():
            signal.sigtimedwait([], 1)
        signal.raise_signal(signal.SIGTERM)  # comes too late, and is forgotten

    assert steps == ["not broken"]
    assert {number: signal.getsignal(number) for number in before} == before
