# Copyright (c) 2026, the linuxnet.tcp authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The page about the soak."""

from __future__ import annotations

import statistics
from collections.abc import Mapping
from typing import Any

from ansible_collections.linuxnet.tcp.tests.bench.results import AtLeast

from .judge import Seconds, claims, slowest_stretch

PLOT = "soak.svg"

PAGE = """\
# Half an hour of open and close

Written by `make soak` (as root) after {minutes:g} minutes, with the plot, and with every second in soak.json: do not
edit it. Every figure on this page is of that one command.

On a throw-away host (a network and mount namespace) {rate:,} connections a second are opened and closed over loopback,
two thirds by IPv4, one third by IPv6. Once a second a process that lives the whole time answers with what `state_facts`
finds, every ten seconds by family, listener and peer as well. Every five seconds `tunables` sets another profile,
{profiles} by turns, `exclusive`; right after, and again before the next turn, every setting of the profile has to run
and to stand in the file, and every other key has to be back at its value from before. `forward_proxy` caps TIME_WAIT at
5,000 and `web_server` gives the cap back: hence the saw.

| | what | measured | promised | how |
|---|---|--:|--:|---|
{claims}

Growth is the median of the last fifth of the time over that of the first one, after a sixth of it for warming up.

![TIME_WAIT, memory, descriptors and time of an answer, over the time]({plot})

| | least | median | most |
|---|--:|--:|--:|
{figures}

In the slowest ten seconds {slowest:,.0f} connections a second were opened. {answers:,} answers, {runs} changes of
profile.

Machine: {machine}.
"""


def page(found: Mapping[str, Any]) -> str:
    """The whole page, in Markdown."""
    seconds: Seconds = found["seconds"]
    runs = [second for second in seconds if second["tunables_ms"] is not None]
    figures = [
        _figures("TIME_WAIT", [second["time_wait"] for second in seconds], "{:,.0f}"),
        _figures("all sockets", [second["total"] for second in seconds], "{:,.0f}"),
        _figures("an answer, ms", [second["facts_ms"] for second in seconds], "{:,.1f}"),
        _figures("a change of profile, ms", [second["tunables_ms"] for second in runs], "{:,.0f}"),
        _figures("memory of who answers, KiB", [second["rss_kib"] for second in seconds], "{:,.0f}"),
        _figures("descriptors of who answers", [second["descriptors"] for second in seconds], "{:,.0f}"),
        _figures("memory of a run of tunables, KiB", [second["tunables_rss_kib"] for second in runs], "{:,.0f}"),
    ]
    return PAGE.format(
        minutes=found["minutes"], rate=found["rate"],
        profiles=" and ".join(f"`{name}`" for name in found["profiles"]),
        claims="\n".join(_claims(found)), plot=PLOT, figures="\n".join(figures), slowest=slowest_stretch(seconds),
        answers=len(seconds), runs=len(runs),
        machine="; ".join(f"{name} {value}" for name, value in found["machine"].items()),
    )  # fmt: skip


def _claims(found: Mapping[str, Any]) -> list[str]:
    lines = []
    for claim in claims(found):
        bound = "at least" if isinstance(claim, AtLeast) else "at most"
        lines.append(
            f"| {'holds' if claim.holds else '**FAILS**'} | {claim.name} | {claim.value:,.4g}{claim.unit} "
            f"| {bound} {claim.limit:,.4g}{claim.unit} | {claim.how} |"
        )
    return lines


def _figures(name: str, values: list[float], form: str) -> str:
    cells = (form.format(value) for value in (min(values), statistics.median(values), max(values)))
    return f"| {name} | {' | '.join(cells)} |"
