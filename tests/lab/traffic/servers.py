# Copyright (c) 2026, the linuxnet.tcp authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Squid, nginx and HAProxy in the namespaces of a street, each with the least configuration that shows the point.

Each starter is a context manager: the server answers inside its block, and is gone after it. Nothing is read from
/etc; what a server writes lies in the street's folder.
"""

from __future__ import annotations

import itertools
import os
import pwd
import signal
import socket
import subprocess
import time
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from ansible_collections.linuxnet.tcp.tests.lab.traffic.topology import ORIGIN, PROXY, Street

SYSTEM_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
SHARED_MEMORY = Path("/dev/shm")  # noqa: S108 - where Squid puts its own
PATIENCE = 15.0
OPEN_FILES = 8192
#: The backlog that nginx asks for on Linux where nobody says otherwise.
NGINX_BACKLOG = 511
_numbers = itertools.count()

SQUID = """
{ports}
http_access allow all
cache deny all
memory_cache_shared off
access_log none
cache_log {folder}/log
cache_store_log none
pid_filename {folder}/pid
coredump_dir {folder}
cache_effective_user {user}
pinger_enable off
netdb_filename none
icp_port 0
shutdown_lifetime 0 seconds
visible_hostname lab
# Without these two Squid asks for the name of each client, and here nobody answers.
url_rewrite_extras "%>a %>rm"
store_id_extras "%>a %>rm"
dns_nameservers 192.0.2.254
client_persistent_connections off
server_persistent_connections {keep}
max_filedescriptors {files}
"""

NGINX = """
daemon off;
master_process off;
pid {folder}/pid;
error_log {folder}/log error;
worker_rlimit_nofile {files};
events {{ worker_connections {half}; }}
http {{
    access_log off;
    keepalive_requests 1000000;
    client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy; fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi; scgi_temp_path {folder}/scgi;
    {http}
    server {{
        listen {address}:{port} backlog={backlog};
        location / {{ {location} }}
    }}
}}
"""
ANSWER = 'return 200 "hello\\n";'
#: Asks the origin anew for each request and hangs up first, so that TIME_WAIT and the port stay on this side. It is
#: what happens to those who ask for keepalive (HTTP/1.1, no Connection header) and forget the pool.
FORWARD = 'proxy_pass http://{origin}:80; proxy_http_version 1.1; proxy_set_header Connection "";'
POOL = "upstream origin {{ server {origin}:80; keepalive 64; }}"

HAPROXY = """
global
    maxconn {half}
defaults
    mode http
    timeout connect 2s
    timeout client 10s
    timeout server 10s
    option {mode}
frontend door
    bind {address}:{port}
    default_backend origin
backend origin
    server one {origin}:80
