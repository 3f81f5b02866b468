# Copyright (c) 2026, the linuxnet.tcp authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A captured machine: what its /proc showed and what its sock_diag answered, to be read in place of the running one.

README.md beside this file describes the folder that a machine is.
"""

from __future__ import annotations

import json
import shutil
import struct
import zlib
from base64 import b64decode, b64encode
from contextlib import closing
from pathlib import Path
from typing import Any, Callable, Dict, Generator, Iterator, List, NamedTuple, Optional

from ansible_collections.linuxnet.tcp.plugins.module_utils._model.errors import SockDiagUnavailable

from .inet_diag import Kernel, Query, Socket, end_of_dump, message, readdressed

MACHINES = Path(__file__).parent
Json = Dict[str, Any]
Ask = Callable[[bytes], Generator[memoryview, None, None]]


class Expectation(NamedTuple):
    """Parameters of state_facts, and the facts that this machine must then give (without times)."""

    parameters: Json
    facts: Json


class Machine:
    """The machine in `folder`. `proc` stands for /proc, `ask` for the kernel's end of a sock_diag socket."""

    def __init__(self, folder: Path, proc: Optional[Path] = None) -> None:
        self.name = folder.name
        self.folder = folder
        self.proc = str(proc or folder / "proc")
        self._sock_diag: Json = {}

    @property
    def sock_diag(self) -> Json:
        """What sock_diag.json says."""
        if not self._sock_diag:
            self._sock_diag = _read_json(self.folder / "sock_diag.json")
        return self._sock_diag

    @property
    def expectations(self) -> List[Expectation]:
        """What expected.json says."""
        return [Expectation(row["parameters"], row["facts"]) for row in _read_json(self.folder / "expected.json")]

    @property
    def processes(self) -> List[Json]:
        """What processes.json says; a machine need not have one."""
        path = self.folder / "processes.json"
        return list(_read_json(path)) if path.exists() else []

    def with_processes(self, folder: Path) -> Machine:
        """The same machine with its processes' descriptors, for which /proc is put together anew in `folder`."""
        proc = folder / "proc"
        shutil.copytree(self.folder / "proc", proc)
        for process in self.processes:
            home = proc / str(process["pid"])
            (home / "fd").mkdir(parents=True)
            (home / "comm").write_text(process["command"] + "\n", encoding="utf-8")
            for number, target in enumerate(process["descriptors"]):
                (home / "fd" / str(number)).symlink_to(target)
        return Machine(self.folder, proc)

    def ask(self, request: bytes) -> Generator[memoryview, None, None]:
        """What stands in for `over_netlink`: the datagrams that this machine answers with.

        Raises LookupError for a request that was not recorded: capture the machine anew.
        """
        if "unavailable" in self.sock_diag:
            raise SockDiagUnavailable(self.sock_diag["unavailable"])
        sequence = struct.unpack_from("=I", request, 8)[0]
        query = Query.of(request)
        built_by_hand = "sockets" in self.sock_diag
        for datagram in self._kernel().reply(query, sequence) if built_by_hand else self._recorded(query):
            yield memoryview(readdressed(datagram, sequence))

    def _recorded(self, query: Query) -> List[bytes]:
        wanted = _described(query)
        for reply in self.sock_diag["replies"]:
            if reply["request"] == wanted:
                return [_unpacked(text) for text in reply["datagrams"]]
        raise LookupError("{0} has no reply to {1}: capture it anew".format(self.name, json.dumps(wanted)))

    def _kernel(self) -> Kernel:
        quirks = dict(self.sock_diag.get("quirks", {}))
        sizes = quirks.pop("attribute_bytes", [28])
        refuses = [(int(kind), number) for kind, number in quirks.pop("refuses", {}).items()]
        held = [Socket(**row) for row in self.sock_diag["sockets"]]
        messages = [message(row, bytes(sizes[i % len(sizes)])) for i, row in enumerate(held)]
        return Kernel(messages, refuses, **quirks)


class Recorder:
    """Stands between a question and the kernel, and keeps what was asked and answered."""

    def __init__(self, ask: Ask) -> None:
        self._ask = ask
        self.replies: List[Json] = []
        self.unavailable = ""

    @property
    def description(self) -> Json:
        """The content for sock_diag.json."""
        return {"replies": self.replies} if self.replies else {"unavailable": self.unavailable}

    def ask(self, request: bytes) -> Generator[memoryview, None, None]:
        """Ask the kernel and read its reply to the end, even where the reader would stop before."""
        try:
            datagrams = list(_to_the_end(self._ask, request))
        except SockDiagUnavailable as error:
            self.unavailable = str(error)
            raise
        row = {"request": _described(Query.of(request)), "datagrams": [_packed(datagram) for datagram in datagrams]}
        # The newest answer to a request is kept: the reader asks again when a reply was torn.
        self.replies = [reply for reply in self.replies if reply["request"] != row["request"]] + [row]
        for datagram in datagrams:
            yield memoryview(datagram)


def recording(ask: Ask) -> Recorder:
    """A recorder whose `.ask` is used like `ask`; its `.description` goes into sock_diag.json."""
    return Recorder(ask)


def machines(root: Path = MACHINES) -> List[Machine]:
    """Every machine that is checked in, by name."""
    return [Machine(path.parent) for path in sorted(root.glob("*/sock_diag.json"))]


def _to_the_end(ask: Ask, request: bytes) -> Iterator[bytes]:
    with closing(ask(request)) as datagrams:
        for datagram in datagrams:
            # The kernel's datagrams share one buffer.
            kept = bytes(datagram)
            yield kept
            if end_of_dump(kept) is not None:
                return


def _described(query: Query) -> Json:
    """A request as it stands in sock_diag.json. The states are the bit mask, as the kernel's sources write it."""
    row: Json = {"type": query.type, "family": query.family, "states": "{0:#x}".format(query.states)}
    if query.filter:
        row["filter"] = query.filter.hex()
    return row


def _packed(datagram: bytes) -> str:
    return b64encode(zlib.compress(datagram, 9)).decode("ascii")


def _unpacked(text: str) -> bytes:
    return zlib.decompress(b64decode(text))


def _read_json(path: Path) -> Any:
    return json.loads(path.read_text(encoding="utf-8"))
