# Copyright (c) 2026, the linuxnet.tcp authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The record of one host: one JSON object, what an audit found there or why it found nothing.

docs/schemas/host_record.json describes it. A record is made from what the modules returned and is read back as data
from outside: by then it may have been made by another version, cut, or written by somebody else.
"""

from __future__ import annotations

import collections.abc
import datetime as dt
import hashlib
import json
import math
import re
import typing as t

SCHEMA = "linuxnet.tcp/host-record/1"
OUTCOMES = ("audited", "unreachable", "failed")

#: A host with a thousand listeners has 300 kB. Far more is a mistake or an attack, and 10,000 of them fill a disk.
LARGEST = 1024 * 1024

_PREFIX_CHARACTERS = 80
_DIGEST_CHARACTERS = 8
_UNSAFE = re.compile(r"[^A-Za-z0-9._-]")
_HALF_A_PAIR = re.compile(rb"\\u[dD][89a-fA-F]")
_SURROGATES = re.compile("[\ud800-\udfff]")


class BadRecord(Exception):
    """This is no record of a host; the message says why."""


class Problem(t.NamedTuple):
    """A part of the audit that gave nothing: which one (`facts`, `compliance`, `diagnosis`, `host`), and why."""

    part: str
    reason: str


class Found(t.NamedTuple):
    """What an audit found on a host. None: that part was not asked for, or is among the problems.

    `notes`: what it could not see, a sentence each.
    """

    facts: t.Mapping[str, t.Any] | None = None
    compliance: t.Mapping[str, t.Any] | None = None
    diagnoses: t.Sequence[t.Mapping[str, t.Any]] | None = None
    problems: t.Sequence[Problem] = ()
    notes: t.Sequence[str] = ()


def file_name(host: str) -> str:
    """The name of the host's record: at most 80 harmless characters, then 8 digits that tell alike names apart."""
    host = whole_characters(host)
    digest = hashlib.sha256(host.encode()).hexdigest()[:_DIGEST_CHARACTERS]
    # Without the leading dots it can be neither hidden nor one of the two folders that every folder has.
    prefix = _UNSAFE.sub("_", host)[:_PREFIX_CHARACTERS].lstrip(".")
    return f"{prefix}-{digest}.json"


def make_record(
    host: str,
    groups: t.Iterable[str],
    outcome: str,
    found: Found,
    now: dt.datetime,
    earlier: t.Mapping[str, t.Any] | None = None,
) -> dict[str, t.Any]:
    """The record; `earlier` is the host's earlier one, of which what a comparison needs is kept in the new one."""
    return {
        "schema": SCHEMA,
        "host": host,
        "groups": sorted(groups),
        "time": timestamp(now),
        "outcome": outcome,
        "problems": [problem._asdict() for problem in found.problems],
        "facts": found.facts,
        "compliance": found.compliance,
        "diagnoses": found.diagnoses,
        "notes": list(found.notes),
        "earlier": None if earlier is None else remember(earlier),
    }


def remember(record: t.Mapping[str, t.Any]) -> dict[str, t.Any]:
    """What the next record keeps of this one: when, what came of it, each rule's status, each diagnosis' severity.

    Where this one did not get as far as rules or diagnoses, those that it remembers itself stay: a host that was
    unreachable once does not lose its past.
    """
    past = record.get("earlier")
    past = past if isinstance(past, t.Mapping) else {}
    compliance, diagnoses = record.get("compliance"), record.get("diagnoses")
    rules = None
    if isinstance(compliance, t.Mapping):
        rules = {str(row["rule"]): str(row["status"]) for row in _rows(compliance.get("findings"), "rule", "status")}
    found = None
    if isinstance(diagnoses, (list, tuple)):
        found = {str(row["id"]): str(row["severity"]) for row in _rows(diagnoses, "id", "severity")}
    return {
        "time": record.get("time"),
        "outcome": record.get("outcome"),
        "rules": past.get("rules") if rules is None else rules,
        "diagnoses": past.get("diagnoses") if found is None else found,
    }


def _rows(rows: object, *keys: str) -> t.Iterator[t.Mapping[str, t.Any]]:
    """Those of the rows that are rows and have these keys."""
    if isinstance(rows, (list, tuple)):
        for row in rows:
            if isinstance(row, t.Mapping) and all(key in row for key in keys):
                yield row


def to_bytes(record: t.Mapping[str, t.Any]) -> bytes:
    """The record as it lies in its file: ASCII, so that no reader meets a sign that hides or reorders others."""
    text = json.dumps(plain(record), ensure_ascii=True, allow_nan=False, separators=(",", ":"))
    return text.encode("ascii") + b"\n"


def plain(value: t.Any) -> t.Any:
    """`value` made of what JSON knows, and of nothing that some readers of JSON refuse (NaN, half a surrogate pair)."""
    match value:
        case None | bool():
            return value
        case int():
            return int(value)
        case float():
            return float(value) if math.isfinite(value) else None
        case collections.abc.Mapping():
            return {whole_characters(str(key)): plain(item) for key, item in value.items()}
        case list() | tuple() | set() | frozenset():
            return [plain(item) for item in value]
        case _:
            return whole_characters(str(value))


def whole_characters(text: str) -> str:
    """`text` with U+FFFD for each half of a surrogate pair, which no encoding takes."""
    return text if text.isascii() else _SURROGATES.sub("\ufffd", text)


def from_bytes(data: bytes) -> dict[str, t.Any]:
    """The record in a file, plain. Raises BadRecord where it is none, or one of another version."""
    if len(data) > LARGEST:
        raise BadRecord(f"it has more than {LARGEST} bytes")
    try:
        record = json.loads(data, parse_constant=lambda _name: None, parse_float=_finite)
        # Only by such an escape can half a surrogate pair come in: the bytes themselves are UTF-8.
        record = plain(record) if _HALF_A_PAIR.search(data) else record
    except (ValueError, RecursionError) as error:
        raise BadRecord(f"it is not JSON: {error}") from error
    if not isinstance(record, dict):
        raise BadRecord("it is not a JSON object")
    if record.get("schema") != SCHEMA:
        raise BadRecord(f"its schema is {str(record.get('schema'))[:80]!r}, not {SCHEMA!r}")
    if not isinstance(record.get("host"), str):
        raise BadRecord("it has no host")
    if record.get("outcome") not in OUTCOMES:
        raise BadRecord(f"its outcome is none of {', '.join(OUTCOMES)}")
    if time_of(record.get("time")) is None:
        raise BadRecord("it has no time such as 2026-01-31T12:00:00Z")
    return record


def _finite(digits: str) -> float | None:
    """The number; None for one that is too great for a float, which JSON would give back as no number."""
    number = float(digits)
    return number if math.isfinite(number) else None


def timestamp(moment: dt.datetime) -> str:
    """`2026-01-31T12:00:00Z`: UTC, to the second."""
    return moment.astimezone(dt.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def time_of(text: object) -> dt.datetime | None:
    """The moment that such a text names; None where it names none."""
    if not isinstance(text, str) or len(text) > 40:
        return None
    try:
        moment = dt.datetime.fromisoformat(text)
    except ValueError:
        return None
    return moment if moment.tzinfo is not None else None
