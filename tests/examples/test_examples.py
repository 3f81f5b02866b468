# Copyright (c) 2026, the linuxnet.tcp authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every example of the documentation is run, or stands in a list with the reason why it is not."""

from __future__ import annotations

import ast
import json
import os
from pathlib import Path

import pytest
import yaml

from ansible_collections.linuxnet.tcp.plugins.plugin_utils._profile_files import parse_profile
from ansible_collections.linuxnet.tcp.plugins.plugin_utils._rules import read_file
from ansible_collections.linuxnet.tcp.tests.examples import jobs
from ansible_collections.linuxnet.tcp.tests.examples.blocks import Block
from ansible_collections.linuxnet.tcp.tests.examples.conftest import Ran
from ansible_collections.linuxnet.tcp.tests.examples.sessions import alike, holds, root_session
from ansible_collections.linuxnet.tcp.tests.examples.sorting import LEFT, Kind, first_line, kind_of, why_left

BLOCKS = [pair for blocks in jobs.pages().values() for pair in blocks]


def of(*kinds: Kind) -> pytest.MarkDecorator:
    """The blocks of some kinds."""
    return pytest.mark.parametrize("block", [block for block, kind in BLOCKS if kind in kinds], ids=str)


@of(Kind.TASKS, Kind.PLAYBOOK)
def test_tasks_run(block: Block, ran: dict[str, Ran]) -> None:
    """Each task of the block was carried out; an assertion may say that the host is not as it asks."""
    outcome = ran[str(block)]

    assert outcome.failures == []
    assert outcome.status == 0, outcome.output


@of(Kind.COMMANDS)
def test_a_command_runs(block: Block, ran: dict[str, Ran]) -> None:
    """It ends with 0. One that stands word for word on another page was run there."""
    outcome = ran.get(str(block))

    assert outcome is None or outcome.status == 0, outcome


@of(Kind.SESSION)
def test_a_session_prints_what_the_page_shows(block: Block, ran: dict[str, Ran]) -> None:
    """Line for line, but for numbers."""
    if "/proc/slabinfo" in block.text and os.geteuid() != 0:
        pytest.skip("only root may read /proc/slabinfo")
    outcome = ran[str(block)]

    assert outcome.status == 0, outcome.output
    compared = holds if "ansible-playbook" in block.text else alike
    assert compared(outcome.output, root_session(block.text).output), outcome.output


@of(Kind.PROFILE)
def test_a_profile_is_one(block: Block) -> None:
    """Its keys and values are those that the role would take."""
    parse_profile("example", Path("example.yml"), yaml.safe_load(block.text))


@of(Kind.RULES)
def test_rules_are_rules(block: Block, tmp_path: Path) -> None:
    """The lookup reads them."""
    (tmp_path / "rules.yml").write_text(block.text, encoding="utf-8")

    assert read_file(tmp_path / "rules.yml")


@of(*(kind for kind in Kind if kind is not Kind.OUTPUT))
def test_every_block_is_of_its_language(block: Block) -> None:
    """Also those that are not run parse."""
    if block.language.startswith("yaml"):
        yaml.safe_load(block.text)
    elif block.language == "python":
        ast.parse(block.text)
    elif block.language == "json":
        json.loads(block.text)


def test_there_are_many_and_few_are_left() -> None:
    """The blocks are found at all; and what is left is named once, by a line that still begins a block."""
    kinds = [kind for _block, kind in BLOCKS]
    left = [first_line(block) for block, kind in BLOCKS if kind is Kind.LEFT]

    assert len(BLOCKS) > 140
    assert kinds.count(Kind.TASKS) > 50
    assert kinds.count(Kind.SESSION) > 8
    assert [start for start in LEFT if not any(line.startswith(start) for line in left)] == []


def test_a_new_block_is_run_by_default() -> None:
    """A page that gets a task, a command or a file is run with it, or fails."""
    task = Block("x", 1, "yaml", "- name: New\n  linuxnet.tcp.state_facts:\n")
    command = Block("x", 2, "console", "$ ansible-playbook new.yml\n")
    playbook = Block("x", 3, "yaml", "# new.yml\n- name: New\n  hosts: all\n")
    lost = Block("x", 4, "yaml", "new: 1\n")
    kinds = kind_of

    assert kinds(task, [task]) is Kind.TASKS
    assert kinds(command, [command]) is Kind.COMMANDS
    assert kinds(playbook, [playbook, command]) is Kind.FILE
    assert kinds(playbook, [playbook]) is Kind.PLAYBOOK
    assert why_left(lost) == ""
    with pytest.raises(LookupError, match="x:4 is run by nothing"):
        kinds(lost, [lost])
