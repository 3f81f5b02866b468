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

import pytest

from ansible_collections.linuxnet.tcp.plugins.module_utils._model.states import STATE_TITLES
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


@pytest.fixture(scope="module", name="screen")
def what_the_read_only_part_prints(tmp_path_factory: pytest.TempPathFactory) -> str:
    """Started from elsewhere, and by somebody who has configured Ansible badly."""
    elsewhere = tmp_path_factory.mktemp("elsewhere")
    (elsewhere / "ansible.cfg").write_text("[defaults]\nstdout_callback = nonsense\n", encoding="utf-8")
    path = {name: os.environ[name] for name in ("PATH", "PYTHONPATH") if name in os.environ}
    environment = {**path, "HOME": str(elsewhere), "COLUMNS": "80", "LC_ALL": "C", "TERM": "xterm"}
    ran = subprocess.run(
        [sys.executable, demo.__file__, "--read-only"],
        check=False, capture_output=True, text=True, encoding="utf-8", env=environment, cwd=elsewhere, timeout=300,
    )  # fmt: skip
    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert ran.stderr == ""
    assert [path.name for path in elsewhere.iterdir()] == ["ansible.cfg"]
    return ran.stdout


def test_the_demo_shows_this_machine(screen: str) -> None:
    """All eleven states, their bounds and a word of explanation, in 80 columns, without a warning."""
    first_table = screen[screen.index("TCP sockets of localhost") : screen.index("ESTABLISHED: open connections")]
    for title in STATE_TITLES:
        assert f"\n  {title.upper()} " in first_table
    for name in ("tcp_max_tw_buckets", "tcp_max_orphans", "somaxconn", "tcp_max_syn_backlog", "ip_local_port_range"):
        assert name in first_table
    assert "kept for 60 seconds" in screen
    assert "WARN" not in screen
    for frame in ("PLAY", "TASK", "ok:", "skipping:"):
        assert frame not in screen, "what Ansible says of itself hides the point"
    wide = [line for line in screen.splitlines() if len(line) > 80]
    assert all(line.strip().startswith("/") for line in wide), "only a path may be wider than a terminal"


def test_an_idle_machine_is_followed_by_a_busy_one(screen: str) -> None:
    """The captured machine is shown if and only if this one is said to be idle, and under its own name."""
    said = "This machine is nearly idle:" in screen
    shown = "TCP sockets of the captured machine busy_proxy (not this machine)" in screen
    assert said == shown
