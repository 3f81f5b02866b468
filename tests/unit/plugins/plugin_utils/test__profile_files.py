# Copyright (c) 2026, the linuxnet.tcp authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which files are profiles, and what is said of those that are none."""

from __future__ import annotations

import json
import typing as t
from pathlib import Path

import jsonschema
import pytest
import yaml

from ansible_collections.linuxnet.tcp.plugins.module_utils._model.errors import InputError
from ansible_collections.linuxnet.tcp.plugins.module_utils._model.settings import AtLeast, Fixed
from ansible_collections.linuxnet.tcp.plugins.module_utils._plan.sizing import SCALES
from ansible_collections.linuxnet.tcp.plugins.plugin_utils._profile_files import (
    SHIPPED,
    choices,
    folders_of,
    parse_profile,
    read_profile,
)

SCHEMA: dict[str, t.Any] = json.loads((SHIPPED.parent / "profile.schema.json").read_text(encoding="utf-8"))
ROOT = Path(__file__).parents[4]
NAMES = sorted(path.stem for path in SHIPPED.glob("*.yml"))
SETTING = {"value": 30, "why": "Because.", "source": "A page"}
KEY = "net.ipv4.tcp_fin_timeout"
CAP = "net.ipv4.tcp_max_tw_buckets"
HERE = Path("/profiles/own.yml")


def profile(**changes: t.Any) -> dict[str, t.Any]:
    """A profile of one setting; None takes a key away."""
    whole = {"summary": "A host.", "settings": {KEY: dict(SETTING)}, **changes}
    return {key: value for key, value in whole.items() if value is not None}


def setting(**changes: t.Any) -> dict[str, t.Any]:
    """A profile whose one setting is changed; None takes a key away."""
    whole = {key: value for key, value in {**SETTING, **changes}.items() if value is not None}
    return profile(settings={KEY: whole})


def test_the_shipped_profiles_are_those_of_the_trades() -> None:
    """Users can choose what is shipped, and the guide and the role's variable tell of each."""
    guide = (ROOT / "docs" / "docsite" / "rst" / "guide_profiles.rst").read_text(encoding="utf-8")
    variable = (ROOT / "roles" / "tcp_profile" / "meta" / "argument_specs.yml").read_text(encoding="utf-8")

    assert choices(folders_of([])) == NAMES
    assert [name for name in NAMES if f"   * - ``{name}``\n" not in guide or f"V({name})" not in variable] == []


def test_the_schema_is_one() -> None:
    """What is shipped as a JSON schema is one, and names the scales that there are."""
    jsonschema.Draft202012Validator.check_schema(SCHEMA)

    assert SCHEMA["$defs"]["setting"]["properties"]["scale"]["enum"] == sorted(SCALES)


@pytest.mark.parametrize("name", NAMES)
def test_a_shipped_profile_keeps_the_schema_and_can_be_read(name: str) -> None:
    """Every shipped file is valid by the schema and by our own checks."""
    jsonschema.validate(yaml.safe_load((SHIPPED / f"{name}.yml").read_text(encoding="utf-8")), SCHEMA)
    read = read_profile(name, folders_of([]))

    assert read.name == name
    assert read.entries


def test_what_a_profile_says() -> None:
    """Keys are canonical, texts are on one line, and the evidence stands with the source."""
    read = parse_profile(
        "own",
        HERE,
        {
            "summary": "A\n  host.",
            "extends": "web_server",
            "notes": ["Mind this."],
            "settings": {
                "net/core/somaxconn": {"value": {"at_least": 9}, "why": "A.\n", "source": "B", "evidence": "C"},
                CAP: {"scale": "room_by_memory", "why": "A.", "source": "B"},
            },
        },
    )

    assert (read.summary, read.extends, read.notes) == ("A host.", ("web_server",), ("Mind this.",))
    assert list(read.entries) == ["net.core.somaxconn", CAP]
    queue, cap = read.entries.values()
    assert queue.setting is not None
    assert queue.setting.wanted == AtLeast(9)
    assert (queue.why, queue.source, queue.scale) == ("A.", "B; measured in C", "")
    assert (cap.setting, cap.scale) == (None, "room_by_memory")


