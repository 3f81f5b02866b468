# Copyright (c) 2026, the linuxnet.tcp authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""An action as the executor makes it for a task, without a play around it."""

from __future__ import annotations

import types
import typing as t

from ansible.plugins.action import ActionBase

PACKAGE = "ansible_collections.linuxnet.tcp.plugins.action."
Made = t.TypeVar("Made", bound=ActionBase)


def made(
    plugin: type[Made], arguments: t.Mapping[str, t.Any], *, check_mode: bool = False, loader: object = None
) -> Made:
    """The action of a task with these arguments, on a connection that leads nowhere."""
    task: t.Any = types.SimpleNamespace(
        args=arguments,
        async_val=0,
        action=f"linuxnet.tcp.{plugin.__module__.removeprefix(PACKAGE)}",
        check_mode=check_mode,
    )
    connection: t.Any = types.SimpleNamespace(_shell=types.SimpleNamespace(tmpdir=None))
    nothing: t.Any = types.SimpleNamespace()
    given: t.Any = nothing if loader is None else loader
    return plugin(
        task=task,
        connection=connection,
        play_context=nothing,
        loader=given,
        templar=nothing,
        shared_loader_obj=None,
    )
