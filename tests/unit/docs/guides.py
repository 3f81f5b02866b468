# Copyright (c) 2026, the linuxnet.tcp authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the guides show: their blocks of code, for tests that read or run them."""

from __future__ import annotations

import re
import textwrap
from pathlib import Path

RST = Path(__file__).parents[3] / "docs" / "docsite" / "rst"


def blocks(page: str, language: str) -> list[str]:
    """The code blocks of a language, without their indentation."""
    found = re.findall(rf"^\.\. code-block:: {re.escape(language)}\n\n((?:    .*\n|\n)+)", page, re.MULTILINE)
    return [textwrap.dedent(block) for block in found]


def block(guide: str, language: str, words: str) -> str:
    """The one block of a guide that has these words in it."""
    page = (RST / f"{guide}.rst").read_text(encoding="utf-8")
    (found,) = [one for one in blocks(page, language) if words in one]
    return found
