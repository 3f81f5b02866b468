# Copyright (c) 2026, the linuxnet.tcp authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Several runs of `tunables` on one host at once, and other programs that write the same file meanwhile."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

from ansible_collections.linuxnet.tcp.plugins.module_utils._plan.drop_in import HEADING, assignments
from ansible_collections.linuxnet.tcp.tests.lab.throwaway_host import DROP_IN, PENDING, Answer, Host, meddle

FIN, KEEPALIVE = "net.ipv4.tcp_fin_timeout", "net.ipv4.tcp_keepalive_time"
SYN, PROBES = "net.ipv4.tcp_max_syn_backlog", "net.ipv4.tcp_keepalive_probes"
ROUNDS = 50


def lines(host: Host) -> dict[str, str]:
    """What the file says, which must be whole: only assignments and our heading."""
    data = host.file(DROP_IN).read_bytes()
    found = assignments(data)
    assert b"".join(line.text for line in found) == data.replace(HEADING, b""), data
    assert len({line.key for line in found}) == len(found), data
    return {line.key: line.value for line in found}


def is_true(answer: Answer, wanted: dict[str, int]) -> None:
    """Each row of a run says what it has done, and where it stands in the file."""
    for key, value in wanted.items():
        row = answer.row(key)
        assert (row["running_after"], row["boot_after"], row["requested"]) == (value, value, value)
        differed = (row["running_before"], row["boot_before"]) != (value, value)
        assert row["status"] == ("changed" if differed else "unchanged")
        assert row["decided_by"].startswith(f"{DROP_IN}:")


def test_two_runs_at_once_fifty_times(host: Host) -> None:
    """Two runs about different keys: no line is lost, no file torn, and both tell the truth."""
    for number in range(ROUNDS):
        one, other = {FIN: 20 + number, KEEPALIVE: 1000 + number}, {SYN: 4096 + number, PROBES: 1 + number % 5}
        runs = [host.start(settings=settings) for settings in (one, other)]
        answers = [run.wait() for run in runs]

        for answer, wanted in zip(answers, (one, other), strict=True):
            is_true(answer, wanted)
            assert answer.changed
            assert answer.warnings == [], "neither takes the other for dead"
        assert lines(host) == {key: str(value) for key, value in {**one, **other}.items()}
        for key, value in {**one, **other}.items():
            assert host.get(key) == str(value)
        assert not host.file(PENDING).exists()


def test_two_runs_about_the_same_key_at_once(host: Host) -> None:
    """Two runs that want different values of one key: the kernel and the file agree on the one that came last."""
    for number in range(10):
        runs = [host.start(settings={FIN: value}) for value in (30 + number, 80 + number)]
        answers = [run.wait() for run in runs]

        assert all(answer.ok for answer in answers)
        assert host.get(FIN) == lines(host)[FIN]
        assert host.get(FIN) in (str(30 + number), str(80 + number))


def test_adding_and_taking_away_at_once(host: Host) -> None:
    """A run that sets and one that takes everything away: what is in the file afterwards is what runs."""
    for _turn in range(10):
        host.run(settings={KEEPALIVE: 1200})
        runs = [host.start(settings={FIN: 30}), host.start(settings={}, exclusive=True)]
        for run in runs:
            assert run.wait().ok
        left = lines(host) if host.text() is not None else {}
        assert left in ({}, {FIN: "30"})
        assert host.get(FIN) == ("30" if left else "60")
        assert host.get(KEEPALIVE) == "7200"
        host.run(settings={}, exclusive=True)


def test_eight_runs_at_once(host: Host) -> None:
    """Eight runs, each with a key of its own: all are in the file, in the kernel and in what is remembered."""
    rows = [row for row in host.info().ok["tunables"] if row["status"] == "present" and row["per"] == "namespace"]
    numbers = [row for row in rows if row["kind"] == "number" and row["name"].startswith("net.ipv4.tcp_")]
    wanted = {row["name"]: row["bounds"][0] + 1 for row in numbers if row["running"] != row["bounds"][0] + 1}
    wanted = {name: wanted[name] for name in list(wanted)[:8]}
    assert len(wanted) == 8
    runs = [host.start(settings={key: value}) for key, value in wanted.items()]

    for run in runs:
        assert run.wait().changed
    assert lines(host) == {key: str(value) for key, value in wanted.items()}
    assert {key: int(host.get(key)) for key in wanted} == wanted
    assert host.run(settings={}, exclusive=True).changed
    assert host.text() is None
    assert all(host.get(row["name"]) == str(row["running"]) for row in numbers)


# -- another program -----------------------------------------------------------------------------------------

OTHER = "# another program was here\nnet.ipv4.tcp_sack = 0\n"
REWRITE = f"open({DROP_IN!r}, 'w').write({OTHER!r})"


