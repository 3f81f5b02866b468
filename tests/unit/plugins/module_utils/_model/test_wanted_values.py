# Copyright (c) 2026, the linuxnet.tcp authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a playbook asks, read strictly."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as some

from ansible_collections.linuxnet.tcp.plugins.module_utils._model.catalogue import CATALOGUE, tunable_of
from ansible_collections.linuxnet.tcp.plugins.module_utils._model.errors import InputError
from ansible_collections.linuxnet.tcp.plugins.module_utils._model.tunables import Bounds, Kind, Tunable
from ansible_collections.linuxnet.tcp.plugins.module_utils._model.values import parse_kernel, to_kernel, to_result
from ansible_collections.linuxnet.tcp.plugins.module_utils._model.wanted_values import parse_wanted

FIN = "net.ipv4.tcp_fin_timeout"
RANGE = "net.ipv4.ip_local_port_range"
RESERVED = "net.ipv4.ip_local_reserved_ports"
ALLOWED = "net.ipv4.tcp_allowed_congestion_control"
SECRET = "net.ipv4.tcp_fastopen_key"  # noqa: S105 - the name of a key
UNKNOWN = "net.core.something_new"


def refusal(key: str, raw: object) -> str:
    """The sentence with which `raw` is refused; it has to be a short printable one that begins with the key."""
    with pytest.raises(InputError) as refused:
        parse_wanted(tunable_of(key), raw)
    sentence = str(refused.value)
    assert sentence.startswith(key + " cannot be ")
    assert sentence.isprintable()
    assert len(sentence) < 500
    return sentence


@pytest.mark.parametrize(
    ("key", "raw", "value"),
    [
        (FIN, 30, 30),
        (FIN, "30", 30),
        (FIN, " 30\t", 30),
        ("net.ipv4.tcp_adv_win_scale", "-2", -2),
        ("net.ipv4.tcp_sack", True, 1),
        ("net.ipv4.tcp_sack", False, 0),
        ("net.ipv4.tcp_sack", "0", 0),
        ("net.ipv4.tcp_fastopen", 3, 3),
        ("net.ipv4.tcp_fastopen", 1543, 1543),
        (RANGE, "1024 65000", (1024, 65000)),
        (RANGE, "1024\t 65000", (1024, 65000)),
        (RANGE, [1024, "65000"], (1024, 65000)),
        (RANGE, (1024, 1024), (1024, 1024)),
        ("net.ipv4.tcp_rmem", "4096 131072 6291456", (4096, 131072, 6291456)),
        (RESERVED, "8080,8081,8082", "8080-8082"),
        (RESERVED, "8080-8082", "8080-8082"),
        (RESERVED, "9000, 80 ,81-83,82-90", "80-90,9000"),
        (RESERVED, [8080, "9000-9010", 8081], "8080-8081,9000-9010"),
        (RESERVED, 8080, "8080"),
        (RESERVED, [], ""),
        ("net.ipv4.tcp_congestion_control", "bbr", "bbr"),
        (ALLOWED, "reno  cubic", "cubic reno"),
        (ALLOWED, ["reno", "bbr", "reno"], "bbr reno"),
        (SECRET, "1-2-3-4", "00000001-00000002-00000003-00000004"),
        (SECRET, "AB-2-3-4,5-6-7-8", "000000ab-00000002-00000003-00000004,00000005-00000006-00000007-00000008"),
        (UNKNOWN, 5, 5),
        (UNKNOWN, "5", 5),
        (UNKNOWN, "1  2", (1, 2)),
        (UNKNOWN, [1, "2"], (1, 2)),
        (UNKNOWN, "some\ttext", "some text"),
        (UNKNOWN, "00,00000003", "00,00000003"),
    ],
)
def test_well_formed_values_are_read(key: str, raw: object, value: object) -> None:
    """Numbers, texts and lists mean the same value in each of their plain spellings."""
    wanted = parse_wanted(tunable_of(key), raw)

    assert wanted == value
    assert type(wanted) is type(value)


