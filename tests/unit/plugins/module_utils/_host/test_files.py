# Copyright (c) 2026, the linuxnet.tcp authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Reading small files."""

from __future__ import annotations

from pathlib import Path

import pytest

from ansible_collections.linuxnet.tcp.plugins.module_utils._host.files import number_of, read_file
from ansible_collections.linuxnet.tcp.plugins.module_utils._model.errors import HostError


def test_the_whole_content_as_bytes(tmp_path: Path) -> None:
    """Whatever bytes a file holds, they come back as they are."""
    content = bytes(range(256)) * 100
    (tmp_path / "file").write_bytes(content)
    assert read_file(str(tmp_path / "file")) == content


@pytest.mark.parametrize("path", ["missing", "missing/file", "file/below"])
def test_what_is_not_there_is_none(tmp_path: Path, path: str) -> None:
    """No such file, no such folder, and a file where a folder should be: none of them is there. An empty file is."""
    (tmp_path / "file").write_bytes(b"")
    assert read_file(str(tmp_path / path)) is None
    assert read_file(str(tmp_path / "file")) == b""


def test_other_trouble_names_the_file(tmp_path: Path) -> None:
    """What is there and cannot be read is an error that names the file and the reason."""
    with pytest.raises(HostError, match="^cannot read {0}: Is a directory$".format(tmp_path)):
        read_file(str(tmp_path))


@pytest.mark.parametrize(
    ("word", "number"), [(b"0", 0), (b"-1", -1), (b"007", 7), (b"18446744073709551615", 2**64 - 1)]
)
def test_numbers(word: bytes, number: int) -> None:
    """Decimal numbers as the kernel prints them, negative ones included, up to 64 bits."""
    assert number_of(word) == number


@pytest.mark.parametrize("word", [b"", b"x", b"0x10", b"1.5", b"1 2", b"\xb2", b"9" * 21, b"9" * 5000])
def test_what_is_no_number(word: bytes) -> None:
    """Anything else is refused, and so is a number longer than any of the kernel's."""
    with pytest.raises(ValueError, match=r"."):
        number_of(word)
