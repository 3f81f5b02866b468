# Copyright (c) 2026, the linuxnet.tcp authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The blocks of a page as steps on a host: files written, commands as they stand, tasks gathered in one playbook."""

from __future__ import annotations

import json
import os
import sys
from collections import defaultdict
from pathlib import Path
from typing import Any

import yaml

from ansible_collections.linuxnet.tcp.tests.examples.blocks import Block, every_block
from ansible_collections.linuxnet.tcp.tests.examples.sessions import END, commands, hurried, root_session
from ansible_collections.linuxnet.tcp.tests.examples.sorting import Kind, kind_of

TASKS = "tasks"
#: Files that examples take from elsewhere.
FURNITURE = {
    "inventory": "[proxies]\ncache1\n\n[webservers]\nweb1\n\n[web]\nweb1\n",
    "files/99-tuning.conf": "net.core.somaxconn = 4096\n",
    "our_rules/handbook.yml": "rules: [{id: ours, name: net.core.somaxconn, at_least: 1}]\n",
    "roles/base/defaults/main.yml": "base_sysctls: {net.core.somaxconn: 4096}\n",
    "roles/base/tasks/sysctl.yml": (
        "- ansible.posix.sysctl: {name: '{{ item.key }}', value: '{{ item.value }}'}\n"
        "  with_dict: '{{ base_sysctls }}'\n"
    ),
}


def pages() -> dict[str, list[tuple[Block, Kind]]]:
    """All blocks by page, each with its kind; the examples of plugins are one page. LookupError for one nobody runs."""
    by_page: dict[str, list[Block]] = defaultdict(list)
    for block in every_block():
        by_page["plugins" if block.page.startswith("plugins/") else block.page].append(block)
    return {name: [(block, kind_of(block, blocks)) for block in blocks] for name, blocks in by_page.items()}


def prepare(folder: Path, blocks: list[tuple[Block, Kind]], known: set[str]) -> list[dict[str, Any]]:
    """Write a page's files and steps into `folder`. Commands that are `known` from other pages are not run again."""
    files = {block.name: hurried(block.text) for block, _kind in blocks if block.name}
    for name, text in {**FURNITURE, **files}.items():
        path = folder / name.lstrip("/")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    # Some sessions are typed in a clone.
    (folder / ".cache").mkdir()
    (folder / ".cache" / "workspace").symlink_to(os.environ["ANSIBLE_COLLECTIONS_PATH"])
    steps = [*_playbooks(folder, blocks), *_sessions(blocks), *_commands(blocks, known)]
    for number, step in enumerate(steps):
        step["id"] = number
    if steps:
        (folder / "steps.json").write_text(json.dumps(steps), encoding="utf-8")
    return steps


def _playbooks(folder: Path, blocks: list[tuple[Block, Kind]]) -> list[dict[str, Any]]:
    plays = [play for block, kind in blocks if kind is Kind.TASKS for play in _as_plays(block)]
    if plays:
        (folder / "examples.yml").write_text(yaml.safe_dump(plays, sort_keys=False), encoding="utf-8")
    named = [block for block, kind in blocks if kind is Kind.PLAYBOOK]
    return [
        *([{"of": TASKS, "words": ["ansible-playbook", "examples.yml"]}] if plays else []),
        *({"of": str(block), "words": ["ansible-playbook", block.name]} for block in named),
    ]


def _as_plays(block: Block) -> list[dict[str, Any]]:
    """Tasks as a play; of a play the tasks. What fails ends its block alone, and the callback writes it down."""
    plays = []
    data = yaml.safe_load(hurried(block.text))
    tasks = [entry for entry in data if not {"hosts", "ansible.builtin.import_playbook"} & set(entry)]
    if tasks:
        told = {"container_main_process": 4711}
        plays.append({"hosts": "cache1", "gather_facts": False, "vars": told, "tasks": tasks})
    plays += [entry for entry in data if entry not in tasks]
    for play in plays:
        play["name"] = str(block)
        if "tasks" in play:
            play["tasks"] = [{"block": play["tasks"], "rescue": [{"ansible.builtin.meta": "noop"}]}]
    return plays


def _sessions(blocks: list[tuple[Block, Kind]]) -> list[dict[str, Any]]:
    """Each session as a step; one that goes on in the shell above is a part of its step."""
    steps: list[dict[str, Any]] = []
    for block, kind in blocks:
        if kind is Kind.SESSION:
            script = root_session(block.text).script
            if block.goes_on:
                steps[-1]["of"].append(str(block))
                steps[-1]["session"] += f"echo '{END}'\n{script}"
            else:
                steps.append({"of": [str(block)], "session": script})
    return steps


def _commands(blocks: list[tuple[Block, Kind]], known: set[str]) -> list[dict[str, Any]]:
    steps = []
    for block, kind in blocks:
        if kind is Kind.COMMANDS:
            for words in commands(hurried(block.text)):
                the_same = " ".join(sorted(words))
                if the_same not in known:
                    known.add(the_same)
                    steps.append({"of": str(block), "words": words})
    return steps


def environment(folder: Path, workspace: str) -> dict[str, str]:
    """The variables for all commands: nothing of the user's own configuration, no sudo, no SSH."""
    sudo = folder / "sudo"
    # The user is root there already.
    sudo.write_text('#!/bin/sh\nwhile :; do case $1 in -u) shift 2;; -*) shift;; *) exec "$@";; esac; done\n', "utf-8")
    sudo.chmod(0o755)
    settings = folder / "ansible.cfg"
    settings.touch()
    return {
        "ANSIBLE_BECOME_EXE": str(sudo),
        "ANSIBLE_CALLBACKS_ENABLED": "outcomes",
        "ANSIBLE_CALLBACK_PLUGINS": str(Path(__file__).with_name("callback")),
        "ANSIBLE_COLLECTIONS_PATH": workspace,
        "ANSIBLE_CONFIG": str(settings),
        "ANSIBLE_CONNECTION_PLUGINS": str(Path(__file__).with_name("connection")),
        "ANSIBLE_HOME": str(folder / "ansible"),
        "ANSIBLE_LOCALHOST_WARNING": "false",
        "ANSIBLE_NOCOLOR": "1",
        "ANSIBLE_PIPELINING": "1",
        "ANSIBLE_PYTHON_INTERPRETER": sys.executable,
        "ANSIBLE_TRANSPORT": "local",
        "EXAMPLES_OUTCOMES": "failures.jsonl",
        "PYTHONPATH": workspace,
    }
