# Copyright (c) 2026, the linuxnet.tcp authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What became of the mutants, for the terminal and for the page."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import groupby
from typing import Any

from .mirror import CODE

LEAST_SHARE = 0.85
COMMAND = "make mutants"

PAGE = """\
# Do the unit tests notice?

Written by `{command}`, or by the same for single files, in {minutes:.0f} minutes; every survivor is in mutants.json:
do not edit it. Every figure on this page is of that one command.

Each file of `_model` and `_plan` is changed in every small way, one at a time: a number one more and one less, `<` to
`<=`, `and` to `or`, a condition turned round, a loop that never runs, an exception that is not caught, a sum made a
difference. The changes are cosmic-ray's (tests/mutants/mutations.py says which, and why not all). Each is put to the
unit test that mirrors the file and to those that import it, never to tests of modules or roles; what a test fails on is
killed, and so is what has to be stopped because it does not end. Changes of text are not among them.{sample}

| | what | measured | promised |
|---|---|--:|--:|
| {verdict} | mutants killed | {share:.1%} | at least {least:.0%} |

| file | mutants | killed | endless | survived | killed, % |
|---|--:|--:|--:|--:|--:|
{table}

`rows/` are tables: a number in them is right when the kernel says so, which is what the lab and `make kernels` try.
Their mutants also answer to the test that holds the published page to them, for most numbers decide nothing else.

## What survived

`.cache/nox/bin/nox -s mutants -- plugins/module_utils/_plan/sizing.py` shows those of one file.

{survivors}
"""


def share(files: Mapping[str, Mapping[str, int]]) -> float:
    """How many of the mutants died, from 0 to 1."""
    survived, everything = (sum(count(one) for one in files.values()) for count in (_survived, _all))
    return 1 - survived / everything if everything else 1.0


def page(result: Mapping[str, Any]) -> str:
    """The page of the evidence."""
    files = result["files"]
    reached = share(files)
    return PAGE.format(
        command=COMMAND, minutes=result["seconds"] / 60, share=reached, least=LEAST_SHARE,
        verdict="holds" if reached >= LEAST_SHARE else "**FAILS**", table="\n".join(_table(files)),
        survivors="\n".join(_listed(result["survivors"])), sample=_sample(files),
    )  # fmt: skip


def shown(survivors: Iterable[Mapping[str, Any]]) -> Iterator[str]:
    """A survivor in two lines for the terminal."""
    for row in survivors:
        yield f"{row['file']}:{row['line']}: {row['operator']}"
        yield f"    {row['before']}"
        yield f"    {row['after']}"


def _table(files: Mapping[str, Mapping[str, int]]) -> Iterator[str]:
    for name, one in files.items():
        yield _row(f"`{_short(name)}`", one)
    whole = {outcome: sum(one[outcome] for one in files.values()) for outcome in ("killed", "endless", "survived")}
    yield _row("**all**", whole)


def _row(name: str, one: Mapping[str, int]) -> str:
    numbers = f"{_all(one)} | {one['killed']} | {one['endless']} | {one['survived']}"
    return f"| {name} | {numbers} | {share({name: one}) * 100:.0f} |"


def _sample(files: Mapping[str, Mapping[str, int]]) -> str:
    """Where not every mutant was tried, how many were."""
    steps = sorted({one.get("one_in", 1) for one in files.values()} - {1})
    if not steps:
        return ""
    some = [name for name, one in files.items() if one.get("one_in", 1) > 1]
    return (
        f"\n\nOf {len(some)} of the {len(files)} files one mutant in {', '.join(map(str, steps))} was tried, chosen\n"
        "by operator and place (`nox -s mutants -- --one-in N`): the machine was too busy with other work for all."
    )


def _listed(survivors: Iterable[Mapping[str, Any]]) -> Iterator[str]:
    """By file: the lines that may be changed unnoticed, each with what it may become."""
    for name, rows in groupby(survivors, key=lambda row: str(row["file"])):
        yield f"- `{_short(name)}`"
        for before, same in groupby(rows, key=lambda row: str(row["before"])):
            yield f"  - `{before}`"
            yield from (f"    - `{row['after']}`" for row in same)


def _all(one: Mapping[str, int]) -> int:
    return one["killed"] + one["endless"] + one["survived"]


def _survived(one: Mapping[str, int]) -> int:
    return one["survived"]


def _short(name: str) -> str:
    return name.removeprefix(f"{CODE}/")
