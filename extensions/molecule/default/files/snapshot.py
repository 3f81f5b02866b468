# Copyright (c) 2026, the linuxnet.tcp authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Run on a host: ``keep`` writes down what it is, ``compare`` prints what has become different and then exits with 1.

That is its running values, and the content, mode, owner and time of each file that settings come from.
"""

from __future__ import annotations

import hashlib
import json
import os
import sys

KEPT = "/var/tmp/fleet-snapshot.json"
VALUES = ("/proc/sys/net/ipv4", "/proc/sys/net/core")
FILES = ("/etc", "/root", "/run/sysctl.d", "/usr/lib/sysctl.d", "/usr/local", "/var/lib/linuxnet-tcp")
#: Ansible's own, and what podman writes as it starts a container.
NOT_OURS = {"/root/.ansible", "/etc/hosts", "/etc/hostname", "/etc/resolv.conf", "/etc/mtab"}


def values():
    """Key to running value; what nobody may read is left out."""
    for folder in VALUES:
        for entry in os.scandir(folder):
            try:
                with open(entry.path, "rb") as stream:
                    yield entry.path, stream.read().decode("ascii", "replace")
            except OSError:
                continue


def files():
    """Path to what can be told of the file; a folder to nothing, for its time tells only that something was in it."""
    for top in FILES:
        for folder, folders, names in os.walk(top):
            folders[:] = [name for name in folders if os.path.join(folder, name) not in NOT_OURS]
            yield folder, []
            for path in (os.path.join(folder, name) for name in names):
                if path not in NOT_OURS:
                    yield path, about(path)


def about(path):
    """Mode, owner, group, time of the last change, and digest or target."""
    state = os.lstat(path)
    if os.path.islink(path):
        content = os.readlink(path)
    else:
        with open(path, "rb") as stream:
            content = hashlib.sha256(stream.read()).hexdigest()
    return [oct(state.st_mode), state.st_uid, state.st_gid, state.st_mtime_ns, content]


def main(errand):
    """Keeps or compares; the exit code."""
    now = {**dict(values()), **dict(files())}
    if errand == "keep":
        with open(KEPT, "w", encoding="utf-8") as stream:
            json.dump(now, stream)
        return 0
    with open(KEPT, encoding="utf-8") as stream:
        before = json.load(stream)
    different = [path for path in sorted({*before, *now}) if before.get(path) != now.get(path)]
    for path in different:
        print("{0}: {1} became {2}".format(path, before.get(path), now.get(path)))
    return 1 if different else 0


sys.exit(main(sys.argv[1]))
