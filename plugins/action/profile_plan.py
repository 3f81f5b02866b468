# Copyright (c) 2026, the linuxnet.tcp authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Fits profiles to a host: checks them before anything runs, looks at the host, and says what a cap would cut."""

from __future__ import annotations

import typing as t

from ansible.errors import AnsibleActionFail
from ansible.plugins.action import ActionBase

from ansible_collections.linuxnet.tcp.plugins.module_utils._model.catalogue import tunable_of
from ansible_collections.linuxnet.tcp.plugins.module_utils._model.errors import InputError
from ansible_collections.linuxnet.tcp.plugins.module_utils._model.settings import Setting, read_settings
from ansible_collections.linuxnet.tcp.plugins.module_utils._plan.cap_guard import (
    SAMPLE_SECONDS,
    Verdict,
    judge,
    needs_sample,
    read_held,
    verdict_to_result,
)
from ansible_collections.linuxnet.tcp.plugins.module_utils._plan.sizing import CAP
from ansible_collections.linuxnet.tcp.plugins.plugin_utils._profiles import RECYCLE, Profile, Wishes, resolve

_ARGUMENTS = {
    "name": {"type": "list", "elements": "str", "required": True},
    "folders": {"type": "list", "elements": "path", "default": []},
    "overrides": {"type": "dict", "default": {}},
    "max_tw_buckets": {"type": "int"},
    "closes_per_second": {"type": "float"},
    "allow_tw_recycle": {"type": "bool", "default": False},
    "cap_guard": {"type": "str", "default": "warn", "choices": ["warn", "fail", "ignore"]},
}


class _ModuleFailed(Exception):
    """A module of ours failed on the host; its result says why."""

    def __init__(self, result: dict[str, t.Any]) -> None:
        super().__init__()
        self.result = result


class ActionModule(ActionBase):
    """Three steps: the profile without the host, a look at the host, the profile with it."""

    TRANSFERS_FILES = False
    _supports_check_mode = True
    _supports_async = False

    def run(self, tmp: str | None = None, task_vars: dict[str, t.Any] | None = None) -> dict[str, t.Any]:
        """The settings for this host with their reasons, and what the guard says of the cap."""
        result: dict[str, t.Any] = super().run(tmp, task_vars)
        validate: t.Callable[..., tuple[t.Any, dict[str, t.Any]]] = self.validate_argument_spec
        arguments = validate(argument_spec=_ARGUMENTS)[1]
        loader: t.Any = self._loader
        wishes = Wishes.of_options(arguments.__getitem__, loader.path_dwim)
        try:
            resolve(arguments["name"], wishes)  # whatever is wrong with it is said before anything reaches the host
            return {**result, **self._fit(arguments["name"], wishes, arguments["cap_guard"], task_vars or {})}
        except InputError as error:
            raise AnsibleActionFail(str(error)) from error
        except _ModuleFailed as failure:
            return {**result, **failure.result}

    def _fit(self, names: list[str], wishes: Wishes, guard: str, task_vars: dict[str, t.Any]) -> dict[str, t.Any]:
        """The profile as it fits the host, and the verdict on its cap."""
        facts = self._facts(task_vars)
        memory = facts["limits"]["memory_bytes"]
        profile = self._without_recycle(resolve(names, wishes._replace(memory_bytes=memory)), task_vars)
        task: t.Any = self._task
        result = {**profile._asdict(), "changed": False, "guard": None, "check_mode": bool(task.check_mode)}
        verdict = None if guard == "ignore" else self._judge(profile, facts, task_vars)
        if verdict is None:
            return result
        result["guard"] = verdict_to_result(verdict)
        if not verdict.enough:
            if guard == "fail":
                return {**result, "failed": True, "msg": verdict.message}
            result["warnings"] = [verdict.message]
        return result

    def _judge(self, profile: Profile, facts: dict[str, t.Any], task_vars: dict[str, t.Any]) -> Verdict | None:
        """What the profile's cap means for the host. It is sampled only where nothing else tells what it closes."""
        wanted = _cap_of(profile)
        held = read_held(facts)
        if needs_sample(wanted, held):
            held = read_held(self._facts(task_vars, sample=SAMPLE_SECONDS))
        return judge(wanted, held)

    def _without_recycle(self, profile: Profile, task_vars: dict[str, t.Any]) -> Profile:
        """The profile without tcp_tw_recycle where the kernel has none."""
        if RECYCLE not in profile.settings:
            return profile
        (row,) = self._module("tunables_info", {"names": [RECYCLE]}, task_vars)["tunables"]
        if row["status"] != "removed":
            return profile
        note = f"{RECYCLE} is skipped: this kernel has none; {tunable_of(RECYCLE).use_instead}"
        for part in (profile.settings, profile.why, profile.source):
            del part[RECYCLE]
        return profile._replace(notes=[*profile.notes, note])

    def _facts(self, task_vars: dict[str, t.Any], **arguments: t.Any) -> dict[str, t.Any]:
        """What state_facts sees on the host."""
        facts: dict[str, t.Any] = self._module("state_facts", arguments, task_vars)["ansible_facts"]["linuxnet_tcp"]
        return facts

    def _module(self, name: str, arguments: dict[str, t.Any], task_vars: dict[str, t.Any]) -> dict[str, t.Any]:
        """The result of a module of ours on the host."""
        run: t.Callable[..., dict[str, t.Any]] = self._execute_module
        result = run(module_name=f"linuxnet.tcp.{name}", module_args=arguments, task_vars=task_vars)
        if result.get("failed") or result.get("unreachable"):
            raise _ModuleFailed(result)
        return result


def _cap_of(profile: Profile) -> Setting | None:
    """What the profile asks of the cap."""
    asked = {key: value for key, value in profile.settings.items() if key == CAP}
    return next(iter(read_settings(asked)), None)
