# Copyright (c) 2026, the linuxnet.tcp authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The running values of tunables, on a machine in a folder."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.linuxnet.tcp.plugins.module_utils._host import running_values
from ansible_collections.linuxnet.tcp.plugins.module_utils._host.running_values import (
    read_machine,
    read_running,
    ticks_per_second,
)
from ansible_collections.linuxnet.tcp.plugins.module_utils._model.catalogue import CATALOGUE, tunable_of
from ansible_collections.linuxnet.tcp.plugins.module_utils._model.errors import HostError
from ansible_collections.linuxnet.tcp.plugins.module_utils._model.running import Availability, Running

FIN, RMEM, SECRET = "net.ipv4.tcp_fin_timeout", "net.ipv4.tcp_rmem", "net.ipv4.tcp_fastopen_key"


def put(proc: Path, key: str, text: bytes) -> Path:
    """A key of the machine."""
    file = proc / "sys" / key.replace(".", "/")
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(text)
    return file


def read(proc: Path, key: str, *, secrets: bool = True) -> Running:
    """One key."""
    (row,) = read_running(str(proc), [tunable_of(key)], secrets=secrets).values()
    return row


@pytest.mark.parametrize(
    ("key", "text", "shown", "value"),
    [
        (FIN, b"60\n", "60", 60),
        (RMEM, b"4096\t131072\t6291456\n", "4096\t131072\t6291456", (4096, 131072, 6291456)),
        ("net.ipv4.ip_local_reserved_ports", b"\n", "", ""),
        ("net.ipv4.tcp_congestion_control", b"cubic\n", "cubic", "cubic"),
        (FIN, b"soon\n", "soon", "soon"),
        (FIN, b"\xff\n", "\ufffd", "\ufffd"),
        ("net.core.unknown_key", b"1 2\n", "1 2", (1, 2)),
    ],
)
def test_a_value_as_the_kernel_shows_it(tmp_path: Path, key: str, text: bytes, shown: str, value: Any) -> None:
    """By its kind, beside the text without its line end; what has not the shape of the key stays a text."""
    put(tmp_path, key, text)
    row = read(tmp_path, key)

    assert (row.text, row.value, row.writable, row.locked) == (shown, value, True, False)
    assert row.availability is Availability.PRESENT


@pytest.mark.parametrize("key", [FIN, "net.core.unknown_key", "net.ipv4"])
def test_a_key_that_is_not_there(tmp_path: Path, key: str) -> None:
    """Absent is not empty; a folder of keys is no key."""
    put(tmp_path, "net.ipv4.tcp_sack", b"1\n")
    row = read(tmp_path, key)

    assert (row.text, row.value, row.writable, row.locked) == (None, None, False, False)


@pytest.mark.parametrize("secrets", [True, False])
def test_a_secret_is_read_only_when_it_is_asked_for(tmp_path: Path, secrets: bool) -> None:
    """That it is there is no secret; and an absent one is absent either way."""
    assert read(tmp_path, SECRET, secrets=secrets).text is None
    put(tmp_path, SECRET, b"00000000-00000000-00000000-00000001\n")
    row = read(tmp_path, SECRET, secrets=secrets)

    assert row.value == ("00000000-00000000-00000000-00000001" if secrets else None)
    assert row.availability is Availability.PRESENT


def test_a_value_that_this_user_may_not_read_is_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It counts as read-only, for whoever may not read it may not write it. Root may read all, hence the stand-in."""
    put(tmp_path, FIN, b"60\n")

    def refuse(_proc: str, name: str) -> bytes:
        try:
            raise PermissionError(13, "Permission denied")
        except OSError as error:
            raise HostError("cannot read {0}: Permission denied".format(name)) from error

    monkeypatch.setattr(running_values, "read_value", refuse)
    row = read(tmp_path, FIN)

    assert (row.text, row.value, row.writable, row.locked) == ("", None, False, False)


def test_other_trouble_is_an_error_that_names_the_file(tmp_path: Path) -> None:
    """A value that the kernel does not give is not taken for absent."""
    put(tmp_path, "net.ipv4.tcp_sack", b"")
    (tmp_path / "sys" / "net" / "ipv4" / "tcp_fin_timeout").symlink_to("tcp_fin_timeout")

    with pytest.raises(HostError, match=r"^cannot read .*/sys/net/ipv4/tcp_fin_timeout: "):
        read(tmp_path, FIN)


@pytest.mark.parametrize("locked", [True, False])
def test_who_may_write(tmp_path: Path, locked: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    """A key that this user may not write is read-only; it is locked where nobody can."""
    put(tmp_path, FIN, b"60\n").chmod(0o444 if locked else 0o644)
    monkeypatch.setattr(os, "access", lambda *_args, **_kwargs: False)
    row = read(tmp_path, FIN)

    assert (row.writable, row.locked, row.availability) == (False, locked, Availability.READ_ONLY)


def test_the_machine_has_the_newer_keys_that_exist(tmp_path: Path) -> None:
    """What newer kernels accept is told by their files."""
    evidence = sorted({row.newer.evidence for row in CATALOGUE if row.newer})
    assert read_machine(str(tmp_path)).keys == frozenset()
    put(tmp_path, evidence[0], b"1\n")

    assert read_machine(str(tmp_path)).keys == {evidence[0]}


def test_the_clock_of_the_kernel_ticks_as_often_as_some_kernel_is_built_for() -> None:
    """CONFIG_HZ, from the resolution of the coarse clock."""
    assert ticks_per_second() in (100, 250, 300, 1000)
