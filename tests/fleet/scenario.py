# Copyright (c) 2026, the linuxnet.tcp authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the Molecule scenario is run with: a network that no other clone on this machine takes, and a look beforehand
whether podman can run a host here at all.
"""

from __future__ import annotations

import shutil
import subprocess
import zlib
from pathlib import Path

from ..gates import paths
from . import roots

STATE = paths.CACHE / "molecule" / "state"
FIRST_NETWORK, NETWORKS = 16, 200


def environment() -> dict[str, str]:
    """Variables for ``molecule``; its state is that of this clone, and begins empty."""
    shutil.rmtree(STATE, ignore_errors=True)
    return {"MOLECULE_EPHEMERAL_DIRECTORY": str(STATE), "LINUXNET_TCP_FLEET_NETWORK": network(paths.ROOT)}


def network(clone: Path) -> str:
    """The first three numbers of the network of a clone's hosts, always the same for one clone."""
    return f"10.213.{FIRST_NETWORK + zlib.crc32(str(clone).encode()) % NETWORKS}"


def why_not(words: list[str]) -> str | None:
    """Why podman cannot run here what ``words`` start from; None if it can."""
    command = ["podman", "run", "--rm", "--privileged", "--network=none", *words, "true"]
    done = subprocess.run(command, env=roots.environment(), capture_output=True, text=True, check=False)
    if done.returncode == 0:
        return None
    return f"podman cannot start a container here: {(done.stderr.strip() or 'no reason given').splitlines()[-1]}"


def sweep() -> None:
    """Removes what an aborted run has left of its hosts."""
    prefix = f"linuxnet-tcp-fleet-{network(paths.ROOT).replace('.', '-')}"
    listed = _podman("ps", "--all", "--quiet", f"--filter=name=^{prefix}-")
    if listed.split():
        _podman("rm", "--force", "--time", "0", *listed.split())
    _podman("network", "rm", "--force", prefix)


def _podman(*words: str) -> str:
    """What podman prints; that there is nothing to remove is no failure."""
    command = ["podman", *words]
    return subprocess.run(command, env=roots.environment(), capture_output=True, text=True, check=False).stdout
