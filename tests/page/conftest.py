# Copyright (c) 2026, the linuxnet.tcp authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The browser and the pages that these tests share. Without Chromium they are skipped, by name."""

from __future__ import annotations

import pathlib
import typing as t

import pytest

from ansible_collections.linuxnet.tcp.plugins.plugin_utils._report_html import render
from ansible_collections.linuxnet.tcp.plugins.plugin_utils._report_model import Report
from ansible_collections.linuxnet.tcp.tests.page import sample
from ansible_collections.linuxnet.tcp.tests.page.browser import CHROMIUM, DESK, DRIVER, Browser, browser
from ansible_collections.linuxnet.tcp.tests.unit.plugins.plugin_utils import pages

#: More hosts than stand in the page itself.
MANY = 215


@pytest.fixture(scope="session")
def window(tmp_path_factory: pytest.TempPathFactory) -> t.Iterator[Browser]:
    """The one browser of the run."""
    for program in (CHROMIUM, DRIVER):
        if not pathlib.Path(program).exists():
            pytest.skip(f"no program {program} (Debian: apt-get install chromium chromium-driver)")
    with browser(tmp_path_factory.mktemp("profile")) as one:
        yield one


@pytest.fixture
def show(window: Browser) -> t.Iterator[Browser]:
    """The browser as it is at first; whatever a test set is set back."""
    window.size(*DESK)
    window.media()
    yield window
    window.scripts(allowed=True)


@pytest.fixture(scope="session")
def folder(tmp_path_factory: pytest.TempPathFactory) -> pathlib.Path:
    """Where the pages lie."""
    return tmp_path_factory.mktemp("pages")


def _write(path: pathlib.Path, report: Report) -> pathlib.Path:
    path.write_text("".join(render(report)), encoding="utf-8")
    return path


@pytest.fixture(scope="session")
def sample_page(folder: pathlib.Path) -> pathlib.Path:
    """The page of the pictures: 40 hosts."""
    return _write(folder / "sample.html", sample.report())


@pytest.fixture(scope="session")
def large_page(folder: pathlib.Path) -> pathlib.Path:
    """A page of which some hosts are packed."""
    return _write(folder / "large.html", pages.report_of(MANY))


@pytest.fixture(scope="session")
def hostile_page(folder: pathlib.Path) -> pathlib.Path:
    """A page of hosts whose names and values want to break it."""
    return _write(folder / "hostile.html", pages.report_of(MANY, hostile=True))


@pytest.fixture(scope="session")
def page_of(folder: pathlib.Path) -> t.Callable[[int], pathlib.Path]:
    """A page of few hosts, 0 being those that were all unreachable."""

    def write(hosts: int) -> pathlib.Path:
        report = pages.report_of(hosts) if hosts else pages.report_on(pages.unreachable(f"db{one}") for one in range(3))
        return _write(folder / f"{hosts}.html", report)

    return write
