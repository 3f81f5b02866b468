# Copyright (c) 2026, the linuxnet.tcp authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The records between reading and deciding."""

from __future__ import annotations

import pytest

from ansible_collections.linuxnet.tcp.plugins.module_utils._model.readings import Question, Walk


def test_a_question_asks_for_nothing_more_by_itself() -> None:
    """Without parameters the states alone are asked for."""
    assert not any(Question())


def test_a_walk_holds_nothing_that_was_not_asked_for() -> None:
    """A walk of the states alone has no addresses and no inodes, and counts nobody's sockets as none."""
    walk = Walk(source="netlink", census={}, listed=frozenset())
    assert not any((walk.listening, walk.local_ends, walk.remote_ends, walk.routes, walk.sockets_by_inode))
    assert walk.nobodys_sockets == 0


def test_records_do_not_change() -> None:
    """A record that was handed on cannot be changed by who got it."""
    with pytest.raises(AttributeError):
        Question().peers = True  # type: ignore[misc]
