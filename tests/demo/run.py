# Copyright (c) 2026, the linuxnet.tcp authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""`make demo`: the whole way on a host to throw away, then the TCP states of this machine.

Run by a Python that has ansible-core. Needs no root, changes nothing on the machine, and writes below .cache/ only. The
host is made of namespaces (story.py); where they are forbidden, the rest is shown all the same. The machine is shown by
the playbook `linuxnet.tcp.report_states`; where it is nearly idle, a captured busy one follows. The exit code is that
of the first playbook that failed.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
WORK = ROOT / ".cache" / "demo"
CAPTURED = ROOT / "tests" / "demo" / "busy_proxy"
PLAYBOOK, AUDIT_PLAYBOOK = "linuxnet.tcp.report_states", "linuxnet.tcp.audit_fleet"
AUDIT = WORK / "audit"
STORY = [sys.executable, "-m", "ansible_collections.linuxnet.tcp.tests.demo.story"]
#: The exit code of the story where user namespaces are forbidden.
NO_HOST = 77
# A machine with less than both has nothing to show.
IDLE_TIME_WAIT_SHARE, IDLE_CONNECTIONS = 0.01, 100

WHAT_COMES = """\
linuxnet.tcp on a host to throw away: a network of its own with some 6,500
sockets, and empty folders for settings. No root is needed, and nothing of this
machine is changed.
"""
WHAT_IT_IS = f"""\
The TCP sockets of this machine by state, and how near the kernel's bounds are.
For your own hosts: ansible-playbook -i INVENTORY {PLAYBOOK}
"""
ONLY_LOOKING = "So what follows only looks at this machine.\n"
THIS_MACHINE = "\n== This machine, read-only\n"
WHAT_AN_AUDIT_IS = f"""
== The audit, as a page and as files for programs
It changes nothing. Open report.html in a browser.
For your own hosts: ansible-playbook -i INVENTORY {AUDIT_PLAYBOOK}
"""
WHAT_ONE_SEES = """\
ESTABLISHED: open connections. TIME_WAIT: closed ones, kept for 60 seconds by
the side that closed first. CLOSE_WAIT: the other side has closed; if it stays,
a program here forgot to. All eleven: docs/docsite/rst/guide_states.rst
"""


def main() -> int:
    """The story, then this machine; the exit code of what failed."""
    parser = argparse.ArgumentParser(prog="tests/demo/run.py", description=__doc__)
    parser.add_argument("--read-only", action="store_true", help="only look at this machine")
    options = parser.parse_args()
    os.environ.update(environment())
    shutil.rmtree(AUDIT, ignore_errors=True)
    code = NO_HOST if options.read_only else tell_the_story()
    if code not in (0, NO_HOST):
        return code
    return show_this_machine(compare=code == NO_HOST) or audit_this_machine()


def tell_the_story() -> int:
    """The whole way on a throw-away host; its exit code, NO_HOST where no such host can be made."""
    say(WHAT_COMES)
    # A process of its own: who enters namespaces cannot leave them.
    python_path = os.pathsep.join([str(workspace()), *filter(None, [os.environ.get("PYTHONPATH")])])
    code = subprocess.run(STORY, check=False, env={**os.environ, "PYTHONPATH": python_path}).returncode
    if code == NO_HOST:
        say(ONLY_LOOKING)
    return code


def say(text: str) -> None:
    """Print it before whatever the next program prints."""
    sys.stdout.write(text)
    sys.stdout.flush()


def show_this_machine(*, compare: bool) -> int:
    """This machine's states, and to `compare` those of a busy one if this is idle; the exit code of the playbook."""
    say(THIS_MACHINE + WHAT_IT_IS)
    facts_folder = WORK / "facts"
    shutil.rmtree(facts_folder, ignore_errors=True)
    code = subprocess.run(command(), check=False).returncode
    if code:
        return code
    say(WHAT_ONE_SEES)
    facts = facts_of_this_machine(facts_folder)
    if is_idle(facts):
        say(f"\nThis machine is nearly idle: {held(facts)}.\n")
        if compare:
            say("A busy one for comparison:\n")
            show_captured()
    return 0


def audit_this_machine() -> int:
    """This machine into the folder of the host of the story, and the reports of both; the exit code of the playbook."""
    say(WHAT_AN_AUDIT_IS)
    variables = json.dumps({"audit_fleet_dir": str(AUDIT), "audit_fleet_rules": "cis"})
    return subprocess.run([*command(AUDIT_PLAYBOOK), "-e", variables], check=False).returncode


def command(playbook: str = PLAYBOOK) -> list[str]:
    """The playbook on this machine, without SSH and without an inventory."""
    ansible_playbook = [sys.executable, "-m", "ansible.cli.playbook"]
    interpreter = json.dumps({"ansible_python_interpreter": sys.executable})
    return [*ansible_playbook, "-i", "localhost,", "-c", "local", "-e", interpreter, playbook]


