# Copyright (c) 2026, the linuxnet.tcp authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Run on a host: each profile there and back, and what is not as it should be; fails if there is anything.

``each_profile.py PROFILES UNAVAILABLE``: the first is JSON, name to settings. Runs the module that the role calls, with
what the role gives it, as Ansible would, but from a folder and without the way over SSH sixteen times. With UNAVAILABLE
``skip`` this is a host on which nothing can be set: each skipped key has to have its reason.
"""

from __future__ import annotations

import json
import os
import runpy
import sys
import tempfile
from pathlib import Path

MODULE = "ansible_collections.linuxnet.tcp.plugins.modules.tunables"
DROP_IN = Path("/etc/sysctl.d/91-linuxnet-tcp-profile.conf")
REASONS = {"read_only", "absent_here"}


def tunables(settings, unavailable, check_mode=False):
    """The answer of the module, run in a process of its own."""
    given = {"settings": settings, "path": str(DROP_IN), "exclusive": True, "unavailable": unavailable}
    arguments = {**given, "_ansible_check_mode": check_mode, "_ansible_diff": True, "_ansible_no_log": True}
    with tempfile.TemporaryFile() as asked, tempfile.TemporaryFile() as said:
        asked.write(json.dumps({"ANSIBLE_MODULE_ARGS": arguments}).encode())
        asked.seek(0)
        child = os.fork()
        if child == 0:
            os.dup2(asked.fileno(), 0)
            os.dup2(said.fileno(), 1)
            in_child()
        os.waitpid(child, 0)
        said.seek(0)
        return json.loads(said.read())


def in_child():
    """Be the module, as its main program."""
    try:
        sys.stdin = os.fdopen(0, encoding="utf-8")
        sys.argv = [MODULE]
        runpy.run_module(MODULE, run_name="__main__", alter_sys=True)
    except SystemExit:
        sys.stdout.flush()
    finally:
        os._exit(0)


def running(key):
    """What the kernel has, as words; None where it has no such key."""
    path = Path("/proc/sys", *key.split("."))
    return path.read_text(encoding="ascii").split() if path.exists() else None


def rows(answer, *names):
    """Key to the named columns."""
    return {row["name"]: [row[name] for name in names] for row in answer["tunables"]}


def there_and_back(settings, unavailable):
    """Sentences, each with whether it is so."""
    before = {key: running(key) for key in settings}
    foreseen = tunables(settings, unavailable, check_mode=True)
    yield "check mode works", not foreseen.get("failed")
    yield "check mode changes nothing", {key: running(key) for key in settings} == before and not DROP_IN.exists()

    done, text = tunables(settings, unavailable), DROP_IN.read_text(encoding="utf-8")
    yield "the first run changes something", foreseen["changed"] and done["changed"]
    yield "check mode foresaw it, to the letter", (foreseen["diff"], foreseen["tunables"]) == (
        done["diff"], done["tunables"],
    )  # fmt: skip
    yield "the diff is of what is in the file", done["diff"][0]["after"] == text
    skipped = {row["name"]: row["reason"] for row in done["tunables"] if row["status"] == "skipped"}
    yield "what is skipped has its reason", set(skipped.values()) <= REASONS
    yield "a host is locked or it is not", bool(skipped) == (unavailable == "skip")
    yield "the kernel has what was set", all(
        running(row["name"]) == str(row["running_after"]).strip("[]").replace(",", "").split()
        for row in done["tunables"] if row["name"] not in skipped
    )  # fmt: skip

    again = tunables(settings, unavailable)
    yield "the second run changes nothing", not again["changed"] and DROP_IN.read_text(encoding="utf-8") == text

    back = tunables({}, unavailable)
    was = rows(foreseen, "running_before", "boot_before")
    yield "what was there is given back", back["changed"] and all(
        values == was[key] for key, values in rows(back, "running_after", "boot_after").items()
    )
    yield "nothing is left", {key: running(key) for key in settings} == before and not DROP_IN.exists()


def main(profiles, unavailable):
    """What is not so."""
    __import__(MODULE)  # once, and not in each child
    del sys.modules[MODULE]
    return [
        "{0}: not so: {1}".format(name, sentence)
        for name, settings in profiles.items()
        for sentence, so in there_and_back(settings, unavailable)
        if not so
    ]


sys.exit("\n".join(main(json.loads(sys.argv[1]), sys.argv[2])) or None)
