# Copyright (c) 2026, the linuxnet.tcp authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A host in a folder, for modules that look at running values, files of boot and what we keep between runs."""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import Dict, Tuple

from ansible_collections.linuxnet.tcp.plugins.module_utils._host.namespaces import identity
from ansible_collections.linuxnet.tcp.plugins.module_utils._host.state_folder import StateFolder

BOOT_ID = "8d5e3f4e-0000-4000-8000-000000000001"
FIN = "net.ipv4.tcp_fin_timeout"


class HostFolder:
    """A host that systemd boots, that runs tcp_fin_timeout with the kernel's default, and that has no files."""

    def __init__(self, root: Path) -> None:
        self.root, self.proc = root, str(root / "proc")
        self.state = StateFolder(str(root / "var" / "lib" / "linuxnet-tcp"))
        for folder in ("run/systemd/system", "usr/lib/systemd", "etc/sysctl.d", "proc/self/ns", "var/lib"):
            (root / folder).mkdir(parents=True)
        self.put("/usr/lib/systemd/systemd-sysctl", "libsystemd-shared-252.so")
        self.put("/proc/sys/kernel/random/boot_id", BOOT_ID + "\n")
        self.put("/proc/self/ns/net", "")
        self.booted(seconds_ago=3600)
        self.runs(FIN, "60")

    def put(self, path: str, text: str) -> Path:
        """A file."""
        file = self.root / path.lstrip("/")
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
        return file

    def runs(self, key: str, text: str) -> Path:
        """A running value."""
        return self.put("/proc/sys/" + key.replace(".", "/"), text + "\n")

    def booted(self, seconds_ago: int) -> None:
        """When it was booted; before that it is the future."""
        self.put("/proc/stat", "btime {0}\n".format(int(time.time()) - seconds_ago))

    def remembers(self, key: str, value: str) -> None:
        """A change of ours in this boot."""
        row = {
            "key": key, "value": value, "boot_id": BOOT_ID, "network_namespace": None,
            "namespace_id": identity(str(self.root / "proc" / "self" / "ns" / "net")),
        }  # fmt: skip
        self.state.create()
        self.put("/var/lib/linuxnet-tcp/first_seen.json", json.dumps({"format": 1, "values": [row]}))

    def running(self, key: str) -> str:
        """What runs."""
        return (self.root / "proc" / "sys" / key.replace(".", "/")).read_text(encoding="utf-8").strip()

    def everything(self) -> Dict[str, Tuple[int, int, bytes]]:
        """All files with their times: equal before and after what must change nothing."""
        found = {}
        for path in sorted(self.root.rglob("*")):
            info = path.stat()
            found[str(path)] = (info.st_mtime_ns, info.st_ctime_ns, path.read_bytes() if path.is_file() else b"")
        return found
