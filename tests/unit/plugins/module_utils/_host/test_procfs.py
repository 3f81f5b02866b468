# Copyright (c) 2026, the linuxnet.tcp authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Counters and limits from files of /proc."""

from __future__ import annotations

from pathlib import Path
from typing import Dict, List, Optional

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.linuxnet.tcp.plugins.module_utils._host import procfs
from ansible_collections.linuxnet.tcp.plugins.module_utils._model.errors import HostError
from ansible_collections.linuxnet.tcp.plugins.module_utils._model.readings import Gauges, Limits
from ansible_collections.linuxnet.tcp.tests.unit.machines.inet_diag import Socket
from ansible_collections.linuxnet.tcp.tests.unit.machines.machine import MACHINES, Machine
from ansible_collections.linuxnet.tcp.tests.unit.machines.proc_text import netstat, snmp, sockstat, write_proc
from ansible_collections.linuxnet.tcp.tests.unit.machines.random_sockets import sets_of_sockets

NAMES = st.sampled_from(("ActiveOpens", "TW", "TWRecycled", "inuse", "orphan", "tw", "mem", "0", "TCP", "TcpExt"))
TABLES = st.dictionaries(NAMES, st.dictionaries(NAMES, st.integers(-1, 2**64 - 1), max_size=8), max_size=4)


@pytest.fixture
def proc(tmp_path: Path) -> Path:
    """A machine without sockets."""
    write_proc(tmp_path, [])
    return tmp_path


def sysctl(proc: Path, key: str, text: str) -> None:
    """Have the machine show this value."""
    (proc / "sys" / key).write_text(text, encoding="ascii")


@given(TABLES)
def test_tables_of_snmp_come_back(tables: Dict[str, Dict[str, int]]) -> None:
    """A pair of lines a group, of names and of values, in the order in which a kernel happens to have them."""
    lines = []
    for group, values in tables.items():
        both = " ".join(values), " ".join(map(str, values.values()))
        lines += ["{0}: {1}".format(group, words) for words in both]
    assert procfs.parse_snmp("\n".join(lines).encode("ascii"), "snmp") == tables


@given(TABLES)
def test_tables_of_sockstat_come_back(tables: Dict[str, Dict[str, int]]) -> None:
    """A line a group, of names each with its value behind it."""
    lines = [
        "{0}: {1}".format(group, " ".join("{0} {1}".format(*pair) for pair in values.items()))
        for group, values in tables.items()
    ]
    assert procfs.parse_sockstat("\n".join(lines).encode("ascii"), "sockstat") == tables


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        (b"Tcp: A\nUdp: 1\n", "/proc/net/snmp has no values for 'Tcp'"),
        (b"Tcp: A\n\n", "/proc/net/snmp has no values for 'Tcp'"),
        (b"Tcp: A\nTcp: x\n", "/proc/net/snmp has 'x' where a number belongs"),
        (b"Tcp: A\nTcp: 1e5\n", "/proc/net/snmp has '1e5' where a number belongs"),
        (b"Tcp: A\nTcp: \xff\n", r"/proc/net/snmp has '\\ufffd' where a number belongs"),
        (b"Tcp: A\nTcp: 100000000000000000000\n", "/proc/net/snmp has '100000000000000000000' where a number belongs"),
    ],
)
def test_what_is_no_table_of_snmp(text: bytes, sentence: str) -> None:
    """A file with another shape is refused by a sentence that names it and what is wrong."""
    with pytest.raises(HostError, match=r"^{0}$".format(sentence)):
        procfs.parse_snmp(text, "snmp")


def test_what_is_no_table_of_sockstat() -> None:
    """A word where a number belongs is refused."""
    with pytest.raises(HostError, match=r"^/proc/net/sockstat has 'many' where a number belongs$"):
        procfs.parse_sockstat(b"TCP: inuse many\n", "sockstat")


def test_every_counter_is_found_under_its_kernel_name(proc: Path) -> None:
    """Each of our names stands for the kernel's counter of that meaning, and every one is read."""
    tcp: Dict[str, int] = {}
    ext: Dict[str, int] = {}
    for number, (group, name) in enumerate(procfs.COUNTERS.values(), 100):
        (tcp if group == "Tcp" else ext)[name] = number
    (proc / "net" / "snmp").write_text(snmp([], tcp), encoding="ascii")
    (proc / "net" / "netstat").write_text(netstat(ext), encoding="ascii")
    counters = procfs.read_snapshot(str(proc)).counters
    assert list(counters.values()) == list(range(100, 100 + len(procfs.COUNTERS)))


def test_a_counter_that_this_kernel_lacks_is_none(proc: Path) -> None:
    """Older kernels have fewer counters: what is not there is unknown, while its neighbours are read."""
    (proc / "net" / "netstat").write_text("TcpExt: TW\nTcpExt: 7\n", encoding="ascii")
    counters = procfs.read_snapshot(str(proc)).counters
    assert (counters["time_wait_done"], counters["listen_drops"]) == (7, None)
    assert counters["active_opens"] == 0


