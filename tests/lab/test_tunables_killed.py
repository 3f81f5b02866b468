# Copyright (c) 2026, the linuxnet.tcp authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs of `tunables` that are asked to end, or die, at the worst moment; and the runs that come after them."""

from __future__ import annotations

import json
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from ansible_collections.linuxnet.tcp.tests.lab import netns
from ansible_collections.linuxnet.tcp.tests.lab.throwaway_host import DIE, DROP_IN, PENDING, STATE, Answer, Host, meddle

FIN, KEEPALIVE, SYN = "net.ipv4.tcp_fin_timeout", "net.ipv4.tcp_keepalive_time", "net.ipv4.tcp_max_syn_backlog"
OLD_FILE = f"# somebody's\n{FIN} = 55\n"
OLD = {FIN: "60", KEEPALIVE: "7200", SYN: "2048"}
SETTINGS = {FIN: 30, KEEPALIVE: 1200, SYN: 8192}
OTHER = {"net.ipv4.tcp_sack": 1}  # which it is already
NEW = {key: str(value) for key, value in SETTINGS.items()}
NEW_FILE = f"# somebody's\n{FIN} = 30\n{KEEPALIVE} = 1200\n{SYN} = 8192\n"

# Where a run can die, in the order in which it comes by; and whether all is done by then.
POINTS = {
    "the note is written": (meddle("_host.state_folder:StateFolder.begin", after=DIE), False),
    "first-seen values are written": (meddle("_host.state_folder:StateFolder.remember", after=DIE), False),
    "one value is written": (meddle("_host.transaction:write_value", after=DIE), False),
    "two values are written": (meddle("_host.transaction:write_value", after=DIE, call=2), False),
    "the file is about to be replaced": (meddle("_host.transaction:replace_in", before=DIE), False),
    "the file is written aside": (meddle("_host.safe_files:_write_new", after=DIE, call=3), False),
    "the file is replaced": (meddle("_host.transaction:replace_in", after=DIE), True),
    "the note is about to go": (meddle("_host.state_folder:StateFolder.end", before=DIE), True),
}


@pytest.fixture
def old(host: Host) -> Host:
    """A host with running values and a file that differ from what will be asked."""
    reset(host)
    return host


def reset(host: Host) -> None:
    """The host as it was."""
    host.put(DROP_IN, OLD_FILE)
    for key, value in OLD.items():
        host.set(key, value)


def values(host: Host) -> dict[str, str]:
    """The running values."""
    return {key: host.get(key) for key in OLD}


def killed(host: Host, point: str) -> None:
    """A run of the settings that dies at the point."""
    answer = host.run(settings=SETTINGS, meddle=POINTS[point][0])
    assert answer.killed_by == signal.SIGKILL, answer
    assert host.file(PENDING).exists()
    assert host.file(PENDING).stat().st_mode & 0o777 == 0o600
    assert [path.name for path in host.file("/etc/sysctl.d").glob("*.conf")] == ["90-linuxnet-tcp.conf"]


def settled(host: Host, answer: Answer) -> str:
    """What the next run has said about the one that died; nothing of that is left."""
    (sentence,) = (warning for warning in answer.warnings if "died" in warning)
    assert not host.file(PENDING).exists()
    assert list(host.file(STATE).glob(".*")) == []
    assert list(host.file("/etc/sysctl.d").glob(".*")) == []
    return sentence


@pytest.mark.parametrize("point", POINTS)
def test_the_same_run_again_converges(old: Host, point: str) -> None:
    """The run after one that died says so, sets everything, and the run after that changes nothing."""
    killed(old, point)
    again = old.run(settings=SETTINGS)

    settled(old, again)
    assert again.changed == (not POINTS[point][1])
    assert (values(old), old.text()) == (NEW, NEW_FILE)
    assert not old.run(settings=SETTINGS).changed


