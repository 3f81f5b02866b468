# Copyright (c) 2026, the linuxnet.tcp authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How the unit tests are run, by pytest and by ansible-test.

How much random input the tests marked ``fuzz`` get:

A test with hypothesis' ``@given`` and ``@pytest.mark.fuzz`` runs with a handful of examples in every unit run. With
``LINUXNET_FUZZ_EXAMPLES=100000`` in the environment, as in ``make fuzz``, it gets its share of that number: those that
break what the kernel sent share out the whole (``fuzz(share=0.4)``), the others get a hundredth each on top. Such a
test sets no ``max_examples`` of its own.
"""

from __future__ import annotations

import os
import sys

import hypothesis
import pytest

# A property is looked at closely once, on the newest Python; on the others the question is whether it runs at all.
FEW_EXAMPLES = 50 if sys.version_info >= (3, 13) else 15
COMMON_SHARE = 0.01
VARIABLE = "LINUXNET_FUZZ_EXAMPLES"


def pytest_configure(config: pytest.Config) -> None:
    """Name the marker, for ansible-test does not read pyproject.toml; and run the tests in few processes."""
    config.addinivalue_line("markers", f"fuzz: random input through a parser; {VARIABLE} sets how much")
    use_profile()
    # Whoever is in a group of their own has a umask that lets it write (Debian 13). What tests make has to be trusted.
    os.umask(0o022)
    # ansible-test forks for each test, for those that leave a mess behind. Ours leave none, as pytest alone shows, and
    # the forks take two thirds of the time.
    if config.pluginmanager.has_plugin("ansible_forked"):
        config.pluginmanager.unregister(name="ansible_forked")


def pytest_collection_finish(session: pytest.Session) -> None:
    """Give each fuzz test its share. A profile comes too late for that: ``@given`` has bound the settings already."""
    total = int(os.environ.get(VARIABLE, "0"))
    shares = {item.obj: _share(item) for item in session.items if isinstance(item, pytest.Function)}
    for function, share in shares.items():
        if total and share:
            hypothesis.settings(max_examples=max(1, round(total * share)))(function)


def _share(item: pytest.Item) -> float:
    mark = item.get_closest_marker("fuzz")
    return float(mark.kwargs.get("share", COMMON_SHARE)) if mark else 0.0


def use_profile() -> None:
    """The profile of all hypothesis tests.

    Without a deadline, because a busy machine is no finding; without a database and from a fixed seed, so that two
    runs on two machines see the same input.
    """
    hypothesis.settings.register_profile(
        "linuxnet",
        max_examples=FEW_EXAMPLES,
        deadline=None,
        database=None,
        derandomize=VARIABLE not in os.environ,
        print_blob=True,
        suppress_health_check=[hypothesis.HealthCheck.too_slow],
    )
    hypothesis.settings.load_profile("linuxnet")
