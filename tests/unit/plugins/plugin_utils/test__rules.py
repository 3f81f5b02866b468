# Copyright (c) 2026, the linuxnet.tcp authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Where rules come from, and what is said of those that are none."""

from __future__ import annotations

import json
import re
import typing as t
from pathlib import Path

import jsonschema
import pytest
import yaml

from ansible_collections.linuxnet.tcp.plugins.module_utils._model.errors import InputError
from ansible_collections.linuxnet.tcp.plugins.module_utils._model.rules import EXPECTATIONS, read_rules
from ansible_collections.linuxnet.tcp.plugins.plugin_utils import _rules
from ansible_collections.linuxnet.tcp.plugins.plugin_utils._profile_files import choices as profiles
from ansible_collections.linuxnet.tcp.plugins.plugin_utils._profile_files import folders_of
from ansible_collections.linuxnet.tcp.plugins.plugin_utils._profiles import Wishes, resolve
from ansible_collections.linuxnet.tcp.plugins.plugin_utils._rules import (
    SHIPPED,
    RawRule,
    checked,
    choices,
    load_rules,
    rules_of_profile,
)

SCHEMA: dict[str, t.Any] = json.loads((SHIPPED.parent / "rules.schema.json").read_text(encoding="utf-8"))
SETS = ["anssi", "cis", "pci_dss", "stig"]
FIN = "net.ipv4.tcp_fin_timeout"
RULE: RawRule = {"id": "r", "name": FIN, "at_most": 30}


def load(wanted: object, folder: Path | None = None) -> list[RawRule]:
    """The rules, checked; relative paths are those of `folder`."""
    found = load_rules(wanted, locate=lambda path: str((folder or Path("/")) / path))
    return [rule for rule, _place in checked(found)]


def write(path: Path, content: object) -> Path:
    """A file of rules."""
    path.write_text(content if isinstance(content, str) else yaml.safe_dump(content), encoding="utf-8")
    return path


# -- what is shipped -------------------------------------------------------------------------------------------


def test_the_shipped_sets_are_those_of_the_frameworks() -> None:
    """The four that the documentation names, and no other."""
    assert choices() == SETS


def test_the_schema_is_one_and_knows_every_expectation() -> None:
    """What is shipped as a JSON schema is one, and asks for one of what a rule may ask."""
    jsonschema.Draft202012Validator.check_schema(SCHEMA)

    rule = SCHEMA["$defs"]["rule"]
    assert [alternative["required"] for alternative in rule["oneOf"]] == [[name] for name in EXPECTATIONS]
    assert list(rule["properties"]) == ["id", "name", *EXPECTATIONS, "severity", "why", "controls"]


@pytest.mark.parametrize("name", SETS)
def test_a_shipped_set_keeps_the_schema_and_names_its_sources(name: str) -> None:
    """Each rule has the name of its set before its id, a reason, and controls that say where each id was seen."""
    jsonschema.validate(yaml.safe_load((SHIPPED / f"{name}.yml").read_text(encoding="utf-8")), SCHEMA)

    for rule in load(name):
        assert rule["id"].startswith(f"{name}.tcp_")
        assert rule["why"]
        assert all(control["source"] for control in rule["controls"])
        keys = [(control["framework"], control.get("product"), control.get("version")) for control in rule["controls"]]
        assert len(set(keys)) == len(keys), "a control has one id in one version of one product"


def test_all_sets_and_profiles_go_together() -> None:
    """A host can be held against everything at once: no id stands in two sets, and the module takes all of them."""
    found = load_rules(SETS)
    for name in profiles(folders_of([])):
        found += rules_of_profile(name, Wishes(memory_bytes=1 << 33, allow_tw_recycle=True))

    rules = [rule for rule, _place in checked(found)]
    assert len(read_rules(rules)) == len(rules) > len(SETS)


