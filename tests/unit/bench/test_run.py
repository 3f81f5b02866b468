# Copyright (c) 2026, the linuxnet.tcp authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The command line of the bench: which programs it starts."""

from __future__ import annotations

import pytest

from ansible_collections.linuxnet.tcp.tests.bench.run import programs


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (
            [],
            [
                ("main", []), ("tunables.main", []), ("audit.main", []), ("role.main", []), ("peers.main", []),
                ("profiles.main", []),
            ],
        ),
        (["peers", "--quick"], [("peers.main", ["--quick"])]),
        (["audit", "--quick"], [("audit.main", ["--quick"])]),
        (["role", "--quick"], [("role.main", ["--quick"])]),
        (["profiles"], [("profiles.main", [])]),
        (["profiles:cap", "profiles:ports", "--quick"], [("profiles.main", ["cap", "ports", "--quick"])]),
        (["profiles", "profiles:cap", "task"], [("main", ["task"]), ("profiles.main", [])]),
        (["tunables", "--quick"], [("tunables.main", ["--quick"])]),
        (["growth", "task"], [("main", ["growth", "task"])]),
        (["tunables", "task", "--quick"], [("main", ["task", "--quick"]), ("tunables.main", ["--quick"])]),
        (["nonsense"], [("main", ["nonsense"])]),
    ],
)
def test_each_part_goes_to_its_program(words: list[str], expected: list[tuple[str, list[str]]]) -> None:
    """Named parts run, without names all do; options go to each, an unknown name to the one that refuses it."""
    assert programs(words) == expected
