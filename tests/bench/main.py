# Copyright (c) 2026, the linuxnet.tcp authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Run the parts of the bench, keep what came out, say which promises hold. Exit status 1 when one does not."""

from __future__ import annotations

import json
import os
import resource
import sys
import time
from collections.abc import Callable
from pathlib import Path

from . import part_counting, part_growth, part_questions, part_task, plots, report
from .command import begin, command_line
from .evidence import folder as evidence_folder
from .machine import ROOT, install_programs
from .results import Part
from .sizes import FULL, QUICK, Sizes

PARTS: dict[str, Callable[[Sizes], Part]] = {
    "counting": part_counting.measure,
    "questions": part_questions.measure,
    "task": part_task.measure,
    "growth": part_growth.measure,
}


def main() -> int:
    """Measure what the command line names."""
    parser = command_line("", __doc__, "a tenth of the load")
    parser.add_argument("parts", nargs="*", metavar="PART", help=f"one of {', '.join(PARTS)}; default all")
    options = parser.parse_args()
    unknown = sorted(set(options.parts) - set(PARTS))
    if unknown:
        parser.error(f"no part {', '.join(unknown)}: there are {', '.join(PARTS)}")
    folder = evidence_folder(quick=options.quick)
    if not options.render:
        if not hasattr(os, "unshare"):
            parser.error("run it with Python 3.12 or later, which can make network namespaces")
        begin(parser, "it makes network namespaces and fills them with connections")
        install_programs()
        hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
        resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
        for name in options.parts or PARTS:
            _measure(name, QUICK if options.quick else FULL, folder)
    parts = _load(folder)
    _render(parts, folder)
    return _judge(parts, options.parts or list(PARTS), binding=not options.quick)


def _measure(name: str, sizes: Sizes, folder: Path) -> None:
    print(f"{name}:", flush=True)
    start = time.monotonic()
    part = PARTS[name](sizes)
    parts = {**_load(folder), name: part}
    kept = {key: parts[key].to_json() for key in PARTS if key in parts}
    (folder / "counting.json").write_text(json.dumps(kept, indent=1) + "\n", encoding="utf-8")
    print(f"  {time.monotonic() - start:.0f} s", flush=True)


def _load(folder: Path) -> dict[str, Part]:
    file = folder / "counting.json"
    if not file.is_file():
        return {}
    return {name: Part.from_json(values) for name, values in json.loads(file.read_text(encoding="utf-8")).items()}


def _render(parts: dict[str, Part], folder: Path) -> None:
    (folder / "counting.md").write_text(report.page(parts), encoding="utf-8")
    for name, (file, _text) in report.PLOTS.items():
        if name in parts:
            plots.draw(parts[name], folder / file)
    print(f"written: {folder.relative_to(ROOT)}/counting.md", flush=True)


def _judge(parts: dict[str, Part], names: list[str], *, binding: bool) -> int:
    claims = [claim for name in names if name in parts for claim in parts[name].claims]
    for claim in claims:
        print(claim.line())
    failed = sum(not claim.holds for claim in claims)
    print(f"{len(claims) - failed} passed, {failed} failed")
    if failed and not binding:
        print("(a quick run: with so few sockets the fixed costs decide, and nothing here is binding)")
    return 1 if failed and binding else 0


if __name__ == "__main__":
    sys.exit(main())
