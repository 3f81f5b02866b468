# Copyright (c) 2026, the linuxnet.tcp authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A plan as a diff: the file, the values, and no secret."""

from __future__ import annotations

from ansible_collections.linuxnet.tcp.plugins.module_utils._plan.plan_diff import diff_of
from ansible_collections.linuxnet.tcp.tests.unit.plugins.module_utils._plan.change_case import (
    FIN,
    PATH,
    RANGE,
    Case,
    line,
)


def test_the_diff_has_file_and_values() -> None:
    """The diff is the file and a table of the values that change; bytes that are no UTF-8 are shown as such."""
    file, running = diff_of(Case({FIN: 30, RANGE: [1024, 65000]}, ours="# \xe9\n").plan())

    assert (file["before"], file["after"].splitlines()[0]) == ("# \ufffd\n", "# \ufffd")
    assert file["before_header"] == file["after_header"] == PATH
    assert running["before"] == line(FIN, 60) + line(RANGE, "32768 60999")
    assert running["after"] == line(FIN, 30) + line(RANGE, "1024 65000")


def test_the_diff_hides_secrets_of_others() -> None:
    """A secret that somebody keeps in the file, or has commented out, does not show."""
    ours = "net.ipv4.tcp_fastopen_key = dead-beef-0-1\n#net/ipv4/tcp_fastopen_key\t=dead-beef-0-2\n"
    shown = repr(diff_of(Case({FIN: 30}, ours=ours).plan()))

    assert "dead" not in shown
    assert shown.count("(hidden)") == 4


def test_a_secret_that_is_set_is_hidden() -> None:
    """The table of running values does not show what a secret is set to."""
    settings = {"net.ipv4.tcp_fastopen_key": "deadbeef-00000001-00000002-00000003"}

    assert "deadbeef" not in repr(diff_of(Case(settings, scope=("running",)).plan()))
