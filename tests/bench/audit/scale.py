# Copyright (c) 2026, the linuxnet.tcp authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Make every report of a folder of records in a fresh process, and say what it cost.

    python -m ...tests.bench.audit.scale FOLDER

Prints one line of JSON: seconds of the clock by step (`read`, then each format), the bytes of each file, and the
largest resident size of the process, in KiB.
"""

from __future__ import annotations

import datetime as dt
import json
import sys
import time
from pathlib import Path

from ansible_collections.linuxnet.tcp.plugins.plugin_utils._record_folder import AuditFolder
from ansible_collections.linuxnet.tcp.plugins.plugin_utils._report_build import build
from ansible_collections.linuxnet.tcp.plugins.plugin_utils._report_formats import FORMATS

from ..peak_memory import peak_kib


def main() -> None:
    """Make them, as `fleet_report` does."""
    seconds: dict[str, float] = {}
    sizes: dict[str, int] = {}
    with AuditFolder(sys.argv[1]) as folder:
        start = time.perf_counter()
        report = build(folder.records(), dt.datetime.now(dt.UTC))
        seconds["read"] = time.perf_counter() - start
        for name, format_ in FORMATS.items():
            start = time.perf_counter()
            path = folder.write_report(format_.file, format_.render(report))
            seconds[name] = time.perf_counter() - start
            sizes[name] = Path(path).stat().st_size
    print(json.dumps({"seconds": seconds, "bytes": sizes, "peak_kib": peak_kib(), "hosts": len(report.hosts)}))


if __name__ == "__main__":
    main()
