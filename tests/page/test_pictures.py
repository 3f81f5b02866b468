# Copyright (c) 2026, the linuxnet.tcp authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The documentation's pictures are of the page as it is."""

from __future__ import annotations

import pathlib
import zlib

from ansible_collections.linuxnet.tcp.tests.page import pictures


def test_the_pictures_are_of_this_page() -> None:
    """Whoever changes how the page looks takes the pictures anew (nox -s pictures), and looks at them."""
    assert pictures.stale() == []


def test_the_pictures_are_small() -> None:
    """Each has less than 200 kB: they are in the tarball."""
    sizes = {path.name: path.stat().st_size for path in pictures.IMAGES.glob("report-*.png")}

    assert set(sizes) == {f"{one.name}.png" for one in pictures.PICTURES}
    assert max(sizes.values()) < pictures.LARGEST


def test_a_picture_keeps_what_it_was_made_from(tmp_path: pathlib.Path) -> None:
    """The digest goes into the file and comes out of it again; the pixels stay."""
    source = (pictures.IMAGES / "report-narrow.png").read_bytes()
    path = tmp_path / "x.png"
    path.write_bytes(pictures.marked(source, "abc"))

    def pixels(png: bytes) -> bytes:
        return zlib.decompress(b"".join(data for kind, data in pictures.chunks(png) if kind == b"IDAT"))

    assert pictures.made_from(path) == b"abc"
    assert pictures.made_from(tmp_path / "none.png") is None
    assert pixels(path.read_bytes()) == pixels(source)
