# Copyright (c) 2026, the linuxnet.tcp authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is made of one host's registered result: its counts, or a reason that a person can act on."""

from __future__ import annotations

import math
import typing as t

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from ansible_collections.linuxnet.tcp.plugins.plugin_utils._host_counts import (
    HostCounts,
    NoCounts,
    read_facts,
    read_result,
    reason_of,
)
from ansible_collections.linuxnet.tcp.tests.unit.plugins.plugin_utils import fleet

JUNK = some.recursive(
    some.none() | some.booleans() | some.integers() | some.floats() | some.text(max_size=8),
    lambda inner: some.lists(inner, max_size=3) | some.dictionaries(some.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)


def test_counts() -> None:
    """A good result gives every number of the facts that the table shows."""
    facts = fleet.facts_of("web1")
    facts["usage"]["local_ports"] = {"share": 0.25, "used": 7058}
    read = read_facts("web1", facts)
    assert isinstance(read, HostCounts)
    assert read.states == facts["states"]
    assert read.total == facts["total"]
    assert read.time_wait == facts["states"]["time_wait"]
    assert (read.time_wait_share, read.orphans_share) == (facts["usage"]["time_wait"], 0.0008)
    assert read.local_ports_share == 0.25
    assert read.limits == {
        "max_tw_buckets": 131_072,
        "max_orphans": 65_536,
        "somaxconn": 4096,
        "max_syn_backlog": 4096,
    }
    assert read.local_port_range == (32_768, 60_999)
    assert (read.time_wait_overflow, read.listen_overflows, read.syn_queue_overflows) == (0, 12, 3)
    assert (read.source, read.elapsed_ms, read.skew) == ("netlink", 1.234, 0)


@pytest.mark.parametrize(
    ("result", "kind", "reason"),
    [
        (None, "failed", "no result: the task did not run on this host"),
        ("text", "failed", "no result: the task did not run on this host"),
        ({}, "failed", "the task returned no ansible_facts.linuxnet_tcp"),
        ({"ansible_facts": {"other": 1}}, "failed", "the task returned no ansible_facts.linuxnet_tcp"),
        (
            {"skipped": True, "skip_reason": "Conditional result was False"},
            "skipped",
            "Conditional result was False",
        ),
        (fleet.unreachable("db7"), "unreachable", "connect to host db7 port 22: Connection refused"),
        (
            {
                "failed": True,
                "msg": "Task failed: Module failed: network_namespace 'x' is not there:\n  look",
            },
            "failed",
            "network_namespace 'x' is not there: look",
        ),
        (
            {
                "failed": True,
                "msg": "MODULE FAILURE: No start of json char found",
                "module_stderr": "x\nOSError: no\n\n",
            },
            "failed",
            "OSError: no",
        ),
        (
            {
                "failed": True,
                "msg": "Module result deserialization failed: No start of json char found",
                "module_stderr": '  File "x", line 3\nSyntaxError: invalid syntax\n',
                "module_stdout": "",
            },
            "failed",
            "its Python is too old for this ansible-core",
        ),
        (
            {
                "failed": True,
                "msg": "MODULE FAILURE\nSee stdout/stderr for the exact error",
                "module_stdout": "sh: gone",
            },
            "failed",
            "sh: gone",
        ),
        ({"failed": True, "msg": "MODULE FAILURE", "module_stderr": " \n"}, "failed", "MODULE FAILURE"),
        ({"failed": True}, "failed", "no reason given"),
        ({"failed": True, "msg": ["a", "list"]}, "failed", "no reason given"),
    ],
)
def test_reasons(result: object, kind: str, reason: str) -> None:
    """A host without counts has the sentence that says why, without what ansible-core puts in front of it."""
    assert read_result("web1", result) == NoCounts("web1", kind, reason)


def test_reasons_are_bounded() -> None:
    """A message of a megabyte does not travel on."""
    assert len(reason_of({"msg": "x" * 1_000_000})) == 500


@pytest.mark.parametrize("bad", [None, -1, 1.5, "12", True, [1]])
def test_a_missing_count_is_no_zero(bad: object) -> None:
    """Facts with a hole in the states are refused, and the reason names the hole."""
    facts = fleet.facts_of("web1")
    facts["states"]["time_wait"] = bad
    assert read_facts("web1", facts) == NoCounts(
        "web1", "failed", "its facts hold no count at states.time_wait"
    )
    del facts["states"]["time_wait"], facts["total"]
    answer = read_facts("web1", facts)
    assert isinstance(answer, NoCounts)
    assert answer.reason == "its facts hold no count at states.time_wait, total"


@pytest.mark.parametrize("bad", [math.nan, math.inf, -0.1, "0.5", True, None])
def test_a_share_that_is_none(bad: object) -> None:
    """A share that is no number is not known."""
    facts = fleet.facts_of("web1")
    facts["usage"]["time_wait"] = bad
    answer = read_facts("web1", facts)
    assert isinstance(answer, HostCounts)
    assert answer.time_wait_share is None


@settings(max_examples=200, deadline=None)
@given(result=JUNK, facts=some.dictionaries(some.sampled_from(sorted(fleet.facts_of("web1"))), JUNK))
def test_any_result_is_read(result: t.Any, facts: dict[str, t.Any]) -> None:
    """Whatever stands in a registered variable, the answer is counts or a reason, never an exception."""
    assert isinstance(read_result("web1", result), NoCounts)
    wrapped = {"ansible_facts": {"linuxnet_tcp": {**fleet.facts_of("web1"), **facts}}}
    assert isinstance(read_result("web1", wrapped), (HostCounts, NoCounts))
