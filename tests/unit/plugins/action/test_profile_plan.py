# Copyright (c) 2026, the linuxnet.tcp authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The action: what it asks of the host, and when; what it says before it asks."""

from __future__ import annotations

import typing as t
from pathlib import Path

import pytest
from ansible.errors import AnsibleActionFail
from ansible.parsing.dataloader import DataLoader

from ansible_collections.linuxnet.tcp.plugins.action import profile_plan as action
from ansible_collections.linuxnet.tcp.tests.unit.plugins.action.made import made

CAP = "net.ipv4.tcp_max_tw_buckets"
RECYCLE = "net.ipv4.tcp_tw_recycle"
GIB = 1 << 30


def facts(time_wait: int = 21300, cap: int | None = 131072, *, full: bool = False, **more: t.Any) -> dict[str, t.Any]:
    """What state_facts returns on a host with 1 GiB, as far as it counts here."""
    tcp = {
        "states": {"time_wait": time_wait},
        "limits": {"max_tw_buckets": cap, "memory_bytes": GIB},
        "usage": {"time_wait": 1.0 if full else 0.2},
        "counters": {"time_wait_overflow": 5},
        **more,
    }
    return {"ansible_facts": {"linuxnet_tcp": tcp}}


class Asked(t.NamedTuple):
    """The result of the action, and the modules that it ran with their arguments."""

    result: dict[str, t.Any]
    modules: list[tuple[str, dict[str, t.Any]]]


def run(*answers: dict[str, t.Any], basedir: str = "/", **arguments: t.Any) -> Asked:
    """Run the action; each module that it starts gets the next answer."""
    loader = DataLoader()
    loader.set_basedir(basedir)
    plugin: t.Any = made(action.ActionModule, arguments, loader=loader)
    modules: list[tuple[str, dict[str, t.Any]]] = []
    left = list(answers)

    def execute(module_name: str, module_args: dict[str, t.Any], task_vars: object) -> dict[str, t.Any]:
        modules.append((module_name, module_args))
        return left.pop(0)

    plugin._execute_module = execute  # noqa: SLF001 - stands for the host
    result = plugin.run(task_vars={})
    assert not left
    return Asked(result, modules)


def test_one_look_is_enough() -> None:
    """The settings fit the memory that the host has, and it is not sampled."""
    asked = run(facts(), name="reverse_proxy")

    assert asked.modules == [("linuxnet.tcp.state_facts", {})]
    assert asked.result["settings"][CAP] == {"at_least": 65536}
    assert set(asked.result["why"]) == set(asked.result["settings"])
    assert asked.result["changed"] is False
    assert asked.result["guard"]["enough"] is True
    assert "warnings" not in asked.result


def test_the_guard_warns_in_numbers() -> None:
    """A host that closes more than the cap lets finish."""
    asked = run(facts(), name=["forward_proxy"])

    (warning,) = asked.result["warnings"]
    assert "holds 21,300, closes 355/s; 5000 lets 83/s finish TIME_WAIT" in warning
    assert asked.result["guard"]["message"] == warning
    assert not asked.result.get("failed")


def test_the_guard_may_fail() -> None:
    """With `fail` the numbers are the message of the failure."""
    asked = run(facts(), name="forward_proxy", cap_guard="fail")

    assert asked.result["failed"] is True
    assert "holds 21,300, closes 355/s" in asked.result["msg"]


def test_the_guard_may_be_ignored() -> None:
    """With `ignore` there is no verdict, and never a sample."""
    asked = run(facts(full=True), name="forward_proxy", cap_guard="ignore")

    assert asked.result["guard"] is None
    assert len(asked.modules) == 1


def test_a_full_cap_that_will_change_is_sampled() -> None:
    """Then alone the counters are watched; what they show counts."""
    sampled = facts(5000, 5000, full=True, rates={"time_wait_overflow": 271.7})
    asked = run(facts(5000, 5000, full=True), sampled, name="forward_proxy", max_tw_buckets=10000)

    assert asked.modules[1:] == [("linuxnet.tcp.state_facts", {"sample": 2})]
    assert asked.result["guard"]["closes_per_second"] == pytest.approx(355, abs=0.1)


def test_an_unchanged_full_cap_is_not_sampled() -> None:
    """The second run of a profile costs one look, also on a busy host."""
    asked = run(facts(5000, 5000, full=True), name="forward_proxy")

    assert len(asked.modules) == 1
    assert "closes at least 83/s" in asked.result["warnings"][0]


@pytest.mark.parametrize(("status", "there"), [("removed", False), ("present", True), ("absent_here", True)])
def test_tw_recycle_is_asked_of_the_kernel_only_where_allowed(status: str, there: bool) -> None:
    """A kernel that has none is no failure: the key is left out, and the note says why."""
    info = {"tunables": [{"name": RECYCLE, "status": status}]}
    asked = run(facts(10), info, name="classic", allow_tw_recycle=True)

    assert asked.modules[1] == ("linuxnet.tcp.tunables_info", {"names": [RECYCLE]})
    assert (RECYCLE in asked.result["settings"]) is there
    assert any("this kernel has none" in note for note in asked.result["notes"]) is not there


def test_tw_recycle_is_not_even_asked_for_where_not_allowed() -> None:
    """It is left out, and the note says what would set it."""
    asked = run(facts(10), name="classic")

    assert len(asked.modules) == 1
    assert RECYCLE not in asked.result["settings"]
    assert any("behind NAT" in note for note in asked.result["notes"])


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ({"name": "nobody"}, "there is no profile 'nobody'"),
        ({"name": []}, "no profile is named"),
        ({"name": "classic", "folders": ["nowhere"]}, "folders has '/nowhere', which is no folder"),
        ({"name": "classic", "overrides": {"net.core.somaxconn": "x"}}, "overrides are refused"),
        ({"name": "classic", "max_tw_buckets": -1}, "max_tw_buckets is refused"),
        ({"name": "classic", "closes_per_second": 0}, "closes_per_second cannot be 0"),
        ({"name": ["reverse_proxy", "forward_proxy"]}, "net.ipv4.tcp_max_tw_buckets cannot be what both profiles ask"),
    ],
)
def test_what_cannot_be_is_said_before_the_host_is_asked(arguments: dict[str, t.Any], sentence: str) -> None:
    """One sentence, and no connection: any module that ran would find no answer."""
    with pytest.raises(AnsibleActionFail) as refused:
        run(**arguments)

    assert str(refused.value).startswith(sentence)


def test_a_relative_folder_is_that_of_the_playbook(tmp_path: Path) -> None:
    """`profiles` beside the playbook is found."""
    (tmp_path / "profiles").mkdir()
    (tmp_path / "profiles" / "mine.yml").write_text("{summary: Mine., extends: classic}", encoding="utf-8")

    assert run(facts(10), basedir=str(tmp_path), name="mine", folders=["profiles"]).result["name"] == "mine"


def test_a_host_that_cannot_tell_fails_with_its_own_words() -> None:
    """What state_facts says is what the task says."""
    asked = run({"failed": True, "msg": "no /proc here"}, name="classic")

    assert (asked.result["failed"], asked.result["msg"]) == (True, "no /proc here")
