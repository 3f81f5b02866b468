# Copyright (c) 2026, the linuxnet.tcp authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the demo prints: texts, warnings and changes, in lines that fit."""

from __future__ import annotations

from types import SimpleNamespace

from ansible_collections.linuxnet.tcp.tests.demo.callback import story


def test_a_change_is_what_goes_and_what_comes() -> None:
    """Lines that stay are not shown, and neither is a comment in the file."""
    one = {"before": "a = 1\nb = 2\n", "after": "# Kept by us\na = 1\nb = 3\n", "after_header": "running values"}
    assert story.diff_lines(one) == ["running values:", "- b = 2", "+ b = 3"]


def test_warnings_in_either_form() -> None:
    """Ansible hands over texts, and since 2.19 records with the text in an event."""
    record = SimpleNamespace(event=SimpleNamespace(msg="holds 21,300"))
    assert story.warnings_in({"warnings": ["plain", record]}) == ["plain", "holds 21,300"]
    assert story.warnings_in({}) == []


def test_no_line_is_too_long() -> None:
    """A sentence is broken between words, but a key never in the middle."""
    lines = story.filled("net.ipv4.tcp_max_tw_buckets: " + "this host holds more " * 12).splitlines()
    assert len(lines) > 1
    assert max(map(len, lines)) <= story.WIDTH
