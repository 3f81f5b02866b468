# Copyright (c) 2026, the linuxnet.tcp authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The module on a host in a folder: read, plan, act unless in check mode, report.

What is decided has its tests in tests/unit/plugins/module_utils/_plan, the real kernel its own in tests/lab.
"""

from __future__ import annotations

import functools
import json
from pathlib import Path
from typing import Any, ContextManager, Dict, List

import pytest
import yaml
from ansible.module_utils import basic

from ansible_collections.linuxnet.tcp.plugins.module_utils._host.state_folder import StateFolder, locked
from ansible_collections.linuxnet.tcp.plugins.module_utils._host.transaction import Interrupted
from ansible_collections.linuxnet.tcp.plugins.module_utils._model.errors import HostError, InputError
from ansible_collections.linuxnet.tcp.plugins.module_utils._model.readings import Gauges, Snapshot
from ansible_collections.linuxnet.tcp.plugins.module_utils._plan.plan_diff import diff_of
from ansible_collections.linuxnet.tcp.plugins.module_utils._plan.watching import Judgement, Window
from ansible_collections.linuxnet.tcp.plugins.modules import tunables
from ansible_collections.linuxnet.tcp.plugins.modules.tunables import Machine, Outcome, Worse, secrets_in, warnings_of
from ansible_collections.linuxnet.tcp.tests.unit.machines.host_folder import FIN, HostFolder

Json = Dict[str, Any]
SECRET = "net.ipv4.tcp_fastopen_key"  # noqa: S105 - the name of a key
LINE = "net.ipv4.tcp_fin_timeout = 30\n"
NOTHING_SEEN = Window(*[Snapshot(0.0, Gauges(None, None, None, False, None, None), {})] * 2)


class Tuned(HostFolder):
    """A host whose tunables are set."""

    def __init__(self, root: Path) -> None:
        super().__init__(root)
        self.path = root / "etc" / "sysctl.d" / "90.conf"
        self.said: List[str] = []

    def run(self, settings: Any, *, check_mode: bool = False, **params: Any) -> Outcome:
        """A run of the module; what it warns of at once is kept in `said`."""
        asked = {
            "settings": settings, "state": "present", "path": str(self.path), "scope": ["running", "boot"],
            "exclusive": False, "unavailable": "fail", "shadowed": "warn", "watch_seconds": 0, "watch_limits": {},
            "network_namespace": None, **params,
        }  # fmt: skip
        return tunables.run(asked, check_mode, Machine(str(self.root), self.proc, self.state), self.said.append)

    def text(self) -> str:
        """What the file holds; empty where there is none."""
        return self.path.read_text(encoding="utf-8") if self.path.exists() else ""


@pytest.fixture
def host(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Tuned:
    """A host that runs the kernel's default and has no files; its lock is its own."""
    monkeypatch.setattr(tunables, "locked", functools.partial(locked, path=str(tmp_path / "lock"), patience=0.1))
    return Tuned(tmp_path)


def test_running_value_and_file_are_set_and_a_second_run_changes_nothing(host: Tuned) -> None:
    """The row says what was and what is; all keys of the documentation are in it."""
    first, second = host.run({FIN: 30}), host.run({FIN: 30})
    (row,) = first.plan.rows

    assert (host.running(FIN), host.text().endswith(LINE)) == ("30", True)
    assert (row.running_before, row.running_after, row.boot_before, row.boot_after) == (60, 30, None, 30)
    assert (row.status, row.reason, row.shadowed) == ("changed", "never_applied", False)
    assert list(row._asdict()) == list(yaml.safe_load(tunables.RETURN)["tunables"]["contains"])
    assert (first.changed, second.changed) == (True, False)
    assert second.plan.rows[0].status == "unchanged"


@pytest.mark.parametrize(
    ("scope", "running", "in_file"),
    [(["running"], "30", False), (["boot"], "60", True), (["boot", "running"], "30", True)],
)
def test_the_scope_is_kept(host: Tuned, scope: List[str], running: str, in_file: bool) -> None:
    """What is not in it stays as it is."""
    assert host.run({FIN: 30}, scope=scope).changed
    assert (host.running(FIN), LINE in host.text()) == (running, in_file)


def test_check_mode_says_the_same_and_touches_nothing(host: Tuned) -> None:
    """Rows and diff are those of the run that follows; not even a lock or a folder is made."""
    before = host.everything()
    checked = host.run({FIN: 30}, check_mode=True)
    assert host.everything() == before
    done = host.run({FIN: 30})

    assert checked.changed
    assert (checked.plan.rows, diff_of(checked.plan)) == (done.plan.rows, diff_of(done.plan))


def test_absent_gives_back_what_was(host: Tuned) -> None:
    """The value from before, no file, and no memory of it."""
    host.run({FIN: 30})
    host.run({FIN: None}, state="absent")

    assert (host.running(FIN), host.text(), host.state.first_seen()) == ("60", "", ())


