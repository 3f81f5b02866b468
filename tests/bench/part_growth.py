# Copyright (c) 2026, the linuxnet.tcp authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How the cost grows with the number of TIME_WAIT, up to a million."""

from __future__ import annotations

from functools import partial

from .contenders import SHELL, run_probe, run_shell
from .load import Spec
from .machine import describe_with_tools
from .part_counting import PROBE_COMMAND
from .results import Part, Row, row
from .rounds import Round, take, turned
from .sizes import Sizes
from .timing import Sample
from .window import Window

ROUNDS = 3
OTHERS = ("ss | awk", "awk /proc/net/tcp")


def measure(sizes: Sizes) -> Part:
    """Bare walk, module, `ss | awk` and awk over /proc/net/tcp at each step."""
    machine = describe_with_tools()
    rows: list[Row] = []
    raw: dict[str, list[Sample]] = {}
    probe = PROBE_COMMAND.format(sizes.probes)
    for step in sizes.steps:
        _made, series = take(Spec(step, shape="single"), ROUNDS, partial(_round, sizes.probes))
        rows += [
            row("bare walk", probe + " (`walk`)", series["walk"], step),
            row("state_facts", probe + " (`module`)", series["module"], step),
            *(row(name, SHELL[name], series[name], step) for name in OTHERS),
        ]
        raw.update({f"{step}: {name}": samples for name, samples in series.items()})
    return Part("growth", machine, "TIME_WAIT alone, each socket connected to itself and closed", rows, [], raw)


def _round(probes: int, window: Window, number: int) -> Round:
    samples: dict[str, list[Sample]] = {}
    for name in turned(["probe", *OTHERS], number):
        if name == "probe":
            samples.update(run_probe(probes, (), window.made))
        else:
            samples[name] = [run_shell(name, window.made)]
    return samples