@pytest.mark.parametrize("point", POINTS)
def test_a_run_about_other_keys_settles_it(old: Host, point: str) -> None:
    """A run about another key first finishes or reverts the one that died: all of it or nothing."""
    killed(old, point)
    answer = old.run(settings=OTHER, scope=["running"])
    sentence = settled(old, answer)

    assert answer.row("net.ipv4.tcp_sack")["status"] == "unchanged"
    if POINTS[point][1]:
        assert (values(old), old.text()) == (NEW, NEW_FILE)
        assert "changes stay" in sentence
        assert not answer.changed
    else:
        assert (values(old), old.text()) == (OLD, OLD_FILE)
        assert "put back" in sentence
        assert answer.changed == (KEEPALIVE in sentence or FIN in sentence)


def test_what_was_put_back_is_named_and_counts_as_a_change(old: Host) -> None:
    """The sentence names what was put back and nothing else, and the run that did it reports a change."""
    killed(old, "one value is written")
    answer = old.run(settings=OTHER, scope=["running"])

    assert settled(old, answer).endswith(f"put back {FIN}")
    assert answer.changed


def test_a_run_that_fails_settles_first_and_says_so(old: Host) -> None:
    """When the run that settles then fails itself, it tells both."""
    killed(old, "two values are written")
    answer = old.run(settings={"net.ipv4.tcp_tw_recycle": 1})

    assert "tcp_tw_recycle" in answer.refusal
    assert "put back" in settled(old, answer)
    assert values(old) == OLD


@pytest.mark.parametrize("point", ["two values are written", "the file is replaced"])
def test_check_mode_and_info_only_tell(old: Host, point: str) -> None:
    """Check mode and tunables_info report what is pending, and settle nothing."""
    killed(old, point)
    before = old.everything()
    answer = old.run(settings=SETTINGS, check_mode=True)
    pending = old.info(FIN).ok["pending"]

    assert any("died half-way" in warning for warning in answer.warnings)
    assert pending == {"names": [FIN, KEEPALIVE, SYN], "path": DROP_IN, "network_namespace": None}
    assert old.everything() == before


def test_nothing_is_pending_after_a_good_run(old: Host) -> None:
    """A run that ends leaves no note."""
    old.run(settings=SETTINGS)

    assert old.info(FIN).ok["pending"] is None


@pytest.mark.parametrize("point", POINTS)
def test_after_a_boot_the_file_decides(old: Host, point: str) -> None:
    """After another boot the running values are the new kernel's; the file is settled, whole, old or new."""
    killed(old, point)
    old.boot()
    running = values(old)
    answer = old.run(settings=OTHER, scope=["running"])
    sentence = settled(old, answer)

    assert "before the last boot" in sentence
    assert values(old) == running, "nothing of the earlier boot is written into this one"
    assert old.text() == (NEW_FILE if POINTS[point][1] else OLD_FILE)


@contextmanager
def named(host: Host) -> Iterator[netns.Namespace]:
    """Another network namespace that the host sees by its name."""
    with netns.namespace("killed") as other:
        deadline = time.monotonic() + 5
        while not (host.file(f"/run/netns/{other.name}")).exists() and time.monotonic() < deadline:
            time.sleep(0.01)
        yield other


def get(other: netns.Namespace, key: str) -> str:
    """The running value in a named namespace."""
    with other.entered():
        return Path("/proc/sys", *key.split(".")).read_text(encoding="ascii").strip()


def test_a_named_namespace_is_settled_from_the_host(host: Host) -> None:
    """What died in a container's namespace is put back there by the next run on the host, whatever that is about."""
    with named(host) as other:
        before = get(other, FIN)
        dead = host.run(settings=SETTINGS, network_namespace=other.name, meddle=POINTS["two values are written"][0])
        assert dead.killed_by == signal.SIGKILL
        assert get(other, FIN) == "30"
        answer = host.run(settings=OTHER, scope=["running"])

        assert "in another network namespace: put back" in settled(host, answer)
        assert get(other, FIN) == before


