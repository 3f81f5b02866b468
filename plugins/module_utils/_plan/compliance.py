# Copyright (c) 2026, the linuxnet.tcp authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Rules against what runs on a host and what boot will leave there: a finding a rule."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from typing import Any, Dict, FrozenSet, List, Mapping, NamedTuple, Optional, Sequence, Tuple

from .._model.errors import InputError, MalformedReply, shown
from .._model.findings import Finding, Severity, Status
from .._model.rules import Rule, Waiver
from .._model.running import Availability, Reason, Running
from .._model.transactions import FirstSeen, Place
from .._model.tunables import Tunable, Value
from .._model.values import parse_kernel, to_result
from .outlook import Boot, Outlook, meets, outlook


class Memory(NamedTuple):
    """What this collection has kept about its own changes."""

    records: Tuple[FirstSeen, ...] = ()
    place: Optional[Place] = None
    network_namespace: Optional[str] = None
    """How the task named the namespace."""
    readable: bool = True
    """Whether this user may know."""

    def of(self, key: str) -> Optional[FirstSeen]:
        """The record that says that we changed `key` in this very boot and namespace."""
        return next((row for row in self.records if row.key == key and row.place == self.place), None)

    def before_us(self, tunable: Tunable) -> Optional[Value]:
        """What ran in this very boot and namespace before our first change; None where we changed nothing."""
        record = self.of(tunable.key)
        try:
            return parse_kernel(tunable, record.value) if record else None
        except MalformedReply:
            return None


class Host(NamedTuple):
    """What of a host decides the findings."""

    running: Mapping[str, Running]
    """Every key that a rule is about, and those that defaults depend on."""
    boot: Optional[Boot] = None
    """None where boot sets nothing: in a network namespace that the task names."""
    memory: Memory = Memory()
    unchanged_since_boot: FrozenSet[bytes] = frozenset()
    """Files that boot has read as they are, by their real paths."""


class _Verdict(NamedTuple):
    status: Status
    reason: Optional[Reason] = None


def judge(rules: Sequence[Rule], waivers: Sequence[Waiver], host: Host, today: dt.date) -> Tuple[Finding, ...]:
    """A finding for each rule, in their order. Never raises: what cannot be judged is an error of its rule."""
    by_rule = {waiver.rule: waiver for waiver in waivers}
    return tuple(_finding(rule, by_rule.get(rule.id), host, today) for rule in rules)


def _finding(rule: Rule, waiver: Optional[Waiver], host: Host, today: dt.date) -> Finding:
    tunable = rule.tunable
    running = host.running[tunable.key]
    first = host.memory.before_us(tunable)
    started_with = running.value if first is None else first
    view = outlook(rule, host.boot, host.running, started_with) if host.boot else None
    verdict = _waived(_verdict(rule, running, view, host), waiver, today)
    return Finding(
        rule=rule.id,
        name=tunable.key,
        status=verdict.status.value,
        reason=verdict.reason.value if verdict.reason else None,
        severity=rule.severity.word,
        expected=rule.expected(),
        running=to_result(tunable, running.value),
        at_boot=to_result(tunable, view.value if view else None),
        decided_by=view.decided_by if view else None,
        why=rule.why,
        controls=rule.controls,
        waiver=waiver and {"until": waiver.until.isoformat(), "reason": waiver.reason},
    )


def _waived(verdict: _Verdict, waiver: Optional[Waiver], today: dt.date) -> _Verdict:
    """A waiver excuses from whatever does not comply, up to its last day; after it the rule fails."""
    if waiver is None or verdict.status.complies:
        return verdict
    if today <= waiver.until:
        return _Verdict(Status.WAIVED, Reason.WAIVED_UNTIL)
    return _Verdict(Status.FAIL, Reason.WAIVER_EXPIRED)


_MISSING = {
    Availability.REMOVED: _Verdict(Status.NOT_APPLICABLE, Reason.REMOVED),
    Availability.ABSENT_HERE: _Verdict(Status.NOT_APPLICABLE, Reason.ABSENT_HERE),
    Availability.MODULE_NOT_LOADED: _Verdict(Status.NOT_APPLICABLE, Reason.MODULE_NOT_LOADED),
    # Nobody knows of such a key, so that the name may be a slip: a rule must not pass for that.
    Availability.UNKNOWN: _Verdict(Status.ERROR, Reason.UNKNOWN),
}


def _verdict(rule: Rule, running: Running, view: Optional[Outlook], host: Host) -> _Verdict:
    trouble = _not_judged(rule, running)
    if trouble:
        return trouble
    runs = meets(rule, running.value)
    if running.locked:
        # Neither a person nor a boot can set it here, so what runs is all there is to judge.
        return _Verdict(Status.PASS) if runs else _Verdict(Status.NOT_APPLICABLE, Reason.READ_ONLY)
    if not runs:
        return _Verdict(Status.FAIL, _why_not_running(rule, running, view, host))
    if view is None or view.holds:
        return _Verdict(Status.PASS, view.reason if view else None)
    return _Verdict(Status.SHADOWED if view.shadowed else Status.NOT_PERSISTENT, view.reason)


