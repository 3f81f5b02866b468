# Copyright (c) 2026, the linuxnet.tcp authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Debian's side of the gates: servers that come along do not start, and packages come from this machine's archive."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from ansible_collections.linuxnet.tcp.tests.gates import paths
from ansible_collections.linuxnet.tcp.tests.gates.debian import archive, services_left_off
from ansible_collections.linuxnet.tcp.tests.gates.pythons import Lacking


def test_services_are_left_off_while_packages_are_installed(tmp_path: Path) -> None:
    """Debian's question is answered with 101 (forbidden), and the answer is gone afterwards."""
    policy = tmp_path / "policy-rc.d"
    with services_left_off(policy):
        assert subprocess.run([policy, "squid", "start"], check=False).returncode == 101
    assert not policy.exists()


def test_a_policy_of_the_machine_is_left_alone(tmp_path: Path) -> None:
    """Who has decided already is not overruled, and the file stays byte for byte."""
    policy = tmp_path / "policy-rc.d"
    policy.write_text("mine", encoding="ascii")
    with services_left_off(policy):
        assert policy.read_text(encoding="ascii") == "mine"
    assert policy.read_text(encoding="ascii") == "mine"


def test_the_archive_is_the_machine_s_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The address comes from what apt says of itself, and of Debian's own archive only; without one it is lacking."""
    apt = tmp_path / "apt-get"
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(Lacking, match="no apt-get"):
        archive()
    apt.write_text("#!/bin/sh\necho 'Other http://other.invalid/x/'\necho 'Debian http://archive.invalid/debian/'\n")
    apt.chmod(0o755)
    assert archive() == "http://archive.invalid/debian"

    apt.write_text("#!/bin/sh\necho 'Ubuntu http://other.invalid/x/'\n")
    with pytest.raises(Lacking, match="no archive of Debian"):
        archive()


@pytest.mark.parametrize(
    ("asked", "folder"), [("/big/cache", "/big/cache"), ("", "/home/me/.cache"), ("not/absolute", "/home/me/.cache")]
)
def test_clones_share_the_cache_of_the_user(asked: str, folder: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """As the XDG specification has it: a path that is not absolute is none."""
    monkeypatch.setenv("HOME", "/home/me")
    monkeypatch.setenv("XDG_CACHE_HOME", asked)

    assert paths.downloads() == Path(folder, "linuxnet-tcp")
