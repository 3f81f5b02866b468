# Copyright (c) 2026, the linuxnet.tcp authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A real host with systemd, over SSH: what tunables_info foretells is what the next boot sets."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.linuxnet.tcp.tests.lab import real_host as lab_host
from ansible_collections.linuxnet.tcp.tests.lab.real_host import CannotRun, RealHost, real_host

# By the path of the import, which leads through ansible_collections also where this file does not lie there.
COLLECTIONS = Path(lab_host.__file__).parents[5]
SETTINGS = {
    "net.ipv4.tcp_fin_timeout": 25,
    "net.ipv4.tcp_keepalive_time": 1200,
    "net.ipv4.ip_local_port_range": [10240, 65535],
    "net.ipv4.tcp_max_tw_buckets": {"at_most": 5000},
    "net.core.somaxconn": {"at_least": 8192},
    "net.ipv4.ip_local_reserved_ports": "20001,20000,20002",
}
OTHERS_FILE = "net.ipv4.tcp_keepalive_time = 777\nnet.ipv4.tcp_syncookies = 99999\n-net.ipv4.tcp_sack = 0\n"


@pytest.fixture(scope="module")
def host() -> Iterator[RealHost]:
    """A Debian 12 with systemd."""
    try:
        with real_host(f"lnlab-boot-{os.getpid()}") as started:
            yield started
    except CannotRun as reason:
        pytest.skip(str(reason))


def module(host: RealHost, folder: Path, name: str, arguments: dict[str, Any]) -> dict[str, Any]:
    """Run a module on the host as a playbook would, over SSH."""
    inventory = folder / "hosts"
    inventory.write_text(host.inventory())
    done = subprocess.run(
        [
            str(Path(sys.executable).with_name("ansible")), "all", "--inventory", str(inventory),
            "--module-name", f"linuxnet.tcp.{name}", "--args", json.dumps(arguments),
        ],
        capture_output=True, text=True, check=False,
        env={
            **os.environ,
            "ANSIBLE_COLLECTIONS_PATH": str(COLLECTIONS),
            "ANSIBLE_STDOUT_CALLBACK": "ansible.builtin.minimal",
            "ANSIBLE_HOME": str(folder / "home"),
        },
    )
    assert "=>" in done.stdout, done.stdout + done.stderr
    result: dict[str, Any] = json.loads(done.stdout.partition("=>")[2])
    return result


def running(host: RealHost, key: str) -> list[str]:
    """The running value, word by word."""
    return host.run("cat", "/proc/sys/" + key.replace(".", "/")).split()


def words(value: object) -> list[str]:
    """A value of a result, word by word."""
    return [str(item) for item in value] if isinstance(value, list) else str(value).split()


def test_a_boot_sets_what_tunables_info_foretold(host: RealHost, tmp_path: Path) -> None:
    """After a restart of the host every key is what at_boot said, shadowed and refused ones too; then nothing has
    changed.
    """
    host.run("sh", "-c", f"printf '{OTHERS_FILE}' > /etc/sysctl.d/95-other.conf")

    changed = module(host, tmp_path, "tunables", {"settings": SETTINGS})
    names = [*SETTINGS, "net.ipv4.tcp_syncookies", "net.ipv4.tcp_sack"]
    foretold = module(host, tmp_path, "tunables_info", {"names": names})
    before = {row["name"]: running(host, row["name"]) for row in foretold["tunables"]}
    host.restart()
    after = {row["name"]: running(host, row["name"]) for row in foretold["tunables"]}
    unshadowed = {key: value for key, value in SETTINGS.items() if "alive" not in key}
    again = module(host, tmp_path, "tunables", {"settings": unshadowed})

    assert changed["changed"] is True, changed
    assert {row["name"]: row["shadowed"] for row in changed["tunables"]} == {
        key: key == "net.ipv4.tcp_keepalive_time" for key in SETTINGS
    }
    for row in foretold["tunables"]:
        if row["at_boot"] is not None:
            assert after[row["name"]] == words(row["at_boot"]), row
    assert before["net.ipv4.tcp_keepalive_time"] == ["1200"]
    assert after["net.ipv4.tcp_keepalive_time"] == ["777"]
    assert after["net.ipv4.tcp_sack"] == ["0"]
    assert again["changed"] is False, again


def test_absent_after_a_boot_gives_back_what_the_other_files_set(host: RealHost, tmp_path: Path) -> None:
    """In another boot the value from before is that of the remaining files, else the one seen first."""
    keys = {"net.ipv4.tcp_keepalive_time": None, "net.ipv4.tcp_fin_timeout": None}

    taken = module(host, tmp_path, "tunables", {"settings": keys, "state": "absent"})

    assert taken["changed"] is True, taken
    assert running(host, "net.ipv4.tcp_keepalive_time") == ["777"]
    assert running(host, "net.ipv4.tcp_fin_timeout") == ["60"]
