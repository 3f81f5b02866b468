# Copyright (c) 2026, the linuxnet.tcp authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""From what coverage measured (its JSON report) to docs/evidence/coverage.md.

    python -m ansible_collections.linuxnet.tcp.tests.branches.report JSON

Exit status 1 when too few branches were taken, or something is left out without a reason.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

ROOT = Path(__file__).resolve().parents[2]
EVIDENCE = ROOT / "docs" / "evidence" / "coverage.md"
CODE = "plugins/module_utils/"
LEAST_SHARE = 0.95
PRAGMA = re.compile(r"#\s*pragma: no (cover|branch)(.*)")

FAULTS = (
    "what the kernel refuses between two calls: the lab makes each call of a run fail by strace "
    "(tests/lab/test_fault_walk.py)"
)
#: Why some lines of a file are left to others. Only _host may need one: the rest are functions of their arguments.
REASONS = {
    "_host/compile_once.py": "its test starts processes of their own, in which nobody counts",
    "_host/drop_in_file.py": FAULTS,
    "_host/rooted.py": "a file that is swapped between two calls, or that root cannot read: not to be had in a test",
    "_host/safe_files.py": FAULTS + "; another user namespace; a label of SELinux, which this kernel has not",
    "_host/state_folder.py": FAULTS,
    "_host/tcp_reading.py": "a line that no way leads to: it tells mypy so",
    "_host/transaction.py": FAULTS + "; a user who is not root",
}

PAGE = """\
# Which branches the unit tests reach

Written by `make coverage`: do not edit it. Every figure on this page is of that one command.

`coverage` watches the unit tests (tests/unit) with pytest, and counts in each file of `plugins/module_utils` the
branches: each way that a condition, a loop or a handler can go. What only the lab or the integration targets reach is
not counted.

| | what | measured | promised |
|---|---|--:|--:|
| {verdict} | branches of module_utils that a unit test takes | {share:.1%} of {branches:,} | at least {least:.0%} |
| | its statements | {lines:.1%} of {statements:,} | |

## Not reached

Files whose every branch and line is reached are not in the table. Lines and branches (`from->to`; a negative number is
the way out of a function) are those of the file as it was measured.

| file | branches | taken | lines not reached | branches not taken | why they are left |
|---|--:|--:|---|---|---|
{table}

## Left out on purpose

Lines with `# pragma: no cover` or `no branch` count neither as reached nor as missing; each has its reason beside it.

{pragmas}
"""


class LeftOut(NamedTuple):
    """A line that is left out."""

    file: str
    line: int
    kind: str
    reason: str


def main() -> int:
    """Write the page and judge."""
    found = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
    lines = list(left_out(ROOT / CODE))
    EVIDENCE.write_text(page(found, lines), encoding="utf-8")
    reached = share(found["totals"])
    print(f"{reached:.1%} of the branches taken, at least {LEAST_SHARE:.0%} are promised")
    silent = [f"{one.file}:{one.line}" for one in lines if not one.reason] + unexplained(found["files"])
    if silent:
        print("left out without a reason:", *silent)
    return 0 if reached >= LEAST_SHARE and not silent else 1


def share(summary: Mapping[str, int]) -> float:
    """How many of the branches are taken, from 0 to 1."""
    return summary["covered_branches"] / summary["num_branches"] if summary["num_branches"] else 1.0


def left_out(folder: Path) -> Iterator[LeftOut]:
    """Every line below `folder` that asks coverage not to look."""
    for path in sorted(folder.rglob("*.py")):
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
            if pragma := PRAGMA.search(line):
                reason = pragma.group(2).strip(" -:,")
                yield LeftOut(str(path.relative_to(folder)), number, pragma.group(1), reason)


def unexplained(files: Mapping[str, Any]) -> list[str]:
    """The files with something that is not reached and no reason why."""
    names = [name for name, one in files.items() if one["missing_lines"] or one["missing_branches"]]
    return [name for name in sorted(names) if name.removeprefix(CODE) not in REASONS]


def page(found: Mapping[str, Any], lines: list[LeftOut]) -> str:
    """The whole page, in Markdown."""
    totals = found["totals"]
    pragmas = [f"- `{one.file}`, line {one.line} (no {one.kind}): {one.reason}" for one in lines]
    return PAGE.format(
        verdict="holds" if share(totals) >= LEAST_SHARE else "**FAILS**", share=share(totals), least=LEAST_SHARE,
        branches=totals["num_branches"], statements=totals["num_statements"],
        lines=totals["covered_lines"] / totals["num_statements"],
        table="\n".join(_table(found["files"])) or "| none | | | | | |", pragmas="\n".join(pragmas) or "None.",
    )  # fmt: skip


def _table(files: Mapping[str, Any]) -> Iterator[str]:
    for name, one in sorted(files.items()):
        summary = one["summary"]
        if not one["missing_lines"] and not one["missing_branches"]:
            continue
        missing = ", ".join(f"{begin}->{end}" for begin, end in one["missing_branches"])
        yield (
            f"| `{name.removeprefix(CODE)}` | {summary['num_branches']} | {summary['covered_branches']} "
            f"| {ranges(one['missing_lines'])} | {missing} | {REASONS.get(name.removeprefix(CODE), '**not said**')} |"
        )


def ranges(numbers: list[int]) -> str:
    """`[3, 4, 5, 9]` as `3-5, 9`."""
    runs: list[list[int]] = []
    for number in numbers:
        if runs and number == runs[-1][1] + 1:
            runs[-1][1] = number
        else:
            runs.append([number, number])
    return ", ".join(str(begin) if begin == end else f"{begin}-{end}" for begin, end in runs)


if __name__ == "__main__":
    sys.exit(main())
