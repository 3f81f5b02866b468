# Copyright (c) 2026, the linuxnet.tcp authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The page: whole, closed to the network, deaf to hostile names, and readable without its script."""

from __future__ import annotations

import base64
import hashlib
import itertools
import re

import pytest

from ansible_collections.linuxnet.tcp.plugins.plugin_utils import _page_hosts
from ansible_collections.linuxnet.tcp.plugins.plugin_utils._page_hosts import anchor_of, worst_first
from ansible_collections.linuxnet.tcp.plugins.plugin_utils._report_html import render
from ansible_collections.linuxnet.tcp.tests.unit.plugins.plugin_utils import pages

MANY = pages.MANY
SIZES = [0, 1, 3, MANY]


@pytest.mark.parametrize("hosts", SIZES)
def test_the_page_is_well_formed(hosts: int) -> None:
    """Every tag is closed where it must be, ids are there once, and each link in the page leads somewhere."""
    _source, page = pages.fleet_page(hosts)
    ids = page.ids
    packed = {name for block in pages.unpacked(page) for name in pages.Page(block).ids}
    targets = {link["href"][1:] for link in page.all("a") if link["href"].startswith("#")}

    assert len(ids) == len(set(ids))
    assert {one for one in targets if not one.startswith("filter:")} <= {*ids, *packed}
    assert "tcp-machine" in ids


@pytest.mark.parametrize("hosts", SIZES)
def test_the_policy_names_our_scripts_and_style_and_nothing_else(hosts: int) -> None:
    """The hashes in the policy are those of what stands in the page; all else is forbidden, the network first."""
    source, page = pages.fleet_page(hosts)
    (policy,) = [one["content"] for one in page.all("meta") if one["http-equiv"] == "Content-Security-Policy"]
    rules = dict(rule.split(" ", 1) for rule in policy.split("; "))

    assert rules["default-src"] == rules["base-uri"] == rules["form-action"] == "'none'"
    for tag in ("script", "style"):
        texts = re.findall(f"<{tag}>(.*?)</{tag}>", source, re.DOTALL)
        assert set(rules[f"{tag}-src"].split()) == {hash_of(text) for text in texts}
    assert "unsafe" not in policy
    assert source.index("Content-Security-Policy") < source.index("<style>")


@pytest.mark.parametrize("hostile", [False, True])
def test_nothing_in_the_page_asks_the_network(hostile: bool) -> None:
    """No element loads anything, no attribute holds script or style; a link elsewhere is for the reader to follow."""
    _source, page = pages.fleet_page(MANY, hostile)
    tags = {element.tag for element in page.elements}
    attributes = {name for element in page.elements for name in element.attributes}

    assert not tags & {"img", "link", "iframe", "object", "embed", "base", "image", "audio", "video", "foreignobject"}
    assert not {name for name in attributes if name.startswith("on")} | attributes & {"src", "style", "action"}
    assert all(link["href"].startswith(("#", "https://")) for link in page.all("a"))
    assert all(use["href"] == "#tcp-machine" for use in page.all("use"))


def test_hostile_names_add_no_element() -> None:
    """The page of a hostile fleet is made of the same tags and attributes as that of a peaceful one."""
    _source, bad = pages.fleet_page(MANY, hostile=True)
    _source, good = pages.fleet_page(MANY)
    elements = [*bad.elements, *pages.Page("".join(pages.unpacked(bad))).elements]
    ours = {(one.tag, name) for one in good.elements for name in (*one.attributes, "")}
    theirs = {(one.tag, name) for one in elements for name in (*one.attributes, "")}

    assert theirs <= ours
    assert "<script>alert(1)</script>" in bad.by_id("hosts-table").text


def test_what_cannot_be_seen_is_written_out() -> None:
    """Neither page nor packed section holds a control or bidi character: where a host sent one, its number stands."""
    source, page = pages.fleet_page(MANY, hostile=True)
    text = source + "".join(pages.unpacked(page))

    assert not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2066-\u2069\ufeff]", text)
    assert "left\\u202egnp.exe" in page.by_id("hosts-table").text
    assert max(len(word) for word in page.by_id("hosts-table").text.split()) < 320


