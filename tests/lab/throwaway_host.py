# Copyright (c) 2026, the linuxnet.tcp authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Throw-away hosts: namespaces in which the modules run for real, as root, and harm nobody.

    with throwaway_host() as host:
        answer = host.run(settings={"net.ipv4.tcp_fin_timeout": 30})
        assert answer.row("net.ipv4.tcp_fin_timeout")["running_after"] == 30
        assert host.get("net.ipv4.tcp_fin_timeout") == "30"
        assert "tcp_fin_timeout = 30" in host.file(DROP_IN).read_text()
        host.boot()  # fresh running values, another boot id, then systemd-sysctl

/etc, /run, /var/lib and the vendors' sysctl.d are empty and the host's own, and so is the TCP stack; the rest is the
real machine's. The modules run from the folder that Ansible would transfer (run_module.py), each in its own process.
"""

from __future__ import annotations

import atexit
import functools
import json
import os
import select
import signal
import socket
import stat
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ansible_collections.linuxnet.tcp.tests.lab import netns
from ansible_collections.linuxnet.tcp.tests.lab.run_module import COLLECTION, payload, prepare, python_for

KEEPER = Path(__file__).with_name("throwaway_keeper.py")
MODULES = ("tunables", "tunables_info", "compliance_info")
DROP_IN = "/etc/sysctl.d/90-linuxnet-tcp.conf"
STATE = "/var/lib/linuxnet-tcp"
PENDING = f"{STATE}/pending.json"
FIRST_SEEN = f"{STATE}/first_seen.json"
LOCK = "/run/lock/linuxnet-tcp.lock"
LOADERS = {"systemd": ("/lib/systemd/systemd-sysctl",), "procps": ("sysctl", "--system")}
WRITTEN = ("/etc", "/run/lock", "/run/sysctl.d", "/var/lib", "/usr/lib/sysctl.d", "/usr/local/lib/sysctl.d")
"""Where a run could leave something."""


@dataclass(frozen=True)
class Answer:
    """What a run said, and how it ended."""

    stdout: str
    stderr: str
    status: int  # as waitpid(2) gives it
    rss_kib: int  # the most memory that the process ever had, with what it shares with its parent
    cpu_seconds: float  # of processor time, the same on a busy machine

    @property
    def killed_by(self) -> int | None:
        """The signal that ended it."""
        return os.WTERMSIG(self.status) if os.WIFSIGNALED(self.status) else None

    @property
    def result(self) -> dict[str, Any]:
        """The answer of a module."""
        try:
            answer: dict[str, Any] = json.loads(self.stdout)
        except ValueError:
            raise AssertionError(f"no JSON answer ({self.status}):\n{self.stdout}\n{self.stderr}") from None
        return answer

    @property
    def ok(self) -> dict[str, Any]:
        """The answer of a module that must not have failed."""
        result = self.result
        assert not result.get("failed"), result["msg"]
        assert os.waitstatus_to_exitcode(self.status) == 0
        return result

    @property
    def refusal(self) -> str:
        """The message of a module that must have failed: one sentence on one line, and no traceback."""
        result = self.result
        assert result.get("failed"), f"it did not fail: {result}"
        message = str(result["msg"])
        assert "\n" not in message, message
        assert message == "".join(char for char in message if char.isprintable()), ascii(message)
        assert "Traceback" not in self.stdout + self.stderr, self.stdout + self.stderr
        assert not self.stderr, self.stderr
        assert len(message) < 1000, message
        return message

    @property
    def changed(self) -> bool:
        """Whether the module reported a change."""
        changed: bool = self.ok["changed"]
        return changed

    @property
    def warnings(self) -> list[str]:
        """What it warned of. Since 2.21 a module sends more than the text."""
        sent = self.result.get("warnings", [])
        return [str(warning["event"]["msg"] if isinstance(warning, dict) else warning) for warning in sent]

    def row(self, name: str) -> dict[str, Any]:
        """The row of one key."""
        (found,) = (row for row in self.ok["tunables"] if row["name"] == name)
        row: dict[str, Any] = found
        return row


class Run:
    """A run that has begun."""

    def __init__(self, host: Host, pid: int, stdout: int, stderr: int) -> None:
        self._host, self.pid = host, pid
        self._pipes = (stdout, stderr)

    def signal(self, number: int) -> None:
        """Send a signal to it."""
        os.kill(self.pid, number)

    def wait(self) -> Answer:
        """What came of it."""
        texts = []
        for pipe in self._pipes:  # at most a line on the second one, so that reading in turn cannot hang
            with os.fdopen(pipe, "rb") as stream:
                texts.append(stream.read().decode("utf-8", "replace"))
        return Answer(texts[0], texts[1], *self._host.ask("wait", pid=self.pid))


class Host:
    """A throw-away host that is up."""

    def __init__(self, channel: socket.socket, pid: int) -> None:
        self._channel = channel
        self.pid = pid

    def ask(self, what: str, descriptors: tuple[int, ...] = (), **request: object) -> Any:
        """Let the keeper do something; an error there is one here."""
        return _ask(self._channel, {"do": what, **request}, descriptors)

    # -- its files and values --------------------------------------------------------------------------------

    def file(self, path: str) -> Path:
        """A path of the host as this process reaches it. Absolute links below it lead elsewhere: do not follow them."""
        return Path(f"/proc/{self.pid}/root{path}")

    def put(self, path: str, content: str | bytes, mode: int = 0o644) -> Path:
        """Write a file, and the folders above it."""
        file = self.file(path)
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content.encode() if isinstance(content, str) else content)
        file.chmod(mode)
        return file

    def text(self, path: str = DROP_IN) -> str | None:
        """What a file holds; None where there is none."""
        file = self.file(path)
        return file.read_bytes().decode("utf-8", "surrogateescape") if file.exists() else None

    def get(self, key: str) -> str:
        """The running value, numbers apart by single blanks."""
        with self.entered():
            return " ".join(_proc_sys(key).read_text().split())

    def set(self, key: str, value: object) -> None:
        """Give a key another running value, as somebody else would."""
        with self.entered():
            _proc_sys(key).write_text(f"{value}\n")

    def has(self, key: str) -> bool:
        """Whether the kernel shows the key in this namespace."""
        with self.entered():
            return _proc_sys(key).exists()

    @contextmanager
    def entered(self) -> Iterator[None]:
        """The calling thread is in the host's network namespace, but sees the real machine's files."""
        with netns.joined(f"/proc/{self.pid}/ns/net"):
            yield

    def everything(self) -> dict[str, object]:
        """All files that a run could touch, and all running values: equal before and after what must change nothing."""
        found: dict[str, object] = {}
        for top in WRITTEN:
            for folder, folders, names in os.walk(self.file(top)):
                for name in [*names, *(name for name in folders if not Path(folder, name).is_symlink())]:
                    found[f"{folder}/{name}"] = _described(Path(folder, name))
        with self.entered():
            found.update((path, _text(path)) for path in _readable_keys())
        return found

    # -- what happens on it ----------------------------------------------------------------------------------

    def run(self, module: str = "tunables", **arguments: Any) -> Answer:
        """Run a module to its end. Arguments are the module's, and those of `start`."""
        return self.start(module, **arguments).wait()

    def start(
        self,
        module: str = "tunables",
        *,
        check_mode: bool = False,
        uid: int = 0,
        meddle: str = "",
        arguments: Mapping[str, object] | None = None,
        **parameters: object,
    ) -> Run:
        """Begin a run. `meddle` is Python that runs in its process before the module; see `points`."""
        # Not to log is what no_target_syslog in ansible.cfg does. Otherwise Ansible itself refuses some odd texts.
        ours = {"_ansible_check_mode": check_mode, "_ansible_diff": True, "_ansible_no_log": True}
        given = {**ours, **(arguments or {}), **parameters}
        module = f"{COLLECTION}.plugins.modules.{module}"
        return self._start(json.dumps({"ANSIBLE_MODULE_ARGS": given}), uid=uid, module=module, meddle=meddle)

    def refused(self, **arguments: Any) -> str:
        """The sentence of a run that must fail, in check mode as for real, and leave everything as it was."""
        before = self.everything()
        foreseen = self.run(check_mode=True, **arguments).refusal
        assert self.run(**arguments).refusal == foreseen
        assert self.everything() == before
        return foreseen

    def info(self, *names: str, **arguments: Any) -> Answer:
        """Run tunables_info."""
        return self.run("tunables_info", **({"names": list(names)} if names else {}), **arguments)

    def program(self, *words: str) -> Answer:
        """Run a program of the machine on the host."""
        return self._start("", uid=0, program=words).wait()

    def _start(self, standard_input: str, **how: object) -> Run:
        out_read, out_write = os.pipe()
        err_read, err_write = os.pipe()
        with tempfile.TemporaryFile() as given:
            given.write(standard_input.encode())
            given.seek(0)
            try:
                pid = self.ask("start", (given.fileno(), out_write, err_write), **how)
            finally:
                os.close(out_write)
                os.close(err_write)
        return Run(self, pid, out_read, err_read)

    def boot(self, loader: str | None = "systemd") -> None:
        """Boot: the kernel's own values, another boot id, an empty /run, and then what a loader makes of the files."""
        self.ask("boot")
        if loader:
            self.load(loader)

    def load(self, loader: str) -> None:
        """Run a loader of sysctl files, `systemd` or `procps`."""
        self.program(*LOADERS[loader])

    def hide(self, path: str) -> None:
        """Lay an empty folder over `path`."""
        self.ask("hide", path=path)

    def make_read_only(self, path: str) -> None:
        """Make a folder and all below it read-only, such as /proc/sys in a container."""
        self.ask("read_only", path=path)


