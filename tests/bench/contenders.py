# Copyright (c) 2026, the linuxnet.tcp authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Who is measured: the module and its parts, and the other ways to the same answer. Each says what it counted."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from .load import Made
from .timing import Sample, time_command

PACKAGE = "ansible_collections.linuxnet.tcp"
PROBE = [sys.executable, "-m", f"{PACKAGE}.tests.bench.probe"]
WHOLE_MODULE = [sys.executable, "-m", f"{PACKAGE}.tests.bench.peak_memory"]
MODULE = f"{PACKAGE}.plugins.modules.state_facts"
RIVAL = "ansible_collections.community.general.plugins.modules.listen_ports_facts"

#: Shell lines that print `STATE NUMBER` for each state, by the name that they have in the report.
SHELL = {
    "ss | awk": "ss -tan | awk 'NR > 1 { n[$1]++ } END { for (s in n) print s, n[s] }'",
    "netstat | awk": "netstat -n | awk '/^tcp/ { n[$6]++ } END { for (s in n) print s, n[s] }'",
    "awk /proc/net/tcp": (
        "awk 'FNR > 1 { n[$4]++ } END { for (s in n) print s, n[s] }' /proc/net/tcp /proc/net/tcp6"
    ),
}
#: TIME_WAIT and ESTABLISHED as ss, netstat and /proc/net/tcp spell them.
TIME_WAIT = ("TIME-WAIT", "TIME_WAIT", "06")
ESTABLISHED = ("ESTAB", "ESTABLISHED", "01")


class WrongAnswer(Exception):
    """A contender counted something else than what stood in the namespace: its time means nothing."""


def run_probe(repeat: int, by: Iterable[str], made: Made) -> dict[str, list[Sample]]:
    """The samples of a fresh process that takes the bare walk and the module's own work by turns: `walk`, `module`."""
    by = list(by)
    _spent, printed = time_command([*PROBE, str(repeat), *by])
    answer = json.loads(printed)
    series = {name: [Sample(**one) for one in answer[name]] for name in ("walk", "module")}
    states = answer["facts"]["states"]
    check(f"state_facts {by}", series["module"][-1], (states["time_wait"], states["established"]), made)
    return series


def run_shell(name: str, made: Made) -> Sample:
    """One run of a line of SHELL."""
    sample, printed = time_command(["sh", "-c", SHELL[name]])
    check(name, sample, counts_in(printed), made)
    return sample


def run_ss() -> Sample:
    """`ss -tan` alone, its output thrown away: the least that it can take."""
    return time_command(["sh", "-c", "exec ss -tan > /dev/null"])[0]


def run_module(by: Iterable[str], made: Made) -> Sample:
    """The whole module in a process of its own: interpreter, imports, result; with the memory that it took."""
    by = list(by)
    sample, printed = time_command([*WHOLE_MODULE, MODULE], given=_arguments({"by": by}))
    result, memory = (json.loads(line) for line in printed.split("\n") if line)
    states = result["ansible_facts"]["linuxnet_tcp"]["states"]
    check(f"the module {by}", sample, (states["time_wait"], states["established"]), made)
    return replace(sample, rss_kib=memory["peak_kib"])


def run_rival(limit: float) -> Sample:
    """community.general.listen_ports_facts with all sockets, the module alone, stopped after `limit` seconds."""
    given = _arguments({"include_non_listening": True})
    return time_command([sys.executable, "-m", RIVAL], limit, given)[0]


def counts_in(printed: str) -> tuple[int, int]:
    """TIME_WAIT and ESTABLISHED from lines of `STATE NUMBER`; /proc/net/tcp and tcp6 may each have given one."""
    numbers: dict[str, int] = {}
    for line in printed.splitlines():
        state, _blank, number = line.partition(" ")
        numbers[state] = numbers.get(state, 0) + int(number)
    return sum(numbers.get(name, 0) for name in TIME_WAIT), sum(numbers.get(name, 0) for name in ESTABLISHED)


def check(who: str, sample: Sample, found: tuple[int, int], made: Made) -> None:
    """Raise WrongAnswer unless `found` is what stands; a run in which sockets expired is thrown away anyway."""
    if sample.before == sample.after == made.time_wait and found != (made.time_wait, made.established):
        raise WrongAnswer(
            f"{who} counted {found[0]} TIME_WAIT and {found[1]} ESTABLISHED "
            f"where {made.time_wait} and {made.established} stand"
        )


def _arguments(values: dict[str, Any]) -> str:
    """What a module reads from its standard input when nobody but us starts it."""
    return json.dumps({"ANSIBLE_MODULE_ARGS": values})
