# Copyright (c) 2026, the linuxnet.tcp authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The whole task over SSH with pipelining, as the controller sees it, against ansible.builtin.ping."""

from __future__ import annotations

import json
import tempfile
from functools import partial
from pathlib import Path

from .load import Spec
from .machine import describe_with_tools
from .playing import played
from .results import Claim, Part, Row, row
from .rounds import Round, take
from .sizes import Sizes
from .ssh_host import running
from .timing import Sample
from .window import Window

TASKS = {"ping": "ansible.builtin.ping", "state_facts": "linuxnet.tcp.state_facts"}
WARM_UP = 1


def measure(sizes: Sizes) -> Part:
    """Both tasks by turns, many times in each run of one playbook: under the load, and with no connection but SSH's."""
    machine = describe_with_tools()
    rows: list[Row] = []
    claims: list[Claim] = []
    raw: dict[str, list[Sample]] = {}
    for spec in (sizes.client(), Spec(0)):
        _made, series = take(spec, sizes.playbooks, partial(_round, sizes.task_pairs))
        where = f"{spec.time_wait} TIME_WAIT, {spec.established} ESTABLISHED"
        mine = {
            name: row(f"{name} ({where})", f"{module}:", series[name], spec.time_wait)
            for name, module in TASKS.items()
        }
        rows += mine.values()
        ratio = mine["state_facts"].figures.wall_median / mine["ping"].figures.wall_median
        claims.append(Claim(f"task state_facts over task ping ({where})", ratio, 1.25, " x",
                            "clock, medians of tasks by turns in one playbook, SSH with pipelining"))
        raw.update({f"{where}: {name}": samples for name, samples in series.items()})
    load = "sshd on 127.0.0.1 in the namespace of the load; ControlPersist, pipelining, no fact gathering"
    return Part("task", machine, load, rows, claims, raw)


def order(pairs: int) -> list[str]:
    """Both tasks equally often, in the order A B B A, so that neither always follows the other."""
    return [name for number in range(pairs) for name in (list(TASKS) if number % 2 == 0 else list(TASKS)[::-1])]


def playbook(pairs: int) -> str:
    """The play, as JSON, which is YAML: the warm-up, then the tasks in their order."""
    names = [f"warm-up {name}" for name in order(WARM_UP)] + order(pairs)
    tasks = [{"name": name, TASKS[name.removeprefix("warm-up ")]: {}} for name in names]
    return json.dumps([{"hosts": "measured", "gather_facts": False, "tasks": tasks}])


def times(lines: str) -> dict[str, list[Sample]]:
    """The runs by task, from what the callback wrote; without the warm-up."""
    series: dict[str, list[Sample]] = {name: [] for name in TASKS}
    for line in lines.splitlines():
        one = json.loads(line)
        if one["task"] in series:
            series[one["task"]].append(Sample(0.0, one["wall"], one["before"], one["after"]))
    return series


def _round(pairs: int, _window: Window, _number: int) -> Round:
    with tempfile.TemporaryDirectory(prefix="lb-") as name, running(Path(name)) as inventory:
        return times(played(Path(name), inventory, playbook(pairs), "task_times"))
