# Copyright (c) 2026, the linuxnet.tcp authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The page as it looks: in the light, in the dark, on a telephone, on paper; legible everywhere."""

from __future__ import annotations

import base64
import pathlib
import re

import pytest

from ansible_collections.linuxnet.tcp.tests.page.browser import Browser

#: Texts whose contrast with what is behind them is below that of WCAG 2.2 AA (1.4.3), as `words: ratio`.
PALE = r"""
const channel = (value) => (value /= 255) <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
const light = (rgb) => 0.2126 * channel(rgb[0]) + 0.7152 * channel(rgb[1]) + 0.0722 * channel(rgb[2]);
const numbers = (colour) => colour.match(/[\d.]+/g).map(Number);
const ground = (element) => {
  for (let one = element; one; one = one.parentElement) {
    const colour = numbers(getComputedStyle(one).backgroundColor);
    if (colour.length < 4 || colour[3] > 0) return colour;
  }
  return [255, 255, 255];
};
const pale = [];
for (const details of document.querySelectorAll("details")) details.open = true;
for (const element of document.querySelectorAll("body *")) {
  const own = [...element.childNodes].filter((node) => node.nodeType === 3).map((node) => node.data).join("").trim();
  if (!own || !element.checkVisibility() || element.closest("svg, script, select, .unseen")) continue;
  const style = getComputedStyle(element), size = parseFloat(style.fontSize);
  const [one, two] = [light(numbers(style.color)), light(ground(element))];
  const ratio = (Math.max(one, two) + 0.05) / (Math.min(one, two) + 0.05);
  const large = size >= 24 || (size >= 18.66 && style.fontWeight >= 700);
  if (ratio < (large ? 3 : 4.5)) pale.push(own.slice(0, 40) + ": " + ratio.toFixed(2));
}
return [...new Set(pale)];
"""
#: Pictures whose pieces stand out too little from the paper (1.4.11).
FAINT = r"""
const channel = (value) => (value /= 255) <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
const light = (rgb) => 0.2126 * channel(rgb[0]) + 0.7152 * channel(rgb[1]) + 0.0722 * channel(rgb[2]);
const numbers = (colour) => colour.match(/[\d.]+/g).map(Number);
const paper = light(numbers(getComputedStyle(document.body).backgroundColor));
const faint = new Set();
for (const piece of document.querySelectorAll(".strip rect, .bar .fill")) {
  const one = light(numbers(getComputedStyle(piece).fill));
  const ratio = (Math.max(one, paper) + 0.05) / (Math.min(one, paper) + 0.05);
  if (ratio < 3) faint.add(getComputedStyle(piece).fill + ": " + ratio.toFixed(2));
}
return [...faint];
"""


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_everything_is_legible(show: Browser, sample_page: pathlib.Path, scheme: str) -> None:
    """Every word has the contrast of WCAG AA with what is behind it, every piece of a picture with the paper."""
    show.media("screen", scheme)
    show.open(sample_page)
    dark = show.run("return getComputedStyle(document.body).backgroundColor")

    assert dark == {"light": "rgb(255, 255, 255)", "dark": "rgb(13, 17, 23)"}[scheme]
    assert show.run(PALE) == []
    assert show.run(FAINT) == []


@pytest.mark.parametrize("width", [340, 600, 1024, 1920])
def test_it_fits_any_window(show: Browser, large_page: pathlib.Path, width: int) -> None:
    """From a telephone's width on, the page as a whole never needs to be moved sideways."""
    show.size(width, 800)
    show.open(large_page, "")
    show.run("for (const details of [...document.querySelectorAll('details')].slice(0, 25)) details.open = true")

    assert show.run("return document.documentElement.scrollWidth") <= width
    assert show.find(".verdict").is_displayed()


def test_paper_has_no_controls_and_is_white(show: Browser, sample_page: pathlib.Path) -> None:
    """Printed, also from a dark screen, the page is dark on white, without filter and links of the screen."""
    show.media("print", "dark")
    show.open(sample_page)

    assert show.run("return getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    assert not show.find(".filter").is_displayed()
    assert not show.find("nav").is_displayed()
    assert show.run(PALE) == []


def test_it_can_be_printed(show: Browser, sample_page: pathlib.Path) -> None:
    """Printing opens the hosts in trouble; the whole comes out in some pages."""
    show.open(sample_page)
    show.run("dispatchEvent(new Event('beforeprint'))")
    opened = len(show.all("details.host[open]"))
    printed = show.driver.execute_cdp_cmd("Page.printToPDF", {"printBackground": True})
    sheets = len(re.findall(rb"/Type\s*/Page\b", base64.b64decode(printed["data"])))

    assert opened == 11
    assert 5 < sheets < 40
