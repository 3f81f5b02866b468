# Copyright (c) 2026, the linuxnet.tcp authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What `tunables` promises: values by meaning, constraints, check mode, exclusive, absent and what is remembered."""

from __future__ import annotations

import json
import os
from typing import Any

import pytest
from ansible.module_utils.common.parameters import PASS_VARS

from ansible_collections.linuxnet.tcp.tests.lab.throwaway_host import DROP_IN, FIRST_SEEN, STATE, Answer, Host, meddle

FIN, KEEPALIVE = "net.ipv4.tcp_fin_timeout", "net.ipv4.tcp_keepalive_time"
RANGE, PORTS, SOMAXCONN = "net.ipv4.ip_local_port_range", "net.ipv4.ip_local_reserved_ports", "net.core.somaxconn"
CONTROL, ALLOWED = "net.ipv4.tcp_congestion_control", "net.ipv4.tcp_allowed_congestion_control"
PRIVILEGED, FASTOPEN_KEY = "net.ipv4.ip_unprivileged_port_start", "net.ipv4.tcp_fastopen_key"
SECRET, OTHER_SECRET = "deadbeef-00c0ffee-01234567-89abcdef", "0badcafe-00c0ffee-01234567-89abcdef"


def as_foreseen(host: Host, **arguments: Any) -> Answer:
    """A run that does exactly what check mode said before, and check mode changed nothing."""
    before = host.everything()
    foreseen = host.run(check_mode=True, **arguments)
    assert host.everything() == before, "check mode touched something"
    done = host.run(**arguments)
    for part in ("changed", "diff", "tunables"):
        assert foreseen.ok[part] == done.ok[part], part
    assert foreseen.warnings == done.warnings
    assert done.changed == any(one["before"] != one["after"] for one in done.ok["diff"])
    return done


def remembered(host: Host) -> dict[str, str]:
    """The first-seen values."""
    text = host.text(FIRST_SEEN)
    return {row["key"]: row["value"] for row in json.loads(text)["values"]} if text else {}


# -- values by meaning ---------------------------------------------------------------------------------------

SPELLINGS: dict[str, list[object]] = {
    FIN: [30, "30", " 30 ", {"equals": 30}],
    RANGE: ["10000 60001", "10000\t60001", "  10000   60001 ", [10000, 60001], ["10000", 60001]],
    PORTS: ["8080,8081,8082,9000", "8080-8082,9000", "9000, 8080-8082",
            [9000, "8080-8081", 8082], "8082,9000,8080-8081"],
    "net.ipv4.tcp_rmem": ["4096 87380 600000", [4096, 87380, 600000]],
    "net.ipv4.tcp_sack": [0, "0", False],
    "net.ipv4.tcp_challenge_ack_limit": [1000, "1000"],
    CONTROL: ["reno", " reno "],
}


@pytest.mark.parametrize("key", SPELLINGS)
def test_a_second_run_changes_nothing_whatever_the_spelling(host: Host, key: str) -> None:
    """Each spelling of a value is the same value: after one of them is set, no other is a change."""
    as_foreseen(host, settings={key: SPELLINGS[key][0]})
    before = host.everything()
    for spelling in SPELLINGS[key]:
        answer = host.run(settings={key: spelling})
        assert not answer.changed, spelling
        assert answer.row(key)["status"] == "unchanged"
    assert host.everything() == before


def test_what_the_kernel_rounds_is_no_change(host: Host) -> None:
    """Milliseconds that the kernel keeps as ticks are read back rounded up, and still count as set."""
    milliseconds = [row for row in host.info().ok["tunables"] if row["unit"] == "milliseconds" and row["writable"]]
    assert milliseconds
    for row in milliseconds:
        for value in (row["bounds"][0] + 1, row["bounds"][0] + 7):
            answer = host.run(settings={row["name"]: value})
            assert answer.row(row["name"])["running_after"] == value or answer.changed
            assert not host.run(settings={row["name"]: value}).changed, (row["name"], value)


