# Copyright (c) 2026, the linuxnet.tcp authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Sysctl files line by line: no input breaks the readers, and on usual files all of them agree."""

from __future__ import annotations

from typing import List, Optional, Tuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.linuxnet.tcp.plugins.module_utils._plan.boot_lines import (
    Setting,
    procps_settings,
    simplified,
    systemd_settings,
    tuned_settings,
)

SYSTEMDS: List[Tuple[int, ...]] = [(), (239,), (247,), (252,), (257,)]
PROCPSES: List[Tuple[int, ...]] = [(), (3, 3, 17), (4, 0, 2)]

pieces = st.sampled_from(
    [
        b"net.ipv4.tcp_sack",
        b"net/ipv4/x",
        b"=",
        b" = ",
        b"-",
        b"#",
        b";",
        b"\n",
        b"\r",
        b"\0",
        b" ",
        b"\v",
        b"1",
        b"\xff",
        b"*",
        b"[sysctl]",
    ]
)
contents = st.one_of(st.binary(max_size=200), st.lists(pieces, max_size=30).map(b"".join))


@pytest.mark.fuzz
@given(content=contents)
def test_readers_take_any_bytes(content: bytes) -> None:
    """Whatever a file holds: settings come in the order of its lines, and none is longer than the file."""
    read = [systemd_settings(content, version) for version in SYSTEMDS]
    read += [procps_settings(content, version) for version in PROCPSES]
    read.append(tuned_settings(content))
    for settings in read:
        lines = [0]
        for setting in settings:
            # Of a key of nothing but blanks procps 4 keeps the first one, which may be the line break.
            assert b"\n" not in setting.path[1:] + (setting.value or b"")
            assert len(setting.path) + len(setting.value or b"") <= len(content)
            lines.append(setting.line)
        assert lines == sorted(lines)
        assert lines[-1] <= content.count(b"\n") + 1


words = st.from_regex(rb"\A[a-z_]{1,8}(\.[a-z0-9_]{1,8}){1,3}\Z")
tame_lines = st.tuples(
    words,
    st.sampled_from([b"=", b" = ", b"= ", b"\t=\t"]),
    st.from_regex(rb"\A[0-9a-z]{1,5}( [0-9a-z]{1,5}){0,2}\Z"),
)


@given(
    lines=st.lists(
        st.one_of(tame_lines.map(b"".join), st.sampled_from([b"", b"# x = 1", b"; x = 1", b"  "])), max_size=8
    )
)
def test_readers_agree_on_usual_files(lines: List[bytes]) -> None:
    """Comments, blank lines and assignments mean the same to all programs and versions."""
    content = b"".join(line + b"\n" for line in lines)
    expected = [
        Setting(key.strip().replace(b".", b"/"), value.strip(), number)
        for number, (key, equals, value) in enumerate((line.partition(b"=") for line in lines), 1)
        if equals and key[:1] not in (b"#", b";")
    ]

    for version in SYSTEMDS:
        assert list(systemd_settings(content, version)) == expected
    for version in PROCPSES:
        assert list(procps_settings(content, version)) == expected


@pytest.mark.parametrize(
    ("path", "kept", "dropped"),
    [
        (b"net//ipv4/./x/", b"net/ipv4/x", b"net/ipv4/x"),
        (b"/net/x", b"net/x", b"net/x"),
        (b"/../../net/x", b"../../net/x", b"net/x"),
        (b"../net/x", b"../net/x", b"../net/x"),
        (b"/..", b"..", b"/"),
        (b"//", b"/", b"/"),
        (b"./", b".", b"."),
    ],
)
def test_paths_are_simplified_as_systemd_does(path: bytes, kept: bytes, dropped: bytes) -> None:
    """Empty and . parts go; newer ones also drop the .. that stand right below the root, and nowhere else."""
    assert (simplified(path, False), simplified(path, True)) == (kept, dropped)


def test_systemd_stops_at_a_line_of_a_mebibyte() -> None:
    """What stands before the long line counts, what follows does not; procps reads on."""
    content = b"a.b = 1\n#" + b"x" * (1 << 20) + b"\nc.d = 2\n"

    assert list(systemd_settings(content, (252,))) == [Setting(b"a/b", b"1", 1)]
    assert list(procps_settings(content, (4, 0, 2))) == [Setting(b"a/b", b"1", 1), Setting(b"c/d", b"2", 3)]


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        (b"a.b==1", Setting(b"a/b", b"=1", 1)),
        (b"=a.b=1", Setting(b"a/b", b"1", 1)),
        (b"a.b=", None),
        (b"a.b", None),
        (b"-a.b=1", Setting(b"a/b", b"1", 1)),
        (b"net.ipv4.neigh.lo.retrans_time=1", None),
    ],
)
def test_procps_3_has_rules_of_its_own(line: bytes, expected: Optional[Setting]) -> None:
    """Leading = are skipped, a line without a value is none, and two deprecated names are never set."""
    assert list(procps_settings(line + b"\n", (3, 3, 17))) == ([expected] if expected else [])


