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

from ansible_collections.linuxnet.tcp.plugins.lookup import rules

NAME = "linuxnet.tcp.rules"
OWN = {"id": "own", "name": "net.core.somaxconn", "at_least": 1024}
CAP = "net.ipv4.tcp_max_tw_buckets"


@pytest.fixture(autouse=True)
def _options_of_the_lookup() -> None:
    """What Ansible's plugin loader does when it finds the file: make the documented options known."""
    options = yaml.safe_load(rules.DOCUMENTATION)["options"]
    constants.config.initialize_plugin_configuration_definitions("lookup", NAME, options)


def look(*terms: t.Any, basedir: str = "/", **options: t.Any) -> dict[str, dict[str, t.Any]]:
    """What `lookup('linuxnet.tcp.rules', ...)` gives, by id."""
    loader = DataLoader()
    loader.set_basedir(basedir)
    lookup: t.Any = rules.LookupModule(loader=loader)
    lookup._load_name = NAME  # noqa: SLF001 - which is how the loader tells a plugin its name
    (found,) = lookup.run(list(terms), {}, **options)
    assert isinstance(found, list)
    return {rule["id"]: rule for rule in found}


@pytest.mark.parametrize("terms", [["cis", "anssi", OWN], [["cis", "anssi", OWN]], [["cis"], ["anssi", [OWN]]]])
def test_terms_are_one_list(terms: list[t.Any]) -> None:
    """Whether they come as a list or one by one: one list in their order, so that `lookup` gives it whole."""
    assert list(look(*terms)) == ["cis.tcp_syncookies", "anssi.tcp_syncookies", "anssi.tcp_rfc1337", "own"]


def test_every_option_counts(tmp_path: Path) -> None:
    """Each option changes what comes out; relative folders are those of the playbook."""
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "cis.yml").write_text(yaml.safe_dump({"rules": [OWN]}), encoding="utf-8")
    (tmp_path / "mine" / "slim.yml").write_text("{summary: Slim., extends: web_server}", encoding="utf-8")

    assert list(look("cis", folders=["mine"], basedir=str(tmp_path))) == ["own"]
    slim = look(profile=["slim"], profile_folders=["mine"], basedir=str(tmp_path))
    assert {name.partition(".")[0] for name in slim} == {"slim"}
    assert f"web_server.{CAP}" not in look(profile="web_server", profile_overrides={CAP: None})
    assert look(profile=["reverse_proxy"]) != look(profile=["reverse_proxy"], memory_bytes=1 << 28)
    assert look(profile=["forward_proxy"]) != look(profile=["forward_proxy"], closes_per_second=50.0)
    assert look(profile=["forward_proxy"], max_tw_buckets=777)[f"forward_proxy.{CAP}"]["equals"] == 777
    assert len(look(profile=["classic"])) + 1 == len(look(profile=["classic"], allow_tw_recycle=True))


@pytest.mark.parametrize(
    ("terms", "options", "sentence"),
    [
        ([], {}, "no rules are named: give the name of a set or of a profile, a path, or a rule"),
        ([[]], {}, "no rules are named"),
        (["ciss"], {}, "there are no rules 'ciss': did you mean cis?"),
        ([OWN, OWN], {}, "rules: rule 'own' has the id of one in rules"),
        ([], {"profile": ["web_sever"]}, "there is no profile 'web_sever': did you mean web_server?"),
        (["cis"], {"folders": ["/nowhere"]}, "folders has '/nowhere', which is no folder: correct the path"),
    ],
)
def test_what_cannot_be_is_one_sentence(terms: list[t.Any], options: dict[str, t.Any], sentence: str) -> None:
    """The sentence of the first thing that is wrong, and nothing more."""
    with pytest.raises(AnsibleLookupError) as refused:
        look(*terms, **options)

    assert str(refused.value).startswith(sentence)