@pytest.mark.parametrize(
    ("key", "raw", "reason"),
    [
        (FIN, "030", "octal; write 30, or 24"),
        (FIN, "080", "octal; write 80"),
        (FIN, "0x1e", "write 30"),
        (FIN, "5 6", "ignore the rest"),
        (FIN, "", "changes nothing"),
        (FIN, " \t", "changes nothing"),
        (FIN, "30\n", "line break"),
        (FIN, "30\nnet.ipv4.ip_forward=1", "line break"),
        (FIN, "30\0", "control character"),
        (FIN, "30\u2028", "control character"),
        (FIN, None, "no value"),
        (FIN, True, "switches only"),
        (FIN, 30.0, "fraction"),
        (FIN, float("nan"), "fraction"),
        (FIN, "30.5", "plain decimal"),
        (FIN, "1e3", "plain decimal"),
        (FIN, "+30", "plain decimal"),
        (FIN, "-0", "plain decimal"),
        (FIN, "1_000", "plain decimal"),
        (FIN, "٣٠", "plain decimal"),
        (FIN, "30s", "plain decimal"),
        (FIN, "true", "plain decimal"),
        pytest.param(FIN, "9" * 10000, "plain decimal", id="FIN-9 * 10000"),
        pytest.param(FIN, "9" * 100000, "longer than", id="FIN-9 * 100000"),
        (FIN, 0, "below 1"),
        (FIN, -1, "below 1"),
        (FIN, 3601, "above 3600"),
        pytest.param(FIN, 10**5000, "above 3600", id="FIN-10**5000"),
        (FIN, [30], "one number"),
        (FIN, {"at": 30}, "one number"),
        (FIN, [30] * 17, "cannot be a list of 17 items"),
        (FIN, dict.fromkeys(range(17)), "cannot be a mapping of 17 items"),
        ("net.ipv4.tcp_max_tw_buckets", 0, "below 1"),
        ("net.ipv4.tcp_max_tw_buckets", -5, "below 1"),
        ("net.ipv4.tcp_syncookies", 3, "above 2"),
        ("net.ipv4.tcp_timestamps", True, "switches only"),
        ("net.ipv4.tcp_sack", "yes", "write one of 0 (off), 1 (on)"),
        ("net.ipv4.tcp_fastopen", 8, "bit 8"),
        ("net.ipv4.tcp_fastopen", 1544, "above"),
        (RANGE, 1024, "two numbers (low, high)"),
        (RANGE, "1024", "two numbers (low, high)"),
        (RANGE, "1024 65000 3", "two numbers (low, high)"),
        (RANGE, "1024,65000", "two numbers (low, high)"),
        (RANGE, "1024-65000", "two numbers (low, high)"),
        (RANGE, "60000 1024", "must not decrease"),
        (RANGE, [0, 1024], "low is below 1"),
        (RANGE, "1024 65536", "high is above 65535"),
        (RANGE, [1024, None], "plain decimal"),
        (RANGE, [1024, [65000]], "plain decimal"),
        ("net.ipv4.tcp_mem", "3 2 1", "such as [min, pressure, max]"),
        (RESERVED, "", "write [] to reserve no port"),
        (RESERVED, "5-", "neither a port nor a range"),
        (RESERVED, "1-2-3", "neither a port nor a range"),
        (RESERVED, "5,,6", "neither a port nor a range"),
        (RESERVED, "6-5", "backwards"),
        (RESERVED, "0", "below 1"),
        (RESERVED, "65536", "above 65535"),
        (RESERVED, "010", "octal"),
        (RESERVED, [True], "switches only"),
        pytest.param(RESERVED, [10**5000], "above 65535", id="RESERVED-[10**5000]"),
        pytest.param(RESERVED, [1] * 70000, "longer than there are ports", id="RESERVED-[1] * 70000"),
        ("net.ipv4.tcp_congestion_control", "bbr reno", "one name"),
        ("net.ipv4.tcp_congestion_control", True, "one name"),
        ("net.ipv4.tcp_congestion_control", "a" * 16, "one name"),
        (ALLOWED, [], "names"),
        (ALLOWED, ["reno", 5], "names"),
        (ALLOWED, 5, "names"),
        (UNKNOWN, "010", "octal"),
        (UNKNOWN, "1 0x10", "write 16"),
        (UNKNOWN, True, "switches only"),
        (UNKNOWN, [], "changes nothing"),
        (UNKNOWN, 2**64, "above"),
        pytest.param(UNKNOWN, 10**5000, "above", id="UNKNOWN-10**5000"),
        (UNKNOWN, ["a\nb"], "line break"),
        (UNKNOWN, {"a": 1}, "plain decimal"),
    ],
)
def test_what_is_ambiguous_or_out_of_bounds_is_refused(key: str, raw: object, reason: str) -> None:
    """The sentence names the key, the value in bounded length, the reason and a way out."""
    assert reason in refusal(key, raw)