# -- profiles --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", [["web_server"], ["forward_proxy"], ["web_server", "forward_proxy"]])
def test_the_rules_of_a_profile_ask_what_the_profile_sets(name: list[str]) -> None:
    """For each setting one rule, with the same grammar, reason and source: a host with the role complies."""
    wishes = Wishes(memory_bytes=1 << 33)
    profile, rules = resolve(name, wishes), read_rules([rule for rule, _index in rules_of_profile(name, wishes)])

    assert {rule.tunable.key: rule.expected() for rule in rules} == profile.settings
    assert {rule.tunable.key: rule.why for rule in rules} == profile.why
    assert [rule.id for rule in rules] == [f"{'+'.join(name)}.{key}" for key in profile.settings]
    assert [rule.controls[0]["source"] for rule in rules] == list(profile.source.values())


# -- finding ---------------------------------------------------------------------------------------------------


def test_a_name_a_file_a_folder_and_a_rule(tmp_path: Path) -> None:
    """All of them together, in the order in which they are named, the files of a folder by name."""
    write(tmp_path / "one.yml", {"rules": [dict(RULE, id="file")]})
    (tmp_path / "more").mkdir()
    for name in ("b.yml", "a.yaml", "c.txt"):
        write(tmp_path / "more" / name, {"rules": [dict(RULE, id=name)]})

    rules = load(["cis", ["one.yml", "./more"], RULE], tmp_path)

    assert [rule["id"] for rule in rules] == ["cis.tcp_syncookies", "file", "a.yaml", "b.yml", "r"]


def test_own_folders_come_first(tmp_path: Path) -> None:
    """A set of one's own stands before the shipped one of the same name, and beside the others."""
    write(tmp_path / "cis.yml", {"summary": "Ours.", "rules": [RULE]})

    found = load_rules(["cis", "anssi"], [str(tmp_path)])

    assert [rule["id"] for rule, _place in found] == ["r", "anssi.tcp_syncookies", "anssi.tcp_rfc1337"]


def test_a_near_name_is_suggested() -> None:
    """What was probably meant is said, and how files are named."""
    with pytest.raises(InputError, match=r"^there are no rules 'sti': did you mean stig\? the sets are anssi, cis, "):
        load("sti")


@pytest.mark.parametrize("name", ["nobody", "", None, 5, "CIS", "n" * 300, "\x1b[2J"])
def test_a_name_that_there_is_not(name: object) -> None:
    """The names that there are stand in the sentence."""
    with pytest.raises(InputError, match=r"the sets are anssi, cis, pci_dss, stig; files of your own") as refused:
        load([name])
    assert str(refused.value).isprintable()


@pytest.mark.parametrize(
    ("wanted", "sentence"),
    [
        ("./none", "none' is neither a file nor a folder on the controller: correct the path"),
        ("none.yml", "none.yml' is neither a file nor a folder on the controller: correct the path"),
        ("./empty", "empty' has no file whose name ends in .yml: put your rules there"),
    ],
)
def test_a_path_that_leads_nowhere(tmp_path: Path, wanted: str, sentence: str) -> None:
    """The path, as it was looked up, stands in the sentence."""
    (tmp_path / "empty").mkdir()

    with pytest.raises(InputError, match=re.escape(sentence)):
        load(wanted, tmp_path)


def test_a_folder_that_is_none(tmp_path: Path) -> None:
    """A folder to search that is not there is a mistake, and is not passed over."""
    with pytest.raises(InputError, match=r"^folders has '.*/none', which is no folder: correct the path$"):
        load_rules("cis", [str(tmp_path / "none")])


# -- refusing --------------------------------------------------------------------------------------------------