def test_no_ports_at_all(host: Host) -> None:
    """An empty list empties the set of ports, in the kernel and at boot, and is reached only once."""
    host.put("/etc/sysctl.d/50-other.conf", f"{PORTS} = 8080-8082\n")
    host.load("systemd")
    answer = as_foreseen(host, settings={PORTS: []})

    assert answer.row(PORTS)["running_after"] == ""
    assert host.get(PORTS) == ""
    assert not host.run(settings={PORTS: []}).changed
    for loader in ("systemd", "procps"):
        host.boot(loader)
        row = host.info(PORTS).row(PORTS)
        assert host.get(PORTS) == row["at_boot" if loader == "systemd" else "after_reload"], loader


def test_results_are_numbers(host: Host) -> None:
    """Values in a result are integers, lists of integers or texts by kind; never a text for a number."""
    settings = {FIN: "30", RANGE: "10000 60001", PORTS: [8080, 8081], CONTROL: "reno", "net.ipv4.tcp_sack": "0"}
    rows = {row["name"]: row for row in host.run(settings=settings).ok["tunables"]}

    assert (rows[FIN]["requested"], rows[FIN]["running_before"], rows[FIN]["running_after"]) == (30, 60, 30)
    assert rows[FIN]["boot_after"] == 30
    assert rows[RANGE]["running_after"] == rows[RANGE]["boot_after"] == [10000, 60001]
    assert rows[PORTS]["running_after"] == "8080-8081"
    assert rows[CONTROL]["running_after"] == "reno"
    assert rows["net.ipv4.tcp_sack"]["running_after"] == 0
    assert list(rows) == list(settings), "in the order of the task"


def test_a_key_in_either_spelling(host: Host) -> None:
    """Slashes for dots are the same key; two spellings of one key in one task are refused."""
    assert host.run(settings={"net/ipv4/tcp_fin_timeout": 30}).row(FIN)["status"] == "changed"
    assert not host.run(settings={FIN: 30}).changed
    assert "two names of one key" in host.run(settings={FIN: 30, "net/ipv4/tcp_fin_timeout": 31}).refusal


def test_a_key_outside_the_catalogue(host: Host) -> None:
    """Any key under net can be set; a warning says that nothing checks its bounds, and the kernel's refusal is told."""
    key = "net.ipv4.conf.lo.arp_announce"
    answer = as_foreseen(host, settings={key: 2})

    assert host.get(key) == "2"
    assert any(key in warning and "nothing checks its bounds" in warning for warning in answer.warnings)
    assert not host.run(settings={key: "2"}).changed
    assert key in host.run(settings={key: "banana"}).refusal
    assert host.get(key) == "2"
    assert host.run(settings={key: None}, state="absent").row(key)["status"] == "restored"
    assert host.get(key) == "0"


# -- all or nothing ------------------------------------------------------------------------------------------


def test_one_refusal_and_nothing_is_done(host: Host) -> None:
    """When the kernel refuses one of several values, those written before are put back and the file stays."""
    host.put(DROP_IN, "# mine\n")
    before = host.everything()
    # Nobody but the kernel knows which algorithms it has, and it is written after the others here.
    sentence = host.run(settings={FIN: 30, KEEPALIVE: 1200, CONTROL: "nosuch"}).refusal

    assert CONTROL in sentence
    assert "'nosuch'" in sentence
    assert "No such file or directory" in sentence
    assert "nothing has changed" in sentence
    after = host.everything()
    assert {key: value for key, value in after.items() if STATE not in key and "run/lock" not in key} == {
        key: value for key, value in before.items() if "run/lock" not in key
    }
    assert remembered(host) == {}
    assert host.info(FIN).ok["pending"] is None


def test_what_cannot_be_put_back_is_named(host: Host) -> None:
    """When putting back fails as well, the sentence names each value that is not as it was, and the note stays."""
    sabotage = meddle("_host.transaction:write_value", before="raise_(5)", call=2)
    broken = "def raise_(number):\n    owner.write_value = lambda *a: raise_(number)\n    raise OSError(number, 'no')\n"
    sentence = host.run(settings={FIN: 30, KEEPALIVE: 1200}, meddle=broken + sabotage).refusal

    assert f"{FIN} could not be put back to '60'" in sentence
    assert host.info(FIN).ok["pending"]["names"] == [FIN, KEEPALIVE]
    assert host.run(settings={KEEPALIVE: 7200}, scope=["running"]).warnings[0].endswith(f"put back {FIN}")
    assert host.get(FIN) == "60"


