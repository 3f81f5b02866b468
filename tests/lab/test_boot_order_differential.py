# Copyright (c) 2026, the linuxnet.tcp authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Our model of boot against systemd-sysctl and procps, over random trees of sysctl files, key by key, nothing
excepted.

LINUXNET_TREES sets how many trees, LINUXNET_FIRST_SEED where they begin: the same numbers are the same trees.
LINUXNET_SYSTEMD_SYSCTL and LINUXNET_PROCPS_SYSCTL are other commands than those of this machine, to compare
with other versions. docs/evidence/boot_order.md has the results of long runs.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

TREES = int(os.environ.get("LINUXNET_TREES", "2000"))
FIRST_SEED = int(os.environ.get("LINUXNET_FIRST_SEED", "0"))
SYSTEMD = os.environ.get("LINUXNET_SYSTEMD_SYSCTL", "/lib/systemd/systemd-sysctl")
PROCPS = os.environ.get("LINUXNET_PROCPS_SYSCTL", "/sbin/sysctl")
SECONDS_A_TREE = 1.0
"""Many times what one takes; only a hang takes longer."""

LEAST_SHARES = {
    "sets something at boot": 0.5,
    "boot and reload differ": 0.4,
    "a key is set more than once": 0.2,
    "the kernel refuses a line": 0.5,
    "a pattern sets many keys": 0.01,
}
"""What the trees must hold, lest the comparison be of nothing with nothing."""


def oracle(*arguments: str, seconds: float) -> Any:
    """What sysctl_oracle.py finds in a mount and a network namespace of its own."""
    for program in (SYSTEMD, PROCPS):
        if not shutil.which(program.split()[0]):
            pytest.skip(f"needs {program} (Debian packages systemd and procps)")
    module = "ansible_collections.linuxnet.tcp.tests.lab.sysctl_oracle"
    command = ["unshare", "--mount", "--net", sys.executable, "-m", module]
    command += ["--systemd-sysctl", SYSTEMD, "--procps-sysctl", PROCPS, *arguments]
    path = os.pathsep.join(entry for entry in sys.path if entry)
    ended = subprocess.run(
        command,
        capture_output=True,
        text=True,
        timeout=seconds,
        env={**os.environ, "PYTHONPATH": path},
        check=False,
    )
    assert ended.returncode == 0, ended.stderr
    return json.loads(ended.stdout)


def test_model_is_what_the_programs_leave_over_random_trees() -> None:
    """For every tree and every key, at_boot is what systemd-sysctl leaves and after_reload what `sysctl
    --system` does."""
    result = oracle(
        "--trees", str(TREES), "--first-seed", str(FIRST_SEED), seconds=60 + SECONDS_A_TREE * TREES
    )
    print(
        f"{result['trees']} trees in {result['seconds']} s, systemd {result['systemd']}, procps {result['procps']}:"
        f" {len(result['wrong'])} disagreements; {result['seen']}"
    )
    for wrong in result["wrong"]:
        print(f"\nseed {wrong['seed']}, made smaller:\n{wrong['tree']}")
        for difference in wrong["differences"]:
            print("    {key}: {what} is {theirs!r}, and we say {ours!r} ({decided_by})".format(**difference))

    assert not result["wrong"]
    assert result["trees"] == TREES
    assert result["procps"][0] < 4 or "the program crashed" not in result["seen"]
    thin = {
        what: least for what, least in LEAST_SHARES.items() if result["seen"].get(what, 0) < least * TREES
    }
    assert TREES < 200 or not thin


def test_cases_of_the_unit_tests_are_true_of_the_programs() -> None:
    """What tests/unit expects of a tree is what the programs of this machine leave, where the versions are
    the case's."""
    folder = Path(__file__).parents[1] / "unit/plugins/module_utils/_plan/boot_order"
    result = oracle("--cases", str(folder), seconds=120)
    if not result["checked"]:
        pytest.skip(f"no case is about the programs here: {' and '.join(versions())}")
    print(f"{len(result['checked'])} cases held against the programs")

    assert result["wrong"] == []
    assert len(result["checked"]) > 40 or "LINUXNET_SYSTEMD_SYSCTL" in os.environ or not debian_12()


def versions() -> list[str]:
    """What the programs of this machine say of their versions."""
    said = [
        subprocess.run([*program.split(), "--version"], capture_output=True, text=True, check=True).stdout
        for program in (SYSTEMD, PROCPS)
    ]
    return [text.partition("\n")[0] for text in said]


def debian_12() -> bool:
    """Whether this machine has the versions that most cases are about."""
    return "systemd 252" in versions()[0] and "procps-ng 4.0.2" in versions()[1]


@pytest.mark.parametrize("what", ["pipe", "zero"])
def test_a_file_that_never_ends_keeps_both_programs_from_setting_anything(what: str) -> None:
    """A pipe or /dev/zero among the files hangs the programs, and we say so instead of a value."""
    result = oracle("--never-ending", what, seconds=60)

    assert result["systemd_hung"]
    assert result["procps_hung"]
    assert result["changed"] == []
    assert result["ours"] == {"at_boot": None, "after_reload": None}
    assert re.search(
        r"/etc/sysctl\.d/10-hangs\.conf is read by the boot and never ends", " ".join(result["notes"])
    )
