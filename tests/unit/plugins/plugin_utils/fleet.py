# Copyright (c) 2026, the linuxnet.tcp authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A fleet that is not there: facts as `state_facts` returns them, the same for the same host every time.

Run as a program, this writes the golden tables anew; look at the difference before you commit it.
"""

from __future__ import annotations

import pathlib
import random
import typing as t

from ansible_collections.linuxnet.tcp.plugins.plugin_utils._host_counts import (
    HostCounts,
    NoCounts,
    read_result,
)
from ansible_collections.linuxnet.tcp.plugins.plugin_utils._state_table import state_table
from ansible_collections.linuxnet.tcp.plugins.plugin_utils._terminal import UNICODE

GOLDEN = pathlib.Path(__file__).parent / "golden"
GOLDEN_HOSTS = (1, 3, 12, 300)


def facts_of(host: str) -> dict[str, t.Any]:
    """`ansible_facts.linuxnet_tcp` of a proxy with this name: always the same ones."""
    chance = random.Random(host)
    load = chance.choice([1, 2, 4, 8, 16, 32])
    states = {
        "established": chance.randrange(100, 20_000) // load,
        "syn_sent": 0,
        "syn_recv": chance.randrange(0, 40),
        "fin_wait1": 0,
        "fin_wait2": chance.randrange(0, 300),
        "time_wait": chance.randrange(0, 140_000) // load,
        "close": 0,
        "close_wait": chance.randrange(0, 20),
        "last_ack": chance.randrange(0, 5),
        "listen": chance.randrange(4, 14),
        "closing": 0,
    }
    return {
        "states": states,
        "total": sum(states.values()),
        "limits": {
            "max_tw_buckets": 131_072,
            "max_orphans": 65_536,
            "max_syn_backlog": 4096,
            "somaxconn": 4096,
            "fin_timeout": 60,
            "local_port_range": [32_768, 60_999],
            "tw_reuse": 2,
            "timestamps": 1,
            "syncookies": 1,
            "memory_bytes": 16 << 30,
        },
        "usage": {
            "time_wait": round((states["time_wait"] + states["fin_wait2"]) / 131_072, 4),
            "orphans": 0.0008,
            "local_ports": None,
        },
        "counters": {
            "time_wait_overflow": 0,
            "listen_overflows": 12,
            "syn_queue_full_cookies": 3,
            "syn_queue_full_drops": None,
        },
        "source": "netlink",
        "elapsed_ms": 1.234,
        "skew": 0,
    }


def result_of(host: str) -> dict[str, t.Any]:
    """What the task registers for such a host."""
    return {"changed": False, "failed": False, "ansible_facts": {"linuxnet_tcp": facts_of(host)}}


def unreachable(host: str) -> dict[str, t.Any]:
    """What it registers for a host where nobody answers."""
    refused = f"ssh: connect to host {host} port 22: Connection refused"
    return {"unreachable": True, "msg": f"Task failed: Failed to connect to the host via ssh: {refused}"}


def answers_of(size: int) -> list[HostCounts | NoCounts]:
    """A fleet of `size` hosts that answer; from twelve on, two more that do not."""
    hosts = [f"web-prod-{number:04}.eu-west-1.example.com" for number in range(size)]
    answers = [read_result(host, result_of(host)) for host in hosts]
    if size >= 12:
        answers.append(read_result("db7.example.com", unreachable("db7.example.com")))
        answers.append(
            read_result("old1", {"failed": True, "msg": "/proc/net/snmp has 'x' where a number belongs"})
        )
    return answers


def golden_text(size: int) -> str:
    """The table of such a fleet in 80 columns."""
    return "".join(line.text + "\n" for line in state_table(answers_of(size), 80, UNICODE))


if __name__ == "__main__":
    for number_of_hosts in GOLDEN_HOSTS:
        (GOLDEN / f"{number_of_hosts}.txt").write_text(golden_text(number_of_hosts), encoding="utf-8")
