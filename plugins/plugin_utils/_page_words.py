# Copyright (c) 2026, the linuxnet.tcp authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Numbers, ages, statuses and remedies in the words of the page. Pure functions."""

from __future__ import annotations

import re
import typing as t

from ansible_collections.linuxnet.tcp.plugins.module_utils._model.findings import Severity
from ansible_collections.linuxnet.tcp.plugins.module_utils._model.states import STATE_TITLES
from ansible_collections.linuxnet.tcp.plugins.plugin_utils._report_model import Finding, Host, Outcome
from ansible_collections.linuxnet.tcp.plugins.plugin_utils._report_text import expected_text, value_text, visible

#: The word for a host on which nothing was found, or only what explains itself (`info`).
WELL = "well"
#: Where nobody knows a number. (The signs of the page are as wide as those of its numbers.)
UNKNOWN = "\N{EN DASH}"
#: From the gravest. Each is also the name of a class in page.css, which gives it its shape and colour.
WORDS = (*(severity.word for severity in sorted(Severity, reverse=True) if severity > Severity.INFO), WELL)

#: What a status is in words, and its sign in the table of hosts by rules.
STATUS_WORDS = {
    "fail": ("not kept", "✕"),
    "not_persistent": ("lost at the next boot", "↻"),
    "shadowed": ("another file decides at boot", "◐"),
    "error": ("could not be judged", "!"),
    "waived": ("waived", "w"),
    "not_applicable": ("not applicable", UNKNOWN),
    "pass": ("kept", "✓"),
}

_STATES = re.compile(rf"(?<![a-z0-9])(?:{'|'.join(title for title in STATE_TITLES if '_' in title)})(?![a-z0-9])")
# An underscore that belongs to a state stands between capitals.
_GAPS = re.compile(r"(?<![A-Z])[_\s-]+|[_\s-]+(?![A-Z])|-")
_MINUTE, _HOUR, _DAY = 60, 3600, 86400
# From here on a fraction says nothing.
_EXACT_FROM = 1000
_NAMING = ("pid", "port")


def number(value: int | None) -> str:
    """`21,300`; a dash where nobody knows."""
    return UNKNOWN if value is None else f"{value:,}"


def percent(share: float | None) -> str:
    """A share of 1.0, rounded down, so that 100 % is never said too early; a dash where nobody knows."""
    if share is None:
        return UNKNOWN
    if 0 < share < 0.01:
        return "<1 %"
    return f"{int(share * 100 + 1e-9):,} %"


def age(seconds: int) -> str:
    """`12 s`, `5 min`, `3 h`, `12 days`."""
    if seconds < 2 * _MINUTE:
        return f"{seconds} s"
    if seconds < 2 * _HOUR:
        return f"{seconds // _MINUTE} min"
    return f"{seconds // _HOUR} h" if seconds < 2 * _DAY else f"{seconds // _DAY} days"


def plural(count: int, one: str, many: str | None = None) -> str:
    """`1 host`, `1,200 hosts`."""
    return f"{count:,} {one if count == 1 else many or one + 's'}"


def severity_word(host: Host) -> str:
    """The gravest of a host, as the page names it."""
    worst = host.worst
    return WELL if worst is None or worst is Severity.INFO else worst.word


def outcome_words(outcome: Outcome) -> str:
    """What became of a host's audit, as said in a row."""
    return {
        Outcome.AUDITED: "audited",
        Outcome.UNREACHABLE: "not reached",
        Outcome.FAILED: "not audited whole",
    }[outcome]


def finding_words(finding: Finding) -> str:
    """Why a rule is not kept, in a line: what runs, what was expected, who decides."""
    wanted = expected_text(finding.expected)
    if finding.status == "fail":
        why = f" ({reason_words(finding.reason)})" if finding.reason else ""
        return f"runs {value_text(finding.running, 80)}, expected {wanted}{why}"
    if finding.status == "not_persistent":
        return f"runs as expected; the next boot leaves {boot_words(finding.at_boot)}"
    if finding.status == "shadowed":
        by = visible(finding.decided_by, 120) if finding.decided_by else "another file"
        return f"{by} sets {boot_words(finding.at_boot)} at boot"
    if finding.status == "error":
        return f"could not be judged: {reason_words(finding.reason)}"
    return f"{STATUS_WORDS[finding.status][0]}: {reason_words(finding.reason)}"


def boot_words(value: object) -> str:
    """A boot value; where no file speaks, the kernel's own stays."""
    return "the kernel's own value" if value is None else value_text(value, 80)


def reason_words(reason: str | None) -> str:
    """A reason of the modules (`never_applied`) as words."""
    return visible(reason.replace("_", " "), 120) if reason else "no reason given"


def id_words(name: str) -> str:
    """An id (`close_wait_growing`) as a heading, with states as the kernel writes them: `CLOSE_WAIT growing`."""
    text = visible(name, 120)
    words = _STATES.sub(lambda state: state[0].upper(), text)
    words = " ".join(word if word.isupper() else word.replace("_", " ") for word in _GAPS.split(words) if word)
    return words[:1].upper() + words[1:]


def remedy_words(remedy: t.Any) -> str:
    """What to do, in words: the filter says `nothing`, or who must act and what: `tunable: raise ...`."""
    if remedy is None or (isinstance(remedy, str) and remedy.strip(" .").lower() in ("", "nothing")):
        return "Nothing to do."
    if isinstance(remedy, t.Mapping):
        return "; ".join(f"{id_words(str(key))}: {value_text(value)}" for key, value in remedy.items())
    said = value_text(remedy, 600)
    return said[:1].upper() + said[1:] + ("" if said.endswith((".", "!", "?", "…")) else ".")


def evidence_words(value: t.Any, key: str) -> str:
    """A number of the evidence as people write it; numbers that are names, of ports and processes, as they are."""
    if isinstance(value, int) and not isinstance(value, bool) and not key.endswith(_NAMING):
        return number(value)
    if isinstance(value, float):
        return f"{value:,.4g}" if abs(value) < _EXACT_FROM else f"{value:,.0f}"
    return value_text(value)
