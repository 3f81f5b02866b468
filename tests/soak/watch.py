# Copyright (c) 2026, the linuxnet.tcp authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is looked at while connections come and go: once a second the facts, every five seconds another profile."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from ansible_collections.linuxnet.tcp.plugins.module_utils._model.settings import read_settings, satisfied
from ansible_collections.linuxnet.tcp.plugins.module_utils._model.values import parse_kernel
from ansible_collections.linuxnet.tcp.plugins.plugin_utils._profiles import Profile, Wishes, resolve
from ansible_collections.linuxnet.tcp.tests.lab import counters
from ansible_collections.linuxnet.tcp.tests.lab.throwaway_host import PENDING, Host

RESIDENT = "ansible_collections.linuxnet.tcp.tests.soak.resident"
PATH = "/etc/sysctl.d/91-linuxnet-tcp-profile.conf"
MEMORY = 4 << 30  # what the profiles are fitted to
EVERYTHING = ["family", "listener", "peer"]


@dataclass
class Second:
    """What one second showed."""

    at: float
    time_wait: int
    total: int
    least: int
    opened: int
    facts_ms: float
    descriptors: int
    rss_kib: int
    keeper_descriptors: int
    #: Counters of the facts that are smaller than a second ago.
    went_back: list[str] = field(default_factory=list)
    #: Of the run of tunables in this second, if there was one.
    tunables_ms: float | None = None
    tunables_rss_kib: int | None = None
    #: Settings that do not hold: before the next profile comes, or right after it came.
    lost: list[str] = field(default_factory=list)


class Resident:
    """The process that is asked for facts."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        """Keeps `process`."""
        self._process = process
        self._counters: Mapping[str, int] = {}

    def ask(self, by: list[str]) -> tuple[dict[str, Any], list[str]]:
        """Its answer, and the counters that went back since the one before. Raises RuntimeError when it has died."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        print(json.dumps(by), file=self._process.stdin, flush=True)
        line = self._process.stdout.readline()
        if not line:
            raise RuntimeError(f"the process that answers has died ({self._process.wait()})")
        answer: dict[str, Any] = json.loads(line)
        now = answer["facts"]["counters"]
        back = [name for name, value in self._counters.items() if now[name] is not None and now[name] < value]
        self._counters = {name: value for name, value in now.items() if value is not None}
        return answer, back


@contextmanager
def resident(host: Host) -> Iterator[Resident]:
    """A process of its own in the host's namespace; it ends with the block."""
    with host.entered():
        process = subprocess.Popen(
            [sys.executable, "-m", RESIDENT], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
    with process:
        try:
            yield Resident(process)
        finally:
            process.kill()


class Alternation:
    """Two profiles that take turns on a host, and whether each stays while it is there."""

    def __init__(self, host: Host, names: tuple[str, str]) -> None:
        """The profiles by `names`, fitted to a host of 4 GiB."""
        self._host = host
        self._profiles = [resolve([name], Wishes(memory_bytes=MEMORY)) for name in names]
        keys = sorted({key for profile in self._profiles for key in profile.settings})
        self._before = {key: host.get(key) for key in keys}
        self._turn = 0

    def held(self) -> list[str]:
        """What is not as the last profile left it: its own settings, and the other's, given back."""
        if not self._turn:
            return []
        profile = self._profiles[(self._turn - 1) % 2]
        given_back = set(self._before) - set(profile.settings)
        lost = [f"{key} is not given back" for key in sorted(given_back) if self._host.get(key) != self._before[key]]
        lost += [f"{key} does not run" for key in keys_that_do_not_run(self._host, profile)]
        in_file = keys_in(self._host.text(PATH) or "")
        lost += [f"{key} is not in the file" for key in sorted(set(profile.settings) - in_file)]
        return lost + [f"{key} is left in the file" for key in sorted(in_file - set(profile.settings))]

    def switch(self, second: Second, clock: Any) -> None:
        """The other profile, as the role would set it; what it took and what it lost goes into `second`."""
        second.lost += self.held()
        profile = self._profiles[self._turn % 2]
        began = clock()
        answer = self._host.run(settings=profile.settings, path=PATH, exclusive=True)
        second.tunables_ms = (clock() - began) * 1000
        second.tunables_rss_kib = answer.rss_kib
        if not answer.changed:
            second.lost.append(f"{profile.name} changed nothing")
        self._turn += 1
        second.lost += self.held()
        if self._host.text(PENDING) is not None:
            second.lost.append("a plan is left pending")

    def end(self) -> list[str]:
        """Take everything away; what is not as it was before the first turn."""
        self._host.run(settings={}, path=PATH, exclusive=True)
        lost = [f"{key} is not as before" for key, value in self._before.items() if self._host.get(key) != value]
        return lost + (["the file is left"] if self._host.text(PATH) is not None else [])


def keys_that_do_not_run(host: Host, profile: Profile) -> list[str]:
    """The keys whose running values are not what the profile asks."""
    return [
        setting.tunable.key
        for setting in read_settings(profile.settings)
        if not satisfied(setting, parse_kernel(setting.tunable, host.get(setting.tunable.key)))
    ]


def keys_in(text: str) -> set[str]:
    """The keys that a drop-in sets."""
    return {line.partition(" = ")[0] for line in text.splitlines() if line and not line.startswith("#")}


def least_count(facts: Mapping[str, Any]) -> int:
    """The smallest of all counts in the facts; -1 also where the parts do not make up the whole."""
    rows = [facts["states"], *facts.get("families", {}).values()]
    rows += [row["states"] for name in ("listeners", "peers") for row in facts.get(name, [])]
    if facts["total"] != sum(facts["states"].values()):
        return -1
    return int(min(count for row in rows for count in row.values()))


def opened(host: Host) -> int:
    """Connections opened on the host so far."""
    with host.entered():
        return counters.opened()
