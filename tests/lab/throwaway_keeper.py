# Copyright (c) 2026, the linuxnet.tcp authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The processes inside throw-away hosts; throwaway_host.py starts and asks them.

One process has the modules imported and forks a keeper for each host. A keeper makes network and mount namespaces of
its own, lays empty folders over whatever a loader or a module could touch, and forks a child for each run of a module.
So a host takes a few milliseconds, and so does a run; nothing else is different from a run that Ansible starts.

Requests are JSON, one a message, with file descriptors beside it; so are the answers.
"""

from __future__ import annotations

import ctypes
import fcntl
import json
import os
import runpy
import shutil
import signal
import socket
import struct
import sys
import traceback
import uuid
from collections.abc import Callable
from pathlib import Path
from typing import Any, NoReturn

CLONE_NEWNS, CLONE_NEWNET = 0x00020000, 0x40000000  # <linux/sched.h>
MS_RDONLY, MS_REMOUNT, MS_BIND, MS_REC, MS_SLAVE = 1, 32, 4096, 16384, 1 << 19  # <linux/mount.h>
SIOCSIFFLAGS, IFF_UP = 0x8914, 1  # <linux/sockios.h>, <linux/if.h>
PR_SET_PDEATHSIG = 1
LONGEST_MESSAGE = 65536
BOOT_ID = "/proc/sys/kernel/random/boot_id"
EMPTY = ("/etc", "/var/lib", "/usr/lib/sysctl.d")
KEPT = ("ld.so.cache", "passwd", "group", "nsswitch.conf", "localtime")  # of /etc, so that programs run

_libc = ctypes.CDLL(None, use_errno=True)


def _call(name: str, *arguments: object) -> None:
    if getattr(_libc, name)(*arguments) != 0:
        number = ctypes.get_errno()
        raise OSError(number, f"{name}: {os.strerror(number)}", str(arguments))


def mount(source: str, target: str, kind: str = "none", flags: int = 0, options: str = "") -> None:
    """Mount `source` at `target`; the flags are those of the kernel."""
    _call("mount", *(text.encode() for text in (source, target, kind)), ctypes.c_ulong(flags), options.encode())


class Keeper:
    """One host."""

    def __init__(self, disk: str) -> None:
        self.disk = Path(disk)
        _libc.prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
        _call("unshare", CLONE_NEWNS)
        # What the real host mounts later, such as a named network namespace, shall be seen; nothing of ours outside.
        mount("none", "/", flags=MS_REC | MS_SLAVE)
        mount("tmpfs", disk, "tmpfs", options="mode=755,size=512m")
        names = self.disk / "run/netns"
        names.mkdir(parents=True)
        if Path("/run/netns").is_dir():
            mount("/run/netns", str(names), flags=MS_BIND | MS_REC)
        mount(disk + "/run", "/run", flags=MS_BIND | MS_REC)
        for path in EMPTY:
            self._empty(Path(path))
        self._empty(Path("/usr/local/lib/sysctl.d"))
        for name in KEPT:
            if (old := self.disk / "old/etc" / name).is_file():
                shutil.copy(old, f"/etc/{name}")
        Path("/etc/sysctl.d").mkdir()
        self.boot()

    def _empty(self, path: Path) -> None:
        """Lay an empty folder over `path`. Where there is none, make one, but not on the real host."""
        if not path.is_dir():
            self._copy_by_mounts(path.parent)
            path.mkdir()
            return
        folders = [self.disk / name / str(path).lstrip("/") for name in ("old", "new")]
        for folder in folders:
            folder.mkdir(parents=True)
        mount(str(path), str(folders[0]), flags=MS_BIND | MS_REC)
        mount(str(folders[1]), str(path), flags=MS_BIND)

    def _copy_by_mounts(self, path: Path) -> None:
        """Make `path` a folder of ours in which everything is what it was."""
        self._empty(path)
        for entry in (self.disk / "old" / str(path).lstrip("/")).iterdir():
            if entry.is_symlink():
                (path / entry.name).symlink_to(entry.readlink())
            elif entry.is_dir():
                (path / entry.name).mkdir()
                mount(str(entry), f"{path}/{entry.name}", flags=MS_BIND | MS_REC)
            else:
                shutil.copy(entry, path / entry.name)

    # What the tests ask.

    def boot(self) -> None:
        """Begin anew, as far as files and sysctls go: fresh running values, another boot id, an empty /run."""
        _call("unshare", CLONE_NEWNET)
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as any_socket:
            fcntl.ioctl(any_socket, SIOCSIFFLAGS, struct.pack("16sh14x", b"lo", IFF_UP))
        for path in Path("/run").iterdir():
            if path.name != "netns":
                shutil.rmtree(path) if path.is_dir() else path.unlink()
        lock = Path("/run/lock")
        lock.mkdir()
        lock.chmod(0o1777)  # as on a real host
        Path("/run/systemd/system").mkdir(parents=True)
        boot_id = self.disk / f"boot_id-{uuid.uuid4()}"
        boot_id.write_text(f"{uuid.uuid4()}\n", encoding="ascii")
        mount(str(boot_id), BOOT_ID, flags=MS_BIND)

    def hide(self, path: str) -> None:
        """Lay an empty folder over `path`, for good."""
        self._empty(Path(path))

    def read_only(self, path: str) -> None:
        """Make everything below `path` read-only."""
        mount(path, path, flags=MS_BIND | MS_REC)
        mount("none", path, flags=MS_REMOUNT | MS_BIND | MS_RDONLY)

    def start(self, descriptors: list[int], **how: Any) -> int:
        """Run a module, or a program, in a child; its process id."""
        child = os.fork()
        if child == 0:
            _in_child(descriptors, **how)
        return child

    def wait(self, pid: int) -> list[float]:
        """How the child ended: its wait status, the most memory it ever had, in KiB, and its seconds of processor."""
        _pid, status, usage = os.wait4(pid, 0)
        return [status, usage.ru_maxrss, usage.ru_utime + usage.ru_stime]


def _in_child(descriptors: list[int], **how: Any) -> NoReturn:
    """A run: arguments as standard input, two pipes as standard output and error."""
    code = 70
    try:
        for target, descriptor in enumerate(descriptors):
            os.dup2(descriptor, target)
        for number in (signal.SIGPIPE, signal.SIGHUP, signal.SIGTERM):
            signal.signal(number, signal.SIG_DFL)
        os.chdir("/")
        if how["uid"]:
            os.setgroups([])
            os.setgid(how["uid"])
            os.setuid(how["uid"])
        if how.get("program"):
            environment = {"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL": "C"}
            os.execvpe(how["program"][0], how["program"], environment)  # noqa: S606 - there is no shell in it
        code = _run_module(how["module"], how["meddle"])
    except BaseException:  # noqa: BLE001 - whatever it is, the test shall see it
        traceback.print_exc()
    finally:
        os._exit(code)


def _run_module(module: str, meddle: str) -> int:
    """Run the module as the main program; `meddle` is Python that is run before, to hold or kill it at some point."""
    sys.stdin = os.fdopen(0, encoding="utf-8")
    sys.argv = [module]
    if meddle:
        exec(meddle, {"__name__": "meddle"})  # noqa: S102 - the test's own
    try:
        runpy.run_module(module, run_name="__main__", alter_sys=True)
    except SystemExit as end:
        sys.stdout.flush()
        return end.code if isinstance(end.code, int) else int(end.code is not None)
    return 0


def serve(channel: socket.socket, methods: dict[str, Callable[..., object]]) -> None:
    """Answer requests until nobody asks any more."""
    while True:
        message, descriptors, _flags, _address = socket.recv_fds(channel, LONGEST_MESSAGE, 4)
        if not message:
            return
        request = json.loads(message)
        name = request.pop("do")
        if descriptors:
            request["descriptors"] = descriptors
        try:
            answer: dict[str, object] = {"answer": methods[name](**request)}
        except Exception:  # noqa: BLE001 - whatever it is, the test shall see it
            answer = {"error": traceback.format_exc()}
        for descriptor in descriptors:
            os.close(descriptor)
        channel.send(json.dumps(answer).encode())


def _new_host(channel: socket.socket, descriptors: list[int], disk: str) -> int:
    """Fork a keeper that answers on the first of `descriptors`; its process id."""
    child = os.fork()
    if child:
        return child
    code = 1
    try:
        channel.close()
        own = socket.socket(fileno=os.dup(descriptors[0]))
        os.close(descriptors[0])
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        keeper: list[Keeper] = []
        names = ("boot", "hide", "read_only", "start", "wait")
        methods: dict[str, Callable[..., object]] = {
            name: lambda name=name, **request: getattr(keeper[0], name)(**request) for name in names
        }
        methods["make"] = lambda: keeper.append(Keeper(disk))
        serve(own, methods)
        code = 0
    finally:
        os._exit(code)


def main() -> None:
    """Import what will be run, then fork hosts: `throwaway_keeper.py CHANNEL MODULE...`."""
    channel = socket.socket(fileno=int(sys.argv[1]))
    import ctypes.util  # noqa: F401, PLC0415 - what entering a namespace may import later

    for name in sys.argv[2:]:
        __import__(name)
        del sys.modules[name]
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # keepers are reaped by nobody
    serve(channel, {"new_host": lambda **request: _new_host(channel, **request)})


if __name__ == "__main__":
    main()
