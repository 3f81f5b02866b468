# Copyright (c) 2026, the linuxnet.tcp authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Who decides at boot: other files, masks, folders that nobody reads, ufw, TuneD; and whether the boot then agrees."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from ansible_collections.linuxnet.tcp.tests.lab.throwaway_host import DROP_IN, Host

FIN, KEEPALIVE, RANGE = "net.ipv4.tcp_fin_timeout", "net.ipv4.tcp_keepalive_time", "net.ipv4.ip_local_port_range"


def _later_file(host: Host) -> dict[str, Any]:
    host.put("/usr/lib/sysctl.d/99-vendor.conf", f"# vendor\n\n{FIN} = 11\n")
    return {}


def _masked(host: Host) -> dict[str, Any]:
    host.put("/etc/sysctl.d/91-x.conf", "# somebody's\n")
    host.file("/usr/local/lib/sysctl.d").mkdir(exist_ok=True)
    return {"path": "/usr/local/lib/sysctl.d/91-x.conf"}


def _masked_by_null(host: Host) -> dict[str, Any]:
    host.file("/etc/sysctl.d/91-x.conf").symlink_to("/dev/null")
    return {"path": "/usr/lib/sysctl.d/91-x.conf"}


def _not_read(host: Host) -> dict[str, Any]:
    return {"path": "/var/lib/91-x.conf"}


def _hidden_name(host: Host) -> dict[str, Any]:
    return {"path": "/etc/sysctl.d/.91-x.conf"}


def _other_ending(host: Host) -> dict[str, Any]:
    return {"path": "/etc/sysctl.d/91-x.config"}


def _ufw(host: Host) -> dict[str, Any]:
    host.put("/etc/default/ufw", "IPT_SYSCTL=/etc/ufw/sysctl.conf\n")
    host.put("/etc/ufw/ufw.conf", "ENABLED=yes\n")
    host.put("/etc/ufw/sysctl.conf", f"# ufw\n{FIN.replace('.', '/')}=12\n")
    return {}


def _tuned(host: Host) -> dict[str, Any]:
    host.put("/etc/tuned/active_profile", "mine\n")
    host.put("/etc/tuned/mine/tuned.conf", f"[main]\nsummary=mine\n[sysctl]\n{FIN}=13\n")
    return {}


# The reason, what the sentence names, what boot will set, and by which line.
SHADOWS: dict[Callable[[Host], dict[str, Any]], tuple[str, str, object, str | None]] = {
    _later_file: ("other_file", "/usr/lib/sysctl.d/99-vendor.conf:3", 11, "/usr/lib/sysctl.d/99-vendor.conf:3"),
    _masked: ("masked", "/etc/sysctl.d/91-x.conf", None, None),
    _masked_by_null: ("masked", "/etc/sysctl.d/91-x.conf", None, None),
    _not_read: ("not_read", "no loader reads /var/lib/91-x.conf", None, None),
    _hidden_name: ("not_read", "no loader reads /etc/sysctl.d/.91-x.conf", None, None),
    _other_ending: ("not_read", "no loader reads /etc/sysctl.d/91-x.config", None, None),
    _ufw: ("other_file_later", "/etc/ufw/sysctl.conf:2", 30, f"{DROP_IN}:2"),
    _tuned: ("other_file_later", "/etc/tuned/mine/tuned.conf:4", 30, f"{DROP_IN}:2"),
}
CASES = pytest.mark.parametrize("case", SHADOWS, ids=lambda case: case.__name__.strip("_"))


@CASES
def test_a_shadowed_key_is_warned_of(host: Host, case: Callable[[Host], dict[str, Any]]) -> None:
    """By default the key is set, and a warning in each run names the file that decides and what to do."""
    arguments = case(host)
    reason, names, at_boot, decided_by = SHADOWS[case]
    answers = [host.run(settings={FIN: 30}, **arguments) for _turn in range(2)]

    for answer in answers:
        (warning,) = answer.warnings
        assert warning.startswith(FIN)
        assert names in warning
        assert answer.row(FIN)["shadowed"]
        assert answer.row(FIN)["decided_by"] == decided_by
        assert answer.row(FIN)["boot_after"] == at_boot
    assert [answer.changed for answer in answers] == [True, False]
    assert answers[1].row(FIN)["reason"] == reason
    assert host.get(FIN) == "30"


@CASES
def test_a_shadowed_key_can_be_refused(host: Host, case: Callable[[Host], dict[str, Any]]) -> None:
    """With shadowed fail nothing is touched, in check mode as for real, and the sentence is that of the warning."""
    arguments = case(host)
    before = host.everything()
    for check_mode in (True, False):
        sentence = host.run(settings={FIN: 30}, shadowed="fail", check_mode=check_mode, **arguments).refusal
        assert SHADOWS[case][1] in sentence
    assert host.everything() == before


@CASES
def test_a_shadowed_key_can_be_ignored(host: Host, case: Callable[[Host], dict[str, Any]]) -> None:
    """With shadowed ignore there is no warning; the row tells all the same."""
    answer = host.run(settings={FIN: 30}, shadowed="ignore", **case(host))

    assert answer.warnings == []
    assert answer.row(FIN)["shadowed"]


