# Copyright (c) 2026, the linuxnet.tcp authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What cannot be done is said in one sentence that names the value and the way out."""

from __future__ import annotations

import os
import socket
import subprocess
from pathlib import Path

import pytest

from ansible_collections.linuxnet.tcp.tests.lab import netns
from ansible_collections.linuxnet.tcp.tests.lab.run_module import Answer, run_module


def refused(arguments: dict[str, object], uid: int = 0) -> Answer:
    """The module's failure: prompt, one line, no traceback."""
    answer = run_module("state_facts", arguments, uid=uid, timeout=20)
    assert answer.failed, answer.result
    assert "Traceback" not in answer.stdout + answer.stderr
    assert "\n" not in answer.message
    assert 20 < len(answer.message) < 500, answer.message
    assert "ansible_facts" not in answer.result, "no facts beside a failure"
    print(answer.message)
    return answer


def gone() -> int:
    """The id of a process that has ended."""
    with subprocess.Popen(["true"]) as process:
        pass
    return process.pid


@pytest.mark.parametrize(
    ("arguments", "named"),
    [
        ({"by": ["planet"]}, ["by", "planet", "listener"]),
        ({"source": "guess"}, ["source", "guess", "netlink"]),
        ({"sample": -1}, ["sample", "-1"]),
        ({"sample": "nan"}, ["sample", "nan"]),
        ({"sample": "inf"}, ["sample", "inf"]),
        ({"top": -3, "by": ["peer"]}, ["top", "-3"]),
        ({"ports": [0]}, ["ports", "0", "65535"]),
        ({"ports": [80, 65536]}, ["ports", "65536"]),
        ({"colour": "red"}, ["colour"]),
    ],
    ids=lambda value: str(value) if isinstance(value, dict) else "",
)
def test_a_value_that_cannot_be(arguments: dict[str, object], named: list[str]) -> None:
    """A parameter out of its bounds: the message names the parameter, the value and what may stand there."""
    message = refused(arguments).message
    assert all(word in message for word in named), message


@pytest.mark.parametrize(
    "where",
    [
        "no-such-namespace",
        "/run/netns/no-such-namespace",
        "../../etc",
        "",
        "-1",
        "0",
        "99999999999999999999999",
        "two\nlines",
        "x" * 5000,
        "caf\u00e9 \u202e",
    ],
    ids=["name", "path", "climbing", "empty", "negative", "zero", "huge", "newline", "long", "unicode"],
)
def test_a_namespace_that_is_not_there(inside: netns.Namespace, where: str) -> None:
    """A name, path or number behind which there is nothing: the message names it."""
    message = refused({"network_namespace": where}).message
    assert "network_namespace" in message
    assert ascii(where)[1:9].rstrip("'") in message, "the value, or the beginning of a long one"


def test_a_process_that_is_gone(inside: netns.Namespace) -> None:
    """The number of a process that has ended: the message names it and says so."""
    pid = gone()
    message = refused({"network_namespace": str(pid)}).message
    assert str(pid) in message
    assert "process" in message


@pytest.mark.parametrize("kind", ["file", "folder", "fifo", "null", "endless", "socket", "loop", "mount-namespace"])
def test_a_path_that_is_no_namespace(
    inside: netns.Namespace, tmp_path_factory: pytest.TempPathFactory, kind: str
) -> None:
    """Whatever else a path may be, it is refused at once: nothing is waited for, nothing is read."""
    # A short name: a message cuts long values.
    path = tmp_path_factory.mktemp("no") / "thing"
    if kind == "file":
        path.write_text("not a namespace", encoding="ascii")
    elif kind == "folder":
        path.mkdir()
    elif kind == "fifo":
        os.mkfifo(path)
    elif kind == "socket":
        with socket.socket(socket.AF_UNIX) as listener:
            listener.bind(os.path.relpath(path))
    elif kind == "loop":
        path.symlink_to(path)
    else:
        path = Path({"null": "/dev/null", "endless": "/dev/zero", "mount-namespace": "/proc/self/ns/mnt"}[kind])
    answer = refused({"network_namespace": str(path)})
    assert path.name in answer.message
    assert answer.wall_seconds < 5


def test_an_ordinary_user_may_not_enter_another(inside: netns.Namespace, ordinary: int) -> None:
    """An ordinary user may not enter another namespace, by any of the three ways; the message says what would help."""
    with netns.namespace("closed") as other:
        with other.entered():
            resident = subprocess.Popen(["sleep", "60"])
        try:
            for where in (other.name, other.path, str(resident.pid)):
                message = refused({"network_namespace": where}, uid=ordinary).message
                assert where in message
                assert "root" in message or "become" in message, "the way out"
        finally:
            resident.kill()
            resident.wait()


@pytest.mark.parametrize("where", ["/proc/self/ns/net", "own pid"])
def test_an_ordinary_user_may_name_its_own(inside: netns.Namespace, ordinary: int, where: str) -> None:
    """Naming the namespace that one is in is no entering: it works for everybody."""
    resident = subprocess.Popen(["sleep", "60"], user=ordinary, group=ordinary, extra_groups=[])
    try:
        named = str(resident.pid) if where == "own pid" else where
        answer = run_module("state_facts", {"network_namespace": named}, uid=ordinary)
    finally:
        resident.kill()
        resident.wait()
    assert answer.facts["total"] == 0


def test_an_ordinary_user_may_name_its_own_by_name(inside: netns.Namespace, ordinary: int) -> None:
    """A named namespace is a file that everybody may look at: inside it, its name works for everybody."""
    answer = run_module("state_facts", {"network_namespace": inside.name}, uid=ordinary)
    assert answer.facts["total"] == 0
