# Copyright (c) 2026, the linuxnet.tcp authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A server with the commonest of faults: it accepts, sees its clients leave, and never closes.

``python leak.py COUNT`` accepts COUNT connections on 127.0.0.1, prints its port first, and ``ready``
when every client has gone. Then it holds the sockets, in CLOSE_WAIT, until its input ends.
"""

from __future__ import annotations

import socket
import sys


def main(count: int) -> None:
    """Leak."""
    with socket.create_server(("127.0.0.1", 0), backlog=count) as door:
        print(door.getsockname()[1], flush=True)
        held = [door.accept()[0] for _number in range(count)]
        for leaked in held:
            leaked.recv(1)
        print("ready", flush=True)
        sys.stdin.read()


if __name__ == "__main__":
    main(int(sys.argv[1]))
