# Copyright (c) 2026, the linuxnet.tcp authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Lists of settings are applied, applied again, and taken back, by the module itself, for the kernel and for boot."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from ansible_collections.linuxnet.tcp.plugins.module_utils._model.catalogue import CATALOGUE
from ansible_collections.linuxnet.tcp.plugins.module_utils._model.keys import key_path
from ansible_collections.linuxnet.tcp.tests.kernels.in_process import run_module
from ansible_collections.linuxnet.tcp.tests.lab.kernel_keys import SYS
from ansible_collections.linuxnet.tcp.tests.lab.run_module import Answer

DROP_IN = "/etc/sysctl.d/90-linuxnet-tcp.conf"


def look(profiles: dict[str, dict[str, object]]) -> dict[str, Any]:
    """``applied``: by profile how many keys were changed, and which of them this kernel does not have."""
    problems: list[str] = []
    applied = {name: _one(name, settings, problems) for name, settings in profiles.items()}
    return {"problems": problems, "applied": applied}


def _one(name: str, settings: dict[str, object], problems: list[str]) -> dict[str, Any]:
    """Apply a profile twice and undo it."""
    wishes = {"settings": settings, "unavailable": "skip", "exclusive": True, "path": DROP_IN}
    before = _everything()
    foreseen = run_module("tunables", wishes, check_mode=True)
    if _everything() != before:
        problems.append(f"{name}: check mode changed something")
    first, second = run_module("tunables", wishes), run_module("tunables", wishes)
    undone = run_module("tunables", {**wishes, "settings": {}})
    runs = {"foreseen": (foreseen, True), "applied": (first, True), "again": (second, False), "undone": (undone, True)}
    for what, (answer, changed) in runs.items():
        problems += _complaints(f"{name}, {what}", answer, changed)
    if not foreseen.failed and not first.failed and foreseen.result["diff"] != first.result["diff"]:
        problems.append(f"{name}: check mode foresaw something else")
    after = _everything()
    differing = sorted(key for key in before if before[key] != after.get(key))
    if differing or Path(DROP_IN).exists():
        problems.append(f"{name}, undone: {differing or DROP_IN} is not as it was")
    rows = first.result.get("tunables", [])
    return {
        "changed": sum(row["status"] == "changed" for row in rows),
        "skipped": sorted(row["name"] for row in rows if row["status"] == "skipped"),
    }


def _complaints(what: str, answer: Answer, changed: bool) -> list[str]:
    """What is wrong with an answer."""
    if answer.failed:
        return [f"{what}: {answer.message}"]
    if answer.result["changed"] is not changed:
        return [f"{what}: changed is {answer.result['changed']}: {answer.result['diff']}"]
    return []


def _everything() -> dict[str, str]:
    """What every key of the catalogue that is here holds."""
    paths = {row.key: SYS / key_path(row.key) for row in CATALOGUE if not row.secret}
    return {key: path.read_text(encoding="ascii") for key, path in paths.items() if path.exists()}
