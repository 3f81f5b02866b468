# Copyright (c) 2026, the linuxnet.tcp authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""report.json: to its schema, ASCII, and with everything in it."""

from __future__ import annotations

import json

from ansible_collections.linuxnet.tcp.plugins.plugin_utils._report_json import render
from ansible_collections.linuxnet.tcp.tests.unit.plugins.plugin_utils import records, reports, schema_faults

SCHEMA = schema_faults.OURS / "report.json"


def test_to_the_schema() -> None:
    """Reports of many hosts and of none keep to the schema that ships."""
    for hosts in (0, 1, 120):
        assert schema_faults.faults(json.loads("".join(render(reports.of_fleet(hosts)))), SCHEMA) == []


def test_the_schema_refuses_what_is_wrong() -> None:
    """The schema is not one that takes anything."""
    good = json.loads("".join(render(reports.of_fleet(3))))
    for key in good:
        assert schema_faults.faults({name: value for name, value in good.items() if name != key}, SCHEMA), key
        assert schema_faults.faults({**good, key: 7}, SCHEMA), key


def test_hostile_names() -> None:
    """Names come back as they were, and the bytes hold nothing that acts on a terminal or reorders a line."""
    text = "".join(render(reports.of_fleet(120, hostile=True)))
    report = json.loads(text)

    assert schema_faults.faults(report, SCHEMA) == []
    assert text.isascii()
    assert text.replace("\n", "").isprintable()
    names = {host["name"] for host in report["hosts"]}
    assert "x" * 4000 in names
    assert "../../../etc/cron.d/x" in names
    assert {host["record"] for host in report["hosts"] if "/" in host["record"].removeprefix("records/")} == set()


def test_a_line_a_host() -> None:
    """Two reports can be compared line by line."""
    lines = "".join(render(reports.of_fleet(30))).splitlines()

    assert [line[:30] for line in lines if line.startswith('{"name":')] == [
        f'{{"name":"{records.name_of(number)}"'[:30] for number in range(30)
    ]


def test_the_values_are_values() -> None:
    """A number is a number, a list a list, and absent is null."""
    (host,) = json.loads("".join(render(reports.of_fleet(1))))["hosts"]
    by_rule = {finding["rule"]: finding for finding in host["findings"]}

    assert by_rule["web-port-range"]["expected"] == {"equals": [10240, 65535]}
    assert by_rule["classic-tw-recycle"]["running"] is None
    assert isinstance(host["counts"]["states"]["time_wait"], int)
