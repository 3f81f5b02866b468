# Copyright (c) 2026, the linuxnet.tcp authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Where things lie. Whatever the gates make lies below ``CACHE``; what they fetched of Debian, below ``downloads()``,
where another clone of the same user finds it.
"""

from __future__ import annotations

import os
import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
CACHE = ROOT / ".cache"
REQUIREMENTS = ROOT / "tests" / "requirements"

#: The collection's folder below any folder on ANSIBLE_COLLECTIONS_PATH.
COLLECTION = Path("ansible_collections", "linuxnet", "tcp")


def downloads() -> Path:
    """The folder of this user's cache in which clones share what costs a download, and which each can make again."""
    asked = Path(os.environ.get("XDG_CACHE_HOME", ""))
    # The XDG specification has a path that is not absolute ignored.
    return (asked if asked.is_absolute() else Path.home() / ".cache") / "linuxnet-tcp"


def slug(session: str) -> str:
    """The name of a session as a file name: ``sanity(2.19)`` is ``sanity-2.19``."""
    return re.sub(r"[^\w.-]+", "-", session).strip("-")


def replace_link(link: Path, target: Path) -> None:
    """Makes ``link`` point to ``target`` in one step: another gate may be reading it at this moment."""
    fresh = link.with_name(f"{link.name}.{os.getpid()}")
    fresh.symlink_to(target)
    fresh.replace(link)


def workspace() -> Path:
    """A folder for ANSIBLE_COLLECTIONS_PATH and PYTHONPATH in which the collection is a link to this clone.

    Good enough for Ansible, Python and pytest; ansible-test and ansible-lint insist on a real folder
    (see ``stage``).
    """
    link = CACHE / "workspace" / COLLECTION
    link.parent.mkdir(parents=True, exist_ok=True)
    if not link.is_symlink() or link.resolve() != ROOT:
        replace_link(link, ROOT)
    return CACHE / "workspace"