def test_couplings_order_the_writes(host: Host) -> None:
    """Two keys that bound each other move together, up and down, in whatever order the task names them."""
    low, high = {PRIVILEGED: 80, RANGE: [1000, 60001]}, {RANGE: [20000, 60001], PRIVILEGED: 15000}
    for settings in (low, high, low, dict(reversed(high.items()))):
        assert as_foreseen(host, settings=settings).changed
        assert host.get(PRIVILEGED) == str(settings[PRIVILEGED])


def test_couplings_are_checked_first(host: Host) -> None:
    """A value that the kernel would refuse beside the running one of another key is refused in check mode too."""
    before = host.everything()
    for check_mode in (True, False):
        sentence = host.run(settings={RANGE: [500, 60001]}, check_mode=check_mode).refusal
        assert PRIVILEGED in sentence
        assert RANGE in sentence
    assert host.everything() == before


# -- constraints ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("wanted", "running", "becomes"),
    [
        ({"at_least": 8192}, 4096, 8192),
        ({"at_least": 8192}, 8192, 8192),
        ({"at_least": 8192}, 65535, 65535),
        ({"at_most": 1024}, 4096, 1024),
        ({"at_most": 1024}, 512, 512),
        ({"between": [1024, 2048]}, 512, 1024),
        ({"between": [1024, 2048]}, 1500, 1500),
        ({"between": [1024, 2048]}, 4096, 2048),
        ({"equals": 1024}, 4096, 1024),
    ],
)
def test_a_constraint_leaves_alone_what_satisfies_it(host: Host, wanted: object, running: int, becomes: int) -> None:
    """What satisfies stays as it is, else it becomes the nearest that does; the file gets what will be running."""
    host.set(SOMAXCONN, running)
    answer = as_foreseen(host, settings={SOMAXCONN: wanted})

    assert host.get(SOMAXCONN) == str(becomes)
    assert answer.row(SOMAXCONN)["boot_after"] == becomes
    assert answer.row(SOMAXCONN)["requested"] == wanted or wanted == {"equals": 1024}
    assert not host.run(settings={SOMAXCONN: wanted}).changed
    host.boot()
    assert host.get(SOMAXCONN) == str(becomes)


@pytest.mark.parametrize("at_boot", [8192, 100_000])
def test_a_constraint_never_touches_a_boot_that_satisfies_it(host: Host, at_boot: int) -> None:
    """Running and boot are judged apart: a file of somebody else that satisfies is enough, and ours is not made."""
    host.put("/etc/sysctl.d/50-other.conf", f"{SOMAXCONN} = {at_boot}\n")
    host.set(SOMAXCONN, 4096)
    answer = as_foreseen(host, settings={SOMAXCONN: {"at_least": 8192}})

    assert host.get(SOMAXCONN) == "8192"
    assert answer.row(SOMAXCONN)["boot_after"] == at_boot
    assert host.text() is None
    host.boot()
    assert host.get(SOMAXCONN) == str(at_boot)
    assert not host.run(settings={SOMAXCONN: {"at_least": 8192}}).changed


def test_a_constraint_mends_boot_alone(host: Host) -> None:
    """A running value that satisfies stays, and the boot value that does not gets the running one."""
    host.put(DROP_IN, f"{SOMAXCONN} = 100\n")
    host.set(SOMAXCONN, 20000)
    answer = as_foreseen(host, settings={SOMAXCONN: {"at_least": 8192}})

    assert host.text() == f"{SOMAXCONN} = 20000\n"
    assert host.get(SOMAXCONN) == "20000"
    assert answer.row(SOMAXCONN)["running_before"] == answer.row(SOMAXCONN)["running_after"] == 20000
    assert not host.run(settings={SOMAXCONN: {"at_least": 8192}}).changed


@pytest.mark.parametrize("wanted", [{"at_least": 8192}, {"at_most": 100}, {"between": [8192, 9000]}])
def test_a_constraint_that_another_file_decides_against(host: Host, wanted: object) -> None:
    """When a later file decides against it, it is warned of in each run, and is no change in the second."""
    host.put("/etc/sysctl.d/99-z.conf", f"{SOMAXCONN} = 5000\n")
    first, second = (as_foreseen(host, settings={SOMAXCONN: wanted}) for _turn in range(2))

    assert first.row(SOMAXCONN)["shadowed"]
    assert second.row(SOMAXCONN)["shadowed"]
    assert (second.changed, second.row(SOMAXCONN)["status"]) == (False, "unchanged")
    assert first.warnings == second.warnings != []


