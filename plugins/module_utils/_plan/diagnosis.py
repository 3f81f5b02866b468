# Copyright (c) 2026, the linuxnet.tcp authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""From what a host shows to what is wrong with it: the rules, asked one after the other.

    diagnose(facts, tunables=rows, earlier=facts)

`facts` is `ansible_facts.linuxnet_tcp` of state_facts, `earlier` the same some time before, `tunables` the rows of
tunables_info. A rule that needs what was not given stays silent. To add a diagnosis is to add one row to the table of
its file under diagnoses/, cases beside the test, and a section of the guide.
"""

from __future__ import annotations

from typing import Any, Dict, List, Mapping, Sequence, Tuple

from .._model.errors import InputError, shown
from .._model.findings import Diagnosis
from .diagnoses import history, mistake_rules, piles, queues, time_wait
from .diagnoses.host import Host
from .diagnoses.rule import Rule, Seen

RULES: Tuple[Rule, ...] = time_wait.RULES + queues.RULES + piles.RULES + history.RULES + mistake_rules.RULES

GUIDE = "https://github.com/linuxnet/tcp/blob/main/docs/docsite/rst/guide_diagnoses.rst"


def diagnose(facts: Any, tunables: Any = (), earlier: Any = None) -> List[Diagnosis]:
    """All findings, the gravest first, equally grave ones by id; each id at most once.

    Raises InputError for what cannot be facts or rows.
    """
    host = Host(_facts(facts, "facts"), _rows(tunables), None if earlier is None else _facts(earlier, "earlier"))
    seen: Dict[str, Tuple[Rule, Seen]] = {}
    for rule in RULES:
        found = rule.find(host)
        if found is not None:
            seen[rule.id] = (rule, found)
    findings = [
        _finding(rule, found) for rule, found in seen.values() if not any(louder in seen for louder in rule.silenced_by)
    ]
    return sorted(findings, key=lambda finding: (-finding.severity, finding.id))


def address_of(rule_id: str) -> str:
    """The section of the guide about a diagnosis."""
    return "{0}#{1}".format(GUIDE, rule_id.replace("_", "-"))


def _finding(rule: Rule, seen: Seen) -> Diagnosis:
    return Diagnosis(
        id=rule.id,
        severity=seen.severity,
        state=rule.state,
        evidence=seen.evidence,
        meaning=seen.meaning or rule.meaning,
        remedy=seen.remedy,
        doc=address_of(rule.id),
    )


def _facts(value: Any, name: str) -> Mapping[Any, Any]:
    if not isinstance(value, Mapping) or not isinstance(value.get("states"), Mapping):
        raise InputError(
            "{0} is {1}: give what linuxnet.tcp.state_facts returns, ansible_facts['linuxnet_tcp']".format(
                name, shown(value)
            )
        )
    return value


def _rows(value: Any) -> Tuple[Mapping[Any, Any], ...]:
    if isinstance(value, (str, bytes, Mapping)) or not isinstance(value, Sequence):
        raise InputError(
            "tunables is {0}: give the list of rows that linuxnet.tcp.tunables_info returns as tunables".format(
                shown(value)
            )
        )
    for row in value:
        if not isinstance(row, Mapping) or not isinstance(row.get("name"), str):
            raise InputError(
                "tunables has {0}: give the rows that linuxnet.tcp.tunables_info returns as tunables".format(shown(row))
            )
    return tuple(value)
