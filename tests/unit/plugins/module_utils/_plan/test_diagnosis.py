# Copyright (c) 2026, the linuxnet.tcp authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Each file in diagnosis/RULE/ is a case of that rule: what a host showed, and all that is to be found.

A case holds `says` (what must be true), `facts` and perhaps `earlier` (what differs from calm.json, a busy host in good
health; null takes a key away), perhaps `tunables` (rows, of which only what matters need be there), and `findings`: id
to severity, evidence and the first word of the remedy. Where the rule's own id is not among them, the case is one in
which it has to keep silent.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Dict, List

import pytest

from ansible_collections.linuxnet.tcp.plugins.module_utils._model.findings import Diagnosis
from ansible_collections.linuxnet.tcp.plugins.module_utils._model.states import STATE_TITLES
from ansible_collections.linuxnet.tcp.plugins.module_utils._plan.diagnoses.rule import Rule
from ansible_collections.linuxnet.tcp.plugins.module_utils._plan.diagnosis import RULES, diagnose

HERE = Path(__file__).parent / "diagnosis"
CASES = sorted(HERE.glob("*/*.json"))
CALM: Dict[str, Any] = json.loads((HERE / "calm.json").read_text(encoding="utf-8"))
EACH_RULE = pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)


def merged(base: Any, difference: Any) -> Any:
    """`base` with `difference` laid over it; null takes a key away."""
    if not isinstance(base, dict) or not isinstance(difference, dict):
        return difference
    result = dict(base)
    for key, value in difference.items():
        if value is None:
            result.pop(key, None)
        else:
            result[key] = merged(base.get(key), value)
    return result


def read(path: Path) -> Dict[str, Any]:
    """A case, its facts made whole."""
    case: Dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    case["facts"] = merged(CALM, case.get("facts", {}))
    if "earlier" in case:
        case["earlier"] = merged(CALM, case["earlier"])
    return case


def found_in(case: Dict[str, Any]) -> List[Diagnosis]:
    """What the case's host is found to have."""
    return diagnose(case["facts"], case.get("tunables", ()), case.get("earlier"))


@pytest.mark.parametrize("path", CASES, ids=lambda path: "{0}-{1}".format(path.parent.name, path.stem))
def test_case(path: Path) -> None:
    """All that is expected is found, by these numbers and with this remedy, and nothing else."""
    case = read(path)
    found = found_in(case)
    shown = {
        one.id: {"severity": one.severity.word, "evidence": one.evidence, "remedy": one.remedy.partition(":")[0]}
        for one in found
    }
    assert shown == case["findings"], case["says"]


def test_a_host_in_good_health_has_no_findings() -> None:
    """A busy host, thousands in TIME_WAIT and a few in every state, is not complained of."""
    assert diagnose(CALM) == []


@EACH_RULE
def test_a_row_of_the_table_is_whole(rule: Rule) -> None:
    """A name that can be an anchor, a state that exists, one sentence, and silencers that are rules."""
    assert rule.id.replace("_", "").isalnum()
    assert rule.id == rule.id.lower()
    assert rule.state is None or rule.state in STATE_TITLES
    assert rule.meaning.endswith(".")
    assert ". " not in rule.meaning
    assert set(rule.silenced_by) <= {other.id for other in RULES} - {rule.id}
    assert rule.severities == tuple(sorted(set(rule.severities)))


def test_ids_are_unique() -> None:
    """No two rules share a name."""
    assert len({rule.id for rule in RULES}) == len(RULES)
