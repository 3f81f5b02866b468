# Copyright (c) 2026, the linuxnet.tcp authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which runs count, and what is said of them."""

from __future__ import annotations

import sys

import pytest

from ansible_collections.linuxnet.tcp.tests.bench.timing import (
    Sample,
    figures,
    kept,
    minisockets,
    time_call,
    time_command,
)

SOCKSTAT = "sockets: used 16\nTCP: inuse 1 orphan 0 tw 4711 alloc 30005 mem 222\nUDP: inuse 0 mem 0\n"


def sample(before: int, after: int, cpu: float = 1.0) -> Sample:
    """A run of one second."""
    return Sample(cpu, 1.0, before, after)


def test_a_run_whose_count_fell_is_thrown_away() -> None:
    """Only runs that saw at least the wanted load at both ends, and no fewer at the end, count."""
    whole, grown = sample(100, 100), sample(100, 101)
    fallen, too_small, fallen_above = sample(100, 99), sample(99, 100), sample(120, 110)
    assert kept([fallen, whole, too_small, grown, fallen_above], 100) == [whole, grown]


def test_figures_rest_on_the_kept_runs_alone() -> None:
    """Minimum and median leave out the runs thrown away, whose number is said."""
    runs = [sample(5, 5, cpu) for cpu in (3.0, 1.0, 2.0, 8.0)] + [sample(5, 0, 0.1)]
    found = figures(runs, 5)
    assert (found.runs, found.discarded, found.cpu_min, found.cpu_median) == (4, 1, 1.0, 2.5)


def test_no_run_that_counts_is_an_error() -> None:
    """Without a single whole run there is no figure, rather than a wrong one."""
    with pytest.raises(ValueError, match="none of 1 runs saw 5 TIME_WAIT"):
        figures([sample(5, 4)], 5)


def test_memory_is_the_largest_seen() -> None:
    """Memory is the maximum over the runs, and absent when it was not measured."""
    runs = [Sample(1, 1, 0, 0, rss_kib=kib) for kib in (10, 30, 20)]
    assert figures(runs, 0).rss_kib == 30
    assert figures([sample(0, 0)], 0).rss_kib is None


def test_minisockets_are_read_from_the_line_of_tcp() -> None:
    """The number behind tw, and an error where there is no TCP line."""
    assert minisockets(SOCKSTAT) == 4711
    with pytest.raises(ValueError, match="no TCP line"):
        minisockets("UDP: inuse 0 mem 0\n")


def test_processor_time_of_children_is_counted() -> None:
    """A shell whose child works is charged with the child's work."""
    busy = "import time\nwhile time.process_time() < 0.2: pass\nprint('done')"
    measured, printed = time_command(["sh", "-c", f'{sys.executable} -c "{busy}" | cat'])
    assert printed == "done\n"
    assert 0.2 <= measured.cpu <= measured.wall + 1
    assert measured.finished


def test_a_command_is_stopped_with_its_children_after_the_limit() -> None:
    """At the limit the whole group is killed, and the sample says that it did not finish."""
    measured, printed = time_command(["sh", "-c", "echo begun; sleep 60 | sleep 60"], limit=0.5)
    assert printed == "begun\n"
    assert not measured.finished
    assert 0.5 <= measured.wall < 20


def test_a_command_that_fails_is_no_measurement() -> None:
    """A failing command raises with what it complained of."""
    with pytest.raises(RuntimeError, match=r"failed \(3\): alas"):
        time_command(["sh", "-c", "echo alas >&2; exit 3"])


def test_a_call_in_this_process_is_measured() -> None:
    """The sample has this process's time, and the answer comes back."""
    measured, answer = time_call(lambda: sum(range(200_000)))
    assert answer == 19_999_900_000
    assert measured.cpu > 0
