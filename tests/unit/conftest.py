# Copyright (c) 2026, the linuxnet.tcp authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How much random input the tests marked ``fuzz`` get.

A test with hypothesis' ``@given`` and ``@pytest.mark.fuzz`` runs with a handful of examples in every unit run. With
``LINUXNET_FUZZ_EXAMPLES=100000`` in the environment, as in ``make fuzz``, that number is shared out evenly over the
fuzz tests selected. Such a test sets no ``max_examples`` of its own.
"""

from __future__ import annotations

import os

import hypothesis
import pytest

FEW_EXAMPLES = 50
VARIABLE = "LINUXNET_FUZZ_EXAMPLES"


def pytest_configure(config: pytest.Config) -> None:
    """Name the marker: ansible-test does not read pyproject.toml."""
    config.addinivalue_line("markers", f"fuzz: random input through a parser; {VARIABLE} sets how much")
    use_profile(FEW_EXAMPLES)


def pytest_collection_finish(session: pytest.Session) -> None:
    """Share the examples out, once it is known over how many tests."""
    total = os.environ.get(VARIABLE)
    tests = sum(1 for item in session.items if item.get_closest_marker("fuzz"))
    if total and tests:
        use_profile(-(-int(total) // tests))


def use_profile(examples: int) -> None:
    """The profile of all hypothesis tests from now on.

    Without a deadline, because a busy machine is no finding; without a database and from a fixed seed, so that two
    runs on two machines see the same input.
    """
    hypothesis.settings.register_profile(
        "linuxnet",
        max_examples=examples,
        deadline=None,
        database=None,
        derandomize=VARIABLE not in os.environ,
        print_blob=True,
        suppress_health_check=[hypothesis.HealthCheck.too_slow],
    )
    hypothesis.settings.load_profile("linuxnet")


