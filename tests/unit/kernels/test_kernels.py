# Copyright (c) 2026, the linuxnet.tcp authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is decided before a virtual machine boots, and what is made of what it says."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.linuxnet.tcp.tests.gates.pythons import Lacking
from ansible_collections.linuxnet.tcp.tests.kernels import images, look_at_keys, packages, profiles, run, seclusion

FOUND: dict[str, Any] = {
    "release": "6.1.0-50-cloud-amd64",
    "problems": ["one"],
    "wall_seconds": 41.2,
    "states": {"made": 48, "counted": ["auto as root"] * 5},
    "keys": {"keys": {"net.ipv4.tcp_sack": {}}, "writes": 9},
    "settings": {"applied": {"classic": {}}},
}


@pytest.mark.parametrize(("last", "supposed"), [(300, 300), (300, 65535), (300, 7), (7, 300), (2**64 - 1, 300)])
def test_the_last_number_that_is_taken_is_found(last: int, supposed: int) -> None:
    """Whatever the catalogue supposes, the bound that is found is the kernel's own, upwards and downwards."""
    assert look_at_keys.edge(lambda number: 3 <= number <= last, 5, supposed, 1) == last
    assert look_at_keys.edge(lambda number: -3 >= number >= -last, -5, -supposed, -1) in (-last, look_at_keys.LEAST)


def test_a_module_brings_those_that_it_needs() -> None:
    """Of all modules those of sock_diag, the tracker and congestion controls are kept, and what they depend on."""
    dependencies = (
        "kernel/net/ipv4/tcp_diag.ko.xz: kernel/net/ipv4/inet_diag.ko.xz\n"
        "kernel/net/ipv4/inet_diag.ko.xz:\n"
        "kernel/drivers/net/veth.ko.xz: kernel/drivers/net/other.ko.xz\n"
        "kernel/net/netfilter/nf_conntrack.ko.xz: kernel/lib/libcrc32c.ko.xz\n"
    )

    assert {Path(name).name for name in images.with_needed(dependencies)} == {
        "tcp_diag.ko.xz", "inet_diag.ko.xz", "nf_conntrack.ko.xz", "libcrc32c.ko.xz",
    }  # fmt: skip


def test_a_line_for_each_kernel() -> None:
    """The line counts what was tried; of a kernel that gave no result it says so."""
    line = run.line("Debian bookworm", FOUND)

    assert line.startswith("6.1.0-50-cloud-amd64 (Debian bookworm): 48 sockets")
    assert "1 keys with 9 writes" in line
    assert "1 problems, 41 s" in line
    assert "FAILED" in run.line("Debian sid", {"release": "?", "problems": ["no answer"], "wall_seconds": 600.0})


APT = """\
#!/bin/sh
case "$*" in
*--print-uris*) echo "'http://archive.invalid/python3_3.11_amd64.deb' python3_3.11_amd64.deb 6 SHA256:{digest}" ;;
*download*) echo "$*" >> {said}; printf 'the new one' > python3_3.11_amd64.deb ;;
esac
"""


def test_a_package_that_is_here_and_whole_is_not_fetched_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The digest is what apt says; a file that has another one, or is of an older version, is fetched in its place."""
    said, apt = tmp_path / "said", tmp_path / "apt-get"
    apt.write_text(APT.format(digest=hashlib.sha256(b"the new one").hexdigest(), said=said))
    apt.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=":")
    debs = tmp_path / "suite/debs"
    debs.mkdir(parents=True)
    (debs / "python3_3.10_amd64.deb").write_text("an old one")

    for _turn in range(2):
        (fetched,) = packages.Suite("bookworm", tmp_path / "suite").fetch("python3")
        assert fetched.read_text() == "the new one"
    assert len(said.read_text().splitlines()) == 1
    fetched.write_text("a torn one")
    packages.Suite("bookworm", tmp_path / "suite").fetch("python3")

    assert fetched.read_text() == "the new one"
    assert len(list(debs.iterdir())) == 1


def test_without_keys_nothing_is_fetched(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Who cannot verify packages lacks them."""
    monkeypatch.setattr(packages, "KEYS", tmp_path / "none")
    with pytest.raises(Lacking, match="verify packages"):
        packages.Suite("bookworm", tmp_path).refresh()


def test_the_machine_s_own_namespaces_are_refused() -> None:
    """Without namespaces of its own nothing is mounted over the machine's folders."""
    with pytest.raises(SystemExit, match="namespaces of its own"):
        seclusion.enter(seclusion.namespaces())


def test_every_profile_is_tried() -> None:
    """Each profile of the role, and one of every kind of value, resolved to plain settings."""
    assert {"every_kind", "classic", "forward_proxy", "reverse_proxy", "web_server"} <= set(profiles.to_try())
    assert all(settings for settings in profiles.to_try().values())
