# Copyright (c) 2026, the linuxnet.tcp authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Read a host's TCP sockets: the counters, a walk by the best source that this host has, the counters again."""

from __future__ import annotations

from typing import Optional, Tuple

from .._model.errors import HostError, MalformedReply, SockDiagUnavailable
from .._model.readings import Question, Reading, Snapshot, Walk
from . import netlink_walk, proc_net_tcp
from .procfs import read_snapshot
from .sock_diag import Ask, over_netlink

SOURCES = ("auto", "netlink", "procfs")
# A torn reply is bad luck on a busy host; the same thing three times is not.
TRIES = 3


def read(
    question: Question,
    outgoing: Optional[Tuple[int, int]],
    source: str = "auto",
    proc: str = "/proc",
    ask: Ask = over_netlink,
) -> Reading:
    """One look at the sockets of this process's network namespace.

    `outgoing` is ip_local_port_range; `source` one of SOURCES. With `auto` a host that does not answer over sock_diag
    is read from /proc/net/tcp. Raises HostError when no source that is allowed can be read.
    """
    for left in reversed(range(TRIES)):
        before = read_snapshot(proc)
        try:
            return Reading(before, _walk(question, before, outgoing, source, proc, ask), read_snapshot(proc))
        except MalformedReply:
            if not left:
                raise
    raise AssertionError("unreachable: the last try returns or raises")


def _walk(
    question: Question, before: Snapshot, outgoing: Optional[Tuple[int, int]], source: str, proc: str, ask: Ask
) -> Walk:
    if source == "procfs":
        return proc_net_tcp.walk(question, outgoing, proc)
    try:
        return netlink_walk.walk(question, before.gauges, outgoing, ask)
    except SockDiagUnavailable as error:
        if source == "netlink":
            raise HostError(
                "source is 'netlink', but {0}; source 'auto' would read /proc/net/tcp".format(error)
            ) from error
        return proc_net_tcp.walk(question, outgoing, proc)