@pytest.mark.parametrize("shadowed", ["fail", "warn"])
def test_a_later_file_that_agrees_is_no_trouble(host: Host, shadowed: str) -> None:
    """A later file that says the same takes nothing from us: the row says who decides, and nothing is warned of."""
    host.put("/etc/sysctl.d/99-z.conf", f"{FIN} = 30\n")
    answer = host.run(settings={FIN: 30}, shadowed=shadowed)

    assert answer.warnings == []
    assert (answer.row(FIN)["boot_after"], answer.row(FIN)["decided_by"]) == (30, "/etc/sysctl.d/99-z.conf:1")


def test_ufw_that_is_off_decides_nothing(host: Host) -> None:
    """A firewall that is not enabled applies nothing."""
    _ufw(host)
    host.put("/etc/ufw/ufw.conf", "ENABLED=no\n")

    assert not host.run(settings={FIN: 30}).row(FIN)["shadowed"]


def test_shadows_do_not_matter_to_running_values(host: Host) -> None:
    """With scope running nobody asks what boot will do."""
    _later_file(host)

    assert host.run(settings={FIN: 30}, scope=["running"], shadowed="fail").warnings == []


def test_a_line_of_our_own_file_that_only_loaders_understand(host: Host) -> None:
    """An odd spelling of our key further down in our own file decides at boot: it is named, not passed over."""
    host.put(DROP_IN, f"{FIN} = 30\nnet.ipv4..tcp_fin_timeout = 55\n")
    answer = host.run(settings={FIN: 30})

    assert answer.row(FIN)["shadowed"]
    assert answer.row(FIN)["boot_after"] == 55
    assert any(f"{DROP_IN}:2" in warning for warning in answer.warnings)
    host.boot()
    assert host.get(FIN) == "55"


@pytest.mark.parametrize(
    "folder", ["/etc//sysctl.d", "/etc/./sysctl.d", "/etc/sysctl.d/../sysctl.d", "/etc/way"]
)
def test_a_path_in_another_spelling_is_the_same_file(host: Host, folder: str) -> None:
    """However the folder is spelled, boot reads the file, and the row says so."""
    host.file("/etc/way").symlink_to("sysctl.d")
    answer = host.run(settings={FIN: 30}, path=f"{folder}/91-x.conf")

    assert answer.warnings == []
    assert answer.row(FIN)["decided_by"] == "/etc/sysctl.d/91-x.conf:2"
    host.boot()
    assert host.get(FIN) == "30"


TREE = {
    "/usr/lib/sysctl.d/50-default.conf": f"{FIN} = 50\n{KEEPALIVE} = 5000\nnet.ipv4.tcp_sack = 0\n",
    "/usr/lib/sysctl.d/60-masked.conf": "net.ipv4.tcp_dsack = 0\n",
    "/etc/sysctl.d/60-masked.conf": "# nothing\n",
    "/usr/lib/sysctl.d/99-vendor.conf": f"{KEEPALIVE} = 9900\n",
    "/run/sysctl.d/70-run.conf": "-net.ipv4.no_such = 1\nnet/ipv4/tcp_keepalive_intvl = 33\n",
    "/etc/sysctl.d/80-refused.conf": f"{RANGE} = 60000 10000\nnet.ipv4.tcp_syncookies = 999\n",
    "/etc/sysctl.d/.hidden.conf": "net.ipv4.tcp_keepalive_probes = 3\n",
    "/etc/sysctl.d/95-last.conf": "net.ipv4.tcp_retries2 = 9",
    "/etc/sysctl.conf": f"{FIN} = 44\n",
}


@pytest.mark.parametrize(("loader", "column"), [("systemd", "at_boot"), ("procps", "after_reload")])
def test_the_boot_agrees_with_what_was_said(host: Host, loader: str, column: str) -> None:
    """After a boot every key of the catalogue holds what tunables_info had said, and the kernel's own value else."""
    for path, content in TREE.items():
        host.put(path, content)
    host.boot(None)
    defaults = {row["name"]: row["running"] for row in host.info().ok["tunables"]}
    host.run(settings={RANGE: [10000, 60001], "net.ipv4.ip_local_reserved_ports": [8080, 8081]}, shadowed="ignore")
    said = host.info().ok["tunables"]
    host.boot(loader)
    after = {row["name"]: row["running"] for row in host.info().ok["tunables"]}
    spoken = [row["name"] for row in said if row[column] is not None]

    assert len(spoken) >= 6
    for row in said:
        if row["status"] == "present":
            expected = defaults[row["name"]] if row[column] is None else row[column]
            assert after[row["name"]] == expected, (row, loader)
    assert after[FIN] == (50 if loader == "systemd" else 44), "the two loaders do not agree, and both were foretold"


def test_what_we_set_survives_the_boot(host: Host) -> None:
    """What a run has set and said to be decided by our file runs after the boot, and the next run changes nothing."""
    settings = {FIN: 30, KEEPALIVE: {"at_least": 9000}, RANGE: "10000 60001", "net.core.somaxconn": 8192}
    rows = host.run(settings=settings).ok["tunables"]
    host.boot()
    again = host.run(settings=settings)

    assert not again.changed
    assert [row["running_after"] for row in again.ok["tunables"]] == [row["boot_after"] for row in rows]
