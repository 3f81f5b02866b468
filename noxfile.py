# Copyright (c) 2026, the linuxnet.tcp authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every task of a developer and every gate, each a nox session; ``make help`` names those for daily use."""

from __future__ import annotations

import sys
from pathlib import Path

import nox

sys.path.insert(0, str(Path(__file__).parent))

from tests.gates import paths, pythons, venvs  # noqa: E402  (nox does not put this folder on the path)

nox.needs_version = ">=2026.10"
nox.options.sessions = ["check"]
nox.options.error_on_missing_interpreters = True


def here(venv: venvs.Venv) -> dict[str, str]:
    """The environment in which ansible and pytest find this clone as linuxnet.tcp."""
    workspace = str(paths.workspace())
    return {
        "PATH": f"{venv.bin}:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
        "PYTHONPATH": workspace,
        "ANSIBLE_COLLECTIONS_PATH": workspace,
    }


@nox.session(python=False)
def demo(session: nox.Session) -> None:
    """The TCP states of this machine, in a table."""
    venv = venvs.ensure("core", pythons.newest("3.13", "3.12", "3.11", "3.14"), "core")
    session.run(venv.program("python"), "tests/demo/run.py", *session.posargs, env=here(venv), external=True)
