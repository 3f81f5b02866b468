# Copyright (c) 2026, the linuxnet.tcp authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""One list of pins serves all Pythons."""

from __future__ import annotations

import pytest

from ansible_collections.linuxnet.tcp.tests.gates import pins

MERGED = [
    pytest.param(["1", "1", "1"], ["it==1"], id="alike"),
    pytest.param(["1", "2", "2"], ['it==1; python_version < "3.12"', 'it==2; python_version >= "3.12"'], id="old"),
    pytest.param([None, None, "2"], ['it==2; python_version >= "3.13"'], id="newest only"),
    pytest.param(["1", None, None], ['it==1; python_version < "3.12"'], id="oldest only"),
    pytest.param([None, "1", None], ['it==1; python_version >= "3.12" and python_version < "3.13"'], id="middle only"),
]


@pytest.mark.parametrize(("numbers", "lines"), MERGED)
def test_markers_say_whose_pin_it_is(numbers: list[str | None], lines: list[str]) -> None:
    """Where Pythons need different versions, each pin is for its own; the newest's serves those to come."""
    frozen = {
        version: {"it": number} if number else {} for version, number in zip(pins.PYTHONS, numbers, strict=True)
    }

    assert pins.merge(frozen) == lines
