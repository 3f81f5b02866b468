# Copyright (c) 2026, the linuxnet.tcp authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The module as Ansible runs it. What it finds on captured machines is in module_utils/_survey/test_sockets.py."""

from __future__ import annotations

import json
import os
from typing import Any, Dict, List

import pytest
from ansible.module_utils import basic

from ansible_collections.linuxnet.tcp.plugins.module_utils._model.errors import LinuxnetError
from ansible_collections.linuxnet.tcp.plugins.modules import state_facts

Json = Dict[str, Any]


def run(arguments: Json, capsys: pytest.CaptureFixture[str]) -> Json:
    """What the module prints."""
    testing = pytest.importorskip("ansible.module_utils.testing", reason="ansible-core before 2.19")
    with testing.patch_module_args(arguments), pytest.raises(SystemExit):
        state_facts.main()
    return dict(json.loads(capsys.readouterr().out))


def test_the_module_on_this_machine(capsys: pytest.CaptureFixture[str]) -> None:
    """On the running machine the module gives facts under one key, and changes nothing."""
    answer = run({"network_namespace": str(os.getpid()), "by": ["family"]}, capsys)
    assert answer["changed"] is False
    facts = answer["ansible_facts"]["linuxnet_tcp"]
    assert facts["total"] == sum(facts["states"].values())
    assert set(facts["families"]) == {"ipv4", "ipv6"}


def test_the_module_warns(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """What could not be seen comes as a warning."""
    monkeypatch.setattr(state_facts, "look_at_sockets", lambda _params: ({"total": 0}, ["some were hidden"]))
    warned: List[str] = []
    # Where the result keeps them differs, once something has imported the controller's half of ansible-core.
    monkeypatch.setattr(basic.AnsibleModule, "warn", lambda _module, sentence: warned.append(sentence))
    run({}, capsys)
    assert warned == ["some were hidden"]


def test_the_module_fails_in_one_sentence(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """An error of ours is the message of the failed task, and no traceback."""

    def broken(_params: Json) -> None:
        raise LinuxnetError("one sentence")

    monkeypatch.setattr(state_facts, "look_at_sockets", broken)
    answer = run({}, capsys)
    assert (answer["failed"], answer["msg"]) == (True, "one sentence")
    assert "Traceback" not in json.dumps(answer)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ({"by": ["colour"]}, "colour"),
        ({"sample": "soon"}, "sample"),
        ({"source": "ss"}, "ss"),
        ({"ports": [0]}, "ports has 0"),
    ],
)
def test_parameters_that_are_refused(arguments: Json, words: str, capsys: pytest.CaptureFixture[str]) -> None:
    """A parameter that cannot be right fails the task and is named."""
    answer = run(arguments, capsys)
    assert answer["failed"] is True
    assert words in answer["msg"]
