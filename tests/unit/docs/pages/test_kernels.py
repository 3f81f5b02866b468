# Copyright (c) 2026, the linuxnet.tcp authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""docs/pages/kernels.py: the page on kernels is what was measured."""

from __future__ import annotations

from ansible_collections.linuxnet.tcp.docs.pages import kernels


def test_what_is_the_same_everywhere_is_left_out() -> None:
    """A key with one default on all kernels is in no table; one that came later is."""
    text = kernels.wanted()

    assert "net.ipv4.tcp_fin_timeout" not in text
    assert "net.ipv4.tcp_tw_reuse_delay" in text