def environment() -> dict[str, str]:
    """Variables that keep Ansible inside .cache/ and away from the user's configuration.

    The user's own variables are left alone where they say how things look (ANSIBLE_NOCOLOR, for one).
    """
    collections = str(workspace())
    no_settings = WORK / "ansible.cfg"
    no_settings.touch()
    return {
        "ANSIBLE_CONFIG": str(no_settings),
        "ANSIBLE_HOME": str(WORK / "ansible"),
        "ANSIBLE_REMOTE_TEMP": str(WORK / "ansible" / "tmp"),
        "ANSIBLE_COLLECTIONS_PATH": collections,
        # The facts are kept, so that this script can look at them too.
        "ANSIBLE_CACHE_PLUGIN": "ansible.builtin.jsonfile",
        "ANSIBLE_CACHE_PLUGIN_CONNECTION": str(WORK / "facts"),
        "ANSIBLE_STDOUT_CALLBACK": "story",
        "ANSIBLE_CALLBACK_PLUGINS": str(ROOT / "tests" / "demo" / "callback"),
        "ANSIBLE_LOCALHOST_WARNING": "false",
        "ANSIBLE_NOCOWS": "true",
        **a_locale_that_ansible_takes(),
    }


def a_locale_that_ansible_takes() -> dict[str, str]:
    """Ansible wants UTF-8. Where the user has set something else that is no plain C, draw with ASCII as well."""
    wanted = os.environ.get("LC_ALL") or os.environ.get("LC_CTYPE") or os.environ.get("LANG") or ""
    if wanted.lower().replace("-", "").endswith("utf8"):
        return {}
    plain = {"LC_ALL": "C.UTF-8"}
    return plain if wanted in ("", "C", "POSIX") else {**plain, "TERM": "dumb"}


def workspace() -> Path:
    """A folder for ANSIBLE_COLLECTIONS_PATH in which the collection is a link to this clone."""
    link = WORK / "workspace" / "ansible_collections" / "linuxnet" / "tcp"
    link.parent.mkdir(parents=True, exist_ok=True)
    if not link.is_symlink() or link.resolve() != ROOT:
        link.unlink(missing_ok=True)
        link.symlink_to(ROOT)
    return WORK / "workspace"


def facts_of_this_machine(folder: Path) -> dict[str, Any]:
    """What the playbook left in its cache of facts: a file for the one host there is."""
    (cached,) = folder.iterdir()
    content = json.loads(cached.read_text(encoding="utf-8"))
    # From ansible-core 2.19 on the facts stand in a JSON text of their own, with their types.
    facts: dict[str, Any] = json.loads(content["__payload__"]) if "__payload__" in content else content
    return dict(facts["linuxnet_tcp"])


def is_idle(facts: dict[str, Any]) -> bool:
    """Whether there is next to nothing to see: no share of the TIME_WAIT cap to speak of, and few connections."""
    time_wait = facts["usage"]["time_wait"] or 0.0
    return time_wait < IDLE_TIME_WAIT_SHARE and connections(facts) < IDLE_CONNECTIONS


def connections(facts: dict[str, Any]) -> int:
    """All sockets but those that listen."""
    return int(facts["total"] - facts["states"]["listen"])


def held(facts: dict[str, Any]) -> str:
    """`3 connections, 1 in TIME_WAIT`."""
    number = connections(facts)
    return f"{number} connection{'' if number == 1 else 's'}, {facts['states']['time_wait']} in TIME_WAIT"


def show_captured() -> None:
    """The table of the captured machine, from what its kernel answered then, by the code that has just run here."""
    sys.path.insert(0, os.environ["ANSIBLE_COLLECTIONS_PATH"])
    # Not at the top: Ansible reads its settings from the environment when it is imported, and we have just made them.
    from ansible_collections.linuxnet.tcp.plugins.plugin_utils import _display as terminal  # noqa: PLC0415
    from ansible_collections.linuxnet.tcp.plugins.plugin_utils._host_counts import read_facts  # noqa: PLC0415
    from ansible_collections.linuxnet.tcp.plugins.plugin_utils._state_table import state_table  # noqa: PLC0415
    from ansible_collections.linuxnet.tcp.tests.unit.machines.capture import facts_of  # noqa: PLC0415
    from ansible_collections.linuxnet.tcp.tests.unit.machines.machine import Machine  # noqa: PLC0415

    machine = Machine(CAPTURED)
    facts = facts_of({}, machine.proc, machine.ask)
    answer = read_facts(f"the captured machine {machine.name} (not this machine)", facts)
    terminal.show(state_table([answer], terminal.width(), terminal.glyphs()))
    sys.stdout.write(f"How it was made and captured: {CAPTURED.relative_to(ROOT)}/README.md\n")


if __name__ == "__main__":
    sys.exit(main())
