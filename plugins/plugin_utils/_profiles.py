# Copyright (c) 2026, the linuxnet.tcp authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Profiles by name: what they extend, what fits the host, what a list of them comes to, and what overrides it."""

from __future__ import annotations

import typing as t
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from ansible_collections.linuxnet.tcp.plugins.module_utils._model.catalogue import tunable_of
from ansible_collections.linuxnet.tcp.plugins.module_utils._model.errors import InputError, shown
from ansible_collections.linuxnet.tcp.plugins.module_utils._model.settings import (
    Fixed,
    Setting,
    read_settings,
    wanted_to_result,
)
from ansible_collections.linuxnet.tcp.plugins.module_utils._plan.profile_merge import Asked, Merged, merge
from ansible_collections.linuxnet.tcp.plugins.module_utils._plan.sizing import CAP, SCALES, HostSize, checked_size
from ansible_collections.linuxnet.tcp.plugins.plugin_utils._profile_files import (
    Entry,
    ProfileFile,
    folders_of,
    read_profile,
)

RECYCLE = "net.ipv4.tcp_tw_recycle"
DEEPEST = 16
"""How far profiles may extend each other."""


class Wishes(t.NamedTuple):
    """What a user says beside the names of profiles."""

    folders: Sequence[str] = ()
    overrides: Mapping[str, t.Any] = {}
    memory_bytes: int | None = None
    closes_per_second: float | None = None
    max_tw_buckets: object = None
    allow_tw_recycle: bool = False

    @classmethod
    def of_options(cls, option: Callable[[str], t.Any], locate: Callable[[str], str], prefix: str = "") -> Wishes:
        """What a plugin's options say, of a host that is not known yet.

        `option` gives the value of one, `locate` makes a path absolute, and with `prefix` begin, in that plugin, the
        names of those that speak of profiles alone.
        """
        return cls(
            folders=[locate(folder) for folder in option(f"{prefix}folders")],
            overrides=option(f"{prefix}overrides"),
            closes_per_second=option("closes_per_second"),
            max_tw_buckets=option("max_tw_buckets"),
            allow_tw_recycle=option("allow_tw_recycle"),
        )


class Profile(t.NamedTuple):
    """What the chosen profiles come to, in the shapes of a result."""

    name: str
    settings: dict[str, t.Any]
    why: dict[str, str]
    source: dict[str, str]
    notes: list[str]


def resolve(names: object, wishes: Wishes) -> Profile:
    """The profiles of these names, made one. Raises InputError, one sentence, for whatever cannot be right."""
    size = checked_size(wishes.memory_bytes, wishes.closes_per_second)
    decided = _decided(wishes)
    folders = folders_of(wishes.folders)
    notes: list[str] = []
    asked: list[Asked] = []
    scaled = CAP in decided
    for name in _checked_names(names):
        entries, said = _with_parents(read_profile(name, folders), folders)
        notes.extend(said)
        asked.extend(_fitted(name, entries, size, notes, decided))
        scaled = scaled or (CAP in entries and bool(entries[CAP].scale))
    if size.closes_per_second is not None and not scaled:
        raise InputError(f"closes_per_second has no effect: no chosen profile scales {CAP}; give max_tw_buckets")
    merged = merge([entry for entry in asked if entry.setting.tunable.key not in decided])
    order = list(dict.fromkeys([*(entry.setting.tunable.key for entry in asked), *decided]))
    replaced = {entry.setting.tunable.key for entry in asked} & set(decided)
    merged.update({key: setting for key, setting in decided.items() if setting is not None})
    notes.extend(_of_decided(key, decided[key]) for key in order if key in replaced)
    if RECYCLE in merged and not wishes.allow_tw_recycle and merged[RECYCLE].setting.wanted != Fixed(0):
        del merged[RECYCLE]
        notes.append(
            f"{RECYCLE} is left out: Linux has none since 4.12, and where it still has, 1 drops clients behind NAT; "
            "set allow_tw_recycle to set it there"
        )
    kept = {key: merged[key] for key in order if key in merged}
    return Profile(
        name=" + ".join(_checked_names(names)),
        settings={key: wanted_to_result(entry.setting) for key, entry in kept.items()},
        why={key: entry.why for key, entry in kept.items()},
        source={key: entry.source for key, entry in kept.items()},
        notes=list(dict.fromkeys(notes)),
    )


