# Copyright (c) 2026, the linuxnet.tcp authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Keys that a host cannot set, and users who may not: a reason and a way out each, and a quiet second run."""

from __future__ import annotations

import pytest

from ansible_collections.linuxnet.tcp.tests.lab.throwaway_host import DROP_IN, LOCK, STATE, Host

FIN = "net.ipv4.tcp_fin_timeout"
RECYCLE, ORPHANS, TRACKER = "net.ipv4.tcp_tw_recycle", "net.ipv4.tcp_max_orphans", "net.netfilter.nf_conntrack_max"


@pytest.fixture
def bare(host: Host) -> Host:
    """A host without the tracker of connections, as where its module is not loaded."""
    if host.has(TRACKER):
        host.hide("/proc/sys/net/netfilter")
    return host


REASONS = [
    (RECYCLE, 1, "removed", "gone since Linux 4.12"),
    (ORPHANS, 65536, "absent_here", "belongs to the host"),
    (TRACKER, 262144, "module_not_loaded", "nf_conntrack, which is not loaded; load it first"),
    ("net.ipv4.tcp_no_such_key", 1, "unknown", "look for a slip"),
]


@pytest.mark.parametrize(("key", "value", "reason", "words"), REASONS, ids=[row[2] for row in REASONS])
def test_four_reasons_four_sentences(bare: Host, key: str, value: int, reason: str, words: str) -> None:
    """Each reason has a sentence of its own; the task fails by default, and touches nothing, in check mode too."""
    before = bare.everything()
    for check_mode in (True, False):
        sentence = bare.run(settings={FIN: 30, key: value}, check_mode=check_mode).refusal
        assert sentence.startswith(key)
        assert words in sentence
        assert "unavailable" in sentence, "the way out"
    assert bare.everything() == before
    assert bare.info(key).row(key)["status"] == reason


@pytest.mark.parametrize(("key", "value", "reason", "words"), REASONS, ids=[row[2] for row in REASONS])
@pytest.mark.parametrize("scope", [["running"], ["boot"], ["running", "boot"]], ids="+".join)
def test_skipping_never_reports_changed(
    bare: Host, key: str, value: int, reason: str, words: str, scope: list[str]
) -> None:
    """With unavailable skip the key is skipped with its reason, is not written for boot, and is never a change."""
    for check_mode in (True, False, False):
        answer = bare.run(settings={key: value}, unavailable="skip", scope=scope, check_mode=check_mode)
        assert not answer.changed
        assert (answer.row(key)["status"], answer.row(key)["reason"]) == ("skipped", reason)
        assert any(words in warning for warning in answer.warnings)
        assert bare.text() is None


def test_a_role_converges_where_half_of_it_is_missing(bare: Host) -> None:
    """The keys that are there are set, the others skipped; the second run changes nothing."""
    settings = {key: value for key, value, _reason, _words in REASONS} | {FIN: 30}
    first = bare.run(settings=settings, unavailable="skip")
    second = bare.run(settings=settings, unavailable="skip")

    assert (first.changed, second.changed) == (True, False)
    assert first.row(FIN)["status"] == "changed"
    assert bare.text() == f"{(bare.text() or '').splitlines()[0]}\n{FIN} = 30\n"


def test_a_read_only_key_is_still_written_for_boot(host: Host) -> None:
    """In a container with a read-only /proc/sys the file is written, which is a change once; the key is skipped."""
    host.make_read_only("/proc/sys")
    first = host.run(settings={FIN: 30}, unavailable="skip")
    second = host.run(settings={FIN: 30}, unavailable="skip")

    assert (first.changed, second.changed) == (True, False)
    assert [first.row(FIN)["status"], second.row(FIN)["status"]] == ["skipped", "skipped"]
    assert host.get(FIN) == "60"
    assert (host.text() or "").endswith(f"{FIN} = 30\n")
    assert host.info(FIN).row(FIN)["status"] == "read_only"
    assert host.info(FIN).row(FIN)["writable"] is False


def test_a_read_only_key_that_is_right_is_no_trouble(host: Host) -> None:
    """Where the running value is right already there is nothing to skip: a read-only /proc/sys does not matter."""
    host.make_read_only("/proc/sys")
    answer = host.run(settings={FIN: 60})

    assert answer.row(FIN)["status"] == "changed", "the file"
    assert not host.run(settings={FIN: 60}).changed


def test_a_read_only_key_for_boot_alone(host: Host) -> None:
    """With scope boot a read-only key can be set."""
    host.make_read_only("/proc/sys")

    assert host.run(settings={FIN: 30}, scope=["boot"]).changed
    assert not host.run(settings={FIN: 30}, scope=["boot"]).changed


