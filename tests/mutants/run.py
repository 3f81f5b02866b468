# Copyright (c) 2026, the linuxnet.tcp authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Change the decisions of the collection in every small way, and see whether a unit test notices.

    python -m ansible_collections.linuxnet.tcp.tests.mutants.run [FILE ...]

Without a FILE (such as plugins/module_utils/_plan/sizing.py) all of _model and _plan. What was found goes to
docs/evidence/mutants.md and mutants.json, where files that were not asked for keep what was found of them before; with
a FILE, what survived in it is shown too. Exit status 1 when too few were killed.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor, as_completed
from pathlib import Path
from typing import Any

from . import mirror
from .report import LEAST_SHARE, page, share, shown

PACKAGE = "ansible_collections.linuxnet.tcp.tests.mutants"
EVIDENCE = mirror.ROOT / "docs" / "evidence"
LANES = max(2, os.cpu_count() or 2)


def main() -> int:
    """Measure, write and judge."""
    parser = argparse.ArgumentParser(prog=f"{PACKAGE}.run", description=__doc__)
    parser.add_argument("files", nargs="*", metavar="FILE", type=Path)
    parser.add_argument("--render", action="store_true", help="only write the page from mutants.json")
    parser.add_argument(
        "--one-in", type=int, default=1, metavar="N", help="only every so many mutants, chosen by their places"
    )
    options = parser.parse_args()
    if unknown := sorted(str(file) for file in set(options.files) - set(mirror.files())):
        parser.error(f"{', '.join(unknown)}: no Python file of {mirror.CODE}/{'/, '.join(mirror.LAYERS)}/")
    kept = EVIDENCE / "mutants.json"
    result: dict[str, Any] = json.loads(kept.read_text(encoding="utf-8")) if kept.is_file() else {}
    if not options.render:
        result = result if options.files else {}
        for found in measured(options.files or mirror.files(), options.one_in):
            # At once: a run that is stopped has not been for nothing.
            result = merged(result, found)
            kept.write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")
            if options.files:
                print(*shown(found["survivors"]), sep="\n")
    (EVIDENCE / "mutants.md").write_text(page(result), encoding="utf-8")
    print(f"{share(result['files']):.1%} of the mutants killed, at least {LEAST_SHARE:.0%} are promised")
    return 0 if share(result["files"]) >= LEAST_SHARE else 1


def measured(files: list[Path], one_in: int) -> Iterator[dict[str, Any]]:
    """File by file: what became of its mutants, and the survivors in full. Long files first: so lanes end together."""
    by_size = sorted(files, key=lambda file: -(mirror.ROOT / file).stat().st_size)
    began = time.monotonic()
    with ThreadPoolExecutor(LANES) as pool:
        for done in as_completed([pool.submit(of_file, file, one_in) for file in by_size]):
            rows = done.result()
            counts = dict.fromkeys(("killed", "endless", "survived"), 0) | {"one_in": one_in}
            for row in rows[1:]:
                counts[row["outcome"]] += 1
            survivors = [row for row in rows[1:] if row["outcome"] == "survived"]
            took, began = time.monotonic() - began, time.monotonic()
            yield {"files": {rows[0]["file"]: counts}, "survivors": survivors, "seconds": took}


def merged(before: dict[str, Any], now: dict[str, Any]) -> dict[str, Any]:
    """What was found before, with the files that were looked at now in their places."""
    files = {**before.get("files", {}), **now["files"]}
    others = [row for row in before.get("survivors", []) if row["file"] not in now["files"]]
    return {
        "files": dict(sorted(files.items())),
        "survivors": sorted([*others, *now["survivors"]], key=_place),
        "seconds": round(before.get("seconds", 0) + now["seconds"], 1),
    }


def of_file(file: Path, one_in: int) -> list[dict[str, Any]]:
    """The file, then its mutants and what became of them. Raises CalledProcessError where its tests cannot say."""
    began = time.monotonic()
    done = subprocess.run(
        [sys.executable, "-m", f"{PACKAGE}.lane", str(file), str(one_in)],
        check=True, stdout=subprocess.PIPE, text=True, cwd=mirror.ROOT,
    )  # fmt: skip
    rows = [json.loads(line) for line in done.stdout.splitlines()]
    alive = sum(row["outcome"] == "survived" for row in rows)
    took = time.monotonic() - began
    print(f"  {file.relative_to(mirror.CODE)}: {len(rows) - alive} of {len(rows)} killed, {took:.0f} s", flush=True)
    return [{"file": str(file)}, *rows]


def _place(row: dict[str, Any]) -> tuple[str, int, str, int]:
    return row["file"], row["line"], row["operator"], row["occurrence"]


if __name__ == "__main__":
    sys.exit(main())
