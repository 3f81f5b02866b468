# Copyright (c) 2026, the linuxnet.tcp authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The policy of the page."""

from __future__ import annotations

from ansible_collections.linuxnet.tcp.plugins.plugin_utils._page_policy import policy, source


def test_a_hash_is_written_as_browsers_want_it() -> None:
    """The example of the W3C's Content Security Policy Level 3 (the script alert('Hello, world.');)."""
    assert source("alert('Hello, world.');") == "'sha256-qznLcsROx4GACP2dm0UCKCzCG+HiZ1guq6ZZDob/Tng='"


def test_what_is_not_named_is_forbidden() -> None:
    """The policy allows the given scripts and styles by their hashes, and nothing by where it comes from."""
    rules = dict(rule.split(" ", 1) for rule in policy(["a", "b"], ["c"]).split("; "))

    assert rules == {
        "default-src": "'none'",
        "script-src": f"{source('a')} {source('b')}",
        "style-src": source("c"),
        "base-uri": "'none'",
        "form-action": "'none'",
    }
