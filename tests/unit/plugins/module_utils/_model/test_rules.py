# Copyright (c) 2026, the linuxnet.tcp authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Rules and waivers, as a playbook writes them."""

from __future__ import annotations

import datetime as dt
from typing import Any, Dict

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.linuxnet.tcp.plugins.module_utils._model.errors import InputError
from ansible_collections.linuxnet.tcp.plugins.module_utils._model.findings import Severity
from ansible_collections.linuxnet.tcp.plugins.module_utils._model.rules import (
    read_rule,
    read_rules,
    read_waivers,
    rules_of_settings,
)

FIN = "net.ipv4.tcp_fin_timeout"
RULE: Dict[str, Any] = {"id": "r", "name": FIN, "equals": 30}
WAIVER: Dict[str, Any] = {"rule": "r", "until": "2027-01-31", "reason": "moving"}


def changed(entry: Dict[str, Any], **changes: Any) -> Dict[str, Any]:
    """The entry with some keys changed; None takes one away."""
    return {key: value for key, value in {**entry, **changes}.items() if value is not None}


@pytest.mark.parametrize(
    ("wanted", "met", "not_met", "expected"),
    [
        ({"equals": 30}, [30], [29, None], 30),
        ({"at_least": 30}, [30, 3600], [29, None], {"at_least": 30}),
        ({"at_most": "30"}, [1, 30], [31, 0, -1], {"at_most": 30}),
        ({"between": [10, 20]}, [10, 20], [9, 21], {"between": [10, 20]}),
        ({"one_of": [10, 30]}, [10, 30], [20, None], {"one_of": [10, 30]}),
        ({"one_of": [10]}, [10], [30], 10),
    ],
)
def test_what_a_rule_asks(wanted: Dict[str, Any], met: Any, not_met: Any, expected: Any) -> None:
    """Each expectation is met by the values that it says, and shown as it was written."""
    rule = read_rule({"id": "r", "name": "net/ipv4/tcp_fin_timeout", **wanted})

    assert [value for value in [*met, *not_met] if rule.met_by(value)] == met
    assert rule.expected() == expected
    assert rule.tunable.key == FIN


def test_what_need_not_be_said() -> None:
    """A rule without more is of medium severity, and the keys that Ansible fills in with null are as if absent."""
    filled = dict(RULE, at_least=None, one_of=None, severity=None, why=None, controls=None)

    assert read_rule(filled) == read_rule(RULE)
    assert (read_rule(RULE).severity, read_rule(RULE).why, read_rule(RULE).controls) == (Severity.MEDIUM, "", ())


def test_a_key_that_the_kernel_only_reports_may_be_asked_for() -> None:
    """A rule changes nothing, so that it may be about what nobody can set."""
    assert read_rule({"id": "r", "name": "net.ipv4.tcp_ehash_entries", "at_least": 1024}).expected() == {
        "at_least": 1024
    }


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"id": None}, "rules: id is None: write a text"),
        ({"id": " "}, "rules: id is ' ': write a text"),
        ({"id": 5}, "rules: id is 5: write a text"),
        ({"id": "a\nb"}, "rules: id is 'a\\nb': leave out control characters"),
        ({"id": "\x1b[2J"}, "rules: id is '\\x1b[2J': leave out control characters"),
        ({"id": "\u202ebidi"}, "rules: id is '\\u202ebidi': leave out control characters"),
        ({"id": "i" * 129}, "rules: id has 129 characters: write at most 128"),
        ({"name": None}, "rule 'r': None is no sysctl key"),
        ({"name": "kernel.panic"}, "rule 'r': 'kernel.panic' is not a key under /proc/sys/net"),
        ({"name": "net.ipv4.../etc"}, "rule 'r': "),
        ({"equals": None}, "rule 'r' has no expectation: give exactly one of equals, at_least, at_most, between, "),
        ({"at_least": 5}, "rule 'r' has equals and at_least: give exactly one of "),
        ({"equals": "010"}, "rule 'r': net.ipv4.tcp_fin_timeout cannot be '010': "),
        ({"equals": 0}, "rule 'r': net.ipv4.tcp_fin_timeout cannot be 0: "),
        ({"equals": None, "between": [2, 1]}, "rule 'r': net.ipv4.tcp_fin_timeout cannot be between 2 and 1: "),
        ({"equals": None, "one_of": []}, "rule 'r': net.ipv4.tcp_fin_timeout cannot be one of []: write a list"),
        ({"equals": None, "one_of": 5}, "rule 'r': net.ipv4.tcp_fin_timeout cannot be one of 5: write a list"),
        ({"equals": None, "one_of": [1] * 65}, "rule 'r': net.ipv4.tcp_fin_timeout cannot be one of [1, 1, "),
        ({"severity": "grave"}, "rule 'r' has the severity 'grave': give one of info, low, medium, high, critical"),
        ({"severity": ["high"]}, "rule 'r' has the severity ['high']: give one of "),
        ({"why": "w" * 4097}, "rule 'r': why has 4097 characters: write at most 4096"),
        ({"why": "\x07"}, "rule 'r': why is '\\x07': leave out control characters"),
        ({"controls": "R12"}, "rule 'r' has the controls 'R12': write a list of mappings"),
        ({"controls": ["R12"]}, "rule 'r' has the controls ['R12']: write a list of mappings"),
    ],
)
def test_a_rule_that_cannot_be_right(changes: Dict[str, Any], sentence: str) -> None:
    """Whatever is wrong with a rule: one printable sentence that names it."""
    with pytest.raises(InputError) as refused:
        read_rules([changed(RULE, **changes)])

    assert str(refused.value).startswith(sentence)
    assert str(refused.value).isprintable()


