# Copyright (c) 2026, the linuxnet.tcp authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A host for loaders of sysctls to act on: folders of memory, and the keys of a network namespace.

Only for a process in a mount and a network namespace of its own (`unshare --mount --net`): enter() sees to it
that neither a file nor a sysctl of the machine is touched.
"""

from __future__ import annotations

import contextlib
import os
import random
import shutil
import subprocess
import time
from pathlib import Path

from ansible_collections.linuxnet.tcp.plugins.module_utils._model.catalogue import CATALOGUE
from ansible_collections.linuxnet.tcp.plugins.module_utils._model.kernel_writes import Machine
from ansible_collections.linuxnet.tcp.plugins.module_utils._model.keys import canonical_key, key_path
from ansible_collections.linuxnet.tcp.plugins.module_utils._model.tunables import (
    INT32,
    Kind,
    Per,
    Reads,
    Tunable,
    Value,
)
from ansible_collections.linuxnet.tcp.plugins.module_utils._model.values import parse_kernel, to_kernel
from ansible_collections.linuxnet.tcp.tests.lab.sysctl_trees import Entry, Tree

SYS = Path("/proc/sys")
EMPTIED = (Path("/etc"), Path("/run"), Path("/usr/local/lib"), Path("/usr/lib/sysctl.d"))
SECOND_ROOT = Path("/run/.second-root")
"""Where the same folders are seen once more, as a root that is not the root of this process."""
INTERFACES = ("all", "default", "lo", "v.100", "v")
PATH = "/usr/sbin:/usr/bin:/sbin:/bin"


# -- files -------------------------------------------------------------------------------------------------


def enter() -> None:
    """Empty the folders. Refuses the namespaces of the one who started us."""
    for kind in ("net", "mnt"):
        ours, theirs = (Path(f"/proc/{process}/ns/{kind}").readlink() for process in ("self", os.getppid()))
        if ours == theirs:
            raise SystemExit(f"this must run in a {kind} namespace of its own: unshare --mount --net")
    for folder in EMPTIED:
        folder.mkdir(parents=True, exist_ok=True)
        _run("mount", "-t", "tmpfs", "tmpfs", str(folder))
    for folder in EMPTIED:
        other = SECOND_ROOT / folder.relative_to("/")
        other.mkdir(parents=True)
        _run("mount", "--bind", str(folder), str(other))
    (SECOND_ROOT / "lib").symlink_to("usr/lib")
    _run("ip", "link", "set", "lo", "up")
    _run("ip", "link", "add", "v.100", "type", "veth", "peer", "name", "v")


def _run(*command: str) -> None:
    subprocess.run(command, check=True, env={"PATH": PATH})


def plant(tree: Tree) -> None:
    """Make the folders hold this tree and nothing else."""
    for folder in EMPTIED:
        for path in folder.iterdir():
            if path.is_symlink() or not path.is_dir():
                path.unlink()
            elif path != SECOND_ROOT:
                shutil.rmtree(path)
    Path("/run/systemd/system").mkdir(parents=True)
    for entry in tree:
        # A link in the place of a folder may lead the rest of the tree elsewhere, or nowhere: then it is left
        # out.
        with contextlib.suppress(OSError):
            _plant(entry)


def _plant(entry: Entry) -> None:
    place = Path(os.fsdecode(entry.path))
    place.parent.mkdir(parents=True, exist_ok=True)
    if entry.kind == "link":
        place.symlink_to(os.fsdecode(entry.target))
    elif entry.kind == "folder":
        place.mkdir()
    else:
        with place.open("xb") as stream:
            stream.write(b"".join(entry.lines))


# -- keys --------------------------------------------------------------------------------------------------


class Namespace:
    """The keys of this network namespace that loaders are compared on."""

    def __init__(self) -> None:
        own = [
            row
            for row in CATALOGUE
            if row.per is Per.NAMESPACE and not row.read_only and row.reads is not Reads.TEXT
        ]
        conf = [
            Tunable(
                canonical_key(f"net/ipv6/conf/{interface}/{name}"),
                Kind.NUMBER,
                Reads.SIGNED,
                accepts=(INT32,),
            )
            for interface in INTERFACES
            for name in ("accept_redirects", "accept_source_route")
        ]
        self.tunables = {row.key: row for row in own + conf if (SYS / key_path(row.key)).exists()}
        names = [f"net.{path.parent.name}.{path.name}" for path in SYS.glob("net/*/*") if path.is_file()]
        self.others = tuple(key for key in names if key not in self.tunables)
        self._write("net.ipv4.tcp_congestion_control", b"reno")
        newer = {row.newer.evidence for row in own if row.newer}
        older = {row.older.lacks for row in own if row.older}
        self.machine = Machine(
            hz=round(1 / time.clock_getres(6)),  # CLOCK_MONOTONIC_COARSE ticks as the kernel does
            congestion_controls=frozenset(
                (SYS / "net/ipv4/tcp_allowed_congestion_control").read_text(encoding="ascii").split()
            ),
            keys=frozenset(key for key in newer if (SYS / key_path(key)).exists()),
            lacks=frozenset(key for key in older if not (SYS / key_path(key)).exists()),
        )
        self._descriptors = {key: os.open(SYS / key_path(key), os.O_RDWR) for key in self.tunables}
        self._parsed: dict[tuple[str, bytes], Value] = {}
        self.defaults = self.values()

    def values(self) -> dict[str, Value]:
        """What every key holds now."""
        return {
            key: self._value(key, os.pread(descriptor, 65536, 0))
            for key, descriptor in self._descriptors.items()
        }

    def _value(self, key: str, text: bytes) -> Value:
        if (key, text) not in self._parsed:
            self._parsed[key, text] = parse_kernel(self.tunables[key], text)
        return self._parsed[key, text]

    def reset(self, wanted: dict[str, Value]) -> None:
        """Give every key its value; in rounds, for some bound others."""
        wrong: list[str] = []
        for _turn in range(4):
            held = self.values()
            wrong = [key for key in wanted if held[key] != wanted[key]]
            if not wrong:
                return
            for key in wrong:
                self._write(key, to_kernel(wanted[key]).encode())
        raise RuntimeError(f"cannot reset {wrong}")

    @staticmethod
    def _write(key: str, value: bytes) -> None:
        with contextlib.suppress(OSError):  # a bound by another key: the next round sees
            (SYS / key_path(key)).write_bytes(value + b"\n")

    def before(self, rng: random.Random) -> dict[str, Value]:
        """What the keys are to hold before a loader runs: the defaults, some changed."""
        changed = {key: rng.choice(values) for key, values in _OTHER_VALUES.items() if rng.random() < 0.3}
        return {**self.defaults, **changed}


_OTHER_VALUES: dict[str, tuple[Value, ...]] = {
    "net.ipv4.tcp_fin_timeout": (31, 7),
    "net.ipv4.tcp_sack": (0,),
    "net.ipv4.ip_local_port_range": ((2048, 50000), (40000, 40001)),
    "net.ipv4.ip_local_reserved_ports": ("1-4,10",),
    "net.ipv4.tcp_rmem": ((4096, 5000, 6000),),
    "net.ipv4.tcp_max_reordering": (1000,),
}
