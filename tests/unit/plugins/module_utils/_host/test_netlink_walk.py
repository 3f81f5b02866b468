# Copyright (c) 2026, the linuxnet.tcp authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Sockets over sock_diag: what is asked of the kernel, and what comes of its replies."""

from __future__ import annotations

from collections import Counter
from typing import Any, Dict, List, Optional, Set, Tuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.linuxnet.tcp.plugins.module_utils._host.netlink_walk import MOST_RANGES, walk
from ansible_collections.linuxnet.tcp.plugins.module_utils._model.errors import MalformedReply, SockDiagUnavailable
from ansible_collections.linuxnet.tcp.plugins.module_utils._model.readings import (
    Gauges,
    Listening,
    LocalEnd,
    Question,
    RemoteEnd,
    Route,
    Walk,
)
from ansible_collections.linuxnet.tcp.plugins.module_utils._model.states import (
    LISTED_STATES,
    RARE_STATES,
    Family,
    Kind,
    State,
)
from ansible_collections.linuxnet.tcp.tests.unit.machines.inet_diag import (
    IPV4,
    IPV6,
    NEW_REQUEST,
    OLD_REQUEST,
    Kernel,
    Socket,
    message,
)
from ansible_collections.linuxnet.tcp.tests.unit.machines.proc_text import is_minisocket, is_request
from ansible_collections.linuxnet.tcp.tests.unit.machines.random_sockets import sets_of_sockets

RANGE = (32768, 60999)
ESTABLISHED = Kind(Family.IPV4, State.ESTABLISHED, 0)
TIME_WAIT = Kind(Family.IPV4, State.TIME_WAIT, 3)
LISTENER = Socket(IPV4, 10, "0.0.0.0", 80, "0.0.0.0", 0, inode=1, receive_queue=7, send_queue=511)
SERVED = Socket(IPV4, 1, "10.0.0.5", 80, "192.0.2.1", 50000, inode=2)
WAITING = Socket(IPV4, 1, "10.0.0.5", 80, "192.0.2.1", 50001)
OUTGOING = Socket(IPV4, 1, "10.0.0.5", 40000, "10.0.0.9", 443, inode=3)
CLOSED_HERE = Socket(IPV4, 6, "10.0.0.5", 80, "192.0.2.2", 50000, timer=3)
CLOSED_THERE = Socket(IPV4, 6, "10.0.0.5", 40001, "10.0.0.9", 443, timer=3)
SOCKETS = [LISTENER, SERVED, WAITING, OUTGOING, CLOSED_HERE, CLOSED_THERE]
STATE_BITS = {state: 1 << state for state in State}


def gauges_of(sockets: List[Socket], *, host_wide: bool = False) -> Gauges:
    """What the counters show of these sockets."""
    full = Counter(held.family for held in sockets if not is_minisocket(held) and not is_request(held))
    return Gauges(full[IPV4], full[IPV6], sum(map(is_minisocket, sockets)), host_wide, None, None)


def walked(
    question: Question, sockets: List[Socket], gauges: Optional[Gauges] = None, **quirks: Any
) -> Tuple[Walk, Kernel]:
    """The walk over these sockets, and the kernel that was asked."""
    kernel = Kernel([message(held, bytes(28)) for held in sockets], **quirks)
    return walk(question, gauges or gauges_of(sockets), RANGE, kernel.ask), kernel


def kind_of(held: Socket) -> Kind:
    """What the socket is counted as."""
    return Kind(Family(held.family), State(held.state), held.timer)


def asked_states(kernel: Kernel) -> Set[State]:
    """All states that the kernel was asked for."""
    return {state for state, bit in STATE_BITS.items() for query in kernel.queries if query.states & bit}


