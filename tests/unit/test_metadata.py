# Copyright (c) 2026, the linuxnet.tcp authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What galaxy.yml, meta/runtime.yml and the plugins say of each other agrees."""

from __future__ import annotations

import ast
import re
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[2]
GROUP_FRAGMENT = "linuxnet.tcp._attributes.actiongroup_tcp"

#: Modules with no option in common with the others, so that a default for the group would mean nothing to them.
OUTSIDE_THE_GROUP = {
    "change_table": "prints; it runs on the controller and looks at no host",
    "fleet_report": "one of its two states looks at no host, and refuses the options of the other",
    "metrics_file": "writes into a folder, which is in no network namespace",
    "migration": "reads files on the controller and looks at no host",
    "profile_plan": "fits a profile to the host itself, whose boot knows nothing of namespaces",
    "state_table": "prints; it runs on the controller and looks at no host",
}


def load(file: str) -> Any:
    """A YAML file of the collection."""
    return yaml.safe_load((ROOT / file).read_text(encoding="utf-8"))


def modules() -> dict[str, dict[str, Any]]:
    """The DOCUMENTATION of each module, by name."""
    return {path.stem: documentation(path) for path in sorted((ROOT / "plugins" / "modules").glob("*.py"))}


def documentation(path: Path) -> dict[str, Any]:
    """The DOCUMENTATION block of a module, without importing it."""
    for node in ast.parse(path.read_text(encoding="utf-8")).body:
        if isinstance(node, ast.Assign) and getattr(node.targets[0], "id", None) == "DOCUMENTATION":
            block: dict[str, Any] = yaml.safe_load(ast.literal_eval(node.value))
            return block
    pytest.fail(f"{path.name} has no DOCUMENTATION")


def test_group_holds_every_module_with_common_options() -> None:
    """``module_defaults: group/linuxnet.tcp.tcp`` reaches each module but those named here with their reason."""
    group = load("meta/runtime.yml")["action_groups"]["tcp"]

    assert sorted(group) == sorted(set(modules()) - set(OUTSIDE_THE_GROUP))


def test_members_of_the_group_say_so() -> None:
    """A module's page tells that it is in the group, if and only if it is."""
    telling = {name for name, block in modules().items() if GROUP_FRAGMENT in block["extends_documentation_fragment"]}

    assert telling == set(load("meta/runtime.yml")["action_groups"]["tcp"])


def test_no_dependencies() -> None:
    """The collection needs ansible-core and nothing else."""
    assert load("galaxy.yml")["dependencies"] == {}


def test_floor_of_ansible_core_is_told_everywhere_alike() -> None:
    """README and metadata name the same oldest ansible-core."""
    floor = load("meta/runtime.yml")["requires_ansible"].removeprefix(">=").removesuffix(".0")

    assert f"ansible-core {floor}" in (ROOT / "README.md").read_text(encoding="utf-8")


def test_every_requirement_is_pinned() -> None:
    """What requirements/NAME.in asks for, NAME.txt holds: the one was made from the other by ``make lock``."""
    folder = ROOT / "tests" / "requirements"
    missing = {
        f"{source.name}: {pin}"
        for source in folder.glob("*.in")
        for pin in re.findall(r"^([\w-]+==[\w.]+)", source.read_text(encoding="utf-8"), re.MULTILINE)
        if pin.lower() not in source.with_suffix(".txt").read_text(encoding="utf-8")
    }

    assert missing == set()
