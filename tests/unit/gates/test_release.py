# Copyright (c) 2026, the linuxnet.tcp authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is asked of a release before anything of it is made."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
import yaml

from ansible_collections.linuxnet.tcp.tests.gates import release

SUMMARY = {"release_summary": "It is better."}


@pytest.fixture(name="clone")
def a_clone(tmp_path: Path) -> Path:
    """A repository in which 1.1.0 is released."""
    (tmp_path / "changelogs" / "fragments").mkdir(parents=True)
    (tmp_path / "galaxy.yml").write_text("name: tcp\nversion: 1.1.0\nreadme: README.md\n", encoding="utf-8")
    releases = "releases: {1.1.0: {}, 1.0.0: {}, 1.0.10: {}}\n"
    (tmp_path / "changelogs" / "changelog.yaml").write_text(releases, encoding="utf-8")
    subprocess.run(["git", "init", "--quiet", str(tmp_path)], check=True)
    commit(tmp_path)
    return tmp_path


def commit(clone: Path) -> None:
    """Commit everything."""
    who = ["-c", "user.name=x", "-c", "user.email=x@example.org"]
    subprocess.run(["git", "-C", str(clone), "add", "--all"], check=True)
    subprocess.run(["git", "-C", str(clone), *who, "commit", "--quiet", "--message", "x"], check=True)


def with_fragments(clone: Path, *fragments: dict[str, object]) -> Path:
    """The clone with these fragments, committed."""
    for place, fragment in enumerate(fragments):
        path = clone / "changelogs" / "fragments" / f"{place}.yml"
        path.write_text(yaml.safe_dump(fragment), encoding="utf-8")
    if fragments:
        commit(clone)
    return clone


@pytest.mark.parametrize(
    ("changes", "least"),
    [
        ({"bugfixes": ["x - y"]}, "1.1.1"),
        ({"minor_changes": ["x - y"]}, "1.2.0"),
        ({"add object.playbook": [{"name": "x"}]}, "1.2.0"),
        ({"bugfixes": ["x - y"], "breaking_changes": ["x - y"]}, "2.0.0"),
    ],
)
def test_a_version_has_to_be_the_step_that_its_fragments_ask(
    clone: Path, changes: dict[str, object], least: str
) -> None:
    """Exactly that step, or a larger one; a smaller one is refused with what to give instead."""
    with_fragments(clone, {**SUMMARY, **changes})

    release.check(clone, least)
    release.check(clone, "3.0.0")
    if least != "1.1.1":
        with pytest.raises(release.Refused, match=rf"1\.1\.1 is too small a step from 1\.1\.0 .*: give {least}"):
            release.check(clone, "1.1.1")


@pytest.mark.parametrize("version", ["1.1.0", "1.0.11", "1.0", "v1.2.0", "01.2.0", "1.2.0-rc1", ""])
def test_a_version_that_is_none_or_not_newer_is_refused(clone: Path, version: str) -> None:
    """Compared as numbers: 1.0.10 is newer than 1.0.9."""
    with_fragments(clone, {**SUMMARY, "bugfixes": ["x - y"]})

    with pytest.raises(release.Refused, match=r"is no version|is not newer than 1\.1\.0"):
        release.check(clone, version)


def test_the_first_release_may_have_any_version(clone: Path) -> None:
    """There is nothing to be a step from."""
    (clone / "changelogs" / "changelog.yaml").unlink()
    with_fragments(clone, {**SUMMARY, "bugfixes": ["x - y"]})

    release.check(clone, "1.0.0")


def test_nothing_to_tell_is_nothing_to_release(clone: Path) -> None:
    """Without a fragment, and without a summary."""
    with pytest.raises(release.Refused, match="there is nothing to release"):
        release.check(clone, "1.2.0")
    with_fragments(clone, {"bugfixes": ["x - y"]})
    with pytest.raises(release.Refused, match="no fragment has a release_summary"):
        release.check(clone, "1.2.0")


def test_what_is_not_committed_is_not_released(clone: Path) -> None:
    """The tarball would hold what nobody can find again."""
    with_fragments(clone, {**SUMMARY, "bugfixes": ["x - y"]})
    (clone / "new.py").touch()

    with pytest.raises(release.Refused, match=r"not committed \(new\.py\)"):
        release.check(clone, "1.2.0")


def test_the_version_is_written_into_galaxy_yml(clone: Path) -> None:
    """That line alone."""
    release.bump(clone, "1.2.0")

    assert (clone / "galaxy.yml").read_text(encoding="utf-8") == "name: tcp\nversion: 1.2.0\nreadme: README.md\n"
