# Copyright (c) 2026, the linuxnet.tcp authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Run a playbook against the hosts of the bench, and hand over what a callback wrote down."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

CALLBACKS = Path(__file__).parent / "callback"


def played(folder: Path, inventory: Path, play: str, callback: str, **variables: str) -> str:
    """What `callback` wrote while `play` ran. Raises RuntimeError with the end of what Ansible says when it fails.

    All files of Ansible lie in `folder`, and no setting of this machine or user reaches it.
    """
    (folder / "play.yml").write_text(play, encoding="utf-8")
    (folder / "ansible.cfg").write_text("", encoding="ascii")
    noted = folder / "noted"
    noted.unlink(missing_ok=True)
    environment = {
        **os.environ,
        "ANSIBLE_CONFIG": str(folder / "ansible.cfg"),
        "ANSIBLE_HOME": str(folder / "home"),
        "ANSIBLE_SSH_CONTROL_PATH_DIR": str(folder / "cp"),
        "ANSIBLE_CALLBACK_PLUGINS": str(CALLBACKS),
        "ANSIBLE_CALLBACKS_ENABLED": callback,
        "LINUXNET_TASK_TIMES": str(noted),
        **variables,
    }
    program = str(Path(sys.executable).with_name("ansible-playbook"))
    done = subprocess.run(
        [program, "-i", str(inventory), str(folder / "play.yml")],
        env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False,
    )  # fmt: skip
    if done.returncode:
        raise RuntimeError(f"the playbook failed:\n{done.stdout[-3000:]}")
    return noted.read_text(encoding="utf-8")
