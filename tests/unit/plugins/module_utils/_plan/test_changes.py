# Copyright (c) 2026, the linuxnet.tcp authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a run of `tunables` decides to do, from what is asked and what a host has."""

from __future__ import annotations

from typing import Any, Optional, Tuple

import pytest

from ansible_collections.linuxnet.tcp.plugins.module_utils._model.boot_files import BootFile, LaterWriter
from ansible_collections.linuxnet.tcp.plugins.module_utils._model.errors import InputError
from ansible_collections.linuxnet.tcp.plugins.module_utils._model.plans import Row
from ansible_collections.linuxnet.tcp.plugins.module_utils._plan.changes import same_value
from ansible_collections.linuxnet.tcp.tests.unit.plugins.module_utils._plan.change_case import (
    FIN,
    KEEPALIVE,
    LATER,
    PATH,
    RANGE,
    RUNNING,
    Case,
    line,
    new_file,
    seen,
)

REUSE = "net.ipv4.tcp_tw_reuse"


def test_couplings_are_checked_and_order_the_writes() -> None:
    """What the kernel would refuse beside other running values is refused; a pair moves in an order that it takes."""
    start = "net.ipv4.ip_unprivileged_port_start"
    with pytest.raises(InputError):
        Case({RANGE: [500, 60999]}).plan()
    for settings in ({RANGE: [500, 60999], start: 80}, {start: 80, RANGE: [500, 60999]}):
        assert [write.key for write in Case(settings).plan().transaction.running] == [start, RANGE]
    for settings in ({RANGE: [50000, 60999], start: 40000}, {start: 40000, RANGE: [50000, 60999]}):
        assert [write.key for write in Case(settings).plan().transaction.running] == [RANGE, start]


def test_exclusive_takes_the_other_keys_of_our_file() -> None:
    """Keys of ours that are not named come last in the rows and go; keys outside net are not ours."""
    ours = line(FIN, 30) + line(KEEPALIVE, 1200) + line("vm.swappiness", 1)
    plan = Case({FIN: 30}, exclusive=True, ours=ours, seen=seen(KEEPALIVE, "7200")).plan()

    assert [row.name for row in plan.rows] == [FIN, KEEPALIVE]
    assert new_file(plan) == line(FIN, 30) + line("vm.swappiness", 1)


@pytest.mark.parametrize(
    ("others", "why", "names"),
    [
        (LATER, "other_file", "/usr/lib/sysctl.d/99-later.conf:1"),
        (((PATH.replace("90-", "99-"), line("net.ipv4.tcp_fin_time*", 5)),), None, ""),
        ((("/etc/sysctl.d/99-odd.conf", "net.ipv4..tcp_fin_timeout=5\n"),), "other_file", "99-odd.conf:1"),
    ],
)
def test_shadows(others: Tuple[Tuple[str, str], ...], why: Optional[str], names: str) -> None:
    """A file that decides against us is named in a sentence and in the row; a pattern does not decide a named key."""
    plan = Case({FIN: 30}, others=others).plan()
    again = Case({FIN: 30}, others=others, ours=line(FIN, 30), running=dict(RUNNING, **{FIN: "30"})).plan()

    assert [names in sentence for sentence in plan.shadows] == ([True] if why else [])
    assert (again.rows[0].shadowed, again.rows[0].reason) == (bool(why), why)


def test_who_writes_after_boot_is_named_even_for_the_same_value() -> None:
    """What a program sets later is not known so well: it is said though today it is what was asked."""
    path = b"/etc/ufw/sysctl.conf"
    ufw = LaterWriter("ufw", (BootFile(path, path, line(FIN, 30).encode()),))
    (sentence,) = Case({FIN: 30}, later=(ufw,)).plan().shadows

    assert "/etc/ufw/sysctl.conf:1 is applied after boot" in sentence


def test_a_file_that_decides_the_same_is_no_matter() -> None:
    """The row says that another file decides; there is nothing to warn of."""
    plan = Case({FIN: 30}, others=(("/etc/sysctl.d/99-same.conf", line(FIN, 30)),)).plan()

    assert plan.rows[0].shadowed
    assert plan.shadows == ()