def test_constraints_of_two_roles_live_together(host: Host) -> None:
    """Two tasks that want at least different numbers end at the greater one, whichever comes first, and stay there."""
    for _turn in range(2):
        host.run(settings={SOMAXCONN: {"at_least": 8192}}, path="/etc/sysctl.d/91-one.conf")
        host.run(settings={SOMAXCONN: {"at_least": 16384}}, path="/etc/sysctl.d/92-two.conf")
    assert not host.run(settings={SOMAXCONN: {"at_least": 8192}}, path="/etc/sysctl.d/91-one.conf").changed
    assert not host.run(settings={SOMAXCONN: {"at_least": 16384}}, path="/etc/sysctl.d/92-two.conf").changed
    assert host.get(SOMAXCONN) == "16384"


# -- scope ---------------------------------------------------------------------------------------------------


def test_scope_running_leaves_the_file(host: Host) -> None:
    """With scope running only the kernel changes."""
    answer = as_foreseen(host, settings={FIN: 30}, scope=["running"])

    assert host.get(FIN) == "30"
    assert host.text() is None
    assert answer.row(FIN)["boot_after"] is None
    assert not host.run(settings={FIN: 30}, scope=["running"]).changed


def test_scope_boot_leaves_the_kernel(host: Host) -> None:
    """With scope boot only the file changes."""
    answer = as_foreseen(host, settings={FIN: 30}, scope=["boot"])

    assert host.get(FIN) == "60"
    assert answer.row(FIN)["boot_after"] == 30
    assert not host.run(settings={FIN: 30}, scope=["boot"]).changed
    host.boot()
    assert host.get(FIN) == "30"


# -- the file ------------------------------------------------------------------------------------------------


def test_owner_and_mode_stay(host: Host) -> None:
    """A file that is replaced keeps its mode and its group; one that is made can be read by all and written by root."""
    file = host.put(DROP_IN, "# mine\n", mode=0o640)
    os.chown(file, 0, 12)
    as_foreseen(host, settings={FIN: 30})
    as_foreseen(host, settings={FIN: 30}, path="/etc/sysctl.d/91-new.conf")

    info = host.file(DROP_IN).stat()
    assert (info.st_mode & 0o7777, info.st_uid, info.st_gid) == (0o640, 0, 12)
    info = host.file("/etc/sysctl.d/91-new.conf").stat()
    assert (info.st_mode & 0o7777, info.st_uid, info.st_gid) == (0o644, 0, 0)
    info = host.file(STATE).stat()
    assert (info.st_mode & 0o7777, info.st_uid) == (0o700, 0)
    assert {path.stat().st_mode & 0o777 for path in host.file(STATE).iterdir()} == {0o600}


def test_foreign_lines_stay_byte_for_byte(host: Host) -> None:
    """Comments, blanks, other keys, odd spellings and broken lines stay; of our key the last line counts."""
    before = (
        b"# \xe9t\xe9\n\n  net.ipv4.tcp_sack=1\nnet.ipv4.tcp_sack = 0\n-net.ipv4.no_such=3\n;x\nnonsense\n"
        b"net.ipv4.tcp_fin_timeout = 10\nvm.swappiness=1\r\n\tnet/ipv4/tcp_fin_timeout\t=\t20  \nnet.core.x\n# end"
    )
    host.put(DROP_IN, before)
    as_foreseen(host, settings={FIN: 30, KEEPALIVE: 1200})

    gone = b"net.ipv4.tcp_fin_timeout = 10\n"
    expected = before.replace(gone, b"").replace(b"\t20  ", b"\t30  ") + f"\n{KEEPALIVE} = 1200\n".encode()
    assert host.file(DROP_IN).read_bytes() == expected