def test_exclusive_takes_the_others_away(host: Tuned) -> None:
    """Of this file; with no settings all of it."""
    host.runs("net.ipv4.tcp_sack", "1")
    host.run({FIN: 30, "net.ipv4.tcp_sack": 0})
    host.run({FIN: 30}, exclusive=True)
    assert (host.running("net.ipv4.tcp_sack"), host.text().endswith(LINE)) == ("1", True)
    host.run({}, exclusive=True)
    assert (host.running(FIN), host.text()) == ("60", "")


def test_a_shadow_warns_or_fails_or_neither(host: Tuned) -> None:
    """Before anything is touched, and with the file that decides."""
    host.put("/etc/sysctl.d/99.conf", "net.ipv4.tcp_fin_timeout = 45\n")
    before = host.everything()
    with pytest.raises(HostError, match=r"/etc/sysctl\.d/99\.conf:1 is read after .*90\.conf and decides at boot"):
        host.run({FIN: 30}, shadowed="fail")
    assert host.everything() == before
    outcome = host.run({FIN: 30})

    assert [len(warnings_of(outcome, how)) for how in ("warn", "ignore")] == [1, 0]
    assert outcome.plan.rows[0].shadowed


def test_what_cannot_be_set_fails_or_is_skipped(host: Tuned) -> None:
    """One sentence, with the other way out; skipped it is no change."""
    with pytest.raises(HostError, match=r"^net\.ipv4\.tcp_tw_recycle is gone since Linux 4\.12: .*; or set un"):
        host.run({"net.ipv4.tcp_tw_recycle": 1})
    outcome = host.run({"net.ipv4.tcp_tw_recycle": 1}, unavailable="skip")

    assert (outcome.changed, outcome.plan.rows[0].status) == (False, "skipped")
    assert len(warnings_of(outcome, "warn")) == 1


@pytest.mark.parametrize(
    ("params", "sentence"),
    [
        ({"watch_seconds": -1}, "watch_seconds is -1: give seconds, 0 for no watch"),
        ({"watch_seconds": float("nan")}, "watch_seconds is nan: give seconds"),
        ({"watch_limits": {"no_such_counter": 1}}, "watch_limits"),
        ({"scope": []}, "scope is empty: name running, boot or both"),
        ({"path": "90.conf"}, "path is '90.conf': give the absolute path of a file"),
        ({"settings": {FIN: "010"}}, "net.ipv4.tcp_fin_timeout cannot be '010'"),
    ],
)
def test_a_parameter_that_cannot_be_right(host: Tuned, params: Json, sentence: str) -> None:
    """Is refused before anything is touched."""
    before = host.everything()
    with pytest.raises(InputError) as refused:
        host.run(**{"settings": {FIN: 30}, **params})

    assert str(refused.value).startswith(sentence)
    assert host.everything() == before


# -- a run that died, and one that is under way ------------------------------------------------------------------


def dies(host: Tuned, monkeypatch: pytest.MonkeyPatch) -> None:
    """A run that wrote the value and was killed before its file."""

    class Killed(BaseException):
        """No cleaning up after this one."""

    def die(*_args: object) -> None:
        raise Killed

    with monkeypatch.context() as patch:
        patch.setattr(tunables, "finish", die)
        with pytest.raises(Killed):
            host.run({FIN: 30})
    host.path.unlink()


def test_what_a_dead_run_left_is_settled_first_and_said(host: Tuned, monkeypatch: pytest.MonkeyPatch) -> None:
    """In check mode it is only said; the run after it starts from what was before."""
    dies(host, monkeypatch)
    assert host.running(FIN) == "30"
    host.run({FIN: 45}, check_mode=True)
    assert (host.running(FIN), "the next run outside check mode settles it first" in host.said[0]) == ("30", True)
    outcome = host.run({FIN: 45})

    assert host.said[1] == "an earlier run had died half-way: put back net.ipv4.tcp_fin_timeout"
    assert outcome.plan.rows[0].running_before == 60
    assert (host.running(FIN), host.state.pending()) == ("45", None)


def test_a_settled_run_is_a_change_though_nothing_else_is(host: Tuned, monkeypatch: pytest.MonkeyPatch) -> None:
    """The host is not what it was."""
    dies(host, monkeypatch)

    assert host.run({FIN: {"at_least": 50}}, scope=["running"]).changed
    assert host.running(FIN) == "60"


def test_a_run_that_is_under_way_is_waited_for(host: Tuned) -> None:
    """Not for ever."""
    with locked(host.state, str(host.root / "lock")), pytest.raises(HostError, match=r"another run has held "):
        host.run({FIN: 30})
    assert (host.running(FIN), host.text()) == ("60", "")


