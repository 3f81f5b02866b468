# Copyright (c) 2026, the linuxnet.tcp authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What we keep on the host between runs: first-seen values, the pending transaction, the lock."""

from __future__ import annotations

import base64
import errno
import fcntl
import json
import os
import stat
import time
from contextlib import contextmanager, suppress
from typing import Any, Dict, Iterator, Optional, Tuple

from .._model.errors import HostError, shown
from .._model.transactions import FileChange, FileContent, FirstSeen, Place, RunningChange, Transaction
from .files import read_file
from .namespaces import identity
from .safe_files import read_in, remove_in, replace_in, trusted_folder, trusted_owner

FOLDER = "/var/lib/linuxnet-tcp"
LOCK = "/run/lock/linuxnet-tcp.lock"
PENDING = "pending.json"
FIRST_SEEN = "first_seen.json"
FORMAT = 1
# Holds a drop-in of the largest size twice, in base64.
LARGEST_STATE = 4 * 1024 * 1024
# As long as a run of a patient watch may take; past it somebody should look.
LOCK_SECONDS = 300.0


def this_place(proc: str) -> Place:
    """The running boot of the kernel and this process's network namespace."""
    boot_id = read_file(os.path.join(proc, "sys", "kernel", "random", "boot_id")) or b""
    return Place(boot_id.decode("ascii", "replace").strip(), identity(os.path.join(proc, "self", "ns", "net")))


class StateFolder:
    """The folder by its path. Reading never creates it; every write is whole and synced before it returns."""

    def __init__(self, path: str = FOLDER) -> None:
        self.path = path

    def create(self) -> None:
        """Make the folder where it is missing, for root alone. Raises HostError where it cannot be."""
        try:
            os.mkdir(self.path, 0o700)
        except FileExistsError:
            return
        except FileNotFoundError:
            os.makedirs(os.path.dirname(self.path), 0o755, exist_ok=True)
            os.mkdir(self.path, 0o700)

    @property
    def readable(self) -> bool:
        """Whether this user may know what is remembered: a folder that is not there holds nothing."""
        return not os.path.lexists(self.path) or os.access(self.path, os.R_OK | os.X_OK)

    # What is remembered.

    def first_seen(self) -> Tuple[FirstSeen, ...]:
        """The values that were running before our first write to each key."""
        document = self._read(FIRST_SEEN)
        if document is None:
            return ()
        with _shape(os.path.join(self.path, FIRST_SEEN)):
            return tuple(_first_seen(row) for row in document["values"])

    def remember(self, records: Tuple[FirstSeen, ...]) -> None:
        """Keep exactly `records`; none leave no file behind. Raises OSError."""
        if not records:
            self._remove(FIRST_SEEN)
            return
        self._write(FIRST_SEEN, {"values": [_plain_first_seen(record) for record in records]})

    # What is under way.

    def pending(self) -> Optional[Transaction]:
        """The transaction that a run has begun and not ended, None when there is none."""
        document = self._read(PENDING)
        if document is None:
            return None
        with _shape(os.path.join(self.path, PENDING)):
            return _transaction(document)

    def begin(self, transaction: Transaction) -> None:
        """Write down what is about to be done, before it is done. Raises OSError."""
        self._write(PENDING, _plain_transaction(transaction))

    def end(self) -> None:
        """Forget the pending transaction: it is done, or undone. A folder that then holds nothing goes too, so that a
        host that everything was taken from is what it was. Raises OSError.
        """
        self._remove(PENDING)
        with suppress(OSError):
            os.rmdir(self.path)

    def _read(self, name: str) -> Optional[Dict[str, Any]]:
        # An ordinary user may not look: to that user nothing is remembered, and such a user changes nothing either.
        if not os.access(self.path, os.R_OK | os.X_OK):
            return None
        path = os.path.join(self.path, name)
        try:
            with trusted_folder(self.path, "the state folder") as folder:
                content = read_in(folder, name, path, "the state file", LARGEST_STATE)
        except OSError as error:
            raise HostError("cannot read {0}: {1}".format(path, error.strerror)) from error
        if content is None:
            return None
        with _shape(path):
            document = json.loads(content.data.decode("utf-8"))
            if document["format"] != FORMAT:
                raise ValueError("format")
            return dict(document)

    def _remove(self, name: str) -> None:
        if not os.path.lexists(self.path):
            return
        with trusted_folder(self.path, "the state folder") as folder:
            remove_in(folder, name)

    def _write(self, name: str, document: Dict[str, Any]) -> None:
        # Without indent: with it, json is ten times slower, which is more than all other work of a run on its state.
        text = json.dumps(dict(document, format=FORMAT), sort_keys=True) + "\n"
        with trusted_folder(self.path, "the state folder") as folder:
            replace_in(folder, name, FileContent(text.encode("utf-8"), 0o600, -1, -1))


