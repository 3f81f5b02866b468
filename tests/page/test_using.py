# Copyright (c) 2026, the linuxnet.tcp authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The page as people use it, in a real browser: look, filter, follow a link, use the keyboard."""

from __future__ import annotations

import pathlib
import time
import typing as t

import pytest
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.support.ui import Select

from ansible_collections.linuxnet.tcp.tests.page.browser import Browser
from ansible_collections.linuxnet.tcp.tests.page.conftest import MANY

PageOf = t.Callable[[int], pathlib.Path]


def names(show: Browser) -> list[str]:
    """The hosts in the table, from the top."""
    links: list[str] = show.run("return [...document.querySelectorAll('#hosts-table th a')].map(a => a.textContent)")
    return links


def said(show: Browser) -> str:
    """What the filter says it has found."""
    return show.find(".filter output").text


def choose(show: Browser, field: str, words: str) -> None:
    """Take a line of one of the lists, and wait until the address says so, which comes last."""
    before = show.driver.current_url
    Select(show.find(f"[name={field}]")).select_by_visible_text(words)
    wait_for(lambda: show.driver.current_url != before)


def wait_for(what: t.Callable[[], bool]) -> None:
    """Wait until it is so, for at most twenty seconds."""
    end = time.monotonic() + 20
    while not what():
        assert time.monotonic() < end, "not so after twenty seconds"
        time.sleep(0.02)


def test_the_worst_is_seen_without_scrolling(show: Browser, sample_page: pathlib.Path) -> None:
    """In a window of 1280 by 900 stand the verdict, the three concerns, and the worst host with its reason."""
    show.open(sample_page)
    seen = "const box = arguments[0].getBoundingClientRect(); return box.top >= 0 && box.bottom <= innerHeight"

    assert show.find(".verdict").text == "11 of 40 hosts are in trouble."
    for part in (".verdict", ".concerns li:last-child", "#hosts-table tbody tr:first-child"):
        assert show.run(seen, show.find(part)), part
    assert names(show)[0] == "web-fra-4.example.net"
    assert "Accept queue overflow" in show.find("#hosts-table tbody tr:first-child").text


def test_the_evidence_names_who_holds_the_sockets(show: Browser, sample_page: pathlib.Path) -> None:
    """In a host's section stand its listeners, peers and processes, with what their sockets are doing."""
    show.open(sample_page)
    show.find("#hosts-table tbody a[href*='web-ams-7']").click()
    table = next(one for one in show.all("table.holders") if one.is_displayed())
    rows = table.text.splitlines()

    assert [row for row in rows[1:] if row.startswith(("Listeners", "Peers", "Processes"))] == [
        "Listeners", "Peers and 2 more in the record", "Processes",
    ]  # fmt: skip
    assert "java (2210) 8,630 CLOSE_WAIT 8,412, ESTABLISHED 218" in rows
    assert "accept queue 0 of 4,096" in table.text


def test_the_filter_takes_text_severity_group_and_rule(show: Browser, sample_page: pathlib.Path) -> None:
    """Each field narrows the table, all of them together; the sentence beside them says how many are left."""
    show.open(sample_page)
    show.find("[name=text]").send_keys("cache FRA")
    assert names(show) == ["cache-fra-1.example.net", "cache-fra-2.example.net", "cache-fra-3.example.net"]
    assert said(show) == "3 of 40 hosts match."

    choose(show, "worst", "in trouble (medium or graver)")
    assert names(show) == ["cache-fra-1.example.net"]

    show.find("button[type=reset]").click()
    wait_for(lambda: len(names(show)) == 40)
    choose(show, "group", "db")
    choose(show, "worst", "gave no answer")
    assert names(show) == ["db-fra-2.example.net"]

    show.find("button[type=reset]").click()
    wait_for(lambda: len(names(show)) == 40)
    choose(show, "concern", "net.ipv4.tcp_syncookies (3)")
    assert sorted(names(show)) == ["web-ams-2.example.net", "web-ams-5.example.net", "web-ams-9.example.net"]

    show.find("[name=text]").send_keys("nobody")
    assert names(show) == []
    assert said(show) == "No host matches: show all, or ask for less."


def test_a_filter_can_be_sent_to_somebody(show: Browser, sample_page: pathlib.Path) -> None:
    """The address holds the filter; opened elsewhere, it shows the same hosts."""
    show.open(sample_page)
    show.find("[name=text]").send_keys("ams")
    choose(show, "worst", "medium")
    address, found = show.driver.current_url, names(show)
    show.open(sample_page, "#" + address.partition("#")[2])

    assert found
    assert names(show) == found
    assert show.find("[name=text]").get_attribute("value") == "ams"


