# Copyright (c) 2026, the linuxnet.tcp authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Reports to hold the formats against."""

from __future__ import annotations

import functools
import typing as t

from ansible_collections.linuxnet.tcp.plugins.plugin_utils import _record
from ansible_collections.linuxnet.tcp.plugins.plugin_utils._report_build import build
from ansible_collections.linuxnet.tcp.plugins.plugin_utils._report_model import Report
from ansible_collections.linuxnet.tcp.tests.unit.plugins.plugin_utils import records


def of_records(*made: dict[str, t.Any]) -> Report:
    """The report over these records, each written and read back as in its file."""
    read = ((_record.file_name(record["host"]), _record.from_bytes(_record.to_bytes(record))) for record in made)
    return build(read, records.NOW)


@functools.cache
def of_fleet(hosts: int, hostile: bool = False) -> Report:
    """The report over a fleet that is not there."""
    return of_records(*(records.record_of(number, hostile) for number in range(hosts)))
