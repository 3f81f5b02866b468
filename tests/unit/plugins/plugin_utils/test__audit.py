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
    COMPLIANCE,
    FACTS,
    TUNABLES,
    NotReached,
    Questions,
)
from ansible_collections.linuxnet.tcp.plugins.plugin_utils._record import Problem
from ansible_collections.linuxnet.tcp.plugins.plugin_utils._report_model import Outcome
from ansible_collections.linuxnet.tcp.tests.unit.plugins.plugin_utils import fleet, records

PLAN = Path(__file__).resolve().parents[4] / "plugins" / "module_utils" / "_plan"
RULES = Questions(rules=[{"id": "one", "name": "net.core.somaxconn", "equals": 1}], by=["process"], sample=2)
GOOD_FACTS = {"ansible_facts": {"linuxnet_tcp": fleet.facts_of("web1")}}
GOOD_COMPLIANCE = {
    **records.record_of(1)["compliance"],
    "tunables": [{"name": "net.ipv4.tcp_tw_reuse", "running": 1}, {"name": "net.ipv4.tcp_timestamps", "running": 0}],
    "notes": ["something could not be read", 7],
    "changed": False,
}


class Host:
    """A host whose modules answer what they are told to; an exception is raised."""

    def __init__(self, **answers: t.Any) -> None:
        self.answers = {"state_facts": GOOD_FACTS, "compliance_info": GOOD_COMPLIANCE, **answers}
        self.asked: list[tuple[str, dict[str, t.Any]]] = []

    def run(self, module: str, arguments: dict[str, t.Any]) -> t.Any:
        """As the action runs a module."""
        self.asked.append((module, arguments))
        answer = self.answers[module.rpartition(".")[2]]
        if isinstance(answer, Exception):
            raise answer
        return answer


def test_two_modules() -> None:
    """Two modules are run on a host, and get what the user asked for."""
    host = Host()
    _audit.audit(host.run, RULES, None)

    (first, asked_first), (second, asked_second) = host.asked
    assert (first, second) == (FACTS, COMPLIANCE)
    assert asked_first == {"by": ["process"], "sample": 2, "network_namespace": None}
    assert asked_second["rules"] == list(RULES.rules)
    assert asked_second["names"] == list(_audit.DIAGNOSED)


def test_without_rules() -> None:
    """Without rules settings are looked at and not judged, so that the host's health is still known."""
    host = Host(tunables_info={"tunables": GOOD_COMPLIANCE["tunables"]})
    outcome, found = _audit.audit(host.run, Questions(), None)

    assert [module for module, _arguments in host.asked] == [FACTS, TUNABLES]
    assert (outcome, found.compliance) == (Outcome.AUDITED, None)
    assert "tw_reuse_without_timestamps" in {row["id"] for row in found.diagnoses or ()}


def test_what_is_kept() -> None:
    """The record gets the facts, the findings without the rows of tunables, the diagnoses and the notes."""
    outcome, found = _audit.audit(Host().run, RULES, None)

    assert outcome is Outcome.AUDITED
    assert found.facts == GOOD_FACTS["ansible_facts"]["linuxnet_tcp"]
    assert set(found.compliance or ()) == {"compliant", "findings", "summary"}
    assert "tw_reuse_without_timestamps" in {row["id"] for row in found.diagnoses or ()}
    assert found.notes == ["something could not be read"]


def test_earlier_facts() -> None:
    """What grew since the earlier audit is seen."""
    now = fleet.facts_of("web1")
    now["counters"] = {**now["counters"], "listen_overflows": 500}
    host = Host(state_facts={"ansible_facts": {"linuxnet_tcp": now}})
    earlier = {**now, "counters": {**now["counters"], "listen_overflows": 12}}
    (alone, compared) = (_audit.audit(host.run, RULES, past)[1].diagnoses or () for past in (None, earlier))

    assert {row["id"]: row["evidence"] for row in alone} != {row["id"]: row["evidence"] for row in compared}
    assert any("listen_overflows_rise" in row["evidence"] for row in compared)


def test_a_broken_past() -> None:
    """Earlier facts that are none are no earlier facts, and the audit is as good as the first."""
    outcome, found = _audit.audit(Host().run, RULES, {"states": 7})

    assert outcome is Outcome.AUDITED
    assert found == _audit.audit(Host().run, RULES, None)[1]


def test_nobody_answers() -> None:
    """An unreachable host is recorded as such, with the reason, and is not asked a second time."""
    host = Host(state_facts=NotReached("Connection refused"))
    outcome, found = _audit.audit(host.run, RULES, None)

    assert outcome is Outcome.UNREACHABLE
    assert list(found.problems) == [Problem("host", "Connection refused")]
    assert len(host.asked) == 1


@pytest.mark.parametrize(
    ("answers", "part", "facts", "compliance"),
    [
        ({"state_facts": {"failed": True, "msg": "no /proc"}}, "facts", False, True),
        ({"compliance_info": {"failed": True, "msg": "no /proc"}}, "compliance", True, False),
        ({"state_facts": {"msg": "no /proc"}}, "facts", False, True),
        ({"state_facts": {"ansible_facts": 7, "msg": "no /proc"}}, "facts", False, True),
        ({"state_facts": {"ansible_facts": {"linuxnet_tcp": {"states": 1}}}}, "diagnosis", True, True),
    ],
)
def test_half_an_audit(answers: dict[str, t.Any], part: str, facts: bool, compliance: bool) -> None:
    """When one half fails the other is kept, and the record says which failed and why."""
    outcome, found = _audit.audit(Host(**answers).run, RULES, None)

    assert outcome is Outcome.FAILED
    assert [problem.part for problem in found.problems] == [part]
    assert found.problems[0].reason
    assert (found.facts is not None, found.compliance is not None) == (facts, compliance)


def test_what_an_ordinary_user_cannot_see() -> None:
    """Sockets of other users' processes are a note in the record, with what to do about it."""
    facts = {**fleet.facts_of("web1"), "unattributed": 12}
    _outcome, found = _audit.audit(Host(state_facts={"ansible_facts": {"linuxnet_tcp": facts}}).run, RULES, None)

    assert found.notes[0].startswith("12 sockets are of processes that this user may not look at; audit with become")


def test_every_key_that_diagnoses_name_is_asked_for() -> None:
    """A diagnosis cannot stay silent because the audit forgot to look at its key."""
    sources = [PLAN / "diagnosis.py", *(PLAN / "diagnoses").glob("*.py")]
    named = {key for path in sources for key in re.findall(r'"(net\.[a-z0-9_.]+)"', path.read_text(encoding="utf-8"))}
    whole = {key for key in named if not key.endswith("_")}

    assert len(whole) > 10
    assert whole <= set(_audit.DIAGNOSED)
    assert all(any(key.startswith(start) for key in _audit.DIAGNOSED) for start in named - whole)
