# Copyright (c) 2026, the linuxnet.tcp authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The page about tunables: how long whole tasks take, and which promises hold."""

from __future__ import annotations

import statistics
from collections.abc import Mapping, Sequence

from ..report import milliseconds
from ..results import AtLeast, Claim
from .play import COMMANDS

COMMAND = "python tests/bench/run.py tunables"
#: The number of keys that the promises are about.
KEYS = 30
MOST_PINGS = 1.5
LEAST_GAIN = 15.0
RUNS = ("first", "second")
HOW = "clock, medians of tasks by turns in one playbook, SSH with pipelining"
TITLES = {
    "tunables": "linuxnet.tcp.tunables",
    "loop": "ansible.posix.sysctl in a loop",
    "template": "template and sysctl --system",
    "ping": "ansible.builtin.ping",
}
PLOT = "tunables.svg"
Series = Mapping[str, Sequence[float]]


def claims(series: Series) -> list[Claim]:
    """What is promised for KEYS keys, against what was measured."""
    ping = statistics.median(series[f"{KEYS} ping"])
    found: list[Claim] = []
    for run in RUNS:
        ours = statistics.median(series[f"{KEYS} tunables {run}"])
        loop = statistics.median(series[f"{KEYS} loop {run}"])
        found.append(Claim(f"{KEYS} keys, {run} run, over task ping", ours / ping, MOST_PINGS, " x", HOW))
        found.append(AtLeast(f"{KEYS} keys, {run} run, gain over the loop", loop / ours, LEAST_GAIN, " x", HOW))
    return found


def page(series: Series, machine: Mapping[str, str]) -> str:
    """The whole page, in Markdown."""
    blocks = [
        "# What setting tunables costs",
        f"Written by `{COMMAND}` (as root; it is a part of `make bench`), with the plot, and with every single time in "
        "tunables.json: do not edit it. Every figure on this page is of that one command.",
        "The host is a container with systemd and sshd, reached over SSH with pipelining and ControlPersist. What is "
        "timed is the whole task on the controller's clock, from its queueing to its result; a loop with all of its "
        "items, the template with the `sysctl --system` after it. The tasks take turns in one playbook. Before each "
        "first run every key is put back to its value from before, the file and the state folder are removed; that is "
        "not timed. First run: everything changes, the file is made. Second run: nothing changes, which is checked. "
        "Each module's first task of the playbook is left out, for all alike: there Ansible packs the module. Absolute "
        "times hang on what else the machine does; compare within the table.",
        f"![Time of a task against the number of keys]({PLOT})",
        "## What is promised",
        _claims(claims(series)),
        "## All times",
        _table(series),
        "\n".join(f"- {TITLES[way]}: `{command}`" for way, command in COMMANDS.items()),
        "Machine: " + "; ".join(f"{name} {value}" for name, value in machine.items()) + ".",
    ]
    return "\n\n".join(blocks) + "\n"


def _claims(all_claims: Sequence[Claim]) -> str:
    lines = ["| | what | measured | promised | how |", "|---|---|--:|--:|---|"]
    for claim in all_claims:
        verdict = "holds" if claim.holds else "**FAILS**"
        bound = "at least" if isinstance(claim, AtLeast) else "at most"
        lines.append(
            f"| {verdict} | {claim.name} | {claim.value:.3g}{claim.unit} | {bound} {claim.limit:g}{claim.unit} "
            f"| `{COMMAND}`: {claim.how} |"
        )
    return "\n".join(lines)


def _table(series: Series) -> str:
    """A line for each way, run and number of keys; milliseconds, and times ping of the same number of keys."""
    lines = ["| keys | what | run | tasks | least, ms | median, ms | median over ping |"]
    lines.append("|--:|---|---|--:|--:|--:|--:|")
    for keys in numbers(series):
        ping = statistics.median(series[f"{keys} ping"])
        for name in (name for name in series if name.split()[0] == str(keys)):
            way, run = (*name.split()[1:], "")[:2]
            times = series[name]
            middle = statistics.median(times)
            lines.append(
                f"| {keys} | {TITLES[way]} | {run} | {len(times)} | {milliseconds(min(times))} "
                f"| {milliseconds(middle)} | {middle / ping:.2f} |"
            )
    return "\n".join(lines)


def numbers(series: Series) -> list[int]:
    """The numbers of keys that were measured, in order."""
    return sorted({int(name.split()[0]) for name in series})
