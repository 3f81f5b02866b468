# Copyright (c) 2026, the linuxnet.tcp authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The play that the bench of tunables runs: what is timed, in which order, and what becomes of the noted times."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from .settings import SETTINGS, first

FILE = "/etc/sysctl.d/90-bench.conf"
TEMPLATE = "bench.conf.j2"
#: Where the values from before lie on the host.
SAVED = "/root/bench-saved"

#: The values from before, then back to them: no file, no memory of ours, every key as it was.
SAVE = (
    f"for path in {' '.join('/proc/sys/' + key.replace('.', '/') for key in SETTINGS)}; do "
    f'printf "%s %s\\n" "$path" "$(cat "$path")"; done > {SAVED}'
)
RESET = (
    f"rm -rf {FILE} /var/lib/linuxnet-tcp && "
    f'while read -r path value; do echo "$value" > "$path" || exit 1; done < {SAVED}'
)

#: What is timed, as the report shows it.
COMMANDS = {
    "ping": "ansible.builtin.ping:",
    "tunables": "linuxnet.tcp.tunables: {settings, path}",
    "loop": "ansible.posix.sysctl: {name, value, sysctl_file} with loop",
    "template": "ansible.builtin.template: {src, dest}; when changed ansible.builtin.command: sysctl --system",
}


@dataclass(frozen=True)
class Turns:
    """How often each way is taken with `keys` keys: ours and ping, and the much slower others."""

    keys: int
    ours: int
    others: int


@dataclass(frozen=True)
class Noted:
    """One task as the callback noted it. Seconds of the controller's clock."""

    name: str
    wall: float
    changed: bool


def playbook(turns: Iterable[Turns]) -> str:
    """The play, as JSON, which is YAML: a warm-up, then round after round of everything that still has a turn left.

    The warm-up makes Ansible pack each module, which it does once in a run of a playbook and keeps.
    """
    tasks = [_shell("save", SAVE), *_named("warm-up ", [*_round(1, ours_first=True), *_others(1)])]
    left = list(turns)
    for number in range(max(one.ours for one in left)):
        for one in left:
            if number < one.ours:
                tasks += _round(one.keys, ours_first=number % 2 == 1)
            if number < one.others:
                tasks += _others(one.keys)
    tasks.append(_shell("reset", RESET))
    return json.dumps([{"hosts": "all", "gather_facts": False, "tasks": tasks}])


def _round(keys: int, *, ours_first: bool) -> list[dict[str, Any]]:
    """Ping, our first run and our second; ping at the other end every second time: it has no place of its own."""
    settings = {"settings": first(keys), "path": FILE}
    ping = {"name": f"{keys} ping", "ansible.builtin.ping": {}}
    ours = [{"name": f"{keys} tunables {run}", "linuxnet.tcp.tunables": settings} for run in ("first", "second")]
    return [_shell("reset", RESET), *([*ours, ping] if ours_first else [ping, *ours])]


def _others(keys: int) -> list[dict[str, Any]]:
    pairs = [{"name": key, "value": str(value)} for key, value in first(keys).items()]
    one = {"name": "{{ item.name }}", "value": "{{ item.value }}", "sysctl_file": FILE, "sysctl_set": True}
    tasks = [_shell("reset", RESET)]
    tasks += [{"name": f"{keys} loop {run}", "ansible.posix.sysctl": one, "loop": pairs} for run in ("first", "second")]
    tasks.append(_shell("reset", RESET))
    for run in ("first", "second"):
        name = f"{keys} template {run}"
        write = {"ansible.builtin.template": {"src": TEMPLATE, "dest": FILE, "mode": "0644"}, "register": "written"}
        apply = {"ansible.builtin.command": {"argv": ["sysctl", "--system"]}, "when": "written is changed"}
        tasks += [{"name": name, "vars": {"pairs": pairs}, **write}, {"name": name, **apply}]
    return tasks


def template() -> str:
    """The text of the template."""
    return "{% for pair in pairs %}\n{{ pair.name }} = {{ pair.value }}\n{% endfor %}\n"


def _shell(name: str, script: str) -> dict[str, Any]:
    return {"name": name, "ansible.builtin.shell": {"cmd": script}}


def _named(prefix: str, tasks: Iterable[Mapping[str, Any]]) -> Iterator[dict[str, Any]]:
    for task in tasks:
        yield {**task, "name": prefix + task["name"]}


def parse(lines: str) -> list[Noted]:
    """What the callback wrote, line by line."""
    return [Noted(one["task"], one["wall"], one["changed"]) for one in map(json.loads, lines.splitlines())]


def series(noted: Iterable[Noted]) -> dict[str, list[float]]:
    """The times of each way by its name, `30 tunables first`; consecutive tasks of one name count as one.

    Without the warm-up. Raises ValueError when ours was not changed by its first run, or was by its second: then what
    was timed is not what the name says.
    """
    found: dict[str, list[float]] = {}
    before = ""
    for one in noted:
        if " tunables " in one.name and one.changed != one.name.endswith("first"):
            raise ValueError(f"{one.name}: changed is {one.changed}")
        if one.name[0].isdigit():
            if one.name == before and " template " in one.name:
                found[one.name][-1] += one.wall
            else:
                found.setdefault(one.name, []).append(one.wall)
        before = one.name
    return found