@given(
    sets_of_sockets(),
    st.builds(Question, *[st.booleans()] * 4, ports=st.just(frozenset()), list_established=st.booleans()),
    st.booleans(),
)
def test_the_census_is_complete_for_what_was_listed(
    sockets: List[Socket], question: Question, host_wide: bool
) -> None:
    """Of each (family, state) that the walk names as listed, the census holds every socket; none is made up."""
    found, _kernel = walked(question, sockets, gauges_of(sockets, host_wide=host_wide))
    truth = Counter(map(kind_of, sockets))
    for kind, count in truth.items():
        if (kind.family, kind.state) in found.listed:
            assert found.census[kind] == count
    assert all(count <= truth[kind] for kind, count in found.census.items())
    assert {(family, state) for family in Family for state in RARE_STATES} <= found.listed


def test_the_bare_states_cost_one_walk_over_the_rare_ones() -> None:
    """Without a question neither ESTABLISHED nor TIME_WAIT is listed, and the table is walked once."""
    found, kernel = walked(Question(), SOCKETS)
    assert asked_states(kernel) == RARE_STATES
    # The listeners lie in a table of their own.
    assert [query.states for query in kernel.queries] == [STATE_BITS[State.LISTEN], 0xF3C]
    assert {query.type for query in kernel.queries} == {OLD_REQUEST}
    assert found.census == {kind_of(LISTENER): 1}


def test_nothing_is_walked_where_nothing_exists() -> None:
    """Where the counters show no socket, listeners are asked for and no more: an idle host has a large empty table."""
    found, kernel = walked(Question(families=True, listeners=True, peers=True, processes=True), [])
    assert asked_states(kernel) == {State.LISTEN}
    assert found.census == {}
    assert found.listed == {(family, state) for family in Family for state in LISTED_STATES}


@pytest.mark.parametrize(
    ("question", "gauges"),
    [
        (Question(ports=frozenset({80})), None),
        (Question(), gauges_of(SOCKETS, host_wide=True)),
        (Question(), Gauges(None, None, None, True, None, None)),
    ],
)
def test_when_time_wait_has_to_be_listed(question: Question, gauges: Optional[Gauges]) -> None:
    """For some ports, and where `tw` is not this namespace's or not there, the sockets in TIME_WAIT are listed."""
    found, _kernel = walked(question, SOCKETS, gauges)
    assert (Family.IPV4, State.TIME_WAIT) in found.listed
    assert found.census[TIME_WAIT] == (1 if question.ports else 2)


@pytest.mark.parametrize(
    "question", [Question(list_established=True), Question(ports=frozenset({80})), Question(listeners=True)]
)
def test_when_established_is_listed(question: Question) -> None:
    """ESTABLISHED is listed for some ports, for addresses, and when the counters contradicted each other."""
    found, _kernel = walked(question, SOCKETS)
    assert found.census[ESTABLISHED] == (2 if question.ports else 3)


def test_families_list_the_smaller_time_wait_only() -> None:
    """By family, the TIME_WAIT of one family is listed whole, and of the other no more than it took to know which."""
    many = [CLOSED_HERE._replace(remote_port=port) for port in range(1, 2001)]
    few = [Socket(IPV6, 6, "::1", 80, "::1", 5, timer=3)]
    found, _kernel = walked(Question(families=True), many + few)
    assert (Family.IPV6, State.TIME_WAIT) in found.listed
    assert (Family.IPV4, State.TIME_WAIT) not in found.listed
    assert found.census == {Kind(Family.IPV6, State.TIME_WAIT, 3): 1}


def test_without_time_wait_no_family_is_listed() -> None:
    """Where the counters show no minisocket, there is no TIME_WAIT to tell apart."""
    found, kernel = walked(Question(families=True), [LISTENER])
    assert State.TIME_WAIT not in asked_states(kernel)
    assert {(family, State.TIME_WAIT) for family in Family} <= found.listed


def test_by_listener() -> None:
    """Listeners come with their queues, connections with the local end that they have in common with a listener."""
    found, _kernel = walked(Question(listeners=True), SOCKETS)
    assert found.listening == (Listening(Family.IPV4, "0.0.0.0", 80, 7, 511),)
    assert found.local_ends == {LocalEnd(ESTABLISHED, "10.0.0.5", 80): 2, LocalEnd(TIME_WAIT, "10.0.0.5", 80): 1}


