# Copyright (c) 2026, the linuxnet.tcp authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Who does the same work, and how: each way as the tasks that somebody would write."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from ..contenders import SHELL
from ..tunables.play import FILE, TEMPLATE, template

Task = dict[str, Any]
OURS = "linuxnet.tcp"


@dataclass(frozen=True)
class Way:
    """One way to a work."""

    name: str
    title: str
    #: As the page shows it.
    command: str


SETTING = (
    Way("ours", "linuxnet.tcp.tunables", "linuxnet.tcp.tunables: {settings, path}"),
    Way("loop", "ansible.posix.sysctl in a loop",
        "ansible.posix.sysctl: {name, value, sysctl_file, sysctl_set} with loop"),
    Way("template", "template and sysctl --system",
        "ansible.builtin.template: {src, dest}; when changed ansible.builtin.command: sysctl --system"),
)  # fmt: skip
COUNTING = (
    Way("facts", "linuxnet.tcp.state_facts", "linuxnet.tcp.state_facts:"),
    Way("ss", "ss | awk", f"ansible.builtin.shell: {SHELL['ss | awk']}"),
    Way("netstat", "netstat | awk", f"ansible.builtin.shell: {SHELL['netstat | awk']}"),
    Way("listing", "listen_ports_facts",
        "community.general.listen_ports_facts: {include_non_listening: true}"),
)  # fmt: skip
TITLES = {way.name: way.title for way in (*SETTING, *COUNTING)}


def setting(way: str, label: str, settings: dict[str, int | str]) -> list[Task]:
    """The tasks of a way to set keys; all have the name `label`."""
    pairs = [{"name": key, "value": str(value)} for key, value in settings.items()]
    if way == "ours":
        return [{"name": label, "linuxnet.tcp.tunables": {"settings": settings, "path": FILE}}]
    if way == "loop":
        one = {"name": "{{ item.name }}", "value": "{{ item.value }}", "sysctl_file": FILE, "sysctl_set": True}
        return [{"name": label, "ansible.posix.sysctl": one, "loop": pairs}]
    write = {"src": TEMPLATE, "dest": FILE, "mode": "0644"}
    apply = {"ansible.builtin.command": {"argv": ["sysctl", "--system"]}, "when": "written is changed"}
    return [
        {"name": label, "vars": {"pairs": pairs}, "ansible.builtin.template": write, "register": "written"},
        {"name": label, **apply},
    ]


def counting(way: str, label: str) -> list[Task]:
    """The task of a way to count states."""
    if way == "facts":
        return [{"name": label, "linuxnet.tcp.state_facts": {}}]
    if way == "listing":
        return [{"name": label, "community.general.listen_ports_facts": {"include_non_listening": True}}]
    return [{"name": label, "ansible.builtin.shell": {"cmd": SHELL[f"{way} | awk"]}}]


__all__ = ["COUNTING", "FILE", "OURS", "SETTING", "TEMPLATE", "TITLES", "Task", "counting", "setting", "template"]
