# Copyright (c) 2026, the linuxnet.tcp authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The plot about peers: each timed row, each way over ping."""

from __future__ import annotations

from pathlib import Path

import matplotlib as mpl
from matplotlib.figure import Figure

from ..plots import SETTINGS
from .page import ROWS, Kept, over_ping, ways_of

OURS, THEIRS = "#0072B2", "#D55E00"


def draw(kept: Kept, file: Path) -> None:
    """A strip for each timed row; bars over ping on a logarithmic scale, ours in a colour of its own."""
    heights = [len(ways_of(row)) for row in ROWS]
    with mpl.rc_context(SETTINGS):
        figure = Figure(figsize=(8, 0.33 * sum(heights) + 2), layout="constrained")
        strips = figure.subplots(len(ROWS), 1, sharex=True, height_ratios=heights)
        for axes, row in zip(strips, ROWS, strict=True):
            for place, way in enumerate(ways_of(row)):
                times = over_ping(kept, row, way.name)
                axes.barh(place, times or 0, color=THEIRS if place else OURS, height=0.7)
                axes.text((times or 1) * 1.05, place, f"{times:.2f}" if times else "not measured", va="center")
            axes.set_yticks(range(len(ways_of(row))), labels=[way.title for way in ways_of(row)])
            axes.invert_yaxis()
            axes.set_xscale("log")
            axes.set_xlim(0.8, 150)
            axes.set_title(row, fontsize=10, loc="left")
        strips[-1].set_xlabel("times one task ping, medians (logarithmic)")
        figure.savefig(file, format="svg", metadata={"Date": None})
