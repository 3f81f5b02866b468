# Copyright (c) 2026, the linuxnet.tcp authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The page that people read: every figure beside the command that gives it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from .results import Claim, Part, Row

PLOTS = {
    "counting": ("counting-methods.svg", "Processor time of each way to count the states"),
    "growth": ("counting-growth.svg", "Processor time against the number of TIME_WAIT"),
}
TITLES = {
    "counting": "Counting all states",
    "questions": "By family, listener and peer",
    "task": "The whole task over SSH",
    "growth": "Growth with the number of TIME_WAIT",
}
NOTES = {
    "counting": (
        "The bare walk is one netlink request (the old type 18, both families at once) for the sockets in rare states, "
        "received into a buffer and thrown away: what the kernel charges for looking at every socket. `state_facts` "
        "is all that the module does on the host between its parameters and its result, in the same process and by "
        "turns. Every contender had to count exactly what stood in the namespace."
    ),
    "questions": (
        "`client`: TIME_WAIT at the end that opened the connections, as on a proxy. `server`: at the end that accepted "
        "them, from many addresses. Time is that of the module's own work inside its process; the whole module, with "
        "the start of the interpreter and Ansible's own imports, stands beside it as information and for its memory."
    ),
    "task": (
        "Tasks by turns (A B B A) in one playbook, several playbooks; from the queueing of the task to its result, on "
        "the controller's clock. Median against median."
    ),
    "growth": (
        "A load for each step, TIME_WAIT alone. A TIME_WAIT lasts 60 s: to have a million before the first is gone, "
        "each socket connects to itself (a simultaneous open) and closes, half the work of a pair."
    ),
}
HEADINGS = (
    "what", "command", "TIME_WAIT", "processor ms: least", "median", "clock ms: least", "median", "runs (thrown away)",
    "memory MiB", "",
)


def page(parts: Mapping[str, Part]) -> str:
    """The whole page, in Markdown."""
    blocks = [
        "# What counting costs",
        "Written by `make bench` (as root), with the plots, and with every single run in counting.json: do not edit "
        "it. The command of a part stands with it.",
        "The load lies in a network namespace of its own, on loopback, and is made anew when its minute is over. The "
        "number of minisockets is read before and after each run; a run in which it fell is thrown away. The ways take "
        "turns. Processor time is user and system, children included.",
        "## What is promised",
        *_claims(claim for part in parts.values() for claim in part.claims),
    ]
    for name, title in TITLES.items():
        if name in parts:
            blocks += [f"## {title}", *_part(parts[name])]
    return "\n\n".join(blocks) + "\n"


def _part(part: Part) -> list[str]:
    blocks = [NOTES[part.name], f"Load: {part.load}. Command: `python tests/bench/run.py {part.name}`."]
    if part.name in PLOTS:
        file, text = PLOTS[part.name]
        blocks.append(f"![{text}]({file})")
    blocks.append(table(part.rows))
    blocks.append("Machine: " + "; ".join(f"{key} {value}" for key, value in part.machine.items()) + ".")
    return blocks


def _claims(claims: Iterable[Claim]) -> list[str]:
    lines = ["| | what | measured | at most | how |", "|---|---|---|---|---|"]
    lines += [
        f"| {'holds' if claim.holds else '**FAILS**'} | {cell(claim.name)} | {claim.value:.3g}{claim.unit} "
        f"| {claim.limit:.3g}{claim.unit} | {claim.how} |"
        for claim in claims
    ]
    return ["\n".join(lines)]


def table(rows: Iterable[Row]) -> str:
    """The rows as a Markdown table; milliseconds."""
    lines = ["| " + " | ".join(HEADINGS) + " |", "|---|---|--:|--:|--:|--:|--:|--:|--:|---|"]
    for row in rows:
        times = row.figures
        cells = [
            cell(row.name), f"`{cell(row.command)}`", str(row.time_wait),
            milliseconds(times.cpu_min), milliseconds(times.cpu_median),
            milliseconds(times.wall_min), milliseconds(times.wall_median),
            f"{times.runs} ({times.discarded})",
            f"{times.rss_kib / 1024:.0f}" if times.rss_kib else "", row.note,
        ]
        lines.append("| " + " | ".join(cells) + " |")
    return "\n".join(lines)


def milliseconds(seconds: float) -> str:
    """Three figures at least, none that nobody can measure; nothing for what was not measured."""
    if not seconds:
        return ""
    value = seconds * 1000
    return f"{value:.0f}" if value >= 100 else f"{value:.1f}" if value >= 10 else f"{value:.2f}"


def cell(text: str) -> str:
    """`text` with its bars escaped for a Markdown table."""
    return text.replace("|", "\\|")
