# Copyright (c) 2026, the linuxnet.tcp authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The plot about tunables: how the time of a task grows with the number of keys."""

from __future__ import annotations

import statistics
from pathlib import Path

import matplotlib as mpl
from matplotlib.figure import Figure

from ..plots import SETTINGS
from .report import RUNS, TITLES, Series, numbers

LOOKS = {"tunables": ("#0072B2", "o"), "loop": ("#D55E00", "s"), "template": ("#009E73", "^"), "ping": ("#000000", "x")}


def draw(series: Series, file: Path) -> None:
    """The plot: the median time of a task against the number of keys, on logarithmic scales."""
    with mpl.rc_context(SETTINGS):
        figure = Figure(figsize=(9, 4.2), layout="constrained")
        for axes, run in zip(figure.subplots(1, 2, sharey=True), RUNS, strict=True):
            for way, (color, marker) in LOOKS.items():
                name = way if way == "ping" else f"{way} {run}"
                keys = [number for number in numbers(series) if f"{number} {name}" in series]
                middles = [statistics.median(series[f"{number} {name}"]) for number in keys]
                style = ":" if way == "ping" else "-"
                axes.plot(keys, middles, color=color, marker=marker, linestyle=style, label=TITLES[way])
            axes.set(xscale="log", yscale="log", xlabel="keys", title=f"{run} run")
            axes.set_xticks(numbers(series), labels=[str(number) for number in numbers(series)])
            axes.minorticks_off()
            axes.grid(alpha=0.25)
        figure.axes[0].set_ylabel("seconds a task, median (logarithmic)")
        figure.axes[0].legend(frameon=False, fontsize=9)
        figure.savefig(file, format="svg", metadata={"Date": None})
