# Copyright (c) 2026, the linuxnet.tcp authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The fleet of the pictures in the documentation: 40 hosts that are not there, some of them in trouble.

Facts and findings are made up; the diagnoses are what `linuxnet.tcp.diagnose` says of such facts.
"""

from __future__ import annotations

import datetime as dt
import random
import typing as t

from ansible_collections.linuxnet.tcp.plugins.module_utils._model.states import STATE_TITLES
from ansible_collections.linuxnet.tcp.plugins.module_utils._plan.diagnosis import diagnose
from ansible_collections.linuxnet.tcp.plugins.plugin_utils._record import Found, Problem, file_name, make_record
from ansible_collections.linuxnet.tcp.plugins.plugin_utils._report_build import build
from ansible_collections.linuxnet.tcp.plugins.plugin_utils._report_model import Report

NOW = dt.datetime(2026, 11, 25, 7, 30, tzinfo=dt.UTC)
_YESTERDAY = NOW - dt.timedelta(days=1)

_CIS = {"framework": "CIS", "product": "RHEL 9", "version": "2.0.0", "id": "3.3.10"}
_ANSSI = {"framework": "ANSSI", "product": "GNU/Linux", "version": "2.0", "id": "R12"}

#: Key, severity, what is asked, what runs where all is well, why, and who asks.
_RULES: tuple[tuple[str, str, t.Any, t.Any, str, list[dict[str, str]]], ...] = (
    ("net.ipv4.tcp_max_tw_buckets", "high", {"at_least": 65536}, 131072,
     "A proxy that closes first has 60 seconds of its closes in TIME_WAIT.", []),
    ("net.core.somaxconn", "high", {"at_least": 4096}, 4096,
     "The most that an application may give to listen().", []),
    ("net.ipv4.ip_local_port_range", "medium", [10240, 65535], [10240, 65535],
     "55,296 local ports for each destination instead of 28,232.", []),
    ("net.ipv4.tcp_timestamps", "medium", {"at_least": 1}, 1, "Without timestamps tcp_tw_reuse does nothing.", []),
    ("net.ipv4.tcp_tw_reuse", "low", 1, 1, "An outgoing connection may take a port that is in TIME_WAIT.", []),
    ("net.ipv4.tcp_syncookies", "medium", 1, 1,
     "When the queue of half-open connections overflows, SYNs are answered without keeping state.", [_CIS]),
    ("net.ipv4.tcp_rfc1337", "low", 1, 1, "A reset does not end TIME_WAIT early.", [_ANSSI]),
    ("net.ipv4.tcp_max_syn_backlog", "medium", {"at_least": 4096}, 4096,
     "Half-open connections of a listener before cookies are sent.", []),
)  # fmt: skip

#: What is not as it should be: host, key, status, reason, what runs, what boot leaves, who decides.
_BROKEN: tuple[tuple[str, str, str, str, t.Any, t.Any, str | None], ...] = (
    ("proxy-ams-3", "net.ipv4.tcp_max_tw_buckets", "fail", "drifted", 5000, 131072,
     "/etc/sysctl.d/91-linuxnet-tcp-profile.conf:4"),
    ("proxy-fra-1", "net.ipv4.ip_local_port_range", "fail", "never_applied", [32768, 60999], None, None),
    ("proxy-fra-2", "net.ipv4.ip_local_port_range", "fail", "never_applied", [32768, 60999], None, None),
    ("web-fra-4", "net.core.somaxconn", "fail", "never_applied", 128, None, None),
    ("web-ams-2", "net.ipv4.tcp_syncookies", "shadowed", "other_file_later", 1, 0, "/etc/sysctl.d/99-vendor.conf:11"),
    ("web-ams-9", "net.ipv4.tcp_syncookies", "shadowed", "other_file_later", 1, 0, "/etc/sysctl.d/99-vendor.conf:11"),
    ("web-ams-5", "net.ipv4.tcp_syncookies", "shadowed", "other_file_later", 1, 0, "/etc/sysctl.d/99-vendor.conf:11"),
    ("cache-fra-1", "net.core.somaxconn", "not_persistent", "boot_unknown", 4096, 128, "/etc/sysctl.conf:31"),
    ("cache-fra-2", "net.ipv4.tcp_tw_reuse", "fail", "never_applied", 2, None, None),
    ("web-fra-8", "net.ipv4.tcp_rfc1337", "waived", "waived_until", 0, None, None),
    ("web-fra-9", "net.ipv4.tcp_rfc1337", "waived", "waived_until", 0, None, None),
)  # fmt: skip

_PROGRAMS = {"proxy": "haproxy", "web": "nginx", "cache": "squid", "db": "postgres"}


def names() -> list[str]:
    """The hosts: proxies, web servers, caches and databases in two places."""
    counts = {"proxy": 4, "web": 10, "cache": 3, "db": 3}
    places = [(trade, place) for trade in counts for place in ("ams", "fra")]
    return [f"{trade}-{place}-{number}" for trade, place in places for number in range(1, counts[trade] + 1)]


def report() -> Report:
    """The report on all of them."""
    return build(((file_name(record["host"]), record) for record in map(record_of, names())), NOW)


def record_of(name: str) -> dict[str, t.Any]:
    """The record of one host."""
    trade, place, _number = name.split("-")
    host, groups = f"{name}.example.net", [trade, place]
    moment = NOW - dt.timedelta(seconds=random.Random(name).randrange(20, 300))
    if name in ("db-fra-2", "cache-ams-3"):
        reason = "Failed to connect to the host via ssh: connect to host 192.0.2.17 port 22: Connection timed out"
        return make_record(host, groups, "unreachable", Found(problems=[Problem("host", reason)]), NOW, _earlier(name))
    facts, before = facts_of(name)
    findings = [_finding(name, *rule) for rule in _RULES]
    compliance = {"compliant": all(row["status"] in ("pass", "waived") for row in findings), "findings": findings}
    diagnoses = [one.to_result() for one in diagnose(facts, (), before)]
    return make_record(host, groups, "audited", Found(facts, compliance, diagnoses), moment, _earlier(name))


def facts_of(name: str) -> tuple[dict[str, t.Any], dict[str, t.Any]]:
    """What state_facts returned for it, and some time before."""
    chance = random.Random(name)
    busy = {"proxy": 9000, "web": 2500, "cache": 1200, "db": 300}[name.split("-", maxsplit=1)[0]]
    states = dict.fromkeys(STATE_TITLES, 0)
    states.update(
        established=chance.randrange(busy // 2, busy), time_wait=chance.randrange(busy, 4 * busy),
        fin_wait2=chance.randrange(busy // 100), syn_recv=chance.randrange(4), last_ack=chance.randrange(3),
        close_wait=chance.randrange(4), listen=chance.randrange(4, 12),
    )  # fmt: skip
    cap, backlog, counters = 131072, 4096, {"time_wait_overflow": 0, "listen_overflows": 0, "listen_drops": 0}
    before_counters, ports = dict(counters), None
    own = states["time_wait"] if not name.startswith("proxy") else states["time_wait"] // 3
    listeners = [_listener(own, states["established"])]
    processes = [{"pid": 812, "command": _PROGRAMS[name.partition("-")[0]],
                  **_split(established=states["established"], listen=states["listen"])}]  # fmt: skip
    peers = [{"address": f"10.20.{chance.randrange(4)}.{chance.randrange(2, 250)}",
              **_split(established=states["established"] // share, time_wait=states["time_wait"] // share)}
             for share in (7, 9, 12, 15, 20, 28, 40)]  # fmt: skip
    before_states = dict(states)
    if name == "proxy-ams-3":
        cap, states["time_wait"] = 5000, 4996
        counters["time_wait_overflow"], before_counters["time_wait_overflow"] = 81_201_344, 81_190_022
    if name in ("proxy-fra-1", "proxy-fra-2"):
        used = 26_900 if name == "proxy-fra-1" else 25_100
        states["time_wait"] = used + 1200
        ports = {"source": "10.20.0.5", "destination": "10.20.4.10", "destination_port": 8080, "used": used,
                 "available": 28232, "share": round(used / 28232, 4)}  # fmt: skip
    if name == "web-ams-7":
        states["close_wait"], before_states["close_wait"] = 8412, 7990
        processes.insert(0, {"pid": 2210, "command": "java", **_split(close_wait=8412, established=218)})
    if name == "web-fra-4":
        backlog = 128
        counters.update(listen_overflows=40_211, listen_drops=40_211)
        before_counters.update(listen_overflows=39_870, listen_drops=39_870)
        listeners = [_listener(own, states["established"], 129, 128)]
    facts = _facts(states, counters, cap, backlog)
    facts["usage"]["local_ports"] = ports
    facts["limits"]["tw_reuse"] = 2 if ports else 1
    facts["processes"], facts["listeners"], facts["peers"], facts["unattributed"] = processes, listeners, peers, 0
    return facts, _facts(before_states, before_counters, cap, backlog)


def _split(**states: int) -> dict[str, t.Any]:
    """So many sockets of a peer or a process, in these states."""
    return {"count": sum(states.values()), "states": {**dict.fromkeys(STATE_TITLES, 0), **states}}


def _listener(time_wait: int, established: int, queue: int = 0, backlog: int = 4096) -> dict[str, t.Any]:
    states = {**dict.fromkeys(STATE_TITLES, 0), "established": established, "time_wait": time_wait, "listen": 1}
    row = {"address": "0.0.0.0", "port": 443, "sockets": 1, "accept_queue": queue, "backlog": backlog}
    return {**row, "states": states}


def _facts(states: dict[str, int], counters: dict[str, int], cap: int, backlog: int) -> dict[str, t.Any]:
    closed = states["time_wait"] + states["fin_wait2"]
    return {
        "states": states,
        "total": sum(states.values()),
        "limits": {
            "max_tw_buckets": cap, "max_orphans": 65536, "max_syn_backlog": 4096, "somaxconn": backlog,
            "fin_timeout": 60, "local_port_range": [32768, 60999], "tw_reuse": 1, "timestamps": 1, "syncookies": 1,
            "memory_bytes": 16 << 30,
        },
        "usage": {"time_wait": round(closed / cap, 4), "orphans": 0.0021, "local_ports": None},
        "counters": {**counters, "syn_queue_full_cookies": 0, "syn_queue_full_drops": 0},
        "source": "netlink",
        "elapsed_ms": 14.2,
        "skew": 0,
    }  # fmt: skip


def _finding(
    host: str, key: str, severity: str, expected: t.Any, good: t.Any, why: str, controls: list[dict[str, str]]
) -> dict[str, t.Any]:
    row = {
        "rule": key, "name": key, "status": "pass", "reason": None, "severity": severity, "expected": expected,
        "running": good, "at_boot": good, "decided_by": "/etc/sysctl.d/91-linuxnet-tcp-profile.conf:4",
        "why": why, "controls": controls,
    }  # fmt: skip
    for name, broken, status, reason, running, at_boot, decided_by in _BROKEN:
        if (name, broken) == (host, key):
            row.update(status=status, reason=reason, running=running, at_boot=at_boot, decided_by=decided_by)
            if status == "waived":
                row["waiver"] = {"until": "2027-01-31", "reason": "The vendor's agent needs it until its next release."}
    return row


def _earlier(name: str) -> dict[str, t.Any]:
    """The audit of the day before, at which some of this was not so."""
    new = {"proxy-ams-3", "web-ams-2", "web-ams-5", "web-ams-9"}
    mended = {"web-fra-1": "net.core.somaxconn", "web-fra-2": "net.core.somaxconn"}
    old = {(host, key): status for host, key, status, *_words in _BROKEN if host not in new}
    findings = [{"rule": key, "status": "fail" if mended.get(name) == key else old.get((name, key), "pass")}
                for key, *_words in _RULES]  # fmt: skip
    known = [] if name in new or name == "web-ams-7" else diagnose(*facts_of(name)[:1])
    diagnoses = [{"id": one.id, "severity": one.severity.word} for one in known]
    when = _YESTERDAY.strftime("%Y-%m-%dT%H:%M:%SZ")
    return {"time": when, "outcome": "audited", "compliance": {"findings": findings}, "diagnoses": diagnoses}
