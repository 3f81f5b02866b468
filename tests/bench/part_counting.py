# Copyright (c) 2026, the linuxnet.tcp authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The counts of all states, by the module and by the other ways, over one load."""

from __future__ import annotations

from functools import partial

from .contenders import SHELL, run_probe, run_rival, run_shell
from .machine import describe_with_tools
from .namespace import inside, settle
from .results import Claim, Part, row
from .rounds import Round, take, turned
from .sizes import Sizes
from .timing import Sample
from .window import Window, loaded

PROBE_COMMAND = "tests/bench/probe.py {0}"
RIVAL_COMMAND = "community.general.listen_ports_facts: include_non_listening=true"


def measure(sizes: Sizes) -> Part:
    """Bare walk, module, and the usual lines of shell, interleaved; the module of community.general once."""
    machine = describe_with_tools()
    loads, series = take(sizes.client(), sizes.rounds, partial(_round, sizes.probes))
    wanted = sizes.time_wait
    probe = PROBE_COMMAND.format(sizes.probes)
    rows = [
        row("bare walk", probe + " (`walk`)", series["walk"], wanted, "one netlink request for the rare states"),
        row("state_facts", probe + " (`module`)", series["module"], wanted, "all that the module does on the host"),
        *(row(name, command, series[name], wanted) for name, command in SHELL.items()),
    ]
    walk, module, shell = rows[0].figures, rows[1].figures, rows[2].figures
    claims = [
        Claim("counting over the bare walk", module.cpu_min / walk.cpu_min, 1.3, " x",
              "processor time, minima of interleaved runs"),
        Claim("counting over `ss -tan | awk`", module.cpu_min / shell.cpu_min, 1 / 20, " x",
              "processor time, minima of interleaved runs"),
    ]
    rival = _rival(sizes)
    series["listen_ports_facts"] = [rival]
    wall = f"{rival.wall:.0f} s"
    note = f"finished in {wall}" if rival.finished else f"stopped after {wall}, not finished"
    # Its sockets expire while it works, which only helps it: this run stands although its count fell.
    rows.append(row("listen_ports_facts", RIVAL_COMMAND, [_as_if_whole(rival)], rival.before, note))
    load = (f"{loads[0].time_wait} TIME_WAIT and {loads[0].established} ESTABLISHED sockets, "
            f"made {len(loads)} times in {min(one.seconds for one in loads):.0f} s and more")
    return Part("counting", machine, load, rows, claims, series)


def _round(probes: int, window: Window, number: int) -> Round:
    samples: dict[str, list[Sample]] = {}
    for name in turned(["probe", *SHELL], number):
        if name == "probe":
            samples.update(run_probe(probes, (), window.made))
        else:
            samples[name] = [run_shell(name, window.made)]
    return samples


def _rival(sizes: Sizes) -> Sample:
    settle()
    return inside(partial(_rival_in_window, sizes))


def _rival_in_window(sizes: Sizes) -> Sample:
    with loaded(sizes.client()):
        return run_rival(sizes.rival_limit)


def _as_if_whole(sample: Sample) -> Sample:
    return Sample(sample.cpu, sample.wall, sample.before, sample.before, sample.rss_kib, sample.finished)