"""


class HasNetwork(Protocol):
    """A host or a namespace that processes can be started in."""

    def entered(self) -> AbstractContextManager[None]:
        """The calling thread is in its network namespace."""


@dataclass(frozen=True)
class Server:
    """A server that answers."""

    pid: int
    address: str
    ports: tuple[int, ...]
    log: Path

    @property
    def doors(self) -> list[str]:
        """`ADDRESS:PORT`, all of them."""
        return [f"{self.address}:{port}" for port in self.ports]

    def reload(self) -> None:
        """Let Squid read its configuration again: it opens its listening sockets anew, as after a restart."""
        doors = self._doors_opened() + len(self.ports)
        os.kill(self.pid, signal.SIGHUP)
        deadline = time.monotonic() + PATIENCE
        while self._doors_opened() < doors:
            assert time.monotonic() < deadline, "Squid did not open its ports again"
            time.sleep(0.02)

    def _doors_opened(self) -> int:
        return self.log.read_text(errors="replace").count("Accepting HTTP Socket connections")

    def memory(self) -> int:
        """What it has in memory now, in bytes."""
        pages = int(Path(f"/proc/{self.pid}/statm").read_text(encoding="ascii").split()[1])
        return pages * os.sysconf("SC_PAGE_SIZE")


@contextmanager
def squid(street: Street, ports: Sequence[int] = (3128,), *, keep: bool = True) -> Iterator[Server]:
    """Squid on the proxy, not caching. It hangs up on clients after each answer; to origins it keeps connections."""
    # Squid names its shared memory after the service, and two of one name end each other.
    service = f"lnlab{os.getpid()}x{next(_numbers)}"
    folder = _folder(street, "squid")
    user = _user("proxy", "squid")
    os.chown(folder, user.pw_uid, user.pw_gid)
    doors = "\n".join(f"http_port {PROXY}:{port}" for port in ports)
    configuration = folder / "conf"
    configuration.write_text(
        SQUID.format(
            ports=doors, folder=folder, user=user.pw_name, keep="on" if keep else "off", files=OPEN_FILES,
        ), encoding="ascii",
    )  # fmt: skip
    try:
        command = ["squid", "-N", "-n", service, "-f", str(configuration)]
        with _running(command, street.proxy, PROXY, ports, folder) as server:
            yield server
    finally:
        for left in SHARED_MEMORY.glob(f"{service}-*"):
            left.unlink()


@contextmanager
def nginx(
    street: Street, where: HasNetwork, *, backlog: int = NGINX_BACKLOG, passes_on: bool = False, pool: bool = False
) -> Iterator[Server]:
    """nginx, one worker: on the origin it answers by itself, on the proxy it may pass requests on to the origin.

    With `pool` it keeps connections to the origin.
    """
    address = PROXY if where is street.proxy else ORIGIN
    folder = _folder(street, "nginx")
    location = FORWARD.format(origin=ORIGIN) if passes_on else ANSWER
    if pool:
        location = location.replace(f"{ORIGIN}:80", "origin")
    configuration = folder / "conf"
    configuration.write_text(
        NGINX.format(
            folder=folder, address=address, port=80, backlog=backlog, location=location,
            http=POOL.format(origin=ORIGIN) if pool else "", files=OPEN_FILES, half=OPEN_FILES // 2,
        ), encoding="ascii",
    )  # fmt: skip
    command = ["nginx", "-p", str(folder), "-e", str(folder / "log"), "-c", str(configuration)]
    with _running(command, where, address, (80,), folder) as server:
        yield server


@contextmanager
def haproxy(street: Street, *, keep: bool = True) -> Iterator[Server]:
    """HAProxy on the proxy, before the origin; with `keep` it keeps connections to the origin and to clients."""
    folder = _folder(street, "haproxy")
    configuration = folder / "conf"
    mode = "http-keep-alive" if keep else "http-server-close"
    configuration.write_text(
        HAPROXY.format(address=PROXY, port=8080, origin=ORIGIN, mode=mode, half=OPEN_FILES // 4), encoding="ascii"
    )
    with _running(["haproxy", "-db", "-f", str(configuration)], street.proxy, PROXY, (8080,), folder) as server:
        yield server


@contextmanager
def _running(
    command: Sequence[str], where: HasNetwork, address: str, ports: Sequence[int], folder: Path
) -> Iterator[Server]:
    """The server, from its first answer until the end of the block."""
    log, said = folder / "log", folder / "said"
    with said.open("wb") as output, where.entered():
        process = subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=output, stderr=output, cwd=folder,
            env={"PATH": SYSTEM_PATH, "LC_ALL": "C"},
        )  # fmt: skip
    try:
        for port in ports:
            _await(process, where, (address, port), (said, log))
        yield Server(process.pid, address, tuple(ports), log)
        assert process.poll() is None, _died(command[0], (said, log))
    finally:
        process.terminate()
        try:
            process.wait(3)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _await(
    process: subprocess.Popen[bytes], where: HasNetwork, door: tuple[str, int], logs: Sequence[Path]
) -> None:
    """Wait until somebody answers at the door."""
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline and process.poll() is None:
        with where.entered(), socket.socket() as caller, suppress(OSError):
            caller.connect(door)
            return
        time.sleep(0.02)
    raise RuntimeError(_died(str(process.args), logs))


def _died(name: str, logs: Sequence[Path]) -> str:
    said = "\n".join(log.read_text(errors="replace")[-2000:] for log in logs if log.exists())
    return f"{name} does not run:\n{said}"


def _folder(street: Street, name: str) -> Path:
    folder = street.folder / f"{name}-{next(_numbers)}"
    folder.mkdir()
    return folder


def _user(*names: str) -> pwd.struct_passwd:
    """The first of these users that this machine has; packages call Squid's differently."""
    for name in names:
        with suppress(KeyError):
            return pwd.getpwnam(name)
    raise LookupError(f"no user {' or '.join(names)}: the package of Squid makes it")
