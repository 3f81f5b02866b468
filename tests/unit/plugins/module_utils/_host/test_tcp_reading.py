# Copyright (c) 2026, the linuxnet.tcp authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""One look at a host: by which source, between which counters, and what becomes of trouble."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Generator, List

import pytest

from ansible_collections.linuxnet.tcp.plugins.module_utils._host.tcp_reading import read
from ansible_collections.linuxnet.tcp.plugins.module_utils._model.errors import HostError, MalformedReply
from ansible_collections.linuxnet.tcp.plugins.module_utils._model.readings import Question
from ansible_collections.linuxnet.tcp.plugins.module_utils._model.states import Family, Kind, State
from ansible_collections.linuxnet.tcp.tests.unit.machines.inet_diag import IPV4, Kernel, Socket, message
from ansible_collections.linuxnet.tcp.tests.unit.machines.proc_text import write_proc

CLOSE_WAIT = Socket(IPV4, 8, "10.0.0.5", 80, "192.0.2.1", 5, inode=1)
ONE = {Kind(Family.IPV4, State.CLOSE_WAIT, 0): 1}


class Torn(Kernel):
    """A kernel whose first replies are torn: so many of them end without their end mark."""

    def __init__(self, torn: int) -> None:
        super().__init__([message(CLOSE_WAIT)])
        self.torn = torn

    def ask(self, request: bytes) -> Generator[memoryview, None, None]:
        """The reply, or what is left of it."""
        if self.torn:
            self.torn -= 1
            return
        yield from super().ask(request)


@pytest.fixture
def proc(tmp_path: Path) -> str:
    """A machine with one socket."""
    write_proc(tmp_path, [CLOSE_WAIT])
    return str(tmp_path)


@pytest.mark.parametrize("source", ["auto", "netlink", "procfs"])
def test_the_source_that_was_asked_for(proc: str, source: str) -> None:
    """Where sock_diag answers it is taken, but for `procfs`: the same socket either way."""
    kernel = Kernel([message(CLOSE_WAIT)])
    reading = read(Question(), None, source, proc, kernel.ask)
    assert reading.walk.source == ("procfs" if source == "procfs" else "netlink")
    assert reading.walk.census == ONE
    assert bool(kernel.queries) is (source != "procfs")


def test_auto_falls_back(proc: str) -> None:
    """Where sock_diag is not to be had, `auto` reads /proc/net/tcp."""
    assert read(Question(), None, "auto", proc, Kernel([], end_error=2).ask).walk.source == "procfs"


def test_netlink_does_not_fall_back(proc: str) -> None:
    """`netlink` is refused where sock_diag is not to be had, with the reason and the way out."""
    with pytest.raises(HostError, match=r"^source is 'netlink', but .*No such file or directory; source 'auto' would"):
        read(Question(), None, "netlink", proc, Kernel([], end_error=2).ask)


def test_a_torn_reply_is_asked_for_again(proc: str) -> None:
    """A reply that was torn twice on a busy host is asked for again, with new counters around it."""
    reading = read(Question(), None, "netlink", proc, Torn(2).ask)
    assert reading.walk.census == ONE


def test_a_reply_that_is_always_torn(proc: str) -> None:
    """What is torn every time is no bad luck, and ends in an error of ours."""
    with pytest.raises(MalformedReply, match="ended without its end mark"):
        read(Question(), None, "auto", proc, Torn(99).ask)


def test_counters_stand_around_the_walk(proc: str) -> None:
    """The first snapshot was taken before the walk and the second after it."""
    kernel = Kernel([message(CLOSE_WAIT)])
    moments: List[float] = []

    def ask(request: bytes) -> Any:
        (Path(proc) / "net" / "snmp").write_text("Tcp: CurrEstab ActiveOpens\nTcp: 7 9\n", encoding="ascii")
        moments.append(0)
        return kernel.ask(request)

    reading = read(Question(), None, "auto", proc, ask)
    assert moments
    assert reading.before.gauges.established_or_close_wait == 1
    assert reading.after.gauges.established_or_close_wait == 7
    assert reading.before.at <= reading.after.at
