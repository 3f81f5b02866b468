# Copyright (c) 2026, the linuxnet.tcp authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Apache's `ab` as the client: each request on a connection of its own, as many at once as are asked for."""

from __future__ import annotations

import re
import subprocess
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

from ansible_collections.linuxnet.tcp.tests.lab.traffic.servers import SYSTEM_PATH
from ansible_collections.linuxnet.tcp.tests.lab.traffic.topology import Street

#: More than any run makes, where it is the time that ends it.
ENDLESS = 10_000_000


@dataclass(frozen=True)
class Outcome:
    """What clients saw. `failed` are requests without an answer, and answers that are not the one that was wanted.

    `slowest_ms` is 0 where no request was done.
    """

    requests: int
    failed: int
    seconds: float
    slowest_ms: float

    @property
    def per_second(self) -> float:
        """Requests a second."""
        return self.requests / self.seconds


def parse(text: str) -> Outcome:
    """The report of one `ab`. Raises RuntimeError where it is none."""
    found = dict(re.findall(r"^([A-Z][^:\n]+):\s+([\d.]+)", text, re.MULTILINE))
    try:
        # What it calls failed are answers of another length too; an error page counts once, whichever it is.
        failed = max(int(found["Failed requests"]), int(found.get("Non-2xx responses", 0)))
        slowest = re.search(r"^\s*100%\s+(\d+) \(longest request\)", text, re.MULTILINE)
        return Outcome(
            int(found["Complete requests"]), failed, float(found["Time taken for tests"]),
            float(slowest[1]) if slowest else 0.0,
        )  # fmt: skip
    except KeyError as error:
        raise RuntimeError(f"ab did not end well:\n{text}") from error


@dataclass
class Clients:
    """Clients that are at work, or have been."""

    processes: list[subprocess.Popen[str]]
    started: float
    reports: list[Outcome] = field(default_factory=list)

    def wait(self) -> Outcome:
        """All of them together, when they are done."""
        if not self.reports:
            self.reports = [parse(process.communicate()[0]) for process in self.processes]
        return Outcome(
            sum(one.requests for one in self.reports),
            sum(one.failed for one in self.reports),
            max(one.seconds for one in self.reports),
            max(one.slowest_ms for one in self.reports),
        )


@contextmanager
def clients(
    street: Street,
    url: str,
    *,
    requests: int = 0,
    seconds: float = 0,
    at_once: int = 32,
    proxies: Sequence[str] = (),
) -> Iterator[Clients]:
    """Clients at work inside the block, for so many requests or seconds; those that are not done are ended with it.

    There is one `ab` for each of the `proxies` (ADDRESS:PORT), and one where there is none; they share the work.
    """
    assert bool(requests) != bool(seconds), "give requests or seconds"
    share = len(proxies) or 1
    ends = ["-n", str(requests // share)] if requests else ["-t", f"{seconds:.0f}", "-n", str(ENDLESS)]
    # -r: an error is counted and does not end the run; -s: seconds to wait for an answer.
    words = ["ab", "-q", "-r", "-s", "20", "-c", str(max(1, at_once // share)), *ends]
    with street.client.entered():
        commands = [[*words, "-X", proxy, url] for proxy in proxies] or [[*words, url]]
        processes = [
            subprocess.Popen(
                command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                env={"PATH": SYSTEM_PATH, "LC_ALL": "C"},
            )
            for command in commands
        ]  # fmt: skip
    try:
        yield Clients(processes, time.monotonic())
    finally:
        for process in processes:
            with process:  # which closes its pipe and waits for it
                process.kill()


def ab(street: Street, url: str, requests: int, *, at_once: int = 32, proxies: Sequence[str] = ()) -> Outcome:
    """What the clients saw of so many requests."""
    with clients(street, url, requests=requests, at_once=at_once, proxies=proxies) as working:
        return working.wait()