CONTROL = {"framework": "F", "id": "1"}
BAD_RULES: list[tuple[object, str]] = [
    ("r", "a rule cannot be 'r'; write a mapping of id, name"),
    ({"id": "r", "name": FIN}, "rule 'r' has no expectation: "),
    (dict(RULE, equals=5), "rule 'r' has equals and at_most: "),
    (dict(RULE, name="kernel.panic"), "rule 'r': 'kernel.panic' is not a key under /proc/sys/net"),
    (dict(RULE, sevrity="high"), "a rule has the key 'sevrity'; did you mean severity? known are "),
    (dict(RULE, severity="grave"), "rule 'r' has the severity 'grave'"),
    (dict(RULE, controls={"framework": "F"}), "controls of rule 'r': {'framework': 'F'} is no list; write one"),
    (dict(RULE, controls=[{"framework": "F"}]), "a control of rule 'r': id is None; write a text"),
    (dict(RULE, controls=[dict(CONTROL, version=2.0)]), "a control of rule 'r': version is 2.0; write a text"),
    (dict(RULE, controls=[dict(CONTROL, url="x")]), "a control of rule 'r': it has the key 'url'; "),
    (dict(RULE, controls=[dict(CONTROL, also="x")]), "a control of rule 'r': also: 'x' is no list; write one"),
    (dict(RULE, controls=[dict(CONTROL, also=[1])]), "a control of rule 'r': also is 1; write a text"),
    (dict(RULE, controls=[dict(CONTROL, id="i" * 129)]), "a control of rule 'r': id has 129 characters; write at most"),
]


@pytest.mark.parametrize(("rule", "sentence"), BAD_RULES)
def test_a_rule_that_is_none_is_refused_by_file_and_rule(tmp_path: Path, rule: object, sentence: str) -> None:
    """In a file and written out: one printable sentence that names the place and the rule."""
    path = write(tmp_path / "own.yml", {"rules": [rule]})

    with pytest.raises(InputError) as refused:
        load(str(path))
    assert str(refused.value).startswith(f"{path}: {sentence}")
    assert str(refused.value).isprintable()
    if isinstance(rule, dict):
        with pytest.raises(InputError) as refused:
            load([rule])
        assert str(refused.value).startswith(f"rules: {sentence}")


@pytest.mark.parametrize("rule", [rule for rule, sentence in BAD_RULES if "kernel.panic" not in sentence])
def test_the_schema_refuses_the_same(rule: object) -> None:
    """An editor that knows the schema marks what the lookup would refuse."""
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate({"rules": [rule]}, SCHEMA)


@pytest.mark.parametrize(
    "rule",
    [
        RULE,
        {"id": "r", "name": "net/ipv4/ip_local_port_range", "one_of": [[1, 2], "3 4"]},
        {"id": "r", "name": FIN, "between": [1, "2"], "severity": "info", "why": "w", "controls": []},
        {"id": "r", "name": "net.ipv4.tcp_sack", "equals": True, "controls": [dict(CONTROL, also=["a"], source="s")]},
    ],
)
def test_the_schema_takes_the_same(rule: RawRule) -> None:
    """What the lookup takes, the schema takes too."""
    jsonschema.validate({"rules": [rule]}, SCHEMA)
    assert load([rule]) == [rule]


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        ("", "the file cannot be None; write a mapping of summary, rules"),
        ("- a\n", "the file cannot be ['a']; write a mapping of summary, rules"),
        ({"rules": []}, "rules cannot be []; write a list of rules"),
        ({"summary": "x"}, "rules cannot be None; write a list of rules"),
        ({"rules": [RULE], "summary": 5}, "summary is 5; write a text"),
        ({"rule": [RULE]}, "the file has the key 'rule'; did you mean rules? known are summary, rules"),
    ],
)
def test_a_file_that_holds_no_rules(tmp_path: Path, content: object, sentence: str) -> None:
    """The file stands in the sentence."""
    path = write(tmp_path / "own.yml", content)

    with pytest.raises(InputError) as refused:
        load(str(path))

    assert str(refused.value).startswith(f"{path}: {sentence}")


def test_an_id_that_stands_twice_names_both_places(tmp_path: Path) -> None:
    """Ids are what waivers and reports go by."""
    path = write(tmp_path / "own.yml", {"rules": [RULE]})

    with pytest.raises(InputError, match=rf"^rules: rule 'r' has the id of one in {path}: an id names one rule$"):
        load([str(path), RULE])


def test_there_is_an_end_to_rules(monkeypatch: pytest.MonkeyPatch) -> None:
    """More rules than anybody has are refused before they are sent to every host."""
    monkeypatch.setattr(_rules, "MOST_RULES", 2)

    with pytest.raises(InputError, match=r"^there are 3 rules: give at most 2$"):
        load([dict(RULE, id=name) for name in "abc"])
