# Copyright (c) 2026, the linuxnet.tcp authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The two halves of `linuxnet.tcp.fleet_report`: a host's record into the folder, and the reports out of it."""

from __future__ import annotations

import datetime as dt
import typing as t

from ansible_collections.linuxnet.tcp.plugins.module_utils._model.findings import Severity
from ansible_collections.linuxnet.tcp.plugins.plugin_utils._host_counts import reason_of
from ansible_collections.linuxnet.tcp.plugins.plugin_utils._record import (
    LARGEST,
    Found,
    Problem,
    make_record,
    to_bytes,
)
from ansible_collections.linuxnet.tcp.plugins.plugin_utils._record_folder import AuditFolder
from ansible_collections.linuxnet.tcp.plugins.plugin_utils._report_build import build
from ansible_collections.linuxnet.tcp.plugins.plugin_utils._report_formats import FORMATS
from ansible_collections.linuxnet.tcp.plugins.plugin_utils._report_json import summary_of
from ansible_collections.linuxnet.tcp.plugins.plugin_utils._report_model import Host, Outcome, Report
from ansible_collections.linuxnet.tcp.plugins.plugin_utils._report_text import visible
from ansible_collections.linuxnet.tcp.plugins.plugin_utils._report_words import age_text
from ansible_collections.linuxnet.tcp.plugins.plugin_utils._terminal import Line, Tone

#: For `fail_on`: no finding fails the task.
NEVER = "never"
# From so many seconds on a record is not of this run.
_OLD = 86_400
_MOST_NAMED = 5
_MOST_OF_A_NAME = 60

Record = t.Mapping[str, t.Any]


class FleetFailure(Exception):
    """The task fails; the message is a sentence for the user."""


class Made(t.NamedTuple):
    """What making the reports came to: for the result, and for the terminal."""

    result: dict[str, t.Any]
    lines: list[Line]


def keep_record(
    folder: AuditFolder,
    host: str,
    groups: t.Iterable[str],
    outcome: Outcome,
    found: Found,
    now: dt.datetime,
    earlier: Record | None,
) -> dict[str, t.Any]:
    """Write the record of a host; what the task says of it. It fails for a host that was not audited whole."""
    data = to_bytes(make_record(host, groups, outcome.value, found, now, earlier))
    if len(data) > LARGEST:
        outcome = Outcome.FAILED
        found = Found(problems=[Problem("host", f"it answered {len(data)} bytes, and a record has at most {LARGEST}")])
        data = to_bytes(make_record(host, groups, outcome.value, found, now, earlier))
    compliant = None if found.compliance is None else found.compliance.get("compliant")
    said: dict[str, t.Any] = {
        "record": folder.write_record(host, data),
        "outcome": outcome.value,
        "compliant": compliant,
        "problems": [problem._asdict() for problem in found.problems],
    }
    if outcome is not Outcome.AUDITED:
        # Both parts say the same of a network namespace that is not there.
        reasons = "; ".join(dict.fromkeys(problem.reason for problem in found.problems))
        said.update(failed=True, msg=f"{outcome.value}: {reasons}")
    return said


def missing_record(registered: object) -> tuple[Outcome, Problem] | None:
    """What to record of a host whose task registered this; None where the task has written the record itself.

    A task that never got as far as the action leaves none: no connection plugin of that name, a variable that is
    not defined, a connection that broke before.
    """
    if not isinstance(registered, t.Mapping):
        return Outcome.FAILED, Problem("host", "the task that audits did not run on this host")
    if isinstance(registered.get("record"), str):
        return None
    outcome = Outcome.UNREACHABLE if registered.get("unreachable") else Outcome.FAILED
    return outcome, Problem("host", reason_of(registered))


def make_reports(folder: AuditFolder, formats: t.Iterable[str], fail_on: str, now: dt.datetime) -> Made:
    """Write the reports, all of them, and only then see whether the task has to fail."""
    report = build(folder.records(), now)
    files = {
        name: folder.write_report(format_.file, format_.render(report))
        for name, format_ in FORMATS.items()
        if name in set(formats)
    }
    result: dict[str, t.Any] = {"files": files, "summary": summary_of(report)}
    failed = _over(report, fail_on)
    if failed:
        named = ", ".join(visible(host.name, _MOST_OF_A_NAME) for host in failed[:_MOST_NAMED])
        more = f" and {len(failed) - _MOST_NAMED} more" if len(failed) > _MOST_NAMED else ""
        result.update(
            failed=True,
            msg=f"something of severity {fail_on} or graver on {len(failed)} of {len(report.hosts)} hosts: "
            f"{named}{more}; the reports are in {folder.path}",
        )
    return Made(result, _lines(report, files))


def _over(report: Report, fail_on: str) -> list[Host]:
    return [] if fail_on == NEVER else report.at_least(Severity[fail_on.upper()])


def _lines(report: Report, files: t.Mapping[str, str]) -> list[Line]:
    """A few lines for the terminal: how the fleet is, and where the reports lie."""
    summary = report.summary
    lines = [
        Line(f"TCP audit of {summary.hosts} host{'' if summary.hosts == 1 else 's'}"),
        Line(""),
        Line(f"  {summary.compliant:6} keep all rules"),
        Line(f"  {summary.broken:6} break a rule", Tone.WARNING if summary.broken else Tone.PLAIN),
        Line(f"  {summary.in_trouble:6} in trouble", Tone.WARNING if summary.in_trouble else Tone.PLAIN),
    ]
    lost = summary.outcomes["unreachable"] + summary.outcomes["failed"]
    lines.append(Line(f"  {lost:6} not audited", Tone.ERROR if lost else Tone.PLAIN))
    if any(host.earlier is not None for host in report.hosts):
        changes = summary.changes
        lines.append(Line(f"  {changes['worse']:6} changes for the worse, {changes['better']} for the better"))
    oldest = max((host.age for host in report.hosts), default=0)
    if oldest > _OLD:
        lines.append(Line(f"  the oldest record is of {age_text(oldest)} ago", Tone.WARNING))
    if report.unread:
        lines.append(Line(f"  {len(report.unread):6} files among the records are none", Tone.WARNING))
    return [*lines, Line(""), *(Line(f"  {path}") for path in files.values())]
