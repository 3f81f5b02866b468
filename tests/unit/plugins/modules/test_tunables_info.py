# Copyright (c) 2026, the linuxnet.tcp authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The module on a host in a folder. Who decides at boot has its cases in tests/unit/plugins/module_utils/_plan."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Dict

import pytest
import yaml
from ansible.module_utils import basic

from ansible_collections.linuxnet.tcp.plugins.module_utils._model.catalogue import CATALOGUE
from ansible_collections.linuxnet.tcp.plugins.module_utils._model.errors import InputError, NamespaceError
from ansible_collections.linuxnet.tcp.plugins.module_utils._model.transactions import (
    FileChange,
    Place,
    RunningChange,
    Transaction,
)
from ansible_collections.linuxnet.tcp.plugins.modules import tunables_info
from ansible_collections.linuxnet.tcp.plugins.modules.tunables_info import look
from ansible_collections.linuxnet.tcp.tests.unit.machines.host_folder import FIN, HostFolder

Json = Dict[str, Any]
SECRET = "net.ipv4.tcp_fastopen_key"  # noqa: S105 - the name of a key
DOCUMENTED = yaml.safe_load(tunables_info.RETURN)


@pytest.fixture
def host(tmp_path: Path) -> HostFolder:
    """A host that runs the kernel's default and has no files."""
    return HostFolder(tmp_path)


def info(host: HostFolder, *names: str, namespace: Any = None) -> Json:
    """What the module answers."""
    return look({"names": list(names), "network_namespace": namespace}, str(host.root), host.proc, host.state)


def test_what_it_answers_of_one_key(host: HostFolder) -> None:
    """All keys of the documentation: what runs, what boot sets, who decides, and what the key is."""
    host.put("/etc/sysctl.d/90.conf", "net.ipv4.tcp_fin_timeout = 30\n")
    host.put("/etc/sysctl.conf", "net.ipv4.tcp_fin_timeout = 45\n")
    answer = info(host, "net/ipv4/tcp_fin_timeout")
    (row,) = answer["tunables"]

    assert list(answer) == list(DOCUMENTED)
    assert list(row) == list(DOCUMENTED["tunables"]["contains"])
    assert json.loads(json.dumps(answer)) == answer
    assert (row["name"], row["running"], row["at_boot"], row["after_reload"]) == (FIN, 60, 30, 45)
    assert row["decided_by"] == "/etc/sysctl.d/90.conf:1"
    assert [(line["where"], line["read_by"]) for line in row["also_set_in"]] == [("/etc/sysctl.conf:1", ["reload"])]
    assert (row["kind"], row["unit"], row["bounds"], row["writable"]) == ("number", "seconds", [1, 3600], True)


def test_without_names_it_is_the_whole_catalogue(host: HostFolder) -> None:
    """Also of a host that has next to none of it."""
    rows = info(host)["tunables"]

    assert [row["name"] for row in rows] == [row.key for row in CATALOGUE]
    assert [row["name"] for row in rows if row["status"] == "present"] == [FIN]
    assert {row["status"] for row in rows} == {"present", "removed", "absent_here", "module_not_loaded"}


def test_a_name_that_is_given_twice_is_one_row(host: HostFolder) -> None:
    """In whichever spelling; keys that the catalogue does not know have a row too."""
    rows = info(host, FIN, "net/ipv4/tcp_fin_timeout", "net.core.no_such_key")["tunables"]

    assert [(row["name"], row["status"]) for row in rows] == [(FIN, "present"), ("net.core.no_such_key", "unknown")]


def test_a_secret_is_never_shown(host: HostFolder) -> None:
    """Neither the running one nor one that somebody keeps in a file; unnamed it is not even read."""
    host.runs(SECRET, "00000000-00000000-00000000-0000beef")
    host.put("/etc/sysctl.d/90.conf", "net.ipv4.tcp_fastopen_key = 0-0-0-cafe\n" * 2)

    named, unnamed = info(host, SECRET), info(host)
    assert "beef" not in json.dumps([named, unnamed])
    assert "cafe" not in json.dumps([named, unnamed])
    assert named["tunables"][0]["running"] == "(hidden)"
    assert [row["running"] for row in unnamed["tunables"] if row["name"] == SECRET] == [None]


def test_what_a_dead_run_has_left_is_told_without_its_values(host: HostFolder) -> None:
    """They may be secret."""
    assert info(host, FIN)["pending"] is None
    host.state.create()
    change = FileChange("/etc/sysctl.d/90.conf", None, None)
    host.state.begin(Transaction(Place("b", "n"), "web", (RunningChange(FIN, "59", "31"),), change, (), ()))
    pending = info(host, FIN)["pending"]

    assert pending == {"names": [FIN], "path": "/etc/sysctl.d/90.conf", "network_namespace": "web"}


def test_what_cannot_be_read_is_noted(host: HostFolder) -> None:
    """A file that never ends, for one."""
    (host.root / "etc/sysctl.d/99.conf").symlink_to("99.conf")
    assert info(host, FIN)["notes"] == []
    host.put("/etc/sysctl.d/98.conf", "#" * ((256 << 10) + 1))

    assert info(host, FIN)["notes"] == ["/etc/sysctl.d/98.conf was not read to its end: it is too long"]


def test_nothing_is_changed(host: HostFolder) -> None:
    """Files, values and their times are as before, and nothing was made."""
    before = host.everything()
    info(host)

    assert host.everything() == before


@pytest.mark.parametrize("name", ["kernel.panic", "net.ipv4.*", "../etc/passwd", "", "net.ipv4.tcp_\x1b[2J"])
def test_a_name_that_is_no_key_is_refused(host: HostFolder, name: str) -> None:
    """In one printable sentence, before anything is read."""
    with pytest.raises(InputError) as refused:
        info(host, FIN, name)
    assert str(refused.value).isprintable()


def test_a_namespace_that_is_not_there(host: HostFolder) -> None:
    """Is an error of the task."""
    with pytest.raises(NamespaceError):
        info(host, FIN, namespace="no-such-namespace")


def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], **params: Any) -> Json:
    """What the module prints for these parameters, on this machine."""
    asked = {**params, "_ansible_remote_tmp": "/tmp", "_ansible_keep_remote_files": False}  # noqa: S108 - not used
    monkeypatch.setattr(basic, "_ANSIBLE_ARGS", json.dumps({"ANSIBLE_MODULE_ARGS": asked}).encode())
    monkeypatch.setattr(basic, "_ANSIBLE_PROFILE", "legacy", raising=False)
    with pytest.raises(SystemExit):
        tunables_info.main()
    answer: Json = json.loads(capsys.readouterr().out)
    return answer


def test_main_answers_or_refuses(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """Never a change; what is wrong is a sentence with failed: true."""
    answer = run(monkeypatch, capsys, names=[FIN])
    assert (answer["changed"], [row["name"] for row in answer["tunables"]]) == (False, [FIN])
    answer = run(monkeypatch, capsys, names=["kernel.panic"])
    assert answer["failed"] is True
    assert answer["msg"].startswith("'kernel.panic' is not a key under /proc/sys/net")
