# Copyright (c) 2026, the linuxnet.tcp authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Records: their names, what they keep of the past, how they are written and read back, and their schema."""

from __future__ import annotations

import hashlib
import json
import typing as t

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.linuxnet.tcp.plugins.plugin_utils import _record
from ansible_collections.linuxnet.tcp.plugins.plugin_utils._record import BadRecord, Found, Problem
from ansible_collections.linuxnet.tcp.tests.unit.plugins.plugin_utils import records, schema_faults

NOW = records.NOW
SCHEMA = schema_faults.OURS / "host_record.json"

TEXTS = st.text(st.characters(exclude_categories=[]))
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | TEXTS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXTS, inner, max_size=4),
    max_leaves=12,
)


def test_file_name() -> None:
    """The name is the host's, with the first eight digits of its sha256."""
    digest = hashlib.sha256(b"web1.example.com").hexdigest()[:8]

    assert _record.file_name("web1.example.com") == f"web1.example.com-{digest}.json"


@given(TEXTS)
def test_no_name_leads_elsewhere(host: str) -> None:
    """Whatever a host is called, its file is a plain one in the folder, visible, and within 255 bytes."""
    name = _record.file_name(host)

    assert name.isascii()
    assert "/" not in name
    assert not name.startswith(".")
    assert name.endswith(".json")
    assert len(name.removesuffix(".json")) <= 80 + 1 + 8


def test_names_that_look_alike() -> None:
    """Hosts whose safe prefixes are the same have different files, also on a disk that ignores case."""
    hosts = ["a/b", "a_b", "a\\b", "a" * 90, "a" * 91, "WEB1", "web1", "..", ".", ""]

    assert len({_record.file_name(host).lower() for host in hosts}) == len(hosts)


def test_a_record_is_as_the_schema_says() -> None:
    """Records of audited, failed, unreachable hosts, with and without a past, keep to the schema that ships."""
    for number in range(80):
        record = json.loads(_record.to_bytes(records.record_of(number)))
        assert schema_faults.faults(record, SCHEMA) == [], record["host"]


def test_hostile_records_are_as_the_schema_says() -> None:
    """So do those of hosts that somebody named to do harm, and the bytes on the disk are plain ASCII."""
    for number in range(len(records.HOSTILE) * 2):
        data = _record.to_bytes(records.record_of(number, hostile=True))
        assert schema_faults.faults(json.loads(data), SCHEMA) == []
        assert data.isascii()
        assert not set(data[:-1]) & set(range(0x20))


def test_the_schema_refuses_what_is_wrong() -> None:
    """A record that lacks a key, has one too many or a status that nobody knows is not to the schema."""
    good = json.loads(_record.to_bytes(records.record_of(1)))
    changes: list[dict[str, t.Any]] = [
        {"outcome": "splendid"},
        {"extra": 1},
        {"time": "yesterday"},
        {"facts": {}},
        {"earlier": {}},
    ]
    for change in changes:
        assert schema_faults.faults({**good, **change}, SCHEMA), change
    for key in good:
        assert schema_faults.faults({name: value for name, value in good.items() if name != key}, SCHEMA), key


@given(JSON)
def test_what_is_written_is_read_back(value: t.Any) -> None:
    """Whatever the modules returned, the record can be written, read, and written again to the same bytes."""
    found = Found(facts={"x": value}, compliance=None, diagnoses=[])
    data = _record.to_bytes(_record.make_record("web1", [], "audited", found, NOW))
    record = _record.from_bytes(data)

    assert _record.to_bytes(record) == data
    json.dumps(record, ensure_ascii=False, allow_nan=False).encode()


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"", "not JSON"),
        (b"{", "not JSON"),
        (b"\xff\xfe", "not JSON"),
        (b"[" * 100_000, "not JSON"),
        (b"1" * 5000, "not JSON"),
        (b"[]", "not a JSON object"),
        (b"{}", "schema"),
        (b'{"schema": "linuxnet.tcp/host-record/2"}', "'linuxnet.tcp/host-record/2', not"),
        (b" " * (_record.LARGEST + 1), "more than"),
    ],
)
def test_what_is_no_record(data: bytes, why: str) -> None:
    """What is no record is refused in one sentence."""
    with pytest.raises(BadRecord, match=why):
        _record.from_bytes(data)


@pytest.mark.parametrize(
    "change",
    [
        {"host": 7},
        {"outcome": "x"},
        {"outcome": ["audited"]},
        {"time": None},
        {"time": "2026-01-31"},
        {"time": "x" * 9000},
    ],
)
def test_what_is_no_record_any_more(change: dict[str, t.Any]) -> None:
    """A record that lost what everything hangs on is refused."""
    record = {**records.record_of(1), **change}

    with pytest.raises(BadRecord):
        _record.from_bytes(json.dumps(record).encode())


def test_numbers_that_json_has_not() -> None:
    """NaN and numbers too great for a float are none, so that a report never has them."""
    good = json.dumps({**records.record_of(1), "facts": {"a": 1}}).replace('{"a": 1}', '{"a": [NaN, -Infinity, 1e999]}')

    assert _record.from_bytes(good.encode())["facts"] == {"a": [None, None, None]}


def test_the_past_is_kept() -> None:
    """A record remembers the earlier one's time, its outcome, each rule's status and each diagnosis' severity."""
    earlier = records.record_of(3)
    record = _record.make_record("x", [], "audited", Found(), NOW, earlier)
    rules = {row["rule"]: row["status"] for row in earlier["compliance"]["findings"]}

    assert record["earlier"]["time"] == earlier["time"]
    assert record["earlier"]["outcome"] == "audited"
    assert record["earlier"]["rules"] == rules
    assert record["earlier"]["diagnoses"] == {row["id"]: row["severity"] for row in earlier["diagnoses"]}


def test_an_unreachable_day_loses_nothing() -> None:
    """What was known before a host could not be reached is still compared with when it can be again."""
    first = records.record_of(3)
    second = _record.make_record("x", [], "unreachable", Found(problems=[Problem("host", "no")]), NOW, first)
    third = _record.make_record("x", [], "audited", Found(), NOW, second)

    assert third["earlier"]["outcome"] == "unreachable"
    assert third["earlier"]["rules"] == {row["rule"]: row["status"] for row in first["compliance"]["findings"]}


def test_a_broken_past_is_no_past() -> None:
    """Rubbish in the earlier record leaves nothing behind, and no error."""
    broken: list[dict[str, t.Any]] = [
        {"compliance": 3},
        {"compliance": {"findings": [1, {"rule": 1}]}, "diagnoses": [{}]},
        {"compliance": {"findings": 7}, "earlier": 3},
    ]
    for rubbish in broken:
        kept = _record.remember(rubbish)
        assert not kept["rules"]
        assert not kept["diagnoses"]
