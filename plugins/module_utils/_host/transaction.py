# Copyright (c) 2026, the linuxnet.tcp authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Carry out a transaction on the host: all of it or nothing, and settle what a run that died has left.

The order: write down what is about to be done, remember first-seen values, write the running values and read each back,
replace the file, forget what is no longer ours, strike out the note. Whatever fails undoes what was done, backwards. A
run that is killed leaves the note; the next run finds it and puts back what it tells.
"""

from __future__ import annotations

import os
import signal
from contextlib import contextmanager
from typing import Any, Callable, Dict, Iterator, List, NamedTuple, NoReturn, Optional

from .._model.errors import HostError, LinuxnetError, shown
from .._model.keys import key_path
from .._model.transactions import FileChange, FileContent, RunningChange, Transaction
from .namespaces import find, inside
from .safe_files import clear_aside, read_in, remove_in, replace_in, trusted_folder
from .state_folder import PENDING, StateFolder, this_place
from .sysctl_tree import read_value, write_value

# Whether what the kernel shows (second text) is what it was given (first text), for a key.
Same = Callable[[str, str, str], bool]


class Interrupted(BaseException):
    """A signal asked this process to end: undo first."""


REQUESTS_TO_END = (signal.SIGTERM, signal.SIGINT)


@contextmanager
def undisturbed() -> Iterator[None]:
    """Survive the end of the connection that started us, and turn requests to end into Interrupted, so that we can
    undo.

    Within `unbroken` such a request waits. One that waits still at the end came too late, and is forgotten.
    """

    def interrupt(number: int, _frame: Any) -> None:
        raise Interrupted("signal {0}".format(number))

    wanted: Dict[signal.Signals, Any] = {
        signal.SIGHUP: signal.SIG_IGN,
        signal.SIGPIPE: signal.SIG_IGN,
        signal.SIGTERM: interrupt,
        signal.SIGINT: interrupt,
    }
    before = {number: signal.signal(number, handler) for number, handler in wanted.items()}
    try:
        yield
    finally:
        for number in REQUESTS_TO_END:
            signal.signal(number, signal.SIG_IGN)
        signal.pthread_sigmask(signal.SIG_UNBLOCK, REQUESTS_TO_END)
        for number, handler in before.items():
            signal.signal(number, handler)


def unbroken() -> None:
    """From here on requests to end wait until `breakable`, or for the end of `undisturbed`: what follows takes no
    time, and half of it would be worse than a late end. May raise Interrupted for one that has just come."""
    signal.pthread_sigmask(signal.SIG_BLOCK, REQUESTS_TO_END)


@contextmanager
def breakable() -> Iterator[None]:
    """Within `unbroken`, a time in which requests to end raise Interrupted."""
    try:
        signal.pthread_sigmask(signal.SIG_UNBLOCK, REQUESTS_TO_END)
        yield
    finally:
        unbroken()


def carry_out(transaction: Transaction, state: StateFolder, proc: str, same: Same) -> None:
    """Do it all. Raises HostError when something was refused; then everything is as it was, or the error says what
    is not.

    After it returns the transaction still stands in the state folder: `finish` or `put_back` decides about it.
    """
    try:
        state.create()
        state.begin(transaction)
        state.remember(_union(transaction))
    except (OSError, LinuxnetError) as error:
        abandon(transaction, state, proc, error, "cannot keep the values from before in {0}".format(state.path))
    done = transaction._replace(file=None)
    try:
        for change in transaction.running:
            _write(change, proc, same)
        if transaction.file:
            _check_unmoved(transaction.file)
            done = transaction
            _put_file(transaction.file.path, transaction.file.after)
    except BaseException as error:  # noqa: BLE001 - whatever ends it, a signal too: undo
        abandon(done, state, proc, error, None)


def finish(transaction: Transaction, state: StateFolder, proc: str) -> None:
    """What was carried out shall stay: bring the memory up to date and strike out the note. Raises as `carry_out`."""
    try:
        if transaction.records_after != _union(transaction):
            state.remember(transaction.records_after)
        state.end()
    except BaseException as error:  # noqa: BLE001 - whatever ends it, a signal too: undo
        abandon(transaction, state, proc, error, "cannot bring {0} up to date".format(state.path))


def _union(transaction: Transaction) -> Any:
    """What must be remembered while it is under way: what was known, and what is seen for the first time."""
    known = transaction.records_before
    return known + tuple(record for record in transaction.records_after if record not in known)


def _write(change: RunningChange, proc: str, same: Same) -> None:
    path = key_path(change.key)
    try:
        write_value(proc, path, change.after)
    except OSError as error:
        raise HostError(
            "{0}: the kernel refused {1}: {2}".format(change.key, _may_show(change, change.after), error.strerror)
        ) from error
    shows = _shown_value(proc, path)
    if not same(change.key, change.after, shows):
        raise HostError(
            "{0}: the kernel was given {1} and shows {2}; it does not take this value".format(
                change.key, _may_show(change, change.after), _may_show(change, shows)
            )
        )


def _may_show(change: RunningChange, text: str) -> str:
    return "a secret value" if change.secret else shown(text)


def _shown_value(proc: str, path: str) -> str:
    value = read_value(proc, path)
    return "" if value is None else value.decode("utf-8", "replace").strip("\n")


def _check_unmoved(change: FileChange) -> None:
    found = _found(change)
    if _data(found) != _data(change.before):
        raise HostError("{0} was changed by another program during this run; run the task again".format(change.path))


def _put_file(path: str, content: Optional[FileContent]) -> None:
    """Make the file hold `content` (None: be gone)."""
    parent, name = os.path.split(path)
    with trusted_folder(parent, "path") as folder:
        try:
            if content is None:
                remove_in(folder, name)
            else:
                replace_in(folder, name, content)
        except OSError as error:
            raise HostError("cannot replace {0}: {1}".format(path, error.strerror)) from error


def _data(content: Optional[FileContent]) -> Optional[bytes]:
    return None if content is None else content.data


def abandon(
    transaction: Transaction, state: StateFolder, proc: str, error: BaseException, doing: Optional[str]
) -> NoReturn:
    """Put everything back and raise `error` as a HostError, with what could not be put back. `doing` opens the
    sentence.
    """
    reason = getattr(error, "strerror", None) or str(error)
    if isinstance(error, PermissionError) and os.geteuid() != 0:
        reason += " to this user; run the task as root (become)"
    sentence = "{0}: {1}".format(doing, reason) if doing else reason
    left = put_back(transaction, state, proc)
    if left:
        sentence += "; moreover " + "; ".join(left)
    else:
        sentence += "; nothing has changed"
    if isinstance(error, Exception):
        raise HostError(sentence) from error
    raise HostError("this run was interrupted: {0}".format(sentence)) from error


def put_back(transaction: Transaction, state: StateFolder, proc: str) -> List[str]:
    """Undo the transaction, as far as it had come. Returns a sentence for each thing that could not be undone.

    A file that another program has changed since is left to that program.
    """
    left: List[str] = []
    for change in reversed(transaction.running):
        try:
            _put_back_running(change, proc)
        except (OSError, LinuxnetError) as error:  # noqa: PERF203 - the others are put back whatever becomes of it
            left.append("{0} could not be put back to {1} ({2})".format(
                change.key, _may_show(change, change.before), getattr(error, "strerror", None) or error
            ))
    if transaction.file:
        try:
            _put_back_file(transaction.file)
        except (OSError, LinuxnetError) as error:
            left.append("{0} could not be put back ({1})".format(
                transaction.file.path, getattr(error, "strerror", None) or error
            ))
    if not left:
        try:
            _forget(transaction, state)
        except (OSError, LinuxnetError) as error:
            left.append("{0} still has the note of this run ({1}), which the next run will settle".format(
                state.path, getattr(error, "strerror", None) or error
            ))
    return left


def _put_back_running(change: RunningChange, proc: str) -> None:
    path = key_path(change.key)
    if _shown_value(proc, path) != change.before:
        write_value(proc, path, change.before)
        if _shown_value(proc, path) != change.before:
            raise HostError("the kernel does not take it")


def _put_back_file(change: FileChange) -> None:
    found = _found(change)
    if _data(found) == _data(change.before):
        return
    if _data(found) != _data(change.after):
        raise HostError("another program has changed it since")
    _put_file(change.path, change.before)


def _forget(transaction: Transaction, state: StateFolder) -> None:
    if not os.path.lexists(state.path):
        return
    if state.first_seen() != transaction.records_before:
        state.remember(transaction.records_before)
    state.end()


class Settled(NamedTuple):
    """What was done about a run that died."""

    sentence: str
    changed: bool
    """Whether the host is not as that run has left it."""


def settle(state: StateFolder, proc: str) -> Optional[Settled]:
    """Settle what a run that died has left, whichever namespace it was about. To be called with the lock held.

    None when there was nothing. What was complete stays, unless nobody has watched it to the end; what was not is put
    back.
    Running values of an earlier boot, or of a namespace that is gone, went with it. Raises HostError where it cannot be
    settled.
    """
    transaction = state.pending()
    if transaction is None:
        return None
    try:
        return _settle(transaction, state, proc)
    except (OSError, LinuxnetError) as error:
        raise HostError(
            "an earlier run died half-way and cannot be undone: {0}; mend that, "
            "or remove {1} to leave all as it is".format(
                getattr(error, "strerror", None) or error, os.path.join(state.path, PENDING)
            )
        ) from error


def _settle(transaction: Transaction, state: StateFolder, proc: str) -> Settled:
    place = this_place(proc)
    if transaction.place.boot_id != place.boot_id:
        return _settle_here(transaction._replace(running=()), state, proc, " before the last boot")
    if transaction.place == place or not transaction.running:
        return _settle_here(transaction, state, proc, "")
    where = find(transaction.place.namespace_id, proc)
    if where is None:
        gone = transaction._replace(running=())
        return _settle_here(gone, state, proc, " in a network namespace that is gone")
    with inside(where, proc):
        return _settle_here(transaction, state, proc, " in another network namespace")


def _settle_here(transaction: Transaction, state: StateFolder, proc: str, where: str) -> Settled:
    if transaction.file:
        _clear_aside(transaction.file)
    if _is_complete(transaction, proc) and not transaction.watched:
        finish(transaction, state, proc)
        return Settled("an earlier run had died{0} when all was done: its changes stay".format(where), False)
    names = [change.key for change in transaction.running if _is_off(change, proc)]
    if transaction.file and _data(_found(transaction.file)) != _data(transaction.file.before):
        names.append(transaction.file.path)
    left = put_back(transaction, state, proc)
    if left:
        raise HostError("; ".join(left))
    done = "put back {0}".format(", ".join(names)) if names else "there was nothing to put back"
    return Settled("an earlier run had died half-way{0}: {1}".format(where, done), bool(names))


def _clear_aside(change: FileChange) -> None:
    parent, name = os.path.split(change.path)
    with trusted_folder(parent, "path") as folder:
        try:
            clear_aside(folder, name)
        except OSError as error:
            raise HostError("cannot clear away what an earlier run left beside {0}: {1}".format(
                change.path, error.strerror
            )) from error


def _is_off(change: RunningChange, proc: str) -> bool:
    return _shown_value(proc, key_path(change.key)) != change.before


def _is_complete(transaction: Transaction, proc: str) -> bool:
    for change in transaction.running:
        if _shown_value(proc, key_path(change.key)).split() != change.after.split():
            return False
    return transaction.file is None or _data(_found(transaction.file)) == _data(transaction.file.after)


def _found(change: FileChange) -> Optional[FileContent]:
    """Our file as it lies there now."""
    parent, name = os.path.split(change.path)
    with trusted_folder(parent, "path") as folder:
        return read_in(folder, name, change.path, "path")
