# Copyright (c) 2026, the linuxnet.tcp authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The module as Ansible runs it. What it finds on captured hosts is in module_utils/_survey/test_rules.py."""

from __future__ import annotations

import json
from typing import Any, Dict

import pytest
from ansible.module_utils import basic

from ansible_collections.linuxnet.tcp.plugins.modules import compliance_info

Json = Dict[str, Any]
FIN = "net.ipv4.tcp_fin_timeout"


def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], **params: Any) -> Json:
    """What the module prints for these parameters."""
    asked = {**params, "_ansible_remote_tmp": "/tmp", "_ansible_keep_remote_files": False}  # noqa: S108 - not used
    monkeypatch.setattr(basic, "_ANSIBLE_ARGS", json.dumps({"ANSIBLE_MODULE_ARGS": asked}).encode())
    monkeypatch.setattr(basic, "_ANSIBLE_PROFILE", "legacy", raising=False)
    with pytest.raises(SystemExit):
        compliance_info.main()
    answer: Json = json.loads(capsys.readouterr().out)
    return answer


def test_main_answers_for_this_machine(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """Whoever runs it and wherever: an answer, never a change."""
    answer = run(monkeypatch, capsys, settings={FIN: {"at_least": 1}})

    assert answer["changed"] is False
    assert answer["summary"]["rules"] == 1


@pytest.mark.parametrize(
    ("params", "sentence"),
    [
        ({}, "one of the following is required: rules, settings"),
        ({"rules": [{"id": "r", "name": FIN, "equals": 1}], "settings": {FIN: 1}}, "mutually exclusive"),
        ({"rules": [{"id": "r", "name": FIN}]}, "rule 'r' has no expectation: "),
        ({"rules": [{"name": FIN, "equals": 1}]}, "missing required arguments: id found in rules"),
    ],
)
def test_main_refuses(
    params: Json, sentence: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """In a sentence, and with failed: true."""
    answer = run(monkeypatch, capsys, **params)

    assert answer["failed"] is True
    assert sentence in answer["msg"]