def test_a_file_of_ours_with_nothing_more_is_gone(host: Host) -> None:
    """A file that we made and that holds nothing more is deleted; one of somebody else stays, empty as it may be."""
    host.run(settings={FIN: 30})
    assert as_foreseen(host, settings={FIN: None}, state="absent").ok["diff"][0]["after"] == ""
    assert host.text() is None
    for content in ("", "# mine\n"):
        host.put(DROP_IN, content)
        host.run(settings={FIN: 30})
        host.run(settings={FIN: None}, state="absent")
        assert host.text() == content


def test_our_file_with_a_line_of_somebody_else_stays(host: Host) -> None:
    """When somebody has added to our file, only our line goes."""
    host.run(settings={FIN: 30})
    host.put(DROP_IN, f"{host.text()}# added\n")
    host.run(settings={FIN: None}, state="absent")

    text = host.text() or ""
    assert text.endswith("# added\n")
    assert FIN not in text


# -- exclusive -----------------------------------------------------------------------------------------------


def test_exclusive_takes_away_what_is_not_named(host: Host) -> None:
    """Keys that an earlier task has set and this one does not name go, with their running values."""
    host.run(settings={FIN: 30, KEEPALIVE: 1200})
    answer = as_foreseen(host, settings={FIN: 30}, exclusive=True)

    rows = [(row["name"], row["status"]) for row in answer.ok["tunables"]]
    assert rows == [(FIN, "unchanged"), (KEEPALIVE, "restored")]
    assert (host.get(FIN), host.get(KEEPALIVE)) == ("30", "7200")
    assert KEEPALIVE not in (host.text() or "")
    assert not host.run(settings={FIN: 30}, exclusive=True).changed


def test_exclusive_with_nothing_takes_all_away(host: Host) -> None:
    """With empty settings everything in the file goes, and the file with it."""
    before = host.everything()
    host.run(settings={FIN: 30, KEEPALIVE: 1200, RANGE: [10000, 60001]})
    answer = as_foreseen(host, settings={}, exclusive=True)

    assert {row["status"] for row in answer.ok["tunables"]} == {"restored"}
    assert host.text() is None
    assert remembered(host) == {}
    assert not host.run(settings={}, exclusive=True).changed
    after = host.everything()
    assert {key: value for key, value in after.items() if key.startswith("/proc/sys/")} == {
        key: value for key, value in before.items() if key.startswith("/proc/sys/")
    }


def test_exclusive_minds_its_own_file_only(host: Host) -> None:
    """Keys of another of our files are not touched."""
    host.run(settings={FIN: 30}, path="/etc/sysctl.d/91-other.conf")
    answer = host.run(settings={}, exclusive=True)

    assert not answer.changed
    assert host.get(FIN) == "30"


def test_exclusive_takes_dead_keys_too(host: Host) -> None:
    """A key that the kernel no longer has goes from the file like any other."""
    host.put(DROP_IN, f"net.ipv4.tcp_tw_recycle = 1\n{FIN} = 30\nvm.swappiness = 5\n")
    as_foreseen(host, settings={FIN: 30}, exclusive=True)

    assert host.text() == f"{FIN} = 30\nvm.swappiness = 5\n", "a key outside net is not ours to judge"


def test_nothing_asked_is_nothing_done(host: Host) -> None:
    """Empty settings without exclusive change nothing."""
    before = host.everything()
    answer = host.run(settings={})

    assert (answer.changed, answer.ok["tunables"]) == (False, [])
    assert host.everything() == before


# -- absent --------------------------------------------------------------------------------------------------


def test_absent_in_the_same_boot(host: Host) -> None:
    """In the same boot the first-seen value comes back, however often we have changed it since."""
    host.set(FIN, 47)
    for value in (30, 35, 40):
        host.run(settings={FIN: value})
    assert remembered(host) == {FIN: "47"}
    answer = as_foreseen(host, settings={FIN: None}, state="absent")

    assert answer.row(FIN)["status"] == "restored"
    assert answer.row(FIN)["requested"] is None
    assert host.get(FIN) == "47"
    assert remembered(host) == {}
    assert not host.run(settings={FIN: None}, state="absent").changed


def test_absent_in_another_boot_with_another_file(host: Host) -> None:
    """After a boot it is what the remaining files would set."""
    host.set(FIN, 47)
    host.run(settings={FIN: 30})
    host.put("/etc/sysctl.d/50-other.conf", f"{FIN} = 25\n")
    host.boot()
    answer = as_foreseen(host, settings={FIN: None}, state="absent")

    assert host.get(FIN) == "25"
    assert (answer.row(FIN)["status"], answer.row(FIN)["boot_after"]) == ("restored", 25)
    assert remembered(host) == {}