@contextmanager
def _shape(path: str) -> Iterator[None]:
    try:
        yield
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise HostError(
            "{0} is not what this collection writes; look at it and remove it: "
            "the values in it are then forgotten".format(
                shown(path)
            )
        ) from error


@contextmanager
def locked(state: StateFolder, path: str = LOCK, patience: float = LOCK_SECONDS) -> Iterator[None]:
    """Hold the lock that keeps runs on one host apart. Raises HostError where it cannot be had in `patience`
    seconds.
    """
    descriptor = _open_lock(path)
    if descriptor is None:
        descriptor = _open_lock_in(state)
    if descriptor is None:
        raise HostError(
            "cannot take a lock: neither {0} nor a file in {1} can be opened; this needs root (become), and a folder "
            "that can be written".format(path, state.path)
        )
    try:
        _wait_for(descriptor, patience, path)
        yield
    finally:
        os.close(descriptor)


def _open_lock(path: str) -> Optional[int]:
    """The lock file, made where it is missing. None where it cannot be had, or where another user has put it there."""
    flags = os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
    try:
        descriptor = os.open(path, flags, 0o600)
    except OSError:
        return None
    info = os.fstat(descriptor)
    if stat.S_ISREG(info.st_mode) and trusted_owner(info.st_uid):
        return descriptor
    os.close(descriptor)
    return None


def _open_lock_in(state: StateFolder) -> Optional[int]:
    try:
        state.create()
    except OSError:
        return None
    return _open_lock(os.path.join(state.path, "lock"))


def _wait_for(descriptor: int, patience: float, path: str) -> None:
    deadline = time.monotonic() + patience
    while True:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            if error.errno not in (errno.EAGAIN, errno.EACCES, errno.EINTR):
                raise HostError("cannot lock {0}: {1}".format(path, error.strerror)) from error
        else:
            return
        if time.monotonic() > deadline:
            raise HostError(
                "another run has held {0} for {1:.0f} seconds; wait for it to end and try again".format(path, patience)
            )
        time.sleep(0.05)


# The records as JSON. Bytes of the file are base64: a drop-in may hold any.


def _plain_first_seen(record: FirstSeen) -> Dict[str, Optional[str]]:
    return {
        "key": record.key,
        "value": record.value,
        "boot_id": record.place.boot_id,
        "namespace_id": record.place.namespace_id,
        "network_namespace": record.network_namespace,
    }


def _first_seen(row: Dict[str, Any]) -> FirstSeen:
    place = Place(_text(row["boot_id"]), _text(row["namespace_id"]))
    return FirstSeen(_text(row["key"]), _text(row["value"]), place, _text_or_none(row["network_namespace"]))


def _plain_transaction(transaction: Transaction) -> Dict[str, Any]:
    file = transaction.file
    return {
        "boot_id": transaction.place.boot_id,
        "namespace_id": transaction.place.namespace_id,
        "network_namespace": transaction.network_namespace,
        "running": [change._asdict() for change in transaction.running],
        "file": file
        and {"path": file.path, "before": _plain_content(file.before), "after": _plain_content(file.after)},
        "records_before": [_plain_first_seen(record) for record in transaction.records_before],
        "records_after": [_plain_first_seen(record) for record in transaction.records_after],
        "watched": transaction.watched,
    }


def _transaction(document: Dict[str, Any]) -> Transaction:
    file = document["file"]
    return Transaction(
        place=Place(_text(document["boot_id"]), _text(document["namespace_id"])),
        network_namespace=_text_or_none(document["network_namespace"]),
        running=tuple(
            RunningChange(_text(row["key"]), _text(row["before"]), _text(row["after"]), bool(row["secret"]))
            for row in document["running"]
        ),
        file=file and FileChange(_text(file["path"]), _content(file["before"]), _content(file["after"])),
        records_before=tuple(_first_seen(row) for row in document["records_before"]),
        records_after=tuple(_first_seen(row) for row in document["records_after"]),
        watched=bool(document["watched"]),
    )


def _plain_content(content: Optional[FileContent]) -> Optional[Dict[str, Any]]:
    if content is None:
        return None
    plain = dict(content._asdict(), data=base64.b64encode(content.data).decode("ascii"))
    if content.selinux is not None:
        plain["selinux"] = base64.b64encode(content.selinux).decode("ascii")
    return plain


def _content(row: Optional[Dict[str, Any]]) -> Optional[FileContent]:
    if row is None:
        return None
    selinux = None if row["selinux"] is None else base64.b64decode(row["selinux"], validate=True)
    data = base64.b64decode(row["data"], validate=True)
    return FileContent(data, int(row["mode"]), int(row["uid"]), int(row["gid"]), selinux)


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError("text")
    return value


def _text_or_none(value: object) -> Optional[str]:
    return None if value is None else _text(value)
