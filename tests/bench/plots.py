# Copyright (c) 2026, the linuxnet.tcp authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The plots: SVG that is the same for the same figures, legible without colour vision."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import matplotlib as mpl
from matplotlib.figure import Figure

from .results import Part, Row

#: Okabe and Ito's colours, and a mark each, so that nothing hangs on colour alone.
STYLES = {
    "bare walk": ("#000000", "x", ":"),
    "state_facts": ("#0072B2", "o", "-"),
    "ss | awk": ("#D55E00", "s", "-"),
    "awk /proc/net/tcp": ("#009E73", "^", "-"),
    "netstat | awk": ("#CC79A7", "D", "-"),
    "listen_ports_facts": ("#E69F00", "v", "-"),
}
SETTINGS: dict[Any, Any] = {
    "svg.hashsalt": "linuxnet.tcp", "svg.fonttype": "none", "font.family": "sans-serif", "font.size": 10,
    "axes.spines.top": False, "axes.spines.right": False,
}


def draw(part: Part, file: Path) -> None:
    """The plot of a part into `file`."""
    with mpl.rc_context(SETTINGS):
        figure = {"counting": _methods, "growth": _growth}[part.name](part.rows)
        figure.savefig(file, format="svg", metadata={"Date": None})


def _methods(rows: Sequence[Row]) -> Figure:
    """A bar for each way, on a logarithmic scale, with its number."""
    figure = Figure(figsize=(7.5, 0.5 * len(rows) + 1.2), layout="constrained")
    axes = figure.subplots()
    names = [row.name for row in rows]
    values = [row.figures.cpu_min * 1000 for row in rows]
    axes.barh(names, values, color=[STYLES[name][0] for name in names], height=0.6)
    for place, (row, value) in enumerate(zip(rows, values, strict=True)):
        stopped = ", stopped" if "not finished" in row.note else ""
        axes.text(value * 1.08, place, f"{value:,.0f} ms{stopped}", va="center")
    axes.set_xscale("log")
    axes.set_xlim(min(values) / 2, max(values) * 6)
    axes.invert_yaxis()
    axes.set_xlabel(f"processor time in ms, least of the runs ({rows[0].time_wait:,} TIME_WAIT; logarithmic)")
    return figure


def _growth(rows: Sequence[Row]) -> Figure:
    """Two scales: all ways, and the module beside the bare walk alone."""
    figure = Figure(figsize=(9, 4), layout="constrained")
    whole, near = figure.subplots(1, 2)
    names = list(dict.fromkeys(row.name for row in rows))
    for axes, shown in ((whole, names), (near, ["bare walk", "state_facts"])):
        for name in shown:
            mine = [row for row in rows if row.name == name]
            color, marker, line = STYLES[name]
            axes.plot(
                [row.time_wait / 1e6 for row in mine], [row.figures.cpu_min * 1000 for row in mine],
                color=color, marker=marker, linestyle=line, label=name,
            )
        axes.set_xlabel("million TIME_WAIT")
        axes.set_xlim(left=0)
        axes.set_ylim(bottom=0)
        axes.grid(alpha=0.25)
        axes.legend(frameon=False)
    whole.set_ylabel("processor time in ms, least of the runs")
    near.set_title("the same, near the ground", fontsize=10)
    return figure
