# Copyright (c) 2026, the linuxnet.tcp authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The rules on captured hosts: what is read, what is said to be not readable, and that nothing is touched.

The decisions have their cases in tests/unit/plugins/module_utils/_plan/compliance.
"""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path
from typing import Any, Dict, Optional, Tuple

import pytest
import yaml

from ansible_collections.linuxnet.tcp.plugins.module_utils._model.errors import InputError, NamespaceError
from ansible_collections.linuxnet.tcp.plugins.module_utils._survey.rules import look_at_rules
from ansible_collections.linuxnet.tcp.plugins.modules import compliance_info
from ansible_collections.linuxnet.tcp.tests.unit.machines.host_folder import BOOT_ID, FIN, HostFolder

Json = Dict[str, Any]
TODAY = dt.date(2026, 11, 25)
COOKIES = "net.ipv4.tcp_syncookies"
OURS = "/etc/sysctl.d/90-linuxnet-tcp.conf"


class Captured(HostFolder):
    """A host that is held against rules."""

    def look(self, today: dt.date = TODAY, **params: Any) -> Json:
        """What the module answers."""
        asked = {"rules": None, "settings": None, "waivers": [], "names": [], "network_namespace": None, **params}
        return look_at_rules(asked, today, str(self.root), self.proc, self.state)

    def verdict(self, **settings: Any) -> Tuple[str, Optional[str]]:
        """Status and reason of one setting of tcp_fin_timeout."""
        (finding,) = self.look(settings={FIN: settings.get("value", 30)})["findings"]
        return finding["status"], finding["reason"]


@pytest.fixture
def host(tmp_path: Path) -> Captured:
    """A host that runs the kernel's default and has no files."""
    return Captured(tmp_path)


def test_what_it_answers(host: Captured) -> None:
    """All keys of the documentation, and nothing but JSON."""
    host.runs(FIN, "30")
    host.put(OURS, "net.ipv4.tcp_fin_timeout = 30\n")
    rule = {"id": "r", "name": FIN, "at_most": 30, "severity": "high", "why": "w", "controls": [{"framework": "f"}]}
    answer = host.look(rules=[rule])

    documented = yaml.safe_load(compliance_info.RETURN)
    assert list(answer) == list(documented)
    assert json.loads(json.dumps(answer)) == answer
    (finding,) = answer["findings"]
    assert list(finding) == list(documented["findings"]["contains"])
    assert finding == {
        "rule": "r", "name": FIN, "status": "pass", "reason": None, "severity": "high", "expected": {"at_most": 30},
        "running": 30, "at_boot": 30, "decided_by": OURS + ":1", "why": "w", "controls": [{"framework": "f"}],
        "waiver": None,
    }  # fmt: skip
    assert (answer["compliant"], answer["summary"]["pass"], answer["notes"]) == (True, 1, [])
    assert [(row["name"], row["running"], row["status"]) for row in answer["tunables"]] == [(FIN, 30, "present")]


def test_settings_are_the_same_as_rules(host: Captured) -> None:
    """A host that does not comply is told so, and by its key."""
    answer = host.look(settings={FIN: {"at_most": 30}, COOKIES: 1})

    assert not answer["compliant"]
    assert [(row["rule"], row["status"]) for row in answer["findings"]] == [(FIN, "fail"), (COOKIES, "not_applicable")]


def test_further_keys_are_shown_and_not_judged(host: Captured) -> None:
    """Those that no rule names; in whichever spelling, and each once."""
    answer = host.look(settings={FIN: 60}, names=["net/ipv4/tcp_syncookies", FIN])

    assert [row["rule"] for row in answer["findings"]] == [FIN]
    assert [row["name"] for row in answer["tunables"]] == [COOKIES, FIN]


def test_our_own_record_tells_drift(host: Captured) -> None:
    """A file that is younger than the boot tells nothing; that we wrote it and changed the key does."""
    host.put(OURS, "net.ipv4.tcp_fin_timeout = 30\n")

    assert host.verdict() == ("fail", "drifted_or_never_applied")
    host.remembers(FIN, "60")
    assert host.verdict() == ("fail", "drifted")


def test_a_file_older_than_the_boot_tells_drift(host: Captured) -> None:
    """What boot has read as it is now was set then."""
    host.put(OURS, "net.ipv4.tcp_fin_timeout = 30\n")
    host.booted(seconds_ago=-3600)

    assert host.verdict() == ("fail", "drifted")


