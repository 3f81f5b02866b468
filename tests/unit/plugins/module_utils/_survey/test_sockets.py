# Copyright (c) 2026, the linuxnet.tcp authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The facts of captured machines, and of random ones held against a model."""

from __future__ import annotations

import json
import tempfile
import time
from pathlib import Path
from typing import Any, Dict, List, Set

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.linuxnet.tcp.plugins.module_utils._model.errors import InputError
from ansible_collections.linuxnet.tcp.plugins.module_utils._survey import sockets as survey
from ansible_collections.linuxnet.tcp.plugins.module_utils._survey.sockets import look_at_sockets
from ansible_collections.linuxnet.tcp.tests.unit.machines import model
from ansible_collections.linuxnet.tcp.tests.unit.machines.capture import DEFAULTS, as_procfs, facts_of
from ansible_collections.linuxnet.tcp.tests.unit.machines.inet_diag import Kernel, Socket, message
from ansible_collections.linuxnet.tcp.tests.unit.machines.machine import MACHINES, Expectation, Machine, machines
from ansible_collections.linuxnet.tcp.tests.unit.machines.proc_text import snmp, write_proc
from ansible_collections.linuxnet.tcp.tests.unit.machines.random_sockets import PORTS, sets_of_sockets

Json = Dict[str, Any]
EVERYTHING = ["family", "listener", "peer", "process"]
QUESTIONS = [
    pytest.param(machine, expectation, id="{0}-{1}".format(machine.name, json.dumps(expectation.parameters)))
    for machine in machines()
    for expectation in machine.expectations
]


@pytest.mark.parametrize(("machine", "expectation"), QUESTIONS)
def test_facts_of_captured_machines(machine: Machine, expectation: Expectation, tmp_path: Path) -> None:
    """A captured machine gives the facts that are written beside it."""
    host = machine.with_processes(tmp_path)
    assert facts_of(expectation.parameters, host.proc, host.ask) == expectation.facts


@pytest.mark.parametrize(("machine", "expectation"), QUESTIONS)
def test_facts_of_captured_machines_by_procfs(machine: Machine, expectation: Expectation, tmp_path: Path) -> None:
    """The same machine gives the same facts from /proc/net/tcp, but for the backlog of listeners."""
    host = machine.with_processes(tmp_path)
    assert facts_of({**expectation.parameters, "source": "procfs"}, host.proc, host.ask) == as_procfs(expectation.facts)


@given(sets_of_sockets(), st.sets(st.sampled_from(EVERYTHING)), st.sets(st.sampled_from(PORTS), max_size=4), st.data())
def test_facts_of_random_machines(sockets: List[Socket], by: Set[str], ports: Set[int], data: st.DataObject) -> None:
    """Whatever sockets there are and whatever is asked, netlink and procfs give what counting one by one gives."""
    with_end = data.draw(st.booleans(), "DONE shares a datagram with sockets")
    size = data.draw(st.sampled_from((100, 500, 32768)), "size of datagrams")
    refuses = data.draw(st.sampled_from(((), ((18, 22),))), "old request refused")
    attributes = data.draw(st.lists(st.sampled_from((0, 4, 8, 16, 28)), min_size=1, max_size=3), "attribute bytes")
    old_kernel = data.draw(st.booleans(), "tw is host-wide")
    sysctls = {"net/ipv4/ip_local_reserved_ports": "40000-40010,50000"}
    if old_kernel:
        sysctls["net/ipv4/tcp_tw_recycle"] = "0"
    messages = [message(held, bytes(attributes[i % len(attributes)])) for i, held in enumerate(sockets)]
    asked = [held for held in sockets if not ports or held.local_port in ports]
    with tempfile.TemporaryDirectory() as folder:
        write_proc(Path(folder), sockets, sysctls, minisockets_elsewhere=1000 if old_kernel else 0)
        for source in ("netlink", "procfs"):
            question = {"by": sorted(by), "ports": sorted(ports), "top": 3, "source": source}
            kernel = Kernel(messages, refuses, end_with_sockets=with_end, datagram_bytes=size)
            facts = facts_of(question, folder, kernel.ask)
            assert facts["states"] == model.states(asked)
            assert (facts["total"], facts["source"], facts["skew"]) == (len(asked), source, 0)
            if "family" in by:
                assert facts["families"] == model.families(asked)
            if "listener" in by:
                assert facts["listeners"] == model.listeners(asked, with_backlog=source == "netlink")
            if "peer" in by:
                assert facts["peers"] == model.peers(asked, 3)
                assert facts["usage"]["local_ports"] == model.local_ports(asked, 32768, 60999, 28232 - 12)
            if "process" in by:
                assert facts["processes"] == []
                assert facts["unattributed"] == model.nobodys(asked) + sum(1 for held in asked if held.inode)