BAD: list[tuple[object, str]] = [
    (None, "a profile cannot be None"),
    ([], "a profile cannot be []"),
    ("text", "a profile cannot be 'text'"),
    ({}, "it has neither settings nor extends"),
    (profile(settings=None), "it has neither settings nor extends"),
    (profile(summary=None), "summary is missing"),
    (profile(summary=""), "summary cannot be ''"),
    (profile(summary=5), "summary cannot be 5"),
    (profile(summary="x" * 4001), "summary is longer than 4000 characters"),
    (profile(setings={}), "a profile has the key 'setings'; did you mean settings?"),
    (profile(extends=5), "extends cannot be 5"),
    (profile(extends=["../x"]), "extends has '../x'"),
    (profile(notes="text"), "notes cannot be 'text'"),
    (profile(notes=[7]), "notes cannot be 7"),
    (profile(settings=[]), "settings cannot be []"),
    (profile(settings={}), "settings cannot be {}"),
    (profile(settings={KEY: 30}), KEY + " cannot be 30"),
    (profile(settings={"kernel.panic": SETTING}), "'kernel.panic' is not a key under /proc/sys/net"),
    (profile(settings={5: SETTING}), "5 is no sysctl key"),
    (setting(why=None), f"why of {KEY} is missing"),
    (setting(source=None), f"source of {KEY} is missing"),
    (setting(source=["A"]), f"source of {KEY} cannot be ['A']"),
    (setting(value=None), KEY + " has no value"),
    (setting(evidence=""), f"evidence of {KEY} cannot be ''"),
    (setting(vaule=5), KEY + " has the key 'vaule'; did you mean value?"),
    (setting(scale="room_by_magic"), KEY + " has the scale 'room_by_magic'; the scales are cap_for_closing_rate, "),
    (setting(value={"at_last": 5}), KEY + " cannot be a mapping of 'at_last'"),
    (setting(value={"between": [5]}), KEY + " cannot be between [5]"),
    (setting(value=2.5), KEY),
]
#: What no JSON schema says of a value, but our checks do.
BAD_VALUES: list[tuple[object, str]] = [
    (setting(value="thirty"), KEY),
    (setting(value=0), KEY),
    (setting(scale="room_by_memory"), KEY + " has a scale; only"),
    (setting(why="bell \x07"), f"why of {KEY} has control characters: 'bell \\x07'"),
    (profile(settings={KEY: SETTING, "net/ipv4/tcp_fin_timeout": SETTING}), "are two names of one key"),
    (profile(settings={"net.ipv4.tcp_fastopen_key": SETTING}), "cannot be set: it is a secret"),
    (profile(settings={"net.ipv4.tcp_available_ulp": SETTING}), "cannot be set: the kernel only reports it"),
    (profile(settings={"net.ipv4.ip_local_port_range": {**SETTING, "value": {"at_least": 5}}}), "at_least"),
]


@pytest.mark.parametrize(("content", "sentence"), BAD + BAD_VALUES)
def test_what_is_no_profile_is_refused_in_one_sentence(content: object, sentence: str) -> None:
    """The sentence names the file, the place and what is wrong."""
    with pytest.raises(InputError) as refused:
        parse_profile("own", HERE, content)

    assert str(refused.value).startswith("/profiles/own.yml is no profile: ")
    assert sentence in str(refused.value)
    assert "\n" not in str(refused.value)


@pytest.mark.parametrize("content", [content for content, sentence in BAD if not sentence.startswith("5 is no")])
def test_the_schema_refuses_the_same(content: object) -> None:
    """An editor that knows the schema marks what the role would refuse."""
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(content, SCHEMA)


BAD_FILES = [
    (b"summary: [", "is no YAML: "),
    (b"summary: A.\nsummary: B.\n", "is no YAML: the key 'summary' stands twice in line 2; correct it"),
    (b"summary: \xff", "is no YAML: "),
    (b"summary: \x07", "is no YAML: "),
    (b"? [a]\n: b\n", "is no "),
    (b"? {a: b}\n: c\n", "is no "),
    (b"summary: !!python/object/apply:os.system [id]\n", "is no YAML: could not determine a constructor"),
    (b"a: &a [*a]\n", "is no "),
    (b"summary: 2026-99-99\n", "is no "),
    (b"[" * 1000, "is no YAML: "),
    (b"#" * (1 << 20) + b"#", "is no profile: it is larger than 1 MiB"),
    (b"", "is no profile: a profile cannot be None"),
]


@pytest.mark.parametrize(("data", "sentence"), BAD_FILES)
def test_a_file_that_is_no_profile_is_refused(tmp_path: Path, data: bytes, sentence: str) -> None:
    """Whatever stands in a file: one sentence with its path, and no code of it runs."""
    (tmp_path / "own.yml").write_bytes(data)

    with pytest.raises(InputError) as refused:
        read_profile("own", folders_of([str(tmp_path)]))

    assert str(refused.value).startswith(f"{tmp_path}/own.yml {sentence}")
    assert "\n" not in str(refused.value)


@pytest.mark.parametrize("name", ["nobody", "../web_server", "/etc/passwd", "", "web_server.yml", None, 5, "w" * 300])
def test_a_name_that_there_is_not_lists_the_choices(name: object) -> None:
    """A typo costs one look: the names that there are stand in the sentence, and no path gets out of the folder."""
    with pytest.raises(InputError, match=f"the profiles are {', '.join(NAMES)}$"):
        read_profile(name, folders_of([]))


def test_a_near_name_is_suggested() -> None:
    """What was probably meant is said."""
    with pytest.raises(InputError, match=r"^there is no profile 'forwad_proxy': did you mean forward_proxy\?"):
        read_profile("forwad_proxy", folders_of([]))


def test_own_folders_come_first(tmp_path: Path) -> None:
    """A profile of one's own stands before a shipped one of the same name, and beside the others."""
    (tmp_path / "classic.yml").write_text(yaml.safe_dump(profile()), encoding="utf-8")
    (tmp_path / "no-profile.yml").write_text("", encoding="utf-8")
    folders = folders_of([str(tmp_path)])

    assert choices(folders) == NAMES
    own, shipped = read_profile("classic", folders), read_profile("classic", folders, after=0)
    assert own.path == tmp_path / "classic.yml"
    setting_of_own = own.entries[KEY].setting
    assert setting_of_own is not None
    assert setting_of_own.wanted == Fixed(30)
    assert shipped.path == SHIPPED / "classic.yml"


def test_a_folder_that_is_none_is_refused() -> None:
    """A path that is wrong is not passed over."""
    with pytest.raises(InputError, match=r"^folders has '/nowhere/at/all', which is no folder here"):
        folders_of(["/nowhere/at/all"])
