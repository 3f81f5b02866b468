# Copyright (c) 2026, the linuxnet.tcp authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The first process of a virtual machine, and the only one: it looks at its kernel, tells, and switches off."""

from __future__ import annotations

import ctypes
import fcntl
import json
import os
import socket
import struct
import sys
import termios
import time
import traceback
from pathlib import Path

HOME = Path("/under-test")
SECOND_LINE = "/dev/ttyS1"
MOUNTS = {"/proc": "proc", "/sys": "sysfs", "/dev": "devtmpfs", "/run": "tmpfs", "/tmp": "tmpfs"}  # noqa: S108 - ours
SIOCSIFFLAGS, IFF_UP = 0x8914, 1
RESTART = 0x01234567  # LINUX_REBOOT_CMD_RESTART; qemu ends instead, being told -no-reboot


def main() -> None:
    """Bring the machine up, examine it, and say what was found on the second serial line."""
    libc = ctypes.CDLL(None, use_errno=True)
    begin = time.monotonic()
    try:
        for place, kind in MOUNTS.items():
            # What cannot be mounted is missed right below.
            libc.mount(kind.encode(), place.encode(), kind.encode(), 0, None)
        os.environ.update(PATH="/usr/sbin:/usr/bin:/sbin:/bin", LC_ALL="C.UTF-8")
        Path("/run/lock").mkdir(mode=0o1777)
        Path("/run/systemd/system").mkdir(parents=True)
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as any_socket:
            fcntl.ioctl(any_socket, SIOCSIFFLAGS, struct.pack("16sh14x", b"lo", IFF_UP))
        sys.path.insert(0, str(HOME))
        from ansible_collections.linuxnet.tcp.tests.kernels.examine import examine  # noqa: PLC0415 - needs the path

        found = examine(json.loads((HOME / "wishes.json").read_text(encoding="utf-8")), whole_machine=True)
        found["seconds"]["boot"] = round(begin, 1)
        _tell(json.dumps(found))
    except BaseException:  # noqa: BLE001 - whatever it is shall be seen on the console, and the machine shall end
        traceback.print_exc()
    finally:
        sys.stdout.flush()
        os.sync()
        libc.reboot(RESTART)


def _tell(text: str) -> None:
    """Write a line, all of it, to the second serial line."""
    line = os.open(SECOND_LINE, os.O_WRONLY | os.O_NOCTTY)
    for start in range(0, len(text), 4096):
        os.write(line, text[start : start + 4096].encode("ascii"))
    termios.tcdrain(line)
    os.close(line)


main()
