# Copyright (c) 2026, the linuxnet.tcp authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Options of sections, with their lines."""

from __future__ import annotations

from configparser import ConfigParser, Error

from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.linuxnet.tcp.plugins.module_utils._model.ini_lines import IniLine, ini_lines


def test_lines() -> None:
    """Every option comes with its section and line; comments and continued lines are left out."""
    content = b"top=1\n[a]\n# x = 1\n; y = 2\nb = 2 # two\nc=a=b\n  continued=no\n[d] ; e\nf=#g\nh\n"

    assert list(ini_lines(content)) == [
        IniLine(1, b"", b"top", b"1"),
        IniLine(5, b"a", b"b", b"2"),
        IniLine(6, b"a", b"c", b"a=b"),
        IniLine(9, b"d", b"f", b"#g"),
    ]


lines = st.sampled_from(
    ["[a]", "[b c]", "x = 1", "x=2", "y= z # w", "# z", "; z", "", "net.ipv4.x = 4 5 6", "z ==", "[a] # b"]
)


@given(text=st.lists(lines, max_size=10).map("\n".join))
def test_options_are_those_of_configparser(text: str) -> None:
    """With the settings that TuneD gives it, ConfigParser finds the same options."""
    parser = ConfigParser(delimiters=("=",), inline_comment_prefixes=("#",), strict=False, interpolation=None)
    parser.optionxform = str  # type: ignore[assignment,method-assign]
    try:
        parser.read_string(text)
    except Error:
        return
    theirs = {
        (section, option): value for section in parser.sections() for option, value in parser.items(section)
    }

    ours = {
        (line.section.decode(), line.option.decode()): line.value.decode()
        for line in ini_lines(text.encode())
    }
    assert ours == theirs
