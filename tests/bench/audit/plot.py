# Copyright (c) 2026, the linuxnet.tcp authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The plot about audits: seconds of each step and memory, against the number of hosts."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import matplotlib as mpl
from matplotlib.figure import Figure

from ..plots import SETTINGS

LOOKS = {
    "html": "#0072B2",
    "csv": "#D55E00",
    "json": "#009E73",
    "junit": "#CC79A7",
    "sarif": "#E69F00",
    "md": "#000000",
}


def draw(kept: Mapping[str, Any], file: Path) -> None:
    """The plot: seconds of each step, stacked, and memory, against the number of hosts."""
    scale = kept["scale"]["runs"]
    hosts = [one["hosts"] for one in scale]
    with mpl.rc_context(SETTINGS):
        figure = Figure(figsize=(9, 4), layout="constrained")
        time_axes, memory_axes = figure.subplots(1, 2)
        steps = ["read", *scale[0]["bytes"]]
        series = [[one["seconds"][step] for one in scale] for step in steps]
        time_axes.stackplot(hosts, series, labels=steps, colors=["#999999", *(LOOKS[step] for step in steps[1:])])
        time_axes.set(xlabel="hosts", ylabel="seconds of the clock", xlim=(0, None), ylim=(0, None))
        time_axes.legend(frameon=False, fontsize=9, loc="upper left")
        memory_axes.plot(hosts, [one["peak_kib"] / 1024 for one in scale], color="#0072B2", marker="o")
        memory_axes.set(xlabel="hosts", ylabel="memory at most, MiB", xlim=(0, None), ylim=(0, None))
        memory_axes.grid(alpha=0.25)
        figure.savefig(file, format="svg", metadata={"Date": None})