def test_a_host_that_systemd_does_not_boot_has_no_old_files(host: Captured) -> None:
    """A container without systemd loads no file when it starts, however old it is."""
    host.put(OURS, "net.ipv4.tcp_fin_timeout = 30\n")
    host.booted(seconds_ago=-3600)
    (host.root / "run/systemd/system").rmdir()

    assert host.verdict() == ("fail", "drifted_or_never_applied")


def test_state_that_is_broken_is_noted_and_nothing_is_guessed(host: Captured) -> None:
    """A file that we did not write so cannot tell that we never changed the key."""
    assert host.verdict() == ("fail", "never_applied")
    host.remembers(FIN, "60")
    host.put("/var/lib/linuxnet-tcp/first_seen.json", "{")
    answer = host.look(settings={FIN: 30})

    assert answer["findings"][0]["reason"] == "drifted_or_never_applied"
    assert "is not what this collection writes; look at it and remove it" in answer["notes"][0]
    assert answer["notes"][1].startswith("what the collection has kept of its own changes cannot be read")


def test_what_a_dead_run_has_left_is_noted(host: Captured) -> None:
    """The next run of tunables settles it; until then values may be half changed."""
    host.remembers(FIN, "60")
    empty = {
        "format": 1, "boot_id": BOOT_ID, "namespace_id": "4:1", "network_namespace": None, "running": [],
        "file": None, "records_before": [], "records_after": [], "watched": False,
    }  # fmt: skip
    host.put("/var/lib/linuxnet-tcp/pending.json", json.dumps(empty))

    assert "died half-way" in host.look(settings={FIN: 30})["notes"][0]


def test_a_key_that_cannot_be_read_is_an_error_of_its_rule_alone(host: Captured) -> None:
    """A value that the kernel does not give costs that rule, and no other."""
    loop = host.root / "proc/sys/net/ipv4/tcp_syncookies"
    loop.symlink_to("tcp_syncookies")
    answer = host.look(settings={FIN: 60, COOKIES: 1})

    assert [(row["status"], row["reason"]) for row in answer["findings"]] == [
        ("pass", "kernel_default"), ("error", "unreadable"),
    ]  # fmt: skip
    assert any("cannot read" in note for note in answer["notes"])
    assert not answer["compliant"]


def test_a_waiver_is_held_against_the_day_that_is_given(host: Captured) -> None:
    """The module reads no clock of its own below main()."""
    waivers = [{"rule": FIN, "until": "2026-11-25", "reason": "moving"}]

    def status(today: dt.date) -> Tuple[str, str]:
        (finding,) = host.look(today, settings={FIN: 30}, waivers=waivers)["findings"]
        return finding["status"], finding["reason"]

    assert status(dt.date(2026, 11, 25)) == ("waived", "waived_until")
    assert status(dt.date(2026, 11, 26)) == ("fail", "waiver_expired")


def test_nothing_is_changed(host: Captured) -> None:
    """Files, values and their times are as before, and nothing was made."""
    host.put(OURS, "net.ipv4.tcp_fin_timeout = 30\n")
    host.remembers(FIN, "60")
    before = host.everything()
    host.look(settings={FIN: 30})
    assert host.everything() == before


@pytest.mark.parametrize(
    ("params", "sentence"),
    [
        ({"rules": []}, "rules is empty: "),
        ({"settings": {}}, "settings is empty: "),
        ({"settings": {"kernel.panic": 1}}, "'kernel.panic' is not a key under /proc/sys/net"),
        ({"settings": {FIN: 30}, "waivers": [{"rule": "x", "until": "soon", "reason": "y"}]}, "the waiver of 'x' ends"),
    ],
)
def test_what_cannot_be_right_is_refused(host: Captured, params: Json, sentence: str) -> None:
    """Before the host is looked at."""
    with pytest.raises(InputError) as refused:
        host.look(**params)

    assert str(refused.value).startswith(sentence)


def test_a_namespace_that_is_not_there(host: Captured) -> None:
    """Is an error of the task, not of a rule."""
    with pytest.raises(NamespaceError):
        host.look(settings={FIN: 30}, network_namespace="no-such-namespace")
