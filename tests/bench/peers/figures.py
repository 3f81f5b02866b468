# Copyright (c) 2026, the linuxnet.tcp authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""From the tasks as they were noted to the figures that are kept."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from typing import Any

from .plays import OTHER, Noted, stdout
from .ways import SETTING

#: How many connections in TIME_WAIT an answer speaks of, by way.
COUNTS = {
    "facts": re.compile(r'"time_wait": (\d+)'),
    "ss": re.compile(r"TIME-WAIT (\d+)"),
    "netstat": re.compile(r"TIME_WAIT (\d+)"),
}


def gathered(noted: Sequence[Noted]) -> dict[str, Any]:
    """By the name of a task: seconds, bytes, whether it changed, tasks; consecutive ones of one name are one work."""
    found: dict[str, Any] = {}
    before = ""
    for one in noted:
        if one.failed:
            raise ValueError(f"{one.name} failed: {one.said[:300]}")
        name = one.name
        if name.startswith("warm-up") or not _is_timed(name):
            before = ""
            continue
        mine = found.setdefault(name, {"wall": [], "sent": [], "changed": [], "tasks": 1})
        if name == before:
            mine["wall"][-1] += one.wall
            mine["sent"][-1] += one.sent
            mine["changed"][-1] |= one.changed
            mine["tasks"] = 2
        else:
            for column, value in (("wall", one.wall), ("sent", one.sent), ("changed", one.changed)):
                mine[column].append(value)
            if name in COUNTS or name == "listing":
                mine["counted"] = _time_wait(name, one.said)
        before = name
    return found


def _is_timed(name: str) -> bool:
    return name[0].isdigit() or name in COUNTS or name in ("ping", "listing")


def _time_wait(way: str, said: str) -> int:
    """What an answer says of TIME_WAIT."""
    if way == "listing":
        rows = json.loads(said)["ansible_facts"]["tcp_listen"]
        return sum(row["state"] == "TIME_WAIT" for row in rows)
    text = said if way == "facts" else str(json.loads(said)["stdout"])
    match = COUNTS[way].search(text)
    return int(match.group(1)) if match else 0


def how_it_was_shadowed(noted: list[Noted]) -> dict[str, dict[str, Any]]:
    """By way: whether it warned, or named the file that decides; what runs then, and what after boot."""
    found = {}
    for way in SETTING:
        mine = [one for one in noted if one.name == f"shadowed {way.name}"]
        found[way.name] = {
            "warned": any(OTHER in json.dumps(json.loads(one.said).get("warnings")) for one in mine),
            "named": any(OTHER in one.said for one in mine),
            "failed": any(one.failed for one in mine),
            "runs": stdout(noted, f"runs {way.name}"),
            "boots": stdout(noted, f"boots {way.name}"),
        }
    return found


def how_it_failed(noted: list[Noted]) -> dict[str, dict[str, Any]]:
    """By way: whether it failed at all, how many of the good keys it left changed, and the lines that it left."""
    found = {}
    for way in SETTING:
        before, after = (stdout(noted, f"{when} {way.name}").split("\n") for when in ("before", "after"))
        lines = [line for line in stdout(noted, f"file {way.name}").splitlines() if line and line[0] != "#"]
        found[way.name] = {
            "failed": any(one.failed for one in noted if one.name == f"failing {way.name}"),
            "left_running": sum(old != new for old, new in zip(before, after, strict=True)),
            "left_in_file": lines,
        }
    return found
