# Copyright (c) 2026, the linuxnet.tcp authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Each file in diagnosis/RULE/ is a case of that rule: what a host showed, and all that is to be found.

A case holds `says` (what must be true), `facts` and perhaps `earlier` (what differs from calm.json, a busy host in good
health; null takes a key away), perhaps `tunables` (rows, of which only what matters need be there), and `findings`: id
to severity, evidence and the first word of the remedy. Where the rule's own id is not among them, the case is one in
which it has to keep silent.
"""

from __future__ import annotations

import copy
import functools
import json
from pathlib import Path
from typing import Any, Dict, List

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.linuxnet.tcp.plugins.module_utils._model.errors import InputError
from ansible_collections.linuxnet.tcp.plugins.module_utils._model.findings import Diagnosis, Severity
from ansible_collections.linuxnet.tcp.plugins.module_utils._model.states import STATE_TITLES
from ansible_collections.linuxnet.tcp.plugins.module_utils._plan.diagnoses.rule import Rule
from ansible_collections.linuxnet.tcp.plugins.module_utils._plan.diagnosis import RULES, address_of, diagnose

HERE = Path(__file__).parent / "diagnosis"
CASES = sorted(HERE.glob("*/*.json"))
CALM: Dict[str, Any] = json.loads((HERE / "calm.json").read_text(encoding="utf-8"))
EACH_RULE = pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)


def merged(base: Any, difference: Any) -> Any:
    """`base` with `difference` laid over it; null takes a key away."""
    if not isinstance(base, dict) or not isinstance(difference, dict):
        return difference
    result = dict(base)
    for key, value in difference.items():
        if value is None:
            result.pop(key, None)
        else:
            result[key] = merged(base.get(key), value)
    return result


@functools.lru_cache(maxsize=None)
def read(path: Path) -> Dict[str, Any]:
    """A case, its facts made whole."""
    case: Dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    case["facts"] = merged(CALM, case.get("facts", {}))
    if "earlier" in case:
        case["earlier"] = merged(CALM, case["earlier"])
    return case


def found_in(case: Dict[str, Any]) -> List[Diagnosis]:
    """What the case's host is found to have."""
    return diagnose(case["facts"], case.get("tunables", ()), case.get("earlier"))


@pytest.mark.parametrize("path", CASES, ids=lambda path: "{0}-{1}".format(path.parent.name, path.stem))
def test_case(path: Path) -> None:
    """All that is expected is found, by these numbers and with this remedy, and nothing else."""
    case = read(path)
    found = found_in(case)
    shown = {
        one.id: {"severity": one.severity.word, "evidence": one.evidence, "remedy": one.remedy.partition(":")[0]}
        for one in found
    }
    assert shown == case["findings"], case["says"]


def test_a_host_in_good_health_has_no_findings() -> None:
    """A busy host, thousands in TIME_WAIT and a few in every state, is not complained of."""
    assert diagnose(CALM) == []


@EACH_RULE
def test_every_rule_has_both_kinds_of_case(rule: Rule) -> None:
    """At least one host that has it, and one that is near it and has not."""
    having = [rule.id in read(path)["findings"] for path in CASES if path.parent.name == rule.id]
    assert True in having
    assert False in having


@EACH_RULE
def test_cases_show_only_severities_that_the_table_names(rule: Rule) -> None:
    """What the table, and so the guide, says that a diagnosis can be, is what it is in some case, and no more."""
    severities = {
        Severity[read(path)["findings"][rule.id]["severity"].upper()]
        for path in CASES
        if rule.id in read(path)["findings"]
    }
    assert severities == set(rule.severities)


@EACH_RULE
def test_a_row_of_the_table_is_whole(rule: Rule) -> None:
    """A name that can be an anchor, a state that exists, one sentence, and silencers that are rules."""
    assert rule.id.replace("_", "").isalnum()
    assert rule.id == rule.id.lower()
    assert rule.state is None or rule.state in STATE_TITLES
    assert rule.meaning.endswith(".")
    assert ". " not in rule.meaning
    assert set(rule.silenced_by) <= {other.id for other in RULES} - {rule.id}
    assert rule.severities == tuple(sorted(set(rule.severities)))


def test_ids_are_unique() -> None:
    """No two rules share a name."""
    assert len({rule.id for rule in RULES}) == len(RULES)


def test_every_common_mistake_that_a_host_can_show_has_a_rule() -> None:
    """Fourteen of the seventeen; the other three are in people's heads and playbooks, and in the guide."""
    assert {rule.mistake for rule in RULES} - {0} == set(range(1, 18)) - {14, 15, 17}


@EACH_RULE
def test_an_address_is_one_that_a_browser_follows(rule: Rule) -> None:
    """https, one anchor, and nothing in it that would have to be escaped."""
    start, mark, anchor = address_of(rule.id).partition("#")
    assert start == "https://github.com/linuxnet/tcp/blob/main/docs/docsite/rst/guide_diagnoses.rst"
    assert mark
    assert anchor == rule.id.replace("_", "-")