def test_a_line_of_our_own_file_that_only_loaders_understand_is_named() -> None:
    """It decides against what is asked, and is not ours to change."""
    plan = Case({FIN: 30}, ours=line(FIN, 30) + "net.ipv4..tcp_fin_timeout = 5\n").plan()

    assert [PATH + ":2" in sentence for sentence in plan.shadows] == [True]
    assert (plan.rows[0].shadowed, plan.rows[0].boot_after) == (True, 5)


def test_a_change_has_the_text_from_before() -> None:
    """It is what is written again when something fails."""
    (change,) = Case({FIN: 30}).plan().transaction.running

    assert (change.key, change.before, change.after, change.secret) == (FIN, "60", "30", False)


def test_mode_owner_and_label_are_kept() -> None:
    """The new file has the mode, owner and label of the old one; one that is made can be read by all."""
    (kept, made) = (Case({FIN: 30}, ours=ours).plan().transaction.file for ours in ("#\n", None))

    assert kept is not None
    assert kept.after is not None
    assert (kept.after.mode, kept.after.uid, kept.after.gid) == (0o640, 0, 7)
    assert made is not None
    assert made.after is not None
    assert (made.after.mode, made.after.uid, made.after.gid) == (0o644, -1, -1)


def test_what_goes_ill_together_is_said() -> None:
    """Values that the kernel takes and that have no effect are warned of; so are keys that nobody knows."""
    settings = {"net.ipv4.tcp_timestamps": 0, "net.ipv4.tcp_tw_reuse": 1, "net.ipv4.conf.lo.tag": 5}
    warnings = Case(settings).plan().warnings

    assert any("tcp_tw_reuse has no effect" in sentence for sentence in warnings)
    assert any("net.ipv4.conf.lo.tag is not in the catalogue" in sentence for sentence in warnings)
    assert Case({FIN: 30}).plan().warnings == ()
    assert Case({"net.ipv4.conf.lo.tag": None}, "absent").plan().warnings == ()


def test_values_that_nobody_asked_for_count_too() -> None:
    """One that runs already makes the one that is asked for useless; what is given back is not complained of."""
    without_timestamps = dict(RUNNING, **{"net.ipv4.tcp_timestamps": "0"})
    (sentence,) = Case({REUSE: 1}, running=without_timestamps).plan().warnings
    gone = Case({REUSE: None}, "absent", ours=line(REUSE, 1), seen=seen(REUSE, "1"), running=without_timestamps)

    assert "tcp_tw_reuse has no effect" in sentence
    assert gone.plan().warnings == ()


def test_what_the_boot_order_notes_is_said_where_boot_is_asked_for() -> None:
    """Who sets running values alone need not hear how boot reads files."""
    assert any("BusyBox" in sentence for sentence in Case({FIN: 30}, busybox=True).plan().warnings)
    assert Case({FIN: 30}, scope=("running",), busybox=True).plan().warnings == ()


@pytest.mark.parametrize(
    ("key", "given", "shows", "same"),
    [
        (FIN, "30", "30", True),
        (FIN, "30", "31", False),
        (RANGE, "1024 65000", "1024\t65000", True),
        ("net.ipv4.ip_local_reserved_ports", "8080-8082", "8080-8082", True),
        ("net.ipv4.ip_local_reserved_ports", "", "", True),
        (FIN, "30", "", False),
        (FIN, "30", "garbage", False),
        ("net.ipv4.conf.lo.tag", "a  b", "a b", True),
    ],
)
def test_same_value(key: str, given: str, shows: str, same: bool) -> None:
    """What the kernel shows is what it was given, by meaning; what it garbles is not."""
    assert same_value(key, given, shows) is same


def test_rows_have_the_contract_s_names() -> None:
    """The fields of a row are those that playbooks rely on."""
    names: Any = Row._fields

    assert names == (
        "name", "requested", "running_before", "running_after", "boot_before", "boot_after", "decided_by", "shadowed",
        "status", "reason",
    )  # fmt: skip
