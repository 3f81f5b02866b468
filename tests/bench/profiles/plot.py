# Copyright (c) 2026, the linuxnet.tcp authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The plots about profiles: every run is a dot, so that the spread is seen with the median."""

from __future__ import annotations

from pathlib import Path

import matplotlib as mpl
from matplotlib.figure import Figure

from ..plots import SETTINGS
from .outcome import Part, spread, variants
from .words import METRICS, SECTIONS

BLUE, ORANGE, GREY = "#0072B2", "#D55E00", "#777777"


def draw(part: Part, file: Path) -> None:
    """The plot of a part into `file`."""
    with mpl.rc_context(SETTINGS):
        figure = _curves(part) if part.curves else _dots(part)
        figure.savefig(file, format="svg", metadata={"Date": None})


def _dots(part: Part) -> Figure:
    """A line for each variant and a panel for each figure that is drawn."""
    names, drawn = variants(part.runs), SECTIONS[part.name].drawn
    figure = Figure(figsize=(9, 0.45 * len(names) + 1.2), layout="constrained")
    for axes, metric in zip(figure.subplots(1, len(drawn), sharey=True), drawn, strict=True):
        for place, name in enumerate(names):
            values = [run.values[metric] for run in part.runs if run.variant == name]
            middle = spread(part.runs, name, metric)
            assert middle is not None
            axes.plot(values, [place] * len(values), "o", color=BLUE, alpha=0.5, markersize=5, markeredgewidth=0)
            axes.plot([middle.median], [place], "|", color=ORANGE, markersize=18, markeredgewidth=2)
        axes.set_xlabel(METRICS[metric])
        axes.set_xlim(left=0)
        axes.margins(x=0.08)
        axes.grid(axis="x", alpha=0.25)
        axes.set_yticks(range(len(names)), labels=[name.replace("/", ", ") for name in names])
    figure.axes[0].invert_yaxis()
    return figure


def _curves(part: Part) -> Figure:
    """What was held, and below it what was cut a second, with the moment of the setting and the minute after it."""
    figure = Figure(figsize=(9, 4.6), layout="constrained")
    upper, lower = figure.subplots(2, 1, sharex=True, height_ratios=(2, 1))
    for axes, (name, curve), color in zip((upper, lower), part.curves.items(), (BLUE, ORANGE), strict=True):
        axes.plot(curve.seconds, curve.values, color=color)
        axes.set_ylabel({"held": "TIME_WAIT held", "cut a second": "cut a second"}[name])
        axes.set_ylim(bottom=0)
        axes.grid(alpha=0.25)
        for at in part.marks.values():
            axes.axvline(at, color=GREY, linestyle=":")
    top = upper.get_ylim()[1]
    for name, text in (("applied", " 5000 is set"), ("run_out", " 60 s later")):
        upper.text(part.marks[name], top * 0.93, text, color=GREY)
    lower.set_xlabel("seconds")
    return figure
