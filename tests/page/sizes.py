# Copyright (c) 2026, the linuxnet.tcp authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How large the page of a generated fleet is, and what it takes to write and to open it.

nox -s page_size -- 10000
"""

from __future__ import annotations

import pathlib
import resource
import sys
import tempfile
import time

from ansible_collections.linuxnet.tcp.plugins.plugin_utils._report_html import render
from ansible_collections.linuxnet.tcp.tests.page.browser import browser
from ansible_collections.linuxnet.tcp.tests.unit.plugins.plugin_utils import pages

OPENED = """
const navigation = performance.getEntriesByType("navigation")[0];
const paint = performance.getEntriesByName("first-contentful-paint")[0];
return [paint.startTime, navigation.loadEventEnd];
"""
FILTER = """
const before = performance.now(), field = document.querySelector("[name=text]");
field.value = arguments[0];
field.dispatchEvent(new Event("input", { bubbles: true }));
document.body.offsetHeight;
return performance.now() - before;
"""


def measure(hosts: int) -> None:
    """Write the page, open it, filter it, and print what each took."""
    report = pages.report_of(hosts)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    with tempfile.TemporaryDirectory() as folder, browser(pathlib.Path(folder, "profile")) as window:
        path, started = pathlib.Path(folder, "report.html"), time.process_time()
        with path.open("w", encoding="utf-8") as stream:
            stream.writelines(render(report))
        seconds = time.process_time() - started
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        print(f"{hosts:,} hosts: {path.stat().st_size / 1e6:.1f} MB, written in {seconds:.1f} s of processor time;")
        print(f"memory: {before / 1024:.0f} MiB with the report, {peak / 1024:.0f} MiB at most while writing.")
        window.open(path)
        window.run("return new Promise((done) => setTimeout(done, 500))")
        paint, load = window.run(OPENED)
        print(f"Chromium: first seen after {paint / 1000:.1f} s, whole after {load / 1000:.1f} s,")
        first, again = window.run(FILTER, "-0007"), window.run(FILTER, "-00071")
        print(f"filtered by text in {first:.0f} ms, and again in {again:.0f} ms.")


if __name__ == "__main__":
    measure(int(sys.argv[1]) if len(sys.argv) > 1 else 10_000)
