# Copyright (c) 2026, the linuxnet.tcp authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The README's two commands on new machines: Debian 12 and 13 with Python, make and git, as root and as a user.

    python -m ansible_collections.linuxnet.tcp.tests.first_visit.run [SUITE-WHO ...]

Each machine is a container that begins as mmdebstrap leaves it and clones what is committed here. They have this
machine's network, and how it reaches the package index. One comes after the other, because gates measure; for each, a
line says what passed, and what was skipped or failed follows by name. Logs and roots lie in .cache/first_visit. Exit
status 1 when something failed.
"""

from __future__ import annotations

import argparse
import itertools
import shutil
import subprocess
import sys
import time
from pathlib import Path

from ansible_collections.linuxnet.tcp.tests.fleet import roots
from ansible_collections.linuxnet.tcp.tests.gates import paths

from .ending import Ending, ending, told

SUITES = ("bookworm", "trixie")
PEOPLE = ("root", "user")
MACHINES = tuple(f"{suite}-{who}" for suite, who in itertools.product(SUITES, PEOPLE))
#: What the README asks for; and git, to clone with.
PACKAGES = ("ca-certificates", "git", "make", "python3")
#: By what pip finds its index: as far as they are here, and set.
SETTINGS = tuple(Path(name) for name in ("/etc/pip.conf", "/etc/ssl/certs/ca-certificates.crt"))
VARIABLES = ("PIP_CERT", "PIP_INDEX_URL", "REQUESTS_CA_BUNDLE", "SSL_CERT_FILE", "http_proxy", "https_proxy")
HOME = paths.CACHE / "first_visit"


def main() -> int:
    """Visit one machine after the other and say what came of it."""
    parser = argparse.ArgumentParser(prog="nox -s first_visit --", description=__doc__)
    parser.add_argument("machines", nargs="*", metavar="SUITE-WHO", default=MACHINES, help=" ".join(MACHINES))
    machines = parser.parse_args().machines
    if unknown := sorted(set(machines) - set(MACHINES)):
        parser.error(f"no such machine: {', '.join(unknown)} (there are {', '.join(MACHINES)})")
    HOME.mkdir(parents=True, exist_ok=True)
    bundle = HOME / "tcp.bundle"
    subprocess.run(["git", "bundle", "create", "--quiet", str(bundle), "HEAD"], check=True, cwd=paths.ROOT)
    well = True
    for machine in machines:
        try:
            end = visit(machine, bundle)
        except roots.CannotMake as reason:
            parser.exit(1, f"{machine}: {reason}\n")
        print(*told(machine, end), sep="\n", flush=True)
        well = well and end.well
    return 0 if well else 1


def visit(machine: str, bundle: Path) -> Ending:
    """How both commands ended there.

    :raises CannotMake: there is no such machine to be had
    """
    suite, _dash, who = machine.partition("-")
    mounts = [f"{bundle}:/tcp.bundle", f"{Path(__file__).with_name('visit.sh')}:/visit.sh"]
    mounts += [f"{path}:{path}" for path in SETTINGS if path.is_file()]
    options = [f"--volume={mount}:ro" for mount in mounts] + [f"--env={name}" for name in VARIABLES]
    command = ["podman", "run", "--rm", "--privileged", "--network=host", "--env=LC_ALL=C.UTF-8", *options]
    log, begin = HOME / f"{machine}.log", time.monotonic()
    with log.open("wb") as output:
        done = subprocess.run(
            [*command, "--rootfs", f"{root(suite)}:O", "sh", "/visit.sh", who],
            check=False, stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.STDOUT, env=roots.environment(),
        )  # fmt: skip
    return ending(log.read_text(encoding="utf-8", errors="replace"), done.returncode, time.monotonic() - begin)


def root(suite: str) -> Path:
    """What machines of a suite begin as; made on first use, in a minute."""
    made = HOME / suite
    if not made.is_dir():
        torn = HOME / f"{suite}.torn"
        shutil.rmtree(torn, ignore_errors=True)
        options = ("--quiet", "--mode=root", "--variant=minbase", f"--include={','.join(PACKAGES)}")
        roots.call("mmdebstrap", *options, suite, str(torn), roots.mirror())
        torn.rename(made)
    return made


if __name__ == "__main__":
    sys.exit(main())
