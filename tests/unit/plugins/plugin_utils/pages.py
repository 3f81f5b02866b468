# Copyright (c) 2026, the linuxnet.tcp authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A page read as a browser would, for the tests of its parts; and reports of fleets that are not there."""

from __future__ import annotations

import base64
import dataclasses
import functools
import html.parser
import typing as t
import zlib

from ansible_collections.linuxnet.tcp.plugins.plugin_utils._record import Found, Problem, file_name, make_record
from ansible_collections.linuxnet.tcp.plugins.plugin_utils._report_build import build
from ansible_collections.linuxnet.tcp.plugins.plugin_utils._report_html import render
from ansible_collections.linuxnet.tcp.plugins.plugin_utils._report_model import Report
from ansible_collections.linuxnet.tcp.tests.unit.plugins.plugin_utils import records

#: A fleet of which most hosts are packed.
MANY, INLINE, BLOCK = 45, 20, 10

VOID = frozenset({"meta", "link", "input", "col", "br", "img", "hr"})


@dataclasses.dataclass(frozen=True)
class Element:
    """A start tag: its name, its attributes, and all text up to its end tag."""

    tag: str
    attributes: dict[str, str | None]
    texts: list[str]

    @property
    def text(self) -> str:
        """Its text on one line."""
        return " ".join("".join(self.texts).split())

    def __getitem__(self, name: str) -> str:
        """An attribute; empty where it is not there."""
        return self.attributes.get(name) or ""


class Page(html.parser.HTMLParser):
    """The elements of a page in order; AssertionError where an end tag does not fit."""

    def __init__(self, source: str) -> None:
        super().__init__(convert_charrefs=True)
        self.elements: list[Element] = []
        self._open: list[Element] = []
        self.feed(source)
        self.close()
        assert not self._open, [element.tag for element in self._open]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note the element; attributes may be there once."""
        assert len({name for name, _value in attrs}) == len(attrs), (tag, attrs)
        element = Element(tag, dict(attrs), [])
        self.elements.append(element)
        if tag not in VOID:
            self._open.append(element)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """The closed elements of SVG."""
        self.elements.append(Element(tag, dict(attrs), []))

    def handle_endtag(self, tag: str) -> None:
        """It must be that of the element that was opened last."""
        assert self._open, tag
        assert self._open[-1].tag == tag, (self._open[-1], tag)
        self._open.pop()

    def handle_data(self, data: str) -> None:
        """The text belongs to all elements around it."""
        for element in self._open:
            element.texts.append(data)

    def all(self, tag: str, **attributes: str) -> list[Element]:
        """The elements of this tag; `class_` is one of its classes."""
        wanted = {name.rstrip("_").replace("_", "-"): value for name, value in attributes.items()}
        return [
            element
            for element in self.elements
            if element.tag == tag
            and all(value in element[name].split() if name == "class" else element[name] == value
                    for name, value in wanted.items())
        ]  # fmt: skip

    def by_id(self, name: str) -> Element:
        """The one element of this id."""
        (found,) = [element for element in self.elements if element["id"] == name]
        return found

    @property
    def ids(self) -> list[str]:
        """All ids."""
        return [element["id"] for element in self.elements if "id" in element.attributes]


def report_of(hosts: int, hostile: bool = False) -> Report:
    """The report on so many hosts."""
    return report_on(records.record_of(number, hostile) for number in range(hosts))


def report_on(some: t.Iterable[dict[str, t.Any]]) -> Report:
    """The report on these records."""
    return build(((file_name(record["host"]), record) for record in some), records.NOW)


def unreachable(name: str) -> dict[str, t.Any]:
    """The record of a host that gave no answer."""
    found = Found(problems=[Problem("host", "Connection timed out")])
    return make_record(name, ["web"], "unreachable", found, records.NOW)


def source_of(report: Report) -> str:
    """The page as one text."""
    return "".join(render(report, INLINE, BLOCK))


@functools.cache
def fleet_page(hosts: int, hostile: bool = False) -> tuple[str, Page]:
    """The page of so many hosts, as text and as read."""
    source = source_of(report_of(hosts, hostile))
    return source, Page(source)


def unpacked(page: Page) -> list[str]:
    """What is packed in the page, block by block."""
    blocks = page.all("script", type="text/plain")
    return [zlib.decompress(base64.b64decode("".join(block.texts))).decode() for block in blocks]
