# Copyright (c) 2026, the linuxnet.tcp authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the questions by family, listener and peer cost, against `ss -tan`, for a proxy's load and for a server's."""

from __future__ import annotations

from .contenders import run_module, run_probe, run_ss
from .load import Spec
from .machine import describe_with_tools
from .results import Claim, Part, Row, row
from .rounds import Round, take, turned
from .sizes import Sizes
from .timing import Sample
from .window import Window

QUESTIONS = ("family", "listener", "peer")
SS = "ss -tan > /dev/null"
MEMORY_MIB = 64


def measure(sizes: Sizes) -> Part:
    """Each question in a process of its own, by turns with `ss -tan`; and the whole module, for its memory."""
    machine = describe_with_tools()
    rows: list[Row] = []
    claims: list[Claim] = []
    raw: dict[str, list[Sample]] = {}
    for spec in (sizes.client(), sizes.server()):
        _made, series = take(spec, sizes.rounds, _round)
        more_rows, more_claims = _judge(spec, series)
        rows += more_rows
        claims += more_claims
        raw.update({f"{spec.shape}: {name}": samples for name, samples in series.items()})
    load = f"{sizes.time_wait} TIME_WAIT and {sizes.established} ESTABLISHED sockets"
    return Part("questions", machine, load, rows, claims, raw)


def _round(window: Window, number: int) -> Round:
    samples: dict[str, list[Sample]] = {}
    for name in turned(["ss", *QUESTIONS], number):
        if name == "ss":
            samples["ss"] = [run_ss()]
        else:
            samples[name] = run_probe(2, [name], window.made)["module"]
            samples[f"module {name}"] = [run_module([name], window.made)]
    return samples


def _judge(spec: Spec, series: dict[str, list[Sample]]) -> tuple[list[Row], list[Claim]]:
    where = f"{spec.shape}, {spec.peers} peers"
    ss = row(f"ss -tan ({where})", SS, series["ss"], spec.time_wait)
    rows, claims = [ss], []
    for question in QUESTIONS:
        inner = row(
            f"by: [{question}] ({where})",
            f"tests/bench/probe.py 2 {question} (`module`)",
            series[question],
            spec.time_wait,
        )
        whole = row(
            f"the whole module, by: [{question}] ({where})",
            f"tests/bench/peak_memory.py ...state_facts (`by: [{question}]`)",
            series[f"module {question}"],
            spec.time_wait,
            "interpreter and imports included",
        )
        rows += [inner, whole]
        claims += [
            Claim(f"by: [{question}] over `ss -tan` ({where})", inner.figures.cpu_min / ss.figures.cpu_min, 0.5, " x",
                  "processor time, minima of interleaved runs"),
            Claim(f"by: [{question}] over `ss -tan` ({where})", inner.figures.wall_min / ss.figures.wall_min, 0.5, " x",
                  "clock, minima of interleaved runs"),
            Claim(f"memory of by: [{question}] ({where})", (whole.figures.rss_kib or 0) / 1024, MEMORY_MIB, " MiB",
                  "largest resident size of the whole module's process"),
        ]
    return rows, claims
