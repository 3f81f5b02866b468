# Copyright (c) 2026, the linuxnet.tcp authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A host as the page shows it: in its row, in its section, in its place."""

from __future__ import annotations

import string

from ansible_collections.linuxnet.tcp.plugins.module_utils._model.findings import Severity
from ansible_collections.linuxnet.tcp.plugins.plugin_utils import _page_hosts
from ansible_collections.linuxnet.tcp.plugins.plugin_utils._report_model import Host
from ansible_collections.linuxnet.tcp.tests.unit.plugins.plugin_utils import pages

REPORT = pages.report_of(120)
INDEX = _page_hosts.Index(REPORT.hosts, REPORT.summary.concerns)


def of_severity(host: Host) -> int:
    """The gravest as a number; what only explains counts as nothing."""
    return -1 if host.worst in (None, Severity.INFO) else int(host.worst or 0)


def test_the_worst_come_first() -> None:
    """Hosts are in the order of their gravest finding, and all of them are there."""
    hosts = _page_hosts.worst_first(REPORT.hosts)
    severities = [of_severity(host) for host in hosts]

    assert severities == sorted(severities, reverse=True)
    assert {host.name for host in hosts} == {host.name for host in REPORT.hosts}
    assert severities[0] == Severity.CRITICAL
    assert severities[-1] == -1


def test_a_row_gives_the_gravest_reasons() -> None:
    """Two reasons at most, the gravest first, and the number of the others; the numbers of all its concerns."""
    for host in REPORT.hosts:
        row, reasons = INDEX.row(host), INDEX.reasons(host)

        assert row.reasons == tuple(reasons[:2])
        assert row.more == max(len(reasons) - 2, 0)
        assert [reason.severity for reason in reasons] == sorted((one.severity for one in reasons), reverse=True)
        assert bool(reasons) == (of_severity(host) >= 0)
        assert len(row.concerns.split()) == len([one for one in reasons if one.concern is not None])
        assert row.kept <= row.held <= len(host.findings)


def test_an_unreachable_host_says_why() -> None:
    """The reason that ansible gave is the reason in the row."""
    report = pages.report_on([pages.unreachable("db1")])
    (host,) = report.hosts
    row = _page_hosts.Index(report.hosts, ()).row(host)

    assert row.unreached
    assert [(one.what, one.text) for one in row.reasons] == [("not reached", "Connection timed out")]


def test_groups_are_numbers() -> None:
    """A row names its groups by their places; the groups that every host is in are none."""
    report = pages.report_on([{**pages.unreachable("a"), "groups": ["all", "ungrouped", "web10", "web9"]}])
    index = _page_hosts.Index(report.hosts, ())

    assert index.groups == ["web9", "web10"]
    assert sorted(index.row(report.hosts[0]).groups.split()) == ["0", "1"]


def test_anchors_are_harmless_and_apart() -> None:
    """An anchor can stand in a link as it is, however the host is called, and no two are alike."""
    anchors = [_page_hosts.anchor_of(host) for host in pages.report_of(60, hostile=True).hosts]

    assert len(set(anchors)) == len(anchors)
    assert set("".join(anchors)) <= {*string.ascii_letters, *string.digits, *"-_."}


def test_a_section_has_everything() -> None:
    """Each rule and each diagnosis of the host stands in one of the section's parts."""
    for number, host in enumerate(REPORT.hosts):
        section = _page_hosts.section_of(INDEX.row(host), number)

        assert len(section.ills) + len(section.notes) == len(host.diagnoses)
        assert len(section.broken) + len(section.excused) + len(section.kept) == len(host.findings)
        assert len(section.states) == (11 if host.counts else 0)


def test_who_holds_the_sockets() -> None:
    """The worst hosts have it on the page; of the others, only their records."""
    host = next(host for host in REPORT.hosts if host.holders)
    first, late = (
        _page_hosts.section_of(INDEX.row(host), number) for number in (0, _page_hosts.MOST_WITH_HOLDERS)
    )

    assert [kind.kind for kind in first.holders or ()] == ["listeners", "peers", "processes"]
    assert late.holders is None


def test_a_host_without_holders() -> None:
    """Where nobody asked who holds the sockets, no record is named for it."""
    (host,) = pages.report_on([pages.unreachable("db1")]).hosts

    assert _page_hosts.section_of(INDEX.row(host), _page_hosts.MOST_WITH_HOLDERS).holders == ()


def test_numbers_in_names_count() -> None:
    """web9 comes before web10; digits that are no decimals (²) are letters."""
    assert sorted(["web10", "web9", "web\u00b2"], key=_page_hosts.as_people_sort) == ["web9", "web10", "web\u00b2"]
