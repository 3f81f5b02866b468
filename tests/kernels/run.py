# Copyright (c) 2026, the linuxnet.tcp authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""`make kernels`: the collection on Debian's kernels, each in a virtual machine, and on this machine's own.

For each kernel one line says what was tried; what went wrong follows, and the whole result lies in .cache/kernels.
"""

from __future__ import annotations

import argparse
import base64
import io
import json
import os
import platform
import shutil
import subprocess
import sys
import tarfile
import time
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import Any

from ansible_collections.linuxnet.tcp.tests.gates import paths, report
from ansible_collections.linuxnet.tcp.tests.gates.pythons import Lacking
from ansible_collections.linuxnet.tcp.tests.kernels import images, profiles, seclusion, virtual_machine

Json = dict[str, Any]
RESULTS = images.HOME / "results"
MEASURED = paths.ROOT / "tests" / "kernels" / "measured.json"
LANES = 2
MACHINE = """\
# {title}

Debian's kernel {release} ({suite}) in a virtual machine with 1 GiB of memory, in which `tests/lab/states.py` had made
each state in every way it knows, over IPv4, IPv6 and v4-mapped addresses.

Captured by `.cache/nox/bin/nox -s kernels -- --capture tests/unit/machines`; in the same run the counts equalled those
of `ss`.
"""
EXAMINE = "ansible_collections.linuxnet.tcp.tests.kernels.examine"


def own_kernel(wishes: Json) -> Json:
    """What this machine's own kernel shows."""
    told = json.dumps({**wishes, "capture": False, "outside": seclusion.namespaces()})
    command = [*seclusion.UNSHARE, sys.executable, "-m", EXAMINE, told]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=virtual_machine.SECONDS)
    if done.returncode:
        raise virtual_machine.Failed(done.stderr.strip())
    found: Json = json.loads(done.stdout)
    return found


def debian_kernel(kernel: images.Kernel, archives: list[Path]) -> Json:
    """What a kernel of Debian shows in a virtual machine."""
    log = RESULTS / f"{kernel.suite}.console"
    found: Json = json.loads(virtual_machine.boot(kernel.image, [archives[0], kernel.modules, archives[1]], log))
    if found["release"] != kernel.release:
        found["problems"].append(f"{kernel.release} was booted, and {found['release']} ran")
    return found


def prepare(wishes: Json) -> list[tuple[str, Any]]:
    """The kernels to look at by name, each with the call that looks. Raises Lacking."""
    RESULTS.mkdir(parents=True, exist_ok=True)
    if platform.machine() != "x86_64":
        raise Lacking(f"Debian's kernels for x86_64 are not tried on {platform.machine()}")
    archive = images.HOME / "under-test.cpio"
    kernels = [images.kernel(suite) for suite in images.SUITES.values()]
    images.under_test(wishes, archive)
    archives = [images.root_archive(), archive]
    return [
        ("this machine", partial(own_kernel, wishes)),
        *((f"Debian {kernel.suite}", partial(debian_kernel, kernel, archives)) for kernel in kernels),
    ]


def look(name: str, call: Any) -> tuple[str, Json]:
    """The result of one kernel and its seconds; a machine that gave none is a problem."""
    begin = time.monotonic()
    try:
        found = call()
    except (virtual_machine.Failed, ValueError, subprocess.TimeoutExpired) as error:
        found = {"release": "?", "problems": [str(error)]}
    found["wall_seconds"] = round(time.monotonic() - begin, 1)
    (RESULTS / f"{name.rsplit(maxsplit=1)[-1]}.json").write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")
    print(line(name, found), flush=True)
    return name, found


def line(name: str, found: Json) -> str:
    """One line a kernel."""
    head = f"{found['release']} ({name})"
    try:
        states, keys, applied = found["states"], found["keys"], found["settings"]["applied"]
        keys, writes, ways = keys["keys"], keys["writes"], states["counted"]
    except KeyError:
        return f"{head}: FAILED, {found['wall_seconds']:.0f} s"
    return (
        f"{head}: {states['made']} sockets made state by state and counted {len(ways)} ways, "
        f"{len(keys)} keys with {writes} writes, {len(applied)} profiles twice and undone, "
        f"{len(found['problems'])} problems, {found['wall_seconds']:.0f} s"
    )


def measured(results: dict[str, Json]) -> Json:
    """What the page on kernels shows: by version, Debian's kernels and what their keys are."""
    kept = {}
    for version, suite in images.SUITES.items():
        found = results.get(f"Debian {suite}")
        if found and "keys" in found.get("keys", {}):
            kept[version] = {"suite": suite, "release": found["release"], "keys": found["keys"]["keys"]}
    return {**json.loads(MEASURED.read_text(encoding="utf-8")), **kept} if MEASURED.exists() else kept


def keep_machine(folder: Path, suite: str, found: Json) -> None:
    """Unpack what a virtual machine captured of itself, and say what it is."""
    archive = io.BytesIO(base64.b64decode(found["states"].pop("machine")))
    shutil.rmtree(folder, ignore_errors=True)
    with tarfile.open(fileobj=archive) as packed:
        packed.extractall(folder, filter="data")
    title, release = folder.name.replace("_", " ").capitalize(), found["release"]
    (folder / "README.md").write_text(MACHINE.format(title=title, suite=suite, release=release), encoding="utf-8")


def one_key_a_line(kernels: Json) -> str:
    """What was measured as JSON of which a diff can be read."""
    parts = []
    for version, kernel in kernels.items():
        head = json.dumps({name: value for name, value in kernel.items() if name != "keys"})[1:-1]
        keys = ",\n".join(f"{json.dumps(name)}: {json.dumps(key)}" for name, key in sorted(kernel["keys"].items()))
        parts.append(f'"{version}": {{{head}, "keys": {{\n{keys}\n}}}}')
    return "{" + ",\n".join(parts) + "}\n"


def main() -> int:
    """The exit status: 1 when anything went wrong."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--capture", type=Path, help="the folder (tests/unit/machines) to keep each machine in")
    parser.add_argument("--write", action="store_true", help="keep what the docs show, in tests/kernels/measured.json")
    parser.add_argument("--only", help="a part of the name of one kernel, such as trixie")
    options = parser.parse_args()
    if os.geteuid():
        parser.error("needs root, to unpack a root file system and to make namespaces")
    wishes: Json = {"profiles": profiles.to_try(), "capture": bool(options.capture)}
    try:
        calls = prepare(wishes)
    except Lacking as lack:
        report.remark("skipped", str(lack))
        return 0
    if options.only:
        calls = [(name, call) for name, call in calls if options.only in name]
    with ThreadPoolExecutor(LANES) as pool:
        results = dict(pool.map(lambda pair: look(*pair), calls))
    for name, found in results.items():
        for problem in found["problems"]:
            print(f"{found['release']} ({name}): {problem}")
    for version, suite in images.SUITES.items() if options.capture else ():
        if f"Debian {suite}" in results:  # with --only not all are
            keep_machine(options.capture / f"kernel_{version.replace('.', '_')}", suite, results[f"Debian {suite}"])
    if options.write:
        MEASURED.write_text(one_key_a_line(measured(results)), encoding="utf-8")
    report.remark("tests", str(len(results)))
    return int(any(found["problems"] for found in results.values()))


if __name__ == "__main__":
    sys.exit(main())
