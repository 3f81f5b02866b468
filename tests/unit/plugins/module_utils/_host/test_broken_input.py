# Copyright (c) 2026, the linuxnet.tcp authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Broken input: mutated replies of sock_diag and mutated files of /proc give facts or an error of ours, nothing else.

What is broken comes from captured machines. The fuzz gate tries 100,000 of them; see tests/unit/conftest.py. To draw a
mutation takes longer than to try it, so each that is drawn is tried in several places.
"""

from __future__ import annotations

import os
import shutil
import struct
import tempfile
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from typing import AbstractSet, Any, Dict, Generator, Iterator, List, Sequence, Tuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.linuxnet.tcp.plugins.module_utils._host.netlink_walk import walk as netlink_walk
from ansible_collections.linuxnet.tcp.plugins.module_utils._host.proc_net_tcp import walk as procfs_walk
from ansible_collections.linuxnet.tcp.plugins.module_utils._host.procfs import (
    read_limits,
    read_local_ports,
    read_snapshot,
)
from ansible_collections.linuxnet.tcp.plugins.module_utils._model.errors import LinuxnetError
from ansible_collections.linuxnet.tcp.plugins.module_utils._model.readings import Question, Reading
from ansible_collections.linuxnet.tcp.plugins.module_utils._plan.tcp_facts import assemble
from ansible_collections.linuxnet.tcp.plugins.module_utils._survey.sockets import look_at_sockets
from ansible_collections.linuxnet.tcp.tests.unit.machines.capture import DEFAULTS
from ansible_collections.linuxnet.tcp.tests.unit.machines.inet_diag import cut
from ansible_collections.linuxnet.tcp.tests.unit.machines.machine import MACHINES, Machine

# A real kernel's replies, and built ones with several lengths in a datagram.
REPLYING = [Machine(MACHINES / name) for name in ("every_state", "container_hidepid", "mixed_datagrams", "kernel_3_10")]
TABLES = ("tcp", "tcp6")
COUNTERS = ("sockstat", "sockstat6", "snmp", "netstat")
# Numbers at which something overflows, is signed, or is no number at all.
NASTY_NUMBERS = [0, 1, 3, 15, 16, 17, 20, 87, 88, 0x7FFF, 0x8000, 0xFFFC, 0xFFFF, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFF]
NASTY_WORDS = [
    b"", b"0", b"-1", b"+1", b"1_0", b"0x10", b"00000000000000000000", b"18446744073709551616", b"\xb2", b"\xff", b"\0",
    b":", b"::", b"1.5", b"nan", b" ", b"\n", b"\t", b"TCP:", b"Tcp:", b"TcpExt: TW", b"-0000001", b"0000000g", b"0A",
    b"0C", b"FF", b"70000", b"99999 5", b"4-2", b"9-", b"1,2", b"9" * 5000, b"F" * 400, b"1e400", b"MemTotal: 1 kB",
]  # fmt: skip
QUESTIONS = st.builds(
    Question,
    families=st.booleans(),
    listeners=st.booleans(),
    peers=st.booleans(),
    processes=st.booleans(),
    ports=st.sampled_from((frozenset(), frozenset({80, 443}))),
    list_established=st.booleans(),
)
# How many places each drawn mutation is tried in.
PLACES = 8
# What to do, where (as a part of the whole, in 1/65536), and a number for it.
Mutation = Tuple[int, int, int]
MUTATIONS = st.lists(
    st.tuples(
        st.integers(0, 7),
        st.integers(0, 65535),
        st.one_of(st.sampled_from(NASTY_NUMBERS), st.integers(0, 2**32 - 1)),
    ),
    min_size=1,
    max_size=4,
)


SNAPSHOTS = {machine.name: read_snapshot(machine.proc) for machine in REPLYING}
LIMITS = read_limits(REPLYING[0].proc)


def place(where: int, length: int) -> int:
    """The index that lies at this part of a sequence."""
    return where * length >> 16


def everywhere(mutations: Sequence[Mutation]) -> Iterator[List[Mutation]]:
    """The mutations in each of PLACES places, evenly apart."""
    for step in range(PLACES):
        yield [(kind, (where + step * 65536 // PLACES) % 65536, number) for kind, where, number in mutations]


def mutated_datagrams(datagrams: Sequence[bytes], mutations: Sequence[Mutation]) -> List[bytes]:
    """The reply after all mutations."""
    reply = [bytearray(datagram) for datagram in datagrams]
    for kind, where, number in mutations:
        if not reply:
            break
        index = place(where, len(reply))
        # Of the rest of `where`, the place within the datagram.
        _mutate_datagram(reply, index, kind, where * len(reply) & 0xFFFF, number)
    return [bytes(datagram) for datagram in reply]


def _mutate_datagram(reply: List[bytearray], index: int, kind: int, where: int, number: int) -> None:
    datagram = reply[index]
    messages = list(_messages(datagram))
    start, end = messages[place(where, len(messages))] if messages else (0, len(datagram))
    position = place(where, len(datagram))
    if kind == 0 and datagram:
        datagram[position] ^= 1 << number % 8
    elif kind == 1:
        # Cut short: the datagram, or the whole reply.
        del reply[index + 1 :]
        del datagram[position:]
    elif kind == 2 and end - start >= 16:
        # A lie in the header: length, type, sequence.
        offset, form = (((0, "=I"), (4, "=H"), (8, "=I")) * 2)[number % 6]
        struct.pack_into(form, datagram, start + offset, number & (0xFFFF if form == "=H" else 0xFFFFFFFF))
    elif kind == 3 and end - start >= 24:
        # Family, state, timer, ports; or the error inside an end mark.
        struct.pack_into("=I", datagram, start + 16 + 4 * (number % 2), number)
    elif kind == 4:
        # A message once more, or very often.
        datagram[end:end] = datagram[start:end] * (1 + number % 50)
    elif kind == 5:
        del datagram[start:end]
    elif kind == 6:
        reply.insert(number % (len(reply) + 1), reply.pop(index))
    else:
        datagram[position:position] = number.to_bytes(4, "little") * (1 + number % 3)


def _messages(datagram: bytearray) -> Iterator[Tuple[int, int]]:
    for start, end, _kind in cut(bytes(datagram)):
        # A lie that was told before does not lead on.
        if end <= start or end > len(datagram):
            return
        yield start, end


def mutated_text(text: bytes, mutations: Sequence[Mutation]) -> bytes:
    """The file's content after all mutations."""
    for kind, where, number in mutations:
        position = place(where, len(text))
        line, words = _line_at(text, position), text.split(b" ")
        if kind == 0 and text:
            text = text[:position] + bytes([text[position] ^ (1 << number % 8)]) + text[position + 1 :]
        elif kind == 1:
            text = text[:position]
        elif kind == 2:
            word = NASTY_WORDS[number % len(NASTY_WORDS)]
            index = place(where, len(words))
            text = b" ".join([*words[:index], word, *words[index + 1 :]])
        elif kind == 3:
            text = text[:position] + NASTY_WORDS[number % len(NASTY_WORDS)] + text[position:]
        elif kind == 4:
            text = text.replace(line, line * (1 + number % 40), 1) if line else text
        elif kind == 5:
            text = text.replace(line, b"", 1) if line else text
        elif kind == 6:
            text = text[position:] + text[:position]
        else:
            text = text[:position] + bytes(number % 9000) + text[position:]
    return text


