# Copyright (c) 2026, the linuxnet.tcp authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the hosts of the fleet start from: one root folder for each Debian release, with its services, none enabled.

A root is made once by mmdebstrap, in the user's cache (tests/gates/paths.py), and named by what it was made from;
podman lays each host over it (``--rootfs DIR:O``), so nothing is imported or copied. Whoever has a container registry
sets LINUXNET_TCP_FLEET_BASE to a public image of Debian without its tag, such as ``docker.io/library/debian``: podman
then builds on that instead.

    python -m tests.fleet.roots bullseye trixie    # makes what is missing; prints, by release, what to tell podman
                                                   # ("roots"), and where this Python has Ansible ("ansible")
"""

from __future__ import annotations

import fcntl
import hashlib
import importlib.util
import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from ..gates import debian, paths, pythons

#: By suite the services that hosts of it have, and no more: installing is what making a root takes its minute for. Each
#: starts only where the fleet says so: two of them want port 80.
SERVICES: Mapping[str, tuple[str, ...]] = {
    "bullseye": ("nginx",), "bookworm": ("squid",), "trixie": ("apache2", "haproxy"),
}  # fmt: skip
SUITES = tuple(SERVICES)
#: Services that are not called as their packages are: the whole nginx of Debian 11 brings fonts and pictures.
PACKAGE_OF = {"nginx": "nginx-light"}
PACKAGES = ("iproute2", "openssh-server", "procps", "python3", "systemd", "systemd-sysv")
MIRROR_VARIABLE = "LINUXNET_TCP_FLEET_MIRROR"
BASE_VARIABLE = "LINUXNET_TCP_FLEET_BASE"
CONFIGURATION = Path(__file__).with_name("containers.conf")
#: Another clone may make its roots from something else: what nobody has used for so long goes.
KEPT_DAYS = 30
#: Installing is bound by the processor, downloading by the line: two at a time keep both busy.
AT_ONCE = 2
# What nobody reads in a host that lives for minutes; and fsync protects nothing there.
OPTIONS = (
    "--variant=minbase",
    "--dpkgopt=force-unsafe-io",
    "--dpkgopt=path-exclude=/usr/share/doc/*",
    "--dpkgopt=path-exclude=/usr/share/locale/*",
    "--dpkgopt=path-exclude=/usr/share/man/*",
    "--aptopt=APT::Install-Recommends false",
)


class CannotMake(Exception):
    """Why there is no root: one sentence, with the last words of the program that failed."""


def environment() -> dict[str, str]:
    """In which podman runs."""
    return {**os.environ, "CONTAINERS_CONF": str(CONFIGURATION)}


def ensure(suites: Iterable[str]) -> dict[str, list[str]]:
    """By suite, the words that tell ``podman run`` what to start from; makes what is not there.

    :raises CannotMake: mmdebstrap or podman could not
    """
    wanted = list(dict.fromkeys(suites))
    with ThreadPoolExecutor(max_workers=AT_ONCE) as pool:
        return dict(zip(wanted, pool.map(ensure_one, wanted), strict=True))


def ensure_one(suite: str) -> list[str]:
    """The words for one suite. Whoever else asks for it meanwhile waits for this making."""
    place = paths.downloads() / "roots"
    place.mkdir(parents=True, exist_ok=True)
    with (place / f"{suite}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if base := os.environ.get(BASE_VARIABLE):
            return [built(suite, f"{base}:{suite}")]
        return ["--rootfs", f"{bootstrapped(place, suite)}:O"]


def bootstrapped(place: Path, suite: str) -> Path:
    """The folder of a suite below ``place``. Torn ones are made again, and those that nobody uses any more removed."""
    source = mirror()
    root = place / f"{suite}-{fingerprint(suite, source)}"
    if not root.is_dir():
        torn = root.with_name(f"{root.name}.torn")
        shutil.rmtree(torn, ignore_errors=True)
        include = f"--include={','.join(packages(suite))}"
        call("mmdebstrap", "--quiet", "--mode=root", *OPTIONS, include, suite, str(torn), source)
        call("systemctl", "--quiet", f"--root={torn}", "disable", *SERVICES[suite])
        torn.rename(root)
    used_now(root)
    for stamp in place.glob(f"{suite}-*.used"):
        if time.time() - stamp.stat().st_mtime > KEPT_DAYS * 86400:
            shutil.rmtree(stamp.with_suffix(""), ignore_errors=True)
            stamp.unlink()
    return root


def packages(suite: str) -> list[str]:
    """What is installed in a root of the suite."""
    return [*PACKAGES, *(PACKAGE_OF.get(service, service) for service in SERVICES[suite])]


def used_now(root: Path) -> None:
    """Notes beside a root, not in it, that it is in use."""
    root.with_name(f"{root.name}.used").touch()


def mirror() -> str:
    """The archive of Debian that is asked for, else the one that apt of this machine is set up for.

    :raises CannotMake: there is neither
    """
    try:
        return os.environ.get(MIRROR_VARIABLE) or debian.archive()
    except pythons.Lacking as lack:
        raise CannotMake(f"{lack}: set {MIRROR_VARIABLE} to one") from lack


def built(suite: str, base: str) -> str:
    """The image of a suite, on a public one. podman keeps it, and its layers."""
    image = f"localhost/linuxnet-tcp-fleet:{suite}-{fingerprint(suite, base)}"
    if subprocess.run(["podman", "image", "exists", image], env=environment(), check=False).returncode:
        arguments = {"BASE": base, "PACKAGES": " ".join(packages(suite)), "DISABLED": " ".join(SERVICES[suite])}
        words = [f"--build-arg={name}={value}" for name, value in arguments.items()]
        call("podman", "build", "--quiet", *words, f"--tag={image}", str(CONFIGURATION.parent))
    return image


def fingerprint(suite: str, source: str) -> str:
    """What a root is made from, in 12 digits."""
    made_from = json.dumps([suite, source, packages(suite), SERVICES[suite], OPTIONS])
    return hashlib.sha256(made_from.encode()).hexdigest()[:12]


def call(*command: str) -> None:
    """Runs a command that must succeed.

    :raises CannotMake: it is not here or failed
    """
    try:
        done = subprocess.run(command, env=environment(), capture_output=True, text=True, check=False)
    except OSError as error:
        raise CannotMake(f"{command[0]} cannot run: {error.strerror}") from error
    if done.returncode:
        last = (done.stderr.strip() or done.stdout.strip() or f"status {done.returncode}").splitlines()[-1]
        raise CannotMake(f"{' '.join(command[:2])} failed for {command[-2]}: {last}")


def main(suites: list[str]) -> int:
    """Prints the words by suite, and Ansible's folder, as JSON."""
    if unknown := set(suites) - set(SUITES):
        print(f"no such release: {', '.join(sorted(unknown))} (there are {', '.join(SUITES)})", file=sys.stderr)
        return 2
    try:
        core = importlib.util.find_spec("ansible")
        print(json.dumps({"roots": ensure(suites or SUITES), "ansible": core and str(Path(str(core.origin)).parent)}))
    except CannotMake as reason:
        print(reason, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
