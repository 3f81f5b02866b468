# Copyright (c) 2026, the linuxnet.tcp authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Hosts that comply, drift, are overridden and boot: what compliance_info says of them, and that it leaves no trace."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.linuxnet.tcp.tests.lab.throwaway_host import DROP_IN, STATE, Host

FIN, KEEPALIVE, REUSE = "net.ipv4.tcp_fin_timeout", "net.ipv4.tcp_keepalive_time", "net.ipv4.tcp_tw_reuse"
RECYCLE, ORPHANS, TRACKER = "net.ipv4.tcp_tw_recycle", "net.ipv4.tcp_max_orphans", "net.netfilter.nf_conntrack_max"
NOBODY = 65534


def verdict(host: Host, settings: dict[str, Any] | None = None, **arguments: Any) -> tuple[str, str | None]:
    """Status and reason of the one setting."""
    (row,) = host.run("compliance_info", settings=settings or {FIN: 30}, **arguments).ok["findings"]
    return row["status"], row["reason"]


def test_a_rule_from_never_applied_to_drifted_and_back(host: Host) -> None:
    """What runs decides, and whether it was ever there is told by what the host itself has kept."""
    assert verdict(host) == ("fail", "never_applied")
    host.run(settings={FIN: 30})
    assert verdict(host) == ("pass", None)
    host.set(FIN, 45)
    assert verdict(host) == ("fail", "drifted")
    host.set(FIN, 60)
    assert verdict(host) == ("fail", "drifted"), "put back to what it was before us"
    host.run(settings={FIN: None}, state="absent")
    assert verdict(host) == ("fail", "never_applied"), "given back, and forgotten"


@pytest.mark.parametrize("loader", ["systemd", "procps"])
def test_what_is_said_of_the_boot_is_what_the_boot_does(host: Host, loader: str) -> None:
    """A rule that passes passes after a boot too; one that is not persistent or shadowed fails after it."""
    settings = {FIN: 30, KEEPALIVE: 600, REUSE: 1}
    host.run(settings={FIN: 30, KEEPALIVE: 600})
    host.run(settings={REUSE: 1}, scope=["running"])
    host.put("/etc/sysctl.d/99-other.conf", f"{KEEPALIVE} = 7200\n")

    before = {row["name"]: row for row in host.run("compliance_info", settings=settings).ok["findings"]}
    host.boot(loader)
    after = {row["name"]: row for row in host.run("compliance_info", settings=settings).ok["findings"]}

    assert {key: (row["status"], row["reason"]) for key, row in before.items()} == {
        FIN: ("pass", None),
        KEEPALIVE: ("shadowed", "other_file"),
        REUSE: ("not_persistent", "kernel_default"),
    }
    assert before[KEEPALIVE]["decided_by"] == "/etc/sysctl.d/99-other.conf:1"
    assert {key: row["status"] for key, row in after.items()} == {FIN: "pass", KEEPALIVE: "fail", REUSE: "fail"}
    assert after[KEEPALIVE]["reason"] == "other_file"
    assert {key: row["running"] for key, row in after.items()} == {FIN: 30, KEEPALIVE: 7200, REUSE: 2}


def test_a_file_younger_than_the_kernel_tells_nothing(host: Host) -> None:
    """A file of somebody else that was written since the kernel was started may have been loaded, or not."""
    host.put("/etc/sysctl.d/60-theirs.conf", f"{FIN} = 30\n")
    host.boot("systemd")
    assert verdict(host) == ("pass", None)
    host.set(FIN, 45)

    # A throw-away host boots anew, but under the machine's kernel, which is older than any file here.
    assert verdict(host) == ("fail", "drifted_or_never_applied")


def test_four_reasons_why_a_rule_is_about_nothing(host: Host) -> None:
    """Removed, absent in this namespace, of a module that is not loaded, and read-only."""
    if host.has(TRACKER):
        host.hide("/proc/sys/net/netfilter")
    assert verdict(host, {RECYCLE: 0}) == ("not_applicable", "removed")
    assert verdict(host, {ORPHANS: {"at_least": 1}}) == ("not_applicable", "absent_here")
    assert verdict(host, {TRACKER: {"at_least": 1}}) == ("not_applicable", "module_not_loaded")
    host.make_read_only("/proc/sys")
    assert verdict(host) == ("not_applicable", "read_only")
    assert verdict(host, {FIN: 60}) == ("pass", None)


