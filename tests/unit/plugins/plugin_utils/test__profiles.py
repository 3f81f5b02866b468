# Copyright (c) 2026, the linuxnet.tcp authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What profiles come to: extended, scaled, merged, overridden."""

from __future__ import annotations

import itertools
import re
import typing as t
from pathlib import Path

import pytest
import yaml

from ansible_collections.linuxnet.tcp.plugins.module_utils._model.catalogue import tunable_of
from ansible_collections.linuxnet.tcp.plugins.module_utils._model.errors import InputError
from ansible_collections.linuxnet.tcp.plugins.module_utils._model.settings import read_settings
from ansible_collections.linuxnet.tcp.plugins.module_utils._model.tunables import Per
from ansible_collections.linuxnet.tcp.plugins.plugin_utils._profile_files import SHIPPED, choices, folders_of
from ansible_collections.linuxnet.tcp.plugins.plugin_utils._profiles import Profile, Wishes, resolve

NAMES = choices(folders_of([]))
CAP = "net.ipv4.tcp_max_tw_buckets"
QUEUE = "net.core.somaxconn"
GIB = 1 << 30


def own(folder: Path, name: str, settings: dict[str, t.Any] | None = None, **others: t.Any) -> Wishes:
    """A profile of a user's own in a folder, and the wish to look there."""
    rows = {key: {"value": value, "why": f"{name} says so.", "source": name} for key, value in (settings or {}).items()}
    content = {"summary": "Own.", **({"settings": rows} if rows else {}), **others}
    (folder / f"{name}.yml").write_text(yaml.safe_dump(content), encoding="utf-8")
    return Wishes(folders=[str(folder)])


# -- the shipped ones ----------------------------------------------------------------------------------------


def sized(name: str, **wishes: t.Any) -> Profile:
    """A profile for a host that closes 100 a second, if it has anything to scale by that."""
    scaled = "scale:" in (SHIPPED / f"{name}.yml").read_text(encoding="utf-8")
    return resolve(name, Wishes(closes_per_second=100 if scaled else None, **wishes))


@pytest.mark.parametrize("name", NAMES)
def test_every_value_of_a_shipped_profile_can_be_asked_and_has_its_reasons(name: str) -> None:
    """The settings are what `tunables` takes, and each key has a why and a source."""
    found = sized(name, memory_bytes=4 * GIB, allow_tw_recycle=True)

    assert len(read_settings(found.settings)) == len(found.settings)
    assert set(found.why) == set(found.source) == set(found.settings)
    assert found.name == name


@pytest.mark.parametrize("name", NAMES)
def test_a_shipped_profile_asks_only_what_each_namespace_has(name: str) -> None:
    """No key of the whole host: a container has none of those, and the role shall converge there."""
    keys = [tunable_of(key) for key in sized(name).settings]

    assert [tunable.key for tunable in keys if tunable.per is Per.HOST or tunable.module] == []


@pytest.mark.parametrize("name", NAMES)
def test_who_departs_from_the_documentation_of_the_kernel_says_so(name: str) -> None:
    """The kernel's documentation says not to lower the cap and not to touch tcp_tw_reuse: the why admits it."""
    found = resolve(name, Wishes())
    lowered = [key for key in (CAP,) if found.settings.get(key) in ({"at_most": 5000}, 5000)]
    reused = [key for key in ("net.ipv4.tcp_tw_reuse",) if found.settings.get(key) == 1]

    for key in lowered + reused:
        assert "The kernel's documentation says not to" in found.why[key]


@pytest.mark.parametrize("name", NAMES)
def test_no_reason_claims_that_fin_timeout_shortens_time_wait(name: str) -> None:
    """The oldest mistake of all is contradicted wherever the key is set."""
    why = resolve(name, Wishes()).why.get("net.ipv4.tcp_fin_timeout")

    assert why is None or re.search(r"does not shorten TIME_WAIT|TIME_WAIT, which is 60 seconds whatever is set", why)


def test_classic_is_what_the_article_gives() -> None:
    """These eight, to the letter."""
    assert resolve("classic", Wishes(allow_tw_recycle=True)).settings == {
        "net.ipv4.tcp_syncookies": 1,
        "net.ipv4.tcp_tw_reuse": 1,
        "net.ipv4.tcp_tw_recycle": 1,
        "net.ipv4.tcp_fin_timeout": 30,
        "net.ipv4.tcp_keepalive_time": 1200,
        "net.ipv4.ip_local_port_range": [1024, 65000],
        "net.ipv4.tcp_max_syn_backlog": 8192,
        "net.ipv4.tcp_max_tw_buckets": 5000,
    }