def test_rules_that_do_not_go_together() -> None:
    """An id names one rule, and no rules at all are no compliance."""
    with pytest.raises(InputError, match=r"^rules: 'r' is the id of two rules: an id names one$"):
        read_rules([RULE, changed(RULE, name="net.core.somaxconn")])
    with pytest.raises(InputError, match=r"^rules is empty: a host that is held against nothing is not compliant"):
        read_rules([])
    with pytest.raises(InputError, match=r"^settings is empty: a host that is held against nothing is not compliant"):
        rules_of_settings({})


def test_settings_are_rules() -> None:
    """Each setting is a rule whose id is its key."""
    first, second = rules_of_settings({"net/ipv4/tcp_fin_timeout": {"at_most": 30}, "net.ipv4.tcp_sack": True})

    assert (first.id, first.expected(), first.severity) == (FIN, {"at_most": 30}, Severity.MEDIUM)
    assert (second.id, second.expected()) == ("net.ipv4.tcp_sack", 1)


def test_a_waiver_holds_up_to_a_day() -> None:
    """A day as a text, or as YAML reads it."""
    (waiver,) = read_waivers([WAIVER])

    assert waiver.until == dt.date(2027, 1, 31)
    assert read_waivers([changed(WAIVER, until=dt.date(2027, 1, 31))]) == (waiver,)


@pytest.mark.parametrize(
    "until", ["2027-02-29", "2027-1-31", "31.1.2027", "never", "2027-01-31T12:00", "\u0662027-01-31", 5]
)
def test_a_day_that_is_none(until: Any) -> None:
    """What is no day is refused, with an example of one."""
    with pytest.raises(InputError, match=r"^the waiver of 'r' ends at .*: give its last day, such as 2027-01-31$"):
        read_waivers([changed(WAIVER, until=until)])


@pytest.mark.parametrize(
    ("waivers", "sentence"),
    [
        ([changed(WAIVER, reason=None)], "the waiver of 'r': reason is None: write a text"),
        ([changed(WAIVER, reason=" ")], "the waiver of 'r': reason is ' ': write a text"),
        ([changed(WAIVER, until=None)], "the waiver of 'r' ends at None: "),
        ([changed(WAIVER, rule=None)], "waivers: rule is None: write a text"),
        ([WAIVER, WAIVER], "waivers: 'r' is waived twice: keep one of the two"),
    ],
)
def test_a_waiver_that_cannot_be_right(waivers: Any, sentence: str) -> None:
    """A waiver without a rule, a day or a reason is none."""
    with pytest.raises(InputError) as refused:
        read_waivers(waivers)

    assert str(refused.value).startswith(sentence)


@pytest.mark.fuzz(share=0.005)
@given(
    st.dictionaries(
        st.sampled_from(["id", "name", "equals", "at_least", "between", "one_of", "severity", "why", "controls"]),
        st.one_of(
            st.none(), st.text(), st.integers(), st.just(FIN), st.just("high"), st.lists(st.integers(), max_size=3),
            st.dictionaries(st.text(max_size=3), st.text(max_size=3), max_size=2),
        ),
    )
)  # fmt: skip
def test_any_rule_is_read_or_refused(raw: Dict[str, Any]) -> None:
    """Whatever stands in a rule, it is read, or refused in one printable sentence."""
    try:
        rule = read_rule(raw)
    except InputError as error:
        assert str(error).isprintable()  # noqa: PT017 - either end is right
    else:
        assert rule.id
        assert rule.met_by(None) is False
