# Copyright (c) 2026, the linuxnet.tcp authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""`tunables` and `tunables_info` in another network namespace, from the host."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from ansible_collections.linuxnet.tcp.tests.lab import netns
from ansible_collections.linuxnet.tcp.tests.lab.throwaway_host import DROP_IN, Host

FIN, ORPHANS = "net.ipv4.tcp_fin_timeout", "net.ipv4.tcp_max_orphans"


@contextmanager
def another() -> Iterator[tuple[netns.Namespace, int]]:
    """A namespace with a process in it."""
    with netns.namespace("tunables") as made:
        with made.entered():
            resident = subprocess.Popen(["sleep", "60"])
        try:
            yield made, resident.pid
        finally:
            resident.kill()
            resident.wait()


def get(other: netns.Namespace, key: str) -> str:
    """The running value there."""
    with other.entered():
        return Path("/proc/sys", *key.split(".")).read_text(encoding="ascii").strip()


@pytest.mark.parametrize("how", ["name", "path", "pid", "path of a process"])
def test_running_values_are_set_there_and_only_there(host: Host, how: str) -> None:
    """By name, by path and by process id the values of that namespace are set, compared, shown and given back."""
    with another() as (other, pid):
        ways = {"name": other.name, "path": other.path, "pid": str(pid), "path of a process": f"/proc/{pid}/ns/net"}
        where = ways[how]
        foreseen = host.run(settings={FIN: 30}, network_namespace=where, check_mode=True)
        done = host.run(settings={FIN: 30}, network_namespace=where)

        assert foreseen.ok["diff"] == done.ok["diff"]
        assert (get(other, FIN), host.get(FIN)) == ("30", "60")
        assert host.text() is None, "a boot knows nothing of namespaces"
        assert not host.run(settings={FIN: 30}, network_namespace=where).changed
        assert host.info(FIN, network_namespace=where).row(FIN)["running"] == 30
        assert host.info(FIN).row(FIN)["running"] == 60
        assert not host.run(settings={FIN: None}, state="absent").changed, "the host's own was never set"
        assert host.run(settings={FIN: None}, state="absent", network_namespace=where).changed
        assert get(other, FIN) == "60"


def test_keys_of_the_host_are_absent_there(host: Host) -> None:
    """A key that belongs to the host is named so, and can be skipped."""
    with another() as (other, _pid):
        assert "belongs to the host" in host.run(settings={ORPHANS: 65536}, network_namespace=other.name).refusal
        answer = host.run(settings={ORPHANS: 65536}, network_namespace=other.name, unavailable="skip")
        assert (answer.changed, answer.row(ORPHANS)["reason"]) == (False, "absent_here")


def test_the_file_of_the_host_is_not_given_back_there(host: Host) -> None:
    """A line of the host's file says nothing about another namespace: absent there leaves its value alone."""
    host.put(DROP_IN, f"{FIN} = 30\n")
    host.put("/etc/sysctl.d/50-other.conf", f"{FIN} = 25\n")
    with another() as (other, _pid):
        before = get(other, FIN)
        for arguments in ({"settings": {FIN: None}, "state": "absent"}, {"settings": {}, "exclusive": True}):
            assert not host.run(network_namespace=other.name, **arguments).changed
            assert get(other, FIN) == before
    assert host.text() == f"{FIN} = 30\n"


def test_what_was_seen_in_one_is_not_given_back_in_another(host: Host) -> None:
    """First-seen values belong to the namespace in which they were seen."""
    with another() as (one, _pid), another() as (two, _pid_of_two):
        one.set(FIN, 41)
        two.set(FIN, 42)
        for other in (one, two):
            host.run(settings={FIN: 30}, network_namespace=other.name)
        host.run(settings={FIN: 30})
        for other in (one, two):
            assert host.run(settings={FIN: None}, state="absent", network_namespace=other.name).changed
        assert (get(one, FIN), get(two, FIN), host.get(FIN)) == ("41", "42", "30")
        host.run(settings={FIN: None}, state="absent")
        assert host.get(FIN) == "60"
