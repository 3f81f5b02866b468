# Copyright (c) 2026, the linuxnet.tcp authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The catalogue: rows that agree with themselves."""

from __future__ import annotations

import re
import string
from typing import Callable

import pytest

from ansible_collections.linuxnet.tcp.plugins.module_utils._model.catalogue import CATALOGUE, tunable_of
from ansible_collections.linuxnet.tcp.plugins.module_utils._model.errors import InputError
from ansible_collections.linuxnet.tcp.plugins.module_utils._model.keys import canonical_key
from ansible_collections.linuxnet.tcp.plugins.module_utils._model.tunables import (
    Bounds,
    Kind,
    Per,
    Reads,
    Tunable,
    Unit,
)

NUMERIC = {Kind.NUMBER, Kind.SWITCH, Kind.CHOICE, Kind.FLAGS, Kind.NUMBERS, Kind.PORTS}
COUNTER_SOURCES = {"TcpExt", "IpExt", "Tcp", "sockstat", "softnet_stat", "nf_conntrack"}


def of_every_row(check: Callable[[Tunable], None]) -> Callable[[], None]:
    """One test of all rows, which names the row that fails: ansible-test forks for each test, so 840 cost minutes."""

    def test_one(row: Tunable) -> None:
        try:
            check(row)
        except AssertionError as error:
            raise AssertionError("{0}: {1}".format(row.key, error)) from error

    def test() -> None:
        for row in CATALOGUE:
            test_one(row)

    test.__name__ = check.__name__
    test.__doc__ = check.__doc__
    return test


def test_the_eight_that_everybody_sets_come_first() -> None:
    """A reader of the list meets them before all others."""
    assert [row.key.split(".")[-1] for row in CATALOGUE[:8]] == [
        "tcp_syncookies", "tcp_tw_reuse", "tcp_tw_recycle", "tcp_fin_timeout", "tcp_keepalive_time",
        "ip_local_port_range", "tcp_max_syn_backlog", "tcp_max_tw_buckets",
    ]  # fmt: skip


def test_no_key_has_two_rows() -> None:
    """And there are at least the 86 that the collection promises."""
    assert len({row.key for row in CATALOGUE}) == len(CATALOGUE) >= 86


@of_every_row
def test_keys_are_canonical(row: Tunable) -> None:
    """A row is found under any spelling of its key."""
    assert canonical_key(row.key) == row.key
    assert tunable_of(row.key.replace(".", "/")) is row
    assert row.known


@of_every_row
def test_bounds_fit_the_kind(row: Tunable) -> None:
    """As many bounds as numbers, each in order, and ours within those of some kernel; text has none."""
    if row.kind not in NUMERIC:
        assert row.accepts == row.sensible == ()
        return
    count = len(row.fields) if row.kind is Kind.NUMBERS else 1
    assert len(row.sensible) == count
    if row.read_only:
        return
    assert len(row.accepts) == count
    for accepts, sensible in zip(row.accepts, row.sensible):
        widest = row.newer.accepts if row.newer else accepts
        assert accepts.low <= accepts.high
        if row.older:
            assert row.older.accepts.low <= accepts.low <= accepts.high <= row.older.accepts.high
        if row.stricter:
            assert accepts.low <= row.stricter.low <= sensible.low
            assert sensible.high <= row.stricter.high <= accepts.high
        assert sensible.low <= sensible.high
        assert widest.low <= sensible.low
        assert sensible.high <= widest.high


@of_every_row
def test_fields_and_choices_fit_the_kind(row: Tunable) -> None:
    """Names for the numbers of a pair or triple, meanings for the values of a choice, and only there."""
    assert (len(row.fields) in (2, 3)) == (row.kind is Kind.NUMBERS)
    assert bool(row.choices) == (row.kind in (Kind.SWITCH, Kind.CHOICE, Kind.FLAGS))
    values = [value for value, meaning in row.choices if meaning]
    assert values == sorted(set(values))
    if row.kind is Kind.SWITCH:
        assert values == [0, 1]
    if row.kind is Kind.FLAGS:
        assert all(value & (value - 1) == 0 for value in values)
    if row.kind in (Kind.SWITCH, Kind.CHOICE):
        assert row.sensible == (Bounds(values[0], values[-1]),)


@of_every_row
def test_the_handler_fits_the_kind(row: Tunable) -> None:
    """Ports are read as ports, ticks count seconds or milliseconds, names are no numbers."""
    assert (row.kind is Kind.PORTS) == (row.reads is Reads.PORTS)
    assert (row.kind in NUMERIC) != (row.reads in (Reads.TEXT, Reads.CONGESTION_CONTROL)) or row.read_only
    if row.reads is Reads.SECONDS:
        assert row.unit is Unit.SECONDS
    if row.reads is Reads.MILLISECONDS:
        assert row.unit is Unit.MILLISECONDS
    if row.reads is Reads.UNSIGNED:
        assert row.accepts[0].low >= 0


@of_every_row
def test_words_are_sentences(row: Tunable) -> None:
    """One sentence on what it does, hazards with a full stop, a source, a default, and no control characters."""
    for text in (row.summary, row.hazard, row.default, row.source, row.use_instead):
        assert text.isprintable()
        assert "  " not in text
    assert row.summary.endswith(".")
    assert row.summary[0] in string.ascii_uppercase
    assert row.summary.count(". ") == 0
    assert not row.hazard or row.hazard.endswith(".")
    assert row.default
    assert row.source.startswith("Documentation/")


@of_every_row
def test_versions_and_scope_agree(row: Tunable) -> None:
    """Versions look like versions; only a key of the host can be merely visible in a namespace."""
    for version in (row.since, row.namespaced, row.removed):
        assert re.match(r"([0-9]+\.[0-9]+|$)", version)
    if row.per is Per.HOST:
        assert not row.namespaced
    if row.visible:
        assert row.per is Per.HOST
    if row.removed:
        assert row.use_instead
    assert bool(row.module) == ("conntrack" in row.key)


@of_every_row
def test_counters_have_a_source(row: Tunable) -> None:
    """A counter is named with the file it stands in."""
    for counter in row.counters:
        assert counter == "nf_conntrack_count" or counter.split(".")[0] in COUNTER_SOURCES


def test_two_names_of_one_variable_point_at_each_other() -> None:
    """Where the kernel shows one variable under two names, each row knows the other."""
    twins = [row for row in CATALOGUE if row.same_as]

    assert {row.key for row in twins} == {"net.nf_conntrack_max", "net.netfilter.nf_conntrack_max"}
    assert all(tunable_of(row.same_as).same_as == row.key for row in twins)


def test_only_the_fast_open_key_is_secret() -> None:
    """Its kind and its mark go together."""
    assert [row.key for row in CATALOGUE if row.secret] == ["net.ipv4.tcp_fastopen_key"]
    assert [row.key for row in CATALOGUE if row.kind is Kind.SECRET] == ["net.ipv4.tcp_fastopen_key"]


def test_other_keys_under_net_are_unknown_and_keys_elsewhere_refused() -> None:
    """A key without a row can be set, with a note that nothing checks it; a key of another tree cannot."""
    row = tunable_of("net/ipv4/conf/eth0.100/rp_filter")

    assert row.key == "net.ipv4.conf.eth0/100.rp_filter"
    assert not row.known
    assert "nothing checks" in row.summary
    with pytest.raises(InputError):
        tunable_of("vm.swappiness")
