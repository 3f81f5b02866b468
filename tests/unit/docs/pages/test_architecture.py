# Copyright (c) 2026, the linuxnet.tcp authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""docs/pages/architecture.py and its page: the picture shows who uses whom, and the walk goes through real files."""

from __future__ import annotations

import itertools
import re
import xml.etree.ElementTree as ET

import pytest

from ansible_collections.linuxnet.tcp.docs.pages import architecture
from ansible_collections.linuxnet.tcp.docs.pages.texts import ROOT, RST

PAGE = (ROOT / RST / "architecture.rst").read_text(encoding="utf-8")


def test_an_arrow_that_the_code_lost_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    """The sentence names both ends."""
    lost = {**architecture.ARROWS, ("_plan", "_host"): ((0, 0), (1, 1))}
    monkeypatch.setattr(architecture, "ARROWS", lost)

    with pytest.raises(LookupError, match="_plan uses _host no more"):
        architecture.draw()


def test_an_arrow_that_is_missing_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    """What the code uses is in the picture."""
    kept = {pair: way for pair, way in architecture.ARROWS.items() if pair != ("modules", "_host")}
    monkeypatch.setattr(architecture, "ARROWS", kept)

    with pytest.raises(LookupError, match="modules uses _host and the picture has no arrow"):
        architecture.draw()


def test_host_and_plan_do_not_know_each_other() -> None:
    """The law is seen in the picture."""
    assert not {("_host", "_plan"), ("_plan", "_host"), ("_model", "_host"), ("_model", "_plan")} & architecture.uses()


def test_arrows_run_from_box_to_box() -> None:
    """Each begins at the edge of its first box, ends at the edge of its second, and turns at right angles."""

    def at_edge(name: str, x: int, y: int) -> bool:
        box = architecture.BOXES[name]
        inside = box.x <= x <= box.x + box.width and box.y <= y <= box.y + architecture.BOX_HEIGHT
        return inside and (x in (box.x, box.x + box.width) or y in (box.y, box.y + architecture.BOX_HEIGHT))

    for (one, other), way in architecture.ARROWS.items():
        assert at_edge(one, *way[0]), (one, other)
        assert at_edge(other, *way[-1]), (one, other)
        assert all((a == c) != (b == d) for (a, b), (c, d) in itertools.pairwise(way)), (one, other)


def test_the_picture_is_xml_and_says_in_words_what_it_shows() -> None:
    """For those who do not see it."""
    tree = ET.fromstring(architecture.draw())
    (told,) = tree.findall("{http://www.w3.org/2000/svg}desc")

    assert "modules uses module_utils/_plan" in str(told.text)


def test_the_walk_names_files_that_are_there() -> None:
    """Every path on the page."""
    paths = re.findall(r"``((?:plugins|roles|playbooks|tests)/[\w/.]+)``", PAGE)

    assert len(paths) > 20
    assert [path for path in paths if not (ROOT / path).exists()] == []
