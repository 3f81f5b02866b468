# Copyright (c) 2026, the linuxnet.tcp authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What each task cost and said: seconds, bytes to the host, changed, failed, and its words, one line of JSON a task."""

from __future__ import annotations

import json
import os
import re
import subprocess
import time
from pathlib import Path
from typing import Any

from ansible.plugins.callback import CallbackBase

DOCUMENTATION = """
name: task_costs
type: notification
short_description: Note what each task cost and said, for tests/bench
description:
  - Appends a line of JSON for each task that ended, however it ended, to the file that E(LINUXNET_TASK_TIMES) names.
  - Bytes are those that SSH sent to the port in E(LINUXNET_SSH_PORT), as the kernel counts them for its connections.
"""


class CallbackModule(CallbackBase):
    """Times whole tasks on the controller, loops included, from the queueing to the last result."""

    CALLBACK_VERSION = 2.0
    CALLBACK_TYPE = "notification"
    CALLBACK_NAME = "task_costs"
    CALLBACK_NEEDS_ENABLED = True

    def __init__(self) -> None:
        super().__init__()
        self._began = (0.0, 0)

    def v2_playbook_on_task_start(self, task: Any, is_conditional: bool) -> None:
        """A task begins."""
        sent = bytes_sent()
        self._began = (time.perf_counter(), sent)

    def v2_runner_on_ok(self, result: Any) -> None:
        """The task has succeeded on the only host, with all items of its loop."""
        self._note(result, failed=False)

    def v2_runner_on_failed(self, result: Any, ignore_errors: bool = False) -> None:
        """The task has failed."""
        self._note(result, failed=True)

    def v2_runner_on_skipped(self, result: Any) -> None:
        """The task had nothing to do."""
        self._note(result, failed=False)

    def _note(self, result: Any, *, failed: bool) -> None:
        wall = time.perf_counter() - self._began[0]
        said = {key: value for key, value in result.result.items() if key != "invocation"}
        line = {
            "task": result.task.name, "wall": wall, "bytes": bytes_sent() - self._began[1],
            "changed": bool(said.get("changed")), "failed": failed, "said": json.dumps(said, default=str),
        }  # fmt: skip
        with Path(os.environ["LINUXNET_TASK_TIMES"]).open("a", encoding="utf-8") as file:
            print(json.dumps(line), file=file)


def bytes_sent() -> int:
    """What this side of the connections to the host's sshd has sent so far."""
    port = os.environ["LINUXNET_SSH_PORT"]
    done = subprocess.run(["ss", "-tinH", f"dport = :{port}"], check=True, stdout=subprocess.PIPE, text=True)
    return sum(map(int, re.findall(r"bytes_sent:(\d+)", done.stdout)))
