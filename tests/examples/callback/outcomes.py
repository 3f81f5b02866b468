# Copyright (c) 2026, the linuxnet.tcp authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Writes a line of JSON for each task that failed: play, task, reason, and whether to fail was its purpose."""

from __future__ import annotations

import json
import os
import typing as t
from pathlib import Path

from ansible.plugins.callback import CallbackBase

DOCUMENTATION = r"""
name: outcomes
type: notification
short_description: Lines of JSON about failed tasks, into the file that EXAMPLES_OUTCOMES names
description:
  - For the test of the documentation's examples.
"""


class CallbackModule(CallbackBase):
    """Listens, and writes."""

    CALLBACK_VERSION = 2.0
    CALLBACK_TYPE = "notification"
    CALLBACK_NAME = "outcomes"
    CALLBACK_NEEDS_ENABLED = True

    def __init__(self) -> None:
        init: t.Callable[[], None] = super().__init__
        init()
        self._play = ""

    def v2_playbook_on_play_start(self, play: t.Any) -> None:
        """Remember whose tasks come now."""
        self._play = str(play.get_name())

    def v2_runner_on_failed(self, result: t.Any, ignore_errors: bool = False) -> None:
        """A failure, also of a task that may fail."""
        found, task = result.result, result.task
        line = {
            "play": self._play,
            "task": str(task.get_name()),
            "reason": str(found.get("msg") or found)[:2000],
            # An assertion that does not hold, and a task that says itself when it fails, do what they are for.
            "meant": "assertion" in found or bool(found.get("failed_when_result")) or ignore_errors,
        }
        with Path(os.environ["EXAMPLES_OUTCOMES"]).open("a", encoding="utf-8") as stream:
            stream.write(json.dumps(line) + "\n")