MEDDLE = """
import importlib, os, signal, sys, time
owner = importlib.import_module("{module_utils}.{module}"){owner}
original, calls = owner.{function}, []
def meddled(*args, **kwargs):
    calls.append(args)
    now = len(calls) == {call}
    if now:
        {before}
    result = original(*args, **kwargs)
    if now:
        {after}
    return result
owner.{function} = meddled
"""
DIE = "os.kill(os.getpid(), signal.SIGKILL)"


def meddle(point: str, *, before: str = "pass", after: str = "pass", call: int = 1) -> str:
    """Python for `start`: do something before or after a call of a function, such as `_host.transaction:write_value`.

    The function is meant as the named module sees it; `before` and `after` are one statement each.
    """
    module, _colon, name = point.partition(":")
    owner, dot, function = name.rpartition(".")
    return MEDDLE.format(
        module_utils=f"{COLLECTION}.plugins.module_utils", module=module, owner=dot + owner, function=function,
        call=call, before=before, after=after,
    )  # fmt: skip


def _proc_sys(key: str) -> Path:
    return Path("/proc/sys", *key.split("."))


@functools.cache
def _readable_keys() -> tuple[str, ...]:
    """The files of all keys that a namespace with nothing but its loopback has, and that can be read."""
    found = (Path(folder, name) for folder, _folders, names in os.walk("/proc/sys/net") for name in names)
    return tuple(str(path) for path in found if path.stat().st_mode & stat.S_IRUSR)


