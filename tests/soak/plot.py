# Copyright (c) 2026, the linuxnet.tcp authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The plot of the soak: strips over the minutes."""

from __future__ import annotations

from pathlib import Path

import matplotlib as mpl
from matplotlib.figure import Figure

from ansible_collections.linuxnet.tcp.tests.bench.plots import SETTINGS

from .judge import Seconds


def draw(seconds: Seconds, file: Path) -> None:
    """The plot into `file`."""
    minutes = [second["at"] / 60 for second in seconds]
    strips = (
        ("TIME_WAIT", "time_wait", 1.0),
        ("memory, MiB", "rss_kib", 1 / 1024),
        ("descriptors", "descriptors", 1.0),
        ("an answer, ms", "facts_ms", 1.0),
    )
    with mpl.rc_context(SETTINGS):
        figure = Figure(figsize=(9, 7), layout="constrained")
        for axes, (title, name, factor) in zip(figure.subplots(len(strips), 1, sharex=True), strips, strict=True):
            axes.plot(minutes, [second[name] * factor for second in seconds], color="#0072B2", linewidth=0.7)
            axes.set_ylabel(title)
            axes.set_ylim(bottom=0)
            axes.grid(alpha=0.25)
        figure.axes[-1].set_xlabel("minutes")
        figure.savefig(file, format="svg", metadata={"Date": None})
