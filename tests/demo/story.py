# Copyright (c) 2026, the linuxnet.tcp authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The story of the demo, on a host of its own: `run.py` starts it. Exit status 77: this machine forbids such hosts."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

from ansible_collections.linuxnet.tcp.tests.demo import throwaway
from ansible_collections.linuxnet.tcp.tests.demo.sockets import busy

HERE = Path(__file__).resolve().parent
HOST = "squid1"
# Of the clone, which is there on the throw-away host as well.
AUDIT = HERE.parents[1] / ".cache" / "demo" / "audit"
FORBIDDEN = 77


def main() -> int:
    """Enter, fill, play."""
    try:
        throwaway.enter(HERE)
    except throwaway.CannotRun as reason:
        print(f"\nNo throw-away host can be made here ({reason}).")
        return FORBIDDEN
    with busy():
        return subprocess.run(command(), check=False).returncode


def command() -> list[str]:
    """The story as a playbook, on the host that this process is on."""
    words = [sys.executable, "-m", "ansible.cli.playbook", "-i", f"{HOST},", "-c", "local", "--diff"]
    interpreter = f"ansible_python_interpreter={sys.executable}"
    variables = [interpreter, "tcp_profile_name=forward_proxy", json.dumps({"demo_audit": str(AUDIT)})]
    return [*words, *(word for variable in variables for word in ("-e", variable)), str(HERE / "story.yml")]


if __name__ == "__main__":
    sys.exit(main())
