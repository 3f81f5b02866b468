# Copyright (c) 2026, the linuxnet.tcp authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The guides name what exists: states, fields of the facts, tunables; and their code is code."""

from __future__ import annotations

import ast
import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from ansible_collections.linuxnet.tcp.plugins.module_utils._model.states import STATE_TITLES
from ansible_collections.linuxnet.tcp.plugins.modules import state_facts
from ansible_collections.linuxnet.tcp.tests.unit.docs.guides import RST, blocks

STATES = RST / "guide_states.rst"
GUIDES = sorted(RST.glob("*.rst"))
EACH_GUIDE = pytest.mark.parametrize("guide", GUIDES, ids=lambda path: path.stem)

RETURNED: dict[str, Any] = yaml.safe_load(state_facts.RETURN)["ansible_facts"]["contains"]["linuxnet_tcp"]["contains"]


def fields(name: str) -> set[str]:
    """The keys of a field of the facts, from the module's documentation."""
    described = RETURNED["counters" if name == "rates" else name]
    return set(described.get("contains") or described["sample"])


def sections(page: str) -> dict[str, str]:
    """The parts below "State by state", by their titles."""
    part = page.partition("\nState by state\n")[2].partition("\nKeepalive\n---")[0]
    pieces = re.split(r"^(\w+)\n\^+\n", part, flags=re.MULTILINE)
    return dict(zip(pieces[1::2], pieces[2::2], strict=True))


def test_every_state_has_its_section() -> None:
    """The eleven states of the facts, no more and no fewer, by the kernel's names."""
    assert sorted(sections(STATES.read_text(encoding="utf-8"))) == sorted(title.upper() for title in STATE_TITLES)


@pytest.mark.parametrize("state", STATE_TITLES)
def test_a_state_is_told_in_full(state: str) -> None:
    """What it is, what a pile means, who acts, where to look; and the code that makes it."""
    section = sections(STATES.read_text(encoding="utf-8"))[state.upper()]
    wanted = ["What it is", "A pile means"] + ([] if state == "close" else ["Ends", "Who acts", "Look next"])

    assert [field for field in wanted if f":{field}:" not in section] == []
    assert f".. snippet: {state}\n" in section


def named_fields(page: str) -> set[tuple[str, str]]:
    """``usage.time_wait``, tcp['rates']['listen_drops'] and the like."""
    dotted = re.findall(r"``(states|usage|limits|counters|rates)\.(\w+)``", page)
    quoted = re.findall(r"tcp'?\]?\['(states|usage|limits|counters|rates)'\]\['(\w+)'\]", page)
    return {*dotted, *quoted}


@EACH_GUIDE
def test_a_field_that_is_named_is_returned(guide: Path) -> None:
    """What a guide takes out of the facts are keys that the module documents."""
    page = guide.read_text(encoding="utf-8")

    assert [f"{name}.{key}" for name, key in named_fields(page) if key not in fields(name)] == []
    assert set(re.findall(r"\btcp'?\]?\['(\w+)'\]", page)) <= set(RETURNED)


def test_fields_are_named_in_both_ways() -> None:
    """The test above has something to look at."""
    found = [named_fields(guide.read_text(encoding="utf-8")) for guide in GUIDES]

    assert sum(map(len, found)) > 40
    assert named_fields("ansible_facts['linuxnet_tcp']['rates']['listen_drops']") == {("rates", "listen_drops")}


@EACH_GUIDE
def test_python_in_a_guide_is_python(guide: Path) -> None:
    """Every block parses."""
    for block in blocks(guide.read_text(encoding="utf-8"), "python"):
        ast.parse(block)


@EACH_GUIDE
def test_tasks_in_a_guide_name_parameters_that_exist(guide: Path) -> None:
    """Every block of YAML parses, and tasks of ours use only parameters and choices that the module has."""
    options = yaml.safe_load(state_facts.DOCUMENTATION)["options"]
    page = guide.read_text(encoding="utf-8")
    documents = [yaml.safe_load(block) for language in ("yaml", "yaml+jinja") for block in blocks(page, language)]
    entries = [entry for document in documents if isinstance(document, list) for entry in document]
    tasks = [task for entry in entries for task in entry.get("tasks", [entry])]
    ours = [task["linuxnet.tcp.state_facts"] for task in tasks if "linuxnet.tcp.state_facts" in task]

    assert len(ours) == page.count("linuxnet.tcp.state_facts:")
    assert [key for given in ours for key in given if key not in options] == []
    assert [value for given in ours for value in given.get("by", []) if value not in options["by"]["choices"]] == []
