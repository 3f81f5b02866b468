# Copyright (c) 2026, the linuxnet.tcp authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Reads sysctls out of other people's files on the controller, and prints them as a task of ours."""

from __future__ import annotations

import typing as t
from pathlib import Path

from ansible.plugins.action import ActionBase

from ansible_collections.linuxnet.tcp.plugins.module_utils._model.errors import InputError
from ansible_collections.linuxnet.tcp.plugins.plugin_utils._display import show
from ansible_collections.linuxnet.tcp.plugins.plugin_utils._foreign_files import read_settings_of
from ansible_collections.linuxnet.tcp.plugins.plugin_utils._migration import Migration, migrate
from ansible_collections.linuxnet.tcp.plugins.plugin_utils._migration_text import asked, lines_of, task_of

_ARGUMENTS = {"src": {"type": "list", "elements": "str", "required": True}}


class ActionModule(ActionBase):
    """Looks at files on the controller and at no host."""

    BYPASS_HOST_LOOP = True
    TRANSFERS_FILES = False
    _requires_connection = False
    _supports_check_mode = True

    def run(self, tmp: str | None = None, task_vars: dict[str, t.Any] | None = None) -> dict[str, t.Any]:
        """The settings that can be taken over, the task as text, and what was left out."""
        result: dict[str, t.Any] = super().run(tmp, task_vars)
        validate: t.Callable[..., tuple[t.Any, dict[str, t.Any]]] = self.validate_argument_spec
        arguments = validate(argument_spec=_ARGUMENTS)[1]
        try:
            migration = migrate(read_settings_of([Path(name).expanduser() for name in arguments["src"]]))
        except InputError as error:
            return {**result, "failed": True, "changed": False, "msg": str(error)}
        show(lines_of(migration))
        return {**result, "changed": False, **_as_result(migration)}


def _as_result(migration: Migration) -> dict[str, t.Any]:
    return {
        "settings": migration.settings,
        "task": task_of(migration),
        "refused": [{"setting": asked(one), "where": one.found.where, "why": one.why} for one in migration.refused],
        "notes": [note._asdict() for note in migration.notes],
    }
