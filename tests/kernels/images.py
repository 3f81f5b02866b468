# Copyright (c) 2026, the linuxnet.tcp authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a virtual machine boots from: kernels, one small root for all of them, and what is under test.

A root is a folder and an archive (cpio, "newc") of it, which the kernel unpacks into memory; several archives in a row
are one root. They are kept between runs under ``HOME``, by version; the packages that they are made from, in the user's
cache.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from ansible_collections.linuxnet.tcp.tests.gates import paths
from ansible_collections.linuxnet.tcp.tests.kernels.packages import Suite, unpack
from ansible_collections.linuxnet.tcp.tests.lab import run_module

HOME = paths.CACHE / "kernels"
#: Debian's suites, by the kernel that each has; the first two and the last are the ends of what is supported.
SUITES = {"5.10": "bullseye", "6.1": "bookworm", "6.12": "trixie", "7.2": "sid"}
ROOT_SUITE = "bookworm"
ROOT_PACKAGES = ("python3", "iproute2", "kmod")
UNDER_TEST = "under-test"
#: Not needed to run Python and ss, and read into memory at every boot.
DEAD_WEIGHT = ("usr/share/doc", "usr/share/man", "usr/share/locale", "usr/share/perl5", "usr/share/info")
KERNEL_PACKAGE = "linux-image-cloud-amd64"
KERNEL_PARTS = re.compile(r"linux-(image|binary|modules)-\d")
#: The modules that our keys, or sock_diag, come with, and the congestion controls.
MODULES = re.compile(r"/(inet_diag|tcp_diag|nf_conntrack|tcp_[a-z]+)\.ko")


@dataclass(frozen=True)
class Kernel:
    """A kernel that can be booted."""

    suite: str
    release: str  # what uname -r will say
    image: Path
    modules: Path  # an archive with /lib/modules


def suite(name: str) -> Suite:
    """A suite of Debian, its lists there."""
    found = Suite(name, paths.downloads() / "apt" / name)
    found.refresh()
    return found


def kernel(suite_name: str) -> Kernel:
    """The newest kernel of a suite, fetched on first use. Raises Lacking where there is none to be had."""
    source = suite(suite_name)
    record = HOME / f"{suite_name}.json"
    lists = source.folder / "fetched"
    if not record.exists() or record.stat().st_mtime < lists.stat().st_mtime:
        parts = [name for name in source.needed_for(KERNEL_PACKAGE) if KERNEL_PARTS.match(name)]
        release = next(part for part in parts if part.startswith("linux-image-")).removeprefix("linux-image-")
        if not (HOME / release / "complete").exists():
            _prepare(source.fetch(*parts), HOME / release, release)
        record.write_text(json.dumps({"release": release}), encoding="utf-8")
    release = json.loads(record.read_text(encoding="utf-8"))["release"]
    folder = HOME / release
    return Kernel(suite_name, release, folder / "vmlinuz", folder / "modules.cpio")


