# Copyright (c) 2026, the linuxnet.tcp authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is promised of the soak, held against its seconds."""

from __future__ import annotations

import statistics
from collections.abc import Mapping, Sequence
from typing import Any

from ansible_collections.linuxnet.tcp.tests.bench.results import AtLeast, Claim

Seconds = Sequence[Mapping[str, Any]]

#: The first answers of a process fill its caches and arenas: growth is what comes after this share of the time.
WARM_UP = 6
#: The medians of the first and the last of so many parts are compared, after the warm-up.
PARTS = 5
#: A page or two of the allocator is noise; one leaked socket a second would be 1,800 descriptors and megabytes.
NOISE_KIB = 256


def claims(found: Mapping[str, Any]) -> list[Claim]:
    """Every promise."""
    seconds: Seconds = found["seconds"]
    runs = [second for second in seconds if second["tunables_ms"] is not None]
    lost = [what for second in seconds for what in second["lost"]] + found["lost_at_end"]
    back = [what for second in seconds for what in second["went_back"]]
    return [
        AtLeast("connections a second", rate(seconds), found["rate"] * 0.99, "", "ActiveOpens, first to last"),
        AtLeast("facts a second", pace(seconds), 0.99, "", "answers over time"),
        Claim("counts below zero, or that do not add up", sum(second["least"] < 0 for second in seconds), 0, "",
              "all counts of each answer"),
        Claim("counters that went back", len(back), 0, "", "each answer against the one before"),
        Claim("settings lost, or not given back", len(lost), 0, "",
              f"{len(runs)} changes of profile, looked at after each and before the next, and at the end"),
        Claim("more descriptors, who answers", growth(seconds, "descriptors"), 0, "", "/proc/self/fd, medians"),
        Claim("more descriptors, who sets", growth(seconds, "keeper_descriptors"), 0, "", "/proc/PID/fd, medians"),
        Claim("more memory, who answers", growth(seconds, "rss_kib"), NOISE_KIB, " KiB", "VmRSS, medians"),
        Claim("more memory, each run of tunables", growth(runs, "tunables_rss_kib"), NOISE_KIB, " KiB",
              "ru_maxrss, medians"),
    ]


def rate(seconds: Seconds) -> float:
    """Connections opened a second, over the whole time."""
    first, last = seconds[0], seconds[-1]
    return float(last["opened"] - first["opened"]) / float(last["at"] - first["at"])


def slowest_stretch(seconds: Seconds, length: int = 10) -> float:
    """Connections opened a second in the slowest stretch of so many answers."""
    return min(rate(seconds[begin : begin + length + 1]) for begin in range(0, len(seconds) - length, length))


def pace(seconds: Seconds) -> float:
    """Answers a second."""
    return (len(seconds) - 1) / float(seconds[-1]["at"] - seconds[0]["at"])


def growth(seconds: Seconds, name: str) -> float:
    """By how much the median of the last part is above that of the first one after the warm-up."""
    values = [second[name] for second in seconds][len(seconds) // WARM_UP :]
    size = max(1, len(values) // PARTS)
    return float(statistics.median(values[-size:]) - statistics.median(values[:size]))
