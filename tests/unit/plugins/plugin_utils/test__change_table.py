# Copyright (c) 2026, the linuxnet.tcp authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The table of what changed where."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as some

from ansible_collections.linuxnet.tcp.plugins.plugin_utils._change_rows import HostChanges, KeyChange, Outcome
from ansible_collections.linuxnet.tcp.plugins.plugin_utils._change_table import Told, change_table
from ansible_collections.linuxnet.tcp.plugins.plugin_utils._terminal import ASCII, UNICODE, Glyphs, Tone, columns_of

QUEUE = KeyChange("net.core.somaxconn", "128 -> 4096", "unset -> 4096", "")
TIMEOUT = KeyChange("net.ipv4.tcp_fin_timeout", "60 -> 30", "30", "")
SKIPPED = KeyChange("net.core.somaxconn", "128", "unset -> 4096", "skipped: read_only")
HOSTS = [
    HostChanges("web10", "changed", (QUEUE, TIMEOUT)),
    HostChanges("web9", "changed", (QUEUE, TIMEOUT)),
    HostChanges("box1", "unchanged", (SKIPPED,)),
    HostChanges("web3", "unchanged"),
    HostChanges("proxy1", "changed", (TIMEOUT,)),
    HostChanges("web11", "waiting"),
    HostChanges("db1", "unreachable", reason="port 22: Connection refused"),
    HostChanges("bad1", "failed", reason="there is no variable x"),
]
TOLD = Told({"net.core.somaxconn": "Because.", "net.ipv4.tcp_retries2": "Not asked."}, ["Mind.", "Mind."])

WHOLE = """\
Changed: 3 of 8 hosts

  web9, web10
    key                       running value  at boot
    ------------------------------------------------------
    net.core.somaxconn        128 -> 4096    unset -> 4096
    net.ipv4.tcp_fin_timeout  60 -> 30       30

  proxy1
    key                       running value  at boot
    ------------------------------------------------
    net.ipv4.tcp_fin_timeout  60 -> 30       30

Why
  net.core.somaxconn: Because.

Notes
  Mind.

Unchanged: 1 of 8 hosts
  web3
Unchanged, and not all could be set: 1 of 8 hosts
  box1
    key                 running value  at boot
    ------------------------------------------------
    net.core.somaxconn  128            unset -> 4096  skipped: read_only

Not reached yet: 1 of 8 hosts
  web11

Unreachable: 1 of 8 hosts
  db1  port 22: Connection refused

Failed: 1 of 8 hosts
  bad1  there is no variable x"""


def test_the_whole_table() -> None:
    """Equal hosts are one block, names sort as people sort, reasons are said once, failures come last."""
    lines = change_table(HOSTS, TOLD, 80, ASCII)

    assert "\n".join(line.text for line in lines) == WHOLE
    assert [line.tone for line in lines[-5:]] == [Tone.ERROR, Tone.ERROR, Tone.PLAIN, Tone.ERROR, Tone.ERROR]


def test_in_check_mode_it_would_change() -> None:
    """Nothing is claimed that did not happen."""
    assert change_table(HOSTS[:1], Told(), 80, ASCII, would=True)[0].text == "Would change: 1 of 1 host"


def test_where_nothing_changed_nothing_is_explained() -> None:
    """The second run is short."""
    lines = change_table([HostChanges("web1", "unchanged")], TOLD, 80, ASCII)

    assert [line.text for line in lines] == ["Unchanged: 1 of 1 host", "  web1"]


def test_no_hosts_no_table() -> None:
    """A play without hosts prints nothing."""
    assert change_table([], Told(), 80, ASCII) == []


OUTCOMES: list[Outcome] = ["changed", "unchanged", "failed", "unreachable", "waiting"]
TEXT = some.text(max_size=60)
ANY_CHANGES = some.lists(some.builds(KeyChange, TEXT, TEXT, TEXT, TEXT), max_size=3).map(tuple)
ANY_HOSTS = some.lists(
    some.builds(HostChanges, TEXT, some.sampled_from(OUTCOMES), ANY_CHANGES, TEXT), max_size=5
)


@pytest.mark.parametrize("glyphs", [UNICODE, ASCII])
@given(hosts=ANY_HOSTS, why=some.dictionaries(TEXT, TEXT, max_size=2), columns=some.integers(20, 120))
def test_any_text_keeps_to_the_width_and_harms_no_terminal(
    glyphs: Glyphs, hosts: list[HostChanges], why: dict[str, str], columns: int
) -> None:
    """Names and messages are somebody else's: no line is wider than asked, and none holds a control character."""
    for line in change_table(hosts, Told(why, list(why.values())), columns, glyphs):
        assert columns_of(line.text) <= columns
        assert not any(ord(char) < 32 or 0x7F <= ord(char) < 0xA0 for char in line.text)
