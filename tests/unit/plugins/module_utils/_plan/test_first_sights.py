# Copyright (c) 2026, the linuxnet.tcp authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is remembered of the values from before we came."""

from __future__ import annotations

from ansible_collections.linuxnet.tcp.plugins.module_utils._model.transactions import Place
from ansible_collections.linuxnet.tcp.tests.unit.plugins.module_utils._plan.change_case import (
    FIN,
    HERE,
    Case,
    line,
    seen,
)


def test_records_are_made_before_the_first_change_only() -> None:
    """What is remembered is the value as the kernel showed it, once, with the place; what stays needs no memory."""
    assert Case({FIN: 30}).plan().transaction.records_after == seen(FIN, "60")
    assert Case({FIN: 31}, seen=seen(FIN, "70")).plan().transaction.records_after == seen(FIN, "70")
    assert Case({FIN: 60}, ours=line(FIN, 60)).plan().transaction.records_after == ()
    assert Case({FIN: 30}, scope=("running",), namespace="web").plan().transaction.records_after == seen(
        FIN, "60", HERE, "web"
    )


def test_records_of_other_namespaces_stay() -> None:
    """Giving back here forgets what was seen here, and nothing of a namespace that has its own values."""
    theirs = seen(FIN, "41", Place("boot-2", "4:99"), "web")
    case = Case({FIN: None}, "absent", ours=line(FIN, 30), seen=theirs + seen(FIN, "47"))

    assert case.plan().transaction.records_after == theirs