def _not_judged(rule: Rule, running: Running) -> Optional[_Verdict]:
    """Why there is nothing to judge; None where there is."""
    if running.text is None:
        return _MISSING[running.availability]
    if running.value is None:
        return _Verdict(Status.ERROR, Reason.UNREADABLE)
    try:
        rule.met_by(running.value)
    except InputError:
        return _Verdict(Status.ERROR, Reason.NOT_COMPARABLE)
    shaped = isinstance(running.value, int) or not rule.tunable.is_number
    return None if shaped else _Verdict(Status.ERROR, Reason.NOT_COMPARABLE)


def _why_not_running(rule: Rule, running: Running, view: Optional[Outlook], host: Host) -> Reason:
    """Whether what the rule asks was never there, or was and is no more, as far as the host's own traces tell."""
    record = host.memory.of(rule.tunable.key)
    if view is None:
        return _in_a_namespace(running, host.memory)
    if view.reason in (Reason.REFUSED, Reason.MODULE_LOADS_LATER) or view.shadowed:
        return view.reason or Reason.OTHER_FILE
    default = view.reason is Reason.KERNEL_DEFAULT
    if view.holds and (default or record or view.file in host.unchanged_since_boot):
        # Boot, or a run of ours, has set it or has left the kernel's default; somebody changed it since.
        return Reason.DRIFTED
    if view.value is not None and running.value == view.value:
        # What runs is what the files ask, which is something else.
        return Reason.NEVER_APPLIED
    if view.holds or record or not host.memory.readable:
        return Reason.DRIFTED_OR_NEVER_APPLIED
    return Reason.NEVER_APPLIED


def _in_a_namespace(running: Running, memory: Memory) -> Reason:
    """No file tells what was set last, only our record that something was, and what ran before that."""
    before = memory.before_us(running.tunable)
    if before is not None and running.value == before:
        return Reason.DRIFTED
    changed = memory.of(running.tunable.key)
    return Reason.DRIFTED_OR_NEVER_APPLIED if changed or not memory.readable else Reason.NEVER_APPLIED


def summarise(findings: Sequence[Finding]) -> Dict[str, Any]:
    """How many rules there are and how many of each status, and the gravest severity of what does not comply."""
    counts = Counter(finding.status for finding in findings)
    grave = [Severity[finding.severity.upper()] for finding in findings if not Status(finding.status).complies]
    summary: Dict[str, Any] = {status.value: counts[status.value] for status in Status}
    return dict(summary, rules=len(findings), worst=max(grave).word if grave else None)


def complies(findings: Sequence[Finding]) -> bool:
    """Whether every rule is kept, waived, or about nothing that the host has."""
    return all(Status(finding.status).complies for finding in findings)


def notes_of(
    rules: Sequence[Rule], waivers: Sequence[Waiver], findings: Sequence[Finding], host: Host
) -> List[str]:
    """What the reader of the findings has to know, a sentence each."""
    notes = []
    unread = sorted({row.name for row in findings if row.reason == Reason.UNREADABLE.value})
    if unread:
        notes.append("this user may not read {0}: audit as root (become) to judge them".format(", ".join(unread)))
    if not host.memory.readable and any(row.reason == Reason.DRIFTED_OR_NEVER_APPLIED.value for row in findings):
        notes.append(
            "what the collection has kept of its own changes cannot be read, so whether a value drifted or was never"
            " applied is not always told apart; audit as root (become) for that"
        )
    known = {rule.id for rule in rules}
    notes += [
        "the waiver of {0} is for no rule of this audit".format(shown(waiver.rule))
        for waiver in waivers
        if waiver.rule not in known
    ]
    if host.boot:
        notes += host.boot.order.notes
        notes += _reload_notes(rules, findings, host, host.boot)
    return notes


def _reload_notes(rules: Sequence[Rule], findings: Sequence[Finding], host: Host, boot: Boot) -> List[str]:
    """Where a rule passes that `sysctl --system`, which reads the files in another order, would break."""
    notes = []
    for rule, finding in zip(rules, findings):
        value = boot.order.values.get(rule.tunable.key)
        if finding.status != Status.PASS.value or host.running[rule.tunable.key].locked:
            continue
        if value and value.reload_decided_by and not meets(rule, value.after_reload):
            notes.append(
                "rule {0} passes, but `sysctl --system` would leave {1} ({2})".format(
                    shown(rule.id), shown(to_result(rule.tunable, value.after_reload)), value.reload_decided_by
                )
            )
    return notes