@pytest.mark.parametrize(
    "raw", ["swordfish", "1-2-3", "1-2-3-4-5", "1-2-3-4,", "123456789-1-1-1", 77, ["1-2-3-4"], "77\n"]
)
def test_a_secret_is_never_quoted(raw: object) -> None:
    """The refusal of a Fast Open key shows nothing of it."""
    sentence = refusal(SECRET, raw)

    assert "(hidden)" in sentence
    assert str(raw).strip() not in sentence


def values_of(row: Tunable) -> some.SearchStrategy[Any]:
    """Values that a playbook may ask of `row`."""
    numbers = [some.integers(*bounds) for bounds in row.sensible]
    choices = [number for number, _meaning in row.choices]
    words = some.from_regex(r"[a-z][a-z0-9_]{0,14}", fullmatch=True)
    strategies: dict[Kind, Callable[[], some.SearchStrategy[Any]]] = {
        Kind.NUMBER: lambda: numbers[0],
        Kind.NUMBERS: lambda: some.tuples(*numbers).map(sorted),
        Kind.SWITCH: lambda: some.sampled_from(choices),
        Kind.CHOICE: lambda: some.sampled_from(choices),
        Kind.FLAGS: lambda: some.sets(some.sampled_from(choices)).map(sum),
        Kind.PORTS: lambda: some.lists(numbers[0], max_size=30),
        Kind.WORD: lambda: words,
        Kind.WORDS: lambda: some.lists(words, min_size=1),
        Kind.SECRET: lambda: some.sampled_from(["1-2-3-4", "deadbeef-2-3-4,5-6-7-ffffffff"]),
    }
    return strategies[row.kind]()


@given(some.data())
def test_a_value_survives_the_way_to_the_kernel_and_back(data: some.DataObject) -> None:
    """What is asked, written as the kernel wants it and read as the kernel shows it, is the same value."""
    row = data.draw(some.sampled_from([row for row in CATALOGUE if not row.read_only]))
    wanted = parse_wanted(row, data.draw(values_of(row)))

    text = to_kernel(wanted)

    assert parse_kernel(row, text.encode() + b"\n") == wanted
    assert parse_kernel(row, text.replace(" ", "\t") + "\n") == wanted
    if not row.secret:
        shown = to_result(row, wanted)
        assert parse_wanted(row, [] if shown == "" else shown) == wanted


ANYTHING = some.recursive(
    some.none() | some.booleans() | some.integers() | some.floats() | some.text() | some.binary(),
    lambda inner: some.lists(inner, max_size=4) | some.dictionaries(some.text(), inner, max_size=3),
    max_leaves=6,
)


@pytest.mark.fuzz
@given(some.sampled_from([*CATALOGUE, tunable_of(UNKNOWN)]), ANYTHING)
def test_anything_is_read_or_refused_in_one_sentence(row: Tunable, raw: object) -> None:
    """No input raises anything but the one error, whose text is a single printable line."""
    if row.read_only:
        return
    try:
        parse_wanted(row, raw)
    except InputError as error:
        sentence = str(error)
    else:
        return

    assert sentence.isprintable()
    assert len(sentence) < 700


def test_a_number_between_two_choices_is_none() -> None:
    """Where the numbers that mean something have gaps, what lies in one is refused, and the others are taken."""
    row = tunable_of("net.ipv4.tcp_ecn_fallback")._replace(kind=Kind.CHOICE, choices=((0, "off"), (2, "on")))
    row = row._replace(sensible=(Bounds(0, 2),))

    assert [parse_wanted(row, number) for number in (0, 2)] == [0, 2]
    with pytest.raises(InputError, match="cannot be 1: that number has no meaning"):
        parse_wanted(row, 1)