@pytest.mark.parametrize(
    ("line", "version", "expected"),
    [
        (b"-a.b=1", (242,), Setting(b"-a/b", b"1", 1)),
        (b"-a.b=1", (243,), Setting(b"a/b", b"1", 1)),
        (b"-a.b", (244,), None),
        (b"-a.b", (245,), Setting(b"a/b", None, 1)),
        (b"-a.b", (), Setting(b"a/b", None, 1)),
        (b"a.b", (245,), None),
        (b"a.b=", (252,), Setting(b"a/b", b"", 1)),
        (b"/../a/b=1", (255,), Setting(b"../a/b", b"1", 1)),
        (b"/../a/b=1", (256,), Setting(b"a/b", b"1", 1)),
    ],
)
def test_systemd_has_learned_over_the_years(
    line: bytes, version: Tuple[int, ...], expected: Optional[Setting]
) -> None:
    """A minus forgives since 243, a line exempts since 245, parents of the root are dropped since 256."""
    assert list(systemd_settings(line + b"\n", version)) == ([expected] if expected else [])


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        (b"-a.b=1", Setting(b"a/b", b"1", 1)),
        (b"--a.b=1", Setting(b"a/b", b"1", 1)),
        (b"-a.b", Setting(b"a/b", None, 1)),
        (b"a.b", None),
        (b"a.b=", Setting(b"a/b", b"", 1)),
        (b"=1", Setting(b"", b"1", 1)),
        (b"-  =1", Setting(b" ", b"1", 1)),
        (b"a.b=1\0c.d=2", Setting(b"a/b", b"1", 1)),
        (b"a\0=1", None),
        (b"\v#a.b=1", None),
        (b" ;a.b=1", None),
    ],
)
def test_procps_4_has_rules_of_its_own(line: bytes, expected: Optional[Setting]) -> None:
    """One minus forgives and a second goes with it, a line without = exempts, a zero byte ends what is read."""
    assert list(procps_settings(line + b"\n", (4, 0, 2))) == ([expected] if expected else [])


@pytest.mark.parametrize("version", [(3, 3, 17), (4, 0, 2), ()])
def test_a_line_that_says_nothing_hides_none_of_those_after_it(version: Tuple[int, ...]) -> None:
    """It is left out by itself, by either loader, and counts as a line."""
    content = b"a.b\n;\n\nc.d = 2\n"

    assert list(procps_settings(content, version)) == [Setting(b"c/d", b"2", 4)]
    assert list(systemd_settings(content, ())) == [Setting(b"c/d", b"2", 4)]


@pytest.mark.parametrize(
    ("line", "path", "value"), [(b"\r\r=1", b"\r", b"1"), (b"a.b=1\r2", b"a/b", b"1"), (b"a.b = \t1", b"a/b", b"1")]
)
def test_procps_3_and_blanks(line: bytes, path: bytes, value: bytes) -> None:
    """Of a key of nothing but blanks the first one stays; a value ends at a carriage return."""
    assert list(procps_settings(line + b"\n", (3, 3, 17))) == [Setting(path, value, 1)]


@pytest.mark.parametrize(
    ("content", "settings"),
    [
        (b"[sysctl]\nnet.core.somaxconn = 5\n", [(b"net/core/somaxconn", b"5")]),
        (b"[net]\ntype = sysctl\na.b = 7\n", [(b"a/b", b"7")]),
        (b"[sysctl]\ntype = vm\na.b = 7\n", []),
        (b"[vm]\na.b = 7\n", []),
        (b"[sysctl]\nenabled = 0\na.b = 7\n", []),
        (b"[sysctl]\nenabled = 1\nreplace = 1\na.b = 7\n", [(b"a/b", b"7")]),
    ],
)
def test_sections_of_tuned(content: bytes, settings: List[Tuple[bytes, bytes]]) -> None:
    """One is of sysctls by its name or its type, unless it is switched off; its own options are no keys."""
    assert [(found.path, found.value) for found in tuned_settings(content)] == settings


@pytest.mark.parametrize(
    ("value", "meant"),
    [(b'"7"', b"7"), (b'"7 8"', b"7 8"), (b'""', b""), (b'"', b'"'), (b'"7', b'"7'), (b'7"', b'7"'), (b"'7'", b"'7'")],
)
def test_values_of_tuned_lose_their_quotes(value: bytes, meant: bytes) -> None:
    """A pair of double ones around it, and nothing else."""
    (found,) = tuned_settings(b"[sysctl]\na.b = " + value + b"\n")

    assert found.value == meant
