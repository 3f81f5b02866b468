# Copyright (c) 2026, the linuxnet.tcp authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The action: which options belong to which state, and what it does with what Ansible tells it."""

from __future__ import annotations

import json
import types
import typing as t
from pathlib import Path

import pytest
from ansible.errors import AnsibleConnectionFailure, AnsibleError

from ansible_collections.linuxnet.tcp.plugins.action import fleet_report as action
from ansible_collections.linuxnet.tcp.plugins.plugin_utils import _display
from ansible_collections.linuxnet.tcp.tests.unit.plugins.action.made import made
from ansible_collections.linuxnet.tcp.tests.unit.plugins.plugin_utils import fleet, records

RULES = [{"id": "one", "name": "net.core.somaxconn", "at_least": 1}]
ROWS = records.record_of(1)["compliance"]
ANSWER = {"facts": fleet.facts_of("web1"), "compliance": ROWS, "tunables": [], "notes": [], "problems": []}


class HostVars(dict[str, dict[str, t.Any]]):
    """Stands for ansible's hostvars: the action must take the raw way, which templates nothing."""

    def raw_get(self, host: str) -> dict[str, t.Any]:
        """All variables of a host, untemplated."""
        return super().__getitem__(host)

    def __getitem__(self, host: str) -> t.NoReturn:
        """The other way, not to be taken."""
        raise AssertionError("this would template the variables of " + host)


class Host:
    """What the modules answer on the one host, and what they were asked."""

    def __init__(self, **answers: t.Any) -> None:
        self.asked: list[str] = []
        self.rules: list[dict[str, t.Any]] = []
        self.answers: dict[str, t.Any] = {
            "linuxnet.tcp.audit_info": ANSWER,
            "linuxnet.tcp.metrics_file": {"changed": True},
            **{f"linuxnet.tcp.{name}": answer for name, answer in answers.items()},
        }

    def execute(self, module_name: str, module_args: dict[str, t.Any], task_vars: t.Any) -> t.Any:
        """As ActionBase runs a module."""
        self.asked.append(module_name)
        self.rules = module_args.get("rules") or []
        answer = self.answers[module_name]
        if isinstance(answer, Exception):
            raise answer
        return answer


@pytest.fixture(name="printed", autouse=True)
def what_is_printed(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What went to the display."""
    printed: list[str] = []
    display = types.SimpleNamespace(display=lambda text, color=None: printed.append(text))
    monkeypatch.setattr(_display, "Display", lambda: display)
    return printed


def run(
    host: Host, task_vars: dict[str, t.Any] | None = None, basedir: str = "/", **arguments: t.Any
) -> dict[str, t.Any]:
    """Run the action on a host, out of a playbook in `basedir`."""
    loader = types.SimpleNamespace(path_dwim=str, get_basedir=lambda: basedir)
    plugin = made(action.ActionModule, arguments, check_mode=True, loader=loader)
    plugin.__dict__["_execute_module"] = host.execute
    return plugin.run(task_vars={"inventory_hostname": "web1", "group_names": ["web"], **(task_vars or {})})


def record_in(folder: Path) -> dict[str, t.Any]:
    """The only record there."""
    (path,) = (folder / "records").iterdir()
    return dict(json.loads(path.read_text()))


def test_record(tmp_path: Path) -> None:
    """An audit asks one module, changes nothing, and leaves a record."""
    host = Host()
    result = run(host, state="record", dir=str(tmp_path), rules=RULES)

    assert (host.asked, host.rules) == (["linuxnet.tcp.audit_info"], RULES)
    assert result["changed"] is False
    assert Path(result["record"]).parent == tmp_path / "records"
    assert record_in(tmp_path)["groups"] == ["web"]
    assert record_in(tmp_path)["outcome"] == "audited"


def test_second_audit(tmp_path: Path) -> None:
    """The second audit of a host remembers what the first found."""
    run(Host(), state="record", dir=str(tmp_path), rules=RULES)
    run(Host(), state="record", dir=str(tmp_path), rules=RULES)

    assert record_in(tmp_path)["earlier"]["rules"] == {row["rule"]: row["status"] for row in ROWS["findings"]}


@pytest.mark.parametrize(
    ("error", "outcome"),
    [
        (AnsibleConnectionFailure("Failed to connect to the host via ssh: Connection refused"), "unreachable"),
        (AnsibleError("Missing sudo password"), "failed"),
    ],
)
def test_a_host_that_is_lost(tmp_path: Path, error: Exception, outcome: str) -> None:
    """Whatever breaks on the way to the host becomes a record, and then a failed task: never an unreachable host."""
    result = run(Host(audit_info=error), state="record", dir=str(tmp_path), rules=RULES)

    assert (result["failed"], result.get("unreachable"), result["outcome"]) == (True, None, outcome)
    assert record_in(tmp_path)["outcome"] == outcome


def test_profile(tmp_path: Path) -> None:
    """A profile is held against the host as the role would set it there, by the user's wishes and the host's memory."""
    wishes: dict[str, t.Any] = {"profile_overrides": {"net.core.somaxconn": 511}, "closes_per_second": 1e6}
    small = {**ANSWER, "facts": {**ANSWER["facts"], "limits": {**ANSWER["facts"]["limits"], "memory_bytes": 1 << 30}}}
    host = Host(audit_info=small, compliance_info={**ROWS, "tunables": [], "notes": []})
    run(host, state="record", dir=str(tmp_path), rules=RULES, profile=["web_server"], **wishes)

    assert host.asked == ["linuxnet.tcp.audit_info", "linuxnet.tcp.compliance_info"]
    by_id = {rule["id"]: rule for rule in host.rules}
    assert by_id["one"] == RULES[0]
    assert by_id["web_server.net.core.somaxconn"]["equals"] == 511
    # 1/64 of 1 GiB, at 256 bytes each.
    assert by_id["web_server.net.ipv4.tcp_max_tw_buckets"]["at_least"] == 65536


def test_rules_by_name_and_by_path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Sets, files and rules stand beside each other; out of our own playbook a path begins where the user is."""
    (tmp_path / "own.yml").write_text(json.dumps({"rules": [{**RULES[0], "id": "of a file"}]}))
    monkeypatch.chdir(tmp_path)
    host = Host()
    ours = str(Path(action.__file__).parents[2] / "playbooks")
    run(host, basedir=ours, state="record", dir=str(tmp_path / "out"), rules=["cis", "./own.yml", *RULES])

    ids = [rule["id"] for rule in host.rules]
    assert ids[-2:] == ["of a file", "one"]
    assert ids[0].startswith("cis.")


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ({"profile": ["web_sever"]}, "there is no profile 'web_sever': did you mean web_server? "),
        ({"rules": [{"id": "one", "name": "kernel.panic", "equals": 1}]}, "rules: rule 'one': 'kernel.panic' is not"),
        ({"rules": ["csi"]}, "there are no rules 'csi': did you mean cis? "),
        ({"rules": ["./none.yml"]}, "'none.yml' is neither a file nor a folder"),
        ({"rules": [*RULES, *RULES]}, "rules: rule 'one' has the id of one in rules"),
    ],
)
def test_what_cannot_be_asked(tmp_path: Path, arguments: dict[str, t.Any], sentence: str) -> None:
    """A profile or rule that cannot be is refused in a sentence, before anything reaches the host."""
    host = Host()
    result = run(host, state="record", dir=str(tmp_path), **arguments)

    assert (result["failed"], host.asked) == (True, [])
    assert result["msg"].startswith(sentence)


