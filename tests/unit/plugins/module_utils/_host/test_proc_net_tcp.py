# Copyright (c) 2026, the linuxnet.tcp authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Sockets from /proc/net/tcp and tcp6."""

from __future__ import annotations

import os
import sys
from collections import Counter
from io import RawIOBase
from pathlib import Path
from typing import Any, Dict, List, Tuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.linuxnet.tcp.plugins.module_utils._host import proc_net_tcp
from ansible_collections.linuxnet.tcp.plugins.module_utils._model.errors import HostError, MalformedReply
from ansible_collections.linuxnet.tcp.plugins.module_utils._model.readings import (
    Listening,
    LocalEnd,
    Question,
    RemoteEnd,
    Route,
)
from ansible_collections.linuxnet.tcp.plugins.module_utils._model.states import LISTED_STATES, Family, Kind, State
from ansible_collections.linuxnet.tcp.tests.unit.machines.inet_diag import IPV4, IPV6, Socket
from ansible_collections.linuxnet.tcp.tests.unit.machines.proc_text import HEADINGS, tcp_line, tcp_table
from ansible_collections.linuxnet.tcp.tests.unit.machines.random_sockets import sets_of_sockets

EVERYTHING = Question(listeners=True, peers=True, processes=True)
ESTABLISHED = Kind(Family.IPV4, State.ESTABLISHED, 0)
# A line of a real kernel's, and one from beyond row 10000 of a minisocket.
LINE = (
    b"   1: 0100007F:D5CC 0100007F:1F90 01 00000000:00000000 00:00000000 00000000     0        0 501 1 "
    b"00000000222712c4 20 4 0 60 -1"
)
BUSY = (
    b"10001: 0100007F:D5CC 0100007F:1F90 06 00000000:00000000 03:00000F9A 00000000     0        0 0 3 "
    b"00000000222712c4"
)


@pytest.fixture
def proc(tmp_path: Path) -> Path:
    """A machine without any file yet but the folder of them."""
    (tmp_path / "net").mkdir()
    return tmp_path


def write(proc: Path, sockets: List[Socket], *, ipv6: bool = True) -> None:
    """Have the machine show these sockets."""
    (proc / "net" / "tcp").write_text(tcp_table(sockets, IPV4, sys.byteorder), encoding="ascii")
    if ipv6:
        (proc / "net" / "tcp6").write_text(tcp_table(sockets, IPV6, sys.byteorder), encoding="ascii")


@given(sets_of_sockets())
def test_every_line_counts(tmp_path_factory: pytest.TempPathFactory, sockets: List[Socket]) -> None:
    """The census has each socket once, by family, state and timer, and is complete for all states that are listed."""
    proc = tmp_path_factory.mktemp("proc")
    (proc / "net").mkdir()
    write(proc, sockets)
    walk = proc_net_tcp.walk(Question(), None, str(proc))
    assert walk.census == Counter(Kind(Family(held.family), State(held.state), held.timer) for held in sockets)
    assert walk.listed == {(family, state) for family in Family for state in LISTED_STATES}
    assert walk.source == "procfs"


def test_what_was_not_asked_for_is_not_kept(proc: Path) -> None:
    """Without a question, addresses and inodes are not kept: a busy host has a million of them."""
    write(proc, [Socket(IPV4, 1, "10.0.0.5", 40000, "10.0.0.9", 443, inode=5)])
    walk = proc_net_tcp.walk(Question(), (32768, 60999), str(proc))
    assert not any((walk.local_ends, walk.remote_ends, walk.routes, walk.sockets_by_inode))


def test_all_that_was_asked_for(proc: Path) -> None:
    """A listener, connections accepted and waiting, and an outgoing one come with their ends and owners."""
    write(
        proc,
        [
            Socket(IPV4, 10, "0.0.0.0", 80, "0.0.0.0", 0, inode=1, receive_queue=7, send_queue=511),
            Socket(IPV4, 1, "10.0.0.5", 80, "192.0.2.1", 50000, inode=2),
            Socket(IPV4, 1, "10.0.0.5", 80, "192.0.2.1", 50001),
            Socket(IPV4, 1, "10.0.0.5", 40000, "10.0.0.9", 443, inode=3),
            Socket(IPV4, 6, "10.0.0.5", 80, "192.0.2.2", 50000, timer=3),
        ],
    )
    walk = proc_net_tcp.walk(EVERYTHING, (32768, 60999), str(proc))
    time_wait = Kind(Family.IPV4, State.TIME_WAIT, 3)
    # The backlog of a listener is not in this file.
    assert walk.listening == (Listening(Family.IPV4, "0.0.0.0", 80, 7, None),)
    assert walk.local_ends == {LocalEnd(ESTABLISHED, "10.0.0.5", 80): 2, LocalEnd(time_wait, "10.0.0.5", 80): 1}
    assert walk.remote_ends == {
        RemoteEnd(ESTABLISHED, "192.0.2.1"): 2,
        RemoteEnd(ESTABLISHED, "10.0.0.9"): 1,
        RemoteEnd(time_wait, "192.0.2.2"): 1,
    }
    assert walk.routes == {Route("10.0.0.5", "10.0.0.9", 443): 1}
    assert walk.sockets_by_inode == {1: State.LISTEN, 2: State.ESTABLISHED, 3: State.ESTABLISHED}
    assert walk.nobodys_sockets == 1