def test_tw_recycle_is_left_out_with_its_reason_unless_allowed() -> None:
    """A switch that drops clients behind NAT is never set by a name alone."""
    found = resolve("classic", Wishes())

    assert "net.ipv4.tcp_tw_recycle" not in {**found.settings, **found.why, **found.source}
    (note,) = (note for note in found.notes if "tcp_tw_recycle" in note)
    assert "left out" in note
    assert "behind NAT" in note
    assert "allow_tw_recycle" in note


def test_tw_recycle_by_overrides_needs_the_same_leave() -> None:
    """There is no way around it."""
    wishes = Wishes(overrides={"net.ipv4.tcp_tw_recycle": 1})

    assert "net.ipv4.tcp_tw_recycle" not in resolve("web_server", wishes).settings
    assert resolve("web_server", wishes._replace(allow_tw_recycle=True)).settings["net.ipv4.tcp_tw_recycle"] == 1


def test_switching_tw_recycle_off_needs_no_leave() -> None:
    """0 harms nobody."""
    wishes = Wishes(overrides={"net.ipv4.tcp_tw_recycle": 0})

    assert resolve("web_server", wishes).settings["net.ipv4.tcp_tw_recycle"] == 0


def test_forward_proxy_caps_and_does_not_raise() -> None:
    """At most 5000: a host that stands lower is left alone."""
    assert resolve("forward_proxy", Wishes(memory_bytes=GIB)).settings[CAP] == {"at_most": 5000}


def test_a_web_server_leaves_the_cap_alone_until_the_rate_is_told() -> None:
    """Then it gets room."""
    assert CAP not in resolve("web_server", Wishes(memory_bytes=GIB)).settings
    assert resolve("web_server", Wishes(closes_per_second=100)).settings[CAP] == {"at_least": 9000}


@pytest.mark.parametrize(
    ("memory", "asked"), [(None, 65536), (512 << 20, 32768), (GIB, 65536), (4 * GIB, 262144), (512 * GIB, 262144)]
)
def test_the_room_of_a_reverse_proxy_fits_its_memory(memory: int | None, asked: int) -> None:
    """1/64 of memory at most; without knowledge of it what the file says."""
    assert resolve("reverse_proxy", Wishes(memory_bytes=memory)).settings[CAP] == {"at_least": asked}


# -- more than one -------------------------------------------------------------------------------------------


def test_a_web_server_that_is_also_a_proxy() -> None:
    """The constraints of both combine, and the order does not matter."""
    one, other = resolve(["web_server", "forward_proxy"], Wishes()), resolve(["forward_proxy", "web_server"], Wishes())

    assert one.settings == other.settings == resolve("forward_proxy", Wishes()).settings
    assert one.name == "web_server + forward_proxy"


def test_a_contradiction_names_both() -> None:
    """A cap cannot be at least 65536 and at most 5000."""
    with pytest.raises(InputError, match=r"tw_buckets .* reverse_proxy wants at least 65536, forward_proxy wants"):
        resolve(["reverse_proxy", "forward_proxy"], Wishes())


@pytest.mark.parametrize(
    ("wishes", "cap"),
    [
        (Wishes(max_tw_buckets=20000), 20000),
        (Wishes(overrides={CAP: {"at_most": 7000}}), {"at_most": 7000}),
        (Wishes(closes_per_second=100), 9000),
        (Wishes(overrides={CAP: None}), None),
    ],
)
def test_who_decides_the_key_ends_the_contradiction(wishes: Wishes, cap: object) -> None:
    """What the user says of the cap counts, whatever the two profiles ask."""
    assert resolve(["reverse_proxy", "forward_proxy"], wishes).settings.get(CAP) == cap


@pytest.mark.parametrize("names", list(itertools.permutations(NAMES, 2)))
def test_each_pair_is_merged_or_refused_naming_both(names: tuple[str, str]) -> None:
    """No pair of shipped profiles gives anything else."""
    both = {key for name in names for key in resolve(name, Wishes()).settings}
    try:
        said = set(resolve(list(names), Wishes()).settings)
    except InputError as refusal:
        said = {name for name in names if f" {name} wants " in str(refusal)}

    assert said in (both, set(names))


def test_a_name_twice_is_one() -> None:
    """Naming a profile again changes nothing."""
    assert resolve(["classic", "classic"], Wishes()) == resolve("classic", Wishes())


@pytest.mark.parametrize("names", [[], (), None, 5, {}, [None], [["classic"]], "nobody", ["classic", "nobody"]])
def test_names_that_are_none(names: object) -> None:
    """One sentence."""
    with pytest.raises(InputError, match=r"profile"):
        resolve(names, Wishes())


# -- overrides and the cap -----------------------------------------------------------------------------------


