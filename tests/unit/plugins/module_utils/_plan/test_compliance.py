# Copyright (c) 2026, the linuxnet.tcp authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Each file in compliance/ is a case: what a host has, the rules, and the findings.

A case holds `says` (what must be true), `rules` as the module takes them, `running` (key to the text that /proc/sys
shows; null where this user may not read it), `tree` (path to text or to `{link}`: the files of a host that systemd
boots) and `expect` (what of each finding is to be checked). Where it matters: `locked` (keys that nobody can write),
`first_seen` (key to the text that ran before our first change in this boot), `first_seen_before_boot`, `forgotten`
(this user may not know), `unchanged_since_boot`, `named` (a namespace that the task names), `waivers` (today is
2026-11-25), `notes`, `compliant`, `worst`.
"""

from __future__ import annotations

import datetime as dt
import json
import re
from pathlib import Path
from typing import Any, Dict, FrozenSet, List, NamedTuple, Set, Tuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.linuxnet.tcp.plugins.module_utils._host.sysctl_files import read_boot_files
from ansible_collections.linuxnet.tcp.plugins.module_utils._model.boot_files import (
    FOLDERS,
    BootFile,
    BootFiles,
    BootFolder,
)
from ansible_collections.linuxnet.tcp.plugins.module_utils._model.catalogue import CATALOGUE, tunable_of
from ansible_collections.linuxnet.tcp.plugins.module_utils._model.errors import MalformedReply
from ansible_collections.linuxnet.tcp.plugins.module_utils._model.findings import Finding, Status
from ansible_collections.linuxnet.tcp.plugins.module_utils._model.rules import Rule, read_rules, read_waivers
from ansible_collections.linuxnet.tcp.plugins.module_utils._model.running import Reason, Running
from ansible_collections.linuxnet.tcp.plugins.module_utils._model.transactions import FirstSeen, Place
from ansible_collections.linuxnet.tcp.plugins.module_utils._model.values import parse_kernel
from ansible_collections.linuxnet.tcp.plugins.module_utils._plan.boot_order import boot_order
from ansible_collections.linuxnet.tcp.plugins.module_utils._plan.boot_runs import Kernel
from ansible_collections.linuxnet.tcp.plugins.module_utils._plan.compliance import (
    Host,
    Memory,
    complies,
    judge,
    notes_of,
    summarise,
)
from ansible_collections.linuxnet.tcp.plugins.module_utils._plan.kernel_defaults import (
    EHASH_ENTRIES,
    kernel_defaults,
)
from ansible_collections.linuxnet.tcp.plugins.module_utils._plan.outlook import Boot, meets
from ansible_collections.linuxnet.tcp.plugins.modules import compliance_info

CASES = sorted((Path(__file__).parent / "compliance").glob("*.json"))
TODAY = dt.date(2026, 11, 25)
HERE, BEFORE = Place("boot-2", "4:40"), Place("boot-1", "4:40")
FIN = "net.ipv4.tcp_fin_timeout"


def plant(root: Path, tree: Dict[str, Any]) -> None:
    """Make the files of a case under `root`, on a host that systemd boots."""
    (root / "run" / "systemd" / "system").mkdir(parents=True)
    (root / "usr" / "lib" / "systemd").mkdir(parents=True)
    (root / "usr" / "lib" / "systemd" / "systemd-sysctl").write_text("libsystemd-shared-252.so", encoding="utf-8")
    for path, what in tree.items():
        place = root / path.lstrip("/")
        place.parent.mkdir(parents=True, exist_ok=True)
        if isinstance(what, str):
            place.write_text(what, encoding="utf-8")
        else:
            place.symlink_to(what["link"])


def running_of(case: Dict[str, Any], key: str) -> Running:
    """One key as the case has it."""
    tunable, locked = tunable_of(key), key in case.get("locked", ())
    if key not in case["running"]:
        return Running(tunable, None, None, False)
    text = case["running"][key]
    if text is None:
        return Running(tunable, "", None, False)
    try:
        value = parse_kernel(tunable, text)
    except MalformedReply:
        value = text
    return Running(tunable, text, value, not locked, locked)


def host_of(case: Dict[str, Any], root: Path, rules: Tuple[Rule, ...]) -> Host:
    """The host of a case."""
    plant(root, case["tree"])
    keys = {rule.tunable.key for rule in rules} | set(case["running"])
    running = {key: running_of(case, key) for key in keys}
    present = {key: row.tunable for key, row in running.items() if row.text is not None}
    files = read_boot_files(str(root), str(root / "proc"))
    boot = Boot(files, boot_order(files, Kernel(present)))
    records = [FirstSeen(key, text, HERE) for key, text in case.get("first_seen", {}).items()]
    records += [FirstSeen(key, text, BEFORE) for key, text in case.get("first_seen_before_boot", {}).items()]
    return Host(
        running=running,
        boot=None if case.get("named") else boot,
        memory=Memory(tuple(records), HERE, readable=not case.get("forgotten")),
        unchanged_since_boot=frozenset(path.encode() for path in case.get("unchanged_since_boot", ())),
    )


@pytest.mark.parametrize("path", CASES, ids=[path.stem for path in CASES])
def test_case(path: Path, tmp_path: Path) -> None:
    """What a case says is true of its host."""
    case = json.loads(path.read_text(encoding="utf-8"))
    rules, waivers = read_rules(case["rules"]), read_waivers(case.get("waivers", ()))
    host = host_of(case, tmp_path, rules)

    findings = judge(rules, waivers, host, TODAY)

    shown = json.loads(json.dumps([finding._asdict() for finding in findings]))
    assert [{name: row[name] for name in wanted} for row, wanted in zip(shown, case["expect"])] == case["expect"], (
        case["says"]
    )
    assert len(findings) == len(rules)
    assert notes_of(rules, waivers, findings, host) == case.get("notes", []), case["says"]
    if "compliant" in case:
        assert complies(findings) == case["compliant"]
        assert summarise(findings)["worst"] == case["worst"]


# -- nothing is left out ---------------------------------------------------------------------------------------


def documented() -> FrozenSet[Tuple[str, str]]:
    """The pairs of status and reason that the documentation of the module names."""
    lines = re.findall(r"- (With V\(\w+\) - [^.]+)\.", compliance_info.RETURN)
    pairs: Set[Tuple[str, str]] = set()
    for line in lines:
        status, *reasons = re.findall(r"V\((\w+)\)", line)
        pairs.update((status, reason) for reason in reasons)
    return frozenset(pairs)


def test_every_status_and_reason_of_the_documentation_has_a_case() -> None:
    """And no case has one that is not documented."""
    found = {
        (row["status"], row["reason"])
        for path in CASES
        for row in json.loads(path.read_text(encoding="utf-8"))["expect"]
    }

    assert {status for status, _reason in found} == {status.value for status in Status}
    assert {pair for pair in found if pair[1] is not None} == documented()


def test_cases_are_named_by_their_status() -> None:
    """A case whose name begins with a status is of that status, so that a reader finds it."""
    for path in CASES:
        (first, *_rest) = json.loads(path.read_text(encoding="utf-8"))["expect"]
        named = [status.value for status in Status if path.stem.startswith(status.value)]
        assert named in ([], [first["status"]]), path.stem


# -- what is true of every host --------------------------------------------------------------------------------

LOADED = ("/etc/sysctl.d/60-a.conf", "/etc/sysctl.d/90-linuxnet-tcp.conf", "/etc/sysctl.d/99-z.conf")
KEYS = (FIN, "net.ipv4.tcp_syncookies", "net.ipv4.tcp_tw_reuse", "net.ipv4.tcp_tw_recycle", "net.core.nothing")
NUMBERS = st.integers(-1, 4)
WANTED = st.one_of(
    st.fixed_dictionaries({"equals": st.integers(0, 1)}),
    st.fixed_dictionaries({"one_of": st.lists(st.integers(0, 1), min_size=1, max_size=2)}),
    st.fixed_dictionaries({"at_least": st.integers(0, 1)}),
    st.fixed_dictionaries({"at_most": st.integers(0, 1)}),
)


class World(NamedTuple):
    """A host and a rule, made up."""

    rule: Rule
    host: Host


@st.composite
def worlds(draw: Any) -> World:
    """Any host of a few keys and files, and a rule about one of the keys."""
    key = draw(st.sampled_from(KEYS))
    wanted = draw(WANTED)
    if key == FIN:  # of which 0 is not sensible
        wanted = {name: [value + 1 for value in bound] if name == "one_of" else bound + 1
                  for name, bound in wanted.items()}  # fmt: skip
    (rule,) = read_rules([dict(wanted, id="r", name=key)])
    text = draw(st.one_of(st.none(), NUMBERS.map(str), st.just("garbled")))
    running = running_of({"running": {} if text is None else {key: text}}, key)
    if running.text is not None and draw(st.booleans()):
        running = running._replace(writable=False, locked=draw(st.booleans()))
    lines = st.one_of(st.none(), NUMBERS.map("{0} = {{0}}\n".format(key).format), st.just("{0} = x\n".format(key)))
    texts = {path: draw(lines) for path in LOADED}
    files = tuple(BootFile(path.encode(), path.encode(), text.encode()) for path, text in texts.items() if text)
    folders = tuple(BootFolder(path, path, files if path == FOLDERS[0] else ()) for path in FOLDERS)
    boot_files = BootFiles(folders=folders, systemd=(252,), procps=(4, 0, 2))
    present = {key: running.tunable} if running.text is not None else {}
    boot = Boot(boot_files, boot_order(boot_files, Kernel(present)))
    seen = draw(st.one_of(st.none(), st.sampled_from(["0", "1", "60", "garbled"])))
    memory = Memory((FirstSeen(key, seen, HERE),) if seen else (), HERE, readable=draw(st.booleans()))
    old = frozenset(path.encode() for path in LOADED if draw(st.booleans()))
    return World(rule, Host({key: running}, draw(st.sampled_from([boot, None])), memory, old))


def only(world: World, waivers: Any = ()) -> Finding:
    """The one finding."""
    (finding,) = judge((world.rule,), read_waivers(waivers), world.host, TODAY)
    return finding


@pytest.mark.fuzz(share=0.005)
@given(worlds())
def test_what_passes_runs_and_stays(world: World) -> None:
    """A rule never passes while something else runs; nor, where a boot counts, while boot would set something else."""
    finding = only(world)
    key = world.rule.tunable.key
    running = world.host.running[key]

    if finding.status == "pass":
        assert world.rule.met_by(running.value)
        boot = world.host.boot
        if boot and not running.locked:
            value = boot.order.values[key]
            left = [value.at_boot] if value.decider else kernel_defaults(running.tunable, world.host.running)
            assert any(world.rule.met_by(default) for default in left)
    if finding.status in ("not_persistent", "shadowed"):
        assert world.rule.met_by(running.value)
    if finding.status == "fail":
        assert running.value is not None
        assert not world.rule.met_by(running.value)


@pytest.mark.fuzz(share=0.005)
@given(worlds())
def test_every_finding_is_one_that_is_documented(world: World) -> None:
    """No host makes a pair of status and reason that the documentation does not know, and no pass is without cause."""
    finding = only(world)

    assert finding.reason is None or (finding.status, finding.reason) in documented()
    assert finding.reason is not None or finding.status == "pass"
    assert finding.reason in {None, *(reason.value for reason in Reason)}


@pytest.mark.fuzz(share=0.005)
@given(worlds(), st.dates(dt.date(2026, 11, 20), dt.date(2026, 11, 30)))
def test_a_waiver_excuses_only_what_does_not_comply_and_only_for_a_time(world: World, until: dt.date) -> None:
    """With a waiver a finding is the same where it complies anyway, else waived up to the day, and failed after it."""
    plain = only(world)
    excused = only(world, [{"rule": "r", "until": until.isoformat(), "reason": "x"}])

    if Status(plain.status).complies:
        assert excused.status == plain.status
    else:
        assert excused.status == ("waived" if until >= TODAY else "fail")
    assert (excused.running, excused.at_boot) == (plain.running, plain.at_boot)


# -- the summary, and the kernel's defaults --------------------------------------------------------------------


def finding(status: str, severity: str) -> Finding:
    """A finding of which only that matters."""
    return Finding("r", FIN, status, None, severity, 1, 1, 1, None, "", (), None)


def test_the_summary_counts_every_status_and_names_the_worst() -> None:
    """What is waived, passes or does not apply is not the worst, however grave."""
    findings: List[Finding] = [
        finding("waived", "critical"), finding("fail", "low"), finding("error", "high"), finding("pass", "critical"),
    ]  # fmt: skip
    counts = {"pass": 1, "fail": 1, "not_persistent": 0, "shadowed": 0, "not_applicable": 0, "waived": 1, "error": 1}

    assert summarise(findings) == dict(counts, rules=4, worst="high")
    assert summarise([finding("pass", "critical")])["worst"] is None


NOT_KNOWN = re.compile(r"(by memory|what is built in|zeros until|reno and|pfifo_fast|none|cubic|as there|.*by memory)")


def test_what_cannot_be_compared_is_not_what_is_asked() -> None:
    """A bound on a key that holds a text is not kept; it is no error."""
    (rule,) = read_rules([{"id": "r", "name": "net.core.unknown", "at_least": 5}])

    assert [meets(rule, value) for value in (5, 4, "five", None)] == [True, False, False, False]


def test_the_defaults_of_the_catalogue_are_read_as_far_as_they_are_numbers() -> None:
    """A default that begins with a number is known, unless the words after it say that it hangs on memory."""
    table = {EHASH_ENTRIES: Running(tunable_of(EHASH_ENTRIES), "262144", 262144, False)}
    for row in CATALOGUE:
        known = kernel_defaults(row, table)
        expected = bool(row.default) and not NOT_KNOWN.match(row.default) and "or less" not in row.default
        assert bool(known) == expected, (row.key, row.default)
        for value in known:
            assert parse_kernel(row, " ".join(map(str, value)) if isinstance(value, tuple) else str(value)) == value


def test_a_default_by_the_hash_table_is_not_known_without_it() -> None:
    """Kernels before 6.1 do not show its size."""
    assert kernel_defaults(tunable_of("net.ipv4.tcp_max_tw_buckets"), {}) == ()


@pytest.mark.parametrize(
    ("key", "entries", "default"),
    [
        ("net.ipv4.tcp_max_tw_buckets", 262144, 131072),
        ("net.ipv4.tcp_max_tw_buckets", -4096, 2048),
        ("net.ipv4.tcp_max_syn_backlog", 524288, 4096),
        ("net.ipv4.tcp_max_syn_backlog", 8192, 128),
    ],
)
def test_a_default_by_the_hash_table(key: str, entries: int, default: int) -> None:
    """A half of it, or a part of it with a least; negative where the table is shared with the host."""
    table = {EHASH_ENTRIES: Running(tunable_of(EHASH_ENTRIES), str(entries), entries, False)}

    assert kernel_defaults(tunable_of(key), table) == (default,)
