# Copyright (c) 2026, the linuxnet.tcp authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The lab: tests on the real kernel of this machine, in network namespaces of their own.

They need root and a few programs. What a test cannot have here is the reason of its skip; nothing on the
machine outside the namespaces is changed.
"""

from __future__ import annotations

import functools
import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from ansible_collections.linuxnet.tcp.tests.lab import netns
from ansible_collections.linuxnet.tcp.tests.lab.run_module import ORDINARY_USER, python_for
from ansible_collections.linuxnet.tcp.tests.lab.throwaway_host import Host, throwaway_host

pytest.register_assert_rewrite("ansible_collections.linuxnet.tcp.tests.lab.compare")

HERE = Path(__file__).parent
PROGRAMS = {
    "ip": "iproute2", "ss": "iproute2", "nft": "nftables", "strace": "strace",
    "squid": "squid", "nginx": "nginx-light", "haproxy": "haproxy", "ab": "apache2-utils",
    "tc": "iproute2", "git": "git", "systemd-analyze": "systemd",
}  # fmt: skip


def pytest_configure(config: pytest.Config) -> None:
    """Name the marker, so that --strict-markers knows it."""
    config.addinivalue_line("markers", "needs(program, ...): skip where one of these programs is missing")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Give every test that cannot run here the reason why."""
    for item in items:
        if HERE in item.path.parents and (reason := _obstacle(item)):
            item.add_marker(pytest.mark.skip(reason=reason))


def _obstacle(item: pytest.Item) -> str:
    if os.geteuid() != 0:
        return "needs root, to make network namespaces"
    wanted = {"ip", "ss"}.union(*(marker.args for marker in item.iter_markers("needs")))
    for program in sorted(wanted):
        if not shutil.which(program, path=os.environ.get("PATH", "") + ":/usr/sbin:/sbin"):
            return f"needs the program {program} (Debian package {PROGRAMS[program]})"
    return _no_namespaces()


@functools.cache
def _no_namespaces() -> str:
    try:
        with netns.namespace("probe") as probe, probe.entered():
            return ""
    except (OSError, subprocess.SubprocessError) as error:
        return f"no network namespace can be made here: {error}"


@pytest.fixture(scope="session", autouse=True)
def _leftovers() -> None:
    """Clear away what killed runs left."""
    if os.geteuid() == 0:
        netns.sweep()


@pytest.fixture
def inside(request: pytest.FixtureRequest) -> Iterator[netns.Namespace]:
    """A namespace of the test's own; the test runs inside it."""
    label = request.node.originalname.removeprefix("test_")[:24].replace("_", "")
    with netns.namespace(label) as made, made.entered():
        yield made


@pytest.fixture
def host() -> Iterator[Host]:
    """A throw-away host: files and a TCP stack of its own, on which modules run as root."""
    with throwaway_host() as made:
        yield made


@pytest.fixture(params=[0, ORDINARY_USER], ids=["root", "ordinary"])
def uid(request: pytest.FixtureRequest) -> int:
    """Who runs the module."""
    return usable(request.param)


@pytest.fixture
def ordinary() -> int:
    """A user who owns nothing."""
    return usable(ORDINARY_USER)


@pytest.fixture(params=["netlink", "procfs"])
def source(request: pytest.FixtureRequest) -> str:
    """How the module reads."""
    return str(request.param)


def usable(uid: int) -> int:
    """The user, if there is a Python that it may execute."""
    try:
        python_for(uid)
    except LookupError as error:
        pytest.skip(str(error))
    return uid
