# Copyright (c) 2026, the linuxnet.tcp authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Those who set sysctls after boot: the parts of their files that lead to other files."""

from __future__ import annotations

from typing import Dict, List

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.linuxnet.tcp.plugins.module_utils._host.later_writers import (
    parse_assignments,
    parse_includes,
)


@pytest.mark.parametrize(
    ("text", "variables"),
    [
        (b"A=1\nB=two\n", {"A": "1", "B": "two"}),
        (b"A=1\nA=2\n", {"A": "2"}),
        (b"A=\"x y\" # comment\nB='z'\n", {"A": "x y", "B": "z"}),
        (b"  export A=1\n#B=2\n", {"A": "1"}),
        (b"A=\nB = 2\n", {"A": ""}),
        (b'A="unclosed\nB=1\n', {"B": "1"}),
    ],
)
def test_assignments_of_a_shell_file(text: bytes, variables: Dict[str, str]) -> None:
    """Quotes and comments are the shell's; what is no plain assignment is left out."""
    assert parse_assignments(text) == variables


@pytest.mark.parametrize(
    ("text", "names"),
    [
        (b"[main]\ninclude=balanced\n", [b"balanced"]),
        (b"[main]\ninclude = a, b ;-c\n", [b"a", b"b", b"c"]),
        (b"[sysctl]\ninclude=a\n", []),
        (b"[main]\ninclude=${f:virt_check:a:b}\n", []),
        (b"[main]\ninclude=../../x\n", []),
    ],
)
def test_includes_of_a_profile(text: bytes, names: List[bytes]) -> None:
    """Only names that are names, from the section main."""
    assert parse_includes(text) == names


@pytest.mark.fuzz
@given(content=st.binary(max_size=200))
def test_any_bytes_are_taken(content: bytes) -> None:
    """No file breaks the readers."""
    assert all(isinstance(value, str) for value in parse_assignments(content).values())
    assert all(b"/" not in name for name in parse_includes(content))