def test_absent_in_another_boot_without_another_file(host: Host) -> None:
    """After a boot, where no other file speaks, it is the first-seen value."""
    host.set(FIN, 47)
    host.run(settings={FIN: 30})
    host.boot()
    assert host.get(FIN) == "30"
    answer = as_foreseen(host, settings={FIN: None}, state="absent")

    assert (answer.row(FIN)["status"], host.get(FIN)) == ("restored", "47")


def test_absent_where_nothing_is_known(host: Host) -> None:
    """Where nothing is known the running value stays, and a warning says so."""
    host.run(settings={FIN: 30})
    host.file(FIRST_SEEN).unlink()
    answer = as_foreseen(host, settings={FIN: None}, state="absent")

    assert (answer.row(FIN)["status"], answer.row(FIN)["reason"]) == ("changed", "not_known_before")
    assert host.get(FIN) == "30"
    assert host.text() is None
    assert any(f"{FIN} stays 30" in warning for warning in answer.warnings)


def test_absent_of_what_never_was_ours(host: Host) -> None:
    """A key that we have never set, and that our file does not name, is left alone."""
    host.set(FIN, 47)
    answer = as_foreseen(host, settings={FIN: None, "net.ipv4.tcp_tw_recycle": None}, state="absent")

    assert not answer.changed
    assert {row["status"] for row in answer.ok["tunables"]} == {"unchanged"}
    assert host.get(FIN) == "47"


@pytest.mark.parametrize("value", [None, 30, "banana", [1, 2], {"at_least": "x"}])
def test_absent_does_not_mind_values(host: Host, value: object) -> None:
    """With state absent the values do not matter: what was once asked may be refused by now."""
    host.run(settings={FIN: 30})

    assert host.run(settings={FIN: value}, state="absent").changed
    assert host.get(FIN) == "60"


@pytest.mark.parametrize("scope", ["running", "boot"])
def test_absent_in_one_scope(host: Host, scope: str) -> None:
    """With one scope the other half stays."""
    host.run(settings={FIN: 30})
    as_foreseen(host, settings={FIN: None}, state="absent", scope=[scope])

    assert host.get(FIN) == ("60" if scope == "running" else "30")
    assert (host.text() is None) == (scope == "boot")


def test_absent_keeps_couplings(host: Host) -> None:
    """What is given back is written in an order that the kernel takes."""
    host.set(PRIVILEGED, 80)
    host.set(RANGE, "100 200")
    host.run(settings={PRIVILEGED: 20000, RANGE: [20000, 60001]})
    as_foreseen(host, settings={PRIVILEGED: None, RANGE: None}, state="absent")

    assert (host.get(PRIVILEGED), host.get(RANGE)) == ("80", "100 200")


def test_first_seen_is_before_our_first_write(host: Host) -> None:
    """What is remembered is what ran before we came, with its boot; others' changes do not alter it."""
    host.set(FIN, 47)
    host.run(settings={FIN: 30})
    host.set(FIN, 99)
    host.run(settings={FIN: 31})
    (row,) = json.loads(host.text(FIRST_SEEN) or "")["values"]

    assert (row["key"], row["value"]) == (FIN, "47")
    assert row["boot_id"] == host.program("cat", "/proc/sys/kernel/random/boot_id").stdout.strip()


def test_a_key_that_was_right_already_is_not_remembered(host: Host) -> None:
    """What we do not change we need not remember."""
    host.put(DROP_IN, f"{FIN} = 60\n")
    host.run(settings={FIN: 60})

    assert remembered(host) == {}
    assert not host.file(STATE).exists()


# -- secrets -------------------------------------------------------------------------------------------------


#: Newer cores leave `invocation` out of a result unless they are asked for it; older ones do not know the question.
INVOCATION: dict[str, Any] = {"_ansible_inject_invocation": True} if "inject_invocation" in PASS_VARS else {}


def hidden(answer: Answer) -> Answer:
    """An answer in which no secret stands, in whatever part."""
    for secret in (SECRET, OTHER_SECRET, SECRET[:8], OTHER_SECRET[:8]):
        assert secret not in answer.stdout + answer.stderr
    return answer


