# Copyright (c) 2026, the linuxnet.tcp authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Installing programs: servers that come along must not start on the machine of whoever runs the tests."""

from __future__ import annotations

import subprocess
from pathlib import Path

from ansible_collections.linuxnet.tcp.tests.gates.debian import services_left_off


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
