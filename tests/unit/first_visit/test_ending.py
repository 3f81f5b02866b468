# Copyright (c) 2026, the linuxnet.tcp authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is said of a first visit."""

from __future__ import annotations

from ansible_collections.linuxnet.tcp.tests.first_visit.ending import ending, told

LOG = """\
nox > Session demo was successful in 19 seconds.
  skipped  lab                    0.3 s     0.3 s of processor
  passed   ruff                   0.3 s     0.3 s of processor
all in 1000 s, with 1600 s of processor

skipped: lab: needs root: the tests make network namespaces
not covered by units(2.21-py3.13): test_so: root may read everything
1 passed, 0 failed, 1 skipped
nox > Session test was successful in 17 minutes.
"""


def test_what_is_skipped_is_named() -> None:
    """The numbers of gates, and each gate that was skipped with its reason."""
    assert told("trixie-user", ending(LOG, 0, 1010.4)) == [
        "trixie-user: 1 passed, 0 failed, 1 skipped, in 1010 s",
        "  skipped: lab: needs root: the tests make network namespaces",
    ]


def test_what_failed_is_named() -> None:
    """A gate that failed is a visit that failed."""
    end = ending(LOG.replace("1 passed, 0 failed", "failed: ruff\n0 passed, 1 failed"), 2, 9)

    assert not end.well
    assert told("trixie-user", end)[0] == "trixie-user: 0 passed, 1 failed, 1 skipped, in 9 s: FAILED"
    assert "  failed: ruff" in told("trixie-user", end)


def test_a_visit_that_came_to_no_end_says_how_far_it_came() -> None:
    """Where make could not even begin, its last words are the reason."""
    said = "bootstrap: no Python 3.11 to 3.14\nmake: *** [Makefile:36: .cache/nox/bin/nox] Error 1\n"

    assert told("bookworm-root", ending(said, 2, 3)) == [
        "bookworm-root: bootstrap: no Python 3.11 to 3.14 / make: *** [Makefile:36: .cache/nox/bin/nox] Error 1,"
        " in 3 s: FAILED"
    ]
