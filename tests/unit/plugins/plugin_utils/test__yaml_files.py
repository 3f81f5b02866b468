# Copyright (c) 2026, the linuxnet.tcp authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Files that users write, and what is said of those that are no YAML."""

from __future__ import annotations

from pathlib import Path

import pytest

from ansible_collections.linuxnet.tcp.plugins.module_utils._model.errors import InputError
from ansible_collections.linuxnet.tcp.plugins.plugin_utils._yaml_files import read_yaml


def test_yaml_is_data(tmp_path: Path) -> None:
    """Mappings, lists, texts and numbers come back as such; a merge is followed."""
    (tmp_path / "a.yml").write_text("a: &x {b: [1, '1']}\nc: {<<: *x, d: 2.0}\n", encoding="utf-8")

    assert read_yaml(tmp_path / "a.yml", "set") == {"a": {"b": [1, "1"]}, "c": {"b": [1, "1"], "d": 2.0}}


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"a: [", "is no YAML: "),
        (b"a: 1\nb: 2\na: 3\n", "is no YAML: the key 'a' stands twice in line 3; correct it"),
        (b"a: \xff", "is no YAML: "),
        (b"? [a]\n: b\n", "is no YAML: "),
        (b"!!python/object/apply:os.system [id]\n", "is no YAML: could not determine a constructor"),
        (b"[" * 1000, "is no YAML: "),
        (b"#" * ((1 << 20) + 1), "is no set: it is larger than 1 MiB"),
    ],
)
def test_what_is_none_is_refused_in_a_sentence(tmp_path: Path, data: bytes, sentence: str) -> None:
    """Whatever the bytes: one sentence with the path, and no code of it runs."""
    (tmp_path / "a.yml").write_bytes(data)

    with pytest.raises(InputError) as refused:
        read_yaml(tmp_path / "a.yml", "set")

    assert str(refused.value).startswith(f"{tmp_path}/a.yml {sentence}")
    assert "\n" not in str(refused.value)


def test_what_cannot_be_read_is_said_so(tmp_path: Path) -> None:
    """A folder in place of a file, for one."""
    with pytest.raises(InputError, match=r"cannot be read: Is a directory; make it readable$"):
        read_yaml(tmp_path, "set")
