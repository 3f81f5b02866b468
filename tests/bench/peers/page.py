# Copyright (c) 2026, the linuxnet.tcp authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The page about peers: one table, what it does not show, and why ours is not first where it is not."""

from __future__ import annotations

import statistics
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from .plays import FAILING, OTHER, SHADOWED, THEIRS, WANTED
from .ways import COUNTING, SETTING, TITLES, Way

COMMAND = "python tests/bench/run.py peers"
PLOT = "peers.svg"
Kept = Mapping[str, Any]

#: The timed rows: what is done, the part of the figures it stands in, and what is put before and after a way's name.
ROWS = {
    "30 keys, first run": ("settings", "30 {} first"),
    "30 keys, second run": ("settings", "30 {} second"),
    "1 key, first run": ("settings", "1 {} first"),
    "1 key, second run": ("settings", "1 {} second"),
    "few sockets": ("few", "{}"),
    "100,000 TIME_WAIT": ("many", "{}"),
}
WHY_NOT = {
    "1 key, first run": (
        "For a single key `ansible.posix.sysctl` can be quicker: it is a smaller module to send and to start, and it "
        "reads one file where ours reads every file that boot reads, to say who decides. A loop pays its price again "
        "for each key."
    ),
    "1 key, second run": "The same as the first run: one small module that looks at one file.",
    "few sockets": (
        "With a few hundred sockets a line of shell can be quicker: Ansible's shell module is smaller than ours, and "
        "there is next to nothing to list. Its answer is text with those states that occur, not numbers for all eleven."
    ),
    "100,000 TIME_WAIT": (
        "The whole task is mostly SSH and the start of Python on both sides, whoever asks. What the host spends on the "
        "count itself stands in [counting](counting.md), where the lines of shell and ours are measured without that."
    ),
}

PAGE = """\
# Peers, side by side

Written by `{command}` (as root; it is a part of `make bench`), with the plot, and with every single time in peers.json:
do not edit it. Every figure on this page is of that one command.

Everybody does the same work on the same host in one run: a network and mount namespace with an sshd, reached over SSH
with pipelining and ControlPersist. A time is that of all tasks of a way together, on the controller's clock, over one
task `ansible.builtin.ping`: medians, the ways and ping taking turns in one playbook. Bytes are what SSH sent to the
host for it, as the kernel counts them. Each module's first task of a playbook is left out, for there Ansible packs it;
only `listen_ports_facts` runs once. Ours and ping had {turns} turns with keys and all ways {pairs} with sockets, slow
ways with keys {others}.

## Setting {keys} keys

Before each first run every key is back at its value from before and no file is there.

{setting}

*When another file decides*: `{other}` sets `{shadowed}` to {theirs}, and the way is asked for {wanted} in a file that
is read before it. *A failure*: asked for two keys that can be set and for `net.ipv4.tcp_tw_recycle`, which this kernel
has no more.

## Counting states

{counting}

*Few sockets* are {few_tw} in TIME_WAIT and {few_es} ESTABLISHED.

![Times of all ways over ping]({plot})

## Where ours is not first

{why}

## What was not compared

- **The role kernel_settings** of the linux-system-roles. It is published on Ansible Galaxy and in Fedora's packages,
  in neither PyPI (nor the `ansible` package there) nor Debian, so that this bench cannot install it. It sets keys by a
  TuneD profile, and needs TuneD running on the host.
- Other roles: they loop `ansible.posix.sysctl` or template a file, which is what is measured.
- Hosts over a real network: here SSH is on loopback, and time on the wire is none. Who sends fewer bytes and takes
  fewer tasks gains there.
- `listen_ports_facts` with 100,000 sockets: it starts two processes for each of them; [counting](counting.md) has a
  run.
- Memory and processor time on the host: [counting](counting.md) has them for counting.

## The ways

{commands}

Machine: {machine}.
"""

SETTING_HEADS = (
    "way", "tasks", "first run, x ping", "second run, x ping", "1 key, first, x ping", "1 key, second, x ping",
    "KiB to the host", "changed on the second run", "when another file decides", "what a failure leaves",
)  # fmt: skip
COUNTING_HEADS = (
    "way", "tasks", "few sockets, x ping", "100,000 TIME_WAIT, x ping", "KiB to the host",
    "changed on the second run", "what comes back",
)  # fmt: skip
GIVES = {
    "facts": "eleven integers, zeros included, with limits and counters",
    "ss": "text: a line for each state that occurs",
    "netstat": "text: a line for each state that occurs",
    "listing": "a row for each socket; nothing is counted",
}


def over_ping(kept: Kept, row: str, way: str) -> float | None:
    """The median of a way over that of ping in a timed row; None where it was not measured."""
    part, pattern = ROWS[row]
    series = kept[part].get(pattern.format(way))
    ping = kept[part]["ping" if pattern == "{}" else f"{pattern.split()[0]} ping"]
    return statistics.median(series["wall"]) / statistics.median(ping["wall"]) if series else None