def test_only_some_ports(proc: Path) -> None:
    """Sockets with other local ports are left out, ports of the other end do not matter."""
    sockets = [Socket(IPV4, 1, "10.0.0.5", port, "10.0.0.9", 80) for port in (80, 443, 8080, 81)]
    write(proc, sockets)
    walk = proc_net_tcp.walk(Question(ports=frozenset({80, 8080})), None, str(proc))
    assert sum(walk.census.values()) == 2


def test_no_ipv6(proc: Path) -> None:
    """A missing tcp6 is a kernel without IPv6: no sockets of it, and the census is complete."""
    write(proc, [Socket(IPV4, 1, "10.0.0.5", 80, "10.0.0.9", 5)], ipv6=False)
    walk = proc_net_tcp.walk(Question(), None, str(proc))
    assert walk.census == {ESTABLISHED: 1}
    assert (Family.IPV6, State.ESTABLISHED) in walk.listed


def test_no_table_at_all(proc: Path) -> None:
    """A host that shows no table of sockets does not have 0 of them: that is an error."""
    with pytest.raises(HostError, match="^this host shows no TCP sockets: {0}/net/tcp does not exist$".format(proc)):
        proc_net_tcp.walk(Question(), None, str(proc))


def test_a_table_that_cannot_be_read(proc: Path) -> None:
    """A table that is there and cannot be read is an error, not an empty one."""
    (proc / "net" / "tcp").mkdir()
    with pytest.raises(HostError, match="^cannot read {0}/net/tcp: Is a directory$".format(proc)):
        proc_net_tcp.walk(Question(), None, str(proc))


@pytest.mark.parametrize(("line", "state", "timer"), [(LINE, b"01", b"00"), (BUSY, b"06", b"03")])
def test_columns_may_stand_anywhere(line: bytes, state: bytes, timer: bytes) -> None:
    """From row 10000 on all columns stand further right, and minisockets have fewer of them."""
    row = proc_net_tcp.parse_row(line, "tcp")
    assert row[:3] == (b"0100007F:D5CC", b"0100007F:1F90", state)
    assert row.timer == timer
    assert row.inode == (b"501" if line is LINE else b"0")


@pytest.mark.parametrize("first", [9_999, 99_999, 999_999])
def test_rows_at_which_the_columns_move(proc: Path, first: int) -> None:
    """Rows 10,000, 100,000 and 1,000,000 are read like those before."""
    sockets = [Socket(IPV4, state, "10.0.0.5", 80, "10.0.0.9", 5, timer=3 * (state == 6)) for state in (1, 6, 8)]
    (proc / "net" / "tcp").write_text(tcp_table(sockets, IPV4, first_row=first), encoding="ascii")
    walk = proc_net_tcp.walk(Question(), None, str(proc))
    assert {kind.state: count for kind, count in walk.census.items()} == {1: 1, 6: 1, 8: 1}


def test_a_hundred_thousand_rows(proc: Path) -> None:
    """A whole table, past rows 10,000 and 100,000, loses none and repeats none."""
    states = (1, 6, 8, 4)
    # Of each state a line without its number.
    bare = [
        tcp_line(0, Socket(IPV4, state, "10.0.0.5", 80, "10.0.0.9", 5, timer=3 * (state == 6)), sys.byteorder)[4:]
        for state in states
    ]
    lines = [HEADINGS[IPV4].ljust(149)]
    lines += ["{0:4d}{1}".format(number, bare[number % 4]) for number in range(100_020)]
    (proc / "net" / "tcp").write_text("\n".join(lines) + "\n", encoding="ascii")
    walk = proc_net_tcp.walk(Question(), None, str(proc))
    assert {int(kind.state): count for kind, count in walk.census.items()} == dict.fromkeys(states, 25_005)


class Seq(RawIOBase):
    """A file as the kernel gives it: each read() is answered with whole lines, as many as fit into a page."""

    def __init__(self, lines: List[bytes]) -> None:
        super().__init__()
        self.lines = lines
        self.reads = 0

    def readinto(self, buffer: Any) -> int:
        """The next lines."""
        self.reads += 1
        taken = b""
        while self.lines and len(taken) + len(self.lines[0]) <= len(buffer):
            taken += self.lines.pop(0)
        buffer[: len(taken)] = taken
        return len(taken)


