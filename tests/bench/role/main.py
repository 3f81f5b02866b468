# Copyright (c) 2026, the linuxnet.tcp authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Time the whole role over SSH on a throw-away host, against one task ping.

Exit status 1 when the promise does not hold. `run.py role` starts it.
"""

from __future__ import annotations

import json
import statistics
import sys
import tempfile
from collections.abc import Iterable, Mapping
from pathlib import Path

from .. import ssh_host
from ..command import begin, command_line
from ..evidence import folder as evidence_folder
from ..machine import describe, ended, install_programs
from ..playing import played

PROMISED = 4.0
MOST_REACHED = 3
#: What sshd writes as a task arrives: with pipelining each is one session.
SESSION = "Starting session: command"
FULL, QUICK = 15, 3
WARM_UPS = 1
NAME = "forward_proxy"

PAGE = """\
# What the role costs

Written by `python tests/bench/run.py role` (as root), with every single time in role.json: do not edit it. Every figure
on this page is of that one command.

The host is a network and mount namespace with an sshd in it, reached over SSH with pipelining and ControlPersist.
What is timed is everything from the start of the task that includes the role `linuxnet.tcp.tcp_profile` with `{name}`
to the start of the task after it, on the controller's clock: the check of its arguments, its tasks on the controller,
and the two that reach the host; a third one, which verifies, runs where something was changed. The runs take turns
with `ansible.builtin.ping` in one playbook. The first run, which changes everything and in which Ansible packs each
module, is given apart and once; all others change nothing, which is checked. What reaches the host is told by sshd:
the sessions that it began, less those of ping. Absolute times hang on what else the machine does; compare within the
table.

| | what | measured | promised |
|---|---|--:|--:|
| **{verdict}** | a second run of the role over one task ping, medians | {ratio:.2f} x | at most {promised:g} x |
| **{reached_verdict}** | tasks of a run that reach the host, mean of {runs} | {reached:.2f} | at most {most_reached} |

| what | times | least, ms | median, ms |
|---|--:|--:|--:|
| ansible.builtin.ping | {pings} | {ping_least:.0f} | {ping:.0f} |
| the role, second and later runs | {roles} | {role_least:.0f} | {role:.0f} |
| the role, first run | 1 | {first:.0f} | {first:.0f} |

## The machine

{machine}
"""


def playbook(rounds: int) -> str:
    """The play, as JSON: ping and the role by turns, and a check that the later runs changed nothing."""
    tasks: list[dict[str, object]] = [{"name": "warm up", "ansible.builtin.ping": {}}] * WARM_UPS
    for number in range(rounds + 1):
        role = "role" if number else "first"
        tasks += [
            {"name": "ping", "ansible.builtin.ping": {}},
            {
                "name": role,
                "ansible.builtin.include_role": {"name": "linuxnet.tcp.tcp_profile"},
                "vars": {"tcp_profile_name": NAME},
            },
            {
                "name": "check",
                "ansible.builtin.assert": {"that": f"__tcp_profile_applied is {'not ' if number else ''}changed"},
            },
        ]
    return json.dumps([{"hosts": "measured", "gather_facts": False, "tasks": tasks}])


def series(lines: Iterable[str]) -> dict[str, list[float]]:
    """Seconds by `ping`, `first` and `role`, each to the start of the next task of the play itself."""
    found: dict[str, list[float]] = {"ping": [], "first": [], "role": []}
    open_name, open_at = "", 0.0
    for line in lines:
        noted = json.loads(line)
        if noted["task"] not in {*found, "warm up", "check", "end"}:
            continue  # a task of the role
        if open_name in found:
            found[open_name].append(noted["at"] - open_at)
        open_name, open_at = noted["task"], noted["at"]
    return found


def page(seconds: Mapping[str, list[float]], sessions: int, machine: Mapping[str, str]) -> str:
    """The page of the evidence."""
    role, ping = statistics.median(seconds["role"]), statistics.median(seconds["ping"])
    runs = len(seconds["first"]) + len(seconds["role"])
    reached = (sessions - WARM_UPS - len(seconds["ping"])) / runs
    return PAGE.format(
        name=NAME, verdict=_verdict(role / ping <= PROMISED), ratio=role / ping, promised=PROMISED,
        reached_verdict=_verdict(reached <= MOST_REACHED), reached=reached, most_reached=MOST_REACHED, runs=runs,
        pings=len(seconds["ping"]), ping_least=min(seconds["ping"]) * 1000, ping=ping * 1000,
        roles=len(seconds["role"]), role_least=min(seconds["role"]) * 1000, role=role * 1000,
        first=seconds["first"][0] * 1000, machine="\n".join(f"- {name}: {value}" for name, value in machine.items()),
    )  # fmt: skip


def _verdict(kept: bool) -> str:
    return "holds" if kept else "FAILS"


def measure(rounds: int) -> tuple[dict[str, list[float]], int]:
    """Run the play on a host of its own, where this process stays; seconds, and the sessions that sshd began."""
    with tempfile.TemporaryDirectory(prefix="lb-") as made, ssh_host.secluded(Path(made)) as inventory:
        noted = played(Path(made), inventory, playbook(rounds), "task_starts")
        sessions = Path(made, "sshd.log").read_text(encoding="utf-8").count(SESSION)
        return series(noted.splitlines()), sessions


def main() -> int:
    """Measure, write and judge."""
    parser = command_line("role", __doc__, "a few turns")
    options = parser.parse_args()
    folder = evidence_folder(quick=options.quick)
    raw = folder / "role.json"
    if not options.render:
        begin(parser, "its host is a namespace")
        install_programs()
        machine = describe()
        measured, sessions = measure(QUICK if options.quick else FULL)
        noted = {"machine": ended(machine), "seconds": measured, "sessions": sessions}
        raw.write_text(json.dumps(noted, indent=1) + "\n", encoding="utf-8")
    kept = json.loads(raw.read_text(encoding="utf-8"))
    text = page(kept["seconds"], kept["sessions"], kept["machine"])
    (folder / "role.md").write_text(text, encoding="utf-8")
    print(*(line for line in text.splitlines() if line.startswith("| **")), sep="\n")
    return 1 if "| **FAILS** |" in text else 0


if __name__ == "__main__":
    sys.exit(main())
