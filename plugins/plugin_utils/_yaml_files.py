# Copyright (c) 2026, the linuxnet.tcp authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""YAML files that users write: read as plain data, with one sentence for whatever is wrong with them."""

from __future__ import annotations

import difflib
import os
import typing as t
from collections.abc import Hashable, Mapping, Sequence
from pathlib import Path

import yaml

from ansible_collections.linuxnet.tcp.plugins.module_utils._model.errors import InputError, shown

LARGEST_FILE = 1 << 20
_OURS = Path(__file__).resolve().parents[2] / "roles"

_MERGE = "tag:yaml.org,2002:merge"
"""Of `<<`, which takes over the keys of another mapping; its own keys win over those."""


class _Loader(yaml.SafeLoader):
    """YAML as data, in which a key that stands twice is a mistake."""


class _FastLoader(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):  # type: ignore[misc] # absent without libyaml
    """The same by libyaml, many times faster. It dies of a file that is nested too deep, so it reads only our own."""


class _ForeignLoader(_Loader):
    """YAML of playbooks: a tag of theirs (`!vault`, `!unsafe`) is no mistake."""


class Tagged(t.NamedTuple):
    """What a tag of somebody else's stands before; what it means is for others to know."""

    tag: str


def _tagged(loader: _ForeignLoader, tag: str, node: yaml.Node) -> t.Any:
    if tag == "unsafe" and isinstance(node, yaml.ScalarNode):
        return loader.construct_scalar(node)
    return Tagged(tag)


_ForeignLoader.add_multi_constructor("!", _tagged)


def _mapping_of(loader: _Loader | _FastLoader, node: yaml.MappingNode) -> dict[Hashable, t.Any]:
    nodes = [key for key, _value in node.value if key.tag != _MERGE]
    keys = [loader.construct_object(key, deep=True) for key in nodes]
    for place, key in enumerate(keys):
        if key in keys[:place]:
            raise yaml.constructor.ConstructorError(
                None, None, f"the key {shown(key)} stands twice", nodes[place].start_mark
            )
    return loader.construct_mapping(node, deep=True)


for _one in (_Loader, _FastLoader):
    _one.add_constructor(yaml.resolver.BaseResolver.DEFAULT_MAPPING_TAG, _mapping_of)


def read_bytes(path: Path, what: str) -> bytes:
    """The content of a file. `what` names in messages what it should be, such as "profile". Raises InputError."""
    try:
        # Without O_NONBLOCK the opening of a pipe would wait for its other end.
        with os.fdopen(os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC), "rb") as stream:
            data = stream.read(LARGEST_FILE + 1)
    except OSError as error:
        raise InputError(f"{path} cannot be read: {error.strerror}; make it readable") from error
    if len(data) > LARGEST_FILE:
        raise InputError(f"{path} is no {what}: it is larger than {LARGEST_FILE >> 20} MiB")
    return data


def read_yaml(path: Path, what: str) -> t.Any:
    """What a file says. `what` as in `read_bytes`. Raises InputError."""
    return _parsed(path, read_bytes(path, what), _FastLoader if path.resolve().is_relative_to(_OURS) else _Loader)


def read_foreign_yaml(path: Path) -> t.Any:
    """What a playbook, a file of tasks or of variables says; `Tagged` where it has tags. Raises InputError."""
    return _parsed(path, read_bytes(path, "playbook"), _ForeignLoader)


def _parsed(path: Path, data: bytes, loader: t.Any) -> t.Any:
    try:
        return yaml.load(data, Loader=loader)  # noqa: S506 - a SafeLoader, with one check more
    except (yaml.YAMLError, UnicodeDecodeError, ValueError, TypeError, RecursionError) as error:
        raise InputError(f"{path} is no YAML: {_why_no_yaml(error)}; correct it") from error


def _why_no_yaml(error: Exception) -> str:
    """What a parser minds, and where, on one line."""
    if isinstance(error, yaml.MarkedYAMLError) and error.problem_mark is not None:
        return f"{error.problem or 'a mistake'} in line {error.problem_mark.line + 1}"
    return " ".join(str(error).split())[:200]


def mapping_of(raw: object, known: Sequence[str], what: str) -> Mapping[str, t.Any]:
    """A mapping that has none but the known keys. Raises InputError, which calls it `what`."""
    if not isinstance(raw, Mapping):
        raise InputError(f"{what} cannot be {shown(raw)}; write a mapping of {', '.join(known)}")
    for key in raw:
        if key not in known:
            raise InputError(f"{what} has the key {shown(key)}; {meant(key, known)}known are {', '.join(known)}")
    return raw


def meant(name: object, known: Sequence[str]) -> str:
    """A question for whoever has mistyped one of the known names, to put before the list of all; else empty."""
    near = difflib.get_close_matches(str(name)[:64], known, n=1)
    return f"did you mean {near[0]}? " if near else ""
