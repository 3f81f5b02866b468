# Copyright (c) 2026, the linuxnet.tcp authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The page about audits: what they cost, and which promises hold."""

from __future__ import annotations

import statistics
from collections.abc import Mapping, Sequence
from typing import Any

from ..results import Claim

COMMAND = "python tests/bench/run.py audit"
PLOT = "audit.svg"
#: What is run, by turns. Both are one task a host.
PLAYS = {
    "ping": "a play of one task ansible.builtin.ping",
    "audit": "linuxnet.tcp.audit_fleet, with all reports at its end",
}
MOST_SECONDS, MOST_MIB, MOST_HTML_MB, MOST_PINGS = 60.0, 500.0, 15.0, 1.5

Kept = Mapping[str, Any]


def seconds_a_host(kept: Kept, play: str, what: str = "cpu") -> float:
    """The median of the turns, for each host, in seconds."""
    fleet = kept["fleet"]
    turns: list[float] = [turn[what] for turn in fleet["plays"][play]]
    return statistics.median(turns) / float(fleet["hosts"])


def claims(kept: Kept) -> list[Claim]:
    """What is promised, against what was measured."""
    most = max(kept["scale"]["runs"], key=lambda one: one["hosts"])
    hosts = f"{most['hosts']} records"
    ratio = seconds_a_host(kept, "audit") / seconds_a_host(kept, "ping")
    return [
        Claim(f"{hosts} to all formats", most["wall"], MOST_SECONDS, " s", "clock, one fresh process"),
        Claim(f"{hosts}, memory at most", most["peak_kib"] / 1024, MOST_MIB, " MiB", "VmHWM of that process"),
        Claim(f"{hosts}, size of report.html", most["bytes"]["html"] / 1e6, MOST_HTML_MB, " MB", "its file"),
        Claim(
            f"audit of {kept['fleet']['hosts']} hosts over one ping, a host",
            ratio,
            MOST_PINGS,
            " x",
            "processor time of the controller and all it starts, medians of plays by turns, SSH with pipelining",
        ),
    ]


def page(kept: Kept) -> str:
    """The whole page, in Markdown."""
    by_clock = seconds_a_host(kept, "audit", "wall") / seconds_a_host(kept, "ping", "wall")
    blocks = [
        "# What an audit costs",
        f"Written by `{COMMAND}` (as root; it is a part of `make bench`), with the plot, and with every single figure "
        "in audit.json: do not edit it. Every figure on this page is of that one command.",
        "## What is promised",
        _table(
            ("", "what", "measured", "promised", "how"),
            [
                (
                    "holds" if claim.holds else "**FAILS**",
                    claim.name,
                    f"{claim.value:.3g}{claim.unit}",
                    f"at most {claim.limit:g}{claim.unit}",
                    f"`{COMMAND}`: {claim.how}",
                )
                for claim in claims(kept)
            ],
        ),
        "## Reports of many hosts",
        "Records are generated (tests/unit/plugins/plugin_utils/records.py) and lie in a folder as an audit leaves "
        "them. A fresh process reads them and writes every format, as `fleet_report` with `state: report` does. "
        "Seconds are of the clock but where they are of the processor.",
        _scale(kept["scale"]["runs"]),
        f"![Seconds and memory against the number of hosts]({PLOT})",
        _machine(kept["scale"]),
        "## The audit of a fleet",
        f"{kept['fleet']['hosts']} hosts on this machine, each with an address, an SSH connection and a network "
        f"namespace of its own; {kept['fleet']['forks']} forks; SSH with pipelining and ControlPersist. The processor "
        "time is that of ansible-playbook and of all it starts, the SSH clients included; what the modules use on the "
        "hosts is not in it, for sshd starts them. The clock is this machine's, which is controller and all hosts at "
        "once. The plays take turns, after one of each on a single host, which is not counted.",
        _table(
            ("play", "turns", "processor, ms a host", "clock, ms a host"),
            [
                (
                    title,
                    len(kept["fleet"]["plays"][play]),
                    f"{seconds_a_host(kept, play) * 1000:.0f}",
                    f"{seconds_a_host(kept, play, 'wall') * 1000:.0f}",
                )
                for play, title in PLAYS.items()
            ],
        ),
        "The audit is one task a host, and so is the play it is compared with. Its reports, and the start of "
        f"ansible-playbook, are in its figures. By the clock, which here is the hosts' too, it takes {by_clock:.2f} x.",
        _machine(kept["fleet"]),
    ]
    return "\n\n".join(blocks) + "\n"


def _machine(part: Kept) -> str:
    return "Machine: {}.".format("; ".join(f"{name} {value}" for name, value in part["machine"].items()))


def _scale(scale: Sequence[Kept]) -> str:
    formats = list(scale[0]["bytes"])
    rows = [
        (
            one["hosts"],
            f"{one['record_bytes'] / 1e6:.1f}",
            f"{one['wall']:.1f}",
            f"{one['cpu']:.1f}",
            f"{one['seconds']['read']:.1f}",
            *(f"{one['seconds'][name]:.1f} s, {one['bytes'][name] / 1e6:.1f} MB" for name in formats),
            f"{one['peak_kib'] / 1024:.0f}",
        )
        for one in scale
    ]
    return _table(("hosts", "records, MB", "all, s", "processor, s", "reading, s", *formats, "memory, MiB"), rows)


def _table(heads: Sequence[str], rows: Sequence[Sequence[object]]) -> str:
    lines = [f"| {' | '.join(heads)} |", "|" + "---|" * len(heads)]
    return "\n".join([*lines, *(f"| {' | '.join(str(cell) for cell in row)} |" for row in rows)])
