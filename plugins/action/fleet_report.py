# Copyright (c) 2026, the linuxnet.tcp authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Audits a host and writes its record; or makes the reports of all records there are."""

from __future__ import annotations

import datetime as dt
import typing as t
from pathlib import Path

from ansible.errors import AnsibleConnectionFailure, AnsibleError
from ansible.plugins.action import ActionBase

from ansible_collections.linuxnet.tcp.plugins.module_utils._model.errors import InputError
from ansible_collections.linuxnet.tcp.plugins.module_utils._model.findings import Severity
from ansible_collections.linuxnet.tcp.plugins.plugin_utils._audit import NotReached, Questions, audit
from ansible_collections.linuxnet.tcp.plugins.plugin_utils._display import show
from ansible_collections.linuxnet.tcp.plugins.plugin_utils._fleet_audit import (
    NEVER,
    FleetFailure,
    keep_record,
    make_reports,
    missing_record,
)
from ansible_collections.linuxnet.tcp.plugins.plugin_utils._host_counts import reason_of
from ansible_collections.linuxnet.tcp.plugins.plugin_utils._metrics import metrics_of
from ansible_collections.linuxnet.tcp.plugins.plugin_utils._profiles import Wishes
from ansible_collections.linuxnet.tcp.plugins.plugin_utils._record import Found, Problem
from ansible_collections.linuxnet.tcp.plugins.plugin_utils._record_folder import AuditFolder, FolderError
from ansible_collections.linuxnet.tcp.plugins.plugin_utils._report_formats import FORMATS
from ansible_collections.linuxnet.tcp.plugins.plugin_utils._report_model import Outcome
from ansible_collections.linuxnet.tcp.plugins.plugin_utils._rules import RawRule, checked, load_rules, rules_of_profile

_OUR_PLAYBOOKS = Path(__file__).resolve().parents[2] / "playbooks"
_METRICS_FILE = "linuxnet.tcp.metrics_file"
#: As the lookup linuxnet.tcp.rules has them, and the role.
_PROFILE = {
    "profile": {"type": "list", "elements": "str", "default": []},
    "profile_folders": {"type": "list", "elements": "path", "default": []},
    "profile_overrides": {"type": "dict", "default": {}},
    "closes_per_second": {"type": "float"},
    "max_tw_buckets": {"type": "int"},
    "allow_tw_recycle": {"type": "bool", "default": False},
}
#: Options that only one of the states knows.
_OWN = {
    "record": ("rules", *_PROFILE, "waivers", "by", "sample", "network_namespace", "textfile_dir"),
    "report": ("formats", "fail_on", "recorded"),
}
_ARGUMENTS = {
    "state": {"type": "str", "required": True, "choices": ["record", "report"]},
    "dir": {"type": "path", "required": True},
    "rules": {"type": "list", "elements": "raw", "default": []},
    **_PROFILE,
    "waivers": {"type": "list", "elements": "dict", "default": []},
    "by": {
        "type": "list",
        "elements": "str",
        "choices": ["family", "listener", "peer", "process"],
        "default": ["listener", "peer", "process"],
    },
    "sample": {"type": "float", "default": 0},
    "network_namespace": {"type": "str"},
    "textfile_dir": {"type": "path"},
    "formats": {"type": "list", "elements": "str", "choices": list(FORMATS), "default": list(FORMATS)},
    "fail_on": {"type": "str", "choices": [NEVER, *(severity.word for severity in Severity)], "default": NEVER},
    "recorded": {"type": "str"},
}

Vars = dict[str, t.Any]


