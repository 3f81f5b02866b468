# Copyright (c) 2026, the linuxnet.tcp authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Hosts that have something, made for real: state_facts looks, and the filter says what it is.

Everything is bounded: at most a few hundred connections, over loopback or a cable between two namespaces.
"""

from __future__ import annotations

import errno
import os
import socket
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.linuxnet.tcp.plugins.filter.diagnose import diagnose
from ansible_collections.linuxnet.tcp.tests.lab import cuts, load, netns, states
from ansible_collections.linuxnet.tcp.tests.lab.leaking import leaking
from ansible_collections.linuxnet.tcp.tests.lab.run_module import run_module
from ansible_collections.linuxnet.tcp.tests.lab.throwaway_host import Host

Findings = dict[str, dict[str, Any]]
SOMEWHERE = ("127.0.0.1", 9000)  # outside every range of local ports that is set here


def look(**more: object) -> dict[str, Any]:
    """The facts that serve the diagnosis best."""
    return run_module("state_facts", {"by": ["listener", "peer", "process"], **more}).facts


def found(facts: dict[str, Any], tunables: Any = (), earlier: Any = None) -> Findings:
    """The findings by id."""
    return {finding["id"]: finding for finding in diagnose(facts, tunables, earlier)}


def serious(findings: Findings) -> list[str]:
    """The ids of those that somebody has to act on."""
    return [id_ for id_, finding in findings.items() if finding["severity"] != "info"]


def call_and_leave(times: int) -> int:
    """Connect to SOMEWHERE and close first, so many times or until there is no port left; how often it worked."""
    with socket.create_server(SOMEWHERE, backlog=8) as door:
        for made in range(times):
            client = socket.socket()
            if client.connect_ex(SOMEWHERE) == errno.EADDRNOTAVAIL:
                client.close()
                return made
            server = door.accept()[0]
            client.close()
            assert server.recv(1) == b""
            server.close()
    return times


@contextmanager
def half_open(times: int, backlog: int) -> Iterator[int]:
    """So many callers whose answers are lost, at one listener; its port."""
    with ExitStack() as stack:
        door = stack.enter_context(states.listening(states.IPV4, backlog=backlog))
        for _number in range(times):
            client = stack.enter_context(states.calling(states.IPV4))
            client.bind(("127.0.0.1", 0))
            stack.enter_context(cuts.by_socket_filter(client))
            states.start_connecting(client, states.IPV4, states.port_of(door))
        yield states.port_of(door)


def test_a_leak_is_found_and_its_process_named(inside: netns.Namespace) -> None:
    """A server that never closes: by two samples it grows, by one it is a pile, and either way it has a name."""
    earlier = look()
    with leaking(40) as pid:
        facts = look()
        command = Path(f"/proc/{pid}/comm").read_text(encoding="utf-8").strip()
    growing = found(facts, earlier=earlier)["close_wait_growing"]
    assert growing["evidence"]["grown"] == growing["evidence"]["close_wait"] == 40
    for finding in (growing, found(facts)["close_wait_pile"]):
        assert (finding["evidence"]["pid"], finding["evidence"]["held_by_process"]) == (pid, 40)
        assert command.startswith(finding["evidence"]["command"])
        assert finding["remedy"].startswith("application: ")


@pytest.mark.parametrize(
    ("somaxconn", "asked", "remedy"), [(4096, 2, "application: "), (2, 100, "tunable: net.core.somaxconn")]
)
def test_a_full_accept_queue_is_the_programs_or_the_kernels(
    inside: netns.Namespace, somaxconn: int, asked: int, remedy: str
) -> None:
    """A program that does not accept: the port is named, and who bounds its queue."""
    inside.set("net.core.somaxconn", somaxconn)
    earlier = look()
    with ExitStack() as stack:
        door = stack.enter_context(states.listening(states.IPV4, backlog=asked))
        for _number in range(6):
            caller = stack.enter_context(states.calling(states.IPV4))
            caller.setblocking(False)
            caller.connect_ex(("127.0.0.1", states.port_of(door)))
        time.sleep(0.1)
        facts = look()
        port = states.port_of(door)
    overflow = found(facts, earlier=earlier)["accept_queue_overflow"]
    assert overflow["evidence"]["listen_overflows_rise"] >= 3
    for finding in (overflow, found(facts)["accept_queue_full"]):
        evidence = finding["evidence"]
        assert (evidence["port"], evidence["accept_queue"], evidence["backlog"]) == (port, 3, 2)
        assert finding["remedy"].startswith(remedy)


def test_half_open_connections_with_cookies_off(inside: netns.Namespace) -> None:
    """A small flood: the queue of a listener fills, and without cookies callers are dropped."""
    inside.set("net.ipv4.tcp_syncookies", 0)
    earlier = look()
    with half_open(60, backlog=32) as port:
        facts = look()
    by_two, by_one = (found(facts, earlier=sample)["syn_recv_pile_cookies_off"] for sample in (earlier, None))
    assert by_two["severity"] == "high"
    assert by_two["evidence"]["syn_queue_full_drops_rise"] >= 20
    assert by_one["severity"] == "medium"
    assert by_one["evidence"]["port"] == port
    assert by_one["remedy"] == "tunable: net.ipv4.tcp_syncookies, 1"


def test_half_open_connections_with_cookies_on(inside: netns.Namespace) -> None:
    """The same flood: cookies go out and none comes back, and there is nothing to do."""
    earlier = look()
    with half_open(60, backlog=32):
        facts = look()
    finding = found(facts, earlier=earlier)["syn_recv_pile_cookies_on"]
    assert (finding["severity"], finding["remedy"]) == ("medium", "nothing")
    assert finding["evidence"]["syncookies_sent_rise"] >= 20
    assert finding["evidence"]["syncookies_received_rise"] == 0


def test_local_ports_run_out_towards_one_destination(inside: netns.Namespace) -> None:
    """Fifty ports in TIME_WAIT: connect() fails, and the finding has the arithmetic; with reuse it is no matter."""
    inside.set("net.ipv4.ip_local_port_range", "40000 40049")
    inside.set("net.ipv4.tcp_tw_reuse", 0)
    assert call_and_leave(100) == 50
    finding = found(look())["local_ports_exhaustion"]
    assert finding["severity"] == "critical"
    evidence = finding["evidence"]
    assert (evidence["destination"], evidence["destination_port"]) == SOMEWHERE
    assert (evidence["ports_used"], evidence["ports_available"], evidence["sustained_per_second"]) == (50, 50, 0)
    inside.set("net.ipv4.tcp_tw_reuse", 1)
    finding = found(look())["local_ports_exhaustion"]
    assert (finding["severity"], finding["evidence"]["not_in_time_wait"]) == ("info", 0)
    time.sleep(1.1)
    assert call_and_leave(50) == 50, "as the finding said"


def test_a_low_cap_on_time_wait_overflows(inside: netns.Namespace) -> None:
    """Ten places and thirty closes: by two samples twenty went without, by one the cap is full."""
    inside.set("net.ipv4.tcp_max_tw_buckets", 10)
    earlier = look()
    assert call_and_leave(30) == 30
    facts = look()
    assert found(facts, earlier=earlier)["time_wait_overflow"]["evidence"]["time_wait_overflow_rise"] == 20
    findings = found(facts)
    assert findings["time_wait_near_cap"]["severity"] == "medium"
    assert findings["time_wait_cap_low"]["severity"] == "info"
    assert "time_wait_overflow" not in findings, "one sample does not tell when"
    assert findings["trouble_since_boot"]["evidence"] == {"time_wait_overflow": 20}


def test_whose_time_wait_it_is(inside: netns.Namespace) -> None:
    """Who closes first has it: on the caller's side it takes ports, on the listener's nothing; nobody has to act."""
    with netns.cable("tw") as (client, server):
        with server.namespace.entered():
            server.namespace.set("net.ipv4.tcp_tw_reuse", 1)
            # Nothing may end a TIME_WAIT early: no reset (RFC 1337), and below no second connection from its port.
            server.namespace.set("net.ipv4.tcp_rfc1337", 1)
            door = socket.create_server((server.ipv4, 9000), backlog=8)
        for closes_first, ports in (("server", range(20000, 21100)), ("client", range(30000, 31200))):
            with client.namespace.entered():
                for port in ports:
                    caller = socket.create_connection((server.ipv4, 9000), source_address=(client.ipv4, port))
                    ends = [caller, door.accept()[0]]
                    for end in ends if closes_first == "client" else reversed(ends):
                        end.close()
        with client.namespace.entered():
            outgoing = found(look())["time_wait_on_connecting_side"]
        with server.namespace.entered():
            rows = run_module("tunables_info", {"names": ["net.ipv4.tcp_tw_reuse"]}).result["tunables"]
            served = found(look(), rows)
        door.close()
    assert outgoing["evidence"]["of_outgoing_connections"] == 1200
    assert served["time_wait_on_listening_side"]["evidence"]["fullest_port"] == 9000
    assert served["time_wait_on_listening_side"]["evidence"]["on_listening_ports"] == 1100
    assert served["tw_reuse_without_use"]["evidence"]["active_opens"] == 0
    assert {one["severity"] for one in (outgoing, *served.values())} == {"info"}


def test_the_cap_that_a_load_needs(inside: netns.Namespace) -> None:
    """Two hundred closes a second against a cap of a hundred: what 60 s of them need is worked out."""
    inside.set("net.ipv4.tcp_max_tw_buckets", 100)
    with load.running(1, rate=200, seconds=4, held=5):
        time.sleep(1.2)
        findings = found(look(sample=1))
    finding = findings["time_wait_cap_below_need"]
    assert finding["severity"] == "high"
    assert 6000 < finding["evidence"]["need"] < 20000
    assert "time_wait_overflow" not in findings, "one cause, one finding"


def test_peers_that_do_not_close(inside: netns.Namespace) -> None:
    """A hundred and twenty orphans in FIN_WAIT2 wait for servers on another host, where the leak is."""
    with netns.cable("fw2") as (client, server), ExitStack() as stack:
        with server.namespace.entered():
            earlier = look()
            door = stack.enter_context(states.listening(states.IPV4._replace(bind_to=server.ipv4), backlog=8))
        with client.namespace.entered():
            for _number in range(120):
                caller = socket.create_connection((server.ipv4, states.port_of(door)))
                stack.callback(door.accept()[0].close)
                caller.close()
            time.sleep(0.2)  # the other kernel acknowledges after 40 ms
            ours = found(look())
        with server.namespace.entered():
            theirs = found(look(), earlier=earlier)
    orphaned = ours["fin_wait2_orphaned"]
    assert (orphaned["evidence"]["orphaned"], orphaned["remedy"]) == (120, "nothing")
    assert "fin_wait2_owned" not in ours
    assert theirs["close_wait_growing"]["evidence"]["pid"] == os.getpid()


def test_a_program_that_half_closes_and_waits(inside: netns.Namespace) -> None:
    """A hundred connections that were shut down and are held: no timeout ends them, and the holder is named."""
    with ExitStack() as stack:
        for _number in range(100):
            ends = stack.enter_context(states.connected(states.IPV4))
            ends.client.shutdown(socket.SHUT_WR)
        time.sleep(0.2)
        findings = found(look())
    assert findings["fin_wait2_owned"]["evidence"]["pid"] == os.getpid()
    assert findings["fin_wait2_owned"]["remedy"].startswith("application: ")
    assert "fin_wait2_orphaned" not in findings


PILES: dict[states.Maker, str] = {
    states.fin_wait1_orphaned: "fin_wait1_pile",
    states.fin_wait1: "fin_wait1_pile",
    states.closing: "closing_pile",
    states.last_ack: "last_ack_pile",
}
ORPHANED = {states.fin_wait1_orphaned, states.last_ack}


@pytest.mark.parametrize("maker", PILES)
def test_peers_that_are_gone(inside: netns.Namespace, maker: states.Maker) -> None:
    """A hundred that closed and are not answered: orphaned there is nothing to do, owned the program can let go."""
    with ExitStack() as stack:
        for _number in range(100):
            stack.enter_context(maker(states.IPV4, cuts.by_socket_filter))
        findings = found(look(sample=0.2))
    finding = findings[PILES[maker]]
    assert finding["severity"] == "low"
    if maker in ORPHANED:
        assert (finding["evidence"]["orphaned"], finding["remedy"]) == (100, "nothing")
    else:
        assert (finding["evidence"]["owned"], finding["evidence"]["pid"]) == (100, os.getpid())


def test_a_busy_host_in_good_health(host: Host) -> None:
    """Five hundred connections a second, thousands in TIME_WAIT, settings as the kernel made them: nothing to do."""
    tunables = host.info().ok["tunables"]
    with host.entered(), load.running(2, rate=500, seconds=6, held=30):
        time.sleep(2)
        earlier = look()
        facts = look(sample=1)
    assert facts["states"]["time_wait"] > 1000
    assert facts["rates"]["active_opens"] > 200
    for sample in (earlier, None):
        assert serious(found(facts, tunables, sample)) == []


def test_files_that_do_not_do_what_was_meant(host: Host) -> None:
    """Old advice in a file: what is gone, what is dead, what the namespace lacks, and what turns reuse off."""
    host.put(
        "/etc/sysctl.d/99-old-advice.conf",
        "net.ipv4.tcp_tw_recycle = 1\n"
        "net.ipv4.tcp_tw_reuse = 1\n"
        "net.ipv4.tcp_timestamps = 0\n"
        "net.ipv4.tcp_fack = 1\n"
        "net.ipv4.tcp_mem = 8388608 12582912 16777216\n"
        "net.ipv4.tcp_max_tw_buckets = 0\n"
        "net.ipv4.tcp_fin_timeout = 15\n"
        "net.ipv4.tcp_keepalive_time = 300\n"
        "net.ipv4.tcp_syncookies = 2\n"
        "net.core.somaxconn = 1024\n"
        "net.ipv4.tcp_max_syn_backlog = 65536\n"
        "net.netfilter.nf_conntrack_tcp_timeout_time_wait = 30\n",
    )
    host.boot()
    with host.entered():
        facts = look()
    findings = found(facts, host.info().ok["tunables"])
    assert set(findings) == {
        "tw_recycle_gone",
        "tw_reuse_without_timestamps",
        "dead_keys",
        "host_key_in_namespace",
        "time_wait_cap_zero",
        "fin_timeout_lowered",
        "keepalive_needs_asking",
        "syncookies_always",
        "somaxconn_lowered",
        "syn_backlog_above_somaxconn",
        "tracker_is_not_sockets",
    }
    assert findings["tw_recycle_gone"]["evidence"]["where"] == "/etc/sysctl.d/99-old-advice.conf:1"
    assert findings["host_key_in_namespace"]["evidence"]["key"] == "net.ipv4.tcp_mem"
    assert findings["dead_keys"]["evidence"]["decided_by"] == "/etc/sysctl.d/99-old-advice.conf:4"


def test_a_cap_below_nothing(host: Host) -> None:
    """The kernel takes a negative cap, and then nothing waits."""
    host.put("/etc/sysctl.d/99-old-advice.conf", "net.ipv4.tcp_max_tw_buckets = -1\n")
    host.boot()
    with host.entered():
        facts = look()
    finding = found(facts, host.info().ok["tunables"])["time_wait_cap_negative"]
    assert finding["severity"] == "medium"
    assert -1 in finding["evidence"].values()
