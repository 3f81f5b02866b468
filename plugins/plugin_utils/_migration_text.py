# Copyright (c) 2026, the linuxnet.tcp authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A migration as a task to paste, with what was left out as comments: all of it is YAML."""

from __future__ import annotations

from collections.abc import Iterator

import yaml

from ansible_collections.linuxnet.tcp.plugins.module_utils._model.errors import shown
from ansible_collections.linuxnet.tcp.plugins.plugin_utils._migration import Migration, Refused
from ansible_collections.linuxnet.tcp.plugins.plugin_utils._report_text import visible
from ansible_collections.linuxnet.tcp.plugins.plugin_utils._terminal import Line, Tone

END_OF_DOCUMENT = "\n...\n"
_MOST = 600  # characters of a comment; the whole is in the result


def lines_of(migration: Migration) -> list[Line]:
    """The task, if there is anything to set, then what was left out, then what to know."""
    return [*_task(migration), *_refused(migration.refused), *_notes(migration)]


def task_of(migration: Migration) -> str:
    """The task alone, as YAML; empty where nothing is left to set."""
    return "".join(f"{line.text}\n" for line in _task(migration))


def asked(refused: Refused) -> str:
    """What stood there: `net.ipv4.tcp_tw_recycle = 1`."""
    key, value = (one if isinstance(one, str) else shown(one) for one in (refused.found.key, refused.found.value))
    return visible(key, 80) if refused.found.value is None else f"{visible(key, 80)} = {visible(value, 80)}"


def _task(migration: Migration) -> Iterator[Line]:
    if not migration.settings:
        return
    yield Line("- name: Set the kernel tunables of the network")
    yield Line("  linuxnet.tcp.tunables:")
    yield Line("    settings:")
    for key, value in migration.settings.items():
        text = yaml.safe_dump(value, default_flow_style=True, width=float("inf"))
        # A scalar alone is a document, which safe_dump ends.
        yield Line(f"      {key}: {text.partition(END_OF_DOCUMENT)[0].strip()}")
    yield Line("  become: true")


def _refused(refused: list[Refused]) -> Iterator[Line]:
    if refused:
        yield Line("")
        yield Line("# Left out:")
    for one in refused:
        yield Line(visible(f"# - {asked(one)} ({one.found.where}): {one.why}", _MOST), Tone.WARNING)


def _notes(migration: Migration) -> Iterator[Line]:
    if migration.notes:
        yield Line("")
        yield Line("# To know:")
    for note in migration.notes:
        subject = f"{note.name}: " if note.name else ""
        yield Line(visible(f"# - {subject}{note.text}", _MOST))
