# Copyright (c) 2026, the linuxnet.tcp authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The page keeps to itself: nothing asked of the network, nothing run but its own script, whatever hosts are called."""

from __future__ import annotations

import pathlib

from ansible_collections.linuxnet.tcp.tests.page.browser import Browser

#: Ways to get something run, loaded or sent by a page into which one can write.
INJECT = {
    "a script": "const s = add('script'); s.textContent = 'window.owned = 1'; document.head.append(s)",
    "a handler": "const d = add('div'); d.innerHTML = '<a onclick=\"window.owned = 1\">x</a>'; d.firstChild.click()",
    "a style": "add('style').textContent = 'body { display: none }'",
    "an image": "add('img').src = 'https://192.0.2.1/x.png'",
    "a frame": "add('iframe').src = 'https://192.0.2.1/'",
    "a fetch": "fetch('https://192.0.2.1/').catch(() => {})",
}
ADD = "const add = (tag) => document.body.appendChild(document.createElement(tag));"


def test_nothing_is_asked_of_the_network(show: Browser, sample_page: pathlib.Path) -> None:
    """To open the page and one of its hosts the browser reads one file, and has nothing to complain of."""
    show.open(sample_page)
    show.find("#hosts-table tbody th a").click()

    assert {address.partition("#")[0] for address in show.requests()} == {sample_page.as_uri()}
    assert show.console() == []


def test_the_policy_stops_what_is_not_ours(show: Browser, sample_page: pathlib.Path) -> None:
    """A script, a handler, a style, an image, a frame and a request that got in do nothing, and are reported."""
    for what, script in INJECT.items():
        show.open(sample_page)
        show.run(ADD + script)
        complaints = show.console()

        assert any("Content Security Policy" in one for one in complaints), (what, complaints)
        assert show.run("return window.owned === undefined && document.body.offsetHeight > 0"), what
        assert not [address for address in show.requests() if "192.0.2.1" in address], what


def test_hostile_hosts_do_nothing(show: Browser, hostile_page: pathlib.Path) -> None:
    """Hosts named after scripts, quotes and control characters are text: every one can be opened, in silence."""
    show.open(hostile_page)
    shown = show.run(
        "for (const details of document.querySelectorAll('details')) details.open = true;"
        "return [document.scripts.length, document.querySelectorAll('img, iframe, script[src]').length, window.owned]"
    )
    blocks = show.run("return document.querySelectorAll('script[type]').length")

    assert shown == [2 + blocks, 0, None]
    assert "<script>alert(1)</script>" in show.run("return document.querySelector('main').textContent")
    assert show.run("return document.documentElement.scrollWidth <= innerWidth")
    assert show.console() == []
    assert {address.partition("#")[0] for address in show.requests()} == {hostile_page.as_uri()}


def test_every_packed_hostile_host_opens(show: Browser, hostile_page: pathlib.Path) -> None:
    """What is unpacked goes through the same policy; following each of those links brings up that host."""
    show.open(hostile_page)
    opened = show.driver.execute_async_script(
        """
        const done = arguments[0];
        document.querySelector("#more").click(); document.querySelector("#more").click();
        const links = [...document.querySelectorAll("#hosts-table th a")].slice(200);
        (async () => {
          for (const link of links) {
            link.click();
            const id = link.getAttribute("href").slice(1);
            for (let tries = 0; tries < 100 && !document.getElementById(id); tries++) {
              await new Promise((wake) => setTimeout(wake, 10));
            }
          }
          done(links.map((link) => [link.textContent,
            document.getElementById(link.getAttribute("href").slice(1)).closest("details").querySelector("h3").textContent]));
        })();
        """
    )

    assert len(opened) == 15
    for name, heading in opened:
        assert name == heading or ("…" in name and heading.startswith(name.partition("…")[0]))
    assert show.console() == []