def _line_at(text: bytes, position: int) -> bytes:
    begin = text.rfind(b"\n", 0, position) + 1
    end = text.find(b"\n", position)
    return text[begin : end + 1] if end >= 0 else text[begin:]


@lru_cache(maxsize=None)
def _reply(machine: Machine, request: bytes) -> List[bytes]:
    try:
        return [bytes(datagram) for datagram in machine.ask(request)]
    except LookupError:
        # Broken counters make for other questions than those that were recorded.
        return [bytes(datagram) for datagram in REPLYING[2].ask(request)]


class BrokenKernel:
    """Answers as the machine does, but one of its replies is mutated: `nth`, counted from 0."""

    def __init__(self, machine: Machine, nth: int, mutations: Sequence[Mutation]) -> None:
        self.machine = machine
        self.left = nth
        self.mutations = mutations

    def ask(self, request: bytes) -> Generator[memoryview, None, None]:
        """The datagrams of the reply."""
        datagrams = _reply(self.machine, request)
        if self.left == 0:
            datagrams = mutated_datagrams(datagrams, self.mutations)
        self.left -= 1
        for datagram in datagrams:
            yield memoryview(datagram)


def facts_of(question: Question, reading: Reading) -> Dict[str, Any]:
    """What becomes of a reading: the facts have to be such as can be shown."""
    facts = assemble(question, reading, LIMITS, 28232, None, 10)
    assert all(count >= 0 for count in facts["states"].values())
    assert facts["total"] == sum(facts["states"].values())
    return facts


@pytest.fixture(scope="module")
def scratch() -> Iterator[Path]:
    """Copies of the machines' /proc, to be broken; in memory where the host has such a folder."""
    in_memory = Path("/dev/shm")  # noqa: S108
    with tempfile.TemporaryDirectory(dir=str(in_memory) if os.access(str(in_memory), os.W_OK) else None) as folder:
        for machine in REPLYING:
            shutil.copytree(machine.proc, str(Path(folder) / machine.name))
        yield Path(folder)