def ways_of(row: str) -> tuple[Way, ...]:
    """Who takes part in a timed row; ours is the first of them."""
    return SETTING if ROWS[row][0] == "settings" else COUNTING


def beaten_by(kept: Kept, row: str) -> list[str]:
    """Those that are quicker than ours in a timed row."""
    times = {way.name: over_ping(kept, row, way.name) for way in ways_of(row)}
    ours = times[ways_of(row)[0].name]
    return [name for name, time in times.items() if time is not None and ours is not None and time < ours]


def unexplained(kept: Kept) -> list[str]:
    """The timed rows in which somebody is quicker and the page has no reason for it."""
    return [row for row in ROWS if beaten_by(kept, row) and row not in WHY_NOT]


def page(kept: Kept) -> str:
    """The whole page, in Markdown."""
    stands = kept["few"]["stands"]
    return PAGE.format(
        command=COMMAND, keys=30, setting="\n".join(_setting(kept)), counting="\n".join(_counting(kept)), plot=PLOT,
        other=OTHER, shadowed=SHADOWED, theirs=THEIRS, wanted=WANTED, few_tw=stands["time_wait"],
        few_es=stands["established"], turns=len(kept["settings"]["30 ours first"]["wall"]),
        others=len(kept["settings"]["30 loop first"]["wall"]), pairs=len(kept["few"]["facts"]["wall"]),
        why="\n".join(_why(kept)),
        commands="\n".join(f"- {way.title}: `{way.command}`" for way in (*SETTING, *COUNTING)),
        machine="; ".join(f"{name} {value}" for name, value in kept["machine"].items()),
    )  # fmt: skip


def _head(names: Sequence[str]) -> Iterator[str]:
    yield f"| {' | '.join(names)} |"
    yield "|---" * len(names) + "|"


def _setting(kept: Kept) -> Iterator[str]:
    yield from _head(SETTING_HEADS)
    for way in SETTING:
        first, second = (kept["settings"][f"30 {way.name} {run}"] for run in ("first", "second"))
        cells = [
            str(first["tasks"]), *(_times(kept, row, way.name) for row in list(ROWS)[:4]), _kib(first),
            "yes" if any(second["changed"]) else "no", _shadowed(kept["shadowed"][way.name]),
            _failed(kept["failing"][way.name]),
        ]  # fmt: skip
        yield _line(way.title, *cells)


def _counting(kept: Kept) -> Iterator[str]:
    yield from _head(COUNTING_HEADS)
    for way in COUNTING:
        series = kept["few"][way.name]
        counted = f"{GIVES[way.name]}; TIME_WAIT: {series['counted']}"
        cells = [
            str(series["tasks"]), *(_times(kept, row, way.name) for row in list(ROWS)[4:]), _kib(series),
            "yes" if any(series["changed"]) else "no", counted,
        ]  # fmt: skip
        yield _line(way.title, *cells)


def _line(*cells: str) -> str:
    return f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in cells)} |"


def _times(kept: Kept, row: str, way: str) -> str:
    times = over_ping(kept, row, way)
    if times is None:
        return "not measured"
    return f"**{times:.2f}**" if not _quicker(kept, row, times) else f"{times:.2f}"


def _quicker(kept: Kept, row: str, times: float) -> bool:
    others = (over_ping(kept, row, way.name) for way in ways_of(row))
    return any(other is not None and other < times for other in others)


def _kib(series: Kept) -> str:
    return f"{statistics.median(series['sent']) / 1024:.1f}"


def _shadowed(one: Kept) -> str:
    told = "a warning names the file" if one["warned"] else "nothing is said"
    if one["named"] and not one["warned"]:
        told = "the file's name stands in a program's output"
    if one["failed"]:
        told += ", fails"
    return f"{told}; {one['runs']} runs, {one['boots']} after boot"


def _failed(one: Kept) -> str:
    said = "fails" if one["failed"] else "does not fail"
    if not one["left_running"] and not one["left_in_file"]:
        return f"{said}; nothing"
    lines = len(one["left_in_file"])
    bad = any("tw_recycle" in line for line in one["left_in_file"])
    file = f"a file with {lines} lines{', the bad one too' if bad else ''}" if lines else "no file"
    return f"{said}; {one['left_running']} of {len(FAILING) - 1} keys changed, {file}"


def _why(kept: Kept) -> Iterator[str]:
    beaten = [row for row in ROWS if beaten_by(kept, row)]
    for row in beaten:
        quicker = ", ".join(f"{TITLES[name]} ({over_ping(kept, row, name):.2f})" for name in beaten_by(kept, row))
        ours = over_ping(kept, row, ways_of(row)[0].name)
        yield f"- **{row}**: {quicker} against our {ours:.2f}. {WHY_NOT.get(row, '')}"
    if not beaten:
        yield "In every timed row it is."
