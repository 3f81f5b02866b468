# Copyright (c) 2026, the linuxnet.tcp authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A contender that counted wrongly has no time worth keeping."""

from __future__ import annotations

import pytest

from ansible_collections.linuxnet.tcp.tests.bench.contenders import WrongAnswer, check, counts_in
from ansible_collections.linuxnet.tcp.tests.bench.load import Made
from ansible_collections.linuxnet.tcp.tests.bench.timing import Sample

MADE = Made(time_wait=10, established=4, seconds=1.0, first_at=0.0)


@pytest.mark.parametrize(
    "printed",
    ["ESTAB 4\nLISTEN 2\nTIME-WAIT 10\n", "TIME_WAIT 10\nESTABLISHED 4\n", "01 3\n0A 2\n06 8\n01 1\n06 2\n"],
    ids=["ss", "netstat", "two files of /proc"],
)
def test_the_spelling_of_every_way_is_understood(printed: str) -> None:
    """TIME_WAIT and ESTABLISHED are found in what ss, netstat and /proc/net/tcp call them, and added up."""
    assert counts_in(printed) == (10, 4)


def test_a_wrong_count_is_refused() -> None:
    """A count that differs from what stands is an error, unless sockets expired during the run."""
    check("somebody", Sample(1, 1, 10, 10), (10, 4), MADE)
    check("somebody", Sample(1, 1, 10, 7), (8, 4), MADE)
    with pytest.raises(WrongAnswer, match="somebody counted 9 TIME_WAIT and 4 ESTABLISHED where 10 and 4 stand"):
        check("somebody", Sample(1, 1, 10, 10), (9, 4), MADE)
