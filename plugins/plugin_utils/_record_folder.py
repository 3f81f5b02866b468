# Copyright (c) 2026, the linuxnet.tcp authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The folder of an audit on the controller: `records/` with a file a host, and the reports beside it.

Files are replaced whole or not at all, so any number of controllers may work in one folder. Somebody else may be able
to write there: no link in it is followed, neither for reading nor for writing.
"""

from __future__ import annotations

import contextlib
import errno
import os
import pathlib
import secrets
import stat
import typing as t

from ansible_collections.linuxnet.tcp.plugins.plugin_utils._record import (
    LARGEST,
    BadRecord,
    file_name,
    from_bytes,
    whole_characters,
)
from ansible_collections.linuxnet.tcp.plugins.plugin_utils._report_model import Unread

RECORDS = "records"
_ENDING = ".json"
# Records name the hosts' peers and processes: they are for who made them, reports for those they are given to.
_PRIVATE_FOLDER, _PRIVATE, _PUBLIC = 0o700, 0o600, 0o644
_OPEN_FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC
_NEW_FILE = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC


class FolderError(Exception):
    """The folder cannot be used; the message is a sentence for the user."""


class AuditFolder:
    """An open folder of an audit; a context manager. Made, with its `records`, where it does not exist."""

    def __init__(self, path: str) -> None:
        self.path = pathlib.Path(path).expanduser().absolute()
        with self._sentence("cannot be made or opened"):
            self.path.mkdir(_PRIVATE_FOLDER, parents=True, exist_ok=True)
            self._folder = os.open(self.path, _OPEN_FOLDER)
        try:
            self._records = self._open_records()
        except BaseException:
            os.close(self._folder)
            raise

    def __enter__(self) -> t.Self:
        return self

    def __exit__(self, *error: object) -> None:
        os.close(self._records)
        os.close(self._folder)

    def read(self, host: str) -> dict[str, t.Any] | None:
        """The record of a host; None where there is none, or one that cannot be read."""
        try:
            record = self._read_file(file_name(host))
        except (BadRecord, OSError):
            return None
        return record if record["host"] == whole_characters(host) else None

    def write_record(self, host: str, data: bytes) -> str:
        """Put the record of a host in its place; the path of the file."""
        name = file_name(host)
        # A folder with the set-group-ID bit was made for several people on purpose.
        shared = os.fstat(self._records).st_mode & stat.S_ISGID
        with self._sentence(f"has no room for {RECORDS}/{name}"):
            _replace(self._records, name, (data,), _PRIVATE | (stat.S_IRGRP if shared else 0))
        return str(self.path / RECORDS / name)

    def write_report(self, name: str, pieces: t.Iterable[str]) -> str:
        """Put a report in its place; the path of the file."""
        encoded = (piece.encode("utf-8") for piece in pieces)
        with self._sentence(f"has no room for {name}"):
            _replace(self._folder, name, encoded, _PUBLIC)
        return str(self.path / name)

    def records(self) -> t.Iterator[tuple[str, dict[str, t.Any]] | Unread]:
        """Each record with the name of its file, one after the other; and what lies there and is none."""
        with self._sentence(f"does not let us list {RECORDS}"), os.scandir(self._records) as entries:
            names = sorted(entry.name for entry in entries if not entry.name.startswith("."))
        for name in names:
            try:
                record = self._read_file(name)
            except FileNotFoundError:
                continue
            except OSError as error:
                reason = "it is a link" if error.errno == errno.ELOOP else error.strerror or str(error)
                yield Unread(_whole(name), reason)
            except BadRecord as error:
                yield Unread(_whole(name), str(error))
            else:
                right = file_name(record["host"]) == name
                yield (name, record) if right else Unread(_whole(name), "it is not named after its host")

    def _open_records(self) -> int:
        with self._sentence(f"has no room for {RECORDS}"), contextlib.suppress(FileExistsError):
            os.mkdir(RECORDS, self._mode_of_records(), dir_fd=self._folder)
        with self._sentence(f"holds no usable folder {RECORDS}"):
            return os.open(RECORDS, _OPEN_FOLDER | os.O_NOFOLLOW, dir_fd=self._folder)

    def _mode_of_records(self) -> int:
        shared = os.fstat(self._folder).st_mode & stat.S_ISGID
        return _PRIVATE_FOLDER | (stat.S_IRWXG if shared else 0)

    def _read_file(self, name: str) -> dict[str, t.Any]:
        if not name.endswith(_ENDING):
            raise BadRecord(f"its name does not end in {_ENDING}")
        # Without O_NONBLOCK the opening of a pipe would wait for its other end.
        descriptor = os.open(name, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC, dir_fd=self._records)
        with os.fdopen(descriptor, "rb") as stream:
            if not stat.S_ISREG(os.fstat(descriptor).st_mode):
                raise BadRecord("it is no plain file")
            return from_bytes(stream.read(LARGEST + 1))

    @contextlib.contextmanager
    def _sentence(self, what: str) -> t.Iterator[None]:
        try:
            yield
        except OSError as error:
            raise FolderError(
                f"dir is {str(self.path)!r}, which {what}: {error.strerror}; give a folder that this user may write"
            ) from error


def _replace(folder: int, name: str, pieces: t.Iterable[bytes], mode: int) -> None:
    """Put the file in the place of `name`, whole or not at all: write aside, sync, rename. Raises OSError."""
    aside = f".{secrets.token_hex(8)}.tmp"
    descriptor = os.open(aside, _NEW_FILE, 0o600, dir_fd=folder)
    try:
        with os.fdopen(descriptor, "wb") as stream:
            for piece in pieces:
                stream.write(piece)
            stream.flush()
            os.fchmod(descriptor, mode)
            os.fsync(descriptor)
        os.rename(aside, name, src_dir_fd=folder, dst_dir_fd=folder)
    except BaseException:
        with contextlib.suppress(OSError):
            os.unlink(aside, dir_fd=folder)
        raise


def _whole(name: str) -> str:
    """A name from the disk, of which some bytes may be no UTF-8."""
    return os.fsencode(name).decode("utf-8", "replace")
