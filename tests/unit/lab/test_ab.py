# Copyright (c) 2026, the linuxnet.tcp authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is read from the report of `ab`: a figure that is misread there would stand in the evidence."""

from __future__ import annotations

import pytest

from ansible_collections.linuxnet.tcp.tests.lab.traffic.ab import Outcome, parse

REPORT = """\
This is ApacheBench, Version 2.3 <$Revision$>

Document Length:        6 bytes

Concurrency Level:      32
Time taken for tests:   5.870 seconds
Complete requests:      10000
Failed requests:        {failed}
{more}Total transferred:      2340000 bytes
Requests per second:    1703.69 [#/sec] (mean)

Percentage of the requests served within a certain time (ms)
  50%     22
 100%    292 (longest request)
"""
ERROR_PAGES = "   (Connect: 0, Receive: 0, Length: 7, Exceptions: 0)\nNon-2xx responses:      9\n"


def test_a_run_without_failures() -> None:
    """Requests, failures, seconds and the slowest of them, and the rate that follows."""
    outcome = parse(REPORT.format(failed=0, more=""))
    assert outcome == Outcome(10000, 0, 5.870, 292.0)
    assert outcome.per_second == pytest.approx(1703.58, abs=0.01)


def test_error_pages_are_failures() -> None:
    """An answer that says 502 counts once, whether or not its length makes it a failure to ab as well."""
    assert parse(REPORT.format(failed=7, more=ERROR_PAGES)).failed == 9
    assert parse(REPORT.format(failed=12, more=ERROR_PAGES)).failed == 12


def test_a_run_that_broke_off() -> None:
    """What is no report is an error that shows it, never a run without failures."""
    with pytest.raises(RuntimeError, match="Connection refused"):
        parse("Benchmarking 198.51.100.1 (be patient)...apr_socket_recv: Connection refused (111)\n")
