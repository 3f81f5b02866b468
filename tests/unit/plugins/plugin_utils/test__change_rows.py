# Copyright (c) 2026, the linuxnet.tcp authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is made of the registered results of one host."""

from __future__ import annotations

import typing as t

import pytest
from hypothesis import given
from hypothesis import strategies as some

from ansible_collections.linuxnet.tcp.plugins.plugin_utils._change_rows import (
    NOT_TOLD,
    HostChanges,
    KeyChange,
    read_host,
)

JUNK = some.recursive(
    some.none() | some.booleans() | some.integers() | some.floats() | some.text(max_size=8),
    lambda inner: some.lists(inner, max_size=3) | some.dictionaries(some.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)


def row(**changes: t.Any) -> dict[str, t.Any]:
    """A row of tunables."""
    whole = {
        "name": "net.core.somaxconn", "running_before": 128, "running_after": 4096, "boot_before": None,
        "boot_after": 4096, "status": "changed", "reason": "never_applied",
    }  # fmt: skip
    return {**whole, **changes}


def test_a_changed_host() -> None:
    """Each row that changed has what was and what is, running and at boot."""
    pair = row(name="p", running_before=[1, 2], running_after=[3, 4], boot_before=[3, 4], boot_after=[3, 4])
    result = {"changed": True, "tunables": [row(), pair, row(status="unchanged")]}

    assert read_host("web1", result, [], waiting=False) == HostChanges(
        "web1",
        "changed",
        (
            KeyChange("net.core.somaxconn", "128 -> 4096", "unset -> 4096", ""),
            KeyChange("p", "1 2 -> 3 4", "3 4", ""),
        ),
    )


@pytest.mark.parametrize(
    ("status", "reason", "note"),
    [("skipped", "read_only", "skipped: read_only"), ("restored", None, "restored"), ("changed", "drifted", "")],
)
def test_what_is_not_a_plain_change_is_said(status: str, reason: str | None, note: str) -> None:
    """A key that was skipped, or given back, says so."""
    result = {"changed": False, "tunables": [row(status=status, reason=reason)]}
    (change,) = read_host("web1", result, [], waiting=False).changes

    assert change.note == note


def test_an_unchanged_host() -> None:
    """It has no changes to tell."""
    result = {"changed": False, "tunables": [row(status="unchanged")]}

    assert read_host("web1", result, [None, {"skipped": True}], waiting=False) == HostChanges("web1", "unchanged")


def test_a_failure_of_any_task_counts() -> None:
    """Before tunables or after it; the reason is its message."""
    good = {"changed": True, "tunables": [row()]}

    assert read_host("a", {"failed": True, "msg": "It got worse."}, [], waiting=False) == HostChanges(
        "a", "failed", reason="It got worse."
    )
    assert read_host("a", None, [{"failed": True, "msg": "No such profile."}], waiting=False) == HostChanges(
        "a", "failed", reason="No such profile."
    )
    assert read_host("a", good, [{"failed": True, "msg": "Drifted."}], waiting=False).outcome == "failed"


def test_an_unreachable_host() -> None:
    """Whichever task met it, and whatever failed after."""
    dead = {"unreachable": True, "msg": "Failed to connect to the host via ssh: refused"}

    assert read_host("a", {"failed": True, "msg": "?"}, [dead], waiting=False) == HostChanges(
        "a", "unreachable", reason="refused"
    )


def test_a_host_without_a_result() -> None:
    """It waits for its batch, or it failed where nothing was registered."""
    assert read_host("a", None, [], waiting=True) == HostChanges("a", "waiting")
    assert read_host("a", None, [], waiting=False) == HostChanges("a", "failed", reason=NOT_TOLD)


@given(JUNK, some.lists(JUNK, max_size=2), some.booleans())
def test_garbage_is_no_error(result: t.Any, others: list[t.Any], waiting: bool) -> None:
    """Whatever a host answered, it has its line."""
    assert read_host("a", result, others, waiting=waiting).host == "a"
    assert read_host("a", {"tunables": [result]}, others, waiting=waiting).host == "a"
