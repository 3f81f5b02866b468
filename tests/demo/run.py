# Copyright (c) 2026, the linuxnet.tcp authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""`make demo`: the TCP states of this machine, in the table of the playbook `linuxnet.tcp.report_states`.

Run by a Python that has ansible-core. Needs no root, changes nothing, and writes below .cache/ only. Where this machine
is nearly idle, a captured busy one is shown after it. The exit code is the playbook's.
"""

from __future__ import annotations

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
PLAYBOOK = "linuxnet.tcp.report_states"
# A machine with less than both has nothing to show.
IDLE_TIME_WAIT_SHARE, IDLE_CONNECTIONS = 0.01, 100

WHAT_IT_IS = f"""\
The TCP sockets of this machine by state, and how near the kernel's bounds are.
For your own hosts: ansible-playbook -i INVENTORY {PLAYBOOK}
"""
WHAT_ONE_SEES = """\
ESTABLISHED: open connections. TIME_WAIT: closed ones, kept for 60 seconds by
the side that closed first. CLOSE_WAIT: the other side has closed; if it stays,
a program here forgot to. All eleven: docs/docsite/rst/guide_states.rst
"""


def main() -> int:
    """Show this machine, and a busy one if this one is idle; the exit code of the playbook."""
    os.environ.update(environment())
    sys.stdout.write(WHAT_IT_IS)
    sys.stdout.flush()
    facts_folder = WORK / "facts"
    shutil.rmtree(facts_folder, ignore_errors=True)
    code = subprocess.run(command(), check=False).returncode
    if code:
        return code
    sys.stdout.write(WHAT_ONE_SEES)
    facts = facts_of_this_machine(facts_folder)
    if is_idle(facts):
        sys.stdout.write(f"\nThis machine is nearly idle: {held(facts)}.\nA busy one for comparison:\n")
        sys.stdout.flush()
        show_captured()
    return 0


def command() -> list[str]:
    """The playbook on this machine, without SSH and without an inventory."""
    ansible_playbook = [sys.executable, "-m", "ansible.cli.playbook"]
    interpreter = json.dumps({"ansible_python_interpreter": sys.executable})
    return [*ansible_playbook, "-i", "localhost,", "-c", "local", "-e", interpreter, PLAYBOOK]


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
        "ANSIBLE_STDOUT_CALLBACK": "ansible.builtin.default",
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
