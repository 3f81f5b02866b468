# Copyright (c) 2026, the linuxnet.tcp authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Compare our model of boot with systemd-sysctl and procps themselves, tree by tree; prints one JSON object.

Runs as a program of its own in a mount and a network namespace (`unshare --mount --net`), see sysctl_host.py.
"""

from __future__ import annotations

import argparse
import functools
import json
import os
import random
import re
import shlex
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path
from typing import Any, NamedTuple

from ansible_collections.linuxnet.tcp.plugins.module_utils._host.sysctl_files import read_boot_files
from ansible_collections.linuxnet.tcp.plugins.module_utils._model.boot_files import BootFiles
from ansible_collections.linuxnet.tcp.plugins.module_utils._model.keys import key_path
from ansible_collections.linuxnet.tcp.plugins.module_utils._model.tunables import Value
from ansible_collections.linuxnet.tcp.plugins.module_utils._plan.boot_order import BootOrder, boot_order
from ansible_collections.linuxnet.tcp.plugins.module_utils._plan.boot_runs import Kernel
from ansible_collections.linuxnet.tcp.tests.lab.sysctl_host import PATH, SECOND_ROOT, Namespace, enter, plant
from ansible_collections.linuxnet.tcp.tests.lab.sysctl_trees import Entry, Maker, Tree, show, shrunk

CREDENTIALS = "/run/credentials/@system"
SECOND_ROOT_EVERY = 8
MOST_REPORTED = 5
CRASHED = "the program crashed"
"""What no model can foresee: procps 3 corrupts its memory over a zero byte in a line without `=`. Version 4
must not."""

Values = dict[str, Value]


class Oracles(NamedTuple):
    """The two programs and what they are."""

    systemd: list[str]
    systemd_version: tuple[int, ...]
    procps: list[str]
    procps_version: tuple[int, ...]


class Difference(NamedTuple):
    """A key of which the model says one thing and a program does another."""

    what: str
    """`at_boot`, `after_reload`, or what else differs."""
    key: str = ""
    ours: Any = None
    theirs: Any = None
    decided_by: str | None = None
    before: Any = None


class Comparison:
    """Our model beside the programs."""

    def __init__(self, oracles: Oracles) -> None:
        self._oracles = oracles
        self._namespace = Namespace()
        self.maker = Maker([key_path(key) for key in self._namespace.tunables])
        self.seen: Counter[str] = Counter()

    def differences(self, tree: Tree, seed: int, count: bool = False) -> list[Difference]:
        """Everything on which the model and a program disagree over this tree."""
        before = self._namespace.before(random.Random(seed))
        plant(tree)
        files = self._read()
        order = boot_order(files, self._kernel(before))
        boot = self._after(self._oracles.systemd, before)
        reload = self._after(self._oracles.procps, before)
        if count:
            self._count(order, before)
        found = self._elsewhere(files) if seed % SECOND_ROOT_EVERY == 0 else []
        for key, value in order.values.items():
            answers = (
                ("at_boot", value.at_boot, value.decided_by, boot),
                ("after_reload", value.after_reload, value.reload_decided_by, reload),
            )
            for what, says, decided_by, after in answers:
                ours = says if decided_by else before[key]
                if after is not None and ours != after[key]:
                    found.append(Difference(what, key, ours, after[key], decided_by, before[key]))
        return found

    def disagree(self, seed: int, tree: Tree) -> bool:
        """Whether there is any difference."""
        return bool(self.differences(tree, seed))

    def falsehoods(self, case: dict[str, Any]) -> list[str]:
        """What a case of the unit tests expects and the programs do not do."""
        before = self._namespace.defaults | {
            key: as_value(value) for key, value in case.get("before", {}).items()
        }
        plant(entries_of(case["tree"]))
        boots_with_systemd = case.get("systemd", True) is not None
        runs = {
            "at_boot": self._oracles.systemd if boots_with_systemd else self._oracles.procps,
            "after_reload": self._oracles.procps,
        }
        wrong = []
        for what, command in runs.items():
            after = self._after(command, before) or {}
            for key in case["expect"].keys() & after.keys():
                expected = case["expect"][key][what]
                wanted = before[key] if expected is None else as_value(expected)
                if after[key] != wanted:
                    wrong.append(f"{key} {what} is {after[key]!r}, expected {wanted!r}")
        return wrong

    def _kernel(self, before: Values) -> Kernel:
        namespace = self._namespace
        return Kernel(namespace.tunables, before, namespace.machine, namespace.others)

    def _read(self) -> BootFiles:
        """The files; the programs are those that we were given, whatever this machine has."""
        files = read_boot_files()
        return files._replace(systemd=self._oracles.systemd_version, procps=self._oracles.procps_version)

    @staticmethod
    def _elsewhere(files: BootFiles) -> list[Difference]:
        """What of the files looks otherwise from a root that is not the root of this process."""
        other = read_boot_files(str(SECOND_ROOT))
        pairs = zip((*files.folders, files.sysctl_conf), (*other.folders, other.sysctl_conf), strict=True)
        return [Difference("under another root", "", two, one) for one, two in pairs if one != two]

    def _after(self, command: list[str], before: Values) -> Values | None:
        """What the keys hold after the program ran; None when it crashed on the way."""
        self._namespace.reset(before)
        environment = {"PATH": PATH, "LC_ALL": "C", "CREDENTIALS_DIRECTORY": CREDENTIALS}
        quiet = subprocess.DEVNULL
        # Without timeout=, which polls; the test that started us has one.
        ended = subprocess.run(command, stdin=quiet, stdout=quiet, stderr=quiet, env=environment, check=False)
        if ended.returncode < 0:
            self.seen[CRASHED] += 1
            return None
        return self._namespace.values()

    def _count(self, order: BootOrder, before: Values) -> None:
        """What the trees hold, so that a test can see that they are not empty."""
        values = order.values.values()
        boots = {value.key: value.at_boot if value.decided_by else before[value.key] for value in values}
        reloads = {
            value.key: value.after_reload if value.reload_decided_by else before[value.key]
            for value in values
        }
        seen = {
            "sets something at boot": any(value.decided_by for value in values),
            "boot and reload differ": boots != reloads,
            "a key is set more than once": any(value.decided_by and value.also_set_in for value in values),
            "the kernel refuses a line": any(line.refused for value in values for line in value.also_set_in),
            "a pattern sets many keys": sum(bool(value.decided_by) for value in values) > 20,
        }
        self.seen.update(name for name, holds in seen.items() if holds)


def as_value(parsed: Any) -> Any:
    """A list of JSON as the tuple that our values have."""
    return tuple(parsed) if isinstance(parsed, list) else parsed


# -- random trees ------------------------------------------------------------------------------------------


def compare(oracles: Oracles, trees: int, first_seed: int) -> dict[str, Any]:
    """Compare over `trees` trees; the first few disagreements come with the smallest tree that shows them."""
    comparison = Comparison(oracles)
    wrong: list[dict[str, Any]] = []
    began = time.monotonic()
    done = 0
    for seed in range(first_seed, first_seed + trees):
        tree = comparison.maker.tree(seed)
        done += 1
        if not comparison.differences(tree, seed, count=True):
            continue
        small = shrunk(tree, functools.partial(comparison.disagree, seed))
        differences = [difference._asdict() for difference in comparison.differences(small, seed)]
        wrong.append({"seed": seed, "tree": show(small), "differences": differences})
        if len(wrong) >= MOST_REPORTED:
            break
    return {
        "trees": done,
        "wrong": wrong,
        "seen": dict(comparison.seen),
        "seconds": round(time.monotonic() - began, 1),
        "systemd": oracles.systemd_version,
        "procps": oracles.procps_version,
    }


# -- the cases of the unit tests ---------------------------------------------------------------------------


def check_cases(oracles: Oracles, folder: str) -> dict[str, Any]:
    """Hold what the cases of the unit tests expect against the programs, where their versions are these."""
    comparison = Comparison(oracles)
    wrong = []
    checked = []
    for path in sorted(Path(folder).glob("*.json")):
        case = json.loads(path.read_text(encoding="utf-8"))
        versions = tuple(case.get("systemd") or [252]), tuple(case.get("procps", [4, 0, 2]) or ())
        if "only_here" in case or versions != (oracles.systemd_version, oracles.procps_version):
            continue
        checked.append(path.stem)
        wrong += [f"{path.stem}: {text}" for text in comparison.falsehoods(case)]
    return {"checked": checked, "wrong": wrong}


def entries_of(tree: dict[str, Any]) -> Tree:
    """The tree of a case; /lib is a link on this machine anyway."""
    return tuple(_entry_of(path.encode(), what) for path, what in tree.items() if path != "/lib")


def _entry_of(path: bytes, what: Any) -> Entry:
    if isinstance(what, str):
        return Entry(path, "file", lines=(what.encode(),))
    if "link" in what:
        return Entry(path, "link", what["link"].encode())
    if "folder" in what:
        return Entry(path, "folder")
    if "latin-1" in what:
        return Entry(path, "file", lines=(what["latin-1"].encode("latin-1"),))
    text, times = what["repeat"]
    return Entry(
        path, "file", lines=((what.get("first", "") + text * times + what.get("then", "")).encode(),)
    )


# -- files that never end ----------------------------------------------------------------------------------


def never_ending(oracles: Oracles, what: str) -> dict[str, Any]:
    """What happens when a file that never ends comes before one that sets a key."""
    key = "net.ipv4.tcp_fin_timeout"
    namespace = Namespace()
    plant((Entry(b"/etc/sysctl.d/20-sets.conf", "file", lines=(key.encode() + b" = 7\n",)),))
    place = Path("/etc/sysctl.d/10-hangs.conf")
    if what == "pipe":
        os.mkfifo(place)
    else:
        place.symlink_to("/dev/zero")
    hung = {"systemd_hung": _hangs(oracles.systemd), "procps_hung": _hangs(oracles.procps)}
    files = read_boot_files()._replace(systemd=oracles.systemd_version, procps=oracles.procps_version)
    order = boot_order(files, Kernel(namespace.tunables, namespace.defaults, namespace.machine))
    after = namespace.values()
    return {
        **hung,
        "changed": [name for name, value in after.items() if value != namespace.defaults[name]],
        "ours": {"at_boot": order.values[key].at_boot, "after_reload": order.values[key].after_reload},
        "notes": order.notes,
    }


def _hangs(command: list[str]) -> bool:
    """Whether the program is still there after half a second. It takes memory all the while, but so fast none
    has."""
    quiet = subprocess.DEVNULL
    limit = f"--as={4 << 30}"
    try:
        ended = subprocess.run(
            ["prlimit", limit, *command], stdin=quiet, stdout=quiet, stderr=quiet, timeout=0.5, check=False
        )
    except subprocess.TimeoutExpired:
        return True
    return ended.returncode < 0


# -- the program -------------------------------------------------------------------------------------------


def version_of(command: list[str], pattern: str) -> tuple[int, ...]:
    """What the program says of itself."""
    said = subprocess.run([*command, "--version"], capture_output=True, text=True, check=True).stdout
    match = re.search(pattern, said)
    if not match:
        raise SystemExit(f"{command} does not say its version: {said!r}")
    return tuple(int(part) for part in match.group(1).split("."))


def main() -> None:
    """Compare and print the result as JSON."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--trees", type=int, default=100)
    parser.add_argument("--first-seed", type=int, default=0)
    parser.add_argument(
        "--systemd-sysctl", type=shlex.split, default="/lib/systemd/systemd-sysctl", metavar="COMMAND"
    )
    parser.add_argument("--procps-sysctl", type=shlex.split, default="/sbin/sysctl", metavar="COMMAND")
    parser.add_argument("--cases", metavar="FOLDER")
    parser.add_argument("--never-ending", choices=("pipe", "zero"))
    given = parser.parse_args()
    oracles = Oracles(
        given.systemd_sysctl,
        version_of(given.systemd_sysctl, r"systemd (\d+)"),
        [*given.procps_sysctl, "--system"],
        version_of(given.procps_sysctl, r"procps-ng ([\d.]*\d)"),
    )
    enter()
    if given.never_ending:
        result = never_ending(oracles, given.never_ending)
    elif given.cases:
        result = check_cases(oracles, given.cases)
    else:
        result = compare(oracles, given.trees, given.first_seed)
    json.dump(result, sys.stdout, default=repr)


if __name__ == "__main__":
    main()
