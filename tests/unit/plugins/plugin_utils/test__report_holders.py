# Copyright (c) 2026, the linuxnet.tcp authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Who holds the sockets: those with most, in words of the host, and nothing of what is no row."""

from __future__ import annotations

import typing as t

import pytest

from ansible_collections.linuxnet.tcp.plugins.plugin_utils._report_holders import MOST_ROWS, Holder, read_holders

STATES = {"established": 218, "close_wait": 8412, "listen": 1, "time_wait": 3, "syn_recv": 2, "closing": 0}
MOST = (("close_wait", 8412), ("established", 218), ("time_wait", 3))
LISTENER = {"address": "::", "port": 443, "accept_queue": 129, "backlog": 128, "states": STATES}


def test_each_kind() -> None:
    """A listener with its queue and without its own sockets, a peer, a process with its id."""
    facts = {
        "listeners": [LISTENER],
        "peers": [{"address": "10.0.0.7", "count": 8636, "states": STATES}],
        "processes": [{"command": "java", "pid": 2210, "count": 8636, "states": STATES}],
    }
    (listeners, peers, processes) = read_holders(facts)

    assert (listeners.kind, peers.kind, processes.kind) == ("listeners", "peers", "processes")
    assert listeners.rows == (Holder("[::]:443", 8635, MOST, (129, 128)),)
    assert peers.rows == (Holder("10.0.0.7", 8636, MOST),)
    assert processes.rows == (Holder("java (2210)", 8636, MOST),)


def test_those_with_most() -> None:
    """Of many the first few by number, and how many are left out."""
    (found,) = read_holders({"peers": [{"address": str(count), "count": count} for count in range(10)]})

    assert [row.sockets for row in found.rows] == [9, 8, 7, 6, 5]
    assert found.more == 10 - MOST_ROWS


@pytest.mark.parametrize(
    "facts",
    [
        {},
        {"listeners": None, "peers": [], "processes": {}},
        {"listeners": [7, {}, {**LISTENER, "port": "443"}, {**LISTENER, "address": None}]},
        {"peers": [{"address": "10.0.0.7", "count": True}, {"address": "10.0.0.7", "count": -1}]},
        {"processes": [{"command": ["java"], "count": 1}, {"command": "java", "count": 1.5}]},
    ],
)
def test_what_is_no_row(facts: dict[str, t.Any]) -> None:
    """What was not asked for, and what no host would say, is nothing."""
    assert read_holders(facts) == ()


def test_a_row_with_less() -> None:
    """A row without states, without a process id or with half a queue is as much as it says."""
    facts = {
        "listeners": [{"address": "0.0.0.0", "port": 80, "accept_queue": 1}],
        "processes": [{"command": "java", "count": 3, "states": {"established": "3"}}],
    }
    (listeners, processes) = read_holders(facts)

    assert listeners.rows == (Holder("0.0.0.0:80", 0, ()),)
    assert processes.rows == (Holder("java", 3, ()),)
