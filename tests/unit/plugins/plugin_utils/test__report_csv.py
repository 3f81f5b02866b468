# Copyright (c) 2026, the linuxnet.tcp authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""report.csv: a row a finding, and no cell that a spreadsheet would run."""

from __future__ import annotations

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.linuxnet.tcp.plugins.plugin_utils._report_csv import COLUMNS, cell, render
from ansible_collections.linuxnet.tcp.tests.unit.plugins.plugin_utils import reports


def rows_of(hosts: int, hostile: bool = False) -> list[list[str]]:
    """The file, as a program reads it that knows CSV."""
    return list(csv.reader(io.StringIO("".join(render(reports.of_fleet(hosts, hostile))), newline=""), strict=True))


def test_rows() -> None:
    """There is a row for each host, for each of its rules, for each diagnosis, and for what is gone."""
    report = reports.of_fleet(120)
    head, *rows = rows_of(120)
    now = [row for row in rows if row[head.index("status")] != "gone"]

    assert tuple(head) == COLUMNS
    assert len(now) == sum(1 + len(host.findings) + len(host.diagnoses) for host in report.hosts)
    assert len(rows) > len(now)


def test_what_has_changed() -> None:
    """A row says what it was at the earlier audit, if that was something else."""
    report = reports.of_fleet(120)
    head, *rows = rows_of(120)
    was = [row for row in rows if row[head.index("was")]]

    assert len(was) == sum(len(host.changes) for host in report.hosts)


def test_hostile_cells() -> None:
    """Whatever hosts, values and messages are called, no cell starts a formula, and each row has all its cells."""
    rows = rows_of(120, hostile=True)

    assert {len(row) for row in rows} == {len(COLUMNS)}
    for row in rows:
        for text in row:
            assert text[:1] not in tuple("=+-@\t\r"), text
            assert text.isprintable(), text


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("=1+1", "'=1+1"),
        ("  =1", "'  =1"),
        ("+1", "'+1"),
        (-1, "'-1"),
        ("@SUM(1)", "'@SUM(1)"),
        ("\uff1d1", "'\uff1d1"),
        ("\t=1", "\\x09=1"),
        (4096, "4096"),
        ([32768, 60999], "32768 60999"),
        (True, "yes"),
        (None, ""),
        ("'", "'"),
    ],
)
def test_cell(value: object, text: str) -> None:
    """A cell shows the value, with an apostrophe where it would be a formula."""
    assert cell(value) == text


@given(st.text(st.characters(exclude_categories=[])))
def test_no_text_starts_a_formula(text: str) -> None:
    """Whatever the text is, its cell is none that a spreadsheet runs."""
    assert not cell(text).lstrip().startswith(tuple("=+-@\t\r"))
