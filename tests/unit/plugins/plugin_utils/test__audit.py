# Copyright (c) 2026, the linuxnet.tcp authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The audit of one host: what is asked, and what is kept when part of it fails."""

from __future__ import annotations

import re
import typing as t
from pathlib import Path

import pytest

from ansible_collections.linuxnet.tcp.plugins.plugin_utils import _audit
from ansible_collections.linuxnet.tcp.plugins.plugin_utils._audit import (
    AUDIT,
    COMPLIANCE,
    NotReached,
    Questions,
)
from ansible_collections.linuxnet.tcp.plugins.plugin_utils._record import Problem
from ansible_collections.linuxnet.tcp.plugins.plugin_utils._report_model import Outcome
from ansible_collections.linuxnet.tcp.tests.unit.plugins.plugin_utils import fleet, records

PLAN = Path(__file__).resolve().parents[4] / "plugins" / "module_utils" / "_plan"
RULE = {"id": "one", "name": "net.core.somaxconn", "equals": 1}
RULES = Questions(rules_for=lambda _memory: [RULE], by=["process"], sample=2)
FACTS = fleet.facts_of("web1")
MEMORY = FACTS["limits"]["memory_bytes"]
JUDGED = {key: records.record_of(1)["compliance"][key] for key in ("compliant", "findings", "summary")}
ROWS = [{"name": "net.ipv4.tcp_tw_reuse", "running": 1}, {"name": "net.ipv4.tcp_timestamps", "running": 0}]
GOOD = {"facts": FACTS, "compliance": JUDGED, "tunables": ROWS, "notes": ["a file was not read"], "problems": []}


class Host:
    """A host whose modules answer what they are told to; an exception is raised."""

    def __init__(self, audit_info: t.Any = None, compliance_info: t.Any = None) -> None:
        self.answers = {
            "audit_info": GOOD if audit_info is None else audit_info,
            "compliance_info": compliance_info,
        }
        self.asked: list[tuple[str, dict[str, t.Any]]] = []

    def run(self, module: str, arguments: dict[str, t.Any]) -> t.Any:
        """As the action runs a module."""
        self.asked.append((module, arguments))
        answer = self.answers[module.rpartition(".")[2]]
        if isinstance(answer, Exception):
            raise answer
        return answer


def test_one_module() -> None:
    """One module is run on a host, and gets what the user asked for."""
    host = Host()
    _audit.audit(host.run, RULES, None)

    ((module, asked),) = host.asked
    assert module == AUDIT
    assert asked == {
        "by": ["process"],
        "sample": 2,
        "rules": [RULE],
        "waivers": [],
        "names": list(_audit.DIAGNOSED),
        "network_namespace": None,
    }


def test_without_rules() -> None:
    """Without rules none are sent, and the host's health is still known."""
    host = Host({**GOOD, "compliance": None})
    outcome, found = _audit.audit(host.run, Questions(), None)

    assert host.asked[0][1]["rules"] is None
    assert (outcome, found.compliance) == (Outcome.AUDITED, None)
    assert "tw_reuse_without_timestamps" in {row["id"] for row in found.diagnoses or ()}


def test_what_is_kept() -> None:
    """The record gets the facts, the findings, the diagnoses and the notes."""
    outcome, found = _audit.audit(Host().run, RULES, None)

    assert outcome is Outcome.AUDITED
    assert (found.facts, found.compliance, found.notes) == (FACTS, JUDGED, ["a file was not read"])
    assert "tw_reuse_without_timestamps" in {row["id"] for row in found.diagnoses or ()}


def sized(memory_bytes: int) -> list[dict[str, t.Any]]:
    """Rules of a profile that has room for what the memory holds, up to that of 4 GiB."""
    return [{**RULE, "at_least": min(memory_bytes, 4 << 30)}]


def with_memory(memory_bytes: int | None) -> dict[str, t.Any]:
    """The answer of a host with so much memory."""
    return {**GOOD, "facts": {**FACTS, "limits": {**FACTS["limits"], "memory_bytes": memory_bytes}}}


@pytest.mark.parametrize("memory", [8 << 30, None])
def test_a_host_with_room_is_asked_once(memory: int | None) -> None:
    """So is one that does not tell of its memory: it cannot have been sized by it."""
    host = Host(with_memory(memory))
    _audit.audit(host.run, Questions(rules_for=sized), None)

    assert [module for module, _asked in host.asked] == [AUDIT]


def test_a_small_host_is_asked_what_fits_it() -> None:
    """One that turns out to be small is judged by the rules of its size, and by nothing else."""
    judged = {**JUDGED, "compliant": "by its size", "tunables": [], "notes": [], "changed": False}
    host = Host(with_memory(1 << 30), judged)
    outcome, found = _audit.audit(host.run, Questions(rules_for=sized), None)

    (_first, (module, asked)) = host.asked
    assert (module, asked["rules"]) == (COMPLIANCE, sized(1 << 30))
    assert (outcome, found.compliance) == (Outcome.AUDITED, {**JUDGED, "compliant": "by its size"})


