# Copyright (c) 2026, the linuxnet.tcp authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What runme.sh asks of files. `look.py state`: everything that an audit might change on this machine, as text.

`look.py report FOLDER`: for each host of report.json a line `NAME OUTCOME CHANGES`, sorted.
"""

from __future__ import annotations

import hashlib
import json
import sys
from collections.abc import Iterator
from pathlib import Path

FOLDERS = ("/etc/sysctl.d", "/run/sysctl.d", "/usr/lib/sysctl.d", "/usr/local/lib/sysctl.d", "/var/lib/linuxnet-tcp")
FILES = ("/etc/sysctl.conf", "/run/lock/linuxnet-tcp.lock")
MOVED_BY_THE_KERNEL = ("nf_conntrack_count",)
# Interfaces come and go on a machine where something else runs.
OF_INTERFACES, OF_ALL = {"conf", "neigh"}, {"all", "default"}


def state() -> Iterator[str]:
    """Files with their times and digests, and the running value of each tunable of the network."""
    paths = [Path(file) for file in FILES]
    for folder in FOLDERS:
        paths += [Path(folder), *Path(folder).rglob("*")]
    for path in sorted(paths):
        if not path.exists():
            yield f"{path} absent"
            continue
        info = path.stat()
        digest = hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else ""
        yield f"{path} {info.st_mode} {info.st_uid} {info.st_size} {info.st_mtime_ns} {info.st_ctime_ns} {digest}"
    for path in sorted(Path("/proc/sys/net").rglob("*")):
        of_interface = OF_INTERFACES & set(path.parts) and not OF_ALL & set(path.parts)
        if path.name in MOVED_BY_THE_KERNEL or of_interface or not path.is_file():
            continue
        try:
            yield f"{path} {path.read_bytes()!r}"
        except OSError as error:
            yield f"{path} {error.strerror}"


def report(folder: str) -> Iterator[str]:
    """The hosts of a report."""
    for host in json.loads((Path(folder) / "report.json").read_text())["hosts"]:
        changes = " ".join(sorted(f"{one['about']}:{one['was']}>{one['now']}" for one in host["changes"]))
        yield f"{host['name']} {host['outcome']} {changes}".strip()


if __name__ == "__main__":
    print("\n".join(state() if sys.argv[1] == "state" else report(sys.argv[2])))
