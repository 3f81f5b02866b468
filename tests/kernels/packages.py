# Copyright (c) 2026, the linuxnet.tcp authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Packages of any Debian suite, from the mirror that this machine's apt uses, without touching the system's own.

Each suite has a folder with lists and a state of its own, in which nothing is installed: so apt resolves and verifies
as always, and asks nothing of the machine but its mirror, its proxy and Debian's keys. The folder lies in the user's
cache, so that another clone fetches nothing again: what is used from there has the digest that the signed lists give.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from ansible_collections.linuxnet.tcp.tests.gates.debian import archive
from ansible_collections.linuxnet.tcp.tests.gates.pythons import Lacking

KEYS = Path("/usr/share/keyrings/debian-archive-keyring.gpg")
#: How long the lists of a suite are good; a kernel that came later is seen by the next run after that.
LIST_DAYS = 7
# The kernel's own state is beside the point here, and an old suite's lists are past their date for ever.
SETTINGS = """\
Dir::Etc::SourceList "/dev/null";
Dir::Etc::SourceParts "{folder}/sources";
Dir::Etc::Preferences "/dev/null";
Dir::Etc::PreferencesParts "/dev/null";
Dir::State "{folder}";
Dir::State::Lists "{folder}/lists";
Dir::State::Status "{folder}/status";
Dir::Cache "{folder}";
Dir::Cache::Archives "{folder}/debs";
Dir::Log "{folder}";
APT::Architecture "amd64";
APT::Install-Recommends "false";
APT::Sandbox::User "root";
Acquire::Languages "none";
Acquire::Check-Valid-Until "false";
Acquire::Retries "2";
"""
SOURCE = "Types: deb\nURIs: {mirror}\nSuites: {suite}\nComponents: main\nArchitectures: amd64\nSigned-By: {keys}\n"


@dataclass(frozen=True)
class Suite:
    """A suite as apt sees it; ``folder`` is where its lists and packages lie, and need not exist."""

    name: str
    folder: Path

    def refresh(self) -> None:
        """Fetch the lists where there are none, or old ones. Raises Lacking when there are none to be had."""
        with self._locked():
            self._refresh(self.folder / "fetched")

    def _refresh(self, stamp: Path) -> None:
        if stamp.exists() and time.time() - stamp.stat().st_mtime < LIST_DAYS * 86400:
            return
        if not KEYS.exists():
            raise Lacking(f"no {KEYS} to verify packages with (Debian: apt-get install debian-archive-keyring)")
        for part in ("lists/partial", "debs/partial", "sources"):
            (self.folder / part).mkdir(parents=True, exist_ok=True)
        (self.folder / "status").touch()
        (self.folder / "apt.conf").write_text(SETTINGS.format(folder=self.folder), encoding="utf-8")
        source = SOURCE.format(mirror=archive(), suite=self.name, keys=KEYS)
        (self.folder / "sources" / "suite.sources").write_text(source, encoding="utf-8")
        try:
            self._apt("update", "-qq", "--error-on=any")
        except subprocess.CalledProcessError as error:
            if stamp.exists():
                return  # what there is will do
            reason = (error.stderr.strip().splitlines() or ["it gave no reason"])[-1]
            raise Lacking(f"apt cannot fetch the lists of Debian {self.name}: {reason}") from error
        stamp.touch()

    def needed_for(self, *packages: str) -> list[str]:
        """``packages`` and all that they depend on, as names of packages."""
        # --print-uris would leave out what has been fetched already.
        said = self._apt("install", "--simulate", "-qq", *packages)
        return [line.split()[1] for line in said.splitlines() if line.startswith("Inst ")]

    def fetch(self, *packages: str) -> list[Path]:
        """The package files of ``packages`` alone; those that are here already are not fetched again."""
        fetched = self.folder / "debs"
        with self._locked():
            said = self._apt("download", "--print-uris", "-qq", *packages)
            digests = {line.split()[1].partition("_")[0]: line.split()[3] for line in said.splitlines()}
            missing = []
            for name in packages:
                here = list(fetched.glob(f"{name}_*.deb"))
                if [_digest(file) for file in here] != [digests[name]]:
                    missing.append(name)
                    for old in here:
                        old.unlink()
            if missing:
                self._apt("download", "-qq", *missing, where=fetched)
            return [next(fetched.glob(f"{name}_*.deb")) for name in packages]

    @contextmanager
    def _locked(self) -> Iterator[None]:
        """Inside this block no other clone changes the folder."""
        self.folder.mkdir(parents=True, exist_ok=True)
        with (self.folder / "lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield

    def _apt(self, *words: str, where: Path | None = None) -> str:
        environment = {**os.environ, "APT_CONFIG": str(self.folder / "apt.conf"), "LC_ALL": "C"}
        done = subprocess.run(
            ["apt-get", *words], check=True, capture_output=True, text=True, env=environment, cwd=where or "/"
        )
        return done.stdout


def _digest(file: Path) -> str:
    """As apt writes it."""
    with file.open("rb") as stream:
        return f"SHA256:{hashlib.file_digest(stream, 'sha256').hexdigest()}"


def unpack(packages: list[Path], root: Path) -> None:
    """The files of packages below ``root``, merged into /usr as Debian has it; no script of theirs is run."""
    for name in ("bin", "sbin", "lib", "lib64"):
        (root / "usr" / name).mkdir(parents=True, exist_ok=True)
        if not (root / name).is_symlink():
            (root / name).symlink_to(f"usr/{name}")
    for package in packages:
        with subprocess.Popen(["dpkg-deb", "--fsys-tarfile", str(package)], stdout=subprocess.PIPE) as archive:
            subprocess.run(
                ["tar", "-x", "-C", str(root), "--keep-directory-symlink"], stdin=archive.stdout, check=True
            )
        if archive.returncode:
            raise subprocess.CalledProcessError(archive.returncode, f"dpkg-deb {package}")
