# Copyright (c) 2026, the linuxnet.tcp authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Records into the folder, reports out of it, and when a task fails."""

from __future__ import annotations

import json
import typing as t
from pathlib import Path

import pytest

from ansible_collections.linuxnet.tcp.plugins.plugin_utils import _record
from ansible_collections.linuxnet.tcp.plugins.plugin_utils._fleet_audit import (
    NEVER,
    Made,
    keep_record,
    make_reports,
    missing_record,
)
from ansible_collections.linuxnet.tcp.plugins.plugin_utils._record import Found, Problem
from ansible_collections.linuxnet.tcp.plugins.plugin_utils._record_folder import AuditFolder
from ansible_collections.linuxnet.tcp.plugins.plugin_utils._report_formats import FORMATS
from ansible_collections.linuxnet.tcp.plugins.plugin_utils._report_model import Outcome
from ansible_collections.linuxnet.tcp.tests.unit.plugins.plugin_utils import records

NOW = records.NOW


def reports_of(
    folder: Path, *made: dict[str, t.Any], formats: t.Iterable[str] = tuple(FORMATS), fail_on: str = NEVER
) -> Made:
    """The reports of these records."""
    with AuditFolder(str(folder)) as audit:
        for record in made:
            audit.write_record(record["host"], _record.to_bytes(record))
        return make_reports(audit, formats, fail_on, NOW)


def with_finding(host: str, status: str, severity: str) -> dict[str, t.Any]:
    """The record of a host with one rule."""
    row = {"rule": "one", "name": "net.x", "status": status, "severity": severity}
    return _record.make_record(host, [], "audited", Found(None, {"findings": [row]}, []), NOW)


def test_all_formats(tmp_path: Path) -> None:
    """Each format is a file in the folder, and the result says where."""
    made = reports_of(tmp_path, *(records.record_of(number) for number in range(5)))

    assert set(made.result["files"]) == set(FORMATS)
    for name, format_ in FORMATS.items():
        assert made.result["files"][name] == str(tmp_path / format_.file)
        assert (tmp_path / format_.file).stat().st_size > 0
    assert made.result["summary"] == json.loads((tmp_path / "report.json").read_text())["summary"]
    for path in made.result["files"].values():
        assert any(path in line.text for line in made.lines)


def test_chosen_formats(tmp_path: Path) -> None:
    """Only what was asked for is made."""
    reports_of(tmp_path, formats=["csv"])

    assert sorted(path.name for path in tmp_path.iterdir()) == ["records", "report.csv"]


def test_it_fails_after_the_reports_are_there(tmp_path: Path) -> None:
    """With something grave enough the task fails, names the hosts, and has written every report before."""
    fleet = (with_finding("web1", "fail", "high"), with_finding("web2", "pass", "high"))
    made = reports_of(tmp_path, *fleet, fail_on="high")

    assert made.result["failed"] is True
    assert made.result["msg"].startswith("something of severity high or graver on 1 of 2 hosts: web1; the reports are")
    assert all((tmp_path / format_.file).exists() for format_ in FORMATS.values())


@pytest.mark.parametrize(
    ("status", "severity", "fail_on", "fails"),
    [
        ("fail", "high", "never", False),
        ("fail", "medium", "high", False),
        ("shadowed", "high", "high", True),
        ("not_persistent", "critical", "high", True),
        ("waived", "critical", "info", False),
        ("not_applicable", "critical", "info", False),
        ("error", "info", "high", True),
        ("error", "critical", "critical", False),
        ("pass", "critical", "info", False),
    ],
)
def test_fail_on(tmp_path: Path, status: str, severity: str, fail_on: str, fails: bool) -> None:
    """Waived and not applicable never count, an error counts as high, all else by its severity."""
    made = reports_of(tmp_path, with_finding("web1", status, severity), fail_on=fail_on)

    assert made.result.get("failed", False) is fails


