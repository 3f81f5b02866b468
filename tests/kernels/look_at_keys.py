# Copyright (c) 2026, the linuxnet.tcp authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The catalogue against the kernel that runs: which keys there are and where, what they begin with, what the kernel
takes, found by trying, and what it makes of odd texts.

Everything that is written is put back.
"""

from __future__ import annotations

import os
import random
import re
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from ansible_collections.linuxnet.tcp.plugins.module_utils._model.catalogue import CATALOGUE
from ansible_collections.linuxnet.tcp.plugins.module_utils._model.kernel_writes import accepted_bounds, after_write
from ansible_collections.linuxnet.tcp.plugins.module_utils._model.keys import key_path
from ansible_collections.linuxnet.tcp.plugins.module_utils._model.tunables import Bounds, Per, Reads, Tunable
from ansible_collections.linuxnet.tcp.plugins.module_utils._model.values import equal, to_kernel
from ansible_collections.linuxnet.tcp.plugins.module_utils._model.wanted_values import parse_wanted
from ansible_collections.linuxnet.tcp.tests.kernels.in_process import run_module
from ansible_collections.linuxnet.tcp.tests.lab import netns
from ansible_collections.linuxnet.tcp.tests.lab.kernel_keys import ODD, SYS, Kernel, lowest, spelled

#: Each write of it builds a table of that many entries.
COSTLY = {"net.netfilter.nf_conntrack_buckets"}
#: How many odd texts each key gets. The lab gives all of them to each, where writing takes less time.
TEXTS = 20
VERSION = re.compile(r"(\d+)\.(\d+)")
LEAST, GREATEST = -(2**63), 2**64 - 1


def look(*, whole_machine: bool) -> dict[str, Any]:
    """``keys``: for each that is here its ``default`` (null for a secret), where else it is seen (``elsewhere``:
    ``writable``, ``read_only`` or ``absent`` in another namespace) and the bounds found (``accepts``, null for text);
    ``writes``, how many were tried.
    """
    problems: list[str] = []
    if whole_machine:
        problems += _without_the_tracker()
        subprocess.run(["modprobe", "nf_conntrack"], check=True)
    kernel = CountingKernel()
    rows = [row for row in CATALOGUE if kernel.has(row.key)]
    keys: dict[str, Any] = {
        row.key: {"default": None if row.secret else _raw(row), "elsewhere": None, "accepts": None} for row in rows
    }
    _look_elsewhere(rows, keys, problems)
    problems += _misdated(kernel, whole_machine=whole_machine)
    for row in rows:
        if row.read_only or row.key in COSTLY or (row.per is Per.HOST and not whole_machine):
            continue
        with _put_back(kernel, row, problems):
            keys[row.key]["accepts"] = _bounds(kernel, row, problems)
        judged = _as_measured(row, keys[row.key]["accepts"])
        with _put_back(kernel, row, problems):
            _sensible(kernel, judged, problems)
        with _put_back(kernel, row, problems):
            _odd_texts(kernel, judged, problems)
    names = [f"net.ipv4.{path.name}" for path in (SYS / "net/ipv4").glob("tcp_*")]
    unknown = sorted(set(names) - {row.key for row in CATALOGUE})
    problems += [f"{key} has no row in the catalogue" for key in unknown]
    return {"problems": problems, "keys": keys, "writes": kernel.writes, "hz": kernel.machine.hz}


class CountingKernel(Kernel):
    """The keys of this namespace, and how often they were written."""

    writes = 0

    def write(self, key: str, text: bytes) -> int:
        """The errno of one write; 0 when the kernel took it."""
        self.writes += 1
        return super().write(key, text)


def _raw(row: Tunable) -> str:
    """What the kernel shows, on one line."""
    return " ".join((SYS / key_path(row.key)).read_text(encoding="ascii").split())


def _without_the_tracker() -> list[str]:
    """Where a module is not loaded, its keys are reported so; the problems."""
    answer = run_module("tunables_info", {})
    if answer.failed:
        return [f"tunables_info: {answer.message}"]
    problems = []
    of_modules = {row.key: row for row in CATALOGUE if row.module}
    for row in answer.result["tunables"]:
        here = (SYS / key_path(row["name"])).exists()
        if here and row["status"] not in ("present", "read_only"):
            problems.append(f"{row['name']} is here, and tunables_info says {row['status']}")
        if not here and row["name"] in of_modules and row["status"] != "module_not_loaded":
            problems.append(f"{row['name']}: no module is loaded, and tunables_info says {row['status']}")
        if not here and row["running"] is not None:
            problems.append(f"{row['name']} is not here, and tunables_info gives {row['running']}")
    return problems


def _look_elsewhere(rows: list[Tunable], keys: dict[str, Any], problems: list[str]) -> None:
    """Which keys another network namespace shows, and which of those it lets write."""
    with netns.namespace("scope") as other, other.entered():
        inside = Kernel()
        for row in rows:
            seen = inside.has(row.key)
            writable = seen and inside.write(row.key, b"") == 0
            keys[row.key]["elsewhere"] = "writable" if writable else "read_only" if seen else "absent"
            own = row.per is Per.NAMESPACE and not _before(row.namespaced)
            expected = ("writable", "read_only")[row.read_only] if own else "absent"
            allowed = {expected, "read_only"} if row.visible else {expected}
            if keys[row.key]["elsewhere"] not in allowed:
                problems.append(f"{row.key}: in another namespace {keys[row.key]['elsewhere']}, not {expected}")


def _before(version: str) -> bool:
    """Whether the running kernel is older than this version; an empty one is as old as can be."""
    here, there = (VERSION.match(text) for text in (os.uname().release, version or "0.0"))
    assert here, f"what version is {os.uname().release}?"
    assert there, f"what version is {version}?"
    return tuple(map(int, here.groups())) < tuple(map(int, there.groups()))


def _misdated(kernel: Kernel, *, whole_machine: bool) -> list[str]:
    """Keys that came or went in another version than the catalogue says; keys of modules may be away."""
    problems = []
    for row in CATALOGUE:
        due = not _before(row.since) and (not row.removed or _before(row.removed))
        if _before(row.since) and "older" in row.since:
            continue  # it came to older kernels as well
        if row.per is Per.HOST and not whole_machine:
            continue
        if kernel.has(row.key) != due and not row.module:
            is_or_not = "is" if kernel.has(row.key) else "is not"
            said = f"since {row.since or '3.10'}" + (f", gone since {row.removed}" if row.removed else "")
            problems.append(f"{row.key} {is_or_not} here, catalogue: {said}")
    return problems


@contextmanager
def _put_back(kernel: Kernel, row: Tunable, problems: list[str]) -> Iterator[None]:
    """Afterwards the key holds what it held."""
    before = (SYS / key_path(row.key)).read_bytes()
    yield
    kernel.write(row.key, before if before.strip() else b"\n")
    if (SYS / key_path(row.key)).read_bytes() != before:
        problems.append(f"{row.key} does not take back {before!r}")


def _bounds(kernel: Kernel, row: Tunable, problems: list[str]) -> list[list[int]] | None:
    """What the kernel takes, found without the catalogue's help and then compared with it."""
    if not row.accepts or row.reads in (Reads.MILLISECONDS, Reads.PORTS):
        return None  # cut to 32 bits, or a list: _odd_texts has their rules
    expected = accepted_bounds(row, kernel.other, kernel.machine)
    start = kernel.value(row)
    held = list(start) if isinstance(start, tuple) else [start]
    found = []
    for place, bounds in enumerate(expected):
        if row.reads is Reads.PORT_RANGE:
            rest = (65535, lowest(kernel, row, 1))[place]
            bounds = Bounds(lowest(kernel, row, bounds.low), bounds.high)  # noqa: PLW2901 - another key's bound
        else:
            rest = int(held[0])
        good = int(held[place])

        def takes(number: int, place: int = place, rest: int = rest) -> bool:
            # 5.10 says yes to negative numbers for some keys, and stays as it was.
            if kernel.write(row.key, spelled(row, place, number, rest)):
                return False
            shown = kernel.value(row)
            return number == (shown[place] if isinstance(shown, tuple) else shown)

        measured = Bounds(edge(takes, good, bounds.low, -1), edge(takes, good, bounds.high, 1))
        found.append([measured.low, measured.high])
        if measured not in (bounds, row.stricter):
            problems.append(f"{row.key} takes {tuple(measured)} at place {place}, catalogue: {tuple(bounds)}")
    return found