def test_every_machine_says_what_it_is() -> None:
    """Each captured machine has a text beside it, and answers to something."""
    for machine in machines():
        assert (machine.folder / "README.md").read_text(encoding="utf-8").startswith("# ")
        assert machine.expectations


@pytest.fixture
def proc(tmp_path: Path) -> str:
    """A machine without sockets."""
    write_proc(tmp_path, [])
    return str(tmp_path)


def test_hidden_processes_are_said(tmp_path: Path) -> None:
    """With /proc mounted with hidepid=2 an ordinary user is told that sockets of others could not be attributed."""
    host = Machine(MACHINES / "container_hidepid").with_processes(tmp_path)
    facts, unseen = look_at_sockets({**DEFAULTS, "by": ["process"]}, host.proc, host.ask)
    assert facts["unattributed"] == 5
    (sentence,) = unseen
    assert "hidepid" in sentence
    assert "5 sockets" in sentence


def test_what_was_seen_needs_no_word(tmp_path: Path) -> None:
    """Root, who sees all processes, gets no warning."""
    host = Machine(MACHINES / "every_state").with_processes(tmp_path)
    facts, unseen = look_at_sockets({**DEFAULTS, "by": ["process"]}, host.proc, host.ask)
    assert facts["processes"]
    assert unseen == []


def test_a_full_socket_in_syn_recv_is_no_established_one(tmp_path: Path) -> None:
    """With TCP Fast Open a socket is full before the handshake is over: a second look lists ESTABLISHED."""
    sockets = [
        Socket(2, 10, "0.0.0.0", 80, "0.0.0.0", 0, inode=1),
        Socket(2, 3, "10.0.0.5", 80, "192.0.2.1", 5, timer=1, inode=2),
        Socket(2, 1, "10.0.0.5", 80, "192.0.2.1", 6, inode=3),
    ]
    write_proc(tmp_path, sockets)
    facts = facts_of({"by": []}, str(tmp_path), Kernel([message(held) for held in sockets]).ask)
    assert facts["states"] == model.states(sockets)


def test_without_a_sample_nothing_is_a_rate(proc: str) -> None:
    """One reading has no rates; how long it took is said."""
    facts, _unseen = look_at_sockets(DEFAULTS, proc, Kernel([]).ask)
    assert "rates" not in facts
    assert facts["elapsed_ms"] > 0


def test_rates_of_a_sample(proc: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A sample lasts as long as asked for and gives the rise of each counter by the second; it is not in elapsed_ms."""
    clock = [100.0]

    def sleep(seconds: float) -> None:
        clock[0] += seconds
        (Path(proc) / "net" / "snmp").write_text(snmp([], {"ActiveOpens": 30}), encoding="ascii")

    monkeypatch.setattr(time, "sleep", sleep)
    monkeypatch.setattr(time, "monotonic", lambda: clock[0])
    facts, _unseen = look_at_sockets({**DEFAULTS, "sample": 4.0}, proc, Kernel([]).ask)
    assert facts["rates"]["active_opens"] == 7.5
    assert facts["rates"]["passive_opens"] == 0.0
    assert facts["counters"]["active_opens"] == 30
    assert facts["elapsed_ms"] == 0.0


def test_the_question_is_checked_before_the_host_is_looked_at() -> None:
    """A bad parameter is refused though there is no host at all, and no namespace is entered first."""
    with pytest.raises(InputError, match=r"^top is 0"):
        look_at_sockets({**DEFAULTS, "top": 0, "network_namespace": "nowhere"}, "/nowhere", Kernel([]).ask)


def test_ones_own_namespace(proc: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The namespace is entered before anything is read in it."""
    entered: List[Any] = []
    monkeypatch.setattr(survey, "enter", lambda *where: entered.append(where))
    look_at_sockets({**DEFAULTS, "network_namespace": "blue"}, proc, Kernel([]).ask)
    assert entered == [("blue", proc)]
