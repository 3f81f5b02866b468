# Copyright (c) 2026, the linuxnet.tcp authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The whole of `make demo`: what it tells, and that the machine does not notice."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

from ansible_collections.linuxnet.tcp.tests.demo import run as demo

KEYS = ("tcp_max_tw_buckets", "tcp_fin_timeout", "tcp_keepalive_time", "ip_local_port_range", "tcp_tw_reuse")
OURS = ("/etc/sysctl.d/91-linuxnet-tcp-profile.conf", "/var/lib/linuxnet-tcp/first_seen.json")


def machine() -> dict[str, str | None]:
    """What the demo sets elsewhere, as this machine has it."""
    found: dict[str, str | None] = {key: Path("/proc/sys/net/ipv4", key).read_text(encoding="ascii") for key in KEYS}
    found.update({path: Path(path).read_text("utf-8") if Path(path).exists() else None for path in OURS})
    return found


def test_the_demo_goes_the_whole_way() -> None:
    """States, the guard, changes with reasons, an unchanged run, and all given back; then the machine, untouched."""
    before = machine()
    ran = subprocess.run(
        [sys.executable, demo.__file__], check=False, capture_output=True, text=True, timeout=300,
        env={**os.environ, "COLUMNS": "80", "LC_ALL": "C.UTF-8", "TERM": "xterm"},
    )  # fmt: skip
    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert ran.stderr == ""
    parts = re.split(r"^== .*$", ran.stdout, flags=re.MULTILINE)
    first, states, applied, again, health, removed, here, audit = parts

    assert "to throw away" in first
    assert re.search(r"TIME_WAIT +6[34]\d\d ", states)
    for state in ("SYN_SENT", "SYN_RECV", "FIN_WAIT1", "FIN_WAIT2", "CLOSE_WAIT", "LAST_ACK", "CLOSING"):
        assert re.search(rf"^  {state} +[1-9]", states, flags=re.MULTILINE), state
    assert re.search(r"Guard: .*this host\s+holds\s+6,[34]\d\d,\s+closes\s+10\d/s;\s+5000\s+lets\s+83/s", applied)
    assert "net.ipv4.tcp_max_tw_buckets   131072 -> 5000" in applied
    assert "net.ipv4.tcp_max_tw_buckets: Keeps no more than 5000" in applied
    assert "Unchanged: 1 of 1 host" in again
    assert "net.ipv4.tcp_max_tw_buckets   5000 -> 131072" in removed
    assert "TCP sockets of localhost" in here
    assert "TCP audit of 1 host" in health
    assert Path(re.findall(r"\S+/report\.html", audit)[0]).is_file()
    wide = [line for line in ran.stdout.splitlines() if len(line) > 80]
    assert all(line.strip().startswith("/") for line in wide), "only a path may be wider than a terminal"
    assert machine() == before
