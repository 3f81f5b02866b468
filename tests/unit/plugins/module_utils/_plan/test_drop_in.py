# Copyright (c) 2026, the linuxnet.tcp authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Our file, line by line: what is changed, and that nothing else is."""

from __future__ import annotations

from typing import Dict, Optional

import pytest

from ansible_collections.linuxnet.tcp.plugins.module_utils._plan.drop_in import HEADING, assignments, edited

FIN, SACK = "net.ipv4.tcp_fin_timeout", "net.ipv4.tcp_sack"


@pytest.mark.parametrize(
    ("data", "changes", "expected"),
    [
        (None, {FIN: "30"}, HEADING + b"net.ipv4.tcp_fin_timeout = 30\n"),
        (None, {FIN: None}, None),
        (None, {}, None),
        (b"", {FIN: "30"}, b"net.ipv4.tcp_fin_timeout = 30\n"),
        (b"# mine", {FIN: "30"}, b"# mine\nnet.ipv4.tcp_fin_timeout = 30\n"),
        (b"# mine\n", {FIN: "30", SACK: "0"}, b"# mine\nnet.ipv4.tcp_fin_timeout = 30\nnet.ipv4.tcp_sack = 0\n"),
        (b"net.ipv4.tcp_sack=1", {SACK: "0"}, b"net.ipv4.tcp_sack=0"),
        (b"- net/ipv4/tcp_sack \t=  1 \r\nx\n", {SACK: "0"}, b"- net/ipv4/tcp_sack \t=  0 \r\nx\n"),
        (b"net.ipv4.tcp_sack=1\nnet.ipv4.tcp_sack=1\n", {SACK: "0"}, b"net.ipv4.tcp_sack=0\n"),
        (b"net.ipv4.tcp_sack=1\nx\nnet.ipv4.tcp_sack=2\n", {SACK: None}, b"x\n"),
        (HEADING + b"net.ipv4.tcp_sack=1\n", {SACK: None}, None),
        (b"net.ipv4.tcp_sack=1\n", {SACK: None}, b""),
        (b"#net.ipv4.tcp_sack=1\n", {SACK: None}, b"#net.ipv4.tcp_sack=1\n"),
        (b";net.ipv4.tcp_sack=1\n", {SACK: None}, b";net.ipv4.tcp_sack=1\n"),
        (b"net.ipv4.tcp_sac*=1\n", {SACK: None}, b"net.ipv4.tcp_sac*=1\n"),
        (b"net.ipv4.tcp_sack\n=1\n", {SACK: None}, b"net.ipv4.tcp_sack\n=1\n"),
    ],
)
def test_only_the_named_keys_are_touched(
    data: Optional[bytes], changes: Dict[str, Optional[str]], expected: Optional[bytes]
) -> None:
    """The last line of a key is changed in place, earlier ones go, new ones come last; every other byte stays."""
    assert edited(data, changes) == expected


@pytest.mark.parametrize(
    ("line", "found"),
    [
        (b"net.ipv4.tcp_sack = 1\n", [(SACK, "1")]),
        (b"  -net/ipv4/tcp_sack=1 2 \r\n", [(SACK, "1 2")]),
        (b"net.ipv4.tcp_sack = a = b\n", [(SACK, "a = b")]),
        (b"net.ipv4.tcp_sack = \xff\n", [(SACK, "\ufffd")]),
        (b"kernel.pid_max = 5\n", []),
        (b"net.ipv4.tcp_s\xe4ck = 1\n", []),
        (b"net.ipv4.tcp_sa?k = 1\n", []),
        (b"-net.ipv4.tcp_sack\n", []),
        (b"= 1\n", []),
        (b"- = 1\n", []),
        (b"# net.ipv4.tcp_sack = 1\n", []),
    ],
)
def test_a_line_that_assigns(line: bytes, found: list[tuple[str, str]]) -> None:
    """A key below net and its value; comments, patterns and what no loader takes for a key are none."""
    lines = assignments(b"# first\n" + line)

    assert [(one.key, one.value) for one in lines] == found
    assert [one.place for one in lines] == [1] * len(found)
    assert [one.text for one in lines] == [line] * len(found)
