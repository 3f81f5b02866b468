# Copyright (c) 2026, the linuxnet.tcp authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""docs/pages/diagnoses.py: the guide has a section for each diagnosis, and says what its rule says."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from ansible_collections.linuxnet.tcp.docs.pages import diagnoses
from ansible_collections.linuxnet.tcp.plugins.module_utils._plan.diagnoses.rule import Rule
from ansible_collections.linuxnet.tcp.plugins.module_utils._plan.diagnosis import RULES, address_of

ROOT = Path(__file__).parents[4]
PAGE = ROOT / "docs" / "docsite" / "rst" / "guide_diagnoses.rst"
CASES = ROOT / "tests" / "unit" / "plugins" / "module_utils" / "_plan" / "diagnosis"
EACH_RULE = pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)


def sections() -> dict[str, str]:
    """The text of each section of the page, by its heading."""
    pieces = re.split(r"^(\w+)\n~+\n", PAGE.read_text(encoding="utf-8"), flags=re.MULTILINE)
    return dict(zip(pieces[1::2], pieces[2::2], strict=True))


def test_the_sections_are_those_of_the_rules() -> None:
    """Each diagnosis once, and none that is no diagnosis."""
    headings = re.findall(r"^(\w+)\n~+$", PAGE.read_text(encoding="utf-8"), re.MULTILINE)

    assert sorted(heading for heading in headings if heading != "Ask") == sorted(rule.id for rule in RULES)


@EACH_RULE
def test_the_address_of_a_finding_is_the_anchor_of_its_section(rule: Rule) -> None:
    """Sphinx and docutils make the anchor out of the heading: small letters, and a hyphen for what is no letter."""
    (heading,) = [heading for heading in sections() if heading == rule.id]
    anchor = re.sub(r"[^a-z0-9]+", "-", heading.lower()).strip("-")

    assert address_of(rule.id).endswith(f"/docs/docsite/rst/{PAGE.name}#{anchor}")


@EACH_RULE
def test_a_diagnosis_is_told_in_full(rule: Rule) -> None:
    """What it means, by which numbers, who acts, what to do, and what does not help."""
    section = sections()[rule.id]

    assert diagnoses.marked(rule.meaning) in section
    assert [field for field in ("Evidence", "Who acts", "Do", "Does not help") if f"\n:{field}: " not in section] == []


@EACH_RULE
def test_the_numbers_of_the_evidence_are_explained(rule: Rule) -> None:
    """Every name that evidence has in any case is named; of counters without what tells how they moved."""
    found = [json.loads(path.read_text(encoding="utf-8"))["findings"] for path in CASES.glob("*/*.json")]
    names = {name for case in found if rule.id in case for name in case[rule.id]["evidence"]}
    section = sections()[rule.id]

    assert names
    assert [name for name in names if f"``{re.sub('_rise$|_per_second$', '', name)}``" not in section
            and f"``{name}``" not in section] == []  # fmt: skip


def test_every_common_mistake_is_listed_with_its_findings() -> None:
    """All seventeen, each with the diagnoses that show it."""
    page = PAGE.read_text(encoding="utf-8").partition("The seventeen common mistakes\n")[2]
    listed = dict(re.findall(r"^(\d+)\. (.*)$", page, re.MULTILINE))

    assert [int(number) for number in listed] == list(range(1, 18))
    for rule in RULES:
        if rule.mistake:
            assert f"`{rule.id}`_" in listed[str(rule.mistake)]
    assert {number for number, text in listed.items() if "`_" not in text} == {"14", "15", "17"}


@pytest.mark.parametrize(
    ("text", "marked"),
    [
        ("net.ipv4.tcp_mem is", "``net.ipv4.tcp_mem`` is"),
        ("TIME_WAIT of 60 s.", "``TIME_WAIT`` of 60 s."),
        ("NAT and TCP's", "NAT and TCP's"),
    ],
)
def test_names_are_set_as_code(text: str, marked: str) -> None:
    """Keys and states, and no other word in capitals."""
    assert diagnoses.marked(text) == marked
