# Copyright (c) 2026, the linuxnet.tcp authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The lookup, as a template calls it."""

from __future__ import annotations

import typing as t
from pathlib import Path

import pytest
import yaml
from ansible import constants
from ansible.errors import AnsibleLookupError
from ansible.parsing.dataloader import DataLoader

from ansible_collections.linuxnet.tcp.plugins.lookup import profile

NAME = "linuxnet.tcp.profile"


@pytest.fixture(autouse=True)
def _options_of_the_lookup() -> None:
    """What Ansible's plugin loader does when it finds the file: make the documented options known."""
    options = yaml.safe_load(profile.DOCUMENTATION)["options"]
    constants.config.initialize_plugin_configuration_definitions("lookup", NAME, options)


def look(*terms: t.Any, basedir: str = "/", **options: t.Any) -> dict[str, t.Any]:
    """What `lookup('linuxnet.tcp.profile', ...)` gives."""
    loader = DataLoader()
    loader.set_basedir(basedir)
    lookup: t.Any = profile.LookupModule(loader=loader)
    lookup._load_name = NAME  # noqa: SLF001 - which is how the loader tells a plugin its name
    (found,) = lookup.run(list(terms), {}, **options)
    assert isinstance(found, dict)
    return found


def test_what_it_returns() -> None:
    """One dictionary with the keys of the documentation."""
    found = look("forward_proxy")

    assert list(found) == ["name", "settings", "why", "source", "notes"]
    assert found["name"] == "forward_proxy"
    assert found["settings"]["net.ipv4.tcp_max_tw_buckets"] == {"at_most": 5000}


@pytest.mark.parametrize("terms", [["web_server", "classic"], [["web_server", "classic"]]])
def test_several_names_are_one_profile(terms: list[t.Any]) -> None:
    """Whether they come as a list or one by one."""
    overrides = {"net.ipv4.tcp_keepalive_time": 1200}

    assert look(*terms, overrides=overrides)["name"] == "web_server + classic"


def test_every_option_counts(tmp_path: Path) -> None:
    """Each option changes what comes out; a relative folder is that of the playbook."""
    (tmp_path / "profiles").mkdir()
    (tmp_path / "profiles" / "mine.yml").write_text("{summary: Mine., extends: classic}", encoding="utf-8")
    cap = "net.ipv4.tcp_max_tw_buckets"

    found = look(
        "mine", basedir=str(tmp_path), folders=["profiles"], overrides={"net.core.somaxconn": 9},
        memory_bytes="1073741824", closes_per_second="2000", allow_tw_recycle="yes",
    )  # fmt: skip

    assert found["settings"]["net.core.somaxconn"] == 9
    assert found["settings"][cap] == 65536
    assert found["settings"]["net.ipv4.tcp_tw_recycle"] == 1
    assert look("classic", max_tw_buckets="77")["settings"][cap] == 77


@pytest.mark.parametrize(
    ("terms", "options", "sentence"),
    [
        (["nobody"], {}, r"^there is no profile 'nobody': the profiles are classic, "),
        ([], {}, r"^no profile is named"),
        (["classic"], {"folders": ["/nowhere"]}, r"^folders has '/nowhere'"),
        (["classic"], {"overrides": {"net.core.somaxconn": "x"}}, r"^overrides are refused: net\.core\.somaxconn"),
    ],
)
def test_a_refusal_is_the_sentence(terms: list[t.Any], options: dict[str, t.Any], sentence: str) -> None:
    """What cannot be is said as the code below says it."""
    with pytest.raises(AnsibleLookupError, match=sentence):
        look(*terms, **options)
