# Copyright (c) 2026, the linuxnet.tcp authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Files of other makings: which there are, what kind each is, and what each line sets."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from ansible_collections.linuxnet.tcp.plugins.module_utils._model.errors import InputError
from ansible_collections.linuxnet.tcp.plugins.plugin_utils._foreign import Origin
from ansible_collections.linuxnet.tcp.plugins.plugin_utils._foreign_files import MOST_SETTINGS, read_settings_of


def read(folder: Path, **files: str) -> list[tuple[object, object]]:
    """Keys and values that these files set; a name is that of the file, with `_` for the dot."""
    paths = []
    for name, text in files.items():
        path = folder / name.replace("__", ".")
        path.write_text(text, encoding="utf-8")
        paths.append(path)
    return [(found.key, found.value) for found in read_settings_of(paths)]


def test_lines_are_read_as_sysctl_reads_them(tmp_path: Path) -> None:
    """Comments, blanks, both spellings of a key, and what is no setting."""
    lines = "# a comment\n; another\n\nnet.core.somaxconn=1\n net/ipv4/tcp_sack = 1 \nno setting\n"

    assert read(tmp_path, a__conf=lines) == [("net.core.somaxconn", "1"), ("net.ipv4.tcp_sack", "1")]


def test_a_setting_knows_its_line(tmp_path: Path) -> None:
    """And a minus before it is told of."""
    path = tmp_path / "a.conf"
    path.write_text("\n-net.core.somaxconn = 1\n-net.ipv4.tcp_sack\n", encoding="utf-8")
    first, second = read_settings_of([path])

    assert first.where == f"{path}:2"
    assert first.origin is Origin.LINES
    assert "unavailable: skip" in first.notes[0]
    assert "only exempts" in second.trouble


def test_a_key_with_a_dot_in_a_part_keeps_its_slashes(tmp_path: Path) -> None:
    """Otherwise it would be another key."""
    lines = "net/ipv4/conf/eth0.100/forwarding=1\n"

    assert read(tmp_path, a__conf=lines) == [("net/ipv4/conf/eth0.100/forwarding", "1")]


@pytest.mark.parametrize(
    "text",
    ["---\nkernel_settings_sysctl: [{name: net.core.somaxconn, value: 1}]\n",
     "# of all\nkernel_settings_sysctl:\n  - name: net.core.somaxconn\n    value: 1\n",
     "- sysctl:\n    name: net.core.somaxconn\n    value: 1\n"],
)  # fmt: skip
def test_yaml_without_an_ending_is_told_by_its_first_line(tmp_path: Path, text: str) -> None:
    """Files in group_vars may have none."""
    assert read(tmp_path, all=text) == [("net.core.somaxconn", 1)]


def test_a_loop_finds_its_variable_in_another_file(tmp_path: Path) -> None:
    """In whatever order they are given."""
    tasks = "- sysctl: {name: '{{ item.name }}', value: '{{ item.value }}'}\n  loop: '{{ ours }}'\n"
    variables = "ours: [{name: net.core.somaxconn, value: 7}]\n"

    assert read(tmp_path, tasks__yml=tasks, vars__yml=variables) == [("net.core.somaxconn", 7)]


def test_of_a_folder_the_files_that_say_so_are_read(tmp_path: Path) -> None:
    """In the order of their names; others, and folders in it, are left alone."""
    for name, value in (("20.conf", 2), ("10.conf", 1), ("README", 3)):
        (tmp_path / name).write_text(f"net.core.somaxconn = {value}\n", encoding="utf-8")
    (tmp_path / "30.conf").mkdir()

    assert [found.value for found in read_settings_of([tmp_path])] == ["1", "2"]


def test_bytes_of_no_encoding_do_no_harm(tmp_path: Path) -> None:
    """They are shown as what they are not, and refused later."""
    path = tmp_path / "a.conf"
    path.write_bytes(b"net.core.\xff\x00 = \xfe\nnet.core.somaxconn = 1\n")

    assert [found.value for found in read_settings_of([path])][-1] == "1"


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "sets nothing that could be read: give a file with lines such as"),
        (b"#" * (1 << 20) + b"#", "is no file of settings: it is larger than 1 MiB"),
        (b"net.core.somaxconn = 1\n" * (MOST_SETTINGS + 1), f"more than {MOST_SETTINGS}; give fewer files"),
    ],
)
def test_what_cannot_be_read_is_one_sentence(tmp_path: Path, content: bytes, sentence: str) -> None:
    """With the way out."""
    path = tmp_path / "a.conf"
    path.write_bytes(content)

    with pytest.raises(InputError, match=sentence):
        read_settings_of([path])


def test_a_file_that_is_not_there_and_one_that_never_ends(tmp_path: Path) -> None:
    """A pipe nobody writes to is not waited for, an endless device not read to its end."""
    os.mkfifo(tmp_path / "pipe.conf")

    for path, sentence in (
        (tmp_path / "missing.conf", "cannot be read: No such file or directory; make it readable"),
        (tmp_path / "pipe.conf", "sets nothing that could be read"),
        (Path("/dev/zero"), "larger than 1 MiB"),
    ):
        with pytest.raises(InputError, match=sentence):
            read_settings_of([path])


@pytest.mark.parametrize("text", ["a: [", "a: 1\na: 2\n", "- " * 100_000, "!!python/object:os.system {}", "\x00"])
def test_broken_yaml_is_one_sentence(tmp_path: Path, text: str) -> None:
    """A mistake, a key twice, a nest too deep, an object of Python's."""
    with pytest.raises(InputError, match=r"is no YAML: .*; correct it"):
        read(tmp_path, a__yml=text)
