# Copyright (c) 2026, the linuxnet.tcp authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a run of `tunables` decides to do, from what is asked and what a host has."""

from __future__ import annotations

from typing import Any, Dict, List, Mapping, NamedTuple, Optional, Tuple

import pytest

from ansible_collections.linuxnet.tcp.plugins.module_utils._model.boot_files import (
    FOLDERS,
    BootFile,
    BootFiles,
    BootFolder,
)
from ansible_collections.linuxnet.tcp.plugins.module_utils._model.catalogue import tunable_of
from ansible_collections.linuxnet.tcp.plugins.module_utils._model.couplings import NEEDED
from ansible_collections.linuxnet.tcp.plugins.module_utils._model.errors import HostError, InputError
from ansible_collections.linuxnet.tcp.plugins.module_utils._model.kernel_writes import Machine
from ansible_collections.linuxnet.tcp.plugins.module_utils._model.running import Running
from ansible_collections.linuxnet.tcp.plugins.module_utils._model.settings import read_settings
from ansible_collections.linuxnet.tcp.plugins.module_utils._model.transactions import FileContent, FirstSeen, Place
from ansible_collections.linuxnet.tcp.plugins.module_utils._model.values import parse_kernel
from ansible_collections.linuxnet.tcp.plugins.module_utils._plan.changes import (
    Asked,
    Host,
    Plan,
    Row,
    diff_of,
    keys_to_read,
    make_plan,
    same_value,
    shadow_sentence,
)
from ansible_collections.linuxnet.tcp.plugins.module_utils._plan.drop_in import HEADING
from ansible_collections.linuxnet.tcp.plugins.module_utils._plan.shadows import Shadow, Why

FIN, KEEPALIVE, RANGE = "net.ipv4.tcp_fin_timeout", "net.ipv4.tcp_keepalive_time", "net.ipv4.ip_local_port_range"
PATH = "/etc/sysctl.d/90-linuxnet-tcp.conf"
HERE, BEFORE_BOOT = Place("boot-2", "4:40"), Place("boot-1", "4:30")
RUNNING = {
    FIN: "60",
    KEEPALIVE: "7200",
    RANGE: "32768\t60999",
    "net.ipv4.ip_unprivileged_port_start": "1024",
    "net.ipv4.tcp_timestamps": "1",
    "net.ipv4.tcp_tw_reuse": "2",
    "net.ipv4.tcp_max_reordering": "300",
    "net.ipv4.tcp_reordering": "3",
    "net.ipv4.tcp_fastopen_key": "00000000-00000000-00000000-00000000",
    "net.ipv4.conf.lo.tag": "0",
}


class Case(NamedTuple):
    """A host and what is asked of it, in short."""

    settings: Mapping[str, object]
    state: str = "present"
    scope: Tuple[str, ...] = ("running", "boot")
    exclusive: bool = False
    skip: bool = False
    namespace: Optional[str] = None
    ours: Optional[str] = None
    others: Tuple[Tuple[str, str], ...] = ()
    running: Mapping[str, str] = RUNNING
    read_only: Tuple[str, ...] = ()
    seen: Tuple[FirstSeen, ...] = ()

    def plan(self) -> Plan:
        """What is decided."""
        asked = Asked(
            read_settings(self.settings, absent=self.state == "absent"), PATH,
            "running" in self.scope, "boot" in self.scope, self.exclusive, self.skip, self.namespace,
        )  # fmt: skip
        file = None if self.ours is None else FileContent(self.ours.encode("latin-1"), 0o640, 0, 7)
        keys = {tunable.key for tunable in keys_to_read(asked, file)} | NEEDED
        running = {key: self._running(key) for key in keys}
        return make_plan(asked, Host(running, Machine(), PATH.encode(), file, self._files(), self.seen, HERE))

    def row(self, name: str = FIN) -> Row:
        """The row of one key."""
        (row,) = (row for row in self.plan().rows if row.name == name)
        return row

    def _running(self, key: str) -> Running:
        text, tunable = self.running.get(key), tunable_of(key)
        if text is None:
            return Running(tunable, None, None, False)
        return Running(tunable, text, parse_kernel(tunable, text), key not in self.read_only)

    def _files(self) -> BootFiles:
        found: Dict[str, List[BootFile]] = {}
        for path, text in (*self.others, *(() if self.ours is None else ((PATH, self.ours),))):
            found.setdefault(path.rpartition("/")[0], []).append(
                BootFile(path.encode(), path.encode(), text.encode("latin-1"))
            )
        return BootFiles(
            folders=tuple(
                BootFolder(path, path, tuple(sorted(found.get(path.decode(), ()), key=lambda file: file.name)))
                for path in FOLDERS
            ),
            systemd=(252,),
            procps=(4, 0, 2),
        )


