# Copyright (c) 2026, the linuxnet.tcp authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Records of a fleet that is not there: the same for the same number of hosts every time.

Most hosts are well, some are drifted, shadowed, waived, leaking, near their cap; every 50th is unreachable and every
77th failed. With `hostile`, names, groups, values and messages are those of somebody who wants to break the reader.

As a program: `python -m ansible_collections.linuxnet.tcp.tests.unit.plugins.plugin_utils.records FOLDER HOSTS
[--hostile]`.
"""

from __future__ import annotations

import argparse
import datetime as dt
import pathlib
import random
import typing as t

from ansible_collections.linuxnet.tcp.plugins.plugin_utils import _record
from ansible_collections.linuxnet.tcp.tests.unit.plugins.plugin_utils import fleet

NOW = dt.datetime(2026, 1, 31, 12, 0, 0, tzinfo=dt.UTC)

#: Names and values that each break some format, reader or file system that does not expect them.
HOSTILE = (
    "<script>alert(1)</script>",
    "</script><img src=x onerror=alert(1)>",
    "\"'><svg/onload=alert(1)>",
    "]]><!-- --><![CDATA[",
    "../../../etc/cron.d/x",
    "/etc/passwd",
    "..",
    ".hidden",
    "a\x00b\x1b]0;owned\x07\x7f\x9b31m",
    "left\u202egnp.exe\u2066\u200b",
    "line\r\nbreak\u2028\u2029\x85end",
    '=HYPERLINK("http://x.invalid","y")',
    "+1+cmd|' /C calc'!A0",
    "-2+3",
    "@SUM(1)",
    "\t=1",
    "\r=1",
    "| a | `b` | [c](javascript:alert(1)) **d** ~e~ &amp; &#60; \\",
    "{{ lookup('pipe', 'id') }} {% raw %} ${jndi:x}",
    "half \ud800 a pair \udfff",
    "\ufeff\ufffe\U000e0001\U0010ffff",
    "z̸̢̧̛" + "\u0301" * 200,
    "x" * 4000,
    "名" * 4000,
    "a" * 100 + "1",
    "a" * 100 + "2",
    "CON",
    "",
    " ",
)

_RULES = (
    ("cis-tcp-syncookies", "net.ipv4.tcp_syncookies", "medium", {"equals": 1}, 1, 0, "3.3.10"),
    ("web-somaxconn", "net.core.somaxconn", "high", {"at_least": 4096}, 4096, 128, None),
    ("web-tw-reuse", "net.ipv4.tcp_tw_reuse", "low", {"one_of": [1, 2]}, 2, 0, None),
    ("web-fin-timeout", "net.ipv4.tcp_fin_timeout", "low", {"between": [15, 60]}, 60, 600, None),
    ("web-port-range", "net.ipv4.ip_local_port_range", "medium", {"equals": [10240, 65535]}, [10240, 65535],
     [32768, 60999], None),
    ("web-max-tw-buckets", "net.ipv4.tcp_max_tw_buckets", "critical", {"at_least": 131072}, 262144, 5000, None),
    ("anssi-rfc1337", "net.ipv4.tcp_rfc1337", "medium", {"equals": 1}, 1, 0, "R12"),
    ("classic-tw-recycle", "net.ipv4.tcp_tw_recycle", "info", {"equals": 0}, None, None, None),
)

_CATALOGUE = {"framework": "CIS", "product": "Debian 12", "version": "1.1.0"}

_STATUSES: tuple[tuple[str, str | None], ...] = (
    ("fail", "drifted"),
    ("fail", "never_applied"),
    ("fail", "waiver_expired"),
    ("not_persistent", "never_applied"),
    ("shadowed", "other_file_later"),
    ("waived", "waived_until"),
    ("error", "read_only"),
    ("not_applicable", "absent_here"),
)

_DIAGNOSES: tuple[dict[str, t.Any], ...] = (
    {
        "id": "time_wait_near_cap",
        "severity": "medium",
        "state": "time_wait",
        "evidence": {"time_wait": 118000, "max_tw_buckets": 131072, "share": 0.9},
        "meaning": "TIME_WAIT is near its cap; beyond it connections are closed without waiting.",
        "remedy": "Raise net.ipv4.tcp_max_tw_buckets.",
        "doc": "guide_states.html#time-wait",
    },
    {
        "id": "close_wait_growing",
        "severity": "high",
        "state": "close_wait",
        "evidence": {"close_wait": 812, "earlier": 204, "process": "leaky (4711)"},
        "meaning": "An application does not close what its peers have closed.",
        "remedy": "The application has to close its connections; no setting helps.",
        "doc": "guide_states.html#close-wait",
    },
    {
        "id": "time_wait_on_listener",
        "severity": "info",
        "state": "time_wait",
        "evidence": {"port": 443, "time_wait": 20000},
        "meaning": "TIME_WAIT on the listening side costs no ports and is harmless.",
        "remedy": "Nothing.",
        "doc": "guide_states.html#time-wait",
    },
)


def name_of(number: int, hostile: bool = False) -> str:
    """The name of a host: ordinary, or made of the hostile ones."""
    if not hostile:
        return f"web-{number:05}.example.com"
    bad = HOSTILE[number % len(HOSTILE)]
    return bad if number < len(HOSTILE) else f"{bad}{number}"


def record_of(number: int, hostile: bool = False, now: dt.datetime = NOW) -> dict[str, t.Any]:
    """The record of one host."""
    chance = random.Random(number)
    bad = HOSTILE[(number * 7 + 3) % len(HOSTILE)] if hostile else None
    name = name_of(number, hostile)
    groups = ["web", "eu" if number % 2 else "us", f"rack{number % 12}"] + ([bad] if bad else [])
    moment = now - dt.timedelta(seconds=chance.randrange(0, 600) + (172_800 if number % 40 == 0 else 0))
    if number % 50 == 7 or number % 77 == 9:
        outcome = "unreachable" if number % 50 == 7 else "failed"
        reason = bad or "connect to host 192.0.2.7 port 22: Connection refused"
        found = _record.Found(problems=[_record.Problem("host", reason)])
        return _record.make_record(name, groups, outcome, found, moment, _earlier(chance, moment))
    findings = [_finding(rule, chance, bad) for rule in _RULES]
    broken = [row for row in findings if row["status"] in {"fail", "not_persistent", "shadowed", "error"}]
    statuses = [row["status"] for row in findings]
    compliance = {
        "compliant": not broken,
        "findings": findings,
        "summary": {status: statuses.count(status) for status in sorted(set(statuses))},
    }
    diagnoses = [_diagnosis(row, bad) for row in _DIAGNOSES if chance.random() < 0.15]
    facts = fleet.facts_of(str(number))
    if number % 9 == 0:
        facts["usage"]["local_ports"] = {"source": "192.0.2.1", "destination": bad or "198.51.100.7", "port": 443,
                                         "used": 26000, "share": 0.92}
    facts.update(_holders(chance, facts["states"], bad))
    found = _record.Found(facts, compliance, diagnoses)
    earlier = _earlier(chance, moment) if number % 3 else None
    return _record.make_record(name, groups, "audited", found, moment, earlier)


def _holders(chance: random.Random, states: dict[str, int], bad: str | None) -> dict[str, t.Any]:
    """Listeners, peers and processes, as many as an audit asks for."""

    def share() -> dict[str, t.Any]:
        part = {title: chance.randrange(count + 1) // 8 for title, count in states.items()}
        return {"count": sum(part.values()), "states": part}

    commands = ("nginx", "haproxy", "sshd", "postgres")
    return {
        "listeners": [
            {"address": bad or address, "port": port, "sockets": 1, "accept_queue": chance.randrange(3),
             "backlog": 4096, "states": share()["states"]}
            for address, port in (("0.0.0.0", 443), ("0.0.0.0", 80), ("::", 22), ("127.0.0.1", 9100))
        ],
        "peers": [{"address": bad or f"10.{chance.randrange(256)}.7.{place}", **share()} for place in range(10)],
        "processes": [
            {"pid": 700 + place, "command": bad or chance.choice(commands), **share()} for place in range(10)
        ],
    }  # fmt: skip


def _finding(rule: tuple[t.Any, ...], chance: random.Random, bad: str | None) -> dict[str, t.Any]:
    id_, name, severity, expected, good, wrong, control = rule
    status, reason = ("pass", None) if chance.random() < 0.85 else chance.choice(_STATUSES)
    if good is None:
        status, reason = "not_applicable", "removed"
    right = status in {"pass", "not_persistent", "shadowed"}
    return {
        "rule": id_,
        "name": name,
        "status": status,
        "reason": reason,
        "severity": severity,
        "expected": expected,
        "running": good if right else (bad or wrong),
        "at_boot": good if status == "pass" else wrong,
        "decided_by": f"/etc/sysctl.d/{bad or '99-local'}.conf:3" if status == "shadowed" else None,
        "why": "So that bursts of connections are not lost.",
        "controls": [{**_CATALOGUE, "id": control}] if control else [],
    }


def _diagnosis(row: dict[str, t.Any], bad: str | None) -> dict[str, t.Any]:
    return {**row, "evidence": {**row["evidence"], "process": bad}} if bad else dict(row)


def _earlier(chance: random.Random, moment: dt.datetime) -> dict[str, t.Any]:
    """Of an audit the day before, at which some rules had another status."""
    rules = {rule[0]: "pass" if chance.random() < 0.9 else "fail" for rule in _RULES}
    compliance = {"findings": [{"rule": rule, "status": status} for rule, status in rules.items()]}
    diagnoses = [{"id": row["id"], "severity": row["severity"]} for row in _DIAGNOSES if chance.random() < 0.1]
    when = _record.timestamp(moment - dt.timedelta(days=1))
    return {"time": when, "outcome": "audited", "compliance": compliance, "diagnoses": diagnoses}


def write_records(folder: pathlib.Path, hosts: int, hostile: bool = False) -> None:
    """The records of so many hosts, into `folder`/records."""
    records = folder / "records"
    records.mkdir(parents=True, exist_ok=True)
    for number in range(hosts):
        record = record_of(number, hostile)
        (records / _record.file_name(record["host"])).write_bytes(_record.to_bytes(record))


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="Write the records of a fleet that is not there.")
    parser.add_argument("folder", type=pathlib.Path)
    parser.add_argument("hosts", type=int)
    parser.add_argument("--hostile", action="store_true")
    given = parser.parse_args()
    write_records(given.folder, given.hosts, given.hostile)
