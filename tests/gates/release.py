# Copyright (c) 2026, the linuxnet.tcp authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What has to be so before a release: a version that its fragments allow, and a tree that is what was tested.

    python tests/gates/release.py 1.2.0

writes the version into galaxy.yml, or says why not. `make release VERSION=1.2.0` goes on from there.
"""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import yaml

VERSION = re.compile(r"(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)")
#: Sections of a fragment that take a new first number, and a new second one.
BREAKING = {"breaking_changes", "removed_features", "major_changes"}
ADDING = {"minor_changes", "deprecated_features"}

Number = tuple[int, int, int]


class Refused(Exception):
    """No release is made; the sentence says why, and what to do."""


def check(root: Path, wanted: str) -> None:
    """Raise Refused unless `wanted` can be released from the clone at `root` as it is."""
    version = number(wanted)
    changed = subprocess.run(
        ["git", "-C", str(root), "status", "--porcelain"], check=True, capture_output=True, text=True
    ).stdout
    if changed:
        raise Refused(f"there are changes that are not committed ({changed.split()[1]}): commit or drop them")
    fragments = read_fragments(root)
    before = released(root)
    if before and version <= before[-1]:
        raise Refused(f"{wanted} is not newer than {text(before[-1])}, which is released: give a newer one")
    if before:
        least = least_after(before[-1], fragments)
        if version < least:
            raise Refused(
                f"{wanted} is too small a step from {text(before[-1])} for what the fragments say: give {text(least)}"
            )


def number(version: str) -> Number:
    """A version as numbers. Raises Refused for what is none."""
    match = VERSION.fullmatch(version)
    if not match:
        raise Refused(f"{version!r} is no version: give three numbers such as 1.2.0")
    return int(match[1]), int(match[2]), int(match[3])


def text(version: Number) -> str:
    """`1.2.0`."""
    return ".".join(map(str, version))


def read_fragments(root: Path) -> dict[str, dict[str, Any]]:
    """The fragments by their names. Raises Refused where there is nothing to tell, or nobody has summed it up."""
    paths = sorted((root / "changelogs" / "fragments").glob("*.y*ml"))
    fragments = {path.name: yaml.safe_load(path.read_text(encoding="utf-8")) or {} for path in paths}
    if not fragments:
        raise Refused("changelogs/fragments is empty: there is nothing to release")
    if not any("release_summary" in fragment for fragment in fragments.values()):
        raise Refused("no fragment has a release_summary: write one, a sentence or two for those who upgrade")
    return fragments


def released(root: Path) -> list[Number]:
    """The versions that are released, in their order."""
    path = root / "changelogs" / "changelog.yaml"
    known = yaml.safe_load(path.read_text(encoding="utf-8")) if path.exists() else None
    return sorted(number(version) for version in (known or {}).get("releases", {}))


def least_after(before: Number, fragments: dict[str, dict[str, Any]]) -> Number:
    """The smallest version after `before` that semantic versioning allows for these changes."""
    sections = {section for fragment in fragments.values() for section in fragment}
    major, minor, patch = before
    if sections & BREAKING:
        return major + 1, 0, 0
    if sections & ADDING or any(section.startswith("add ") for section in sections):
        return major, minor + 1, 0
    return major, minor, patch + 1


def bump(root: Path, version: str) -> None:
    """Write the version into galaxy.yml."""
    path = root / "galaxy.yml"
    before = path.read_text(encoding="utf-8")
    after, count = re.subn(r"^version: .*$", f"version: {version}", before, flags=re.MULTILINE)
    if count != 1:
        raise Refused("galaxy.yml has no line with a version: mend it")
    path.write_text(after, encoding="utf-8")


def main() -> str | None:
    """Check and bump; the reason why not, for the exit status."""
    root = Path(__file__).resolve().parents[2]
    wanted = " ".join(sys.argv[1:])
    try:
        check(root, wanted)
        bump(root, wanted)
    except Refused as reason:
        return str(reason)
    return None


if __name__ == "__main__":
    sys.exit(main())
