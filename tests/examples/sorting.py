# Copyright (c) 2026, the linuxnet.tcp authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is to be done with each block of the documentation. A new one is run, unless it stands below with a reason."""

from __future__ import annotations

import enum
import re
from typing import Any

import yaml

from ansible_collections.linuxnet.tcp.tests.examples.blocks import Block


class Kind(enum.Enum):
    """What a block is to whoever runs it."""

    TASKS = "tasks, or plays, run in a playbook with those of the page"
    PLAYBOOK = "a playbook with a name, run by it"
    COMMANDS = "commands for ansible, each run"
    SESSION = "a shell of root, run, and what it prints compared"
    SCRIPT = "a program that a session of the page runs"
    FILE = "a file that a command of the page reads"
    PROFILE = "a profile, read"
    RULES = "a set of rules, read"
    OUTPUT = "text that something prints"
    LEFT = "not run, and why"


#: Blocks that are not run, by their first line.
LEFT = {
    "git clone https://github.com/linuxnet/tcp": "this is that clone; tests/lab/test_demo.py runs the demo",
    "ansible-galaxy collection install linuxnet.tcp": "Galaxy is not for tests; nox -s package installs the tarball",
    "ansible-galaxy collection build": "nox -s package does it",
    "collections:": "a requirements.yml asks Galaxy",
    "make bench": "takes an hour and a quiet machine",
    ".cache/nox/bin/nox -s bench -- profiles": "takes minutes and a quiet machine",
    ".cache/nox/bin/nox -s bench -- profiles:cap": "takes minutes and a quiet machine",
    ".cache/nox/bin/nox -s page_size -- 10000": "takes minutes and Chromium",
    "podman run --sysctl net.core.somaxconn=4096 IMAGE": "takes an image",
    "podman inspect --format '{{.State.Pid}}' NAME": "takes a container",
    'ansible-pull -U https://git.example.com/config.git -i "$(hostname -f)," -c local audit.yml': (
        "tests/lab/test_guide_audit.py runs it"
    ),
    "# /etc/systemd/system/tcp-audit.service": "tests/lab/test_guide_audit.py has systemd verify it",
    "# /etc/systemd/system/tcp-audit.timer": "tests/lab/test_guide_audit.py has systemd verify it",
    "# .github/workflows/tcp-audit.yml": "GitHub runs it; tests/lab/test_guide_audit.py runs its commands",
    "# .gitlab-ci.yml": "GitLab runs it; tests/lab/test_guide_audit.py runs its commands",
    "groups:": "Prometheus reads it; tests/unit/docs/test_guide_audit.py compares the names",
    "{": "AWX reads it; tests/unit/docs/test_guide_audit.py holds it against AWX's keys",
    "states: {close_wait: 40, established: 24, fin_wait2: 40, listen: 3, time_wait: 1000}": "what look.yml prints",
    "- name: Take the old lines away": "takes ansible.posix, which is not a dependency",
    "python3 patience.py": "takes 134 s",
    "python3 orphan.py": "takes 25 s",
    "python3 one.py": "takes 65 s",
    "python3 keepalive.py": "takes 35 s",
}
_PROFILE_KEYS = {"summary", "extends", "notes", "settings"}


def first_line(block: Block) -> str:
    """The first line that says something, without a prompt, or the first that runs a program of the page."""
    lines = [re.sub(r"^[#$] ", "", line) if block.language == "console" else line for line in block.text.splitlines()]
    programs = [line for line in lines if line in LEFT and line.startswith("python3 ")]
    first = next((line for line in lines if line.strip() not in ("", "---")), "")
    return (programs or [first])[0]


def why_left(block: Block) -> str:
    """Why a block is not run; empty for one that is."""
    first = first_line(block)
    return next((why for start, why in LEFT.items() if first == start or first.startswith(f"{start} -e ")), "")


def kind_of(block: Block, page: list[Block]) -> Kind:
    """What a block is; `page` are all blocks of its page. LookupError when nobody would run it."""
    if block.language == "text":
        return Kind.OUTPUT
    if why_left(block):
        return Kind.LEFT
    if block.language == "console":
        return Kind.SESSION if re.search(r"^# ", block.text, re.MULTILINE) else Kind.COMMANDS
    if block.language == "python":
        return _used(block, page, Kind.SCRIPT)
    if block.language.startswith("yaml"):
        return _kind_of_yaml(block, page)
    return _used(block, page, Kind.FILE)


def _kind_of_yaml(block: Block, page: list[Block]) -> Kind:
    data: Any = yaml.safe_load(block.text)
    if isinstance(data, list):
        if not block.name:
            return Kind.TASKS
        return Kind.FILE if _mentioned(block, page) else Kind.PLAYBOOK
    if {"summary", "settings"} <= set(data) <= _PROFILE_KEYS:
        return Kind.PROFILE
    if set(data) == {"summary", "rules"}:
        return Kind.RULES
    return _used(block, page, Kind.FILE)


def _used(block: Block, page: list[Block], kind: Kind) -> Kind:
    if block.name and _mentioned(block, page):
        return kind
    raise LookupError(
        f"{block} is run by nothing: name it in its first line ('# name.yml') and use it in a command of the page, or"
        " give the reason why it cannot be run in tests/examples/sorting.py"
    )


def _mentioned(block: Block, page: list[Block]) -> bool:
    """Whether a command of the page names the file."""
    return any(
        re.search(rf"(?<![\w./-]){re.escape(block.name)}(?![\w.])", other.text)
        for other in page
        if other.language == "console"
    )
