# Copyright (c) 2026, the linuxnet.tcp authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The page's policy: nothing from the network, and of scripts and styles only those that this page was made with.

A browser computes the SHA-256 of what stands between the tags and runs it only where the policy names that hash, so
that markup which slipped in would neither run nor load, nor send, anything.
"""

from __future__ import annotations

import base64
import hashlib
import typing as t


def policy(scripts: t.Iterable[str], styles: t.Iterable[str]) -> str:
    """The content of the meta element. (A meta element cannot say frame-ancestors or sandbox.)"""
    return "; ".join((
        "default-src 'none'",
        f"script-src {' '.join(map(source, scripts))}",
        f"style-src {' '.join(map(source, styles))}",
        "base-uri 'none'",
        "form-action 'none'",
    ))


def source(text: str) -> str:
    """The hash of an inline script or style as a policy names it."""
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"
