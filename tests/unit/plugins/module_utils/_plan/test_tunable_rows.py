# Copyright (c) 2026, the linuxnet.tcp authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The row that a result shows of a tunable."""

from __future__ import annotations

from typing import Optional

import pytest

from ansible_collections.linuxnet.tcp.plugins.module_utils._model.catalogue import tunable_of
from ansible_collections.linuxnet.tcp.plugins.module_utils._model.running import Running
from ansible_collections.linuxnet.tcp.plugins.module_utils._model.values import parse_kernel
from ansible_collections.linuxnet.tcp.plugins.module_utils._plan.boot_order import AlsoSet, BootValue
from ansible_collections.linuxnet.tcp.plugins.module_utils._plan.tunable_rows import info_row

FIN, KEY = "net.ipv4.tcp_fin_timeout", "net.ipv4.tcp_fastopen_key"
COOKIE = "00000000-00000000-00000000-0000002a"


def running(key: str, text: Optional[str], writable: bool = True) -> Running:
    """A key with this text in /proc/sys; None where there is none."""
    tunable = tunable_of(key)
    return Running(tunable, text, None if text is None else parse_kernel(tunable, text), writable)


def spoken_of(key: str, value: str) -> BootValue:
    """A key that one file sets and another one decides."""
    line = AlsoSet("/etc/sysctl.d/10-a.conf:3", value, False, ("boot", "reload"), False, "a note")
    return BootValue(key, 30, 40, "/etc/sysctl.d/20-b.conf:1", "/etc/sysctl.conf:2", (line,))


def test_the_row_of_a_key_with_files() -> None:
    """What runs, what boot and a reload leave, who decides and who else speaks of it, each by its documented name."""
    row = info_row(running(FIN, "60\n"), spoken_of(FIN, "25"))

    assert (row["name"], row["running"], row["at_boot"], row["after_reload"]) == (FIN, 60, 30, 40)
    assert row["decided_by"] == "/etc/sysctl.d/20-b.conf:1"
    assert row["also_set_in"] == [
        {
            "where": "/etc/sysctl.d/10-a.conf:3", "value": "25", "later": False, "read_by": ["boot", "reload"],
            "refused": False, "note": "a note",
        }
    ]  # fmt: skip
    assert (row["kind"], row["unit"], row["per"]) == ("number", "seconds", "namespace")
    assert (row["summary"], row["hazard"]) == (tunable_of(FIN).summary, tunable_of(FIN).hazard)


def test_the_row_of_a_key_that_is_not_there() -> None:
    """Nothing runs, nothing is known of boot, and that is null, never 0."""
    row = info_row(running(FIN, None, writable=False), None)

    assert [row[name] for name in ("running", "at_boot", "after_reload", "decided_by")] == [None] * 4
    assert row["also_set_in"] == []
    assert (row["writable"], row["status"]) == (False, "absent_here")


@pytest.mark.parametrize(("writable", "status"), [(True, "present"), (False, "read_only")])
def test_who_may_write_it(writable: bool, status: str) -> None:
    """`writable` says the same as the status."""
    row = info_row(running(FIN, "60\n", writable), None)

    assert (row["writable"], row["status"]) == (writable, status)


def test_a_secret_is_shown_nowhere() -> None:
    """Neither what runs nor what a file says of it leaves the host."""
    row = info_row(running(KEY, COOKIE), spoken_of(KEY, COOKIE))

    assert row["running"] == "(hidden)"
    assert [line["value"] for line in row["also_set_in"]] == ["(hidden)"]
    assert "2a" not in str(row)
