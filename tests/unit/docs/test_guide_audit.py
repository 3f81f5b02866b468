# Copyright (c) 2026, the linuxnet.tcp authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The examples of the guide to the audit that other programs read: they are what those programs take.

Those that can be run here are run, in tests/lab/test_guide_audit.py.
"""

from __future__ import annotations

import json
import re
import typing as t
from pathlib import Path

import jsonschema
import pytest
import yaml

from ansible_collections.linuxnet.tcp.plugins.module_utils._model.findings import Severity
from ansible_collections.linuxnet.tcp.plugins.plugin_utils import _metrics
from ansible_collections.linuxnet.tcp.plugins.plugin_utils._profile_files import folders_of
from ansible_collections.linuxnet.tcp.plugins.plugin_utils._profiles import Wishes, resolve
from ansible_collections.linuxnet.tcp.plugins.plugin_utils._rules import load_rules
from ansible_collections.linuxnet.tcp.tests.unit.docs.guides import block

GUIDE = "guide_audit"
PLAYBOOK = Path(__file__).parents[3] / "playbooks" / "audit_fleet.yml"

#: What AWX wants of a survey (docs.ansible.com/automation-controller, "Surveys"; its API refuses anything else).
SURVEY = {
    "type": "object",
    "required": ["name", "description", "spec"],
    "additionalProperties": False,
    "properties": {
        "name": {"type": "string"},
        "description": {"type": "string"},
        "spec": {
            "type": "array",
            "minItems": 1,
            "items": {
                "type": "object",
                "required": ["question_name", "variable", "type", "required", "choices"],
                "additionalProperties": False,
                "properties": {
                    "question_name": {"type": "string"},
                    "variable": {"type": "string"},
                    "type": {"enum": ["multiplechoice", "multiselect"]},
                    "required": {"type": "boolean"},
                    "choices": {"type": "array", "items": {"type": "string"}},
                    "default": {"type": "string"},
                },
            },
        },
    },
}
#: Of a workflow and of a pipeline, as far as the guide's go (docs.github.com, "Workflow syntax"; docs.gitlab.com,
#: "CI/CD YAML syntax").
WORKFLOW = {
    "type": "object",
    "required": ["name", "on", "permissions", "jobs"],
    "additionalProperties": False,
    "properties": {
        "name": {"type": "string"},
        "on": {"type": "object", "properties": {"schedule": {"items": {"required": ["cron"]}}}},
        "permissions": {"additionalProperties": {"enum": ["read", "write", "none"]}},
        "jobs": {
            "additionalProperties": {
                "required": ["runs-on", "steps"],
                "additionalProperties": False,
                "properties": {
                    "runs-on": {"type": "array"},
                    "steps": {
                        "items": {
                            "additionalProperties": False,
                            "properties": {
                                "uses": {"pattern": r"^[\w-]+/[\w/-]+@v\d+$"},
                                "run": {"type": "string"},
                                "if": {"type": "string"},
                                "with": {"type": "object"},
                            },
                            "oneOf": [{"required": ["uses"]}, {"required": ["run"]}],
                        }
                    },
                },
            }
        },
    },
}
PIPELINE = {
    "additionalProperties": {
        "required": ["script"],
        "additionalProperties": False,
        "properties": {
            "script": {"items": {"type": "string"}},
            "artifacts": {
                "additionalProperties": False,
                "properties": {
                    "when": {"enum": ["on_success", "on_failure", "always"]},
                    "paths": {"items": {"type": "string"}},
                    "reports": {"additionalProperties": False, "properties": {"junit": {"type": "string"}}},
                },
            },
        },
    }
}


class Text(yaml.SafeLoader):
    """YAML as GitHub reads it: `on` is a word, and no truth."""


Text.yaml_implicit_resolvers = {
    sign: [(tag, pattern) for tag, pattern in resolvers if tag != "tag:yaml.org,2002:bool"]
    for sign, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


def variables() -> set[str]:
    """Those of the playbook, out of its head."""
    return set(re.findall(r"^# (audit_fleet_\w+)", PLAYBOOK.read_text(encoding="utf-8"), re.MULTILINE))


def test_the_survey_is_one() -> None:
    """AWX takes it: its keys and types, one answer by default where one is asked, out of those there are."""
    survey = json.loads(block(GUIDE, "json", "question_name"))
    jsonschema.validate(survey, SURVEY)

    for question in survey["spec"]:
        answers = question["default"].splitlines()
        assert set(answers) <= set(question["choices"])
        assert len(answers) == 1 or question["type"] == "multiselect"


def test_every_answer_of_the_survey_can_be_given() -> None:
    """Each variable is one of the playbook's, and each choice a profile, a set of rules or a severity there is."""
    questions = {one["variable"]: one["choices"] for one in json.loads(block(GUIDE, "json", "question_name"))["spec"]}

    assert set(questions) <= variables()
    assert folders_of(())
    for name in questions["audit_fleet_profile"]:
        assert resolve(name, Wishes()).settings
    assert load_rules(questions["audit_fleet_rules"])
    assert set(questions["audit_fleet_fail_on"]) <= {"never", *(severity.word for severity in Severity)}


@pytest.mark.parametrize(
    ("words", "schema"), [("runs-on", WORKFLOW), ("artifacts", PIPELINE)], ids=["GitHub", "GitLab"]
)
def test_a_job_is_one(words: str, schema: dict[str, t.Any]) -> None:
    """Each key is one that stands where the documentation of the CI server has it."""
    # Of the safe loader, without its truths.
    jsonschema.validate(yaml.load(block(GUIDE, "yaml", words), Text), schema)  # noqa: S506


def test_cron_and_timer_do_the_same() -> None:
    """A line of a system's crontab is five fields of time, a user and a command; the service has the same command."""
    *when, user, command = block(GUIDE, "text", "* * *").split(maxsplit=6)
    service = block(GUIDE, "ini", "[Service]")

    assert len(when) == 5
    assert all(re.fullmatch(r"\*|\d+", field) for field in when)
    assert f"User={user}\n" in service
    start = re.search(r"^ExecStart=/usr/bin/(.*)$", service, re.MULTILINE)
    folder = re.search(r"^WorkingDirectory=(.*)$", service, re.MULTILINE)
    assert start
    assert folder
    assert command.strip() == f"cd {folder[1]} && {start[1]} >last.log 2>&1"


def test_alerts_name_metrics_there_are() -> None:
    """Each expression of the alerts is about metrics that an audit leaves."""
    groups = yaml.safe_load(block(GUIDE, "yaml", "alert:"))["groups"]
    rules = [rule for group in groups for rule in group["rules"]]
    source = Path(_metrics.__file__).read_text(encoding="utf-8")
    left = {f"linuxnet_tcp_{name}" for name in re.findall(r'_family\("(\w+)"', source)}

    assert all({"alert", "expr"} <= set(rule) for rule in rules)
    named = {name for rule in rules for name in re.findall(r"linuxnet_tcp_\w+", rule["expr"])}
    assert named
    assert named <= left
