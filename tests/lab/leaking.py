# Copyright (c) 2026, the linuxnet.tcp authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Run the leaking server of leak.py for as long as a block lasts."""

from __future__ import annotations

import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from ansible_collections.linuxnet.tcp.tests.lab.run_module import python_for

LEAKER = (Path(__file__).parent / "leak.py").read_text(encoding="utf-8")


@contextmanager
def leaking(count: int, uid: int = 0) -> Iterator[int]:
    """The process id of a server that holds ``count`` sockets in CLOSE_WAIT, and its listener."""
    identity: dict[str, Any] = {"user": uid, "group": uid, "extra_groups": []} if uid else {}
    with subprocess.Popen(
        [python_for(uid), "-c", LEAKER, str(count)],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd="/", **identity,
    ) as server:  # fmt: skip
        try:
            assert server.stdout
            port = int(server.stdout.readline())
            for _client in range(count):
                socket.create_connection(("127.0.0.1", port)).close()
            assert server.stdout.readline() == "ready\n"
            yield server.pid
        finally:
            server.kill()
