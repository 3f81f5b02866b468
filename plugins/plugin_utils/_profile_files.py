# Copyright (c) 2026, the linuxnet.tcp authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Profiles as files: where they lie, and what one says, checked against roles/tcp_profile/files/profile.schema.json.

The checks are ours, so that a user needs no schema library and each refusal is one sentence with the file, the place,
what is wrong and the way out. A unit test holds them against the schema.
"""

from __future__ import annotations

import re
import typing as t
from collections.abc import Mapping, Sequence
from pathlib import Path

from ansible_collections.linuxnet.tcp.plugins.module_utils._model.catalogue import tunable_of
from ansible_collections.linuxnet.tcp.plugins.module_utils._model.errors import InputError, shown
from ansible_collections.linuxnet.tcp.plugins.module_utils._model.settings import Setting, read_settings, read_wanted
from ansible_collections.linuxnet.tcp.plugins.module_utils._model.tunables import Tunable
from ansible_collections.linuxnet.tcp.plugins.module_utils._plan.sizing import CAP, SCALES
from ansible_collections.linuxnet.tcp.plugins.plugin_utils._yaml_files import mapping_of, meant, read_yaml

SHIPPED = Path(__file__).resolve().parents[2] / "roles" / "tcp_profile" / "files" / "profiles"
LONGEST_SENTENCE = 4000

_NAME = re.compile(r"[a-z][a-z0-9_]{0,63}\Z")
_PROFILE_KEYS = ("summary", "extends", "notes", "settings")
_SETTING_KEYS = ("value", "scale", "why", "source", "evidence")


class Entry(t.NamedTuple):
    """What a profile says of one key. `setting` is None where only the scale can tell, `scale` empty for none."""

    tunable: Tunable
    setting: Setting | None
    scale: str
    why: str
    source: str


class ProfileFile(t.NamedTuple):
    """One file. `place` is that of its folder in the search, so that what it extends by its own name is sought after
    it."""

    name: str
    path: Path
    place: int
    summary: str
    extends: tuple[str, ...]
    notes: tuple[str, ...]
    entries: dict[str, Entry]


# -- finding -------------------------------------------------------------------------------------------------


def folders_of(own: Sequence[str]) -> tuple[Path, ...]:
    """The folders to search, the users' own first. Raises InputError for one that is none."""
    folders = [Path(folder) for folder in own]
    for folder in folders:
        if not folder.is_dir():
            raise InputError(f"folders has {shown(str(folder))}, which is no folder here: correct the path")
    return (*folders, SHIPPED)


def choices(folders: Sequence[Path]) -> list[str]:
    """The names of all profiles there are."""
    found = {path.stem for folder in folders for path in folder.glob("*.yml") if _NAME.match(path.stem)}
    return sorted(found)


def read_profile(name: object, folders: Sequence[Path], after: int = -1) -> ProfileFile:
    """The profile of that name in the first folder that has one, past the folder at `after`.

    Raises InputError, with the names that there are, when none has it, and for a file that is no profile.
    """
    if isinstance(name, str) and _NAME.match(name):
        for place, folder in enumerate(folders):
            path = folder / f"{name}.yml"
            if place > after and path.is_file():
                return _read(name, path, place)
    there = choices(folders)
    raise InputError(f"there is no profile {shown(name)}: {meant(name, there)}the profiles are {', '.join(there)}")


# -- reading -------------------------------------------------------------------------------------------------


def _read(name: str, path: Path, place: int) -> ProfileFile:
    """The profile in a file."""
    return parse_profile(name, path, read_yaml(path, "profile"), place)


def parse_profile(name: str, path: Path, content: object, place: int = 0) -> ProfileFile:
    """What the YAML of a file says, checked. Raises InputError for the first thing that no profile may say."""
    try:
        return _profile(name, path, content, place)
    except InputError as error:
        raise InputError(f"{path} is no profile: {error}") from error


def _profile(name: str, path: Path, content: object, place: int) -> ProfileFile:
    """The same; its errors do not name the file."""
    profile = mapping_of(content, _PROFILE_KEYS, "a profile")
    if "settings" not in profile and "extends" not in profile:
        raise InputError("it has neither settings nor extends; give one of them")
    return ProfileFile(
        name=name,
        path=path,
        place=place,
        summary=_sentence(profile.get("summary"), "summary"),
        extends=_names(profile.get("extends", [])),
        notes=tuple(_sentence(note, "notes") for note in _list(profile.get("notes", []), "notes")),
        entries=_entries(profile["settings"]) if "settings" in profile else {},
    )


def _entries(raw: object) -> dict[str, Entry]:
    """What `settings` says, by canonical key."""
    if not isinstance(raw, Mapping) or not raw:
        raise InputError(f"settings cannot be {shown(raw)}; write a mapping of key to value, why and source")
    read_settings(raw, absent=True)  # keys that are none, and two names of one key
    entries = {}
    for key, given in raw.items():
        tunable = tunable_of(key)
        if tunable.read_only or tunable.secret:
            what = "the kernel only reports it" if tunable.read_only else "it is a secret, and a profile is none"
            raise InputError(f"{tunable.key} cannot be set: {what}; leave it out")
        entries[tunable.key] = _entry(tunable, given)
    return entries


def _entry(tunable: Tunable, raw: object) -> Entry:
    """What stands under one key."""
    given = mapping_of(raw, _SETTING_KEYS, f"{tunable.key}")
    scale = given.get("scale", "")
    if scale != "" and scale not in SCALES:
        raise InputError(f"{tunable.key} has the scale {shown(scale)}; the scales are {', '.join(SCALES)}")
    if scale and tunable.key != CAP:
        raise InputError(f"{tunable.key} has a scale; only {CAP} can be scaled, so give a value")
    if "value" not in given and not scale:
        raise InputError(f"{tunable.key} has no value; give one, or a scale")
    setting = Setting(tunable, read_wanted(tunable, given["value"])) if "value" in given else None
    source = _sentence(given.get("source"), f"source of {tunable.key}")
    if "evidence" in given:
        source = f"{source}; measured in {_sentence(given['evidence'], f'evidence of {tunable.key}')}"
    return Entry(tunable, setting, str(scale), _sentence(given.get("why"), f"why of {tunable.key}"), source)


def _sentence(raw: object, what: str) -> str:
    """A text that says something, on one line."""
    if not isinstance(raw, str) or not raw.strip():
        missing = "is missing" if raw is None else f"cannot be {shown(raw)}"
        raise InputError(f"{what} {missing}; write a sentence")
    if len(raw) > LONGEST_SENTENCE:
        raise InputError(f"{what} is longer than {LONGEST_SENTENCE} characters; say it shorter")
    text = " ".join(raw.split())
    if not text.isprintable():
        raise InputError(f"{what} has control characters: {shown(text)}; take them out")
    return text


def _list(raw: object, what: str) -> Sequence[object]:
    """A list."""
    if not isinstance(raw, list):
        raise InputError(f"{what} cannot be {shown(raw)}; write a list")
    return raw


def _names(raw: object) -> tuple[str, ...]:
    """What is extended: one name, or several."""
    names = [raw] if isinstance(raw, str) else _list(raw, "extends")
    for name in names:
        if not isinstance(name, str) or not _NAME.match(name):
            raise InputError(f"extends has {shown(name)}; write the name of a profile")
    return tuple(dict.fromkeys(str(name) for name in names))