def _text(path: str) -> bytes | str:
    try:
        descriptor = os.open(path, os.O_RDONLY)
    except OSError as error:
        return str(error.strerror)
    try:
        return os.read(descriptor, 65536)
    except OSError as error:
        return str(error.strerror)
    finally:
        os.close(descriptor)


def _described(path: Path) -> tuple[object, ...]:
    info = path.lstat()
    content: object = None
    if stat.S_ISLNK(info.st_mode):
        content = path.readlink()
    elif stat.S_ISREG(info.st_mode) and info.st_size < 1 << 22:
        content = path.read_bytes()
    return info.st_mode, info.st_uid, info.st_gid, info.st_ino, info.st_size, info.st_mtime_ns, content


# -- starting ------------------------------------------------------------------------------------------------


@contextmanager
def throwaway_host() -> Iterator[Host]:
    """A host; when the block ends, it and everything on it is gone."""
    with ExitStack() as stack:
        disk = Path(tempfile.mkdtemp(prefix="lnlab-host-"))
        stack.callback(disk.rmdir)  # only a mount point: what was on it is gone with the namespace
        disk.chmod(0o755)
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        stack.enter_context(ours)
        with theirs:
            pid = _ask(_mother(), {"do": "new_host", "disk": str(disk)}, (theirs.fileno(),))
        stack.callback(_end, pid)
        host = Host(ours, pid)
        host.ask("make")
        yield host


def _end(pid: int) -> None:
    """End the keeper, and wait until it is gone: its mounts lie on our folder."""
    keeper = os.pidfd_open(pid)
    try:
        signal.pidfd_send_signal(keeper, signal.SIGKILL)
        select.select([keeper], [], [], 10)
    finally:
        os.close(keeper)


@functools.cache
def _mother() -> socket.socket:
    """The process that forks hosts; it ends with this one."""
    python = python_for(0)
    for name in MODULES:
        prepare(name, python)
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    names = [f"{COLLECTION}.plugins.modules.{name}" for name in MODULES]
    environment = {"PYTHONPATH": str(payload()), "PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL": "C.UTF-8"}
    mother = subprocess.Popen(
        [python, str(KEEPER), str(theirs.fileno()), "ansible.module_utils.basic", *names],
        pass_fds=[theirs.fileno()], cwd="/", env=environment,
    )  # fmt: skip
    theirs.close()
    atexit.register(mother.wait)
    atexit.register(ours.close)  # registered last, done first: then the process ends
    return ours


def _ask(channel: socket.socket, request: Mapping[str, object], descriptors: tuple[int, ...] = ()) -> Any:
    socket.send_fds(channel, [json.dumps(request).encode()], descriptors)
    answer = json.loads(channel.recv(1 << 20) or b'{"error": "the keeper has died"}')
    if "error" in answer:
        raise RuntimeError(answer["error"])
    return answer["answer"]


if __name__ == "__main__":
    with throwaway_host() as shell_host:
        sys.exit(subprocess.call(["nsenter", "-t", str(shell_host.pid), "-m", "-n", *(sys.argv[1:] or ["bash"])]))