def test_listeners_alone_ask_for_their_time_wait_only() -> None:
    """The kernel is told which ports are listened on: it does not send a proxy's million outgoing TIME_WAIT."""
    _found, kernel = walked(Question(listeners=True), SOCKETS)
    (query,) = [query for query in kernel.queries if query.states == STATE_BITS[State.TIME_WAIT]]
    assert query.wants(message(CLOSED_HERE))
    assert not query.wants(message(CLOSED_THERE))


def test_without_a_listener_no_time_wait_is_asked_for() -> None:
    """Where nothing listens, no TIME_WAIT belongs to a listener."""
    _found, kernel = walked(Question(listeners=True), [OUTGOING, CLOSED_THERE])
    assert State.TIME_WAIT not in asked_states(kernel)


def test_by_peer() -> None:
    """Remote ends are counted for all connections; routes for those from a port of the range that nobody listens on."""
    found, _kernel = walked(Question(peers=True), SOCKETS)
    assert found.remote_ends == {
        RemoteEnd(ESTABLISHED, "192.0.2.1"): 2,
        RemoteEnd(ESTABLISHED, "10.0.0.9"): 1,
        RemoteEnd(TIME_WAIT, "192.0.2.2"): 1,
        RemoteEnd(TIME_WAIT, "10.0.0.9"): 1,
    }
    assert found.routes == {Route("10.0.0.5", "10.0.0.9", 443): 2}


def test_a_host_that_shows_no_port_range() -> None:
    """Without a known port range there are peers and no routes."""
    kernel = Kernel([message(held) for held in SOCKETS])
    found = walk(Question(peers=True), gauges_of(SOCKETS), None, kernel.ask)
    assert sum(found.remote_ends.values()) == 5
    assert found.routes == {}


def test_by_process() -> None:
    """Inodes come with their states. One without a process is an orphan or waits for accept(); TIME_WAIT is neither."""
    found, kernel = walked(Question(processes=True), SOCKETS)
    assert found.sockets_by_inode == {1: State.LISTEN, 2: State.ESTABLISHED, 3: State.ESTABLISHED}
    assert found.nobodys_sockets == 1
    assert State.TIME_WAIT not in asked_states(kernel)


def test_addresses_of_another_length_are_cut() -> None:
    """An IPv4 address has 4 bytes, whatever stands behind them: sockets of one address are one."""
    messages = [bytearray(message(SERVED)), bytearray(message(SERVED))]
    messages[1][28:40] = b"\xaa" * 12
    messages[1][44:56] = b"\xbb" * 12
    kernel = Kernel([message(LISTENER), *map(bytes, messages)])
    found = walk(Question(listeners=True, peers=True), gauges_of([LISTENER, SERVED, SERVED]), RANGE, kernel.ask)
    assert found.local_ends == {LocalEnd(ESTABLISHED, "10.0.0.5", 80): 2}
    assert found.remote_ends == {RemoteEnd(ESTABLISHED, "192.0.2.1"): 2}


def test_a_kernel_that_refuses_the_old_request() -> None:
    """Where the old request is refused, each family is asked for by the new one, and the old one is not tried again."""
    sockets = [*SOCKETS, Socket(IPV6, 10, "::", 443, "::", 0, inode=9)]
    found, kernel = walked(Question(listeners=True, processes=True), sockets, refuses=[(OLD_REQUEST, 22)])
    assert [query.type for query in kernel.queries].count(OLD_REQUEST) == 1
    assert {query.family for query in kernel.queries if query.type == NEW_REQUEST} == {IPV4, IPV6}
    assert found == walked(Question(listeners=True, processes=True), sockets)[0]


MANY_PORTS = range(1, 6 * MOST_RANGES, 2)