def test_a_namespace_that_nobody_named_is_found(host: Host) -> None:
    """What died in the host's own namespace is found and put back by a run about another namespace."""
    dead = host.run(settings=SETTINGS, meddle=POINTS["one value is written"][0])
    assert dead.killed_by == signal.SIGKILL
    with named(host) as other:
        # The next run enters another namespace before it reads anything of the host.
        answer = host.run(settings={FIN: 44}, network_namespace=other.name)

        assert settled(host, answer).endswith(f"put back {FIN}")
        assert get(other, FIN) == "44"
    assert host.get(FIN) == "60"


def test_a_run_inside_another_namespace_settles_the_host(host: Host) -> None:
    """Started inside another namespace, as `ip netns exec` does, a run finds and settles what died on the host."""
    dead = host.run(settings=SETTINGS, meddle=POINTS["one value is written"][0])
    assert dead.killed_by == signal.SIGKILL
    with named(host) as other:
        move = f"import os; ns = os.open('/run/netns/{other.name}', 0); import ctypes; ctypes.CDLL(None).setns(ns, 0)"
        answer = host.run(settings={FIN: 44}, scope=["running"], meddle=move)

        assert "in another network namespace: put back" in settled(host, answer)
        assert get(other, FIN) == "44"
    assert host.get(FIN) == "60"


def test_a_namespace_that_is_gone_blocks_nobody(host: Host) -> None:
    """What died in a namespace that does not exist any more went with it; the next run says so and goes on."""
    with named(host) as other:
        dead = host.run(settings=SETTINGS, network_namespace=other.name, meddle=POINTS["two values are written"][0])
        assert dead.killed_by == signal.SIGKILL
    answer = host.run(settings={FIN: 31})

    assert "gone" in settled(host, answer)
    assert host.get(FIN) == "31"


def test_a_file_that_somebody_changed_since_is_not_overwritten(old: Host) -> None:
    """When the file is neither old nor new any more, the next run touches nothing and says what is the matter."""
    killed(old, "the file is about to be replaced")
    old.put(DROP_IN, "# an administrator was here\n")
    answer = old.run(settings=SETTINGS)

    assert "another program has changed it since" in answer.refusal
    assert old.text() == "# an administrator was here\n"


@pytest.mark.parametrize(
    "content",
    ["", "{", "[]", "null", "{}", '{"format": 2}', "\0" * 100, '{"format": 1, "running": 5}', "[" * 100000],
    ids=["empty", "torn", "list", "null", "object", "newer", "nul", "short", "deep"],
)
def test_a_note_that_is_not_ours_is_a_sentence(host: Host, content: str) -> None:
    """A note that cannot be read stops the run with the way out; nothing is changed."""
    host.put(PENDING, content, mode=0o600)
    host.file(STATE).chmod(0o700)
    before = host.everything()

    assert PENDING in host.run(settings=SETTINGS).refusal
    assert PENDING in host.info(FIN).refusal
    assert host.everything() == before


def test_a_note_that_somebody_has_edited_is_a_sentence(old: Host) -> None:
    """A note with keys that are none, or a path that is none, leads to no write outside and to no traceback."""
    killed(old, "two values are written")
    note = json.loads(old.file(PENDING).read_text())
    for change in ({"key": "kernel.hostname"}, {"key": "../../../etc/passwd"}, {"before": 5}, {"key": None}):
        edited = {**note, "running": [{**note["running"][0], **change}]}
        old.put(PENDING, json.dumps(edited), mode=0o600)
        before = old.everything()
        assert old.run(settings=SETTINGS).refusal
        assert old.everything() == before


# -- requests to end -----------------------------------------------------------------------------------------

SIGTERM_AT = """
import os, signal, sys
seen = []
files = ("transaction.py", "state_folder.py", "safe_files.py", "sysctl_tree.py", "tunables.py", "namespaces.py")
def profile(frame, event, arg):
    code = frame.f_code
    if event == "call" and code.co_filename.endswith(files):
        if seen or code.co_name == "act":
            seen.append(code.co_name)
            if len(seen) == {number}:
                os.kill(os.getpid(), signal.SIGTERM)
    if event == "return" and code.co_name == "run" and len(seen) < {number}:
        os.write(2, b"never sent")
sys.setprofile(profile)
"""


