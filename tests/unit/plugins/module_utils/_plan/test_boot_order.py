# Copyright (c) 2026, the linuxnet.tcp authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Each file in boot_order/ is a case: a tree of files, and what boot and reload make of it.

A case holds `says` (what must be true), `tree` (path to text, or to `{link}`, `{folder}`, `{pipe}`,
`{latin-1}`, or `{first, repeat: [text, times], then}`) and `expect` (key to at_boot, after_reload, and what
else is to be checked). Unless it says otherwise systemd is 252 and procps 4.0.2; `before` is what keys hold,
`absent` what the kernel lacks, `ours` our file, `shadows` what keeps it from deciding. Cases of these
versions are held against the programs themselves in tests/lab, but for those with `only_here`, the reason why
not.
"""

from __future__ import annotations

import json
import os
import time
from pathlib import Path
from typing import Any, Dict, List, Optional, Tuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.linuxnet.tcp.plugins.module_utils._host.sysctl_files import read_boot_files
from ansible_collections.linuxnet.tcp.plugins.module_utils._model.boot_files import (
    BootFile,
    BootFiles,
    BootFolder,
)
from ansible_collections.linuxnet.tcp.plugins.module_utils._model.catalogue import CATALOGUE, tunable_of
from ansible_collections.linuxnet.tcp.plugins.module_utils._plan.boot_order import (
    BootOrder,
    boot_order,
    idle_lines,
    loads_later,
)
from ansible_collections.linuxnet.tcp.plugins.module_utils._plan.boot_runs import Kernel
from ansible_collections.linuxnet.tcp.plugins.module_utils._plan.shadows import shadow_over

CASES = sorted((Path(__file__).parent / "boot_order").glob("*.json"))
OURS = "/etc/sysctl.d/90-linuxnet-tcp.conf"
RESERVED = "net.ipv4.ip_local_reserved_ports"
FIN, SACK = "net.ipv4.tcp_fin_timeout", "net.ipv4.tcp_sack"


def plant(root: Path, tree: Dict[str, Any]) -> None:
    """Make the files of a case under `root`; /lib first, which may be a link."""
    for path, what in sorted(tree.items(), key=lambda item: (item[0] != "/lib", item[0])):
        place = root / path.lstrip("/")
        place.parent.mkdir(parents=True, exist_ok=True)
        if isinstance(what, str):
            place.write_bytes(what.encode("utf-8"))
        elif "link" in what:
            place.symlink_to(what["link"])
        elif "folder" in what:
            place.mkdir()
        elif "pipe" in what:
            os.mkfifo(str(place))
        elif "latin-1" in what:
            place.write_bytes(what["latin-1"].encode("latin-1"))
        else:
            text, times = what["repeat"]
            place.write_bytes((what.get("first", "") + text * times + what.get("then", "")).encode())


def read_case(root: Path, case: Dict[str, Any]) -> BootFiles:
    """The files of a case, with the versions that it names."""
    plant(root, case["tree"])
    systemd = case.get("systemd", [252])
    # Before reading, for who boots the host decides whether there can be a credential.
    if systemd is not None:
        (root / "run" / "systemd" / "system").mkdir(parents=True)
        (root / "usr" / "lib" / "systemd").mkdir(parents=True)
        (root / "usr" / "lib" / "systemd" / "systemd-sysctl").write_text(
            "libsystemd-shared-{0}.so".format(systemd[0])
        )
    procps = case.get("procps", [4, 0, 2])
    if procps is not None:
        (root / "sbin").mkdir(exist_ok=True)
        (root / "sbin" / "sysctl").write_text("%s from procps-ng {0}\n".format(".".join(map(str, procps))))
    files = read_boot_files(str(root), str(root / "proc"))
    assert files.systemd == (None if systemd is None else tuple(systemd))
    assert files.procps == (None if procps is None else tuple(procps))
    return files


def order_of(case: Dict[str, Any], files: BootFiles) -> BootOrder:
    """What we make of the case."""
    keys = {row.key: row for row in CATALOGUE if row.key not in case.get("absent", ())}
    keys.update((key, tunable_of(key)) for key in case["expect"] if key not in case.get("absent", ()))
    before = {
        key: tuple(value) if isinstance(value, list) else value
        for key, value in case.get("before", {}).items()
    }
    return boot_order(files, Kernel(keys, before))


def as_json(value: Any) -> Any:
    """Tuples as lists, as JSON has them."""
    return list(value) if isinstance(value, tuple) else value


@pytest.mark.parametrize("path", CASES, ids=[path.stem for path in CASES])
def test_case(path: Path, tmp_path: Path) -> None:
    """What a case says is true of the files that it plants."""
    case = json.loads(path.read_text(encoding="utf-8"))
    files = read_case(tmp_path, case)
    order = order_of(case, files)

    for key, expected in case["expect"].items():
        if key in case.get("absent", ()):
            assert key not in order.values
            continue
        value = order.values[key]
        got: Dict[str, Any] = {
            name: as_json(getattr(value, name)) for name in expected if name != "also_set_in"
        }
        if "also_set_in" in expected:
            got["also_set_in"] = [
                {name: as_json(part) for name, part in line._asdict().items() if name != "note"}
                for line in value.also_set_in
            ]
        assert got == expected, case["says"]
    assert list(order.notes) == case.get("notes", list(order.notes) if "pipe" in path.stem else [])
    for key, expected in case.get("shadows", {}).items():
        shadow = shadow_over(case.get("ours", OURS).encode(), key, order, files)
        assert (None if shadow is None else [shadow.why.value, shadow.by]) == expected, case["says"]


def test_cases_are_found() -> None:
    """The folder of cases is not empty, so that the test above is of something."""
    assert len(CASES) > 60


@pytest.mark.parametrize("systemd", [[252], None], ids=["systemd", "procps"])
def test_lines_about_a_key_that_is_not_there_are_told_and_set_nothing(
    systemd: Optional[List[int]], tmp_path: Path
) -> None:
    """Every line that names it, the last one too; with a note, and as set by none."""
    gone, silent = "net.ipv4.tcp_tw_recycle", "net.ipv4.tcp_rto_max_ms"
    tree = {
        "/etc/sysctl.d/10-a.conf": "net.ipv4.tcp_tw_recycle = 1\nnet.ipv4.tcp_sack = 1\n",
        "/etc/sysctl.d/20-b.conf": "# ours\nnet/ipv4/tcp_tw_recycle = no number\n",
    }
    files = read_case(tmp_path, {"tree": tree, "systemd": systemd})

    values = idle_lines(files, {key: tunable_of(key) for key in (gone, silent)})

    assert [(line.where, line.value) for line in values[gone].also_set_in] == [
        ("/etc/sysctl.d/10-a.conf:1", "1"),
        ("/etc/sysctl.d/20-b.conf:2", "no number"),
    ]
    assert all("no such key" in line.note for line in values[gone].also_set_in)
    assert not any(line.refused or line.later for line in values[gone].also_set_in)
    assert {line.read_by for line in values[gone].also_set_in} == {("boot", "reload")}
    for value in values.values():
        assert (value.at_boot, value.after_reload, value.decided_by) == (None, None, None)
    assert values[silent].also_set_in == ()


def test_module_that_nobody_loads_early_brings_its_keys_too_late() -> None:
    """A key of a module that is loaded by hand is not there when boot sets sysctls; one of a built-in module
    is."""
    row = tunable_of("net.netfilter.nf_conntrack_max")
    assert row.module
    early = BootFiles(early_modules=frozenset({row.module}))
    loaded = BootFiles(loaded_modules=frozenset({row.module}))

    assert loads_later(row, exists=True, files=loaded)
    assert loads_later(row, exists=False, files=BootFiles())
    assert not loads_later(row, exists=True, files=BootFiles())
    assert not loads_later(row, exists=True, files=early._replace(loaded_modules=loaded.loaded_modules))
    assert not loads_later(tunable_of("net.ipv4.tcp_sack"), exists=True, files=BootFiles())


@pytest.mark.parametrize(
    ("setting", "noted"), [("reapply_sysctl = 0\n", False), ("reapply_sysctl = 1\n", True), ("", True)]
)
def test_tuned_that_reads_sysctl_d_again_is_said_to(setting: str, noted: bool, tmp_path: Path) -> None:
    """With reapply_sysctl, its default, TuneD gives way to the files of /etc, and the line of its profile
    says so."""
    case = json.loads((Path(__file__).parent / "boot_order" / "tuned.json").read_text(encoding="utf-8"))
    case["tree"]["/etc/tuned/tuned-main.conf"] = setting
    order = order_of(case, read_case(tmp_path, case))

    lines = order.values["net.ipv4.tcp_fin_timeout"].also_set_in
    assert [bool(line.note) for line in lines] == [noted, noted]


def hostile(tmp_path: Path, line: str) -> BootOrder:
    """A file as long as is read, of one line, numbered so that no two are alike."""
    text = "".join(line.format(number) for number in range(1 << 16))[: (256 << 10) - 1].rpartition("\n")[0]
    return order_of(
        {"expect": {}}, read_case(tmp_path, {"tree": {"/etc/sysctl.d/hostile.conf": text + "\n"}})
    )


@pytest.mark.parametrize(
    "line",
    [
        "net.ipv4.tcp_fin_timeout = {0}\n",
        "net.ipv4.*[a-z{0}]* = {0}\n",
        "-net.ipv4.*{0}\n",
        "net/ipv4/{{{0},{0}}}* = 1\n",
        "x{0}=\n",
    ],
)
def test_a_file_made_to_be_slow_is_not(tmp_path: Path, line: str) -> None:
    """A long file of assignments or patterns takes seconds at most, and the result stays small."""
    began = time.process_time()
    order = hostile(tmp_path, line)

    assert time.process_time() - began < 15
    assert max(len(value.also_set_in) for value in order.values.values()) <= 2 * 64


def test_patterns_that_were_left_out_are_said_to_be(tmp_path: Path) -> None:
    """More patterns than anybody writes are not followed, and the result says so."""
    order = hostile(tmp_path, "net.ipv4.x{0}* = 1\n")

    assert order.notes == ("of the patterns in the files only the first 128 were followed",)


@pytest.mark.parametrize(
    ("line", "key", "at_boot"),
    [
        # systemd-sysctl goes on with the next page; within a page the kernel takes whole items only.
        ("net.ipv4.ip_local_reserved_ports = " + ",".join(map(str, range(10000, 11000))), RESERVED, "10000-10999"),
        ("net.ipv4.ip_local_reserved_ports = " + "7" * 5000, RESERVED, None),
        ("net.ipv4.tcp_fin_timeout = " + "7" * 5000, FIN, None),
    ],
)
def test_values_longer_than_a_page(line: str, key: str, at_boot: Optional[str], tmp_path: Path) -> None:
    """A list is taken whole; a number of that length is refused."""
    files = read_case(tmp_path, {"tree": {"/etc/sysctl.d/10-long.conf": line + "\n"}})
    order = boot_order(files, Kernel({name: tunable_of(name) for name in (RESERVED, FIN)}))

    assert order.values[key].at_boot == at_boot


def test_keys_that_do_not_matter_may_be_set(tmp_path: Path) -> None:
    """A pattern or a line that meets them changes nothing of what is told."""
    tree = {"/etc/sysctl.d/10-a.conf": "net.ipv4.tcp_*k = 0\nnet.ipv4.tcp_dsack = 0\n"}
    files = read_case(tmp_path, {"tree": tree})
    order = boot_order(files, Kernel({SACK: tunable_of(SACK)}, others=("net.ipv4.tcp_dsack",)))

    assert {key: value.at_boot for key, value in order.values.items()} == {SACK: 0}


pieces = st.sampled_from(
    [
        b"net.ipv4.tcp_sack",
        b"net/ipv4/tcp_",
        b"net.ipv4.ip_local_port_range",
        b"*",
        b"[a-s]",
        b"{ack,}",
        b"..",
        b"/",
        b"=",
        b" = ",
        b"-",
        b"#",
        b"\n",
        b"\r",
        b"\x00",
        b" ",
        b"0",
        b"1",
        b"2048 50000",
        b"0x10",
        b"\xff",
        b"banana",
    ]
)
contents = st.lists(pieces, max_size=25).map(b"".join)


@pytest.mark.fuzz
@given(
    texts=st.lists(contents, min_size=3, max_size=3),
    systemd=st.sampled_from([None, (), (239,), (247,), (252,), (262,)]),
    procps=st.sampled_from([None, (), (3, 3, 17), (4, 0, 2), (4, 0, 7)]),
)
def test_any_files_have_an_order(
    texts: List[bytes], systemd: Optional[Tuple[int, ...]], procps: Optional[Tuple[int, ...]]
) -> None:
    """Whatever the files hold: there is an answer, and what decides is a line of one of them that is not blank."""
    paths = [b"/etc/sysctl.d/50-a.conf", b"/etc/sysctl.d/.b.conf", b"/etc/sysctl.conf"]
    first, hidden, last = (BootFile(path, path, text) for path, text in zip(paths, texts))
    folder = BootFolder(b"/etc/sysctl.d", b"/etc/sysctl.d", (hidden, first))
    files = BootFiles(folders=(folder,), sysctl_conf=last, systemd=systemd, procps=procps)
    order = boot_order(files, Kernel({row.key: row for row in CATALOGUE}))

    for value in order.values.values():
        assert (value.decider is None) == (value.decided_by is None)
        for where in (value.decided_by, value.reload_decided_by, *(line.where for line in value.also_set_in)):
            if where is not None:
                path, _colon, line = where.rpartition(":")
                assert texts[paths.index(path.encode())].split(b"\n")[int(line) - 1].strip()
        if systemd is not None and value.decided_by is not None:
            assert value.decided_by.startswith("/etc/sysctl.d/50-a.conf:")