def _prepare(packages: list[Path], folder: Path, release: str) -> None:
    """The kernel, and of its modules those that are wanted, with all that they need."""
    shutil.rmtree(folder, ignore_errors=True)
    whole, few = folder / "whole", folder / "few"
    unpack(packages, whole)
    images = [whole / "boot" / f"vmlinuz-{release}", whole / "usr/lib/modules" / release / "vmlinuz"]
    shutil.copy(next(image for image in images if image.exists()), folder / "vmlinuz")
    home = Path("usr/lib/modules", release)
    depmod(whole, release)
    for name in with_needed((whole / home / "modules.dep").read_text(encoding="ascii")):
        (few / home / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(whole / home / name, few / home / name)
    for name in ("modules.builtin", "modules.builtin.modinfo", "modules.order"):
        if (whole / home / name).exists():
            shutil.copy(whole / home / name, few / home / name)
    (few / "lib").symlink_to("usr/lib")
    depmod(few, release)
    (few / "lib").unlink()
    pack(few, folder / "modules.cpio")
    shutil.rmtree(whole)
    shutil.rmtree(few)
    (folder / "complete").touch()


def depmod(root: Path, release: str) -> None:
    """Write which module needs which."""
    subprocess.run(["depmod", "--basedir", str(root), release], check=True)


def with_needed(dependencies: str) -> set[str]:
    """The wanted modules of a modules.dep and, as it lists them after the colon, those that they need."""
    wanted = set()
    for line in dependencies.splitlines():
        name, _colon, needed = line.partition(":")
        if MODULES.search(name):
            wanted |= {name, *needed.split()}
    return wanted


def root(suite_name: str = ROOT_SUITE, names: Iterable[str] = ROOT_PACKAGES) -> Path:
    """The folder of a small root with Python, made on first use."""
    folder = HOME / f"root-{suite_name}"
    if not (folder / "complete").exists():
        shutil.rmtree(folder, ignore_errors=True)
        source = suite(suite_name)
        packages = source.fetch(*source.needed_for(*names))
        unpack(packages, folder)
        for part in DEAD_WEIGHT:
            shutil.rmtree(folder / part, ignore_errors=True)
        for name in ("proc", "sys", "dev", "run", "tmp", "root", "var/lib", "etc/sysctl.d"):
            (folder / name).mkdir(parents=True, exist_ok=True)
        precompile(folder, "/usr/lib")
        (folder / "complete").touch()
    return folder


def precompile(root_folder: Path, path: str) -> None:
    """Compile what lies below ``path`` of a root by its own Python: a virtual machine would take minutes."""
    subprocess.run(
        ["chroot", str(root_folder), "/usr/bin/python3", "-m", "compileall", "-q", path], check=False,
        stdout=subprocess.DEVNULL,
    )  # fmt: skip


def root_archive() -> Path:
    """The archive of the root that all kernels boot with."""
    folder, archive = root(), HOME / f"root-{ROOT_SUITE}.cpio"
    if not archive.exists():
        shutil.rmtree(folder / UNDER_TEST, ignore_errors=True)
        pack(folder, archive)
    return archive


def under_test(wishes: dict[str, object], archive: Path) -> None:
    """Write the archive of what is examined and what examines it, compiled by the Python of the root."""
    folder = root()
    shutil.rmtree(folder / UNDER_TEST, ignore_errors=True)
    shutil.copytree(run_module.payload(), folder / UNDER_TEST)
    tests = folder / UNDER_TEST / paths.COLLECTION / "tests"
    for part in ("lab", "kernels", "unit/machines"):
        (tests / part).mkdir(parents=True)
        for file in (paths.ROOT / "tests" / part).glob("*.py"):
            shutil.copy(file, tests / part / file.name)
    (folder / UNDER_TEST / "wishes.json").write_text(json.dumps(wishes), encoding="utf-8")
    precompile(folder, f"/{UNDER_TEST}")
    program = (paths.ROOT / "tests/kernels/init.py").read_text(encoding="utf-8")
    (folder / "init").write_text(f"#!/usr/bin/python3\n{program}", encoding="utf-8")
    (folder / "init").chmod(0o755)
    pack(folder, archive, only=[folder / "init", folder / UNDER_TEST, *(folder / UNDER_TEST).rglob("*")])


def pack(folder: Path, archive: Path, only: Iterable[Path] | None = None) -> None:
    """Write the archive of a folder, or of some of its files."""
    names = sorted(str(path.relative_to(folder)) for path in only or folder.rglob("*"))
    fresh = archive.with_name(f"{archive.name}.{os.getpid()}")
    with fresh.open("wb") as stream:
        subprocess.run(
            ["cpio", "--quiet", "--create", "--format=newc", "--owner=0:0"],
            input="\n".join([".", *names]).encode(), stdout=stream, check=True, cwd=folder,
        )  # fmt: skip
    fresh.replace(archive)
