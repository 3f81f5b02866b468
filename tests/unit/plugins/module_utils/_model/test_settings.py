# Copyright (c) 2026, the linuxnet.tcp authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a user asks: values and constraints."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as some

from ansible_collections.linuxnet.tcp.plugins.module_utils._model.catalogue import tunable_of
from ansible_collections.linuxnet.tcp.plugins.module_utils._model.errors import InputError
from ansible_collections.linuxnet.tcp.plugins.module_utils._model.settings import (
    Absent,
    AtLeast,
    AtMost,
    Between,
    Fixed,
    Setting,
    Wanted,
    nearest,
    read_settings,
    satisfied,
    wanted_to_result,
)

FIN = "net.ipv4.tcp_fin_timeout"
CAP = "net.ipv4.tcp_max_tw_buckets"
RANGE = "net.ipv4.ip_local_port_range"


@pytest.mark.parametrize(
    ("key", "raw", "wanted", "result"),
    [
        (FIN, 30, Fixed(30), 30),
        (FIN, {"equals": "30"}, Fixed(30), 30),
        (FIN, {"at_least": "10"}, AtLeast(10), {"at_least": 10}),
        (FIN, {"at_most": 60}, AtMost(60), {"at_most": 60}),
        (FIN, {"between": [10, "60"]}, Between(10, 60), {"between": [10, 60]}),
        (FIN, {"between": "10 60"}, Between(10, 60), {"between": [10, 60]}),
        (FIN, {"between": [10, 10]}, Between(10, 10), {"between": [10, 10]}),
        (RANGE, {"equals": [1024, 65000]}, Fixed((1024, 65000)), [1024, 65000]),
        ("net.ipv4.tcp_syncookies", {"at_least": 1}, AtLeast(1), {"at_least": 1}),
        ("net.core.unknown", {"at_least": 1}, AtLeast(1), {"at_least": 1}),
        ("net.ipv4.tcp_fastopen_key", "1-2-3-4", Fixed("00000001-00000002-00000003-00000004"), "(hidden)"),
    ],
)
def test_settings_are_read_and_shown(key: str, raw: object, wanted: Wanted, result: object) -> None:
    """A value, or one constraint on a key of one number; a result shows what was asked in JSON's own types."""
    (setting,) = read_settings({key: raw})

    assert setting == Setting(tunable_of(key), wanted)
    assert wanted_to_result(setting) == result


@pytest.mark.parametrize(
    ("settings", "reason"),
    [
        ({FIN: {}}, "mapping of nothing"),
        ({FIN: {"at_least": 1, "at_most": 2}}, "'at_least' and 'at_most'"),
        ({FIN: {"min": 1}}, "'min'"),
        ({FIN: {"at_least": 0}}, "below 1"),
        ({FIN: {"at_least": "010"}}, "octal"),
        ({FIN: {"at_least": None}}, "no value"),
        ({FIN: {"between": [60, 10]}}, "smaller one first"),
        ({FIN: {"between": [60]}}, "two ends"),
        ({FIN: {"between": 60}}, "two ends"),
        ({FIN: {"between": {"low": 1}}}, "two ends"),
        ({FIN: {"equals": {"equals": 5}}}, "one number"),
        ({CAP: {"at_most": -1}}, "below 1"),
        ({RANGE: {"at_least": 1024}}, "keys of one number"),
        ({"net.ipv4.tcp_congestion_control": {"at_least": 1}}, "keys of one number"),
        ({"net.core.unknown": {"at_least": "x"}}, "one number"),
        ({FIN: 30, "net/ipv4/tcp_fin_timeout": 30}, "two names of one key"),
        ({"net.nf_conntrack_max": 5, "net.netfilter.nf_conntrack_max": 5}, "two names of one key"),
        ({"net.netfilter.nf_conntrack_count": 5}, "only reports"),
        ({"net.ipv4.tcp_available_congestion_control": "reno"}, "only reports"),
        ({"kernel.pid_max": 5}, "not a key under /proc/sys/net"),
        ({FIN: None}, "no value"),
        ([FIN], "mapping of key to value"),
        ("text", "mapping of key to value"),
    ],
)
def test_what_cannot_be_right_anywhere_is_refused(settings: Any, reason: str) -> None:
    """One sentence, before any host is looked at."""
    with pytest.raises(InputError) as refused:
        read_settings(settings)

    assert reason in str(refused.value)
    assert str(refused.value).isprintable()