def _as_measured(row: Tunable, found: list[list[int]] | None) -> Tunable:
    """The row with the bounds that were found, where they are those that no file tells."""
    if not row.stricter or not found or tuple(found[0]) != row.stricter:
        return row
    return row._replace(accepts=(row.stricter,) * len(row.accepts), older=None, newer=None)


def edge(takes: Callable[[int], bool], good: int, supposed: int, step: int) -> int:
    """The last number that is taken, going from ``good``, which is, in the direction of ``step``.

    Where ``supposed`` is taken and its neighbour is not, that is it; otherwise it is searched for.
    """
    if takes(supposed) and not takes(supposed + step):
        return supposed
    refused = GREATEST if step > 0 else LEAST
    if takes(refused):
        return refused
    while abs(refused - good) > 1:
        middle = (good + refused) // 2
        if takes(middle):
            good = middle
        else:
            refused = middle
    return good


def _sensible(kernel: Kernel, row: Tunable, problems: list[str]) -> None:
    """What people may ask is taken, and is shown as the value that was asked."""
    for sensible, limit in zip(row.sensible, accepted_bounds(row, kernel.other, kernel.machine), strict=False):
        for number in (lowest(kernel, row, max(sensible.low, limit.low)), min(sensible.high, limit.high)):
            wanted = parse_wanted(row, [number] * len(row.fields) or number)
            error = kernel.write(row.key, to_kernel(wanted).encode() + b"\n")
            if error or not equal(row, wanted, kernel.value(row), kernel.machine.hz):
                problems.append(f"{row.key}: {wanted} is sensible; errno {error}, then it holds {kernel.value(row)}")


def _odd_texts(kernel: Kernel, row: Tunable, problems: list[str]) -> None:
    """Whatever text is written does what the model of the kernel foretells; each key gets some of the odd texts."""
    if row.reads is Reads.TEXT and not row.secret:
        return  # names: which ones there are, the kernel alone knows
    wrong = []
    texts = ODD if row.reads is Reads.MILLISECONDS else random.Random(row.key).sample(ODD, TEXTS)
    for text in texts:
        before = kernel.value(row)
        foretold = after_write(row, text, before, kernel.other, kernel.machine)
        error = kernel.write(row.key, text)
        misjudged = (error == 0) != foretold.accepted and row.reads is not Reads.LONG  # see _bounds
        if kernel.value(row) != foretold.value or misjudged:
            wrong.append(f"{text[:40]!r} on {before!r}: errno {error}, {kernel.value(row)!r}, not {foretold}")
    if wrong:
        problems.append(f"{row.key}: {len(wrong)} of {len(texts)} texts, such as {wrong[:9]}")
