# Copyright (c) 2026, the linuxnet.tcp authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The filter as Ansible calls it: findings as plain data, and one sentence for what cannot be facts."""

from __future__ import annotations

import json
from typing import Any

import pytest
import yaml
from ansible.errors import AnsibleFilterError

from ansible_collections.linuxnet.tcp.plugins.filter import diagnose
from ansible_collections.linuxnet.tcp.plugins.module_utils._model.findings import Severity

LEAK = {"states": {"close_wait": 140, "established": 12}}


def call(*arguments: Any, **named: Any) -> list[dict[str, Any]]:
    """The filter, as a template finds it."""
    found: list[dict[str, Any]] = diagnose.FilterModule().filters()["diagnose"](*arguments, **named)
    return found


def test_findings_are_plain_data() -> None:
    """A finding has the keys that the documentation names, in its order, and survives JSON."""
    found = call(LEAK)
    documented = list(yaml.safe_load(diagnose.RETURN)["_value"]["contains"])

    assert [list(one) for one in found] == [documented]
    assert json.loads(json.dumps(found)) == found
    assert found[0]["severity"] in {severity.word for severity in Severity}


def test_the_sample_of_the_documentation_has_its_shape() -> None:
    """The sample is a finding that the rules give."""
    (sample,) = yaml.safe_load(diagnose.RETURN)["_value"]["sample"]
    earlier = {"states": {"close_wait": 95}, "processes": [process(95)]}
    facts = {"states": LEAK["states"], "processes": [process(140)]}

    assert call(facts, earlier=earlier) == [sample]


def process(held: int) -> dict[str, Any]:
    """The process of the sample."""
    return {"pid": 4711, "command": "leaky", "count": held, "states": {"close_wait": held}}


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (([],), "facts is []: give what linuxnet.tcp.state_facts returns"),
        ((None,), "facts is None"),
        (({"states": 3},), "facts is {'states': 3}"),
        ((LEAK, "rows"), "tunables is 'rows': give the list of rows"),
        ((LEAK, {"tunables": []}), "tunables is {'tunables': []}"),
        ((LEAK, [{"key": 1}]), "tunables has {'key': 1}"),
        ((LEAK, [], []), "earlier is []"),
    ],
)
def test_what_cannot_be_facts_is_refused(arguments: tuple[Any, ...], sentence: str) -> None:
    """One sentence that names the parameter, what it is and what to give."""
    with pytest.raises(AnsibleFilterError) as caught:
        call(*arguments)

    assert str(caught.value).startswith(sentence)