def test_each_host_has_a_row_and_a_section() -> None:
    """All rows are in the page itself, the worst first; the worst sections too, the others where the script looks."""
    report = pages.report_of(MANY)
    _source, page = pages.fleet_page(MANY)
    hosts = worst_first(report.hosts)
    rows = [one["href"] for one in page.all("a") if one["href"].startswith("#host-")][: 3 * MANY]
    blocks = [pages.Page(block) for block in pages.unpacked(page)]

    assert list(dict.fromkeys(row[1:] for row in rows if row))[:20] == [anchor_of(host) for host in hosts[:20]]
    assert len(page.by_id("hosts-table").text.split("example.com")) - 1 >= MANY
    for place, host in enumerate(hosts):
        inline = place < pages.INLINE
        where = page if inline else blocks[(place - pages.INLINE) // pages.BLOCK]
        assert anchor_of(host) in where.ids
    assert page.all("html")[0]["data-inline"] == str(pages.INLINE)
    assert page.all("html")[0]["data-block"] == str(pages.BLOCK)


def test_it_says_what_matters_first() -> None:
    """How many hosts are in trouble and the three things that concern most hosts stand before the first host."""
    report = pages.report_of(MANY)
    source, page = pages.fleet_page(MANY)
    top = source[: source.index('id="hosts-table"')]

    assert f"{report.summary.in_trouble} of {MANY} hosts are in trouble." in top
    assert top.count('<span class="of">') == 3
    assert f"<b>{report.summary.concerns[0].hosts}</b> of {MANY} hosts" in top
    assert page.all("title")[0].text == f"TCP audit: {report.summary.in_trouble} of {MANY} hosts are in trouble."


@pytest.mark.parametrize("hosts", SIZES)
def test_it_can_be_walked_by_landmarks_and_headings(hosts: int) -> None:
    """One h1, one header, main and footer, no level of heading left out, every field and every picture named."""
    _source, page = pages.fleet_page(hosts)
    levels = [int(one.tag[1]) for one in page.elements if re.fullmatch(r"h[1-6]", one.tag)]

    assert [len(page.all(tag)) for tag in ("h1", "header", "main", "footer", "nav")] == [1] * 5
    assert all(after - before <= 1 for before, after in itertools.pairwise(levels))
    assert page.all("html")[0]["lang"] == "en"
    ids = {*page.ids}
    for picture in page.all("svg"):
        assert picture["aria-hidden"] or picture["aria-label"] or picture["aria-labelledby"] in ids
    for region in page.all("section"):
        assert region["aria-labelledby"] in ids
    assert len(page.all("label")) == len(page.all("select")) + len(page.all("input"))
    assert all(table.text for table in page.all("caption"))


def test_a_fleet_without_answers_is_said_in_words() -> None:
    """Where no host was reached the page says so, and each picture's place has a sentence."""
    source = pages.source_of(pages.report_on(pages.unreachable(f"db{number}") for number in range(4)))
    page = pages.Page(source)

    assert "None of the 4 hosts could be reached." in source
    assert [one.text for one in page.all("p", class_="empty")][:5] == [
        "Nothing: no rule is broken, and no diagnosis asks for anything.",
        "This is the first audit in this folder. The next one will say here what has changed.",
        "No rules were held against these hosts. audit_fleet_rules and audit_fleet_profile say which to take.",
        "No host gave counts of its sockets.",
        "No host showed a cap.",
    ]
    assert "Connection timed out" in page.by_id("hosts-table").text


def test_an_empty_folder_makes_a_page() -> None:
    """Without any record the page says that there is none, and holds no empty table."""
    source, page = pages.fleet_page(0)

    assert "No host has been audited yet." in source
    assert not page.all("table")


def test_few_hosts_are_open_from_the_start() -> None:
    """Of up to three hosts all evidence is seen at once; of more, what the reader opens."""
    _source, few = pages.fleet_page(3)
    _source, many = pages.fleet_page(MANY)

    assert [("open" in one.attributes) for one in few.all("details", class_="host")] == [True] * 3
    assert not any("open" in one.attributes for one in many.all("details", class_="host"))


def test_the_diagram_of_a_host_has_its_counts() -> None:
    """The machine is drawn once; each host's picture uses it and adds that host's numbers."""
    report = pages.report_of(3)
    _source, page = pages.fleet_page(3)
    names = [svg["aria-labelledby"] for svg in page.all("svg", class_="tcp-states")]

    assert len(page.all("symbol")) == 1
    assert len(page.all("use")) == len(names) == 3
    for name, host in zip(names, worst_first(report.hosts), strict=True):
        assert host.counts is not None
        assert f"TIME_WAIT {host.counts.states['time_wait']}" in page.by_id(name).text


def test_the_page_comes_in_pieces() -> None:
    """A fleet's page is never one text: no piece holds more than a block of hosts."""
    pieces = [len(piece) for piece in render(pages.report_of(MANY))]

    assert len(pieces) > 20
    assert max(pieces) < sum(pieces) / 5


def test_ten_thousand_hosts_stay_below_15_mb(monkeypatch: pytest.MonkeyPatch) -> None:
    """What each further host adds, also where every one is in trouble, leaves room for 10,000 of them."""
    few, more = (pages.report_of(hosts) for hosts in (60, 160))

    def each_adds() -> float:
        small, large = (len(pages.source_of(report).encode()) for report in (few, more))
        return (large - small) / 100

    worst, most = each_adds(), _page_hosts.MOST_WITH_HOLDERS
    monkeypatch.setattr(_page_hosts, "MOST_WITH_HOLDERS", 0)
    others = each_adds()

    assert worst > others
    assert len(pages.source_of(few).encode()) + most * worst + (10_000 - most) * others < 15_000_000


def hash_of(text: str) -> str:
    """As browsers compute it."""
    return "'sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode() + "'"
