# Copyright (c) 2026, the linuxnet.tcp authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""report.md: an overview that is short enough to be posted, and markup of ours alone."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.linuxnet.tcp.plugins.plugin_utils._report_markdown import code, render
from ansible_collections.linuxnet.tcp.tests.unit.plugins.plugin_utils import records, reports


def text_of(hosts: int, hostile: bool = False) -> str:
    """The file."""
    return "".join(render(reports.of_fleet(hosts, hostile)))


def cells(line: str) -> list[str]:
    """The cells of a row of a table: a bar ends one, unless there is a backslash before it."""
    parts, escaped = [""], False
    for char in line:
        if char == "|" and not escaped:
            parts.append("")
        else:
            parts[-1] += char
        escaped = char == "\\"
    return parts[1:-1]


def test_what_it_says() -> None:
    """It names the number of hosts, the concerns, the hosts in trouble, the changes, the rules and the ages."""
    text = text_of(120)
    report = reports.of_fleet(120)

    assert text.startswith("# TCP audit of 120 hosts\n")
    for section in ("## What concerns most hosts", "## Hosts in trouble", "## What has changed", "## Rules", "## Age"):
        assert f"\n{section}" in text
    assert f"`{report.troubled[0].name}`" in text
    assert f"Worse: {report.summary.changes['worse']}, better: {report.summary.changes['better']}" in text


def test_no_hosts() -> None:
    """A report of nothing is short and no error."""
    assert "# TCP audit of 0 hosts" in text_of(0)
    assert "## Hosts" not in text_of(0)


def test_it_stays_short() -> None:
    """A comment or a job's summary takes it, however many hosts there are, and it says what it leaves out."""
    text = text_of(300)

    assert len(text) < 200_000
    assert "more; report.csv and report.json have all." in text


def test_every_row_has_its_cells() -> None:
    """No name breaks a table, in which each row has as many cells as the head; outside of tables no name stands."""
    heads = 0
    for line in text_of(120, hostile=True).splitlines():
        assert line.isprintable()
        if line.startswith("|"):
            heads = heads or len(cells(line))
            assert len(cells(line)) == heads, line
        else:
            heads = 0
            assert not any(bad in line for bad in records.HOSTILE if len(bad) > 3), line


@pytest.mark.parametrize(
    ("text", "span"),
    [
        ("web1", "`web1`"),
        ("a|b", "`a\\|b`"),
        ("a`b", "``a`b``"),
        ("`", "`` ` ``"),
        ("", "`   `"),
        ("a\nb", "`a\\x0ab`"),
    ],
)
def test_code(text: str, span: str) -> None:
    """A name stands in a code span that it cannot end."""
    assert code(text) == span


@given(st.text(st.characters(exclude_categories=[]), max_size=50))
def test_no_name_ends_its_span(text: str) -> None:
    """The fence of a span does not occur within it, and a bar always has its backslash."""
    span = code(text)
    fence = span[: len(span) - len(span.lstrip("`"))]
    inner = span[len(fence) : -len(fence)]

    assert fence
    assert span == f"{fence}{inner}{fence}"
    assert inner.strip()[:1] != "`" or inner[0] == " "
    assert len(fence) not in {len(run) for run in re.findall("`+", inner)}
    assert len(cells(f"| {span} |")) == 1
