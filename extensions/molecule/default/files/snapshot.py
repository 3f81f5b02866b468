# Copyright (c) 2026, the linuxnet.tcp authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Run on a host: ``keep FILE`` writes down what it is, ``compare FILE`` tells what has become different, and fails.

What a host is: its running values, and the content, mode, owner and time of each file that settings come from.
"""

from __future__ import annotations

import hashlib
import json
import os
import sys
from pathlib import Path

VALUES = ("/proc/sys/net/ipv4", "/proc/sys/net/core")
FILES = ("/etc", "/root", "/run/sysctl.d", "/usr/lib/sysctl.d", "/usr/local", "/var/lib/linuxnet-tcp")
#: Ansible's own, and what podman writes as it starts a container.
NOT_OURS = {"/root/.ansible", "/root/.ansible_async", "/etc/hosts", "/etc/hostname", "/etc/resolv.conf", "/etc/mtab"}


def values():
    """Key and running value; what nobody may read is left out."""
    for folder in VALUES:
        for path in Path(folder).iterdir():
            try:
                yield str(path), path.read_bytes().decode("ascii", "replace").strip()
            except OSError:
                continue


def files():
    """Path and what is told of the file; of a folder nothing, for its time tells only that something was in it."""
    for top in FILES:
        for folder, folders, names in os.walk(top):
            here = Path(folder)
            folders[:] = [name for name in folders if str(here / name) not in NOT_OURS]
            yield folder, []
            for path in (here / name for name in names):
                if str(path) not in NOT_OURS:
                    yield str(path), about(path)


def about(path):
    """Mode, owner, group, time of the last change, and digest or target."""
    state = path.lstat()
    content = str(path.resolve()) if path.is_symlink() else hashlib.sha256(path.read_bytes()).hexdigest()
    return [oct(state.st_mode), state.st_uid, state.st_gid, state.st_mtime_ns, content]


def main(errand, kept):
    """Keeps, or compares; what has become different."""
    now = {**dict(values()), **dict(files())}
    if errand == "keep":
        kept.write_text(json.dumps(now), encoding="utf-8")
        return []
    before = json.loads(kept.read_text(encoding="utf-8"))
    different = [path for path in sorted({*before, *now}) if before.get(path) != now.get(path)]
    return ["{0}: {1} became {2}".format(path, before.get(path), now.get(path)) for path in different]


sys.exit("\n".join(main(sys.argv[1], Path(sys.argv[2]))) or None)