def test_textfile(tmp_path: Path) -> None:
    """Only when asked for are metrics left on the host, and only that counts as a change."""
    host = Host()
    result = run(host, state="record", dir=str(tmp_path), rules=RULES, textfile_dir="/var/lib/x")

    assert host.asked[-1] == "linuxnet.tcp.metrics_file"
    assert result["changed"] is True


def test_textfile_that_cannot_be_left(tmp_path: Path) -> None:
    """When the metrics cannot be left the record says so, and keeps what was found."""
    for broken in ({"failed": True, "msg": "dir is /x: no such folder"}, AnsibleConnectionFailure("gone")):
        host = Host(metrics_file=broken)
        result = run(host, state="record", dir=str(tmp_path), rules=RULES, textfile_dir="/x")
        assert result["failed"] is True
        assert record_in(tmp_path)["problems"][0]["part"] == "textfile"
        assert record_in(tmp_path)["compliance"]["findings"]


def test_report(tmp_path: Path, printed: list[str]) -> None:
    """Hosts of the play without a record get one, then the reports are made, and where they lie is printed."""
    run(Host(), state="record", dir=str(tmp_path), rules=RULES)
    hostvars = HostVars(
        web1={"done": {"record": "x"}},
        db1={"done": {"unreachable": True, "msg": "refused"}, "group_names": ["db"]},
        new={},
    )
    play = {"hostvars": hostvars, "ansible_play_hosts_all": ["web1", "db1", "new", "ghost"]}
    result = run(Host(), play, state="report", dir=str(tmp_path), recorded="done")
    report = json.loads((tmp_path / "report.json").read_text())

    assert {host["name"]: host["outcome"] for host in report["hosts"]} == {
        "web1": "audited",
        "db1": "unreachable",
        "new": "failed",
        "ghost": "failed",
    }
    assert result["changed"] is False
    assert str(tmp_path / "report.md") in "".join(printed)


def test_report_of_a_folder(tmp_path: Path) -> None:
    """Reports can be made of a folder alone, without a play that has audited."""
    records.write_records(tmp_path, 3)
    result = run(Host(), state="report", dir=str(tmp_path), formats=["json"], fail_on="never")

    assert result["summary"]["hosts"] == 3
    assert set(result["files"]) == {"json"}


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ({"state": "record", "fail_on": "high"}, "fail_on belongs to state=report, and state is record: leave it out"),
        ({"state": "report", "rules": RULES}, "rules belongs to state=record, and state is report: leave it out"),
    ],
)
def test_options_of_the_other_state(tmp_path: Path, arguments: dict[str, t.Any], sentence: str) -> None:
    """An option that would be ignored is refused, before anything is done."""
    host = Host()
    result = run(host, dir=str(tmp_path), **arguments)

    assert (result["failed"], result["msg"], host.asked) == (True, sentence, [])


def test_a_folder_that_is_none(tmp_path: Path) -> None:
    """A folder that cannot be used fails the task in a sentence."""
    (tmp_path / "file").write_text("")
    result = run(Host(), state="report", dir=str(tmp_path / "file"))

    assert result["failed"] is True
    assert result["msg"].startswith(f"dir is '{tmp_path}/file', which cannot be made or opened")
