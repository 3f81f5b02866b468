# Copyright (c) 2026, the linuxnet.tcp authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whose files are trusted: root's and one's own, and in a user namespace those whose owner has no name in it."""

from __future__ import annotations

import os

import pytest

from ansible_collections.linuxnet.tcp.plugins.module_utils._host import safe_files

OVERFLOW = 65534


@pytest.fixture(params=[True, False], ids=["inside", "outside"], name="inside")
def in_a_user_namespace(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> bool:
    """Whether some ids of the host have no name here."""
    monkeypatch.setattr(safe_files, "_overflow_uid", lambda: OVERFLOW)
    monkeypatch.setattr(safe_files, "_in_user_namespace", lambda: request.param)
    return bool(request.param)


def test_root_and_oneself_are_trusted_everywhere(inside: bool) -> None:
    """These two could write the file anyway."""
    assert safe_files.trusted_owner(0)
    assert safe_files.trusted_owner(os.geteuid())


def test_an_owner_without_a_name_is_root_only_in_a_user_namespace(inside: bool) -> None:
    """Outside, the overflow id is the user nobody, who could have planted the file."""
    assert safe_files.trusted_owner(OVERFLOW) is inside


def test_whoever_has_a_name_is_refused_everywhere(inside: bool) -> None:
    """A user of the namespace is as foreign in it as on a host."""
    stranger = max(os.geteuid(), 1) + 1
    assert not safe_files.trusted_owner(stranger)
