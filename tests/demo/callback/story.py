# Copyright (c) 2026, the linuxnet.tcp authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The screen of the demo: texts of `debug`, warnings, diffs and failures; nothing of Ansible's own frame."""

from __future__ import annotations

import difflib
import textwrap
import typing as t

from ansible.plugins.callback import CallbackBase

DOCUMENTATION = r"""
name: story
type: stdout
short_description: Prints what the demo has to say
description: Texts, warnings, diffs and failures, without the names of plays and tasks. Tables print themselves.
"""

WIDTH = 78


class CallbackModule(CallbackBase):
    """Prints."""

    CALLBACK_VERSION = 2.0
    CALLBACK_TYPE = "stdout"
    CALLBACK_NAME = "story"

    def v2_runner_on_ok(self, result: t.Any) -> None:
        """A task that went well says something only where it is a text, a warning or a change."""
        said = result.result
        if result.task.action == "ansible.builtin.debug" and isinstance(said.get("msg"), str):
            self._display.display("\n" + said["msg"].rstrip())
        who = "Guard" if result.task.action == "linuxnet.tcp.profile_plan" else "Note"
        for sentence in warnings_in(said):
            self._display.display("\n" + filled(f"{who}: {sentence}"), color="purple")
        if said.get("changed"):
            for one in said.get("diff") or []:
                self._display.display("\n" + "\n".join(diff_lines(one)))

    def v2_runner_on_failed(self, result: t.Any, ignore_errors: bool = False) -> None:
        """A failure is told whole."""
        self._display.display("\n" + filled(f"{result.task.get_name()}: {result.result.get('msg')}"), color="red")

    def v2_runner_on_unreachable(self, result: t.Any) -> None:
        """There is no other host than this one, but a failure is never silent."""
        self.v2_runner_on_failed(result)

    def v2_playbook_on_stats(self, stats: t.Any) -> None:
        """Nothing: the tables have said it."""


def warnings_in(said: t.Mapping[str, t.Any]) -> list[str]:
    """The warnings of a result, as sentences. Since ansible-core 2.19 they carry more than the text."""
    found = []
    for warning in said.get("warnings") or []:
        event = getattr(warning, "event", None)
        found.append(str(getattr(event, "msg", warning)))
    return found


def diff_lines(one: t.Mapping[str, t.Any]) -> list[str]:
    """What a change takes away and adds, under the name of what is changed."""
    before, after = str(one.get("before", "")).splitlines(), str(one.get("after", "")).splitlines()
    lines = [line for line in difflib.ndiff(before, after) if line[:1] in "+-"]
    # A comment of the file's own maker is longer than the screen, and explains the file, not the change.
    shown = [line for line in lines if not line[2:].startswith("#")]
    return [f"{one.get('after_header') or 'change'}:", *shown]


def filled(text: str) -> str:
    """The text in lines that fit."""
    return textwrap.fill(text, WIDTH, break_long_words=False, break_on_hyphens=False)