def _checked_names(names: object) -> list[str]:
    """One name, or several, each once."""
    given = names if isinstance(names, (list, tuple)) else [names]
    if not given:
        raise InputError("no profile is named: give a name, or a list of names")
    for name in given:
        if not isinstance(name, str):
            raise InputError(f"a profile cannot be {shown(name)}: give a name, or a list of names")
    return list(dict.fromkeys(str(name) for name in given))


def _decided(wishes: Wishes) -> dict[str, Merged | None]:
    """What the user says of single keys, whatever profiles ask; None for a key that shall be left out."""
    if not isinstance(wishes.overrides, Mapping):
        raise InputError(f"overrides cannot be {shown(wishes.overrides)}: it is a mapping of key to value")
    decided: dict[str, Merged | None] = {}
    if wishes.max_tw_buckets is not None:
        try:
            (setting,) = read_settings({CAP: wishes.max_tw_buckets})
        except InputError as error:
            raise InputError(f"max_tw_buckets is refused: {error}") from error
        decided[CAP] = Merged(setting, "The cap that was asked for by max_tw_buckets.", "max_tw_buckets")
    left_out = {key: None for key, value in wishes.overrides.items() if value is None}
    try:
        read_settings(wishes.overrides, absent=True)  # the keys, also of those to be left out
        settings = read_settings({key: value for key, value in wishes.overrides.items() if value is not None})
    except InputError as error:
        raise InputError(f"overrides are refused: {error}") from error
    for setting in settings:
        decided[setting.tunable.key] = Merged(setting, "Asked for by overrides.", "overrides")
    decided.update({tunable_of(key).key: None for key in left_out})
    return decided


def _of_decided(key: str, setting: Merged | None) -> str:
    """What became of a key of which both a profile and the user speak."""
    return f"{key} is left out, as overrides say" if setting is None else f"{key} is decided by {setting.source}"


def _with_parents(
    profile: ProfileFile, folders: Sequence[Path], seen: tuple[Path, ...] = ()
) -> tuple[dict[str, Entry], list[str]]:
    """The entries of a profile and of what it extends, its own before theirs, and the notes of all."""
    if profile.path in seen or len(seen) >= DEEPEST:
        raise InputError(f"{profile.path} extends itself, over {len(seen)} files: take one extends away")
    entries: dict[str, Entry] = {}
    owners: dict[str, str] = {}
    notes: list[str] = []
    for name in profile.extends:
        # What extends its own name means the profile that it stands before.
        parent = read_profile(name, folders, profile.place if name == profile.name else -1)
        theirs, said = _with_parents(parent, folders, (*seen, profile.path))
        notes.extend(said)
        for key, entry in theirs.items():
            if key in entries and entries[key] != entry and key not in profile.entries:
                raise InputError(
                    f"{profile.path} extends {owners[key]} and {name}, which differ in {key}: say in its settings what "
                    "it shall be"
                )
            entries[key], owners[key] = entry, name
    entries.update(profile.entries)
    return entries, [*notes, *profile.notes]


def _fitted(
    name: str, entries: Mapping[str, Entry], size: HostSize, notes: list[str], decided: t.Container[str]
) -> list[Asked]:
    """What a profile asks of a host of this size; what its scales say, where it counts, is added to the notes."""
    asked = []
    for entry in entries.values():
        setting = entry.setting
        scaled = SCALES[entry.scale](size) if entry.scale else None
        if scaled is not None:
            setting = Setting(entry.tunable, scaled.wanted)
            if entry.tunable.key not in decided:
                notes.append(scaled.note)
        if setting is not None:
            asked.append(Asked(name, setting, entry.why, entry.source))
    return asked
