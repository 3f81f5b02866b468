# Copyright (c) 2026, the linuxnet.tcp authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The plays of the comparison: what is timed and in which order, and what is done to each way to see what it does."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from ..tunables.play import RESET, SAVE
from ..tunables.settings import first
from .ways import COUNTING, FILE, SETTING, Task, counting, setting

#: How many keys are set: one, and what a host that serves many connections gets.
KEYS = (1, 30)
RUNS = ("first", "second")

#: Somebody else's file, which comes after ours.
OTHER = "/etc/sysctl.d/99-other.conf"
SHADOWED = "net.ipv4.tcp_fin_timeout"
WANTED, THEIRS = 25, 55
#: Two good keys and one that the kernel has no more, as in many an article.
FAILING: dict[str, int | str] = {
    "net.ipv4.tcp_fin_timeout": 25,
    "net.core.somaxconn": 5000,
    "net.ipv4.tcp_tw_recycle": 1,
}
BOOT = "test ! -x /lib/systemd/systemd-sysctl || /lib/systemd/systemd-sysctl"


@dataclass(frozen=True)
class Noted:
    """A task as the callback noted it. Seconds of the controller's clock."""

    name: str
    wall: float
    sent: int
    changed: bool
    failed: bool
    said: str


def parse(lines: str) -> list[Noted]:
    """What the callback wrote, line by line."""
    return [
        Noted(one["task"], one["wall"], one["bytes"], one["changed"], one["failed"], one["said"])
        for one in map(json.loads, lines.splitlines())
    ]


def timed_settings(rounds: int, slow_rounds: int) -> str:
    """Ping and every way by turns, first run and second run, from the same values; the slow ways fewer times."""
    tasks = [_shell("save", SAVE), *_settings_round(1, 0, "warm-up ", slow=True)]
    for number in range(rounds):
        for keys in KEYS:
            tasks += _settings_round(keys, number, "", slow=number < slow_rounds)
    return _play([*tasks, _shell("reset", RESET)])


def _settings_round(keys: int, number: int, prefix: str, *, slow: bool) -> Iterator[Task]:
    ways = [way.name for way in SETTING if slow or way.name == "ours"]
    names = ["ping", *ways]
    start = number % len(names)
    for name in names[start:] + names[:start]:
        if name == "ping":
            yield {"name": f"{prefix}{keys} ping", "ansible.builtin.ping": {}}
            continue
        yield _shell("reset", RESET)
        for run in RUNS:
            yield from setting(name, f"{prefix}{keys} {name} {run}", first(keys))


def timed_counting(pairs: int, *, listing: bool) -> str:
    """Ping and every way by turns; `listing`, which lists each socket, once at the end, if at all."""
    names = ["ping", *(way.name for way in COUNTING if way.name != "listing")]
    tasks: list[Task] = []
    for number in range(-1, pairs):
        start = number % len(names)
        for name in names[start:] + names[:start]:
            tasks += _count(name, f"warm-up {name}" if number < 0 else name)
    if listing:
        # Without a warm-up: that it is packed is next to nothing of what it takes.
        tasks += _count("listing", "listing")
    return _play(tasks)


def _count(name: str, label: str) -> list[Task]:
    return [{"name": label, "ansible.builtin.ping": {}}] if name == "ping" else counting(name, label)


def shadowed() -> str:
    """Each way sets a key that a file of somebody else decides; then the host boots."""
    tasks = [_shell("save", SAVE)]
    for way in SETTING:
        tasks += [
            _shell("reset", RESET),
            _shell("plant", f"echo '{SHADOWED} = {THEIRS}' > {OTHER}"),
            *setting(way.name, f"shadowed {way.name}", {SHADOWED: WANTED}),
            _look(f"runs {way.name}", [SHADOWED]),
            _shell("boot", BOOT),
            _look(f"boots {way.name}", [SHADOWED]),
            _shell("weed", f"rm {OTHER}"),
        ]
    return _play([*tasks, _shell("reset", RESET)])


def failing() -> str:
    """Each way is asked for two keys that can be set and one that is gone; then what it left is looked at."""
    tasks = [_shell("save", SAVE)]
    for way in SETTING:
        tasks += [
            _shell("reset", RESET),
            _look(f"before {way.name}", list(FAILING)[:2]),
            *({**task, "ignore_errors": True} for task in setting(way.name, f"failing {way.name}", FAILING)),
            _look(f"after {way.name}", list(FAILING)[:2]),
            _shell(f"file {way.name}", f"cat {FILE} 2> /dev/null || true"),
        ]
    return _play([*tasks, _shell("reset", RESET)])


def stdout(noted: list[Noted], name: str) -> str:
    """What the shell printed in the task of this name."""
    (said,) = (one.said for one in noted if one.name == name)
    printed: str = json.loads(said)["stdout"]
    return printed


def _look(name: str, keys: list[str]) -> Task:
    return _shell(name, f"cat {' '.join('/proc/sys/' + key.replace('.', '/') for key in keys)}")


def _shell(name: str, script: str) -> Task:
    return {"name": name, "ansible.builtin.shell": {"cmd": script}}


def _play(tasks: list[Task]) -> str:
    """As JSON, which is YAML."""
    play: Mapping[str, Any] = {"hosts": "measured", "gather_facts": False, "tasks": tasks}
    return json.dumps([play])
