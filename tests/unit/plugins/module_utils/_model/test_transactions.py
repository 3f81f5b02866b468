# Copyright (c) 2026, the linuxnet.tcp authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What one run changes, as it is carried out and written down."""

from __future__ import annotations

import pytest

from ansible_collections.linuxnet.tcp.plugins.module_utils._model.transactions import (
    FileChange,
    FirstSeen,
    Place,
    RunningChange,
    Transaction,
)

HERE = Place("boot", "4:1")
WRITE = RunningChange("net.core.somaxconn", "128", "4096")
SEEN = (FirstSeen("net.core.somaxconn", "128", HERE),)
NOTHING = Transaction(HERE, None, (), None, SEEN, SEEN)


@pytest.mark.parametrize(
    ("transaction", "changes"),
    [
        (NOTHING, False),
        (NOTHING._replace(running=(WRITE,)), True),
        (NOTHING._replace(file=FileChange("/etc/sysctl.d/a.conf", None, None)), True),
        (NOTHING._replace(records_after=()), True),
        (NOTHING._replace(running=(WRITE,), records_after=()), True),
    ],
)
def test_any_of_its_parts_is_something_to_do(transaction: Transaction, changes: bool) -> None:
    """A value to write, a file to leave, or only something to remember or to forget."""
    assert transaction.changes_anything is changes


def test_nothing_is_secret_or_watched_unless_it_is_said() -> None:
    """A value that need not be hidden is not, and a run that does not watch is kept by whoever finds its note."""
    assert not WRITE.secret
    assert not NOTHING.watched
