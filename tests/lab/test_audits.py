# Copyright (c) 2026, the linuxnet.tcp authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Audits that are interrupted, resumed, and run by two at once; and of a host with little memory."""

from __future__ import annotations

import json
from pathlib import Path

from ansible_collections.linuxnet.tcp.tests.lab.audits import DEAD, LOCAL, Audits, ended, interrupted

#: What an interrupted ansible-playbook ends with.
INTERRUPTED = 99
SMALL_KIB = 524288
SIZED = "reverse_proxy.net.ipv4.tcp_max_tw_buckets"


def test_interrupted_and_resumed(tmp_path: Path) -> None:
    """Ctrl-C in the middle loses the hosts that were not done; another controller there goes on; the rest is resumed.

    Every record is whole, and the report says how old each one is.
    """
    names = [f"host{number}" for number in range(1, 9)]
    audits = Audits(tmp_path, dict.fromkeys(names, LOCAL))
    first = audits.start("--limit", ",".join(names[:6]), audit_fleet_sample=1)
    second = audits.start("--limit", ",".join(names[5:]), audit_fleet_sample=1)
    audits.wait_for_records(3)
    said = interrupted(first)
    ended(second, 0)
    done = audits.records()

    assert first.returncode == INTERRUPTED, said
    assert set(names[5:]) <= set(done)
    assert 3 < len(done) < 8
    assert {record["outcome"] for record in done.values()} == {"audited"}
    assert set(audits.report()) == set(done)

    missing = set(names) - set(done)
    audits.run("--limit", ",".join(sorted(missing)))
    hosts = audits.report()

    assert len(hosts) == 8
    assert {name: host["time"] for name, host in hosts.items() if name in done} == {
        name: record["time"] for name, record in done.items()
    }
    ages = {name: host["age_seconds"] for name, host in hosts.items()}
    assert max(ages[name] for name in missing) < min(ages[name] for name in done)


def test_only_the_failed_again(tmp_path: Path) -> None:
    """Ansible's own list of failed hosts resumes an audit, and the others keep their records."""
    audits = Audits(tmp_path, {"web1": LOCAL, "db1": DEAD, "db2": DEAD})
    rule = {"id": "own", "name": "net.core.somaxconn", "at_least": 1}
    (tmp_path / "own.yml").write_text(json.dumps({"rules": [rule]}))
    # From the folder where the user is.
    audits.run(wanted=2, audit_fleet_rules="./own.yml")
    before = audits.report()
    retry = tmp_path / "audit_fleet.retry"

    assert [finding["rule"] for finding in before["web1"]["findings"]] == ["own"]
    assert retry.read_text(encoding="utf-8").split() == ["db1", "db2"]
    audits.inventory.write_text(f"web1 {LOCAL}\ndb1 {LOCAL}\ndb2 {DEAD}\n")
    audits.run("--limit", f"@{retry}", wanted=2)
    after = audits.report()

    assert {name: host["outcome"] for name, host in after.items()} == {
        "web1": "audited", "db1": "audited", "db2": "unreachable",
    }  # fmt: skip
    assert after["web1"]["time"] == before["web1"]["time"]
    assert [change["was"] for change in after["db1"]["changes"]] == ["unreachable"]


def test_a_host_with_little_memory(tmp_path: Path) -> None:
    """A profile is expected as the role would set it there, by memory and variables, from the first audit on."""
    audits = Audits(tmp_path, {"small": LOCAL})
    meminfo = tmp_path / "meminfo"
    meminfo.write_text(f"MemTotal: {SMALL_KIB} kB\n", encoding="ascii")
    secluded = ["unshare", "--mount", "sh", "-c", f'mount --bind {meminfo} /proc/meminfo && exec "$@"', "sh"]
    audits.run(
        before=secluded, audit_fleet_profile="reverse_proxy", tcp_profile_overrides={"net.core.somaxconn": 8192}
    )
    (host,) = audits.report().values()
    expected = {finding["rule"]: finding["expected"] for finding in host["findings"]}
    # 1/64 of the memory, at 256 bytes each.
    assert expected[SIZED] == {"at_least": SMALL_KIB * 1024 // 64 // 256}
    assert expected["reverse_proxy.net.core.somaxconn"] == 8192
