# Copyright (c) 2026, the linuxnet.tcp authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Time the setting of tunables over SSH on a real host, against ping and what people use today.

Exit status 1 when a promise does not hold. `run.py` starts it.
"""

from __future__ import annotations

import json
import os
import sys
import tempfile
import time
from pathlib import Path

from ansible_collections.linuxnet.tcp.tests.lab.real_host import CannotRun, RealHost, real_host

from ..command import begin, command_line
from ..evidence import folder as evidence_folder
from ..machine import describe, ended, install_programs
from ..playing import played
from .play import TEMPLATE, Turns, parse, playbook, series, template
from .plot import draw
from .report import KEYS, PLOT, claims, page

FULL = (Turns(1, 6, 2), Turns(8, 6, 2), Turns(KEYS, 20, 3), Turns(86, 6, 1))
QUICK = (Turns(1, 2, 1), Turns(KEYS, 4, 1))


def main() -> int:
    """Measure, write and judge."""
    parser = command_line("tunables", __doc__, "a few turns")
    options = parser.parse_args()
    folder = evidence_folder(quick=options.quick)
    raw = folder / "tunables.json"
    if not options.render:
        print("tunables:", flush=True)
        begin(parser, "its host is a container with systemd")
        start = time.monotonic()
        try:
            measured = _measure(QUICK if options.quick else FULL)
        except CannotRun as reason:
            parser.error(str(reason))
        raw.write_text(json.dumps(measured, indent=1) + "\n", encoding="utf-8")
        print(f"  {time.monotonic() - start:.0f} s", flush=True)
    kept = json.loads(raw.read_text(encoding="utf-8"))
    (folder / "tunables.md").write_text(page(kept["seconds"], kept["machine"]), encoding="utf-8")
    draw(kept["seconds"], folder / PLOT)
    found = claims(kept["seconds"])
    for claim in found:
        print(claim.line())
    return 0 if all(claim.holds for claim in found) else 1


def _measure(turns: tuple[Turns, ...]) -> dict[str, dict[str, list[float]] | dict[str, str]]:
    """The times in seconds, by way, and the machine they are of."""
    install_programs()
    machine = describe()
    with real_host(f"linuxnet-tcp-bench-{os.getpid()}") as host, tempfile.TemporaryDirectory(prefix="lb-") as name:
        machine["host"] = _host(host)
        times = series(parse(_play(host, Path(name), playbook(turns))))
    return {"machine": ended(machine), "seconds": times}


def _host(host: RealHost) -> str:
    words = host.run("sh", "-c", ". /etc/os-release; echo $PRETTY_NAME; python3 --version; sysctl --version")
    return ", ".join(words.strip().splitlines())


def _play(host: RealHost, folder: Path, play: str) -> str:
    """Run the playbook on the host; what the callback wrote."""
    (folder / TEMPLATE).write_text(template(), encoding="utf-8")
    inventory = folder / "hosts"
    inventory.write_text(host.inventory(), encoding="utf-8")
    return played(folder, inventory, play, "task_changes")


if __name__ == "__main__":
    sys.exit(main())