def test_a_waiver_and_its_end(host: Host) -> None:
    """By the host's clock."""
    waivers = [{"rule": FIN, "reason": "moving", "until": "2999-12-31"}]
    assert verdict(host, waivers=waivers) == ("waived", "waived_until")
    waivers[0]["until"] = "2020-12-31"
    assert verdict(host, waivers=waivers) == ("fail", "waiver_expired")


EVERYTHING: dict[str, Any] = {
    FIN: 30, KEEPALIVE: 600, RECYCLE: 0, ORPHANS: {"at_least": 1}, "net.ipv4.tcp_rmem": [4096, 131072, 6291456],
}  # fmt: skip


def test_an_audit_leaves_no_trace(host: Host) -> None:
    """Files with their times, and running values, are the same before and after; nothing is made."""
    host.run(settings={FIN: 30})
    host.set(FIN, 45)
    before = host.everything()
    for uid in (0, NOBODY):
        assert not host.run("compliance_info", settings=EVERYTHING, uid=uid).changed
    assert host.everything() == before


def test_an_audit_of_a_bare_host_makes_no_state_folder(host: Host) -> None:
    """Not even the folder that every other run makes."""
    host.run("compliance_info", settings=EVERYTHING)
    assert not host.file(STATE).exists()


def test_an_ordinary_user_sees_the_same_but_for_what_only_root_may(host: Host) -> None:
    """The same findings, and where our own state would tell more, a note instead of a guess."""
    host.run(settings={FIN: 30, KEEPALIVE: 600})
    host.set(KEEPALIVE, 1000)
    by_root = host.run("compliance_info", settings=EVERYTHING).ok
    by_nobody = host.run("compliance_info", settings=EVERYTHING, uid=NOBODY).ok

    assert [row["status"] for row in by_root["findings"]] == [row["status"] for row in by_nobody["findings"]]
    differ = [
        (mine["name"], mine["reason"], theirs["reason"])
        for mine, theirs in zip(by_root["findings"], by_nobody["findings"], strict=True)
        if mine["reason"] != theirs["reason"]
    ]
    assert (KEEPALIVE, "drifted", "drifted_or_never_applied") in differ
    assert {theirs for _key, _mine, theirs in differ} == {"drifted_or_never_applied"}
    assert by_root["notes"] == []
    assert [note for note in by_nobody["notes"] if "cannot be read" in note and "become" in note]


def test_files_that_may_not_be_read_are_named(host: Host) -> None:
    """A user who may not read a file of boot is told which, for its lines may decide."""
    host.run(settings={FIN: 30})
    host.put("/etc/sysctl.d/99-secret.conf", f"{FIN} = 60\n", mode=0o600)

    assert verdict(host) == ("shadowed", "other_file")
    answer = host.run("compliance_info", settings={FIN: 30}, uid=NOBODY).ok
    assert answer["findings"][0]["decided_by"] == f"{DROP_IN}:2"
    assert any("99-secret.conf" in note for note in answer["notes"])


def test_hostile_files_and_waivers_cost_one_rule_at_most(host: Host) -> None:
    """Bytes that are no text, pipes that never end, and names that would act on a terminal."""
    host.put("/etc/sysctl.d/99-\x1b[2J.conf", b"net.ipv4.tcp_fin_timeout = \xff\x00\n")
    host.put("/etc/sysctl.d/98.conf", b"\xff" * 4096)
    answer = host.run("compliance_info", settings=EVERYTHING).ok
    assert answer["summary"]["rules"] == len(EVERYTHING)
    rule = {"id": "<script>\x07", "name": FIN, "equals": 1}
    assert host.run("compliance_info", rules=[rule]).refusal.startswith("rules: id is ")