def test_what_counts_is_the_host_under_the_lock(host: Tuned, monkeypatch: pytest.MonkeyPatch) -> None:
    """What another run did between the look and the lock is planned for anew."""

    def slowly_locked(state: StateFolder) -> ContextManager[None]:
        host.runs(FIN, "50")
        return locked(state, str(host.root / "lock"))

    monkeypatch.setattr(tunables, "locked", slowly_locked)

    assert host.run({FIN: 30}).plan.rows[0].running_before == 50


# -- watching ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("worse", [[], ["retransmits rose"]])
def test_a_host_that_gets_worse_is_put_back(host: Tuned, worse: List[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """With the evidence; one that does not keeps the change, and has the evidence too."""
    values: List[str] = []

    def window(_self: object) -> Window:
        values.append(host.running(FIN))
        return NOTHING_SEEN

    monkeypatch.setattr(tunables.Watch, "window", window)
    monkeypatch.setattr(tunables, "judge", lambda *_windows: Judgement(True, worse, {"judged": True}))
    if worse:
        with pytest.raises(Worse, match=r"^the host got worse, so the change is put back: retransmits rose$") as told:
            host.run({FIN: 30}, watch_seconds=5)
        assert told.value.evidence == {"judged": True}
        assert (host.running(FIN), host.text(), host.state.pending()) == ("60", "", None)
    else:
        judgement = host.run({FIN: 30}, watch_seconds=5).judgement
        assert judgement is not None
        assert judgement.evidence == {"judged": True}
        assert host.running(FIN) == "30"
    assert values == ["60", "30"], "one window before the change and one after it"


def test_a_watch_that_fails_puts_back(host: Tuned, monkeypatch: pytest.MonkeyPatch) -> None:
    """What was not judged does not stay."""

    def fail(*_args: object) -> None:
        raise HostError("cannot read the counters")

    monkeypatch.setattr(tunables.Watch, "window", lambda _self: NOTHING_SEEN)
    monkeypatch.setattr(tunables, "judge", fail)
    with pytest.raises(HostError, match=r"^the watch ended early: cannot read the counters; nothing has changed$"):
        host.run({FIN: 30}, watch_seconds=5)
    assert host.running(FIN) == "60"


# -- main --------------------------------------------------------------------------------------------------------


def main(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], **params: Any) -> Json:
    """What the module prints, in check mode."""
    asked = {**params, "_ansible_check_mode": True, "_ansible_no_log": True}
    monkeypatch.setattr(basic, "_ANSIBLE_ARGS", json.dumps({"ANSIBLE_MODULE_ARGS": asked}).encode())
    monkeypatch.setattr(basic, "_ANSIBLE_PROFILE", "legacy", raising=False)
    with pytest.raises(SystemExit):
        tunables.main()
    answer: Json = json.loads(capsys.readouterr().out)
    return answer


def test_main_answers_as_documented(
    host: Tuned, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """All that is documented, and the diff in Ansible's own shape."""
    run = tunables.run
    machine = Machine(str(host.root), host.proc, host.state)
    monkeypatch.setattr(tunables, "run", lambda params, check, warn: run(params, check, machine, warn))
    answer = main(monkeypatch, capsys, settings={FIN: 30}, path=str(host.path))

    assert (answer["changed"], answer["path"]) == (True, str(host.path))
    assert [sorted(part) for part in answer["diff"]] == [["after", "after_header", "before", "before_header"]] * 2
    assert answer["tunables"][0]["running_after"] == 30
    assert host.running(FIN) == "60"


@pytest.mark.parametrize(
    ("error", "sentence"),
    [
        (HostError("one sentence"), "one sentence"),
        (OSError(5, "Input/output error", "/x"), "cannot use /x: Input/output error"),
        (Interrupted("signal 15"), "this run was interrupted (signal 15) before it changed anything"),
        (Worse("the host got worse", {"judged": True}), "the host got worse"),
    ],
)
def test_main_refuses_in_a_sentence(
    error: BaseException, sentence: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Whatever went wrong: failed, the sentence, the path, and never a traceback."""

    def fail(*_args: object, **_kwargs: object) -> None:
        raise error

    monkeypatch.setattr(tunables, "run", fail)
    answer = main(monkeypatch, capsys, settings={FIN: 30})

    assert (answer["failed"], answer["msg"]) == (True, sentence)
    assert answer["path"] == "/etc/sysctl.d/90-linuxnet-tcp.conf"
    assert answer.get("evidence") == ({"judged": True} if isinstance(error, Worse) else None)


def test_secrets_are_found_wherever_they_stand() -> None:
    """In lists and mappings; of other keys nothing is one, and nothing so short that it would hide half a result."""
    assert secrets_in({SECRET: "1-2-3-4,5-6-7-8", FIN: 12345678}) == {"1-2-3-4,5-6-7-8"}
    assert secrets_in({SECRET.replace(".", "/"): {"equals": ["1-2-3-4", 12345678, "x"]}}) == {"1-2-3-4", "12345678"}
    assert secrets_in({"kernel.panic": "1-2-3-4", SECRET: None}) == set()