def line(key: str, value: object) -> str:
    """A line of a file."""
    return "{0} = {1}\n".format(key, value)


def seen(key: str, value: str, place: Place = HERE, namespace: Optional[str] = None) -> Tuple[FirstSeen, ...]:
    """A value that was seen first."""
    return (FirstSeen(key, value, place, namespace),)


def new_file(plan: Plan) -> Optional[str]:
    """What the plan leaves in our file."""
    change = plan.transaction.file
    return change.after.data.decode("latin-1") if change and change.after else None


OTHER = (("/etc/sysctl.d/50-other.conf", line(FIN, 25)),)
LATER = (("/usr/lib/sysctl.d/99-later.conf", line(FIN, 11)),)

# What is asked on which host; then: write, line in our file afterwards (None: our file is not touched), status, reason.
DECISIONS = {
    "set": (Case({FIN: 30}), "30", HEADING.decode() + line(FIN, 30), "changed", "never_applied"),
    "set already": (Case({FIN: 60}, ours=line(FIN, 60)), None, None, "unchanged", None),
    "running drifted": (Case({FIN: 30}, ours=line(FIN, 30)), "30", None, "changed", "drifted"),
    "file differs": (Case({FIN: 60}, ours=line(FIN, 30)), None, line(FIN, 60), "changed", None),
    "file spelled otherwise": (Case({FIN: 60}, ours=line(FIN, "074")), None, None, "unchanged", None),
    "file refused by the kernel": (Case({FIN: 60}, ours=line(FIN, "x")), None, line(FIN, 60), "changed", None),
    "running only": (Case({FIN: 30}, scope=("running",)), "30", None, "changed", "never_applied"),
    "running only, seen before": (
        Case({FIN: 30}, scope=("running",), seen=seen(FIN, "70")), "30", None, "changed", None,
    ),
    "boot only": (Case({FIN: 30}, scope=("boot",)), None, HEADING.decode() + line(FIN, 30), "changed", None),
    "boot only, drifted": (Case({FIN: 30}, scope=("boot",), ours=line(FIN, 30)), None, None, "unchanged", "drifted"),
    "other file before ours": (
        Case({FIN: 30}, others=OTHER), "30", HEADING.decode() + line(FIN, 30), "changed", "never_applied",
    ),
    "at least, met": (Case({FIN: {"at_least": 50}}, ours=line(FIN, 55)), None, None, "unchanged", None),
    "at least, met by another file": (Case({FIN: {"at_least": 20}}, others=OTHER), None, None, "unchanged", None),
    "at least, not met": (
        Case({FIN: {"at_least": 90}}), "90", HEADING.decode() + line(FIN, 90), "changed", "never_applied",
    ),
    "at least, boot unknown": (Case({FIN: {"at_least": 50}}), None, HEADING.decode() + line(FIN, 60), "changed", None),
    "at most, boot too high": (Case({FIN: {"at_most": 60}}, ours=line(FIN, 90)), None, line(FIN, 60), "changed", None),
    "between": (Case({FIN: {"between": [70, 80]}}, ours=line(FIN, 75)), "70", None, "changed", "drifted"),
    "constraint, decided against": (
        Case({FIN: {"at_least": 50}}, ours=line(FIN, 60), others=LATER), None, None, "unchanged", "other_file",
    ),
    "read-only and right": (Case({FIN: 60}, ours=line(FIN, 60), read_only=(FIN,)), None, None, "unchanged", None),
    "read-only, skipped, for boot": (
        Case({FIN: 30}, read_only=(FIN,), skip=True), None, HEADING.decode() + line(FIN, 30), "skipped", "read_only",
    ),
    "read-only, boot only": (
        Case({FIN: 30}, read_only=(FIN,), scope=("boot",)), None, HEADING.decode() + line(FIN, 30), "changed", None,
    ),
    "not there, skipped": (Case({FIN: 30}, running={}, skip=True), None, None, "skipped", "absent_here"),
    "absent, seen here": (
        Case({FIN: None}, "absent", ours=line(FIN, 30), seen=seen(FIN, "47"), others=OTHER), "47", "", "restored", None,
    ),
    "absent, other file": (
        Case({FIN: None}, "absent", ours=line(FIN, 30), seen=seen(FIN, "47", BEFORE_BOOT), others=OTHER),
        "25", "", "restored", None,
    ),
    "absent, seen before the boot": (
        Case({FIN: None}, "absent", ours=line(FIN, 30), seen=seen(FIN, "47", BEFORE_BOOT)), "47", "", "restored", None,
    ),
    "absent, not known": (Case({FIN: None}, "absent", ours=line(FIN, 30)), None, "", "changed", "not_known_before"),
    "absent, running already": (
        Case({FIN: None}, "absent", ours=line(FIN, 30), seen=seen(FIN, "60")), None, "", "changed", None,
    ),
    "absent, never ours": (Case({FIN: None}, "absent", others=OTHER), None, None, "unchanged", None),
    "absent, key gone": (Case({FIN: None}, "absent", ours=line(FIN, 30), running={}), None, "", "changed", None),
    "absent, boot only": (
        Case({FIN: None}, "absent", ("boot",), ours=line(FIN, 30), seen=seen(FIN, "47")), None, "", "changed", None,
    ),
    "absent in a namespace, line of the host": (
        Case({FIN: None}, "absent", ("running",), ours=line(FIN, 30), others=OTHER, namespace="web"),
        None, None, "unchanged", None,
    ),
    "absent in a namespace, seen there": (
        Case({FIN: None}, "absent", ("running",), others=OTHER, namespace="web",
             seen=seen(FIN, "47", BEFORE_BOOT, "web")),
        "47", None, "restored", None,
    ),
    "absent in a namespace, seen elsewhere": (
        Case({FIN: None}, "absent", ("running",), namespace="web", seen=seen(FIN, "47", BEFORE_BOOT)),
        None, None, "unchanged", None,
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", DECISIONS)
def test_decisions(name: str) -> None:
    """What is written to the kernel and to the file, and what the row says of it."""
    case, write, file, status, reason = DECISIONS[name]
    plan, row = case.plan(), case.row()

    assert [change.after for change in plan.transaction.running] == ([] if write is None else [write])
    assert new_file(plan) == file or (file is None and plan.transaction.file is None)
    assert (row.status, row.reason) == (status, reason)
    assert plan.changed == bool(write is not None or file is not None)
    assert row.running_before == (60 if case.running else None)
    assert row.running_after == (row.running_before if write is None else int(write))


@pytest.mark.parametrize("name", DECISIONS)
def test_a_second_run_finds_nothing_to_do(name: str) -> None:
    """On the host as the plan leaves it, the same task changes nothing: whatever is asked, one run is enough."""
    case = DECISIONS[name][0]
    plan = case.plan()
    change = plan.transaction.file
    left = case.ours if change is None else None if change.after is None else change.after.data.decode("latin-1")
    running = dict(case.running, **{write.key: write.after for write in plan.transaction.running})
    again = case._replace(ours=left, running=running, seen=plan.transaction.records_after).plan()

    assert not again.changed
    assert {row.status for row in again.rows} <= {"unchanged", "skipped"}


@pytest.mark.parametrize(
    ("case", "words"),
    [
        (Case({FIN: 30}, running={}), "absent here"),
        (Case({FIN: 30}, read_only=(FIN,)), "read-only"),
        (Case({"net.ipv4.tcp_tw_recycle": 1}), "gone since Linux 4.12"),
        (Case({"net.netfilter.nf_conntrack_max": 65536}), "not loaded"),
        (Case({"net.ipv4.tcp_max_orphans": 65536}), "belongs to the host"),
        (Case({"net.ipv4.no_such_key": 1}), "slip in its name"),
        (Case({FIN: None}, "absent", ours=line(FIN, 30), seen=seen(FIN, "47"), read_only=(FIN,)), "read-only"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_cannot_be_set(case: Case, words: str) -> None:
    """A key that this host cannot set is refused with its reason and the parameter that would skip it."""
    with pytest.raises(HostError) as refusal:
        case.plan()

    assert words in str(refusal.value)
    assert "set unavailable to 'skip'" in str(refusal.value)
    assert case._replace(skip=True).plan().transaction.running == ()


def test_a_secret_is_refused_for_boot_and_hidden() -> None:
    """A secret goes to the kernel alone, and stands in no row and no table."""
    key, value = "net.ipv4.tcp_fastopen_key", "deadbeef-00000001-00000002-00000003"
    with pytest.raises(InputError):
        Case({key: value}).plan()
    plan = Case({key: value}, scope=("running",)).plan()

    (write,) = plan.transaction.running
    assert (write.after, write.secret) == (value, True)
    assert "deadbeef" not in repr(plan.rows) + repr(diff_of(plan))


def test_couplings_are_checked_and_order_the_writes() -> None:
    """What the kernel would refuse beside other running values is refused; a pair moves in an order that it takes."""
    start = "net.ipv4.ip_unprivileged_port_start"
    with pytest.raises(InputError):
        Case({RANGE: [500, 60999]}).plan()
    for settings in ({RANGE: [500, 60999], start: 80}, {start: 80, RANGE: [500, 60999]}):
        assert [write.key for write in Case(settings).plan().transaction.running] == [start, RANGE]
    for settings in ({RANGE: [50000, 60999], start: 40000}, {start: 40000, RANGE: [50000, 60999]}):
        assert [write.key for write in Case(settings).plan().transaction.running] == [RANGE, start]


def test_records_are_made_before_the_first_change_only() -> None:
    """What is remembered is the value as the kernel showed it, once, with the place; what stays needs no memory."""
    assert Case({FIN: 30}).plan().transaction.records_after == seen(FIN, "60")
    assert Case({FIN: 31}, seen=seen(FIN, "70")).plan().transaction.records_after == seen(FIN, "70")
    assert Case({FIN: 60}, ours=line(FIN, 60)).plan().transaction.records_after == ()
    assert Case({FIN: 30}, scope=("running",), namespace="web").plan().transaction.records_after == seen(
        FIN, "60", HERE, "web"
    )


def test_records_of_other_namespaces_stay() -> None:
    """Giving back here forgets what was seen here, and nothing of a namespace that has its own values."""
    theirs = seen(FIN, "41", Place("boot-2", "4:99"), "web")
    case = Case({FIN: None}, "absent", ours=line(FIN, 30), seen=theirs + seen(FIN, "47"))

    assert case.plan().transaction.records_after == theirs


def test_exclusive_takes_the_other_keys_of_our_file() -> None:
    """Keys of ours that are not named come last in the rows and go; keys outside net are not ours."""
    ours = line(FIN, 30) + line(KEEPALIVE, 1200) + line("vm.swappiness", 1)
    plan = Case({FIN: 30}, exclusive=True, ours=ours, seen=seen(KEEPALIVE, "7200")).plan()

    assert [row.name for row in plan.rows] == [FIN, KEEPALIVE]
    assert new_file(plan) == line(FIN, 30) + line("vm.swappiness", 1)


@pytest.mark.parametrize(
    ("others", "why", "names"),
    [
        (LATER, "other_file", "/usr/lib/sysctl.d/99-later.conf:1"),
        (((PATH.replace("90-", "99-"), line("net.ipv4.tcp_fin_time*", 5)),), None, ""),
        ((("/etc/sysctl.d/99-odd.conf", "net.ipv4..tcp_fin_timeout=5\n"),), "other_file", "99-odd.conf:1"),
    ],
)
def test_shadows(others: Tuple[Tuple[str, str], ...], why: Optional[str], names: str) -> None:
    """A file that decides against us is named in a sentence and in the row; a pattern does not decide a named key."""
    plan = Case({FIN: 30}, others=others).plan()
    again = Case({FIN: 30}, others=others, ours=line(FIN, 30), running=dict(RUNNING, **{FIN: "30"})).plan()

    assert [names in sentence for sentence in plan.shadows] == ([True] if why else [])
    assert (again.rows[0].shadowed, again.rows[0].reason) == (bool(why), why)


def test_mode_owner_and_label_are_kept() -> None:
    """The new file has the mode, owner and label of the old one; one that is made can be read by all."""
    (kept, made) = (Case({FIN: 30}, ours=ours).plan().transaction.file for ours in ("#\n", None))

    assert kept is not None
    assert kept.after is not None
    assert (kept.after.mode, kept.after.uid, kept.after.gid) == (0o640, 0, 7)
    assert made is not None
    assert made.after is not None
    assert made.after.mode == 0o644


def test_the_diff_has_file_and_values() -> None:
    """The diff is the file and a table of the values that change; bytes that are no UTF-8 are shown as such."""
    file, running = diff_of(Case({FIN: 30, RANGE: [1024, 65000]}, ours="# \xe9\n").plan())

    assert (file["before"], file["after"].splitlines()[0]) == ("# \ufffd\n", "# \ufffd")
    assert file["before_header"] == file["after_header"] == PATH
    assert running["before"] == line(FIN, 60) + line(RANGE, "32768 60999")
    assert running["after"] == line(FIN, 30) + line(RANGE, "1024 65000")


def test_the_diff_hides_secrets_of_others() -> None:
    """A secret that somebody keeps in the file, or has commented out, does not show."""
    ours = "net.ipv4.tcp_fastopen_key = dead-beef-0-1\n#net/ipv4/tcp_fastopen_key\t=dead-beef-0-2\n"
    shown = repr(diff_of(Case({FIN: 30}, ours=ours).plan()))

    assert "dead" not in shown
    assert shown.count("(hidden)") == 4


def test_what_goes_ill_together_is_said() -> None:
    """Values that the kernel takes and that have no effect are warned of; so are keys that nobody knows."""
    settings = {"net.ipv4.tcp_timestamps": 0, "net.ipv4.tcp_tw_reuse": 1, "net.ipv4.conf.lo.tag": 5}
    warnings = Case(settings).plan().warnings

    assert any("tcp_tw_reuse has no effect" in sentence for sentence in warnings)
    assert any("net.ipv4.conf.lo.tag is not in the catalogue" in sentence for sentence in warnings)


@pytest.mark.parametrize(
    ("key", "given", "shows", "same"),
    [
        (FIN, "30", "30", True),
        (FIN, "30", "31", False),
        (RANGE, "1024 65000", "1024\t65000", True),
        ("net.ipv4.ip_local_reserved_ports", "8080-8082", "8080-8082", True),
        ("net.ipv4.ip_local_reserved_ports", "", "", True),
        (FIN, "30", "", False),
        (FIN, "30", "garbage", False),
        ("net.ipv4.conf.lo.tag", "a  b", "a b", True),
    ],
)
def test_same_value(key: str, given: str, shows: str, same: bool) -> None:
    """What the kernel shows is what it was given, by meaning; what it garbles is not."""
    assert same_value(key, given, shows) is same


def test_rows_have_the_contract_s_names() -> None:
    """The fields of a row are those that playbooks rely on."""
    names: Any = Row._fields

    assert names == (
        "name", "requested", "running_before", "running_after", "boot_before", "boot_after", "decided_by", "shadowed",
        "status", "reason",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("shadow", "sentence"),
    [
        (
            Shadow(Why.NOT_READ, None),
            "FIN: no loader reads PATH at boot; keep it in /etc/sysctl.d, with a name that ends in .conf",
        ),
        (
            Shadow(Why.NOT_READ, "/a:1"),
            "FIN: no loader reads PATH at boot; /a:1 decides; keep it in /etc/sysctl.d, with a name that ends in .conf",
        ),
        (
            Shadow(Why.MASKED, "/run/a"),
            "FIN: /run/a has the same name in a stronger folder and hides PATH; give another path",
        ),
        (
            Shadow(Why.LATER, "/etc/ufw/sysctl.conf:4"),
            "FIN: /etc/ufw/sysctl.conf:4 is applied after boot has read PATH, and decides; change it there",
        ),
        (Shadow(Why.REFUSED, None), "FIN: the kernel would refuse the value at boot"),
        (
            Shadow(Why.OTHER_FILE, "/a:1"),
            "FIN: /a:1 is read after PATH and decides at boot; remove that line, or give a path that sorts after it",
        ),
    ],
)
def test_the_sentence_of_a_shadow(shadow: Shadow, sentence: str) -> None:
    """Whatever keeps our line from deciding is named, and so is the way out."""
    assert shadow_sentence(FIN, PATH, shadow) == sentence.replace("FIN", FIN).replace("PATH", PATH)