def test_a_read_only_key_cannot_be_given_back(host: Host) -> None:
    """What cannot be written cannot be given back: absent refuses by default, and does not forget what was."""
    host.run(settings={FIN: 30})
    host.make_read_only("/proc/sys")

    assert "read-only" in host.run(settings={FIN: None}, state="absent").refusal
    assert host.run(settings={FIN: None}, state="absent", unavailable="skip").changed
    assert host.text() is None
    assert host.get(FIN) == "30"
    assert FIN in (host.text(f"{STATE}/first_seen.json") or ""), "still known"


def test_constraints_on_a_read_only_key(host: Host) -> None:
    """A constraint that is met is left alone; one that is not is skipped, and boot gets the nearest value."""
    host.make_read_only("/proc/sys")
    met = host.run(settings={"net.core.somaxconn": {"at_least": 100}}, unavailable="skip", scope=["running"])
    assert met.row("net.core.somaxconn")["status"] == "unchanged"
    for changed in (True, False):
        answer = host.run(settings={"net.core.somaxconn": {"at_least": 8192}}, unavailable="skip")
        assert (answer.row("net.core.somaxconn")["status"], answer.changed) == ("skipped", changed)
        assert answer.row("net.core.somaxconn")["boot_after"] == 8192


@pytest.mark.parametrize("path", ["/etc", "/var/lib", "/run"])
def test_read_only_hosts(host: Host, path: str) -> None:
    """Where a part of the host is read-only, a run that needs it says so and changes nothing; another one goes."""
    host.make_read_only(path)
    answer = host.run(settings={FIN: 30})
    if path == "/run":
        assert answer.changed, "the lock lies in the state folder then"
        return
    assert "Read-only file system" in answer.refusal
    assert host.get(FIN) == "60"
    assert not host.run(settings={FIN: 60}, scope=["running"]).changed, "nothing to write, nothing to fail"
    assert host.run(settings={FIN: 30}, check_mode=True).result


def test_without_etc_sysctl_d(host: Host) -> None:
    """Where there is no /etc/sysctl.d, the sentence says to create it; running values alone can be set."""
    host.file("/etc/sysctl.d").rmdir()

    assert "create it first" in host.run(settings={FIN: 30}).refusal
    assert host.info(FIN).ok


def test_without_systemd(host: Host) -> None:
    """Where systemd does not boot the host, boot is what `sysctl --system` does, and it is set as anywhere."""
    host.file("/run/systemd/system").rmdir()
    host.hide("/usr/sbin")
    host.put("/etc/sysctl.conf", f"{FIN} = 25\n")
    answer = host.run(settings={FIN: 30})

    assert host.get(FIN) == "30"
    assert (answer.row(FIN)["decided_by"], answer.row(FIN)["boot_after"]) == ("/etc/sysctl.conf:1", 25)
    assert answer.row(FIN)["shadowed"]


# -- ordinary users ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("scope", [["running"], ["boot"], ["running", "boot"]], ids="+".join)
def test_an_ordinary_user_gets_a_sentence(host: Host, ordinary: int, scope: list[str]) -> None:
    """Without root nothing can be set; the sentence says what would help, and nothing is left behind."""
    before = host.everything()
    sentence = host.run(settings={FIN: 30}, scope=scope, uid=ordinary).refusal

    assert "root" in sentence
    after = host.everything()
    assert {path for path in after if path not in before} <= {f"/proc/{host.pid}/root{LOCK}"}
    assert {path: after[path] for path in before if "/run/lock" not in path} == {
        path: before[path] for path in before if "/run/lock" not in path
    }
    assert host.run(settings={FIN: 30}).changed, "and root is not kept out by what that user left"


def test_an_ordinary_user_may_look(host: Host, ordinary: int) -> None:
    """An ordinary user may look at all keys, and is told that none may be written; what is pending is not shown."""
    host.run(settings={FIN: 30})
    answer = host.info(uid=ordinary)

    assert answer.row(FIN)["running"] == 30
    assert (answer.row(FIN)["at_boot"], answer.row(FIN)["decided_by"]) == (30, f"{DROP_IN}:2")
    assert not any(row["writable"] for row in answer.ok["tunables"])
    assert answer.ok["pending"] is None


def test_an_ordinary_user_may_check(host: Host, ordinary: int) -> None:
    """Where everything is as asked, a run by an ordinary user is unchanged."""
    host.run(settings={FIN: 30})

    assert not host.run(settings={FIN: 30}, uid=ordinary).changed


def test_an_ordinary_user_may_not_enter_a_namespace(host: Host, ordinary: int) -> None:
    """An ordinary user may not set anything in another namespace, and the sentence says why."""
    sentence = host.run(settings={FIN: 30}, network_namespace="1", uid=ordinary).refusal

    assert "network_namespace" in sentence
    assert "become" in sentence