@given(st.integers(0, 200), st.sampled_from((150, 180)))
def test_one_pass_gives_every_line_once(number: int, width: int) -> None:
    """Line by line, from reads of whole lines, all come and in order."""
    lines = [str(n).encode().ljust(width - 1) + b"\n" for n in range(number)]
    assert [int(line) for line in proc_net_tcp.one_pass(Seq(list(lines)))] == list(range(number))


def test_one_pass_does_not_ask_again_at_the_end() -> None:
    """After a read that had room for another line nothing is asked for: a busy kernel would start over."""
    stream = Seq([b"x" * 149 + b"\n"] * 30)
    assert len(list(proc_net_tcp.one_pass(stream))) == 30
    assert stream.reads == 2


@given(st.binary(max_size=20_000))
def test_one_pass_over_a_plain_file(tmp_path_factory: pytest.TempPathFactory, content: bytes) -> None:
    """A file that is cut anywhere by its reads, as a captured one is, gives its lines."""
    path = tmp_path_factory.mktemp("plain") / "file"
    path.write_bytes(content)
    expected = content.split(b"\n")
    if not expected[-1]:
        expected.pop()
    with path.open("rb", buffering=0) as stream:
        assert list(proc_net_tcp.one_pass(stream)) == expected


ADDRESSES = {"ipv4": (IPV4, "192.0.2.9"), "ipv6": (IPV6, "2001:db8::5:6"), "mapped": (IPV6, "::ffff:192.0.2.9")}


@pytest.mark.parametrize("byteorder", ["little", "big"])
@pytest.mark.parametrize("name", ADDRESSES)
def test_addresses_by_byte_order(proc: Path, monkeypatch: pytest.MonkeyPatch, byteorder: str, name: str) -> None:
    """The kernel prints addresses as numbers of its own byte order: C0000209 on s390x is 090200C0 here."""
    family, address = ADDRESSES[name]
    monkeypatch.setattr(sys, "byteorder", byteorder)
    text = tcp_table([Socket(family, 1, "127.0.0.1" if family == IPV4 else "::1", 80, address, 5)], family, byteorder)
    (proc / "net" / ("tcp" if family == IPV4 else "tcp6")).write_text(text, encoding="ascii")
    walk = proc_net_tcp.walk(Question(peers=True), None, str(proc))
    assert [end.address for end in walk.remote_ends] == [address]


BROKEN: Dict[str, Tuple[bytes, str]] = {
    "empty line": (b"", "has a line that is no socket: b''"),
    "few columns": (b"   1: 0100007F:D5CC", "has a line that is no socket"),
    "unknown state": (LINE.replace(b" 01 ", b" 0C "), "has a socket in state b'0C'"),
    "no state": (LINE.replace(b" 01 ", b" zz "), "has b'zz' where a hexadecimal number belongs"),
    "sign": (LINE.replace(b" 01 ", b" +1 "), r"has b'\+1' where a hexadecimal number belongs"),
    "short address": (LINE.replace(b"0100007F:1F90", b"100007F:1F90"), "has the address b'100007F'"),
    "negative address": (LINE.replace(b"0100007F:1F90", b"-100007F:1F90"), "where a hexadecimal number belongs"),
    "no port": (LINE.replace(b"0100007F:D5CC", b"0100007F"), "has b'' where a hexadecimal number belongs|no socket"),
    "large port": (LINE.replace(b"01 0000", b"0A 0000").replace(b":D5CC", b":FD5CC"), "has the port b'FD5CC'"),
    "inode": (LINE.replace(b" 501 ", b" 5o1 "), "has the inode b'5o1'"),
    "huge inode": (LINE.replace(b" 501 ", b" " + b"9" * 5000 + b" "), "has the inode b'999"),
}


@pytest.mark.parametrize("name", BROKEN)
def test_lines_that_no_kernel_writes(proc: Path, name: str) -> None:
    """A line that is no socket is refused, with what is wrong about it: counting past it would be guessing."""
    line, sentence = BROKEN[name]
    listener = LINE.replace(b" 01 ", b" 0A ")
    table = [HEADINGS[IPV4].encode("ascii"), listener, line, LINE]
    (proc / "net" / "tcp").write_bytes(b"\n".join(table) + b"\n")
    with pytest.raises(MalformedReply, match=sentence):
        proc_net_tcp.walk(EVERYTHING, (1, 65535), str(proc))


@pytest.mark.skipif(not os.path.exists("/proc/net/tcp"), reason="this machine shows no table of sockets")  # noqa: PTH110
def test_this_machine() -> None:
    """The running kernel's own tables are read without complaint."""
    walk = proc_net_tcp.walk(EVERYTHING, (32768, 60999), "/proc")
    assert all(count > 0 for count in walk.census.values())
