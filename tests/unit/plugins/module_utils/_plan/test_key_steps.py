# Copyright (c) 2026, the linuxnet.tcp authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is decided for a key: what is written, which line is left, what is given back and why."""

from __future__ import annotations

import pytest

from ansible_collections.linuxnet.tcp.plugins.module_utils._model.errors import HostError, InputError
from ansible_collections.linuxnet.tcp.plugins.module_utils._plan.drop_in import HEADING
from ansible_collections.linuxnet.tcp.tests.unit.plugins.module_utils._plan.change_case import (
    BEFORE_BOOT,
    FIN,
    KEEPALIVE,
    LATER,
    Case,
    line,
    new_file,
    seen,
)

OTHER = (("/etc/sysctl.d/50-other.conf", line(FIN, 25)),)

# What is asked on which host; then: write, line in our file afterwards (None: our file is not touched), status, reason.
DECISIONS = {
    "set": (Case({FIN: 30}), "30", HEADING.decode() + line(FIN, 30), "changed", "never_applied"),
    "set already": (Case({FIN: 60}, ours=line(FIN, 60)), None, None, "unchanged", None),
    "running drifted": (Case({FIN: 30}, ours=line(FIN, 30)), "30", None, "changed", "drifted"),
    "file differs": (Case({FIN: 60}, ours=line(FIN, 30)), None, line(FIN, 60), "changed", None),
    "file spelled otherwise": (Case({FIN: 60}, ours=line(FIN, "074")), None, None, "unchanged", None),
    "file refused by the kernel": (Case({FIN: 60}, ours=line(FIN, "x")), None, line(FIN, 60), "changed", None),
    "running only": (Case({FIN: 30}, scope=("running",)), "30", None, "changed", "never_applied"),
    "running only, seen before": (
        Case({FIN: 30}, scope=("running",), seen=seen(FIN, "70")), "30", None, "changed", None,
    ),
    "boot only": (Case({FIN: 30}, scope=("boot",)), None, HEADING.decode() + line(FIN, 30), "changed", None),
    "boot only, drifted": (Case({FIN: 30}, scope=("boot",), ours=line(FIN, 30)), None, None, "unchanged", "drifted"),
    "other file before ours": (
        Case({FIN: 30}, others=OTHER), "30", HEADING.decode() + line(FIN, 30), "changed", "never_applied",
    ),
    "at least, met": (Case({FIN: {"at_least": 50}}, ours=line(FIN, 55)), None, None, "unchanged", None),
    "at least, met by another file": (Case({FIN: {"at_least": 20}}, others=OTHER), None, None, "unchanged", None),
    "at least, not met": (
        Case({FIN: {"at_least": 90}}), "90", HEADING.decode() + line(FIN, 90), "changed", "never_applied",
    ),
    "at least, boot unknown": (Case({FIN: {"at_least": 50}}), None, HEADING.decode() + line(FIN, 60), "changed", None),
    "at most, boot too high": (Case({FIN: {"at_most": 60}}, ours=line(FIN, 90)), None, line(FIN, 60), "changed", None),
    "between": (Case({FIN: {"between": [70, 80]}}, ours=line(FIN, 75)), "70", None, "changed", "drifted"),
    "constraint, decided against": (
        Case({FIN: {"at_least": 50}}, ours=line(FIN, 60), others=LATER), None, None, "unchanged", "other_file",
    ),
    "read-only and right": (Case({FIN: 60}, ours=line(FIN, 60), read_only=(FIN,)), None, None, "unchanged", None),
    "read-only, skipped, for boot": (
        Case({FIN: 30}, read_only=(FIN,), skip=True), None, HEADING.decode() + line(FIN, 30), "skipped", "read_only",
    ),
    "read-only, boot only": (
        Case({FIN: 30}, read_only=(FIN,), scope=("boot",)), None, HEADING.decode() + line(FIN, 30), "changed", None,
    ),
    "not there, skipped": (Case({FIN: 30}, running={}, skip=True), None, None, "skipped", "absent_here"),
    "absent, seen here": (
        Case({FIN: None}, "absent", ours=line(FIN, 30), seen=seen(FIN, "47"), others=OTHER), "47", "", "restored", None,
    ),
    "absent, other file": (
        Case({FIN: None}, "absent", ours=line(FIN, 30), seen=seen(FIN, "47", BEFORE_BOOT), others=OTHER),
        "25", "", "restored", None,
    ),
    "absent, seen before the boot": (
        Case({FIN: None}, "absent", ours=line(FIN, 30), seen=seen(FIN, "47", BEFORE_BOOT)), "47", "", "restored", None,
    ),
    "absent, not known": (Case({FIN: None}, "absent", ours=line(FIN, 30)), None, "", "changed", "not_known_before"),
    "absent, running already": (
        Case({FIN: None}, "absent", ours=line(FIN, 30), seen=seen(FIN, "60")), None, "", "changed", None,
    ),
    "absent, never ours": (Case({FIN: None}, "absent", others=OTHER), None, None, "unchanged", None),
    "absent, key gone": (Case({FIN: None}, "absent", ours=line(FIN, 30), running={}), None, "", "changed", None),
    "absent, boot only": (
        Case({FIN: None}, "absent", ("boot",), ours=line(FIN, 30), seen=seen(FIN, "47")), None, "", "changed", None,
    ),
    "absent in a namespace, line of the host": (
        Case({FIN: None}, "absent", ("running",), ours=line(FIN, 30), others=OTHER, namespace="web"),
        None, None, "unchanged", None,
    ),
    "absent in a namespace, seen there": (
        Case({FIN: None}, "absent", ("running",), others=OTHER, namespace="web",
             seen=seen(FIN, "47", BEFORE_BOOT, "web")),
        "47", None, "restored", None,
    ),
    "absent in a namespace, seen elsewhere": (
        Case({FIN: None}, "absent", ("running",), namespace="web", seen=seen(FIN, "47", BEFORE_BOOT)),
        None, None, "unchanged", None,
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", DECISIONS)
def test_decisions(name: str) -> None:
    """What is written to the kernel and to the file, and what the row says of it."""
    case, write, file, status, reason = DECISIONS[name]
    plan, row = case.plan(), case.row()

    assert [change.after for change in plan.transaction.running] == ([] if write is None else [write])
    assert new_file(plan) == file or (file is None and plan.transaction.file is None)
    assert (row.status, row.reason) == (status, reason)
    assert plan.changed == bool(write is not None or file is not None)
    assert row.running_before == (60 if case.running else None)
    assert row.running_after == (row.running_before if write is None else int(write))


def test_what_boot_would_set_is_asked_without_all_that_goes() -> None:
    """Keys seen before the boot get what the other files set, whichever of ours go with them, and only those."""
    others = (("/etc/sysctl.d/50-other.conf", line(FIN, 25) + line(KEEPALIVE, 900)),)
    before = seen(FIN, "47", BEFORE_BOOT) + seen(KEEPALIVE, "7100", BEFORE_BOOT)
    ours = line(FIN, 30) + line(KEEPALIVE, 1200)
    both = Case({FIN: None, KEEPALIVE: None}, "absent", ours=ours, others=others, seen=before)
    one = Case({FIN: 30}, exclusive=True, ours=ours, others=others, seen=before)

    assert {change.key: change.after for change in both.plan().transaction.running} == {FIN: "25", KEEPALIVE: "900"}
    assert {change.key: change.after for change in one.plan().transaction.running} == {FIN: "30", KEEPALIVE: "900"}


@pytest.mark.parametrize("name", DECISIONS)
def test_a_second_run_finds_nothing_to_do(name: str) -> None:
    """On the host as the plan leaves it, the same task changes nothing: whatever is asked, one run is enough."""
    case = DECISIONS[name][0]
    plan = case.plan()
    change = plan.transaction.file
    left = case.ours if change is None else None if change.after is None else change.after.data.decode("latin-1")
    running = dict(case.running, **{write.key: write.after for write in plan.transaction.running})
    again = case._replace(ours=left, running=running, seen=plan.transaction.records_after).plan()

    assert not again.changed
    assert {row.status for row in again.rows} <= {"unchanged", "skipped"}


@pytest.mark.parametrize(
    ("case", "words"),
    [
        (Case({FIN: 30}, running={}), "absent here"),
        (Case({FIN: 30}, read_only=(FIN,)), "read-only"),
        (Case({"net.ipv4.tcp_tw_recycle": 1}), "gone since Linux 4.12"),
        (Case({"net.netfilter.nf_conntrack_max": 65536}), "not loaded"),
        (Case({"net.ipv4.tcp_max_orphans": 65536}), "belongs to the host"),
        (Case({"net.ipv4.no_such_key": 1}), "slip in its name"),
        (Case({FIN: None}, "absent", ours=line(FIN, 30), seen=seen(FIN, "47"), read_only=(FIN,)), "read-only"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_cannot_be_set(case: Case, words: str) -> None:
    """A key that this host cannot set is refused with its reason and the parameter that would skip it."""
    with pytest.raises(HostError) as refusal:
        case.plan()

    assert words in str(refusal.value)
    assert "set unavailable to 'skip'" in str(refusal.value)
    assert case._replace(skip=True).plan().transaction.running == ()


def test_a_secret_is_refused_for_boot_and_hidden() -> None:
    """A secret goes to the kernel alone, and stands in no row."""
    key, value = "net.ipv4.tcp_fastopen_key", "deadbeef-00000001-00000002-00000003"
    with pytest.raises(InputError):
        Case({key: value}).plan()
    plan = Case({key: value}, scope=("running",)).plan()

    (write,) = plan.transaction.running
    assert (write.after, write.secret) == (value, True)
    assert "deadbeef" not in repr(plan.rows)
