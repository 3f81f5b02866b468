# Copyright (c) 2026, the linuxnet.tcp authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The module as Ansible runs it. What it finds is in module_utils/_survey/test_audit.py."""

from __future__ import annotations

import json
from typing import Any, Dict

import pytest
import yaml

from ansible_collections.linuxnet.tcp.plugins.modules import audit_info


def run(arguments: Dict[str, Any], capsys: pytest.CaptureFixture[str]) -> Dict[str, Any]:
    """What the module prints."""
    testing = pytest.importorskip("ansible.module_utils.testing", reason="ansible-core before 2.19")
    with testing.patch_module_args(arguments), pytest.raises(SystemExit):
        audit_info.main()
    return dict(json.loads(capsys.readouterr().out))


def test_what_it_answers(capsys: pytest.CaptureFixture[str]) -> None:
    """All keys of the documentation, and never a change."""
    answer = run({"rules": [{"id": "fin", "name": "net.ipv4.tcp_fin_timeout", "at_least": 1}]}, capsys)

    assert answer["changed"] is False
    assert set(yaml.safe_load(audit_info.RETURN)) <= set(answer)
    assert (answer["problems"], answer["compliance"]["summary"]["rules"]) == ([], 1)


def test_a_rule_that_cannot_be(capsys: pytest.CaptureFixture[str]) -> None:
    """Is a problem of its half, in a sentence, and the sockets are counted all the same."""
    answer = run({"rules": [{"id": "fin", "name": "net.ipv4.tcp_fin_timeout"}]}, capsys)

    assert [problem["part"] for problem in answer["problems"]] == ["compliance"]
    assert answer["problems"][0]["reason"].startswith("rule 'fin' has no expectation: ")
    assert answer["facts"]["states"]
