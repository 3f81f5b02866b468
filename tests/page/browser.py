# Copyright (c) 2026, the linuxnet.tcp authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A Chromium without a window that shows pages of this machine and reports what they did."""

from __future__ import annotations

import contextlib
import json
import pathlib
import typing as t

from selenium import webdriver
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.remote.webelement import WebElement

#: The programs of the Debian packages chromium and chromium-driver.
CHROMIUM, DRIVER = "/usr/bin/chromium", "/usr/bin/chromedriver"
_FLAGS = (
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync", "--hide-scrollbars",
    "--disable-dev-shm-usage", "--force-color-profile=srgb",
)  # fmt: skip
DESK = (1280, 900)


class Browser:
    """One window. Its sizes are in CSS pixels."""

    def __init__(self, driver: webdriver.Chrome) -> None:
        self.driver = driver

    def open(self, page: pathlib.Path, fragment: str = "") -> None:
        """Show the page anew, as somebody who opens it by its address, and forget what was said before."""
        self.driver.get("about:blank")
        self.console()
        self.requests()
        self.driver.get(page.as_uri() + fragment)

    def console(self) -> list[str]:
        """What Chromium has complained of since it was asked last: errors, and what the policy stopped."""
        return [str(entry["message"]) for entry in self.driver.get_log("browser")]

    def requests(self) -> list[str]:
        """The addresses that were asked for since it was asked last, but for those that the policy kept in."""
        entries = [json.loads(entry["message"])["message"] for entry in self.driver.get_log("performance")]
        kept_in = {
            entry["params"]["requestId"] for entry in entries if entry["params"].get("blockedReason") == "csp"
        }
        return [
            entry["params"]["request"]["url"]
            for entry in entries
            if entry["method"] == "Network.requestWillBeSent" and entry["params"]["requestId"] not in kept_in
        ]

    def size(self, width: int, height: int) -> None:
        """Make the window as large."""
        metrics = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": False}
        self.driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", metrics)

    def media(self, kind: str = "screen", scheme: str = "light") -> None:
        """Show the page as a screen or as paper, in the light or in the dark."""
        features = [{"name": "prefers-color-scheme", "value": scheme}]
        self.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": kind, "features": features})

    def scripts(self, allowed: bool) -> None:
        """Whether pages may run scripts at all."""
        self.driver.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": not allowed})

    def run(self, script: str, *arguments: t.Any) -> t.Any:
        """What a script of the test returns."""
        return self.driver.execute_script(script, *arguments)

    def find(self, selector: str) -> WebElement:
        """The first element."""
        return self.driver.find_element("css selector", selector)

    def all(self, selector: str) -> list[WebElement]:
        """All elements."""
        return self.driver.find_elements("css selector", selector)

    def picture(self) -> bytes:
        """What is in the window, as PNG."""
        return self.driver.get_screenshot_as_png()


@contextlib.contextmanager
def browser(profile: pathlib.Path) -> t.Iterator[Browser]:
    """A browser with a profile of its own, ended with the block."""
    options = webdriver.ChromeOptions()
    options.binary_location = CHROMIUM
    for flag in (*_FLAGS, f"--user-data-dir={profile}", f"--window-size={DESK[0]},{DESK[1]}"):
        options.add_argument(flag)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
    driver = webdriver.Chrome(options=options, service=Service(DRIVER))
    try:
        window = Browser(driver)
        window.size(*DESK)
        yield window
    finally:
        driver.quit()