def test_many_failed_hosts_are_not_all_named(tmp_path: Path) -> None:
    """The message of a failed fleet stays a sentence, also where names are long and hostile."""
    hosts = ["x" * 4000, "\u202e", *(f"web{number}" for number in range(20))]
    made = reports_of(tmp_path, *(with_finding(host, "fail", "high") for host in hosts), fail_on="low")

    assert "and 17 more" in made.result["msg"]
    assert len(made.result["msg"]) < 400 + len(str(tmp_path))
    assert made.result["msg"].isprintable()


def test_old_records_are_mentioned(tmp_path: Path) -> None:
    """Who runs the playbook is told when some records are of another day, and when some files are none."""
    old = {**with_finding("web1", "pass", "low"), "time": "2026-01-28T12:00:00Z"}
    (tmp_path / "records").mkdir()
    (tmp_path / "records" / "x.json").write_text("{")
    text = "\n".join(line.text for line in reports_of(tmp_path, old).lines)

    assert "the oldest record is of 3 days ago" in text
    assert "1 files among the records are none" in text


def keep(folder: Path, outcome: Outcome, found: Found) -> tuple[dict[str, t.Any], dict[str, t.Any]]:
    """What the task says, and the record."""
    with AuditFolder(str(folder)) as audit:
        said = keep_record(audit, "web1", ["web"], outcome, found, NOW, audit.read("web1"))
    return said, json.loads(Path(said["record"]).read_text())


def test_a_kept_record(tmp_path: Path) -> None:
    """The task of a host that was audited is ok, and says whether it complies."""
    said, record = keep(tmp_path, Outcome.AUDITED, Found(compliance={"compliant": True, "findings": []}))

    assert (said["outcome"], said["compliant"], said.get("failed")) == ("audited", True, None)
    assert (record["host"], record["groups"], record["time"]) == ("web1", ["web"], "2026-01-31T12:00:00Z")


def test_the_task_of_a_lost_host_fails(tmp_path: Path) -> None:
    """The task of a host that was not audited fails with the reason, after the record was written."""
    twice = [Problem("facts", "no Python"), Problem("compliance", "no Python")]
    said, record = keep(tmp_path, Outcome.FAILED, Found(problems=twice))

    assert (said["failed"], said["msg"]) == (True, "failed: no Python")
    assert [problem["part"] for problem in record["problems"]] == ["facts", "compliance"]


def test_a_host_that_answers_too_much(tmp_path: Path) -> None:
    """A host cannot fill the disk: what is far too large is recorded as a failure."""
    said, record = keep(tmp_path, Outcome.AUDITED, Found(facts={"x": "y" * 2_000_000}))

    assert said["failed"] is True
    assert "a record has at most 1048576" in said["msg"]
    assert record["facts"] is None


def test_the_next_record_remembers(tmp_path: Path) -> None:
    """The second audit of a host knows the first."""
    keep(tmp_path, Outcome.UNREACHABLE, Found())
    _said, record = keep(tmp_path, Outcome.AUDITED, Found())

    assert record["earlier"]["outcome"] == "unreachable"


@pytest.mark.parametrize(
    ("registered", "outcome", "reason"),
    [
        (None, Outcome.FAILED, "the task that audits did not run on this host"),
        ({"unreachable": True, "msg": "Failed to connect to the host via ssh: no"}, Outcome.UNREACHABLE, "no"),
        ({"failed": True, "msg": "Task failed: the connection plugin 'x' was not found"}, Outcome.FAILED, "the conn"),
        ({"failed": True, "msg": "dir is '/x'", "record": None}, Outcome.FAILED, "dir is"),
    ],
)
def test_hosts_without_a_record(registered: t.Any, outcome: Outcome, reason: str) -> None:
    """What never got as far as the audit is recorded with the task's own reason."""
    missing = missing_record(registered)

    assert missing is not None
    assert missing[0] is outcome
    assert missing[1].part == "host"
    assert missing[1].reason.startswith(reason)


def test_hosts_with_a_record() -> None:
    """What has a record of this run, also that of a failure, is left as it is."""
    assert missing_record({"failed": True, "record": "/x/records/web1.json"}) is None
