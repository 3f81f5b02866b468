# Copyright (c) 2026, the linuxnet.tcp authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What several profiles come to."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.linuxnet.tcp.plugins.module_utils._model.catalogue import tunable_of
from ansible_collections.linuxnet.tcp.plugins.module_utils._model.errors import InputError
from ansible_collections.linuxnet.tcp.plugins.module_utils._model.settings import (
    Setting,
    read_wanted,
    satisfied,
    wanted_to_result,
)
from ansible_collections.linuxnet.tcp.plugins.module_utils._plan.profile_merge import (
    Asked,
    combined,
    in_words,
    merge,
)

NUMBER = "net.core.somaxconn"
PAIR = "net.ipv4.ip_local_port_range"


def setting(raw: object, key: str = NUMBER) -> Setting:
    """What a profile asks of a key."""
    return Setting(tunable_of(key), read_wanted(tunable_of(key), raw))


def asked(profile: str, raw: object, key: str = NUMBER, why: str = "Because.", source: str = "A page") -> Asked:
    """The same with its profile."""
    return Asked(profile, setting(raw, key), why, source)


COMBINED = [
    ({"at_least": 10}, {"at_least": 20}, {"at_least": 20}),
    ({"at_most": 10}, {"at_most": 20}, {"at_most": 10}),
    ({"at_least": 10}, {"at_most": 20}, {"between": [10, 20]}),
    ({"at_least": 10}, {"at_most": 10}, {"between": [10, 10]}),
    ({"between": [10, 30]}, {"between": [20, 40]}, {"between": [20, 30]}),
    ({"between": [10, 30]}, {"at_least": 5}, {"between": [10, 30]}),
    ({"between": [10, 30]}, {"at_most": 15}, {"between": [10, 15]}),
    (15, {"between": [10, 30]}, 15),
    (15, {"at_least": 15}, 15),
    (15, 15, 15),
    (15, {"equals": 15}, 15),
    ({"at_least": 11}, {"at_most": 10}, None),
    (15, {"at_least": 16}, None),
    (15, 16, None),
    ({"between": [10, 20]}, {"between": [21, 30]}, None),
]


@pytest.mark.parametrize(("one", "other", "both"), COMBINED)
def test_constraints_combine_whichever_comes_first(one: object, other: object, both: object) -> None:
    """Two constraints are one that satisfies both, or a contradiction; the order does not matter."""
    for left, right in ((one, other), (other, one)):
        found = combined(setting(left), setting(right))

        assert (found and wanted_to_result(found)) == both


def test_what_is_not_one_number_must_be_equal_by_meaning() -> None:
    """A pair written as a text is that pair."""
    assert combined(setting("1024 65000", PAIR), setting([1024, 65000], PAIR)) == setting([1024, 65000], PAIR)
    assert combined(setting([1024, 65535], PAIR), setting([1024, 65000], PAIR)) is None


NUMBERS = st.integers(1, 40)
WANTED = st.one_of(
    NUMBERS,
    NUMBERS.map(lambda low: {"at_least": low}),
    NUMBERS.map(lambda high: {"at_most": high}),
    st.tuples(NUMBERS, NUMBERS).map(lambda ends: {"between": sorted(ends)}),
)


@given(st.lists(WANTED, min_size=1, max_size=4))
def test_a_value_satisfies_the_whole_exactly_when_it_satisfies_each(wanted: list[object]) -> None:
    """Whatever profiles ask: what they come to is satisfied by the numbers that satisfy all, and refused if none
    does.
    """
    good = {number for number in range(60) if all(satisfied(setting(raw), number) for raw in wanted)}
    try:
        merged = merge([asked(str(place), raw) for place, raw in enumerate(wanted)])
    except InputError:
        assert not good
    else:
        assert {number for number in range(60) if satisfied(merged[NUMBER].setting, number)} == good


def test_a_contradiction_names_both_profiles_and_the_way_out() -> None:
    """Of three profiles the two that disagree are named, and what each asks."""
    entries = [asked("web", {"at_least": 10}), asked("tiny", {"at_most": 50}), asked("big", {"at_least": 100})]

    with pytest.raises(InputError) as refused:
        merge(entries)

    assert str(refused.value) == (
        "net.core.somaxconn cannot be what both profiles ask: tiny wants at most 50, big wants at least 100; take one "
        "of the two, or say in the overrides what it shall be"
    )


def test_keys_keep_their_order_and_reasons_are_said_once() -> None:
    """The keys come as profiles name them; equal reasons are one, and different ones bear names."""
    merged = merge([
        asked("one", {"at_least": 1}, why="Same.", source="A"),
        asked("one", 1, "net.ipv4.tcp_syncookies", why="Mine.", source="A"),
        asked("two", {"at_least": 2}, why="Same.", source="B"),
        asked("two", 1, "net.ipv4.tcp_syncookies", why="Yours.", source="B"),
    ])

    assert list(merged) == [NUMBER, "net.ipv4.tcp_syncookies"]
    assert (merged[NUMBER].why, merged[NUMBER].source) == ("Same.", "A; B")
    assert merged["net.ipv4.tcp_syncookies"].why == "one: Mine. two: Yours."


@pytest.mark.parametrize(
    ("raw", "key", "words"),
    [
        ({"at_most": 5}, NUMBER, "at most 5"),
        ({"between": [5, 6]}, NUMBER, "between 5 and 6"),
        (7, NUMBER, "7"),
        ([1024, 65000], PAIR, "1024 65000"),
    ],
)
def test_in_words(raw: object, key: str, words: str) -> None:
    """What is asked, as a sentence says it."""
    assert in_words(setting(raw, key)) == words