def test_a_secret_is_set_and_never_shown(host: Host) -> None:
    """The Fast Open key is set, compared and given back, and shown as (hidden) everywhere."""
    before = host.get(FASTOPEN_KEY)
    arguments: dict[str, Any] = {"settings": {FASTOPEN_KEY: SECRET}, "scope": ["running"]}
    answer = hidden(host.run(**arguments, **INVOCATION))

    assert host.get(FASTOPEN_KEY) == SECRET
    row = answer.row(FASTOPEN_KEY)
    assert {row["requested"], row["running_before"], row["running_after"]} == {"(hidden)"}
    assert not hidden(host.run(**arguments, **INVOCATION)).changed
    assert hidden(host.run(settings={FASTOPEN_KEY: OTHER_SECRET}, scope=["running"], check_mode=True)).changed
    assert hidden(host.info(FASTOPEN_KEY)).row(FASTOPEN_KEY)["running"] == "(hidden)"
    assert hidden(host.info()).row(FASTOPEN_KEY)["running"] in ("(hidden)", None)
    assert hidden(host.run(settings={FASTOPEN_KEY: None}, state="absent", scope=["running"])).changed
    assert host.get(FASTOPEN_KEY) == before


def test_a_secret_is_refused_for_boot(host: Host) -> None:
    """A secret does not go into a file that everybody reads."""
    answer = hidden(host.run(settings={FASTOPEN_KEY: SECRET}))

    assert "scope [running]" in answer.refusal
    assert host.text() is None


@pytest.mark.parametrize("value", [SECRET + "-1", SECRET + "\n", [SECRET], {"equals": SECRET + "x"}, SECRET + ",x"])
def test_a_secret_does_not_stand_in_a_refusal(host: Host, value: object) -> None:
    """What is no key is refused without being quoted."""
    answer = hidden(host.run(settings={FASTOPEN_KEY: value}, scope=["running"], **INVOCATION))

    assert FASTOPEN_KEY in answer.refusal


def test_a_secret_of_somebody_else_does_not_stand_in_the_diff(host: Host) -> None:
    """A secret that somebody keeps in our file, or in another one, reaches no result."""
    host.put(DROP_IN, f"{FASTOPEN_KEY} = {SECRET}\n# net.ipv4.tcp_fastopen_key={OTHER_SECRET}\n")
    host.put("/etc/sysctl.d/95-x.conf", f"{FASTOPEN_KEY} = {OTHER_SECRET}\n")
    answer = hidden(as_foreseen(host, settings={FIN: 30}))

    assert "(hidden)" in answer.ok["diff"][0]["before"]
    assert SECRET in (host.text() or ""), "it stays in the file"
    hidden(host.info(FASTOPEN_KEY))
    hidden(host.run(settings={FIN: 30}, exclusive=True))


def test_a_secret_does_not_stand_in_the_log(host: Host) -> None:
    """What Ansible writes to the system log shows the settings, but for secrets."""
    logs = "import ansible.module_utils.basic as b\nb.has_journal = False\n"
    logs += "b.AnsibleModule._log_to_syslog = lambda self, text: open('/run/log', 'a').write(text + '\\n')\n"
    settings = {FASTOPEN_KEY: SECRET, FIN: 31}
    host.run(settings=settings, scope=["running"], meddle=logs, _ansible_no_log=False)

    text = host.text("/run/log") or ""
    assert SECRET not in text
    assert f"'{FIN}': 31" in text


def test_a_dead_run_keeps_a_secret_to_itself(host: Host) -> None:
    """The note of a run that died has the secret to put back, for root alone; tunables_info does not show it."""
    dies = meddle("_host.transaction:write_value", after="os.kill(os.getpid(), 9)")
    assert host.run(settings={FASTOPEN_KEY: SECRET}, scope=["running"], meddle=dies).killed_by == 9
    for path in host.file(STATE).iterdir():
        assert path.stat().st_mode & 0o777 == 0o600
    assert hidden(host.info(FIN)).ok["pending"]["names"] == [FASTOPEN_KEY]
    assert hidden(host.run(settings={FIN: 60}, scope=["running"])).warnings
