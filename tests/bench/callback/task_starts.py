# Copyright (c) 2026, the linuxnet.tcp authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""When each task begins, skipped ones and those of the controller too, one line of JSON a task."""

from __future__ import annotations

import json
import os
import time
from pathlib import Path
from typing import Any

from ansible.plugins.callback import CallbackBase

DOCUMENTATION = """
name: task_starts
type: notification
short_description: Note when each task begins, for tests/bench
description:
  - Appends a line of JSON for each task that begins, and one for the end, to the file that E(LINUXNET_TASK_TIMES)
    names.
"""


class CallbackModule(CallbackBase):
    """The clock of the controller at the start of each task."""

    CALLBACK_VERSION = 2.0
    CALLBACK_TYPE = "notification"
    CALLBACK_NAME = "task_starts"
    CALLBACK_NEEDS_ENABLED = True

    def v2_playbook_on_task_start(self, task: Any, is_conditional: bool) -> None:
        """A task begins."""
        _note(task.name)

    def v2_playbook_on_stats(self, stats: Any) -> None:
        """The last task has ended."""
        _note("end")


def _note(name: str) -> None:
    with Path(os.environ["LINUXNET_TASK_TIMES"]).open("a", encoding="utf-8") as file:
        print(json.dumps({"task": name, "at": time.perf_counter()}), file=file)