def test_more_ports_than_fit_into_a_request() -> None:
    """However many ports are asked for, each socket is counted once, and no request is longer than the kernel takes."""
    sockets = [Socket(IPV4, 1, "10.0.0.5", port, "10.0.0.9", 5) for port in range(1, 6 * MOST_RANGES)]
    found, kernel = walked(Question(ports=frozenset(MANY_PORTS)), sockets)
    assert found.census == {ESTABLISHED: len(MANY_PORTS)}
    assert all(len(query.filter) <= 20 * MOST_RANGES for query in kernel.queries)


def test_more_listeners_than_fit_into_a_request() -> None:
    """With more listeners than ranges fit, neighbours are asked for together, and still only theirs are counted."""
    listeners = [LISTENER._replace(local_port=port) for port in MANY_PORTS]
    closed = [CLOSED_HERE._replace(local_port=port) for port in range(1, 6 * MOST_RANGES)]
    found, _kernel = walked(Question(listeners=True), listeners + closed)
    of_listeners = {end.port: count for end, count in found.local_ends.items() if end.port in MANY_PORTS}
    assert of_listeners == dict.fromkeys(MANY_PORTS, 1)


@pytest.mark.parametrize("question", [Question(), Question(ports=frozenset({81})), Question(listeners=True)])
@pytest.mark.parametrize("quirks", [{"silent": True}, {"end_error": 2}, {"refuses": [(18, 2), (20, 2)]}])
def test_a_kernel_without_inet_diag(question: Question, quirks: Dict[str, Any]) -> None:
    """However a kernel without inet_diag answers, it is noticed: an empty list is not believed against the counters."""
    with pytest.raises(SockDiagUnavailable):
        walked(question, SOCKETS, **quirks)


def test_the_minisockets_of_others_are_no_reason_to_doubt() -> None:
    """An idle namespace on a kernel whose `tw` is the host's lists nothing, and is right."""
    found, _kernel = walked(Question(), [], Gauges(0, 0, 5000, True, 0, 0))
    assert found.census == {}


def test_ports_without_a_socket() -> None:
    """That no socket has one of the ports is no reason to doubt sock_diag."""
    found, _kernel = walked(Question(ports=frozenset({81})), SOCKETS)
    assert found.census == {}


@pytest.mark.parametrize(("offset", "value"), [(16, 3), (16, 0), (17, 0), (17, 12), (17, 255)])
def test_a_socket_that_cannot_be(offset: int, value: int) -> None:
    """A family that is none, or a state that is none of the eleven, is a broken reply."""
    broken = bytearray(message(SERVED._replace(state=8)))
    broken[offset] = value

    class Lying(Kernel):
        """Sends the broken message whatever it is asked."""

        def reply(self, query: Any, sequence: int) -> List[bytes]:
            """The broken message and the end."""
            first, *rest = Kernel([message(SERVED._replace(state=8))]).reply(query._replace(states=0xFFF), sequence)
            return [first[:offset] + bytes((value,)) + first[offset + 1 :], *rest]

    for question in (Question(), Question(processes=True)):
        with pytest.raises(MalformedReply, match=r"^sock_diag sent a socket of family [0-9]+ in state [0-9]+$"):
            walk(question, gauges_of([SERVED]), RANGE, Lying([]).ask)


def test_datagrams_that_share_a_buffer() -> None:
    """The kernel's datagrams come in one buffer, one after the other: none is looked at after the next has come."""
    sockets = [SERVED._replace(state=8, remote_port=port, inode=port) for port in range(1, 400)]
    kernel = Kernel([message(held, bytes(28 * (held.inode % 2))) for held in sockets], datagram_bytes=2000)
    buffer = bytearray(2048)

    def ask(request: bytes) -> Any:
        for datagram in kernel.ask(request):
            buffer[: len(datagram)] = datagram
            yield memoryview(buffer)[: len(datagram)]
            buffer[:] = bytes(len(buffer))

    found = walk(Question(peers=True, processes=True), gauges_of(sockets), RANGE, ask)
    assert found.census == {Kind(Family.IPV4, State.CLOSE_WAIT, 0): 399}
    assert len(found.sockets_by_inode) == 399
