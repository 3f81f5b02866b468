# Copyright (c) 2026, the linuxnet.tcp authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The errors that our own code raises. The text of each is one sentence for the person who runs the play."""

from __future__ import annotations


class LinuxnetError(Exception):
    """Any error of ours: its text names what, the value, the reason and the way out."""


class InputError(LinuxnetError):
    """What the playbook asked for cannot be right, on any host."""


class HostError(LinuxnetError):
    """What was asked for is fine, but this host refuses, lacks or garbles something."""


class MalformedReply(HostError):
    """The kernel, or whatever answers in its name, sent bytes that do not have the documented shape."""


class SockDiagUnavailable(HostError):
    """No sock_diag for TCP here: no socket class, no inet_diag module, or not permitted."""


class NamespaceError(HostError):
    """A network namespace that is not there, is none, or may not be entered."""


def shown(value: object, limit: int = 80) -> str:
    """`value` as it may stand in an error message: quoted, control characters escaped, at most `limit` characters.

    Hostile names reach our messages; a terminal must not act on them and a log line must stay one line.
    """
    try:
        text = ascii(value)
    except ValueError:  # a number of thousands of digits, which Python refuses to spell out
        return "a value with an endless number"
    if len(text) <= limit:
        return text
    return "{0}... ({1} characters)".format(text[: limit - 3], len(str(value)))