def test_a_small_host_that_is_known_is_asked_once() -> None:
    """The second audit knows its memory from the first."""
    answer = with_memory(1 << 30)
    host = Host(answer)
    _audit.audit(host.run, Questions(rules_for=sized), answer["facts"])

    ((_module, asked),) = host.asked
    assert asked["rules"] == sized(1 << 30)


def test_a_small_host_that_fails_at_last() -> None:
    """When the second question gets no answer, nothing of the first one's verdict stays."""
    host = Host(with_memory(1 << 30), {"failed": True, "msg": "gone"})
    outcome, found = _audit.audit(host.run, Questions(rules_for=sized), None)

    assert (outcome, found.compliance) == (Outcome.FAILED, None)
    assert list(found.problems) == [Problem("compliance", "gone")]


@pytest.mark.parametrize("told", ["1", True, 3, -1, None, [1]])
def test_a_memory_that_is_none(told: t.Any) -> None:
    """What a record or a host tells of memory and cannot be, is as if it told nothing."""
    host = Host(with_memory(told))
    outcome, _found = _audit.audit(host.run, Questions(rules_for=sized), {"limits": {"memory_bytes": told}})

    assert outcome is Outcome.AUDITED
    assert len(host.asked) == 1


def test_earlier_facts() -> None:
    """What grew since the earlier audit is seen."""
    now = {**FACTS, "counters": {**FACTS["counters"], "listen_overflows": 500}}
    host = Host({**GOOD, "facts": now})
    earlier = {**now, "counters": {**now["counters"], "listen_overflows": 12}}
    (alone, compared) = (_audit.audit(host.run, RULES, past)[1].diagnoses or () for past in (None, earlier))

    assert {row["id"]: row["evidence"] for row in alone} != {row["id"]: row["evidence"] for row in compared}
    assert any("listen_overflows_rise" in row["evidence"] for row in compared)


def test_a_broken_past() -> None:
    """Earlier facts that are none are no earlier facts, and the audit is as good as the first."""
    outcome, found = _audit.audit(Host().run, RULES, {"states": 7, "limits": 8})

    assert outcome is Outcome.AUDITED
    assert found == _audit.audit(Host().run, RULES, None)[1]


def test_nobody_answers() -> None:
    """An unreachable host is recorded as such, with the reason."""
    outcome, found = _audit.audit(Host(NotReached("Connection refused")).run, RULES, None)

    assert outcome is Outcome.UNREACHABLE
    assert list(found.problems) == [Problem("host", "Connection refused")]


@pytest.mark.parametrize(
    "answer",
    [
        {"failed": True, "msg": "no Python"},
        {"msg": "no Python"},
        {**GOOD, "msg": "no Python", "facts": 7},
        {**GOOD, "msg": "no Python", "compliance": []},
        {**GOOD, "msg": "no Python", "notes": [7]},
        {**GOOD, "msg": "no Python", "problems": [{"part": "host"}]},
        {**GOOD, "msg": "no Python", "problems": [7]},
    ],
)
def test_an_answer_that_is_none(answer: dict[str, t.Any]) -> None:
    """A host that fails, or answers what the module never would, is recorded as failed, with the reason."""
    for questions in (RULES, Questions(rules_for=sized)):
        outcome, found = _audit.audit(Host(answer).run, questions, None)
        assert (outcome, found.facts) == (Outcome.FAILED, None)
        assert list(found.problems) == [Problem("host", "no Python")]


@pytest.mark.parametrize(
    ("answer", "part", "facts", "compliance"),
    [
        ({"facts": None, "problems": [{"part": "facts", "reason": "no /proc"}]}, "facts", False, True),
        ({"compliance": None, "tunables": None, "problems": [{"part": "compliance", "reason": "no"}]}, "compliance",
         True, False),
        ({"facts": {"states": 1}}, "diagnosis", True, True),
    ],
)  # fmt: skip
def test_half_an_audit(answer: dict[str, t.Any], part: str, facts: bool, compliance: bool) -> None:
    """When one half fails the other is kept, and the record says which failed and why."""
    outcome, found = _audit.audit(Host({**GOOD, **answer}).run, RULES, None)

    assert outcome is Outcome.FAILED
    assert [problem.part for problem in found.problems] == [part]
    assert found.problems[0].reason
    assert (found.facts is not None, found.compliance is not None) == (facts, compliance)


def test_every_key_that_diagnoses_name_is_asked_for() -> None:
    """A diagnosis cannot stay silent because the audit forgot to look at its key."""
    sources = [PLAN / "diagnosis.py", *(PLAN / "diagnoses").glob("*.py")]
    named = {key for path in sources for key in re.findall(r'"(net\.[a-z0-9_.]+)"', path.read_text(encoding="utf-8"))}
    whole = {key for key in named if not key.endswith("_")}

    assert len(whole) > 10
    assert whole <= set(_audit.DIAGNOSED)
    assert all(any(key.startswith(start) for key in _audit.DIAGNOSED) for start in named - whole)
