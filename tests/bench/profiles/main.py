# Copyright (c) 2026, the linuxnet.tcp authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Measure what the profiles change on real servers, in three namespaces, and write the page. Exit status 1 when a
promise does not hold. `run.py profiles`, or `run.py profiles:PART`, starts it.
"""

from __future__ import annotations

import json
import resource
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

from ansible_collections.linuxnet.tcp.tests.gates import debian
from ansible_collections.linuxnet.tcp.tests.lab import netns
from ansible_collections.linuxnet.tcp.tests.lab.traffic.servers import SYSTEM_PATH

from ..command import begin, command_line
from ..evidence import folder as evidence_folder
from ..machine import ROOT, describe, ended
from . import part_cap, part_flood, part_ports, part_queue, part_trades
from .outcome import Part, Run
from .page import page, plot_of
from .plot import draw
from .words import SECTIONS

ROUNDS, QUICK_ROUNDS = 5, 2
VERSIONS = {"squid": ("squid", "-v"), "nginx": ("nginx", "-v"), "haproxy": ("haproxy", "-v"), "ab": ("ab", "-V")}

#: Each part by rounds, and whether it is a quick run.
PARTS: dict[str, Callable[[int, bool], list[Run]]] = {
    "trades": lambda rounds, quick: part_trades.measure(rounds, 1500 if quick else 6000),
    "cap": lambda rounds, quick: part_cap.measure(rounds, 6000 if quick else 12000),
    "ports": lambda rounds, quick: part_ports.measure(rounds, 1000 if quick else 4000),
    "queue": lambda rounds, _quick: part_queue.measure(rounds),
    "flood": lambda rounds, _quick: part_flood.measure(rounds),
}


def main() -> int:
    """Measure, write and judge."""
    parser = command_line("profiles", __doc__, "few and small runs")
    parser.add_argument("parts", nargs="*", metavar="PART", help=f"one of {', '.join(PARTS)}; default all")
    options = parser.parse_args()
    if unknown := sorted(set(options.parts) - set(PARTS)):
        parser.error(f"no part {', '.join(unknown)}: there are {', '.join(PARTS)}")
    folder = evidence_folder(quick=options.quick)
    if not options.render:
        begin(parser, "it makes network namespaces and starts servers in them")
        hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
        resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
        debian.ensure("ab", "haproxy", "ip", "nginx", "squid")
        netns.sweep()
        for name in options.parts or PARTS:
            _measure(name, folder, quick=options.quick)
    return _render(folder, options.parts or list(PARTS))


def _measure(name: str, folder: Path, *, quick: bool) -> None:
    """One part, kept beside the others at once."""
    print(f"profiles:{name}", flush=True)
    start = time.monotonic()
    machine = _machine()
    part = Part(name, machine, PARTS[name](QUICK_ROUNDS if quick else ROUNDS, quick))
    if name == "cap":
        curves, claims, marks = part_cap.amid_load(5.0 if quick else part_cap.RUN_OUT + 5)
        part = Part(name, machine, part.runs, curves, claims, marks)
    ended(machine)
    parts = {**_load(folder), name: part}
    kept = {key: parts[key].to_json() for key in SECTIONS if key in parts}
    (folder / "profiles.json").write_text(json.dumps(kept, indent=1) + "\n", encoding="utf-8")
    print(f"  {time.monotonic() - start:.0f} s", flush=True)


def _machine() -> dict[str, str]:
    machine = describe()
    del machine["ansible"]
    for name, command in VERSIONS.items():
        said = subprocess.run(
            command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False,
            env={"PATH": SYSTEM_PATH},
        ).stdout  # fmt: skip
        machine[name] = next((word for word in said.replace("/", " ").split() if word[:1].isdigit()), "unknown")
    return machine


def _load(folder: Path) -> dict[str, Part]:
    file = folder / "profiles.json"
    if not file.is_file():
        return {}
    return {name: Part.from_json(values) for name, values in json.loads(file.read_text(encoding="utf-8")).items()}


def _render(folder: Path, names: list[str]) -> int:
    """Page and plots of all that is there; whether the promises of the named parts hold."""
    parts = _load(folder)
    (folder / "profiles.md").write_text(page(parts), encoding="utf-8")
    for name, part in parts.items():
        draw(part, folder / plot_of(name))
    print(f"written: {folder.relative_to(ROOT)}/profiles.md", flush=True)
    claims = [claim for name in names if name in parts for claim in parts[name].claims]
    for claim in claims:
        print(claim.line())
    return 0 if all(claim.holds for claim in claims) else 1


if __name__ == "__main__":
    sys.exit(main())
