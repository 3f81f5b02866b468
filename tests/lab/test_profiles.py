# Copyright (c) 2026, the linuxnet.tcp authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every shipped profile on a host: there, a second time, through a boot, and back to what was, byte for byte."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.linuxnet.tcp.plugins.module_utils._model.settings import read_settings, satisfied
from ansible_collections.linuxnet.tcp.plugins.module_utils._model.values import parse_kernel
from ansible_collections.linuxnet.tcp.plugins.plugin_utils._profile_files import choices, folders_of
from ansible_collections.linuxnet.tcp.plugins.plugin_utils._profiles import Profile, Wishes, resolve
from ansible_collections.linuxnet.tcp.tests.lab.throwaway_host import LOADERS, STATE, Answer, Host

PATH = "/etc/sysctl.d/91-linuxnet-tcp-profile.conf"
CAP, QUEUE = "net.ipv4.tcp_max_tw_buckets", "net.core.somaxconn"
GIB = 1 << 30
EACH = pytest.mark.parametrize("name", choices(folders_of([])))


def fitted(*names: str, **wishes: Any) -> Profile:
    """A profile as a host with 4 GiB gets it."""
    return resolve(list(names), Wishes(memory_bytes=4 * GIB, **wishes))


def apply(host: Host, settings: dict[str, Any], **arguments: Any) -> Answer:
    """What the role asks of tunables."""
    return host.run(settings=settings, path=PATH, exclusive=True, **arguments)


def remembered_apart(host: Host) -> dict[str, object]:
    """All that a run could touch but our own memory, which is empty before and after and yet another file."""
    return {path: content for path, content in host.everything().items() if STATE not in path}


def keeps(host: Host, profile: Profile) -> list[str]:
    """The keys whose running values are not what the profile asks."""
    return [
        setting.tunable.key
        for setting in read_settings(profile.settings)
        if not satisfied(setting, parse_kernel(setting.tunable, host.get(setting.tunable.key)))
    ]


@EACH
def test_there_and_back(host: Host, name: str) -> None:
    """Check mode foresees it exactly, the second run changes nothing, and taking it back leaves no trace."""
    profile, before = fitted(name), remembered_apart(host)

    foreseen = apply(host, profile.settings, check_mode=True)
    assert remembered_apart(host) == before
    done = apply(host, profile.settings)
    assert done.changed
    assert (foreseen.ok["diff"], foreseen.ok["tunables"]) == (done.ok["diff"], done.ok["tunables"])
    assert keeps(host, profile) == []
    applied = host.everything()

    assert not apply(host, profile.settings).changed
    assert host.everything() == applied
    assert apply(host, {}).changed
    # /etc/sysctl.d itself has another time of change: a file came and went.
    after = remembered_apart(host)
    assert {path for path in before.keys() | after.keys() if before.get(path) != after.get(path)} <= {
        str(host.file("/etc/sysctl.d")), str(host.file("/run/lock/linuxnet-tcp.lock")), str(host.file("/run/lock")),
    }  # fmt: skip


@EACH
@pytest.mark.parametrize("loader", LOADERS)
def test_a_boot_keeps_it(host: Host, name: str, loader: str) -> None:
    """After a boot, by either loader, the running values are what the profile asks, and there is nothing to do."""
    profile = fitted(name)
    apply(host, profile.settings)

    host.boot(loader)

    assert keeps(host, profile) == []
    assert not apply(host, profile.settings).changed


def test_who_is_better_already_is_left_alone(host: Host) -> None:
    """A longer queue, and a lower cap, than the profile asks stay."""
    host.set(QUEUE, 50000)
    host.set(CAP, 4000)

    apply(host, fitted("forward_proxy").settings)

    assert (host.get(QUEUE), host.get(CAP)) == ("50000", "4000")


def test_switching_leaves_nothing_behind(host: Host) -> None:
    """One profile after all the others is what it is alone."""
    names = ["classic", "forward_proxy", "reverse_proxy", "web_server"]
    for name in names:
        apply(host, fitted(name).settings)

    text = host.text(PATH)
    assert text is not None
    kept = {line.partition(" = ")[0] for line in text.splitlines() if not line.startswith("#")}
    assert kept == set(fitted(names[-1]).settings)
    assert host.get("net.ipv4.ip_local_port_range") == "32768 60999"


@EACH
def test_a_container_in_which_nobody_may_set_anything(host: Host, name: str) -> None:
    """What cannot be set is skipped with its reason and kept for the next boot, and the second run changes nothing."""
    host.make_read_only("/proc/sys")
    profile = fitted(name)

    # A profile may ask for nothing but what the kernel starts with.
    if keeps(host, profile):
        assert "read-only" in apply(host, profile.settings).refusal
    first = apply(host, profile.settings, unavailable="skip")
    second = apply(host, profile.settings, unavailable="skip")

    assert first.changed
    assert not second.changed
    skipped = {row["name"]: row["reason"] for row in second.ok["tunables"] if row["status"] == "skipped"}
    assert set(skipped) == set(keeps(host, profile))
    assert set(skipped.values()) <= {"read_only"}
