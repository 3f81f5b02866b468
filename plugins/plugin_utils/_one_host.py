# Copyright (c) 2026, the linuxnet.tcp authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The table of a single host: its states as rows with bars, and below them each bound and how near it is."""

from __future__ import annotations

from ansible_collections.linuxnet.tcp.plugins.plugin_utils._host_counts import HostCounts
from ansible_collections.linuxnet.tcp.plugins.plugin_utils._terminal import (
    Glyphs,
    Line,
    Tone,
    cut,
    drawn_bar,
    left,
    percent,
    right,
    wrapped,
)

_LABEL = 15
_PERCENT = 6
_BOUND_BAR, _LEAST_BAR = 16, 4
# A line about a bound with all but its bar, where the bound is the longest, ip_local_port_range.
_BOUND_WITHOUT_BAR = 59
# Of a bound: from the first share on its line is a warning; from the second on the bound has been reached.
NEAR, FULL = 0.8, 1.0


def one_host(counts: HostCounts, columns: int, glyphs: Glyphs) -> list[Line]:
    """All eleven states with bars over their sum, then what bounds them."""
    lines = [Line("TCP sockets of " + cut(counts.host, max(columns - 15, 0), glyphs)), Line("")]
    digits = max(5, len(str(counts.total)), *(len(str(count)) for count in counts.states.values()))
    for title, count in counts.states.items():
        share = count / counts.total if counts.total else 0.0
        shown = percent(share) if count else ""
        start = f"  {left(title.upper(), _LABEL)}{right(str(count), digits)}{right(shown, _PERCENT)}  "
        lines.append(Line(start + drawn_bar(share, max(columns - len(start) - 2, 0), glyphs)))
    lines.append(Line(f"  {left('total', _LABEL)}{right(str(counts.total), digits)}"))
    lines += [Line(""), Line("What bounds them, and how near they are"), Line("")]
    lines += _bounds(counts, columns, glyphs)
    lines.append(Line(""))
    for sentence in (_hits_since_boot(counts), _how_it_was_read(counts)):
        lines += wrapped(sentence, columns)
    return lines


def _bounds(counts: HostCounts, columns: int, glyphs: Glyphs) -> list[Line]:
    limits = counts.limits
    bar_columns = min(columns - _BOUND_WITHOUT_BAR, _BOUND_BAR)
    rows: list[tuple[str, float | None, str]] = [
        ("TIME_WAIT", counts.time_wait_share, _bound("tcp_max_tw_buckets", limits["max_tw_buckets"])),
        ("orphans", counts.orphans_share, _bound("tcp_max_orphans", limits["max_orphans"])),
        (
            "local ports",
            counts.local_ports_share,
            f"ip_local_port_range {port_range(counts.local_port_range)}",
        ),
        ("accept queues", None, _bound("somaxconn", limits["somaxconn"])),
        ("SYN queues", None, _bound("tcp_max_syn_backlog", limits["max_syn_backlog"])),
    ]
    lines = []
    for label, share, text in rows:
        start = f"  {left(label, _LABEL)}{right('' if share is None else percent(share), _PERCENT - 1)}  "
        if bar_columns >= _LEAST_BAR:
            drawn = "" if share is None else f"[{left(drawn_bar(share, bar_columns, glyphs), bar_columns)}]"
            start += left(drawn, bar_columns + 2) + "  "
        # Where even so there is no room, the value at the end is worth more than the middle of the name.
        lines.append(Line(start + cut(text, max(columns - len(start), 0), glyphs, tail_share=0.6), tone_of(share)))
    return lines


def tone_of(share: float | None) -> Tone:
    """How a line with this share of a bound is coloured."""
    if share is None or share < NEAR:
        return Tone.PLAIN
    return Tone.WARNING if share < FULL else Tone.ERROR


def _bound(name: str, value: int | None) -> str:
    """A limit by the kernel's name, with its value or that it has none here."""
    return name + (" absent here" if value is None else f" {value}")


def port_range(ports: tuple[int, int] | None) -> str:
    """`32768-60999`, or a dash."""
    return "-" if ports is None else f"{ports[0]}-{ports[1]}"


def hits(counts: HostCounts) -> dict[str, int | None]:
    """How often each bound was hit since boot, by the counter that rises then; None: not told."""
    return {
        "TIME_WAIT cap": counts.time_wait_overflow,
        "accept queues": counts.listen_overflows,
        "SYN queues": counts.syn_queue_overflows,
    }


def _hits_since_boot(counts: HostCounts) -> str:
    shown = (f"{name} {'unknown' if count is None else count}" for name, count in hits(counts).items())
    return f"Hit since boot: {', '.join(shown)}."


def _how_it_was_read(counts: HostCounts) -> str:
    source = {"netlink": "netlink", "procfs": "/proc/net/tcp"}.get(counts.source or "", "an unknown source")
    took = "" if counts.elapsed_ms is None else f" in {counts.elapsed_ms:.1f} ms"
    moved = "nothing moved meanwhile" if counts.skew == 0 else f"counters moved by {counts.skew} meanwhile"
    return f"Read from {source}{took}; {moved}."
