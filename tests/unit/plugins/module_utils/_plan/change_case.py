# Copyright (c) 2026, the linuxnet.tcp authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A host in short, and what is asked of it: what the tests of a plan begin with."""

from __future__ import annotations

from typing import Dict, List, Mapping, NamedTuple, Optional, Tuple

from ansible_collections.linuxnet.tcp.plugins.module_utils._model.boot_files import (
    FOLDERS,
    BootFile,
    BootFiles,
    BootFolder,
    LaterWriter,
)
from ansible_collections.linuxnet.tcp.plugins.module_utils._model.catalogue import tunable_of
from ansible_collections.linuxnet.tcp.plugins.module_utils._model.couplings import NEEDED
from ansible_collections.linuxnet.tcp.plugins.module_utils._model.kernel_writes import Machine
from ansible_collections.linuxnet.tcp.plugins.module_utils._model.plans import Asked, Host, Plan, Row
from ansible_collections.linuxnet.tcp.plugins.module_utils._model.running import Running
from ansible_collections.linuxnet.tcp.plugins.module_utils._model.settings import read_settings
from ansible_collections.linuxnet.tcp.plugins.module_utils._model.transactions import FileContent, FirstSeen, Place
from ansible_collections.linuxnet.tcp.plugins.module_utils._model.values import parse_kernel
from ansible_collections.linuxnet.tcp.plugins.module_utils._plan.changes import keys_to_read, make_plan

FIN, KEEPALIVE, RANGE = "net.ipv4.tcp_fin_timeout", "net.ipv4.tcp_keepalive_time", "net.ipv4.ip_local_port_range"
PATH = "/etc/sysctl.d/90-linuxnet-tcp.conf"
HERE, BEFORE_BOOT = Place("boot-2", "4:40"), Place("boot-1", "4:30")
RUNNING = {
    FIN: "60",
    KEEPALIVE: "7200",
    RANGE: "32768\t60999",
    "net.ipv4.ip_unprivileged_port_start": "1024",
    "net.ipv4.tcp_timestamps": "1",
    "net.ipv4.tcp_tw_reuse": "2",
    "net.ipv4.tcp_max_reordering": "300",
    "net.ipv4.tcp_reordering": "3",
    "net.ipv4.tcp_fastopen_key": "00000000-00000000-00000000-00000000",
    "net.ipv4.conf.lo.tag": "0",
}


class Case(NamedTuple):
    """A host and what is asked of it, in short."""

    settings: Mapping[str, object]
    state: str = "present"
    scope: Tuple[str, ...] = ("running", "boot")
    exclusive: bool = False
    skip: bool = False
    namespace: Optional[str] = None
    ours: Optional[str] = None
    others: Tuple[Tuple[str, str], ...] = ()
    running: Mapping[str, str] = RUNNING
    read_only: Tuple[str, ...] = ()
    seen: Tuple[FirstSeen, ...] = ()
    later: Tuple[LaterWriter, ...] = ()
    busybox: bool = False

    def plan(self) -> Plan:
        """What is decided."""
        asked = Asked(
            read_settings(self.settings, absent=self.state == "absent"), PATH,
            "running" in self.scope, "boot" in self.scope, self.exclusive, self.skip, self.namespace,
        )  # fmt: skip
        file = None if self.ours is None else FileContent(self.ours.encode("latin-1"), 0o640, 0, 7)
        keys = {tunable.key for tunable in keys_to_read(asked, file)} | NEEDED
        running = {key: self._running(key) for key in keys}
        return make_plan(asked, Host(running, Machine(), PATH.encode(), file, self._files(), self.seen, HERE))

    def row(self, name: str = FIN) -> Row:
        """The row of one key."""
        (row,) = (row for row in self.plan().rows if row.name == name)
        return row

    def _running(self, key: str) -> Running:
        text, tunable = self.running.get(key), tunable_of(key)
        if text is None:
            return Running(tunable, None, None, False)
        return Running(tunable, text, parse_kernel(tunable, text), key not in self.read_only)

    def _files(self) -> BootFiles:
        found: Dict[str, List[BootFile]] = {}
        for path, text in (*self.others, *(() if self.ours is None else ((PATH, self.ours),))):
            found.setdefault(path.rpartition("/")[0], []).append(
                BootFile(path.encode(), path.encode(), text.encode("latin-1"))
            )
        return BootFiles(
            folders=tuple(
                BootFolder(path, path, tuple(sorted(found.get(path.decode(), ()), key=lambda file: file.name)))
                for path in FOLDERS
            ),
            later=self.later,
            systemd=(252,),
            procps=(4, 0, 2),
            busybox=self.busybox,
        )


def line(key: str, value: object) -> str:
    """A line of a file."""
    return "{0} = {1}\n".format(key, value)


def seen(key: str, value: str, place: Place = HERE, namespace: Optional[str] = None) -> Tuple[FirstSeen, ...]:
    """A value that was seen first."""
    return (FirstSeen(key, value, place, namespace),)


def new_file(plan: Plan) -> Optional[str]:
    """What the plan leaves in our file."""
    change = plan.transaction.file
    return change.after.data.decode("latin-1") if change and change.after else None


#: A file that is read after ours and decides against it.
LATER = (("/usr/lib/sysctl.d/99-later.conf", line(FIN, 11)),)
