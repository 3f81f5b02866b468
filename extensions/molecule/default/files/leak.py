# Copyright (c) 2026, the linuxnet.tcp authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A server that leaks: it sees COUNT clients come and go, and holds their sockets, in CLOSE_WAIT, for SECONDS."""

from __future__ import annotations

import socket
import sys
import time


def main(count, seconds):
    """Leak, for a while."""
    with socket.create_server(("127.0.0.1", 0), backlog=8) as door:
        held = []
        for _number in range(count):
            with socket.create_connection(door.getsockname()):
                held.append(door.accept()[0])
        time.sleep(seconds)


main(int(sys.argv[1]), float(sys.argv[2]))