@given(sets_of_sockets())
def test_gauges(tmp_path_factory: pytest.TempPathFactory, sockets: List[Socket]) -> None:
    """The gauges are what the four files show of the sockets."""
    proc = tmp_path_factory.mktemp("proc")
    write_proc(proc, sockets)
    gauges = procfs.read_snapshot(str(proc)).gauges
    full = [held for held in sockets if held.timer != 3 and (held.state != 3 or held.inode)]
    assert gauges.inuse_ipv4 == sum(1 for held in full if held.family == 2)
    assert gauges.inuse_ipv6 == sum(1 for held in full if held.family == 10)
    assert gauges.minisockets == sum(1 for held in sockets if held.timer == 3)
    assert gauges.established_or_close_wait == sum(1 for held in sockets if held.state in (1, 8))
    assert gauges.minisockets_host_wide is False


def test_without_ipv6_there_are_no_sockets_of_it(proc: Path) -> None:
    """A kernel without IPv6 has no sockstat6: it holds no such socket, which is known to be 0."""
    (proc / "net" / "sockstat6").unlink()
    assert procfs.read_snapshot(str(proc)).gauges.inuse_ipv6 == 0


def test_without_counters_nothing_is_known(tmp_path: Path) -> None:
    """A host that shows no counters is not a host without sockets: every gauge, counter and limit is unknown."""
    snapshot = procfs.read_snapshot(str(tmp_path))
    assert snapshot.gauges == Gauges(None, None, None, True, None, None)
    assert set(snapshot.counters.values()) == {None}
    assert procfs.read_limits(str(tmp_path)) == Limits(*[None] * 10)
    assert procfs.read_local_ports(str(tmp_path)) == (None, None)


@pytest.mark.parametrize(
    ("present", "absent", "host_wide"),
    [
        ([], [], False),
        # Before 4.12, in the first namespace and in another.
        (["tcp_tw_recycle"], [], True),
        ([], ["tcp_max_tw_buckets"], True),
    ],
)
def test_whose_minisockets_are_counted(proc: Path, present: List[str], absent: List[str], host_wide: bool) -> None:
    """Where tcp_tw_recycle still exists or the cap is not shown, `tw` may count other namespaces' sockets as well."""
    for name in present:
        sysctl(proc, "net/ipv4/" + name, "0\n")
    for name in absent:
        (proc / "sys/net/ipv4" / name).unlink()
    assert procfs.read_snapshot(str(proc)).gauges.minisockets_host_wide is host_wide


def test_orphans_are_the_hosts(proc: Path) -> None:
    """The orphans that sockstat shows are taken as they are."""
    text = sockstat([]).replace("orphan 0", "orphan 12")
    (proc / "net" / "sockstat").write_text(text, encoding="ascii")
    assert procfs.read_snapshot(str(proc)).gauges.orphans == 12


def test_limits() -> None:
    """Every limit of a captured container is read, and the one that it does not show is None."""
    limits = procfs.read_limits(Machine(MACHINES / "container_hidepid").proc)
    assert limits == Limits(131072, None, 2048, 4096, 60, (32768, 60999), 2, 1, 1, 25276510208)


def test_a_limit_that_is_empty_is_none(proc: Path) -> None:
    """A key that shows nothing bounds nothing that we know of."""
    sysctl(proc, "net/ipv4/tcp_fin_timeout", "\n")
    assert procfs.read_limits(str(proc)).fin_timeout is None


@pytest.mark.parametrize(
    ("reserved", "available"),
    [
        ("", 28232),
        ("40000", 28231),
        ("40000-40009,50000", 28221),
        # Outside the range, at its ends, and beyond.
        ("80,1024-2000", 28232),
        ("1-32768,60999-65535", 28230),
        ("1-65535", 0),
    ],
)
def test_reserved_ports_are_not_available(proc: Path, reserved: str, available: int) -> None:
    """connect() never takes a reserved port by itself, so the range has as many ports less."""
    sysctl(proc, "net/ipv4/ip_local_reserved_ports", reserved + "\n")
    assert procfs.read_local_ports(str(proc)) == ((32768, 60999), available)


@pytest.mark.parametrize("text", ["1 2 3", "5", "", "60999 32768", "-5 100", "1024 65536", "1024 99999999999999999999"])
def test_what_is_no_range_of_ports(proc: Path, text: str) -> None:
    """A range that no kernel shows is refused by name."""
    sysctl(proc, "net/ipv4/ip_local_port_range", text)
    with pytest.raises(HostError, match=r"^net\.ipv4\.ip_local_port_range shows .*, not a range of ports$"):
        procfs.read_local_ports(str(proc))


@pytest.mark.parametrize("text", ["a", "1-b", "1-", "-5", "1 2", "9" * 5000, "\xb2"])
def test_what_is_no_list_of_ports(text: str) -> None:
    """A list of ports that no kernel shows is refused by name."""
    if text == "1-":
        # The kernel takes this for one port.
        assert procfs.parse_port_list(b"1-") == ((1, 1),)
        return
    with pytest.raises(HostError, match=r"^net\.ipv4\.ip_local_reserved_ports shows "):
        procfs.parse_port_list(text.encode("latin-1"))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (b"MemTotal:       24684092 kB\nMemFree: 1 kB\n", 24684092 * 1024),
        (b"MemFree: 1 kB\n", None),
        (b"", None),
        (b"MemTotal: 5\n", None),
    ],
)
def test_memory(text: bytes, expected: Optional[int]) -> None:
    """The host's memory is MemTotal, in bytes; a file without it says nothing."""
    assert procfs.parse_memory(text) == expected


def test_memory_that_is_no_number() -> None:
    """A MemTotal that is no number is refused by name."""
    with pytest.raises(HostError, match=r"^/proc/meminfo has 'much' where a number belongs$"):
        procfs.parse_memory(b"MemTotal: much kB\n")