def test_a_request_to_end_leaves_all_or_nothing_wherever_it_comes(host: Host) -> None:
    """SIGTERM at every single step of a run that watches: old and said so, or new and said so, and nothing is left."""
    new, old_file, new_file = "30", f"{FIN} = 55\n", f"{FIN} = 30\n"
    outcomes = []
    for number in range(1, 1000):
        host.put(DROP_IN, old_file)
        host.set(FIN, 60)
        answer = host.run(settings={FIN: 30}, watch_seconds=0.001, meddle=SIGTERM_AT.format(number=number))
        where = f"step {number}: {answer}"
        state = (host.get(FIN), host.text())
        assert not host.file(PENDING).exists(), where
        if answer.killed_by:
            assert state in (("60", old_file), (new, new_file)), where
        elif answer.result.get("failed"):
            assert "interrupted" in answer.refusal, where
            assert state == ("60", old_file), where
            outcomes.append("undone")
        else:
            assert answer.changed, where
            assert state == (new, new_file), where
            outcomes.append("done")
        if "never sent" in answer.stderr:
            break
    assert {"undone", "done"} == set(outcomes)
    assert len(outcomes) > 50, outcomes


def test_a_request_to_end_in_the_watch_puts_back(old: Host) -> None:
    """SIGTERM while the host is watched puts everything back, and the task says so."""
    run = old.start(settings=SETTINGS, watch_seconds=1)
    until(lambda: old.file(PENDING).exists() and old.get(SYN) == "8192")
    run.signal(signal.SIGTERM)
    sentence = run.wait().refusal

    assert "nothing has changed" in sentence
    assert (values(old), old.text()) == (OLD, OLD_FILE)
    assert not old.file(PENDING).exists()


def until(holds: Callable[[], bool]) -> None:
    """Wait for something that a run does."""
    deadline = time.monotonic() + 20
    while not holds():
        assert time.monotonic() < deadline
        time.sleep(0.01)


def test_a_lost_connection_does_not_stop_the_watch(old: Host) -> None:
    """SIGHUP, which ends what a lost connection leaves behind, is not heeded: the run goes on to its judgement."""
    run = old.start(settings=SETTINGS, watch_seconds=0.3)
    until(lambda: old.file(PENDING).exists() and old.get(SYN) == "8192")
    run.signal(signal.SIGHUP)
    answer = run.wait()

    assert answer.changed
    assert (values(old), old.text()) == (NEW, NEW_FILE)


def test_a_run_that_dies_in_its_watch_is_put_back(old: Host) -> None:
    """What nobody has watched to the end was not judged: the next run puts it back, though all of it was written."""
    run = old.start(settings=SETTINGS, watch_seconds=0.5)
    until(lambda: old.text() == NEW_FILE)
    run.signal(signal.SIGKILL)
    assert run.wait().killed_by == signal.SIGKILL
    answer = old.run(settings=OTHER, scope=["running"])

    assert "put back" in settled(old, answer)
    assert answer.changed
    assert (values(old), old.text()) == (OLD, OLD_FILE)


def test_a_run_that_dies_in_its_watch_with_the_whole_host(old: Host) -> None:
    """When the host had to be booted to end it, the file is put back, so that the next boot is the old one again."""
    run = old.start(settings=SETTINGS, watch_seconds=0.5)
    until(lambda: old.text() == NEW_FILE)
    run.signal(signal.SIGKILL)
    run.wait()
    old.boot()
    answer = old.run(settings=OTHER, scope=["running"])

    assert DROP_IN in settled(old, answer)
    assert old.text() == OLD_FILE
    old.boot()
    assert old.get(FIN) == "55"
