# Copyright (c) 2026, the linuxnet.tcp authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What ansible-test needs around it to run without a container engine and away from the user's home."""

from __future__ import annotations

import configparser
import os
import subprocess
from pathlib import Path
from typing import NamedTuple

from . import debian, paths, pythons, venvs


class Core(NamedTuple):
    """The Pythons of an ansible-core."""

    #: Which one runs ansible-test here; requirements/core.in pairs them.
    controller: str
    #: On which it runs modules.
    managed: tuple[str, ...]


CORES = {
    "2.19": Core("3.11", ("3.8", "3.9", "3.10", "3.11", "3.12", "3.13")),
    "2.20": Core("3.12", ("3.9", "3.10", "3.11", "3.12", "3.13", "3.14")),
    "2.21": Core("3.13", ("3.9", "3.10", "3.11", "3.12", "3.13", "3.14")),
}

#: The pip that ansible-test of 2.19, and of 2.20 and 2.21, asks for.
PIP_VERSIONS = ("24.2", "25.2")

GET_PIP = """\
# Stands in for get-pip.py, which ansible-test would fetch from its own file host for each of its environments:
# a wheel of pip that is unpacked where packages lie is pip, as far as `python -m pip` is concerned.
import sysconfig
import zipfile

with zipfile.ZipFile({wheel!r}) as wheel:
    wheel.extractall(sysconfig.get_path("purelib"))
"""


def environment(gate: str, core: venvs.Venv, host: venvs.Venv | None, tools: venvs.Venv) -> dict[str, str]:
    """For running ansible-test of ``core``: a home of the gate's own, every Python on PATH, and shellcheck.

    ``host`` stands before the machine's own Python of that version: ansible-test installs into what it finds.
    """
    shellcheck = paths.CACHE / "programs"
    shellcheck.mkdir(parents=True, exist_ok=True)
    paths.replace_link(shellcheck / "shellcheck", tools.bin / "shellcheck")
    hosts = [host.bin] if host else []
    return {
        "HOME": str(home(gate)),
        "PATH": ":".join(str(it) for it in (core.bin, *hosts, pythons.linked(), shellcheck, debian.SYSTEM_PATH)),
        # Python's own variables would reach the interpreters under test.
        "PYTHONPATH": "",
    }


def home(gate: str) -> Path:
    """A home folder in which ansible-test finds a get-pip and pip finds this machine's settings."""
    folder = paths.CACHE / "home" / gate
    scripts = folder / ".ansible" / "test" / "cache"
    scripts.mkdir(parents=True, exist_ok=True)
    for version in PIP_VERSIONS:
        script = scripts / f"get_pip_{version.replace('.', '_')}.py"
        script.write_text(GET_PIP.format(wheel=str(pip_wheel(version))))
    (folder / ".config" / "pip").mkdir(parents=True, exist_ok=True)
    with (folder / ".config" / "pip" / "pip.conf").open("w") as file:
        pip_settings().write(file)
    return folder


def pip_settings() -> configparser.RawConfigParser:
    """The user's pip settings, the ``PIP_*`` variables among them: ansible-test hands no such variable on.

    The machine's own /etc/pip.conf is read by pip itself, whatever the home.
    """
    settings = configparser.RawConfigParser()
    own = os.environ.get("PIP_CONFIG_FILE")
    settings.read([own] if own else [Path.home() / ".pip" / "pip.conf", Path.home() / ".config/pip/pip.conf"])
    if not settings.has_section("global"):
        settings.add_section("global")
    for name, value in os.environ.items():
        if name.startswith("PIP_") and name != "PIP_CONFIG_FILE":
            settings.set("global", name[4:].lower().replace("_", "-"), value)
    settings.set("global", "cache-dir", pip_cache())
    settings.set("global", "quiet", "2")
    return settings


def pip_wheel(version: str) -> Path:
    """The wheel of this pip, fetched once from the index that this machine is configured for."""
    folder = paths.CACHE / "wheels"
    wheel = folder / f"pip-{version}-py3-none-any.whl"
    with venvs.only_one(folder):
        if not wheel.is_file():
            pip = [str(paths.CACHE / "nox" / "bin" / "python"), "-m", "pip", "--quiet", "--disable-pip-version-check"]
            venvs.run(*pip, "download", "--no-deps", "--dest", str(folder), f"pip=={version}")
    return wheel


def pip_cache() -> str:
    """Where this user's pip keeps what it fetched, so that nothing is fetched twice."""
    asked = subprocess.run(
        [paths.CACHE / "nox" / "bin" / "python", "-m", "pip", "cache", "dir"],
        check=True, stdout=subprocess.PIPE, text=True,
    )
    return asked.stdout.strip()
