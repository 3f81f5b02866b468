# Copyright (c) 2026, the linuxnet.tcp authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The errors and what of a value may stand in them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.linuxnet.tcp.plugins.module_utils._model import errors

NAMED = [errors.InputError, errors.HostError, errors.MalformedReply, errors.SockDiagUnavailable, errors.NamespaceError]


@pytest.mark.parametrize("kind", NAMED)
def test_every_error_of_ours_is_caught_by_one_name(kind: type[errors.LinuxnetError]) -> None:
    """A module that catches LinuxnetError catches all of them, and the text is the sentence."""
    with pytest.raises(errors.LinuxnetError, match=r"^a sentence$"):
        raise kind("a sentence")


def test_what_the_host_lacks_is_no_error_of_the_playbook() -> None:
    """InputError blames the playbook and HostError the host: neither is the other."""
    assert not issubclass(errors.InputError, errors.HostError)
    assert all(issubclass(kind, errors.HostError) for kind in NAMED[1:])


@given(st.one_of(st.text(), st.binary(), st.integers()), st.integers(20, 100))
def test_shown_is_one_harmless_line(value: object, limit: int) -> None:
    """Whatever a host sent, the message stays one line of printable ASCII, and a bounded one."""
    text = errors.shown(value, limit)
    assert text.isascii()
    assert text.isprintable()
    assert len(text) <= limit + len("... (1234 characters)")


def test_shown_keeps_a_short_value() -> None:
    """A short value is shown whole, quoted, its control characters escaped."""
    assert errors.shown("a\x1b[31m\n") == r"'a\x1b[31m\n'"
    assert errors.shown(70000) == "70000"


def test_shown_says_how_long_a_long_value_is() -> None:
    """Of a long value the beginning is shown, and its length."""
    assert errors.shown("x" * 500, 10) == "'xxxxxx... (500 characters)"


def test_shown_survives_an_endless_number() -> None:
    """A number of more digits than Python spells out is no reason for another error in the middle of a message."""
    assert len(errors.shown(10**10_000)) < 120
    assert len(errors.shown([10**10_000])) < 120
