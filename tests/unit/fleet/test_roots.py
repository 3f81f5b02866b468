# Copyright (c) 2026, the linuxnet.tcp authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the hosts of the fleet start from: made once, shared by clones, and with the services that the hosts run."""

from __future__ import annotations

import os
import time
from pathlib import Path
from typing import Any

import pytest
import yaml

from ansible_collections.linuxnet.tcp.tests.fleet import roots
from ansible_collections.linuxnet.tcp.tests.gates import debian, paths, pythons

INVENTORY = paths.ROOT / "extensions/molecule/default/inventory/hosts.yml"


@pytest.fixture
def made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The suites that were made, by a mmdebstrap of ours."""
    done: list[str] = []

    def call(*command: str) -> None:
        if command[0] == "mmdebstrap":
            done.append(command[-3])
            Path(command[-2]).mkdir()

    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    monkeypatch.setenv(roots.MIRROR_VARIABLE, "http://archive.invalid/debian")
    monkeypatch.delenv(roots.BASE_VARIABLE, raising=False)
    monkeypatch.setattr(roots, "call", call)
    return done


def test_a_root_is_made_once(made: list[str]) -> None:
    """The second time, or for another clone of the same user, it is found."""
    first, second = roots.ensure(["trixie"]), roots.ensure(["trixie"])

    assert first == second
    (folder,) = paths.downloads().glob("roots/trixie-????????????")
    assert first["trixie"] == ["--rootfs", f"{folder}:O"]
    assert made == ["trixie"]


def test_a_torn_root_is_made_again(made: list[str]) -> None:
    """What a killed mmdebstrap has left is not built upon."""
    name = f"trixie-{roots.fingerprint('trixie', 'http://archive.invalid/debian')}"
    torn = paths.downloads() / "roots" / f"{name}.torn"
    (torn / "half").mkdir(parents=True)
    roots.ensure(["trixie"])

    assert made == ["trixie"]
    assert not torn.exists()
    assert not (torn.with_suffix("") / "half").exists()


@pytest.mark.parametrize(("days", "kept"), [(roots.KEPT_DAYS - 1, True), (roots.KEPT_DAYS + 1, False)])
def test_what_nobody_has_used_for_long_goes(made: list[str], days: int, kept: bool) -> None:
    """Another clone may make its roots from something else, so a strange one stays for a while."""
    strange = paths.downloads() / "roots" / "trixie-0123456789ab"
    strange.mkdir(parents=True)
    roots.used_now(strange)
    then = time.time() - days * 86400
    os.utime(strange.with_name(f"{strange.name}.used"), (then, then))
    roots.ensure(["trixie"])

    assert strange.exists() is kept


def test_without_an_archive_the_way_out_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    """The reason, and the variable."""

    def none() -> str:
        raise pythons.Lacking("apt of this machine is set up for no archive of Debian")

    monkeypatch.delenv(roots.MIRROR_VARIABLE, raising=False)
    monkeypatch.setattr(debian, "archive", none)
    with pytest.raises(roots.CannotMake, match=f"no archive of Debian: set {roots.MIRROR_VARIABLE} to one"):
        roots.mirror()


def test_each_host_finds_its_service_in_its_root() -> None:
    """A root has the services of its hosts, and no others."""
    groups: dict[str, Any] = yaml.safe_load(INVENTORY.read_text(encoding="utf-8"))
    hosts = [host for group in groups.values() for host in group.get("hosts", {}).values() if host]
    wanted: dict[str, set[str]] = {}
    for host in hosts:
        wanted.setdefault(host["fleet_suite"], set()).update({host["fleet_service"]} - {""})

    assert len(hosts) >= 6
    assert wanted == {suite: set(services) for suite, services in roots.SERVICES.items()}
