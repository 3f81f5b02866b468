# Copyright (c) 2026, the linuxnet.tcp authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Rules by name, file, folder, profile or written out: found, checked against rules.schema.json, and put into one list.

The checks are ours, so that a user needs no schema library and each refusal is one sentence that names the file, the
rule, what is wrong and the way out. A unit test holds them against the schema.
"""

from __future__ import annotations

import re
import typing as t
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from ansible_collections.linuxnet.tcp.plugins.module_utils._model.errors import InputError, shown
from ansible_collections.linuxnet.tcp.plugins.module_utils._model.rules import (
    EXPECTATIONS,
    LONGEST_ID,
    LONGEST_TEXT,
    read_rule,
)
from ansible_collections.linuxnet.tcp.plugins.plugin_utils._profiles import Wishes, resolve
from ansible_collections.linuxnet.tcp.plugins.plugin_utils._yaml_files import mapping_of, meant, read_yaml

SHIPPED = Path(__file__).resolve().parents[2] / "roles" / "tcp_profile" / "files" / "rules"
SUFFIXES = (".yml", ".yaml")
MOST_RULES = 10_000

_NAME = re.compile(r"[a-z][a-z0-9_]{0,63}\Z")
_FILE_KEYS = ("summary", "rules")
_RULE_KEYS = ("id", "name", *EXPECTATIONS, "severity", "why", "controls")
_CONTROL_KEYS = ("framework", "product", "version", "id", "also", "source")

RawRule = dict[str, t.Any]
"""A rule as the parameter `rules` of linuxnet.tcp.compliance_info takes it."""


class Sourced(t.NamedTuple):
    """A rule and where it stands, for messages."""

    rule: RawRule
    place: str


def load_rules(
    wanted: object, folders: Sequence[str] = (), locate: Callable[[str], str] = str
) -> list[Sourced]:
    """The rules that `wanted` stands for, in its order.

    `wanted` is a name, a path, a rule, or a list of these. Names are searched in `folders` and then among those that
    are shipped; `locate` makes a path absolute. Raises InputError for what cannot be found or read; checked() does the
    rest.
    """
    where = [Path(locate(folder)) for folder in folders]
    for folder in where:
        if not folder.is_dir():
            raise InputError(f"folders has {shown(str(folder), 200)}, which is no folder: correct the path")
    return list(_flattened(wanted, [*where, SHIPPED], locate))


def rules_of_profile(names: object, wishes: Wishes) -> list[Sourced]:
    """A rule for each setting of the profiles of these names, made one as the role does. Raises InputError."""
    profile = resolve(names, wishes)
    short = profile.name.replace(" ", "")
    place = f"the profile {short}"
    return [
        Sourced(
            {
                "id": f"{short}.{key}",
                "name": key,
                **(asked if isinstance(asked, Mapping) else {"equals": asked}),
                "severity": "medium",
                "why": profile.why[key],
                "controls": [{"framework": "linuxnet.tcp profile", "id": short, "source": profile.source[key]}],
            },
            place,
        )
        for key, asked in profile.settings.items()
    ]


def checked(rules: Sequence[Sourced]) -> list[Sourced]:
    """The same rules, none of whose ids stands twice and none of which the module would refuse."""
    places: dict[str, str] = {}
    for rule, place in rules[: MOST_RULES + 1]:
        _check_rule(rule, place)
        if rule["id"] in places:
            raise InputError(
                f"{place}: rule {shown(rule['id'])} has the id of one in {places[rule['id']]}: an id names one rule"
            )
        places[rule["id"]] = place
    if len(rules) > MOST_RULES:
        raise InputError(f"there are {len(rules)} rules: give at most {MOST_RULES}")
    return list(rules)


# -- finding -------------------------------------------------------------------------------------------------


def _flattened(wanted: object, folders: Sequence[Path], locate: Callable[[str], str]) -> Iterator[Sourced]:
    for entry in wanted if isinstance(wanted, (list, tuple)) else [wanted]:
        if isinstance(entry, (list, tuple)):
            yield from _flattened(entry, folders, locate)
        elif isinstance(entry, Mapping):
            yield Sourced(dict(entry), "rules")
        elif isinstance(entry, str) and ("/" in entry or entry.endswith(SUFFIXES)):
            yield from _of_path(Path(locate(entry)))
        else:
            yield from _of_name(entry, folders)


def _of_path(path: Path) -> Iterator[Sourced]:
    """The rules in a file, or in all files of a folder."""
    if path.is_dir():
        files = sorted(file for file in path.iterdir() if file.name.endswith(SUFFIXES) and file.is_file())
        if not files:
            raise InputError(f"{shown(str(path), 200)} has no file whose name ends in .yml: put your rules there")
        for file in files:
            yield from read_file(file)
    elif path.exists():
        yield from read_file(path)
    else:
        raise InputError(f"{shown(str(path), 200)} is neither a file nor a folder on the controller: correct the path")


def _of_name(name: object, folders: Sequence[Path]) -> list[Sourced]:
    """The rules of a set, from the first folder that has it."""
    if isinstance(name, str) and _NAME.match(name):
        for folder in folders:
            if (folder / f"{name}.yml").is_file():
                return read_file(folder / f"{name}.yml")
    there = choices(folders)
    raise InputError(
        f"there are no rules {shown(name)}: {meant(name, there)}the sets are {', '.join(there)}; files of your own are"
        " named by their paths, with a slash"
    )


def choices(folders: Iterable[Path] = (SHIPPED,)) -> list[str]:
    """The names of all sets there are."""
    return sorted({path.stem for folder in folders for path in folder.glob("*.yml") if _NAME.match(path.stem)})


# -- reading -------------------------------------------------------------------------------------------------


def read_file(path: Path) -> list[Sourced]:
    """The rules in a file, each checked. Raises InputError."""
    place = shown(str(path), 200).strip("'\"")
    content = mapping_of(read_yaml(path, "set of rules"), _FILE_KEYS, f"{place}: the file")
    if "summary" in content:
        _check_text(content["summary"], LONGEST_TEXT, f"{place}: summary")
    rules = content.get("rules")
    if not isinstance(rules, list) or not rules:
        raise InputError(f"{place}: rules cannot be {shown(rules)}; write a list of rules")
    for rule in rules:
        _check_rule(rule, place)
    return [Sourced(dict(rule), place) for rule in rules]


def _check_rule(raw: object, place: str) -> None:
    rule = mapping_of(raw, _RULE_KEYS, f"{place}: a rule")
    for control in _list(rule.get("controls"), f"{place}: controls of rule {shown(rule.get('id'))}"):
        _check_control(control, f"{place}: a control of rule {shown(rule.get('id'))}")
    try:
        read_rule(rule)
    except InputError as error:
        raise InputError(f"{place}: {error}") from error


def _check_control(raw: object, what: str) -> None:
    control = mapping_of(raw, _CONTROL_KEYS, f"{what}: it")
    for key in ("framework", "product", "version", "id", "source"):
        if key in control or key in ("framework", "id"):
            _check_text(control.get(key), LONGEST_TEXT if key == "source" else LONGEST_ID, f"{what}: {key}")
    for name in _list(control.get("also"), f"{what}: also"):
        _check_text(name, LONGEST_ID, f"{what}: also")


def _list(raw: object, what: str) -> Sequence[object]:
    if raw is None:
        return ()
    if not isinstance(raw, list):
        raise InputError(f"{what}: {shown(raw)} is no list; write one")
    return raw


def _check_text(raw: object, longest: int, what: str) -> None:
    if not isinstance(raw, str) or not raw.strip():
        # A version such as 2.0 that YAML takes for a number is the usual slip.
        raise InputError(f"{what} is {shown(raw)}; write a text, in quotes where it looks like a number")
    if len(raw) > longest:
        raise InputError(f"{what} has {len(raw)} characters; write at most {longest}")
    if not all(char.isprintable() or char == "\n" for char in raw):
        raise InputError(f"{what} has control characters: {shown(raw)}; take them out")
