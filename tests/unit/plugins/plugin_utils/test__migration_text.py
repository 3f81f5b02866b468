# Copyright (c) 2026, the linuxnet.tcp authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A migration as text: YAML to paste, whatever stood in the files."""

from __future__ import annotations

import typing as t

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.linuxnet.tcp.plugins.plugin_utils._foreign import Found, Origin
from ansible_collections.linuxnet.tcp.plugins.plugin_utils._migration import Migration, Note, Refused, migrate
from ansible_collections.linuxnet.tcp.plugins.plugin_utils._migration_text import asked, lines_of, task_of
from ansible_collections.linuxnet.tcp.plugins.plugin_utils._terminal import Tone

SETTINGS: dict[str, t.Any] = {
    "net.core.somaxconn": 4096,
    "net.ipv4.tcp_rmem": [4096, 87380, 6291456],
    "net.ipv4.tcp_congestion_control": "bbr",
    "net.ipv4.ip_local_reserved_ports": "8080,9000-9010",
    "net.ipv4.conf.eth0/100.forwarding": 1,
}
REFUSED = Refused(Found("net.ipv4.tcp_tw_recycle", "1", "x.conf:3", Origin.LINES), "it is gone")


def test_the_task_is_yaml_that_says_what_was_found() -> None:
    """Numbers stay numbers, lists lists, texts texts; the rest are comments."""
    lines = lines_of(Migration(SETTINGS, [REFUSED], [Note("", "Mind."), Note("net.core.somaxconn", "Restart.")]))
    ((task,),) = yaml.safe_load_all("\n".join(line.text for line in lines))

    assert task == {
        "name": "Set the kernel tunables of the network",
        "linuxnet.tcp.tunables": {"settings": SETTINGS},
        "become": True,
    }
    assert "# - net.ipv4.tcp_tw_recycle = 1 (x.conf:3): it is gone" in [line.text for line in lines]
    assert [line.text for line in lines][-2:] == ["# - Mind.", "# - net.core.somaxconn: Restart."]
    assert [line.text for line in lines if line.tone is Tone.WARNING] == [
        "# - net.ipv4.tcp_tw_recycle = 1 (x.conf:3): it is gone"
    ]


def test_without_a_setting_there_is_no_task() -> None:
    """Only reasons."""
    assert task_of(Migration({}, [REFUSED], [])) == ""
    assert [line.text for line in lines_of(Migration({}, [REFUSED], []))][:2] == ["", "# Left out:"]


@pytest.mark.parametrize(
    ("key", "value", "text"),
    [("a", None, "a"), (7, [1], "7 = [1]"), ("a\x1b[2J", "b\nc", "a\\x1b[2J = b\\x0ac"), ("a", "b" * 900, "a = bb")],
)
def test_what_stood_there_is_shown_harmless(key: object, value: object, text: str) -> None:
    """On one line, and not without end."""
    said = asked(Refused(Found(key, value, "x", Origin.LINES), ""))

    assert said.startswith(text)
    assert len(said) < 200


@pytest.mark.fuzz
@given(st.lists(st.tuples(st.text(), st.text()), max_size=4), st.text())
def test_hostile_text_never_leaves_its_comment(settings: list[tuple[str, str]], where: str) -> None:
    """The whole is YAML with at most the one task in it, whatever keys, values and names of tasks hold."""
    found = [Found(key, value, where, Origin.POSIX, notes=(where,)) for key, value in settings]
    found.append(Found("net.core.somaxconn", "4096", where, Origin.POSIX, notes=(where,)))
    text = "\n".join(line.text for line in lines_of(migrate(found)))
    (task,) = yaml.safe_load(text)

    assert task["linuxnet.tcp.tunables"]["settings"]["net.core.somaxconn"] == 4096
    assert all(line.startswith(("-", " ", "#")) for line in text.splitlines() if line)
