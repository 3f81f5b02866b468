# Copyright (c) 2026, the linuxnet.tcp authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which tests a changed file answers to."""

from __future__ import annotations

from pathlib import Path

import pytest

from ansible_collections.linuxnet.tcp.tests.mutants import mirror

PLAN, MODEL = mirror.TESTS / "_plan", mirror.TESTS / "_model"


@pytest.mark.parametrize(
    ("file", "first", "others"),
    [
        ("_plan/counting.py", PLAN / "test_counting.py", set()),
        ("_model/couplings.py", MODEL / "test_couplings.py", {PLAN / "test_changes.py"}),
        ("_model/plans.py", PLAN / "test_changes.py", {PLAN / "test_key_steps.py", PLAN / "test_first_sights.py"}),
        ("_plan/boot_procps.py", PLAN / "test_boot_order.py", set()),
        ("_plan/diagnoses/queues.py", PLAN / "test_diagnosis.py", set()),
        ("_plan/diagnoses/host.py", PLAN / "diagnoses" / "test_host.py", {PLAN / "test_diagnosis.py"}),
        ("_model/rows/memory.py", MODEL / "test_catalogue.py", {MODEL / "test_catalogue_measured.py"}),
    ],
)
def test_a_file_answers_to_its_mirror_and_to_who_imports_it(file: str, first: Path, others: set[Path]) -> None:
    """The mirror comes first; without one it is the mirror of the file that imports it. What tests share counts."""
    tests = mirror.tests_of(mirror.CODE / file)

    assert tests[0] == first
    assert others <= set(tests)


def test_every_file_has_a_test() -> None:
    """Nothing is decided that no unit test of these layers could notice."""
    files = mirror.files()

    assert len(files) > 40
    assert all(mirror.tests_of(file) for file in files)


def test_imports_are_followed_however_they_are_written() -> None:
    """Relative and absolute ones, of a name in a file and of a file; the standard library is nobody's."""
    assert mirror.CODE / "_model" / "errors.py" in set(mirror.imported(mirror.CODE / "_plan" / "compliance.py"))
    assert mirror.CODE / "_plan" / "counting.py" in set(mirror.imported(PLAN / "test_counting.py"))
    assert all((mirror.ROOT / path).is_file() for path in mirror.imported(PLAN / "test_counting.py"))
