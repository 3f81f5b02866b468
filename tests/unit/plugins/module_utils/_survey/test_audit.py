# Copyright (c) 2026, the linuxnet.tcp authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""All that an audit asks, on this machine: the same as the two modules say, and each half without the other."""

from __future__ import annotations

import datetime as dt
import os
from typing import Any, Dict

import pytest

from ansible_collections.linuxnet.tcp.plugins.module_utils._model.errors import HostError
from ansible_collections.linuxnet.tcp.plugins.module_utils._survey import audit
from ansible_collections.linuxnet.tcp.plugins.module_utils._survey.audit import look_at_host
from ansible_collections.linuxnet.tcp.plugins.module_utils._survey.rules import look_at_rules

TODAY = dt.date(2026, 11, 25)
FIN = "net.ipv4.tcp_fin_timeout"
ASKED: Dict[str, Any] = {
    "by": ["family"],
    "sample": 0,
    "rules": [{"id": "fin", "name": FIN, "at_least": 1}],
    "waivers": [],
    "names": ["net.core.somaxconn"],
    "network_namespace": None,
}


def test_both_halves() -> None:
    """Sockets are counted and rules are judged, as if each had been asked alone."""
    answer = look_at_host(ASKED, TODAY)
    judged = look_at_rules({**ASKED, "settings": None}, TODAY)

    assert answer["problems"] == []
    assert answer["facts"]["total"] == sum(answer["facts"]["states"].values())
    assert set(answer["facts"]["families"]) == {"ipv4", "ipv6"}
    assert answer["compliance"] == {key: judged[key] for key in ("compliant", "findings", "summary")}
    assert [row["name"] for row in answer["tunables"]] == ["net.core.somaxconn", FIN]


def test_without_rules() -> None:
    """Nothing is judged, and keys are looked at all the same."""
    answer = look_at_host({**ASKED, "rules": None}, TODAY)

    assert (answer["compliance"], answer["problems"]) == (None, [])
    assert [row["name"] for row in answer["tunables"]] == ["net.core.somaxconn"]


def test_ones_own_namespace() -> None:
    """Both halves look at the network namespace that is named."""
    answer = look_at_host({**ASKED, "network_namespace": str(os.getpid())}, TODAY)

    assert answer["problems"] == []
    assert answer["compliance"]["findings"][0]["at_boot"] is None


def test_a_namespace_that_is_not_there() -> None:
    """Neither half can be looked at, and each says so."""
    answer = look_at_host({**ASKED, "network_namespace": "no-such-namespace"}, TODAY)

    assert [problem["part"] for problem in answer["problems"]] == ["facts", "compliance"]
    assert all("no-such-namespace" in problem["reason"] for problem in answer["problems"])
    assert (answer["facts"], answer["compliance"], answer["tunables"]) == (None, None, None)


@pytest.mark.parametrize(("name", "part"), [("look_at_sockets", "facts"), ("look_at_rules", "compliance")])
def test_half_a_host(monkeypatch: pytest.MonkeyPatch, name: str, part: str) -> None:
    """What one half cannot read costs the other nothing."""

    def broken(*_asked: Any) -> None:
        raise HostError("one sentence")

    monkeypatch.setattr(audit, name, broken)
    answer = look_at_host(ASKED, TODAY)

    assert answer["problems"] == [{"part": part, "reason": "one sentence"}]
    assert answer[part] is None
    assert answer[{"facts": "compliance", "compliance": "facts"}[part]]


def test_what_cannot_be_seen_is_noted(monkeypatch: pytest.MonkeyPatch) -> None:
    """Sockets that this user may not attribute are a note, before those about settings."""
    monkeypatch.setattr(audit, "look_at_sockets", lambda _params: ({"total": 0}, ["some are hidden"]))

    assert look_at_host(ASKED, TODAY)["notes"][0] == "some are hidden"
