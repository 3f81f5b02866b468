# Copyright (c) 2026, the linuxnet.tcp authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Everybody's way to the same work, side by side on one host: time, bytes, and what each does when something is wrong.

Exit status 1 when a timed row in which ours is not first has no reason on the page. `run.py peers` starts it.
"""

from __future__ import annotations

import json
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from .. import ssh_host
from ..command import begin, command_line
from ..evidence import folder as evidence_folder
from ..load import Spec
from ..machine import ROOT, describe_with_tools, ended, install_programs
from ..namespace import SETTINGS
from ..playing import played
from ..window import loaded
from .figures import gathered, how_it_failed, how_it_was_shadowed
from .page import PLOT, page, unexplained
from .plays import Noted, failing, parse, shadowed, timed_counting, timed_settings
from .plot import draw
from .ways import TEMPLATE, template

#: What stands while states are counted, by the name that the page gives it.
LOADS = {"few": Spec(100, 40), "many": Spec(100_000, shape="single")}


def main() -> int:
    """Measure, write and judge."""
    parser = command_line("peers", __doc__, "a few turns")
    options = parser.parse_args()
    folder = evidence_folder(quick=options.quick)
    raw = folder / "peers.json"
    if not options.render:
        print("peers:", flush=True)
        begin(parser, "its host is a namespace")
        start = time.monotonic()
        raw.write_text(json.dumps(_measure(quick=options.quick), indent=1) + "\n", encoding="utf-8")
        print(f"  {time.monotonic() - start:.0f} s", flush=True)
    kept = json.loads(raw.read_text(encoding="utf-8"))
    (folder / "peers.md").write_text(page(kept), encoding="utf-8")
    draw(kept, folder / PLOT)
    print(f"written: {folder.relative_to(ROOT)}/peers.md", flush=True)
    silent = unexplained(kept)
    for row in silent:
        print(f"FAIL  ours is not first in {row}, and the page does not say why")
    return 1 if silent else 0


def _measure(*, quick: bool) -> dict[str, Any]:
    """Every figure, and the machine they are of."""
    install_programs()
    machine = describe_with_tools()
    rounds, slow_rounds, pairs = (1, 1, 1) if quick else (5, 1, 3)
    with tempfile.TemporaryDirectory(prefix="lb-") as name, ssh_host.secluded(Path(name)) as inventory:
        folder = Path(name)
        (folder / TEMPLATE).write_text(template(), encoding="utf-8")
        found: dict[str, Any] = {
            "settings": gathered(_played(folder, inventory, timed_settings(rounds, slow_rounds))),
            "shadowed": how_it_was_shadowed(_played(folder, inventory, shadowed())),
            "failing": how_it_failed(_played(folder, inventory, failing())),
        }
        for key, value in SETTINGS.items():
            Path("/proc/sys/net/ipv4", key).write_text(value, encoding="ascii")
        for load, spec in LOADS.items():
            with loaded(spec) as window:
                found[load] = gathered(_played(folder, inventory, timed_counting(pairs, listing=load == "few")))
                found[load]["stands"] = {"time_wait": window.made.time_wait, "established": window.made.established}
                if window.left() < 0:
                    raise RuntimeError(f"TIME_WAIT began to expire while {load} were counted: is the machine busy?")
    return {"machine": ended(machine), **found}


def _played(folder: Path, inventory: Path, play: str) -> list[Noted]:
    """Run the play on the host; what the callback wrote."""
    return parse(played(folder, inventory, play, "task_costs", LINUXNET_SSH_PORT=str(ssh_host.PORT)))


if __name__ == "__main__":
    sys.exit(main())
