# Copyright (c) 2026, the linuxnet.tcp authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Sentences about findings, for the formats that people read. Somebody else's text in them is visible, not escaped."""

from __future__ import annotations

from ansible_collections.linuxnet.tcp.plugins.plugin_utils._report_model import (
    Change,
    Diagnosis,
    Finding,
    Host,
    Outcome,
)
from ansible_collections.linuxnet.tcp.plugins.plugin_utils._report_text import (
    expected_text,
    value_text,
    visible,
)

_LEAST_OF_UNIT = ((172_800, 86_400, "days"), (7_200, 3_600, "hours"), (120, 60, "minutes"))


def finding_sentence(finding: Finding) -> str:
    """`net.core.somaxconn runs 128, expected at least 4096; at boot 128, decided by /etc/x.conf:3 (drifted)`."""
    at_boot = "no file sets it at boot" if finding.at_boot is None else f"at boot {value_text(finding.at_boot)}"
    decided = "" if finding.decided_by is None else f", decided by {visible(finding.decided_by)}"
    reason = "" if finding.reason is None else f" ({visible(finding.reason)})"
    expected = expected_text(finding.expected)
    running = value_text(finding.running)
    return f"{visible(finding.name)} runs {running}, expected {expected}; {at_boot}{decided}{reason}"


def waiver_sentence(finding: Finding) -> str:
    """Why a rule is waived and until when, as far as the module tells."""
    waiver = finding.details.get("waiver")
    if not isinstance(waiver, dict):
        return "waived"
    return f"waived until {value_text(waiver.get('until'))}: {value_text(waiver.get('reason'))}"


def diagnosis_sentence(diagnosis: Diagnosis) -> str:
    """What it means, the numbers, and what to do."""
    evidence = evidence_text(diagnosis)
    numbers = f" [{evidence}]" if evidence else ""
    return f"{visible(diagnosis.meaning)}{numbers} Remedy: {value_text(diagnosis.remedy)}"


def evidence_text(diagnosis: Diagnosis) -> str:
    """`time_wait 118000, share 0.9`."""
    return ", ".join(f"{visible(name)} {value_text(value)}" for name, value in diagnosis.evidence.items())


def change_sentence(change: Change) -> str:
    """`rule cis-tcp-syncookies: pass -> fail`."""
    was, now = visible(change.was or "not there"), visible(change.now or "not there")
    return f"{change.about} {visible(change.id)}: {was} -> {now}"


def outcome_sentence(host: Host) -> str:
    """What became of the audit: `unreachable: connect to host ...`; `audited`."""
    outcome: str = host.outcome.value
    if host.outcome is Outcome.AUDITED and not host.problems:
        return outcome
    reasons = "; ".join(
        visible(reason) if part == "host" else f"{visible(part)}: {visible(reason)}" for part, reason in host.problems
    )
    return f"{outcome}: {reasons}" if reasons else outcome


def age_text(seconds: int) -> str:
    """`40 seconds`, `3 hours`, `2 days`: rounded down."""
    for least, unit, name in _LEAST_OF_UNIT:
        if seconds >= least:
            return f"{seconds // unit} {name}"
    return f"{seconds} second{'' if seconds == 1 else 's'}"
