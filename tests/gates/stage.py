# Copyright (c) 2026, the linuxnet.tcp authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A copy of the collection for each gate that needs one, at ``…/ansible_collections/linuxnet/tcp``.

ansible-test refuses a link as the last folder, and it writes its results into the tree; so each gate gets
a copy of its own and no two disturb each other.
"""

from __future__ import annotations

import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from . import debian, paths


@dataclass(frozen=True)
class Stage:
    """A staged copy."""

    #: For ANSIBLE_COLLECTIONS_PATH, MYPYPATH and PYTHONPATH.
    root: Path

    @property
    def collection(self) -> Path:
        """The copy itself."""
        return self.root / paths.COLLECTION


def copy(name: str, without: tuple[str, ...] = ()) -> Stage:
    """Copies what git would commit now (tracked, and new but not ignored) to the stage ``name``.

    ``without`` are files and folders to leave out.
    """
    debian.ensure("git")
    stage = Stage(paths.CACHE / "stage" / name)
    shutil.rmtree(stage.root, ignore_errors=True)
    for file in committable():
        if f"{file}/".startswith(tuple(f"{path}/" for path in without)):
            continue
        source, target = paths.ROOT / file, stage.collection / file
        if source.is_symlink() or source.is_file():
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(source, target, follow_symlinks=False)
    # ansible-test and ansible-lint ask git which files there are.
    git("init", "--quiet", "--initial-branch=main", where=stage.collection)
    return stage


def committable() -> list[str]:
    """Paths below the root of the clone."""
    listing = git("ls-files", "-z", "--cached", "--others", "--exclude-standard", where=paths.ROOT)
    return sorted({file for file in listing.split("\0") if file})


def git(*words: str, where: Path) -> str:
    """What git prints. The clone may belong to someone else than who runs the gates (root in CI): that is fine."""
    command = ["git", "-c", "safe.directory=*", *words]
    return subprocess.run(command, cwd=where, check=True, stdout=subprocess.PIPE, text=True).stdout
