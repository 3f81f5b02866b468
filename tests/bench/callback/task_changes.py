# Copyright (c) 2026, the linuxnet.tcp authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""When each task began and ended and whether it changed anything, one line of JSON a task."""

from __future__ import annotations

import json
import os
import time
from pathlib import Path
from typing import Any

from ansible.plugins.callback import CallbackBase

DOCUMENTATION = """
name: task_changes
type: notification
short_description: Note the time of each task and whether it changed anything, for tests/bench
description:
  - Appends a line of JSON for each task that succeeded or was skipped to the file that E(LINUXNET_TASK_TIMES) names.
"""


class CallbackModule(CallbackBase):
    """Times whole tasks on the controller, loops included, from the queueing to the last result."""

    CALLBACK_VERSION = 2.0
    CALLBACK_TYPE = "notification"
    CALLBACK_NAME = "task_changes"
    CALLBACK_NEEDS_ENABLED = True

    def __init__(self) -> None:
        super().__init__()
        self._began = 0.0

    def v2_playbook_on_task_start(self, task: Any, is_conditional: bool) -> None:
        """A task begins."""
        self._began = time.perf_counter()

    def v2_runner_on_ok(self, result: Any) -> None:
        """The task has succeeded on the only host, with all items of its loop."""
        self._note(result)

    def v2_runner_on_skipped(self, result: Any) -> None:
        """The task had nothing to do."""
        self._note(result)

    def _note(self, result: Any) -> None:
        wall = time.perf_counter() - self._began
        line = {"task": result.task.name, "wall": wall, "changed": bool(result.result.get("changed"))}
        with Path(os.environ["LINUXNET_TASK_TIMES"]).open("a", encoding="utf-8") as file:
            print(json.dumps(line), file=file)