class ActionModule(ActionBase):
    """One door, two states: `record` for each host, `report` once."""

    TRANSFERS_FILES = False
    _supports_check_mode = True

    def run(self, tmp: str | None = None, task_vars: Vars | None = None) -> Vars:
        """What was recorded of this host, or which reports were made."""
        result: Vars = super().run(tmp, task_vars)
        task_vars = task_vars or {}
        validate: t.Callable[..., tuple[t.Any, Vars]] = self.validate_argument_spec
        arguments = validate(argument_spec=_ARGUMENTS)[1]
        do = {"record": self._record, "report": self._report}[arguments["state"]]
        try:
            self._refuse_foreign_options(arguments["state"])
            with AuditFolder(arguments["dir"]) as folder:
                result.update(do(folder, arguments, task_vars))
        except (FolderError, FleetFailure, InputError) as error:
            result.update(failed=True, changed=False, msg=str(error))
        return result

    def _refuse_foreign_options(self, state: str) -> None:
        """What is given and would be ignored is a mistake. Raises FleetFailure."""
        for other, options in _OWN.items():
            given = sorted(set(options) & set(self._task.args))
            if other != state and given:
                raise FleetFailure(f"{given[0]} belongs to state={other}, and state is {state}: leave it out")

    def _record(self, folder: AuditFolder, arguments: Vars, task_vars: Vars) -> Vars:
        """Audit the host of this task. Whatever comes of it is in its record before the task ends."""
        host = task_vars["inventory_hostname"]
        earlier = folder.read(host)
        outcome, found = self._audit(arguments, task_vars, (earlier or {}).get("facts"))
        changed = False
        if arguments["textfile_dir"] is not None and outcome is not Outcome.UNREACHABLE:
            changed, problem = self._leave_metrics(arguments["textfile_dir"], outcome, found, task_vars)
            if problem is not None:
                outcome = Outcome.FAILED
                found = found._replace(problems=[*found.problems, problem])
        kept = keep_record(folder, host, task_vars.get("group_names", []), outcome, found, _now(), earlier)
        return {"changed": changed, **kept}

    def _audit(self, arguments: Vars, task_vars: Vars, earlier: t.Any) -> tuple[Outcome, Found]:
        def run(module: str, module_arguments: Vars) -> Vars:
            execute: t.Callable[..., Vars] = self._execute_module
            try:
                return execute(module_name=module, module_args=module_arguments, task_vars=task_vars)
            except AnsibleConnectionFailure as error:
                raise NotReached(reason_of({"msg": str(error)})) from error
            except AnsibleError as error:
                return {"failed": True, "msg": str(error)}

        asked = {name: arguments[name] for name in ("waivers", "by", "sample", "network_namespace")}
        return audit(run, Questions(rules_for=self._rules_of(arguments), **asked), earlier)

    def _rules_of(self, arguments: Vars) -> t.Callable[[int], list[RawRule]]:
        """The rules, and those of the profile as it fits a host. Raises InputError."""
        wishes = Wishes.of_options(arguments.__getitem__, self._locate, "profile_")
        given = load_rules(arguments["rules"], locate=self._locate)

        def rules_for(memory_bytes: int) -> list[RawRule]:
            of_profile = []
            if arguments["profile"]:
                of_profile = rules_of_profile(arguments["profile"], wishes._replace(memory_bytes=memory_bytes))
            return [rule for rule, _place in checked([*given, *of_profile])]

        return rules_for

    def _locate(self, path: str) -> str:
        """A path of the user's, absolute: from the folder of the playbook, and of ours from where the user is."""
        loader: t.Any = self._loader
        if Path(loader.get_basedir()).resolve() == _OUR_PLAYBOOKS:
            return str(Path(path).expanduser().absolute())
        located: str = loader.path_dwim(path)
        return located

    def _leave_metrics(
        self, folder: str, outcome: Outcome, found: Found, task_vars: Vars
    ) -> tuple[bool, Problem | None]:
        """Write the metrics of this audit on the host; whether that changed it, and what went wrong."""
        execute: t.Callable[..., Vars] = self._execute_module
        content = metrics_of(outcome, found, _now())
        try:
            answer = execute(
                module_name=_METRICS_FILE, module_args={"dir": folder, "content": content}, task_vars=task_vars
            )
        except AnsibleError as error:
            answer = {"failed": True, "msg": str(error)}
        problem = Problem("textfile", reason_of(answer)) if answer.get("failed") else None
        return bool(answer.get("changed")), problem

    def _report(self, folder: AuditFolder, arguments: Vars, task_vars: Vars) -> Vars:
        """Record the hosts of the play that have no record of this run, and make the reports."""
        if arguments["recorded"] is not None:
            self._record_the_missing(folder, arguments["recorded"], task_vars)
        made = make_reports(folder, arguments["formats"], arguments["fail_on"], _now())
        show(made.lines)
        return {"changed": False, **made.result}

    def _record_the_missing(self, folder: AuditFolder, variable: str, task_vars: Vars) -> None:
        hostvars = task_vars["hostvars"]
        for host in task_vars["ansible_play_hosts_all"]:
            # hostvars[host][variable] would template, and a result is data.
            variables = hostvars.raw_get(host) if host in hostvars else {}
            missing = missing_record(variables.get(variable))
            if missing is not None:
                outcome, problem = missing
                found = Found(problems=[problem])
                groups = variables.get("group_names", [])
                keep_record(folder, host, groups, outcome, found, _now(), folder.read(host))


def _now() -> dt.datetime:
    return dt.datetime.now(dt.UTC)
