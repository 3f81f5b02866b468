# Copyright (c) 2026, the linuxnet.tcp authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Sessions of a shell as the documentation shows them: the commands, and what they print."""

from __future__ import annotations

import re
import shlex
from typing import NamedTuple

END = "---- end of a block ----"


class Session(NamedTuple):
    """What is typed, line by line, and what then stands on the screen."""

    script: str
    output: str


def root_session(text: str) -> Session:
    """A session whose prompt is `# `. A here-document belongs to its command; what stands at a `$ ` made root of us."""
    script, output = [], []
    ends_with = ""
    for line in text.splitlines():
        if ends_with:
            script.append(line)
            ends_with = "" if line == ends_with else ends_with
        elif line.startswith("# "):
            script.append(line.removeprefix("# "))
            here = re.search(r"<<'(\w+)'$", line)
            ends_with = here[1] if here else ""
        elif not line.startswith("$ "):
            output.append(line)
    return Session("\n".join(script) + "\n", "\n".join(output))


def commands(text: str) -> list[list[str]]:
    """The commands of a block, each as words: what follows a `$ `, or every line where there is no such prompt."""
    joined = text.replace("\\\n", " ")
    prompted = [line.removeprefix("$ ") for line in joined.splitlines() if line.startswith("$ ")]
    return [shlex.split(line) for line in prompted or joined.splitlines() if line.strip()]


def alike(said: str, shown: str) -> bool:
    """Whether both have the same lines but for numbers, blanks and their order, which differ from run to run."""
    return sorted(_plain(said)) == sorted(_plain(shown))


def holds(said: str, shown: str) -> bool:
    """Whether what is shown is a part of what was said, in its order: a page may leave out what ansible prints."""
    lines = iter(_plain(said))
    return all(line in lines for line in _plain(shown))


def _plain(text: str) -> list[str]:
    # From Debian 13 on ss has no column for processes where it shows none.
    text = re.sub(r"(Peer Address:Port) Process$", r"\1", text, flags=re.MULTILINE)
    return [re.sub(r"\d+", "N", " ".join(line.split())) for line in text.splitlines() if line.strip()]


def hurried(text: str) -> str:
    """The same with the seconds for which something is watched cut down: what matters is that it runs."""
    text = re.sub(r"^(\s+)minutes: \d+$", r"\1seconds: 0", text, flags=re.MULTILINE)
    return re.sub(r"(sample|watch_seconds)(\"?: |=)[\d.]+", r"\g<1>\g<2>0.2", text)
