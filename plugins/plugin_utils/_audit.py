# Copyright (c) 2026, the linuxnet.tcp authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The audit of one host: two modules are run there, and what they answer becomes the record.

How a module is run is handed in, so that the order of things, and what is kept when half of it fails, can be seen
without a host.
"""

from __future__ import annotations

import typing as t

from ansible_collections.linuxnet.tcp.plugins.module_utils._model.errors import LinuxnetError
from ansible_collections.linuxnet.tcp.plugins.module_utils._plan.diagnosis import diagnose
from ansible_collections.linuxnet.tcp.plugins.plugin_utils._host_counts import reason_of
from ansible_collections.linuxnet.tcp.plugins.plugin_utils._record import Found, Problem
from ansible_collections.linuxnet.tcp.plugins.plugin_utils._report_model import Outcome

FACTS, COMPLIANCE, TUNABLES = "linuxnet.tcp.state_facts", "linuxnet.tcp.compliance_info", "linuxnet.tcp.tunables_info"
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
_KEPT_OF_COMPLIANCE = ("compliant", "findings", "summary")

Result = t.Mapping[str, t.Any]
RunModule = t.Callable[[str, dict[str, t.Any]], Result]


class NotReached(Exception):
    """Nobody answers at the host; the message says why."""


class Questions(t.NamedTuple):
    """What to ask of a host. `rules`: as `compliance_info` takes them; without any, only its health is looked at."""

    rules: t.Sequence[t.Mapping[str, t.Any]] = ()
    waivers: t.Sequence[t.Mapping[str, t.Any]] = ()
    by: t.Sequence[str] = ()
    sample: float = 0
    network_namespace: str | None = None


def audit(run: RunModule, questions: Questions, earlier: t.Mapping[str, t.Any] | None) -> tuple[Outcome, Found]:
    """What was found on the host, and what came of the audit. `earlier`: the facts of an earlier audit."""
    problems: list[Problem] = []
    where = {"network_namespace": questions.network_namespace}
    try:
        answer = run(FACTS, {"by": list(questions.by), "sample": questions.sample, **where})
        facts = _part("facts", answer, problems, lambda: answer["ansible_facts"]["linuxnet_tcp"])
        judged = run(*_second(questions, where))
        rows = _part("compliance", judged, problems, lambda: judged["tunables"])
    except NotReached as error:
        return Outcome.UNREACHABLE, Found(problems=[Problem("host", str(error))])
    compliance = None
    if rows is not None and questions.rules:
        compliance = {key: judged.get(key) for key in _KEPT_OF_COMPLIANCE}
    diagnoses = None if facts is None else _diagnosed(facts, rows or (), earlier, problems)
    notes = [*_unattributed(facts or {}), *(note for note in judged.get("notes") or () if isinstance(note, str))]
    outcome = Outcome.FAILED if problems else Outcome.AUDITED
    return outcome, Found(facts, compliance, diagnoses, problems, notes)


def _second(questions: Questions, where: dict[str, t.Any]) -> tuple[str, dict[str, t.Any]]:
    """The module that judges settings, or, where there are no rules, the one that looks at them."""
    asked = {"names": list(DIAGNOSED), **where}
    if questions.rules:
        return COMPLIANCE, {"rules": list(questions.rules), "waivers": list(questions.waivers), **asked}
    return TUNABLES, asked


def _part(part: str, answer: Result, problems: list[Problem], take: t.Callable[[], t.Any]) -> t.Any:
    """What a module answered, None and a problem where it failed."""
    if not answer.get("failed"):
        try:
            return take()
        except (KeyError, TypeError):
            pass
    problems.append(Problem(part, reason_of(answer)))
    return None


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


def _unattributed(facts: t.Mapping[str, t.Any]) -> t.Iterator[str]:
    """What an ordinary user could not see."""
    number = facts.get("unattributed")
    if isinstance(number, int) and number > 0:
        yield f"{number} sockets are of processes that this user may not look at; audit with become to name them"