def test_absent_looks_at_keys_only() -> None:
    """What was once asked may be taken away whatever it was: dead keys, values that are refused by now, null."""
    settings = {"net.ipv4.tcp_tw_recycle": 1, CAP: 0, FIN: None, "net.ipv4.tcp_ehash_entries": "x"}

    assert [setting.wanted for setting in read_settings(settings, absent=True)] == [Absent()] * 4
    assert wanted_to_result(read_settings(settings, absent=True)[0]) is None
    with pytest.raises(InputError):
        read_settings({"kernel.pid_max": None}, absent=True)


def test_a_check_may_look_at_what_cannot_be_set() -> None:
    """Where nothing is written, keys that the kernel reports can be compared."""
    settings = {"net.netfilter.nf_conntrack_count": {"at_most": 1000}, "net.ipv4.tcp_available_ulp": "mptcp"}

    assert [setting.wanted for setting in read_settings(settings, writable=False)] == [AtMost(1000), Fixed("mptcp")]


@pytest.mark.parametrize(
    ("raw", "value", "holds", "target"),
    [
        (30, 30, True, 30),
        (30, 31, False, 30),
        (30, None, False, 30),
        ({"at_least": 30}, 30, True, 30),
        ({"at_least": 30}, 40, True, 40),
        ({"at_least": 30}, 20, False, 30),
        ({"at_least": 30}, None, False, 30),
        ({"at_least": 30}, -1, False, 30),
        ({"at_least": 30}, 8589934, False, 30),
        ({"at_most": 30}, 20, True, 20),
        ({"at_most": 30}, 40, False, 30),
        ({"at_most": 30}, 0, False, 30),
        ({"at_most": 30}, -1, False, 30),
        ({"at_most": 30}, None, False, 30),
        ({"between": [10, 30]}, 10, True, 10),
        ({"between": [10, 30]}, 30, True, 30),
        ({"between": [10, 30]}, 9, False, 10),
        ({"between": [10, 30]}, 31, False, 30),
        ({"between": [10, 30]}, -5, False, 10),
        ({"between": [10, 30]}, None, False, 10),
    ],
)
def test_a_constraint_leaves_alone_what_satisfies_it(raw: object, value: Any, holds: bool, target: int) -> None:
    """Else the nearest number that satisfies is taken; nonsense such as -1 satisfies nothing."""
    (setting,) = read_settings({FIN: raw})

    assert satisfied(setting, value) is holds
    assert nearest(setting, value) == target


def test_a_cap_of_minus_one_is_no_cap() -> None:
    """tcp_max_tw_buckets -1 means no limit on new kernels and none at all on old ones: it is not at most 5000."""
    (setting,) = read_settings({CAP: {"at_most": 5000}})

    assert not satisfied(setting, -1)
    assert not satisfied(setting, 0)
    assert nearest(setting, -1) == 5000


def test_rounded_milliseconds_satisfy() -> None:
    """What the kernel made of the value asked is the value asked."""
    (setting,) = read_settings({"net.ipv4.tcp_invalid_ratelimit": 255})

    assert satisfied(setting, 256)
    assert satisfied(setting, 256, hz=250)
    assert not satisfied(setting, 256, hz=1000)


def test_text_of_an_unknown_key_cannot_be_bounded() -> None:
    """A constraint on a key that turns out to hold text is an error that says so."""
    (setting,) = read_settings({"net.core.unknown": {"at_least": 5}})

    with pytest.raises(InputError, match="holds 'text', not one number"):
        satisfied(setting, "text")


def test_nothing_fulfils_absent_by_itself() -> None:
    """What was before is known to the state folder only."""
    setting = Setting(tunable_of(FIN), Absent())

    assert not satisfied(setting, 30)
    with pytest.raises(ValueError, match="before"):
        nearest(setting, 30)


CONSTRAINTS = some.one_of(
    some.builds(AtLeast, some.integers(1, 3600)),
    some.builds(AtMost, some.integers(1, 3600)),
    some.tuples(some.integers(1, 3600), some.integers(1, 3600)).map(lambda ends: Between(min(ends), max(ends))),
    some.builds(Fixed, some.integers(1, 3600)),
)


@given(CONSTRAINTS, some.none() | some.integers(-10, 4000))
def test_the_nearest_satisfies_and_is_nearest(wanted: Wanted, value: int | None) -> None:
    """What is set satisfies what was asked, no satisfying number is closer, and what satisfies is not moved."""
    setting = Setting(tunable_of(FIN), wanted)

    target = nearest(setting, value)

    assert satisfied(setting, target)
    if value is not None and 1 <= value <= 3600:
        closest = min((n for n in range(1, 3601) if satisfied(setting, n)), key=lambda n: abs(n - value))
        assert target == closest
        assert (target == value) == satisfied(setting, value)