def test_overrides_win_and_are_canonical() -> None:
    """An override replaces what the profile asks, whatever the spelling of its key, or adds to it; a note says so."""
    found = resolve(
        "web_server", Wishes(overrides={"net/core/somaxconn": 1024, "net.ipv4.tcp_retries2": {"at_most": 10}})
    )

    assert found.settings[QUEUE] == 1024
    assert found.settings["net.ipv4.tcp_retries2"] == {"at_most": 10}
    assert found.source[QUEUE] == "overrides"
    assert f"{QUEUE} is decided by overrides" in found.notes


def test_an_override_of_null_leaves_the_key_out() -> None:
    """So a profile need not be copied for one key that one does not want; a note says so."""
    found = resolve("web_server", Wishes(overrides={QUEUE: None}))

    assert QUEUE not in found.settings
    assert f"{QUEUE} is left out, as overrides say" in found.notes


@pytest.mark.parametrize(
    ("overrides", "sentence"),
    [
        ({QUEUE: "lots"}, QUEUE),
        ({"net.core.somaxcon": {"at_least": "x"}}, "net.core.somaxcon"),
        ({"kernel.panic": 1}, "kernel.panic"),
        ({"kernel.panic": None}, "kernel.panic"),
        ({QUEUE: 1, "net/core/somaxconn": 2}, "two names of one key"),
        ({QUEUE: None, "net/core/somaxconn": 2}, "two names of one key"),
        ([QUEUE], "it is a mapping"),
    ],
)
def test_overrides_are_checked(overrides: t.Any, sentence: str) -> None:
    """A slip in an override is refused before anything runs."""
    with pytest.raises(InputError, match=rf"^overrides .*{re.escape(sentence)}"):
        resolve("web_server", Wishes(overrides=overrides))


def test_the_cap_itself_is_set_whatever_the_host_has() -> None:
    """It is no bound but the number."""
    found = resolve("forward_proxy", Wishes(max_tw_buckets=20000, closes_per_second=3))

    assert found.settings[CAP] == 20000
    assert [note for note in found.notes if "is sized for" in note] == []


@pytest.mark.parametrize("cap", [0, -1, "many", 1 << 40])
def test_a_cap_that_is_none_is_refused(cap: object) -> None:
    """The name of the option stands in the sentence."""
    with pytest.raises(InputError, match=r"^max_tw_buckets is refused: net\.ipv4\.tcp_max_tw_buckets "):
        resolve("forward_proxy", Wishes(max_tw_buckets=cap))


def test_a_rate_that_would_size_nothing_is_refused(tmp_path: Path) -> None:
    """Nobody shall believe that a number counts that does not."""
    wishes = own(tmp_path, "mine", {CAP: {"at_most": 9000}})._replace(closes_per_second=100)

    with pytest.raises(InputError, match=r"^closes_per_second has no effect: no chosen profile scales"):
        resolve("mine", wishes)


# -- profiles of one's own -----------------------------------------------------------------------------------


def test_a_profile_replaces_what_it_extends(tmp_path: Path) -> None:
    """Its own settings stand in the place of those it takes over, and the notes of all are kept."""
    wishes = own(tmp_path, "mine", {QUEUE: 9}, extends="web_server", notes=["Mine."])
    found = resolve("mine", wishes)

    assert found.settings == {**resolve("web_server", Wishes()).settings, QUEUE: 9}
    assert found.source[QUEUE] == "mine"
    assert found.notes == [*resolve("web_server", Wishes()).notes, "Mine."]


def test_a_profile_may_stand_before_the_shipped_one_that_it_extends(tmp_path: Path) -> None:
    """`web_server` that extends `web_server` means that of the collection."""
    found = resolve("web_server", own(tmp_path, "web_server", {QUEUE: 9}, extends=["web_server"]))

    assert found.settings == {**resolve("web_server", Wishes()).settings, QUEUE: 9}


def test_profiles_that_extend_each_other_are_refused(tmp_path: Path) -> None:
    """A circle is found."""
    own(tmp_path, "one", extends="two")

    with pytest.raises(InputError, match=r"extends itself"):
        resolve("one", own(tmp_path, "two", extends="one"))


def test_parents_that_differ_need_a_word_of_the_child(tmp_path: Path) -> None:
    """Which of two parents counts is never a matter of order."""
    own(tmp_path, "one", {QUEUE: 1})
    own(tmp_path, "two", {QUEUE: 2})
    wishes = own(tmp_path, "child", extends=["one", "two"])

    with pytest.raises(InputError, match=r"child\.yml extends one and two, which differ in net\.core\.somaxconn"):
        resolve("child", wishes)
    own(tmp_path, "child", {QUEUE: 3}, extends=["one", "two"])
    assert resolve("child", wishes).settings == {QUEUE: 3}