# -- remedies that name a number


@pytest.mark.parametrize(
    ("case", "remedy"),
    [
        ("time_wait_near_cap/four_fifths", "tunable: net.ipv4.tcp_max_tw_buckets, at least 196608"),
        ("time_wait_near_cap/at_the_cap", "tunable: net.ipv4.tcp_max_tw_buckets, at least 196608"),
        ("time_wait_overflow/cap_unknown", "tunable: net.ipv4.tcp_max_tw_buckets, higher"),
        ("time_wait_cap_below_need/twice_the_cap", "tunable: net.ipv4.tcp_max_tw_buckets, at least 90000"),
        ("time_wait_cap_low/it_has_cost", "tunable: net.ipv4.tcp_max_tw_buckets, at least 7500"),
        ("accept_queue_overflow/somaxconn_bounds_it", "tunable: net.core.somaxconn, at least 256, then restart"),
        ("accept_queue_overflow/several_sockets", "tunable: net.core.somaxconn, at least 128, then restart"),
        ("accept_queue_overflow/the_program_bounds_it", "application: let the program accept faster, or restart it"),
        ("accept_queue_overflow/the_queue_has_emptied", "application: let the program accept faster; by: [listener]"),
        ("syn_recv_pile_cookies_off/dropping", "tunable: net.ipv4.tcp_syncookies, 1"),
        ("orphans_near_limit/half", "tunable: net.ipv4.tcp_max_orphans, at least 131072; each"),
        ("memory_pressure/memory", "tunable: net.ipv4.tcp_mem, higher"),
        ("memory_pressure/orphans", "tunable: net.ipv4.tcp_max_orphans, higher"),
        ("syn_backlog_above_somaxconn/raised_alone", "tunable: net.core.somaxconn, at least 65536, then restart"),
        ("host_key_in_namespace/in_a_container", "tunable: net.core.netdev_max_backlog, on the host itself"),
    ],
)
def test_the_remedy_is_as_large_as_the_need(case: str, remedy: str) -> None:
    """Half as much again as is held or needed for a cap, twice the bound for a queue; and of whom it is asked."""
    (finding,) = [one for one in found_in(read(HERE / (case + ".json"))) if one.id == case.partition("/")[0]]

    assert finding.remedy.startswith(remedy)


@pytest.mark.parametrize(
    ("case", "words"),
    [
        ("local_ports_exhaustion/reuse_and_all_in_time_wait", "tcp_tw_reuse takes those in TIME_WAIT back"),
        ("local_ports_exhaustion/reuse_and_nobody_knows", "tcp_tw_reuse takes those in TIME_WAIT back"),
        ("syn_recv_pile_cookies_on/real_callers", "most of those that got a cookie came back"),
    ],
)
def test_a_meaning_of_its_own(case: str, words: str) -> None:
    """Where the numbers change what it means, the sentence is another one than the rule's; elsewhere it is that."""
    (finding,) = [one for one in found_in(read(HERE / (case + ".json"))) if one.id == case.partition("/")[0]]
    meanings = {rule.id: rule.meaning for rule in RULES}

    assert words in finding.meaning
    assert finding.meaning != meanings[finding.id]
    for path in CASES[::7]:
        for one in found_in(read(path)):
            assert one.meaning == meanings[one.id] or one.id in {"local_ports_exhaustion", "syn_recv_pile_cookies_on"}


# -- any facts

NUMBERS = st.one_of(
    st.none(),
    st.integers(0, 50),
    st.integers(0, 300000),
    st.sampled_from([-1, 2**31, 2**63, 2**64, 10**400, 0.5, 1.0, 1e308, float("nan"), float("inf"), True, "12", []]),
)
TEXTS = st.one_of(
    st.text(max_size=20),
    st.sampled_from(["127.0.0.1", "::1", "10.0.0.9", "\x1b[2J", "<script>", "a" * 4000, "\u202egnp.exe", "\ufffd", ""]),
)
STATES = st.dictionaries(st.sampled_from(STATE_TITLES), NUMBERS)
SAMPLE_ROWS = {
    "listeners": {"address": TEXTS, "port": NUMBERS, "sockets": NUMBERS, "accept_queue": NUMBERS, "backlog": NUMBERS},
    "peers": {"address": TEXTS, "count": NUMBERS},
    "processes": {"pid": NUMBERS, "command": TEXTS, "count": NUMBERS},
}
SPLITS: Dict[str, Any] = {
    name: st.lists(
        st.one_of(st.fixed_dictionaries({**fields, "states": STATES}), st.sampled_from([None, 3, {}, {"states": []}])),
        max_size=4,
    )
    for name, fields in SAMPLE_ROWS.items()
}
ROUTE = {"source": TEXTS, "destination": TEXTS, "destination_port": NUMBERS, "used": NUMBERS, "available": NUMBERS}
LOCAL_PORTS = st.fixed_dictionaries({}, optional=ROUTE)
FACTS = st.fixed_dictionaries(
    {"states": STATES},
    optional={
        "limits": st.dictionaries(st.sampled_from(sorted(CALM["limits"])), NUMBERS),
        "usage": st.fixed_dictionaries(
            {}, optional={"time_wait": NUMBERS, "orphans": NUMBERS, "local_ports": st.one_of(st.none(), LOCAL_PORTS)}
        ),
        "counters": st.dictionaries(st.sampled_from(sorted(CALM["counters"])), NUMBERS),
        "rates": st.dictionaries(st.sampled_from(sorted(CALM["counters"])), NUMBERS),
        "unattributed": NUMBERS,
        **SPLITS,
    },
)
KEYS = sorted({row["name"] for path in CASES for row in json.loads(path.read_text("utf-8")).get("tunables", ())})
VALUES = st.one_of(NUMBERS, TEXTS, st.lists(NUMBERS, max_size=3))
LINES = st.lists(st.fixed_dictionaries({"where": TEXTS, "value": TEXTS}), max_size=2)
TUNABLES = st.lists(
    st.fixed_dictionaries(
        {"name": st.sampled_from([*KEYS, "", "net.ipv4.\x1b[2J"])},
        optional={
            "running": VALUES,
            "at_boot": VALUES,
            "decided_by": st.one_of(st.none(), TEXTS),
            "status": st.sampled_from(["present", "removed", "absent_here", "read_only", "unknown"]),
            "per": st.sampled_from(["host", "namespace"]),
            "also_set_in": LINES,
        },
    ),
    max_size=8,
)