@pytest.mark.parametrize(
    "moment",
    ["_host.state_folder:StateFolder.begin", "_host.transaction:write_value", "_host.transaction:_check_unmoved"],
)
@pytest.mark.parametrize("there_before", [True, False])
def test_another_program_rewrites_the_file_meanwhile(host: Host, moment: str, there_before: bool) -> None:
    """It is noticed before ours is put in its place: the run fails and says so, and nothing of ours is left."""
    if there_before:
        host.put(DROP_IN, f"{FIN} = 55\n")
    answer = host.run(settings={FIN: 30, KEEPALIVE: 1200}, meddle=meddle(moment, before=REWRITE))

    assert "changed by another program" in answer.refusal
    assert DROP_IN in answer.refusal
    assert host.text() == OTHER
    assert (host.get(FIN), host.get(KEEPALIVE)) == ("60", "7200")
    assert not host.file(PENDING).exists()
    assert host.run(settings={FIN: 30, KEEPALIVE: 1200}).changed, "the next one goes well"
    assert host.text() == f"{OTHER}{FIN} = 30\n{KEEPALIVE} = 1200\n"


def test_another_program_removes_the_file_meanwhile(host: Host) -> None:
    """A file that goes away under us is noticed too."""
    host.put(DROP_IN, f"{FIN} = 55\n")
    point = meddle("_host.transaction:write_value", after=f"os.unlink({DROP_IN!r})")

    assert "changed by another program" in host.run(settings={FIN: 30}, meddle=point).refusal
    assert host.text() is None
    assert host.get(FIN) == "60"


def test_another_program_writes_after_us(host: Host) -> None:
    """When it writes after ours is in place and the run puts back, its file is left to it, and the sentence says so."""
    host.put(DROP_IN, f"{FIN} = 55\n")
    fails = meddle("_host.state_folder:StateFolder.end", before=f"{REWRITE}; raise_('no space')")
    fails = "def raise_(why):\n    raise OSError(28, why)\nimport builtins\nbuiltins.raise_ = raise_\n" + fails
    sentence = host.run(settings={FIN: 30}, meddle=fails).refusal

    assert "another program has changed it since" in sentence
    assert DROP_IN in sentence
    assert host.text() == OTHER
    assert host.get(FIN) == "60"


def test_another_program_keeps_rewriting(host: Host) -> None:
    """With a program that rewrites the file all the time, each run is done whole or not at all, and says which."""
    ended = threading.Event()

    def rewrite() -> None:
        number = 0
        path = host.file(DROP_IN)
        while not ended.is_set():
            number += 1
            aside = Path(f"{path}.aside")
            aside.write_text(f"# {number}\n")
            aside.replace(path)

    writer = threading.Thread(target=rewrite)
    writer.start()
    try:
        for number in range(10):
            answer = host.run(settings={FIN: 30 + number})
            if answer.result.get("failed"):
                assert "changed by another program" in answer.refusal or "changed it since" in answer.refusal
                assert host.get(FIN) == "60"
            else:
                assert host.get(FIN) == str(30 + number)
                host.set(FIN, 60)
            assert not host.file(PENDING).exists()
    finally:
        ended.set()
        writer.join()


def test_another_program_sets_the_running_value_meanwhile(host: Host) -> None:
    """A value that the kernel does not show after it was given is no success: everything is put back."""
    other = f"open('/proc/sys/{FIN.replace('.', '/')}', 'w').write('77')"
    point = meddle("_host.transaction:write_value", after=other, call=2)
    answer = host.run(settings={KEEPALIVE: 1200, FIN: 30}, meddle=point)

    assert FIN in answer.refusal
    assert "77" in answer.refusal
    assert (host.get(KEEPALIVE), host.get(FIN)) == ("7200", "60")
    assert host.text() is None


def test_the_host_changes_between_the_first_look_and_the_lock(host: Host) -> None:
    """The plan that is carried out is about the host as it is under the lock: another program's values are what is
    reported, kept in the file, and given back later.
    """
    host.put(DROP_IN, f"{FIN} = 55\n")
    sets = f"open('/proc/sys/{FIN.replace('.', '/')}', 'w').write('77')"
    answer = host.run(settings={FIN: 30}, meddle=meddle("_host.state_folder:locked", before=f"{sets}; {REWRITE}"))

    assert (answer.row(FIN)["running_before"], answer.row(FIN)["running_after"]) == (77, 30)
    assert answer.row(FIN)["boot_before"] is None
    assert host.text() == f"{OTHER}{FIN} = 30\n"
    assert host.run(settings={FIN: None}, state="absent").changed
    assert (host.get(FIN), host.text()) == ("77", OTHER)