def test_a_concern_leads_to_its_hosts(show: Browser, sample_page: pathlib.Path) -> None:
    """The number beside a concern is a link to the hosts that it counts."""
    show.open(sample_page)
    link = show.find(".concerns li:nth-child(2) .of a")
    count = int(link.find_element(By.TAG_NAME, "b").text)
    link.click()
    wait_for(lambda: len(names(show)) == count)

    assert all("Local ports exhaustion" in row.text for row in show.all("#hosts-table tbody tr"))


def test_a_link_to_a_host_opens_it(show: Browser, sample_page: pathlib.Path) -> None:
    """By its address or from the table: the section is open, in view, and has the focus."""
    show.open(sample_page)
    anchor = show.find("#hosts-table tbody tr:nth-child(4) th a").get_attribute("hash")
    show.open(sample_page, anchor or "")
    opened = "return [...document.querySelectorAll('details.host[open] h3')].map(h => h.textContent)"

    wait_for(lambda: show.run(opened) == [names(show)[3]])
    top = show.run("return document.querySelector('details.host[open]').getBoundingClientRect().top")
    assert -5 <= top < 200
    focus = "return document.activeElement === document.querySelector('details.host[open] > summary')"
    wait_for(lambda: bool(show.run(focus)))
    assert "CLOSE_WAIT" in show.find("details.host[open]").text


def test_a_packed_host_opens_as_well(show: Browser, large_page: pathlib.Path) -> None:
    """A host whose section is packed is unpacked when its link is followed, by hand or by its address."""
    show.open(large_page)
    last = show.find("#more")
    while last.is_displayed():
        last.click()
    link = show.find("#hosts-table tbody tr:last-child th a")
    name, anchor = link.text, link.get_attribute("hash")
    assert not show.run("return document.getElementById(arguments[0])", (anchor or "")[1:])
    link.click()
    heading = "details.host[open] h3"
    wait_for(lambda: [one.text for one in show.all(heading)] == [name])
    assert show.find("details.host[open] svg.tcp-states").size["height"] > 100

    show.open(large_page, anchor or "")
    wait_for(lambda: [one.text for one in show.all(heading)] == [name])
    assert not show.console()


def test_the_keyboard_is_enough(show: Browser, sample_page: pathlib.Path) -> None:
    """Tab leads to the skip link and on; in the table arrows move, Enter opens, / searches, Esc shows all."""
    show.open(sample_page)
    keys = show.driver.switch_to
    show.find("body").send_keys(Keys.TAB)
    assert keys.active_element.text == "Skip to the hosts"

    show.find("[name=text]").send_keys("proxy", Keys.ARROW_DOWN)
    assert keys.active_element.text == "proxy-ams-3.example.net"
    keys.active_element.send_keys(Keys.ARROW_DOWN)
    assert keys.active_element.text == "proxy-fra-1.example.net"
    keys.active_element.send_keys("/")
    assert keys.active_element.get_attribute("name") == "text"
    keys.active_element.send_keys(Keys.ESCAPE)
    wait_for(lambda: len(names(show)) == 40)
    keys.active_element.send_keys(Keys.ARROW_DOWN)
    keys.active_element.send_keys(Keys.END)
    assert keys.active_element.text == names(show)[-1]
    keys.active_element.send_keys(Keys.HOME)
    keys.active_element.send_keys(Keys.ENTER)
    wait_for(lambda: len(show.all("details.host[open]")) == 1)


def test_it_can_be_read_without_its_script(show: Browser, large_page: pathlib.Path) -> None:
    """Without scripts the verdict and all hosts are there, and no control that would do nothing."""
    show.scripts(allowed=False)
    show.open(large_page)

    assert "hosts are in trouble" in show.find(".verdict").text
    assert not show.find(".filter").is_displayed()
    assert len([row for row in show.all("#hosts-table tbody tr") if row.is_displayed()]) == MANY


@pytest.mark.parametrize("hosts", [0, 1, 3])
def test_small_fleets_are_shown_whole(show: Browser, page_of: PageOf, hosts: int) -> None:
    """Of one host and of three all is open at once; three that gave no answer are said to have given none."""
    show.open(page_of(hosts))
    opened = show.all("details.host[open]")

    assert len(opened) == (hosts or 3)
    assert not show.console()
    if not hosts:
        assert show.find(".verdict").text == "None of the 3 hosts could be reached."
        assert len([one for one in show.all(".empty") if one.is_displayed()]) >= 5
