# Copyright (c) 2026, the linuxnet.tcp authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""apply_profile with a canary: a proxy under the load of real clients goes first, and an idle host comes after it."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

from ansible_collections.linuxnet.tcp.tests.lab.run_module import python_for
from ansible_collections.linuxnet.tcp.tests.lab.throwaway_host import Host, throwaway_host
from ansible_collections.linuxnet.tcp.tests.lab.traffic.ab import clients
from ansible_collections.linuxnet.tcp.tests.lab.traffic.servers import nginx
from ansible_collections.linuxnet.tcp.tests.lab.traffic.topology import PROXY, slow_line, street

pytestmark = pytest.mark.needs("nginx", "ab", "tc")

SOMAXCONN, PORTS = "net.core.somaxconn", "net.ipv4.ip_local_port_range"
DROP_IN = "/etc/sysctl.d/91-linuxnet-tcp-profile.conf"
BAD = """\
---
summary: A queue of one connection, and 50 ports for all that a proxy opens.
settings:
  net.core.somaxconn: {value: 1, why: Because., source: This test}
  net.ipv4.ip_local_port_range: {value: [40000, 40049], why: Because., source: This test}
"""
#: A program that is Python on a host: it enters the namespaces as it starts.
INTERPRETER = '#!/bin/sh\nexec nsenter --target {pid} --mount --net -- {python} "$@"\n'
#: Some 250 requests a second, so that the ports of the kernel's own range last for the test.
LINE = "1mbit"
WATCH = 1.5


@dataclass(frozen=True)
class Fleet:
    """A proxy with clients, a host without, and how the playbook reaches them."""

    canary: Host
    idle: Host
    folder: Path

    def apply(self, profile: str) -> subprocess.CompletedProcess[str]:
        """Run apply_profile as a user does, one host at a time, and watch each."""
        variables: Mapping[str, object] = {
            "tcp_profile_name": profile, "tcp_profile_folders": [str(self.folder)],
            "tcp_profile_watch_seconds": WATCH, "apply_profile_serial": 1,
        }  # fmt: skip
        command = [str(Path(sys.executable).with_name("ansible-playbook")), "-v", "-i", str(self.folder / "hosts")]
        return subprocess.run(
            [*command, "linuxnet.tcp.apply_profile", "-e", json.dumps(variables)],
            env={
                **os.environ, "ANSIBLE_HOME": str(self.folder / "home"), "ANSIBLE_PIPELINING": "1",
                "ANSIBLE_NOCOLOR": "1", "COLUMNS": "80",
            },
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False,
        )  # fmt: skip


@pytest.fixture
def fleet(tmp_path: Path) -> Iterator[Fleet]:
    """nginx on the canary opens a connection for each request that it passes on, and its clients are at work."""
    with street() as hosts, throwaway_host() as idle:
        inventory = []
        for name, host in (("canary", hosts.proxy), ("idle", idle)):
            interpreter = tmp_path / f"python-on-{name}"
            interpreter.write_text(INTERPRETER.format(pid=host.pid, python=python_for(0)), encoding="ascii")
            interpreter.chmod(0o755)
            inventory.append(f"{name} ansible_connection=local ansible_python_interpreter={interpreter}\n")
        (tmp_path / "hosts").write_text("".join(inventory), encoding="utf-8")
        (tmp_path / "bad.yml").write_text(BAD, encoding="utf-8")
        slow_line(hosts, LINE)
        with (
            nginx(hosts, hosts.origin),
            nginx(hosts, hosts.proxy, passes_on=True),
            clients(hosts, f"http://{PROXY}/", seconds=300),
        ):
            yield Fleet(hosts.proxy, idle, tmp_path)


def judged(output: str) -> list[bool]:
    """What the evidence says of each host that was watched, in their order."""
    return [word == "true" for word in re.findall(r'"judged": (true|false)', output)]


def test_a_canary_that_gets_worse_is_put_back_and_ends_the_play(fleet: Fleet) -> None:
    """It runs out of ports, which no counter counts: the batch after it is never reached, and a good profile stays."""
    before = {key: fleet.canary.get(key) for key in (SOMAXCONN, PORTS)}
    done = fleet.apply("bad")

    assert done.returncode == 2, done.stdout
    assert "the host got worse, so the change is put back: " in done.stdout
    assert "outgoing_per_incoming fell from" in done.stdout
    assert re.search(r"^Not reached yet: 1 of 2 hosts\n  idle$", done.stdout, re.MULTILINE), done.stdout
    assert judged(done.stdout) == [True]
    for host in (fleet.canary, fleet.idle):
        assert {key: host.get(key) for key in before} == before
        assert host.text(DROP_IN) is None

    done = fleet.apply("reverse_proxy")

    assert done.returncode == 0, done.stdout
    assert re.search(r"^Changed: 2 of 2 hosts$", done.stdout, re.MULTILINE), done.stdout
    assert judged(done.stdout) == [True, False], "who has no clients cannot be judged, and keeps what it was given"
    for host in (fleet.canary, fleet.idle):
        assert host.get(PORTS) == "10240 65535"
