# Copyright (c) 2026, the linuxnet.tcp authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The page about profiles: tables of medians, and sentences that follow from the figures alone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from ..results import Claim
from .outcome import Part, Run, Spread, baseline, group_of, spread, variants
from .words import KEYS, METRICS, NOT_MEASURED, SECTIONS, KeyEvidence

COMMAND = "python tests/bench/run.py profiles"


def plot_of(part: str) -> str:
    """The file name of a part's plot."""
    return f"profiles-{part}.svg"


def page(parts: Mapping[str, Part]) -> str:
    """The whole page, in Markdown."""
    blocks = [
        "# What the profiles change",
        f"Written by `{COMMAND}` (as root; it is a part of `make bench`), with the plots, and with every single run in "
        f"profiles.json: do not edit it. One part alone: `{COMMAND}:cap`, and so on.",
        "Client, proxy and origin are three network namespaces joined by veth, on one machine; servers and `ab` are "
        "Debian's. Each run has fresh namespaces and fresh servers, and the settings were applied by "
        "`linuxnet.tcp.tunables` before the server started. Variants take turns, round by round. Figures are medians, "
        "with the least and the most of the runs in brackets. A difference is called one only where no run of one "
        "variant lies among those of the other; absolute speeds are this machine's, on which all three hosts share the "
        "processors.",
        "## What matters",
        _keys(parts),
        NOT_MEASURED,
    ]
    claims = [claim for part in parts.values() for claim in part.claims]
    if claims:
        blocks += ["## What is promised", _claims(claims)]
    for name, section in SECTIONS.items():
        if name in parts:
            part = parts[name]
            blocks += [
                f"## {section.title}",
                f"{section.text} Command: `{COMMAND}:{name}`.",
                f"![{section.title}]({plot_of(name)})",
                _table(part.runs, section.columns),
                "\n".join(f"- {sentence}" for sentence in effects(part.runs, section.columns)),
                "Machine: " + "; ".join(f"{key} {value}" for key, value in part.machine.items()) + ".",
            ]
    return "\n\n".join(blocks) + "\n"


def _keys(parts: Mapping[str, Part]) -> str:
    lines = ["| profile | what | effect | figure | without | with | part |", "|---|---|---|---|--:|--:|---|"]
    lines.extend(_key(evidence, parts[evidence.part].runs) for evidence in KEYS if evidence.part in parts)
    return "\n".join(lines)


def _key(evidence: KeyEvidence, runs: Sequence[Run]) -> str:
    without, with_it = (spread(runs, name, evidence.metric) for name in (evidence.without, evidence.with_it))
    if without is None or with_it is None:
        raise ValueError(f"no figures for {evidence}")
    verdict = "**yes**" if with_it.apart(without) else "none seen"
    cells = (
        evidence.profile, evidence.key, verdict, METRICS[evidence.metric], brief(without), brief(with_it),
        SECTIONS[evidence.part].title,
    )  # fmt: skip
    return f"| {' | '.join(cells)} |"


def _claims(claims: Sequence[Claim]) -> str:
    lines = ["| | what | measured | at most | how |", "|---|---|--:|--:|---|"]
    for claim in claims:
        verdict = "holds" if claim.holds else "**FAILS**"
        lines.append(f"| {verdict} | {claim.name} | {claim.value:.4g} | {claim.limit:g} | {claim.how} |")
    return "\n".join(lines)


def _table(runs: Sequence[Run], columns: Sequence[str]) -> str:
    head = ["variant", *(METRICS[name] for name in columns), "runs"]
    lines = [f"| {' | '.join(head)} |", "|---|" + "--:|" * (len(columns) + 1)]
    for variant in variants(runs):
        spreads = [spread(runs, variant, name) for name in columns]
        count = max(one.runs for one in spreads if one)
        cells = [variant.replace("/", ", "), *("" if one is None else brief(one) for one in spreads), str(count)]
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines)


def effects(runs: Sequence[Run], columns: Sequence[str]) -> list[str]:
    """A sentence a variant: in which figures it differs from the first of its group, or that it does in none."""
    sentences = []
    for variant in variants(runs):
        base = baseline(runs, variant)
        if variant == base:
            continue
        found = []
        for name in columns:
            mine, theirs = spread(runs, variant, name), spread(runs, base, name)
            if mine and theirs and mine.apart(theirs):
                found.append(f"{METRICS[name]} {number(theirs.median)} → {number(mine.median)}")
        who = f"{variant.replace('/', ', ')}, against {base.removeprefix(group_of(base) + '/')}"
        sentences.append(f"{who}: {'; '.join(found) if found else 'no figure differs beyond the spread of its runs'}.")
    return sentences


def brief(one: Spread) -> str:
    """`1,234 (1,100 to 1,300)`, or the one number that all runs gave."""
    if one.least == one.most:
        return number(one.median)
    return f"{number(one.median)} ({number(one.least)} to {number(one.most)})"


def number(value: float) -> str:
    """With thousands apart; a digit behind the point for what is small and no whole number."""
    return f"{value:,.0f}" if value >= 100 or value == int(value) else f"{value:.1f}"
