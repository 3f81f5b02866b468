# Copyright (c) 2026, the linuxnet.tcp authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Measure what an audit costs the controller, and what the reports of very many hosts do.

Exit status 1 when a promise does not hold. `run.py` starts it.
"""

from __future__ import annotations

import functools
import json
import sys
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from ansible_collections.linuxnet.tcp.tests.unit.plugins.plugin_utils.records import write_records

from ..command import begin, command_line
from ..evidence import folder as evidence_folder
from ..machine import describe, ended, install_programs
from ..namespace import inside
from ..rounds import turned
from ..timing import time_command
from . import hosts as audit_hosts
from .plot import draw
from .report import PLAYS, PLOT, claims, page

SCALE = "ansible_collections.linuxnet.tcp.tests.bench.audit.scale"
FORKS = 10
LIMIT = 300.0


def main() -> int:
    """Measure, write and judge."""
    parser = command_line("audit", __doc__, "few hosts")
    parser.add_argument("--only", choices=PARTS, help="measure this part, and keep the other as audit.json has it")
    options = parser.parse_args()
    folder = evidence_folder(quick=options.quick)
    raw = folder / "audit.json"
    if not options.render:
        begin(parser, "its hosts are network namespaces")
        kept = json.loads(raw.read_text(encoding="utf-8")) if options.only else {}
        install_programs()
        for part in (options.only,) if options.only else PARTS:
            kept[part] = _measured(PARTS[part], options.quick)
        raw.write_text(json.dumps(kept, indent=1) + "\n", encoding="utf-8")
    kept = json.loads(raw.read_text(encoding="utf-8"))
    (folder / "audit.md").write_text(page(kept), encoding="utf-8")
    draw(kept, folder / PLOT)
    found = claims(kept)
    for claim in found:
        print(claim.line())
    return 0 if all(claim.holds for claim in found) else 1


def _measured(part: Callable[[bool], dict[str, Any]], quick: bool) -> dict[str, Any]:
    """The figures of a part, and the machine they are of, with what else it had to do."""
    machine = describe()
    figures = part(quick)
    return {**figures, "machine": ended(machine)}


def _scale(quick: bool) -> dict[str, Any]:
    return {"runs": [_reports(size) for size in ((100, 300) if quick else (100, 1000, 3000, 10_000))]}


def _fleet(quick: bool) -> dict[str, Any]:
    hosts, rounds = (5, 1) if quick else (100, 3)
    return {"hosts": hosts, "forks": FORKS, "plays": inside(functools.partial(_plays, hosts, rounds), limit=1200.0)}


def _reports(hosts: int) -> dict[str, Any]:
    """All reports of so many hosts, by a process of its own."""
    print(f"  reports of {hosts} hosts", flush=True)
    with tempfile.TemporaryDirectory(prefix="lb-") as name:
        write_records(Path(name), hosts)
        stored = sum(path.stat().st_size for path in Path(name, "records").iterdir())
        sample, output = time_command([sys.executable, "-m", SCALE, name], LIMIT)
    return {**json.loads(output), "wall": sample.wall, "cpu": sample.cpu, "record_bytes": stored}


def _plays(hosts: int, rounds: int) -> dict[str, list[dict[str, float]]]:
    """What each play costs the controller, by turns."""
    found: dict[str, list[dict[str, float]]] = {name: [] for name in PLAYS}
    with tempfile.TemporaryDirectory(prefix="lb-") as name, audit_hosts.running(Path(name), hosts) as inventory:
        folder = Path(name)
        play = [{"hosts": "all", "gather_facts": False, "tasks": [{"name": "Ping", "ansible.builtin.ping": {}}]}]
        (folder / "ping.yml").write_text(json.dumps(play), encoding="ascii")
        for turn in range(rounds + 1):
            for play_name in turned(list(PLAYS), turn):
                print(f"  {play_name}, turn {turn}", flush=True)
                command = _command(folder, inventory, play_name)
                # The first turn finds out what is slow only once.
                sample, _output = time_command(command if turn else [*command, "--limit", "host001"], LIMIT)
                if not sample.finished:
                    raise RuntimeError(f"{play_name} did not end within {LIMIT:.0f} s")
                if turn:
                    found[play_name].append({"cpu": sample.cpu, "wall": sample.wall})
    return found


def _command(folder: Path, inventory: Path, play: str) -> list[str]:
    words = [str(Path(sys.executable).with_name("ansible-playbook")), "-i", str(inventory), "--forks", str(FORKS)]
    if play == "ping":
        return ["env", *_settings(folder), *words, str(folder / "ping.yml")]
    variables: Mapping[str, Any] = {
        "audit_fleet_dir": str(folder / "audit"),
        "audit_fleet_rules": ["cis", "stig", "anssi"],
        "audit_fleet_profile": ["reverse_proxy"],
    }
    return ["env", *_settings(folder), *words, "linuxnet.tcp.audit_fleet", "-e", json.dumps(variables)]


def _settings(folder: Path) -> list[str]:
    return [f"ANSIBLE_HOME={folder}/home", "ANSIBLE_HOST_KEY_CHECKING=False", "ANSIBLE_NOCOLOR=1"]


#: What can be measured by itself.
PARTS = {"scale": _scale, "fleet": _fleet}


if __name__ == "__main__":
    sys.exit(main())