@contextmanager
def broken(path: Path, mutations: Sequence[Mutation]) -> Iterator[None]:
    """The file with other content, as long as the block lasts."""
    content = path.read_bytes()
    path.write_bytes(mutated_text(content, mutations))
    try:
        yield
    finally:
        path.write_bytes(content)


def test_all_shares_are_the_whole() -> None:
    """As many mutated inputs are tried as LINUXNET_FUZZ_EXAMPLES says: the tests' shares add up to 1."""
    tests = (test_broken_replies, test_broken_tables, test_broken_counters_and_limits, test_broken_hosts)
    marks = [mark for test in tests for mark in getattr(test, "pytestmark", ())]
    assert sum(mark.kwargs["share"] for mark in marks) * PLACES == pytest.approx(1)


@pytest.mark.fuzz(share=0.5 / PLACES)
@given(st.sampled_from(REPLYING), QUESTIONS, st.integers(0, 3), MUTATIONS)
def test_broken_replies(machine: Machine, question: Question, nth: int, mutations: List[Mutation]) -> None:
    """A reply of sock_diag that no kernel would send gives counts, or an error of ours."""
    snapshot = SNAPSHOTS[machine.name]
    for placed in everywhere(mutations):
        try:
            walked = netlink_walk(question, snapshot.gauges, (32768, 60999), BrokenKernel(machine, nth, placed).ask)
        except LinuxnetError:
            continue
        facts_of(question, Reading(snapshot, walked, snapshot))


@pytest.mark.fuzz(share=0.26 / PLACES)
@given(st.sampled_from(REPLYING), st.sampled_from(TABLES), QUESTIONS, MUTATIONS)
def test_broken_tables(
    scratch: Path, machine: Machine, table: str, question: Question, mutations: List[Mutation]
) -> None:
    """A /proc/net/tcp or tcp6 that no kernel would show gives counts, or an error of ours."""
    proc, snapshot = scratch / machine.name, SNAPSHOTS[machine.name]
    for placed in everywhere(mutations):
        with broken(proc / "net" / table, placed):
            try:
                walked = procfs_walk(question, (32768, 60999), str(proc))
            except LinuxnetError:
                continue
        facts_of(question, Reading(snapshot, walked, snapshot))


@pytest.mark.fuzz(share=0.2 / PLACES)
@given(st.sampled_from(REPLYING), st.integers(0, 65535), MUTATIONS)
def test_broken_counters_and_limits(scratch: Path, machine: Machine, which: int, mutations: List[Mutation]) -> None:
    """A file of counters or limits that no kernel would show gives numbers or none, or an error of ours."""
    proc = scratch / machine.name
    for placed in everywhere(mutations):
        with broken(_a_small_file(proc, which), placed):
            try:
                read_snapshot(str(proc))
                read_local_ports(str(proc))
                read_limits(str(proc))
            except LinuxnetError:
                continue


def _a_small_file(proc: Path, which: int) -> Path:
    """One of the files that are read besides the tables of sockets."""
    return _small_files(proc)[place(which, len(_small_files(proc)))]


@lru_cache(maxsize=None)
def _small_files(proc: Path) -> List[Path]:
    return sorted(path for path in proc.rglob("*") if path.is_file() and path.name not in TABLES)


@pytest.mark.fuzz(share=0.04 / PLACES)
@given(
    st.sampled_from(REPLYING),
    st.tuples(
        st.sets(st.sampled_from(("family", "listener", "peer", "process"))),
        st.sampled_from(("auto", "netlink")),
    ),
    st.integers(0, 5),
    st.integers(0, 65535),
    MUTATIONS,
    MUTATIONS,
)
def test_broken_hosts(
    scratch: Path,
    machine: Machine,
    question: Tuple[AbstractSet[str], str],
    nth: int,
    which: int,
    reply_mutations: List[Mutation],
    file_mutations: List[Mutation],
) -> None:
    """A whole host that lies, over netlink and in a file at once, gives facts, or an error of ours."""
    proc = scratch / machine.name
    by, source = question
    for of_reply, of_file in zip(everywhere(reply_mutations), everywhere(file_mutations)):
        with broken(_a_small_file(proc, which), of_file):
            kernel = BrokenKernel(machine, nth, of_reply)
            try:
                asked = {**DEFAULTS, "by": sorted(by), "source": source}
                facts, _unseen = look_at_sockets(asked, str(proc), kernel.ask)
            except LinuxnetError as error:
                assert str(error).isprintable()  # noqa: PT017
                continue
        assert all(count >= 0 for count in facts["states"].values())
