# Copyright (c) 2026, the linuxnet.tcp authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Files on the controller that set sysctls in other ways: lines of sysctl.conf, and YAML."""

from __future__ import annotations

import typing as t
from collections.abc import Iterable, Iterator
from pathlib import Path

from ansible_collections.linuxnet.tcp.plugins.module_utils._model.errors import InputError, shown
from ansible_collections.linuxnet.tcp.plugins.module_utils._plan.boot_lines import procps_settings
from ansible_collections.linuxnet.tcp.plugins.plugin_utils._foreign import Found, Origin
from ansible_collections.linuxnet.tcp.plugins.plugin_utils._foreign_yaml import settings_in, variables_in
from ansible_collections.linuxnet.tcp.plugins.plugin_utils._yaml_files import read_bytes, read_foreign_yaml

YAML = (".yml", ".yaml", ".json")
LINES = (".conf", ".sysctl")
MOST_SETTINGS = 10_000
_WHAT = "file of settings"


def read_settings_of(paths: Iterable[Path]) -> list[Found]:
    """What these files, and those of these folders, set; in their order. Raises InputError, one sentence."""
    files = [file for path in paths for file in _files(path)]
    documents = {file: read_foreign_yaml(file) for file in files if _is_yaml(file)}
    # A loop in one file may go over a variable of another.
    variables: dict[str, t.Any] = {}
    for data in documents.values():
        variables.update(variables_in(data))
    found: list[Found] = []
    for file in files:
        place = shown(str(file), 200).strip("'\"")
        here = settings_in(documents[file], place, variables) if file in documents else _lines(file, place)
        for setting in here:
            found.append(setting)
            if len(found) > MOST_SETTINGS:
                raise InputError(f"{place}: with it the settings are more than {MOST_SETTINGS}; give fewer files")
    if not found:
        names = ", ".join(shown(str(path), 200) for path in paths)
        raise InputError(
            f"{names} sets nothing that could be read: give a file with lines such as net.core.somaxconn = 4096, or"
            " YAML with tasks of ansible.posix.sysctl or a list kernel_settings_sysctl"
        )
    return found


def _files(path: Path) -> Iterator[Path]:
    """The file itself, or those in a folder whose names say that they are meant."""
    try:
        inside = sorted(path.iterdir()) if path.is_dir() else [path]
    except OSError as error:
        raise InputError(f"{path} cannot be read: {error.strerror}; make it readable") from error
    yield from (file for file in inside if file == path or (file.suffix in (*YAML, *LINES) and file.is_file()))


def _is_yaml(file: Path) -> bool:
    """By its name; a file of group_vars may have none, and is told by its first line that says something."""
    if file.suffix in (*YAML, *LINES):
        return file.suffix in YAML
    lines = (line.strip() for line in read_bytes(file, _WHAT).splitlines())
    first = next((line for line in lines if line and line[:1] not in b"#;"), b"")
    return first == b"---" or (b"=" not in first and (first[:2] == b"- " or b":" in first))


def _lines(file: Path, place: str) -> Iterator[Found]:
    """The lines of a sysctl file, as `sysctl -p` reads them."""
    content = read_bytes(file, _WHAT)
    texts = content.split(b"\n")
    for setting in procps_settings(content, ()):
        # With dots, as everybody writes them; a key that has dots within a part keeps its slashes.
        key = setting.path.decode("utf-8", "replace")
        key = key if "." in key else key.replace("/", ".")
        where = f"{place}:{setting.line}"
        if setting.value is None:
            yield Found(key, None, where, Origin.LINES, "the line only exempts the key from patterns: leave it out")
            continue
        may_fail = texts[setting.line - 1].lstrip().startswith(b"-")
        notes = ("the minus before it forgives a host that lacks the key: unavailable: skip does that",)
        value = setting.value.decode("utf-8", "replace")
        yield Found(key, value, where, Origin.LINES, notes=notes if may_fail else ())
