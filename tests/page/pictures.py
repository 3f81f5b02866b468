# Copyright (c) 2026, the linuxnet.tcp authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The documentation's pictures of the page, taken by Chromium of the sample fleet.

    nox -s pictures                             take them anew
    python -m ...tests.page.pictures --check    fail where the page looks otherwise than when they were taken

Two machines never draw the same pixels, so a picture keeps a digest of what the page was made from, and --check
compares that; it needs no browser. With the font Inter installed (Debian: fonts-inter) they look as they do now.
"""

from __future__ import annotations

import argparse
import hashlib
import pathlib
import struct
import sys
import tempfile
import typing as t
import zlib

from ansible_collections.linuxnet.tcp.plugins.plugin_utils import _page_templates
from ansible_collections.linuxnet.tcp.plugins.plugin_utils._page_hosts import anchor_of
from ansible_collections.linuxnet.tcp.plugins.plugin_utils._report_html import render
from ansible_collections.linuxnet.tcp.plugins.plugin_utils._report_model import Report
from ansible_collections.linuxnet.tcp.tests.page import browser, sample

IMAGES = pathlib.Path(__file__).resolve().parents[2] / "docs" / "docsite" / "rst" / "images"
LARGEST = 260_000
KEYWORD = b"linuxnet-tcp-page"
_SIGNATURE = b"\x89PNG\r\n\x1a\n"


class Picture(t.NamedTuple):
    """One picture: of what part of the page (an element that is scrolled to the top), and in what window."""

    name: str
    width: int
    height: int
    scheme: str
    part: str = ""
    host: str = ""


PICTURES = (
    Picture("report-overview", 1200, 880, "light"),
    Picture("report-dark", 1200, 880, "dark"),
    Picture("report-host", 1200, 1320, "light", host="web-ams-7.example.net"),
    Picture("report-rules", 1200, 830, "light", part="#hosts-by-rules"),
    Picture("report-states", 1200, 640, "light", part="#states"),
    Picture("report-narrow", 420, 1000, "light"),
)


def digest() -> str:
    """Of all that decides how the page of the sample looks: templates, style, script, the diagram, the sample."""
    made_from = hashlib.sha256(pathlib.Path(sample.__file__).read_bytes())
    for text in (*_page_templates.sources(), _page_templates.style(), _page_templates.machine()):
        made_from.update(text.encode())
    return made_from.hexdigest()


def stale() -> list[str]:
    """The names of the pictures that are not there, or not of the page as it is."""
    wanted = digest().encode()
    return [one.name for one in PICTURES if made_from(IMAGES / f"{one.name}.png") != wanted]


def made_from(path: pathlib.Path) -> bytes | None:
    """The digest that a picture keeps."""
    if not path.exists():
        return None
    texts = (data for kind, data in chunks(path.read_bytes()) if kind == b"tEXt")
    return next((data.partition(b"\0")[2] for data in texts if data.startswith(KEYWORD + b"\0")), None)


def chunks(png: bytes) -> t.Iterator[tuple[bytes, bytes]]:
    """The pieces of a PNG file."""
    at = len(_SIGNATURE)
    while at < len(png):
        length, kind = struct.unpack_from(">I4s", png, at)
        yield kind, png[at + 8 : at + 8 + length]
        at += 12 + length


def marked(png: bytes, mark: str) -> bytes:
    """The picture, packed as small as zlib can, with the digest in it."""
    pieces = list(chunks(png))
    pixels = zlib.decompress(b"".join(data for kind, data in pieces if kind == b"IDAT"))
    head = [piece for piece in pieces if piece[0] == b"IHDR"]
    small = [*head, (b"tEXt", KEYWORD + b"\0" + mark.encode()), (b"IDAT", zlib.compress(pixels, 9)), (b"IEND", b"")]
    return _SIGNATURE + b"".join(
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data)) for kind, data in small
    )


def take(report: Report) -> None:
    """Take all pictures."""
    anchors = {host.name: f"#{anchor_of(host)}" for host in report.hosts}
    with tempfile.TemporaryDirectory() as folder, browser.browser(pathlib.Path(folder, "profile")) as window:
        page = pathlib.Path(folder, "report.html")
        page.write_text("".join(render(report)), encoding="utf-8")
        for one in PICTURES:
            window.size(one.width, one.height)
            window.media("screen", one.scheme)
            window.open(page, anchors.get(one.host, ""))
            if one.part:
                window.run("document.querySelector(arguments[0]).scrollIntoView()", one.part)
            # A link to a host gives it the focus, whose ring belongs to those who use the keyboard.
            window.run("return new Promise((done) => setTimeout(() => { document.activeElement.blur(); done() }, 300))")
            png = marked(window.picture(), digest())
            if len(png) > LARGEST:
                raise SystemExit(f"{one.name} has {len(png):,} bytes: make its window smaller")
            (IMAGES / f"{one.name}.png").write_bytes(png)
            print(f"{one.name}.png: {len(png):,} bytes")


def main(arguments: list[str] | None = None) -> int:
    """The exit status: 1 where --check found pictures of another page."""
    parser = argparse.ArgumentParser(description="The documentation's pictures of report.html.")
    parser.add_argument("--check", action="store_true", help="take none; fail where the page looks otherwise now")
    if not parser.parse_args(arguments).check:
        take(sample.report())
        return 0
    for name in stale():
        print(f"{name}.png is of another page: run `nox -s pictures`, and look at it.", file=sys.stderr)
    return 1 if stale() else 0


if __name__ == "__main__":
    sys.exit(main())
