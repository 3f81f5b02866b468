# Copyright (c) 2026, the linuxnet.tcp authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The audit of one host: a module is run there, and what it answers becomes the record.

How a module is run is handed in, so that what is asked, and what is kept when half of it fails, can be seen without a
host.
"""

from __future__ import annotations

import typing as t

from ansible_collections.linuxnet.tcp.plugins.module_utils._model.errors import LinuxnetError
from ansible_collections.linuxnet.tcp.plugins.module_utils._plan.diagnosis import diagnose
from ansible_collections.linuxnet.tcp.plugins.module_utils._plan.sizing import LEAST_MEMORY
from ansible_collections.linuxnet.tcp.plugins.plugin_utils._host_counts import reason_of
from ansible_collections.linuxnet.tcp.plugins.plugin_utils._record import Found, Problem
from ansible_collections.linuxnet.tcp.plugins.plugin_utils._report_model import Outcome

AUDIT, COMPLIANCE = "linuxnet.tcp.audit_info", "linuxnet.tcp.compliance_info"
#: The keys that diagnoses look at, beyond those that rules name.
DIAGNOSED = (
    "net.core.somaxconn",
    "net.ipv4.tcp_adv_win_scale",
    "net.ipv4.tcp_backlog_ack_defer",
    "net.ipv4.tcp_comp_sack_delay_ns",
    "net.ipv4.tcp_ehash_entries",
    "net.ipv4.tcp_fack",
    "net.ipv4.tcp_fin_timeout",
    "net.ipv4.tcp_keepalive_intvl",
    "net.ipv4.tcp_keepalive_probes",
    "net.ipv4.tcp_keepalive_time",
    "net.ipv4.tcp_low_latency",
    "net.ipv4.tcp_max_orphans",
    "net.ipv4.tcp_max_syn_backlog",
    "net.ipv4.tcp_max_tw_buckets",
    "net.ipv4.tcp_mem",
    "net.ipv4.tcp_migrate_req",
    "net.ipv4.tcp_syncookies",
    "net.ipv4.tcp_timestamps",
    "net.ipv4.tcp_tw_recycle",
    "net.ipv4.tcp_tw_reuse",
    "net.netfilter.nf_conntrack_tcp_timeout_close_wait",
    "net.netfilter.nf_conntrack_tcp_timeout_fin_wait",
    "net.netfilter.nf_conntrack_tcp_timeout_last_ack",
    "net.netfilter.nf_conntrack_tcp_timeout_time_wait",
)
#: The memory of a host that has told of none yet, in bytes: enough for whatever a profile sizes by it.
ROOMY = 1 << 40

Result = t.Mapping[str, t.Any]
RunModule = t.Callable[[str, dict[str, t.Any]], Result]
Rules = t.Sequence[t.Mapping[str, t.Any]]


class NotReached(Exception):
    """Nobody answers at the host; the message says why."""


class Questions(t.NamedTuple):
    """What to ask of a host.

    `rules_for` gives, for a host of so many bytes of memory, the rules as `compliance_info` takes them; where there
    are none, only the host's health is looked at.
    """

    rules_for: t.Callable[[int], Rules] = lambda _memory_bytes: ()
    waivers: Rules = ()
    by: t.Sequence[str] = ()
    sample: float = 0
    network_namespace: str | None = None


def audit(run: RunModule, questions: Questions, earlier: t.Mapping[str, t.Any] | None) -> tuple[Outcome, Found]:
    """What was found on the host, and what came of the audit. `earlier`: the facts of an earlier audit."""
    try:
        answer = _ask(run, questions, _memory_of(earlier) or ROOMY)
    except NotReached as error:
        return Outcome.UNREACHABLE, Found(problems=[Problem("host", str(error))])
    if answer.get("failed") or not _has_the_shape(answer):
        return Outcome.FAILED, Found(problems=[Problem("host", reason_of(answer))])
    problems = [Problem(problem["part"], problem["reason"]) for problem in answer["problems"]]
    facts = answer["facts"]
    diagnoses = None if facts is None else _diagnosed(facts, answer["tunables"] or (), earlier, problems)
    outcome = Outcome.FAILED if problems else Outcome.AUDITED
    return outcome, Found(facts, answer["compliance"], diagnoses, problems, answer["notes"])


def _has_the_shape(answer: Result) -> bool:
    """Whether the host has answered as audit_info does: what answers there need not be what was sent."""
    maybe: dict[str, type] = {"facts": dict, "compliance": dict, "tunables": list}
    lists = (answer.get("notes"), answer.get("problems"))
    return (
        all(key in answer and isinstance(answer[key], (shape, type(None))) for key, shape in maybe.items())
        and all(isinstance(rows, list) for rows in lists)
        and all(isinstance(note, str) for note in answer["notes"])
        and all(_is_problem(problem) for problem in answer["problems"])
    )


def _is_problem(raw: object) -> bool:
    return isinstance(raw, dict) and raw.get("part") in ("facts", "compliance") and isinstance(raw.get("reason"), str)


def _ask(run: RunModule, questions: Questions, memory_bytes: int) -> Result:
    """The host's answer to rules for its memory.

    That is the one which it had in its earlier audit; where it tells of another, for which other rules hold, these are
    asked of it too. Raises NotReached.
    """
    where = {"network_namespace": questions.network_namespace}
    rules = questions.rules_for(memory_bytes)
    asked = {"names": list(DIAGNOSED), **where}
    judged = {"waivers": list(questions.waivers), **asked}
    answer = run(AUDIT, {"by": list(questions.by), "sample": questions.sample, "rules": list(rules) or None, **judged})
    told = _memory_of(answer.get("facts"))
    fitting = rules if told is None else questions.rules_for(told)
    if fitting == rules or not _has_the_shape(answer) or answer["compliance"] is None:
        return answer
    again = run(COMPLIANCE, {"rules": list(fitting), **judged})
    if again.get("failed"):
        problem = {"part": "compliance", "reason": reason_of(again)}
        return {**answer, "compliance": None, "problems": [*answer["problems"], problem]}
    return {**answer, "compliance": {key: again.get(key) for key in ("compliant", "findings", "summary")}}


def _memory_of(facts: t.Any) -> int | None:
    """The bytes of memory that facts tell of; they may be those of a record that somebody else has written."""
    limits = facts.get("limits") if isinstance(facts, t.Mapping) else None
    told = limits.get("memory_bytes") if isinstance(limits, t.Mapping) else None
    return told if isinstance(told, int) and told >= LEAST_MEMORY else None


def _diagnosed(
    facts: t.Any, rows: t.Any, earlier: t.Mapping[str, t.Any] | None, problems: list[Problem]
) -> list[dict[str, t.Any]] | None:
    """The diagnoses; None and a problem where the facts cannot be read."""
    if earlier is not None and not isinstance(earlier.get("states"), t.Mapping):
        earlier = None
    try:
        return [finding.to_result() for finding in diagnose(facts, rows, earlier)]
    except LinuxnetError as error:
        problems.append(Problem("diagnosis", str(error)))
        return None
