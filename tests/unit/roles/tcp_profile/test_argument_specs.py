# Copyright (c) 2026, the linuxnet.tcp authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The role's variables: said in one place each, and everywhere the same."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

ROLE = Path(__file__).parents[4] / "roles" / "tcp_profile"
REGISTERED = {"tcp_profile_audit"}


def loaded(file: str) -> dict[str, Any]:
    """What a YAML file of the role says."""
    content: dict[str, Any] = yaml.safe_load((ROLE / file).read_text(encoding="utf-8"))
    return content


SPECS: dict[str, Any] = loaded("meta/argument_specs.yml")["argument_specs"]
OPTIONS = {name: option for spec in SPECS.values() for name, option in spec["options"].items()}


def test_defaults_are_those_of_the_specs() -> None:
    """Every default in the specs is set by the role, to the same, and none else is."""
    assert loaded("defaults/main.yml") == {name: row["default"] for name, row in OPTIONS.items() if "default" in row}


def test_entry_points_agree() -> None:
    """A variable means the same at each entry point."""
    for spec in SPECS.values():
        for name, option in spec["options"].items():
            assert {**option, "description": 0} == {**SPECS["main"]["options"][name], "description": 0}


def test_the_known_variables_are_those_of_the_specs() -> None:
    """What is refused as unknown is what no specification names and no task registers."""
    known = loaded("vars/main.yml")["__tcp_profile_variables"]

    assert known == sorted(OPTIONS.keys() | REGISTERED)


@pytest.mark.parametrize("entry", SPECS)
def test_an_entry_point_uses_what_it_specifies_and_nothing_else(entry: str) -> None:
    """Each variable of the specification stands in the tasks, and each variable in the tasks is specified."""
    tasks = (ROLE / "tasks" / f"{entry}.yml").read_text(encoding="utf-8")
    used = set(re.findall(r"(?<!_)\btcp_profile_\w+", tasks)) - REGISTERED

    assert used == set(SPECS[entry]["options"])


@pytest.mark.parametrize("entry", SPECS)
def test_every_entry_point_refuses_unknown_variables_first(entry: str) -> None:
    """A slip of the pen is found before anything runs."""
    tasks = yaml.safe_load((ROLE / "tasks" / f"{entry}.yml").read_text(encoding="utf-8"))

    assert tasks[0]["ansible.builtin.import_tasks"] == "variables.yml"


def test_at_most_three_tasks_reach_a_host() -> None:
    """One that looks, one that sets, one that verifies what changed; the others run on the controller alone."""
    reaching = {"linuxnet.tcp.profile_plan", "linuxnet.tcp.tunables", "linuxnet.tcp.compliance_info"}
    staying = {f"ansible.builtin.{name}" for name in ("import_tasks", "include_tasks", "debug", "fail")}
    for entry in SPECS:
        actions = actions_of(f"{entry}.yml")

        assert len([action for action in actions if action in reaching]) <= 3
        assert set(actions) <= reaching | staying


def actions_of(file: str) -> list[str]:
    """The actions of a file of tasks, and of those that it includes, in order."""
    words = {"name", "register", "when", "vars", "loop", "loop_control"}
    found: list[str] = []
    for task in yaml.safe_load((ROLE / "tasks" / file).read_text(encoding="utf-8")):
        (action,) = set(task) - words
        included = action.endswith(("import_tasks", "include_tasks"))
        found += [action, *(actions_of(task[action]) if included else [])]
    return found