@pytest.mark.fuzz(share=0.005)
@given(facts=FACTS, tunables=TUNABLES, earlier=st.one_of(st.none(), FACTS))
def test_any_facts_give_findings(facts: Any, tunables: Any, earlier: Any) -> None:
    """Whatever the facts hold: no error, the same each time, sorted, each id once, and plain data that JSON takes."""
    before = copy.deepcopy((facts, tunables, earlier))
    found = diagnose(facts, tunables, earlier)

    assert found == diagnose(facts, tunables, earlier)
    assert repr((facts, tunables, earlier)) == repr(before), "what was given is left as it was"
    assert [(-one.severity, one.id) for one in found] == sorted((-one.severity, one.id) for one in found)
    assert len({one.id for one in found}) == len(found)
    for one in found:
        assert one.remedy == "nothing" or one.remedy.startswith(("tunable: ", "application: "))
        assert all(type(value) in (int, float, str) for value in one.evidence.values()), one.evidence
        json.dumps(one.to_result(), allow_nan=False)


HOSTILE = ["\x1b[2J\x07", "<script>alert(1)</script>", "{{ lookup('pipe', 'id') }}", "\u202e\u2066", "x" * 4000, '";']


@pytest.mark.parametrize("name", HOSTILE, ids=range(len(HOSTILE)))
def test_hostile_names_stay_data(name: str) -> None:
    """Names of processes, addresses and files stand in the evidence as they are, and in no sentence."""
    states = {"close_wait": 400, "time_wait": 100}
    facts = merged(CALM, {"states": states, "processes": [{"pid": 1, "command": name, "count": 400, "states": states}]})
    ports = {"source": name, "destination": name, "destination_port": 1, "used": 9, "available": 9, "share": 1.0}
    facts["usage"] = {"local_ports": ports}
    facts["listeners"] = [{"address": name, "port": 1, "sockets": 1, "accept_queue": 9, "backlog": 3, "states": {}}]
    rows = [{"name": "net.ipv4.tcp_syncookies", "running": 2, "at_boot": 2, "decided_by": name}]

    found = diagnose(facts, rows)

    assert {"close_wait_pile", "local_ports_exhaustion", "accept_queue_full", "syncookies_always"} <= {
        one.id for one in found
    }
    assert sum(name in one.evidence.values() for one in found) == 4
    assert not [one for one in found if name in one.meaning + one.remedy + one.doc]


# -- what cannot be facts


@pytest.mark.parametrize(
    ("facts", "tunables", "earlier", "names"),
    [
        (None, (), None, "facts"),
        ({}, (), None, "facts"),
        ({"states": []}, (), None, "facts"),
        ({"ansible_facts": {"linuxnet_tcp": CALM}}, (), None, "facts"),
        (CALM, (), {}, "earlier"),
        (CALM, (), "before", "earlier"),
        (CALM, None, None, "tunables"),
        (CALM, "net.ipv4.tcp_mem", None, "tunables"),
        (CALM, b"net", None, "tunables"),
        (CALM, {"tunables": []}, None, "tunables"),
        (CALM, ["net.ipv4.tcp_mem"], None, "tunables"),
        (CALM, [{"name": 3}], None, "tunables"),
    ],
)
def test_what_is_no_facts_is_refused(facts: Any, tunables: Any, earlier: Any, names: str) -> None:
    """One sentence that begins with the parameter, and says what to give."""
    with pytest.raises(InputError) as caught:
        diagnose(facts, tunables, earlier)

    assert str(caught.value).startswith(names + " ")
    assert ": give " in str(caught.value)
